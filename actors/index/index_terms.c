#include "index_terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index_token.h"

// Tokens of one item.
enum { TOKENS = 128, PREFIXES = 3 };           // each may be the beginning of very many words
typedef struct {
    token_kind_t kind;
    bool same;
    size_t start, end, size;
    const char *text;
} piece_t;
typedef struct {
    terms_t *terms;
    piece_t pieces[TOKENS];
    size_t count;
    bool negative, required, prefix;            // of the item; prefix: its last word may be longer
    size_t prefixes;                            // words that may be longer, so far
    bool failed;
} maker_t;

// ---- strings -------------------------------------------------------------------------------------------------------

static int
keep_piece(void *context, const token_t *token)
{
    maker_t *self = context;
    if (self->count == TOKENS)
        return 1;
    if (token->kind == TOKEN_PART)
        return 0;
    const char *copy = index_room_copy(&self->terms->room, token->text, token->size);
    self->pieces[self->count++] = (piece_t){ token->kind, token->same, token->start, token->end, token->size, copy };
    return 0;
}

// The texts of pieces [first, end) that have a place of their own, glued.
static const char *
glue(maker_t *self, size_t first, size_t end)
{
    size_t size = 0;
    for (size_t i = first; i < end; i++)
        size += self->pieces[i].size + 1;
    char *text = index_room_take(&self->terms->room, size + 1), *out = text;
    for (size_t i = first; text && i < end; i++) {
        const piece_t *piece = &self->pieces[i];
        if (piece->same)
            continue;
        if (out > text)
            *out++ = TOKEN_GLUE;
        memcpy(out, piece->text, piece->size);
        out += piece->size;
    }
    self->failed = self->failed || !text;
    return text? text: "";
}

// ---- terms ---------------------------------------------------------------------------------------------------------

static void
add_way(term_t *self, const char *tokens, bool prefix)
{
    if (self->way_count < WAYS && *tokens)
        self->ways[self->way_count++] = (way_t){ tokens, prefix };
}

static bool
is_same(const term_t *a, const term_t *b)
{
    if (a->way_count != b->way_count || a->negative != b->negative || a->required != b->required)
        return false;
    for (size_t i = 0; i < a->way_count; i++)
        if (a->ways[i].prefix != b->ways[i].prefix || strcmp(a->ways[i].tokens, b->ways[i].tokens) != 0)
            return false;
    return true;
}

static void
add_term(maker_t *self, term_t term)
{
    terms_t *terms = self->terms;
    term.negative = self->negative;
    term.required = self->required && !self->negative;
    for (size_t i = 0; i < terms->count; i++)
        if (is_same(&terms->terms[i], &term))
            return;
    if (terms->count < TERMS && term.way_count > 0)
        terms->terms[terms->count++] = term;
}

// The word as it was written, which stands beside its stem where it is another one.
static const piece_t *
written(const maker_t *self, size_t at)
{
    for (size_t i = at + 1; i < self->count && self->pieces[i].same; i++)
        if (self->pieces[i].kind == TOKEN_EXACT)
            return &self->pieces[i];
    return &self->pieces[at];
}

static const char *
with_sign(maker_t *self, const char *word, size_t size)
{
    char *text = index_room_take(&self->terms->room, size + 2);
    if (!text)
        return "";
    text[0] = '=';
    memcpy(text + 1, word, size);
    return text;
}

static void
add_word(maker_t *self, size_t at, bool prefix)
{
    const piece_t *piece = &self->pieces[at], *raw = written(self, at);
    const char *word = raw->kind == TOKEN_EXACT? raw->text + 1: raw->text;
    size_t size = strlen(word);
    term_t term = { .stop = !prefix && index_stop_word(word, size) };
    add_way(&term, piece->text, false);
    if (prefix && size > 1 && self->prefixes++ < PREFIXES) {
        add_way(&term, word, true);
        add_way(&term, with_sign(self, word, size), true);
    }
    add_term(self, term);
}

// a-b: is it said with a blank between, or written as one word, too?
static bool
are_plain_words(const maker_t *self, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        const piece_t *piece = &self->pieces[i];
        if (piece->kind == TOKEN_JOINED && strpbrk(piece->text, "_.+#0123456789"))
            return false;
        if (piece->kind == TOKEN_WORD && piece->end - piece->start < 3)
            return false;
    }
    return true;
}

// Words that are joined by signs: as they were written, or one after the other; plain words, each of them, too.
static void
add_joined(maker_t *self, size_t first, size_t end, bool prefix)
{
    term_t term = { .way_count = 0 };
    for (size_t i = first; i < end; i++)
        if (self->pieces[i].kind == TOKEN_JOINED) {
            add_way(&term, self->pieces[i].text, false);
            if (prefix)
                add_way(&term, self->pieces[i].text, true);
        }
    bool several = strchr(glue(self, first, end), TOKEN_GLUE) != NULL;
    if (several) {
        add_way(&term, glue(self, first, end), false);
        if (prefix)
            add_way(&term, glue(self, first, end), true);
    }
    add_term(self, term);
    for (size_t i = first; several && !self->negative && i < end && are_plain_words(self, first, end); i++)
        if (!self->pieces[i].same)
            add_word(self, i, false);
}

