#include "index_snippet.h"

#include <stdlib.h>
#include <string.h>

#include "index_token.h"

enum { MARKS = 512, WINDOW = 240, LEAD = 60, HEARD = 64, TOKEN_TEXT = TOKEN_SIZE, LOOKED_AT = 64 * 1024 };

// A piece of the text that fits a term.
typedef struct {
    size_t start, end;
    size_t term;
} mark_t;
// A way that has been met as far as `met` of its tokens.
typedef struct {
    size_t term, way, met, start;
} heard_t;

typedef struct {
    const terms_t *terms;
    mark_t marks[MARKS];
    size_t count;
    heard_t heard[HEARD], next[HEARD];          // at the place before, and at this one
    size_t heard_count, next_count;
} finder_t;

// ---- what fits -----------------------------------------------------------------------------------------------------

// Met another token of a way: it is whole, or goes on at the next place.
static void
advance(finder_t *self, heard_t heard, size_t end)
{
    const way_t *way = &self->terms->terms[heard.term].ways[heard.way];
    if (heard.met == index_way_tokens(way)) {
        if (self->count < MARKS)
            self->marks[self->count++] = (mark_t){ heard.start, end, heard.term };
    } else if (self->next_count < HEARD) {
        self->next[self->next_count++] = heard;
    }
}

static void
hear(finder_t *self, const token_t *token)
{
    for (size_t i = 0; i < self->heard_count; i++) {
        heard_t heard = self->heard[i];
        const way_t *way = &self->terms->terms[heard.term].ways[heard.way];
        if (!index_way_holds(way, heard.met, token->text, token->size))
            continue;
        heard.met++;
        advance(self, heard, token->end);
    }
    for (size_t term = 0; term < self->terms->count; term++) {
        const term_t *wanted = &self->terms->terms[term];
        for (size_t way = 0; way < wanted->way_count && !wanted->negative; way++)
            if (index_way_holds(&wanted->ways[way], 0, token->text, token->size))
                advance(self, (heard_t){ term, way, 1, token->start }, token->end);
    }
}

static int
on_token(void *context, const token_t *token)
{
    finder_t *self = context;
    if (!token->same) {
        memcpy(self->heard, self->next, self->next_count * sizeof *self->heard);
        self->heard_count = self->next_count;
        self->next_count = 0;
    }
    hear(self, token);
    return self->count == MARKS;
}

static int
compare_mark(const void *a, const void *b)
{
    const mark_t *first = a, *second = b;
    if (first->start != second->start)
        return first->start < second->start? -1: 1;
    return first->end > second->end? -1: first->end < second->end;
}

// ---- where to cut --------------------------------------------------------------------------------------------------

// The first mark of the window that holds the most different terms.
static size_t
best_mark(const finder_t *self)
{
    size_t best = 0, most = 0;
    for (size_t i = 0; i < self->count; i++) {
        uint64_t terms = 0;
        for (size_t j = i; j < self->count && self->marks[j].end < self->marks[i].start + WINDOW - LEAD; j++)
            terms |= (uint64_t)1 << self->marks[j].term;
        size_t different = (size_t)__builtin_popcountll(terms);
        if (different <= most)
            continue;
        most = different;
        best = i;
    }
    return best;
}

// Back to the beginning of a line or of a word, or of a character.
static size_t
begin_at(const char *text, size_t at)
{
    size_t least = at > LEAD? at - LEAD: 0, start = at;
    for (size_t i = at; i > least; i--) {
        if (text[i - 1] == '\n')
            return i;
        if (text[i - 1] == ' ')
            start = i;
    }
    if (least == 0)
        return 0;
    while (start == at && least < at && ((unsigned char)text[least] & 0xC0) == 0x80)
        least++;
    return start < at? start: least;
}

