// The search of the reference API: literal pieces of text, contract/reference-system.md 1.6
#include "index_words_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index_literal.h"

enum { TERMS = LIMIT_QUERY_BYTES / 2 + 1, BEFORE = 50, AFTER = 150 };

typedef struct {
    const char *text;
    size_t size;
    uint8_t sign[SIGN_BYTES];
} piece_t;
typedef struct {
    char *bytes;
    size_t room, size;
} text_t;

typedef struct {
    index_t *index;
    const index_match_t *what;
    char folded[2 * LIMIT_QUERY_BYTES + 16];    // of the whole query, then of its terms
    piece_t whole, terms[TERMS];
    size_t count;
    const uint8_t *sign;                        // of the page that is looked at
    sqlite3_stmt *openings;                     // of the block that is looked at
    size_t points;                              // of the last page that was kept, and its score
    int score;
    matched_t *rows;
    size_t row_count, row_room;
    text_t body, name;                          // folded
    words_found_t *found;
} match_t;

// ---- the query -----------------------------------------------------------------------------------------------------

static piece_t
piece_of(const char *text, size_t size)
{
    piece_t piece = { .text = text, .size = size };
    literal_sign(piece.sign, text, size);
    return piece;
}

static void
trim(const char **text, size_t *size)
{
    for (size_t blank = literal_blank(*text, *size); blank > 0; blank = literal_blank(*text, *size)) {
        *text += blank;
        *size -= blank;
    }
    for (size_t width = 1; width <= 3 && width <= *size; width++)
        if (literal_blank(*text + *size - width, width) == width) {
            *size -= width;
            width = 0;
        }
}

static void
split(match_t *self)
{
    const char *text = self->what->text;
    size_t size = strlen(text), at = 0;
    trim(&text, &size);
    size = literal_fold(text, size, false, self->folded);
    self->whole = piece_of(self->folded, size);
    while (at < size && self->count < TERMS) {
        size_t blank = literal_blank(self->folded + at, size - at), start = at;
        at += blank;
        if (blank > 0)
            continue;
        while (at < size && literal_blank(self->folded + at, size - at) == 0)
            at++;
        self->terms[self->count++] = piece_of(self->folded + start, at - start);
    }
}

// ---- one page ------------------------------------------------------------------------------------------------------

static bool
fold_into(text_t *self, const char *text, size_t size, bool lines)
{
    size_t room = literal_room(size);
    if (self->room < room) {
        char *more = realloc(self->bytes, room);
        if (!more)
            return false;
        self->bytes = more;
        self->room = room;
    }
    self->size = literal_fold(text, size, lines, self->bytes);
    return true;
}

static const char *
find(const text_t *text, const piece_t *piece, size_t from)
{
    return memmem(text->bytes + from, text->size - from, piece->text, piece->size);
}

// Places that do not overlap, at most `most`.
static size_t
occurrences(const text_t *text, const piece_t *piece, size_t most)
{
    size_t count = 0, from = 0;
    for (const char *at = find(text, piece, 0); at && count < most; at = find(text, piece, from)) {
        count++;
        from = (size_t)(at - text->bytes) + piece->size;
    }
    return count;
}

static size_t
title_points(const match_t *self)
{
    size_t points = find(&self->name, &self->whole, 0)? self->count: 0;
    for (size_t i = 0; i < self->count; i++)
        points += find(&self->name, &self->terms[i], 0) != NULL;
    return points;
}

static bool
may_hold(const match_t *self, const piece_t *piece)
{
    return literal_may_hold(self->sign, piece->sign);
}

// More than 2T do not count: what a place of the whole query gives is looked for first.
static size_t
body_points(const match_t *self, const text_t *body)
{
    size_t most = 2 * self->count;
    size_t points = may_hold(self, &self->whole) && find(body, &self->whole, 0)? self->count: 0;
    for (size_t i = 0; i < self->count && points < most; i++)
        if (may_hold(self, &self->terms[i]))
            points += occurrences(body, &self->terms[i], most - points);
    return points < most? points: most;
}

