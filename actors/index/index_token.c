#include "index_token.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "index_stem.h"

enum { LETTERS = TOKEN_SIZE - 8 };              // bytes of a folded word that count: room for a sign in front
typedef enum { CLASS_NONE, CLASS_WORD, CLASS_PAIR } class_t;

typedef struct {
    const char *text;
    size_t size;
    void *context;
    token_fn take;
    int stopped;                                // what `take` returned
    char token[TOKEN_SIZE];
} reader_t;

// ---- characters ---------------------------------------------------------------------------------------------------

static bool
is_ascii_word(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

typedef struct {
    utf8proc_int32_t first, last;
} range_t;
// Written without blanks.
static const range_t unspaced[] = {
    { 0x0E00, 0x0EFF }, { 0x1000, 0x109F }, { 0x1100, 0x11FF }, { 0x1780, 0x17FF }, { 0x2E80, 0x2FDF },
    { 0x3005, 0x3007 }, { 0x3021, 0x30FF }, { 0x3130, 0x318F }, { 0x31F0, 0x31FF }, { 0x3400, 0x4DBF },
    { 0x4E00, 0x9FFF }, { 0xA960, 0xA97F }, { 0xAC00, 0xD7FF }, { 0xF900, 0xFAFF }, { 0xFF66, 0xFFDC },
    { 0x1B000, 0x1B16F }, { 0x20000, 0x3FFFF },
};

static bool
is_unspaced(utf8proc_int32_t letter)
{
    for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced && letter >= unspaced[i].first; i++)
        if (letter <= unspaced[i].last)
            return true;
    return false;
}

static class_t
class_of(utf8proc_int32_t letter)
{
    switch (utf8proc_category(letter)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME: case UTF8PROC_CATEGORY_CO:
        return is_unspaced(letter)? CLASS_PAIR: CLASS_WORD;
    default:
        return CLASS_NONE;
    }
}

// The character at `at`; bad UTF-8 is one byte of no class.
static class_t
look(const reader_t *self, size_t at, size_t *width)
{
    unsigned char byte = (unsigned char)self->text[at];
    *width = 1;
    if (byte < 0x80)
        return is_ascii_word(byte)? CLASS_WORD: CLASS_NONE;
    utf8proc_int32_t letter = 0;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)self->text + at,
                                             (utf8proc_ssize_t)(self->size - at), &letter);
    if (size <= 0)
        return CLASS_NONE;
    *width = (size_t)size;
    return class_of(letter);
}

static size_t
word_end(const reader_t *self, size_t at)
{
    size_t width = 0;
    while (at < self->size && look(self, at, &width) == CLASS_WORD)
        at += width;
    return at;
}

// ---- folding ------------------------------------------------------------------------------------------------------

static size_t
whole_characters(const char *text, size_t size)
{
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
        size--;
    return size;
}

// Accents and points, which readers leave out; vowel signs of other scripts are letters to them.
static bool
is_accent(utf8proc_int32_t letter)
{
    return (letter >= 0x0300 && letter <= 0x036F) || (letter >= 0x0591 && letter <= 0x05C7) ||
           (letter >= 0x064B && letter <= 0x065F) || letter == 0x0670;
}

// Some characters fold to several words ("½" to 1⁄2), which stay one.
static bool
counts(utf8proc_int32_t letter)
{
    return letter < 0x80? is_ascii_word((unsigned char)letter): !is_accent(letter) && class_of(letter) != CLASS_NONE;
}

static size_t
keep_letters(const utf8proc_uint8_t *folded, utf8proc_ssize_t size, char out[LETTERS])
{
    size_t kept = 0;
    utf8proc_int32_t letter = 0;
    for (utf8proc_ssize_t at = 0, width = 0; at < size; at += width) {
        width = utf8proc_iterate(folded + at, size - at, &letter);
        if (width <= 0 || kept + (size_t)width > LETTERS)
            break;
        if (!counts(letter))
            continue;
        memcpy(out + kept, folded + at, (size_t)width);
        kept += (size_t)width;
    }
    return kept;
}

static size_t
fold_letters(const char *text, size_t size, bool pair, char out[LETTERS])
{
    enum { HOW = UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STABLE | UTF8PROC_IGNORE };
    utf8proc_uint8_t *folded = NULL;
    if (size > 4 * LETTERS)
        size = whole_characters(text, 4 * LETTERS);
    int how = HOW | (pair? UTF8PROC_COMPOSE: UTF8PROC_DECOMPOSE);
    utf8proc_ssize_t got = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &folded,
                                        (utf8proc_option_t)how);
    size_t kept = got > 0? keep_letters(folded, got, out): 0;
    free(folded);
    return kept;
}

static size_t
fold(const char *text, size_t size, char out[LETTERS])
{
    size_t fits = size < LETTERS? size: LETTERS;
    for (size_t i = 0; i < fits; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte >= 0x80)
            return fold_letters(text, size, false, out);
        out[i] = (char)(byte >= 'A' && byte <= 'Z'? byte + 'a' - 'A': byte);
    }
    return fits;
}

// ---- tokens of a word ---------------------------------------------------------------------------------------------

static void
give(reader_t *self, token_t token)
{
    if (!self->stopped && token.size > 0)
        self->stopped = self->take(self->context, &token);
}