// Pairs of characters that follow each other: one character begins a pair, few are looked for together, of many any.
static void
add_run(maker_t *self, size_t first, size_t end)
{
    enum { TOGETHER = 4 };
    term_t term = { .way_count = 0 };
    size_t pairs = end - first > 1? end - first - 1: 1;
    if (pairs < TOGETHER || self->negative) {
        add_way(&term, glue(self, first, first + pairs), end - first == 1);
        add_term(self, term);
        return;
    }
    for (size_t i = first; i < first + pairs; i++) {
        term = (term_t){ .way_count = 0 };
        add_way(&term, self->pieces[i].text, false);
        add_term(self, term);
    }
}

// ---- items ---------------------------------------------------------------------------------------------------------

// The end of what belongs together from `at` on: a word with what stands at its place, joined words, a run of pairs.
static size_t
group_end(const maker_t *self, size_t at)
{
    size_t last = self->pieces[at].end, end = at + 1;
    for (; end < self->count; end++) {
        const piece_t *piece = &self->pieces[end];
        bool pair = piece->kind == TOKEN_PAIR && self->pieces[at].kind == TOKEN_PAIR;
        if (piece->kind == TOKEN_JOINED && piece->end > last)
            last = piece->end;
        if (!piece->same && (piece->start >= last || (piece->kind == TOKEN_PAIR) != pair))
            break;
        if (pair)
            last = piece->end;
    }
    return end;
}

static void
add_words(maker_t *self)
{
    for (size_t at = 0, end = 0; at < self->count; at = end) {
        end = group_end(self, at);
        bool prefix = self->prefix && end == self->count, joined = false;
        for (size_t i = at; i < end; i++)
            joined = joined || self->pieces[i].kind == TOKEN_JOINED;
        if (self->pieces[at].kind == TOKEN_PAIR)
            add_run(self, at, end);
        else if (joined)
            add_joined(self, at, end, prefix);
        else
            add_word(self, at, prefix);
    }
}

// The last character of a run may begin a pair where the phrase goes on.
static void
add_phrase(maker_t *self)
{
    term_t term = { .way_count = 0 };
    size_t end = self->count;
    bool run = end > 0 && self->pieces[end - 1].kind == TOKEN_PAIR;
    bool alone = run && (end == 1 || self->pieces[end - 2].kind != TOKEN_PAIR ||
                         self->pieces[end - 2].end <= self->pieces[end - 1].start);
    if (run && !alone)
        end--;
    add_way(&term, glue(self, 0, end), alone);
    add_term(self, term);
}

static void
add_item(maker_t *self, const query_item_t *item, bool open)
{
    self->count = 0;
    self->negative = item->negative;
    self->required = item->kind == QUERY_PHRASE;
    self->prefix = item->kind == QUERY_PREFIX || open;
    index_tokens(item->text, item->size, self, keep_piece);
    if (item->kind == QUERY_PHRASE)
        add_phrase(self);
    else
        add_words(self);
}

static void
drop_stop_words(terms_t *self)
{
    size_t kept = 0, telling = 0;
    for (size_t i = 0; i < self->count; i++)
        telling += !self->terms[i].stop && !self->terms[i].negative;
    for (size_t i = 0; i < self->count && telling > 0; i++)
        if (!self->terms[i].stop || self->terms[i].negative)
            self->terms[kept++] = self->terms[i];
    self->count = telling > 0? kept: self->count;
}

code_t
index_terms_make(terms_t *self, const query_t *query, bool typing)
{
    *self = (terms_t){ .count = 0 };
    maker_t *maker = calloc(1, sizeof *maker);
    if (!maker)
        return INTERNAL;
    maker->terms = self;
    for (size_t i = 0; i < query->count; i++)
        if (query->items[i].kind <= QUERY_PREFIX)
            add_item(maker, &query->items[i], typing && query->open && i + 1 == query->count);
    drop_stop_words(self);
    code_t code = maker->failed? INTERNAL: OK;
    free(maker);
    return code;
}

void
index_terms_clear(terms_t *self)
{
    index_room_free(&self->room);
    self->count = 0;
}

// ---- ways ----------------------------------------------------------------------------------------------------------

const char *
index_term_expression(terms_t *self, const term_t *term)
{
    size_t size = 1;
    for (size_t i = 0; i < term->way_count; i++)
        size += strlen(term->ways[i].tokens) + sizeof "\"\" * OR ";
    char *text = index_room_take(&self->room, size), *out = text;
    for (size_t i = 0; text && i < term->way_count; i++)
        out += snprintf(out, size - (size_t)(out - text), "%s\"%s\"%s", i > 0? " OR ": "", term->ways[i].tokens,
                        term->ways[i].prefix? " *": "");
    return text;
}

size_t
index_way_tokens(const way_t *self)
{
    size_t count = 1;
    for (const char *at = strchr(self->tokens, TOKEN_GLUE); at; at = strchr(at + 1, TOKEN_GLUE))
        count++;
    return count;
}

bool
index_way_holds(const way_t *self, size_t at, const char *token, size_t size)
{
    const char *text = self->tokens;
    for (; at > 0; at--)
        text = strchr(text, TOKEN_GLUE) + 1;
    const char *stop = strchr(text, TOKEN_GLUE);
    size_t wanted = stop? (size_t)(stop - text): strlen(text);
    if (stop || !self->prefix)
        return wanted == size && memcmp(text, token, size) == 0;
    return wanted <= size && memcmp(text, token, wanted) == 0;
}