// What is found in the beginning alone may be all that counts.
static code_t
read_body(match_t *self, int64_t page, size_t *points)
{
    code_t code = OK;
    opening_t opening = { .size = 0 };
    if ((size_t)sqlite3_column_bytes(self->openings, 0) == SIGNS * sizeof opening)
        memcpy(&opening, (const char *)sqlite3_column_blob(self->openings, 0) + (size_t)(page % SIGNS) * sizeof opening,
               sizeof opening);
    const text_t beginning = { .bytes = opening.text, .size = opening.size < OPENING? opening.size: OPENING };
    *points = body_points(self, &beginning);
    if (*points == 2 * self->count || opening.whole)
        return OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT text FROM body WHERE id = ?", "i", page);
    if (!index_row(self->index, row, &code))
        return code;
    bool fits = fold_into(&self->body, index_text(row, 0), (size_t)sqlite3_column_bytes(row, 0), true);
    *points = fits? body_points(self, &self->body): 0;
    sqlite3_reset(row);
    return fits? OK: INTERNAL;
}

// As Python rounds to two places.
static int
hundredths(double value)
{
    char text[16];
    snprintf(text, sizeof text, "%.2f", value < 1? value: 1.0);
    return text[0] == '1'? 100: (text[2] - '0') * 10 + (text[3] - '0');
}

static bool
keep(match_t *self, int64_t page, size_t points)
{
    if (self->row_count == self->row_room) {
        size_t room = self->row_room > 0? self->row_room * 2: 64;
        matched_t *more = realloc(self->rows, room * sizeof *more);
        if (!more)
            return false;
        self->rows = more;
        self->row_room = room;
    }
    if (points != self->points)                 // printing takes its time
        self->score = hundredths((double)points / (double)(4 * self->count));
    self->points = points;
    self->rows[self->row_count++] = (matched_t){ page, self->score };
    return true;
}

static code_t
judge(match_t *self, int64_t page)
{
    char name[PAGE_ID_SIZE];
    code_t code = OK;
    size_t points = 0;
    sqlite3_stmt *row = index_bind(self->index, "SELECT title, file FROM page WHERE id = ?", "i", page);
    if (!index_row(self->index, row, &code))
        return code;
    if (index_sees(&self->what->sight, index_text(row, 1))) {
        index_name_of(self->index, index_text(row, 0), index_text(row, 1), name);
        code = fold_into(&self->name, name, strlen(name), false)? read_body(self, page, &points): INTERNAL;
        points += code == OK? 3 * title_points(self): 0;
    }
    sqlite3_reset(row);
    return code != OK || points == 0 || keep(self, page, points)? code: INTERNAL;
}

// ---- all pages -----------------------------------------------------------------------------------------------------

// May the page hold any term? Whoever holds the whole query holds each of them.
static bool
is_candidate(const match_t *self, const uint8_t *sign)
{
    if (!(sign[0] & 1))
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (literal_may_hold(sign, self->terms[i].sign))
            return true;
    return false;
}

static code_t
judge_block(match_t *self, int64_t block, const uint8_t *bits)
{
    code_t code = OK;
    self->openings = NULL;
    for (size_t i = 0; i < SIGNS && code == OK; i++) {
        self->sign = bits + i * SIGN_BYTES;
        if (!is_candidate(self, self->sign))
            continue;
        if (!self->openings) {
            self->openings = index_bind(self->index, "SELECT texts FROM opening WHERE block = ?", "i", block);
            if (!index_row(self->index, self->openings, &code))
                return code == OK? UNSUPPORTED: code;
        }
        code = judge(self, block * SIGNS + (int64_t)i);
    }
    sqlite3_reset(self->openings);
    return code;
}

static code_t
judge_all(match_t *self)
{
    code_t code = OK;
    sqlite3_stmt *row = index_prepare(self->index, "SELECT block, bits FROM sign ORDER BY block");
    while (code == OK && index_row(self->index, row, &code)) {
        const uint8_t *bits = sqlite3_column_blob(row, 1);
        if ((size_t)sqlite3_column_bytes(row, 1) == (size_t)SIGNS * SIGN_BYTES)
            code = judge_block(self, sqlite3_column_int64(row, 0), bits);
        if (code == OK)
            code = index_in_time(self->index, self->what->deadline);
    }
    sqlite3_reset(row);
    return code;
}

static int
compare_row(const void *a, const void *b)
{
    const matched_t *first = a, *second = b;
    if (first->score != second->score)
        return first->score > second->score? -1: 1;
    return first->page < second->page? -1: first->page > second->page;
}

