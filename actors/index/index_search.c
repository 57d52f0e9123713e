// Pages by what they say
#include "index_scope.h"

#include <stdlib.h>
#include <string.h>

#include "index_snippet.h"

typedef struct {
    index_t *index;
    const index_search_t *what;
    query_t query;
    terms_t terms;
    index_scope_t scope;
    ranking_t ranking;
    words_found_t *found;
} search_t;

// ---- pages of the same score, by their files -----------------------------------------------------------------------

// Of those that are shown.
static code_t
order_equals(search_t *self)
{
    ranking_t *ranking = &self->ranking;
    size_t last = self->what->offset + self->what->limit;
    code_t code = OK;
    for (size_t i = 0, end = 0; i < ranking->count && i < last && code == OK; i = end) {
        for (end = i + 1; end < ranking->count && ranking->rows[end].score == ranking->rows[i].score; end++) { }
        if (end > self->what->offset && end - i > 1)
            code = index_order_by_file(self->index, ranking->rows + i, end - i,
                                       sizeof *ranking->rows);
    }
    return code;
}

// ---- what is shown of a page ---------------------------------------------------------------------------------------

static code_t
fill_page(search_t *self, const rank_t *rank, words_hit_t *hit)
{
    index_room_t **room = &self->found->room;
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT file, page, title, at FROM page WHERE id = ?", "i",
                                   rank->page);
    if (!index_row(self->index, row, &code))
        return code;
    const char **texts[] = { &hit->file, &hit->page, &hit->title };
    for (int i = 0; i < 3; i++)
        *texts[i] = index_room_copy(room, index_text(row, i), (size_t)sqlite3_column_bytes(row, i));
    hit->when = sqlite3_column_int64(row, 3);
    hit->score = (int)(rank->score * 10000 + 0.5);
    sqlite3_reset(row);
    return OK;
}

static code_t
fill_section(search_t *self, const rank_t *rank, words_hit_t *hit)
{
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT path, anchor FROM passage WHERE page = ? AND ord = ?", "ii",
                                   rank->page, (int64_t)rank->passage);
    hit->section = hit->anchor = hit->snippet = "";
    if (!index_row(self->index, row, &code))
        return code;
    hit->section = index_room_copy(&self->found->room, index_text(row, 0), (size_t)sqlite3_column_bytes(row, 0));
    hit->anchor = index_room_copy(&self->found->room, index_text(row, 1), (size_t)sqlite3_column_bytes(row, 1));
    sqlite3_reset(row);
    return OK;
}

// Bytes [start, end) of the body that the passage covers.
static void
passage_range(sqlite3_stmt *row, uint32_t passage, size_t size, size_t *start, size_t *end)
{
    const cut_t *cuts = sqlite3_column_blob(row, 0);
    size_t count = (size_t)sqlite3_column_bytes(row, 0) / sizeof *cuts;
    *start = cuts && passage < count? cuts[passage].byte: 0;
    *end = cuts && passage + 1 < count? cuts[passage + 1].byte: size;
    *end = *end < size? *end: size;
    *start = *start < *end? *start: *end;
}

static code_t
fill_snippet(search_t *self, const rank_t *rank, words_hit_t *hit)
{
    char snippet[SNIPPET_SIZE];
    code_t code = OK;
    size_t start = 0, end = 0;
    sqlite3_stmt *row = index_bind(self->index, "SELECT w.cuts, b.line, b.text FROM word_page w JOIN body b"
                                                " ON b.id = w.page WHERE w.page = ?", "i", rank->page);
    if (!index_row(self->index, row, &code))
        return code;
    const char *text = index_text(row, 2);
    passage_range(row, rank->passage, (size_t)sqlite3_column_bytes(row, 2), &start, &end);
    size_t at = start + index_snippet(&self->terms, text + start, end - start, snippet);
    hit->line = (size_t)sqlite3_column_int64(row, 1);
    for (size_t i = 0; i < at; i++)
        hit->line += text[i] == '\n';
    hit->snippet = index_room_copy(&self->found->room, snippet, strlen(snippet));
    sqlite3_reset(row);
    return OK;
}