static void
give_part(reader_t *self, size_t start, size_t from, size_t to, size_t end)
{
    char part[TOKEN_SIZE];
    if (to - from < 2 || to - from == end - start)
        return;
    size_t size = index_stem(part, fold(self->text + from, to - from, part));
    give(self, (token_t){ TOKEN_PART, part, size, start, end, true });
}

static bool
is_upper(const reader_t *self, size_t at, size_t end)
{
    return at < end && self->text[at] >= 'A' && self->text[at] <= 'Z';
}

static bool
is_lower(const reader_t *self, size_t at, size_t end)
{
    return at < end && self->text[at] >= 'a' && self->text[at] <= 'z';
}

// get Child Item; HTTP Server.
static void
give_parts(reader_t *self, size_t start, size_t end)
{
    size_t from = start;
    if (end - start > LETTERS)
        return;
    for (size_t at = start + 1; at < end; at++) {
        if (!is_upper(self, at, end) || !(is_lower(self, at - 1, end) || is_lower(self, at + 1, end)))
            continue;
        give_part(self, start, from, at, end);
        from = at;
    }
    give_part(self, start, from, end, end);
}

// Its stem, how it was written, its parts.
static void
give_word(reader_t *self, size_t start, size_t end)
{
    char *token = self->token;
    token[0] = '=';
    size_t size = fold(self->text + start, end - start, token + 1);
    char stem[TOKEN_SIZE];
    memcpy(stem, token + 1, size);
    size_t stem_size = index_stem(stem, size);
    give(self, (token_t){ TOKEN_WORD, stem, stem_size, start, end, false });
    if (stem_size != size || memcmp(stem, token + 1, size) != 0)
        give(self, (token_t){ TOKEN_EXACT, token, size + 1, start, end, true });
}

// ---- joined words -------------------------------------------------------------------------------------------------

static size_t
joined_end(const reader_t *self, size_t end)
{
    size_t width = 0;
    while (end + 1 < self->size && memchr("_-.", self->text[end], 3) && look(self, end + 1, &width) == CLASS_WORD)
        end = word_end(self, end + 1);
    if (end + 1 < self->size && self->text[end] == '+' && self->text[end + 1] == '+')
        return end + 2;
    return end < self->size && self->text[end] == '#'? end + 1: end;
}

static void
give_joined(reader_t *self, size_t start, size_t end)
{
    char *token = self->token;
    token[0] = '=';
    size_t size = 1, width = 0;
    for (size_t at = start; at < end;) {
        if (look(self, at, &width) != CLASS_WORD) {
            token[size++] = self->text[at++];
            continue;
        }
        size_t stop = word_end(self, at);
        if (stop - at + size > LETTERS)
            return;
        size += fold(self->text + at, stop - at, token + size);
        at = stop;
    }
    give(self, (token_t){ TOKEN_JOINED, token, size, start, end, true });
}

// All words that are joined to the one at `at`; where they end.
static size_t
read_words(reader_t *self, size_t at)
{
    size_t end = word_end(self, at), all = joined_end(self, end);
    give_word(self, at, end);
    give_parts(self, at, end);
    if (all > end && all - at < LETTERS)
        give_joined(self, at, all);
    for (at = end; at < all && !self->stopped; at = end) {
        size_t width = 0;
        end = at + 1;
        if (look(self, at, &width) != CLASS_WORD)
            continue;
        end = word_end(self, at);
        give_word(self, at, end);
        give_parts(self, at, end);
    }
    return all;
}

// ---- pairs --------------------------------------------------------------------------------------------------------

static size_t
read_pairs(reader_t *self, size_t at)
{
    size_t width = 0, next_width = 0;
    look(self, at, &width);
    for (;;) {
        size_t next = at + width;
        bool more = next < self->size && look(self, next, &next_width) == CLASS_PAIR;
        size_t end = more? next + next_width: next;
        size_t size = fold_letters(self->text + at, end - at, true, self->token);
        give(self, (token_t){ TOKEN_PAIR, self->token, size, at, end, false });
        if (!more || self->stopped)
            return next;
        at = next;
        width = next_width;
    }
}

int
index_tokens(const char *text, size_t size, void *context, token_fn take)
{
    reader_t self = { .text = text, .size = size, .context = context, .take = take };
    size_t width = 0;
    for (size_t at = 0; at < size && !self.stopped;) {
        class_t kind = look(&self, at, &width);
        if (kind == CLASS_WORD)
            at = read_words(&self, at);
        else
            at = kind == CLASS_PAIR? read_pairs(&self, at): at + width;
    }
    return self.stopped;
}

// ---- stop words ---------------------------------------------------------------------------------------------------

// Sorted.
static const char *const stop_words[] = {
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does",
    "each", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "me", "my", "no", "not", "of", "on", "or", "our", "she", "should", "so", "some", "such", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "was", "we", "were", "what", "when",
    "where", "which", "who", "why", "will", "with", "would", "you", "your",
};

static int
compare_word(const void *key, const void *entry)
{
    return strcmp(key, *(const char *const *)entry);
}

bool
index_stop_word(const char *word, size_t size)
{
    char text[12];
    if (size >= sizeof text)
        return false;
    memcpy(text, word, size);
    text[size] = 0;
    return bsearch(text, stop_words, sizeof stop_words / sizeof *stop_words, sizeof *stop_words, compare_word);
}