static code_t
order(match_t *self)
{
    code_t code = OK;
    if (self->row_count > 1)
        qsort(self->rows, self->row_count, sizeof *self->rows, compare_row);
    for (size_t i = 0, end = 0; i < self->row_count && code == OK; i = end) {
        for (end = i + 1; end < self->row_count && self->rows[end].score == self->rows[i].score; end++) { }
        code = index_order_by_file(self->index, self->rows + i, end - i, sizeof *self->rows);
    }
    return code;
}

// ---- what is shown -------------------------------------------------------------------------------------------------

static const char *
cut_snippet(match_t *self, char *text, size_t size)
{
    size = literal_lines(text, size);
    const piece_t *piece = &self->whole;
    const char *at = find(&self->body, piece, 0);
    if (!at) {
        piece = &self->terms[0];
        at = find(&self->body, piece, 0);
    }
    if (!at)
        return "";
    size_t before = literal_characters(self->body.bytes, (size_t)(at - self->body.bytes));
    size_t start = literal_skip(text, size, 0, before > BEFORE? before - BEFORE: 0);
    size_t matched = literal_characters(piece->text, piece->size) + (before < BEFORE? before: BEFORE);
    size_t end = literal_skip(text, size, start, matched + AFTER), bytes = end - start;
    const char *shown = text + start;
    trim(&shown, &bytes);
    char *snippet = index_room_take(&self->found->room, bytes + sizeof "......");
    if (snippet)
        snprintf(snippet, bytes + sizeof "......", "%s%.*s%s", start > 0? "...": "", (int)bytes, shown,
                 end < size? "...": "");
    return snippet? snippet: "";
}

static code_t
show(match_t *self, const matched_t *from, words_hit_t *hit)
{
    code_t code = OK;
    index_room_t **room = &self->found->room;
    sqlite3_stmt *row = index_bind(self->index, "SELECT p.file, p.page, p.title, b.text FROM page p JOIN body b"
                                                " ON b.id = p.id WHERE p.id = ?", "i", from->page);
    if (!index_row(self->index, row, &code))
        return code;
    const char **texts[] = { &hit->file, &hit->page, &hit->title };
    for (int i = 0; i < 3; i++)
        *texts[i] = index_room_copy(room, index_text(row, i), (size_t)sqlite3_column_bytes(row, i));
    size_t size = (size_t)sqlite3_column_bytes(row, 3);
    char *text = malloc(size + 1);
    bool fits = text && fold_into(&self->body, index_text(row, 3), size, true);
    if (fits)
        memcpy(text, index_text(row, 3), size);
    hit->score = from->score;
    hit->section = hit->anchor = "";
    hit->snippet = fits? cut_snippet(self, text, size): "";
    free(text);
    sqlite3_reset(row);
    return fits? OK: INTERNAL;
}

static code_t
show_all(match_t *self, const matched_t *matched, size_t count)
{
    words_found_t *found = self->found;
    size_t offset = self->what->offset, limit = self->what->limit;
    size_t left = count > offset? count - offset: 0, rows = left < limit? left: limit;
    code_t code = OK;
    found->total = count;
    found->rows = index_room_take(&found->room, (rows + 1) * sizeof *found->rows);
    if (!found->rows)
        return INTERNAL;
    for (; found->count < rows && code == OK; found->count++)
        code = show(self, &matched[offset + found->count], &found->rows[found->count]);
    return code;
}

static code_t
search(match_t *self)
{
    bool all = !self->what->sight.visible;
    size_t count = 0;
    const matched_t *kept = all? index_kept_find(self->index, self->what->text, &count): NULL;
    if (kept)
        return show_all(self, kept, count);
    code_t code = judge_all(self);
    if (code == OK)
        code = order(self);
    if (code == OK)
        code = show_all(self, self->rows, self->row_count);
    if (code == OK && all && self->row_count > self->found->count)
        index_kept_put(self->index, self->what->text, &self->rows, self->row_count);
    return code;
}

code_t
index_match(index_t *index, const index_match_t *what, words_found_t *found)
{
    *found = (words_found_t){ .count = 0 };
    if (strlen(what->text) > LIMIT_QUERY_BYTES)
        return INVALID;
    match_t *self = calloc(1, sizeof *self);
    if (!self)
        return INTERNAL;
    self->index = index;
    self->what = what;
    self->found = found;
    split(self);
    code_t code = self->count > 0? search(self): INVALID;
    free(self->rows);
    free(self->body.bytes);
    free(self->name.bytes);
    free(self);
    return code;
}