static code_t
fill(search_t *self)
{
    const ranking_t *ranking = &self->ranking;
    words_found_t *found = self->found;
    size_t offset = self->what->offset, limit = self->what->limit;
    size_t left = ranking->count > offset? ranking->count - offset: 0, rows = left < limit? left: limit;
    code_t code = OK;
    found->total = ranking->count;
    found->rows = index_room_take(&found->room, (rows + 1) * sizeof *found->rows);
    if (!found->rows)
        return INTERNAL;
    for (; found->count < rows && code == OK; found->count++) {
        const rank_t *rank = &ranking->rows[offset + found->count];
        words_hit_t *hit = &found->rows[found->count];
        code = fill_page(self, rank, hit);
        if (code == OK)
            code = fill_section(self, rank, hit);
        if (code == OK)
            code = fill_snippet(self, rank, hit);
    }
    return code;
}

// ---- search --------------------------------------------------------------------------------------------------------

// Without a word to look for, everything else is what the rest of the query leaves over.
static bool
looks_for_words(const terms_t *terms)
{
    for (size_t i = 0; i < terms->count; i++)
        if (!terms->terms[i].negative)
            return true;
    return false;
}

static int
compare_page(const void *a, const void *b)
{
    const rank_t *first = a, *second = b;
    return first->page < second->page? -1: first->page > second->page;
}

// Takes the pages out that have a word which they must not.
static code_t
drop(search_t *self)
{
    ranking_t unwanted = { .count = 0 }, *ranking = &self->ranking;
    size_t kept = 0;
    terms_t without = { .count = self->terms.count };
    if (without.count == 0)
        return OK;
    for (size_t i = 0; i < without.count; i++) {
        without.terms[i] = self->terms.terms[i];
        without.terms[i].negative = false;
    }
    code_t code = index_rank(self->index, &without, &(scope_t){ .pages = 1 }, &unwanted);
    if (unwanted.count > 1)
        qsort(unwanted.rows, unwanted.count, sizeof *unwanted.rows, compare_page);
    for (size_t i = 0; i < ranking->count; i++)
        if (unwanted.count == 0 ||
            !bsearch(&ranking->rows[i], unwanted.rows, unwanted.count, sizeof *unwanted.rows, compare_page))
            ranking->rows[kept++] = ranking->rows[i];
    ranking->count = kept;
    index_ranking_clear(&unwanted);
    index_terms_clear(&without);
    return code;
}

static bool
has_filter(const query_t *query)
{
    for (size_t i = 0; i < query->count; i++)
        if (query->items[i].kind >= QUERY_TAG)
            return true;
    return false;
}

static code_t
rank(search_t *self)
{
    code_t code = index_scope_make(&self->scope, self->index, &self->query, &self->what->sight);
    self->scope.scope.deadline = self->what->deadline;
    if (code != OK)
        return code;
    if (looks_for_words(&self->terms))
        code = index_rank(self->index, &self->terms, &self->scope.scope, &self->ranking);
    else if ((code = index_scope_all(&self->scope, &self->ranking)) == OK)
        code = drop(self);
    if (code == OK)
        code = self->scope.code;
    return code == OK? order_equals(self): code;
}

code_t
index_search(index_t *index, const index_search_t *what, words_found_t *found)
{
    *found = (words_found_t){ .count = 0 };
    search_t *self = calloc(1, sizeof *self);
    if (!self)
        return INTERNAL;
    self->index = index;
    self->what = what;
    self->found = found;
    code_t code = index_query_parse(&self->query, what->text, strlen(what->text), what->now);
    if (code == OK)
        code = index_terms_make(&self->terms, &self->query, what->typing);
    if (code == OK)
        code = self->terms.count > 0 || has_filter(&self->query)? rank(self): INVALID;
    if (code == OK)
        code = fill(self);
    index_terms_clear(&self->terms);
    index_ranking_clear(&self->ranking);
    free(self);
    return code;
}

void
words_found_clear(words_found_t *self)
{
    index_room_free(&self->room);
    *self = (words_found_t){ .count = 0 };
}