// Not in the middle of a character.
static size_t
whole(const char *text, size_t size, size_t at)
{
    if (at >= size)
        return size;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

// ---- text without its signs ----------------------------------------------------------------------------------------

typedef struct {
    char *out;
    size_t size;
    bool blank;                                 // one is due before the next character
} writer_t;

// There is room for the window, a mark that leads out of it and all the signs of marks.
static bool
put(writer_t *self, char byte)
{
    if (self->blank && self->size > 0 && byte != SNIPPET_OFF && self->size < SNIPPET_SIZE - 8) {
        self->out[self->size++] = ' ';
        self->blank = false;
    }
    if (self->size >= SNIPPET_SIZE - 4)
        return false;
    self->out[self->size++] = byte;
    self->blank = self->blank && byte == SNIPPET_OFF;
    return true;
}

static bool
is_letter(const char *text, size_t size, size_t at)
{
    unsigned char byte = at < size? (unsigned char)text[at]: 0;
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

// Bytes of Markdown at `at` that a reader need not see.
static size_t
sign_at(const char *text, size_t size, size_t at)
{
    bool begins = at == 0 || strchr("\n #>", text[at - 1]);
    bool inside = at > 0 && is_letter(text, size, at - 1) && is_letter(text, size, at + 1);
    switch (text[at]) {
    case '`': case '[': case '|':
        return 1;
    case '#': case '>':
        return begins? 1: 0;
    case '*': case '_': case '~':
        return inside? 0: 1;
    case '!':
        return at + 1 < size && text[at + 1] == '['? 1: 0;
    case ']': {
        const char *end = at + 1 < size && text[at + 1] == '('? memchr(text + at, ')', size - at): NULL;
        return end && (size_t)(end - text) - at < 300? (size_t)(end - text) - at + 1: 1;
    }
    default:
        return 0;
    }
}

// One byte, or signs; a sign inside what is marked is part of it ("C#", "a_b").
static size_t
copy(writer_t *self, const char *text, size_t size, size_t at, bool marked)
{
    size_t sign = marked? 0: sign_at(text, size, at);
    unsigned char byte = (unsigned char)text[at];
    if (sign > 0) {
        self->blank = self->blank || text[at] == '|';
        return sign;
    }
    if (byte <= ' ' || byte == 0x7F)
        self->blank = true;
    else if (!put(self, text[at]))
        return size - at;
    return 1;
}

static void
write_snippet(const finder_t *self, const char *text, size_t size, size_t start, char snippet[SNIPPET_SIZE])
{
    writer_t writer = { .out = snippet };
    size_t end = whole(text, size, start + WINDOW), mark = 0, off = 0;
    for (size_t at = start; at < size && (at < end || at < off);) {
        while (mark < self->count && self->marks[mark].start < at)
            mark++;
        bool begins = off == 0 && mark < self->count && self->marks[mark].start == at && writer.size < SNIPPET_SIZE / 2;
        if (begins && self->marks[mark].end - at < SNIPPET_SIZE / 4 && put(&writer, SNIPPET_ON))
            off = self->marks[mark].end;
        at += copy(&writer, text, size, at, off > 0);
        if (off > 0 && at >= off) {
            put(&writer, SNIPPET_OFF);
            off = 0;
        }
    }
    if (off > 0)
        snippet[writer.size++] = SNIPPET_OFF;
    snippet[writer.size] = 0;
}

size_t
index_snippet(const terms_t *terms, const char *text, size_t size, char snippet[SNIPPET_SIZE])
{
    snippet[0] = 0;
    finder_t *finder = calloc(1, sizeof *finder);
    if (!finder)
        return 0;
    finder->terms = terms;
    size = whole(text, size, LOOKED_AT);
    index_tokens(text, size, finder, on_token);
    if (finder->count > 1)
        qsort(finder->marks, finder->count, sizeof *finder->marks, compare_mark);
    size_t start = finder->count > 0? begin_at(text, finder->marks[best_mark(finder)].start): 0;
    write_snippet(finder, text, size, start, snippet);
    free(finder);
    return start;
}
