#include "index_scope.h"

#include <string.h>

enum { VALUE = 1024 };

// ---- filters -------------------------------------------------------------------------------------------------------

static void
copy_value(const query_item_t *item, char value[VALUE])
{
    size_t size = item->size < VALUE - 1? item->size: VALUE - 1;
    memcpy(value, item->text, size);
    value[size] = 0;
}

static bool
has_tag(index_scope_t *self, const query_item_t *item, int64_t page)
{
    char value[VALUE], folded[VALUE];
    int64_t there = 0;
    copy_value(item, value);
    index_fold(value, folded, sizeof folded);
    code_t code = index_number(self->index, index_bind(self->index, "SELECT 1 FROM tag WHERE page = ? AND folded = ?",
                                                       "it", page, folded), 0, &there);
    self->code = code == OK? self->code: code;
    return there == 1;
}

// A folder or the beginning of a path, however it is spelled.
static bool
is_below(index_scope_t *self, const query_item_t *item, int64_t page)
{
    char value[VALUE], wanted[PAGE_ID_SIZE], key[PAGE_ID_SIZE];
    copy_value(item, value);
    page_search_key(value[0] == '/'? value + 1: value, wanted);
    sqlite3_stmt *row = index_bind(self->index, "SELECT page FROM page WHERE id = ?", "i", page);
    if (!index_row(self->index, row, &self->code))
        return false;
    page_search_key(index_text(row, 0), key);
    sqlite3_reset(row);
    return strncmp(key, wanted, strlen(wanted)) == 0;
}

static bool
is_in_key(const char *text, const char *wanted)
{
    char key[PAGE_ID_SIZE];
    page_search_key(text, key);
    return strstr(key, wanted) != NULL;
}

// Who changed it last, and when.
static bool
is_changed(index_scope_t *self, const query_item_t *item, int64_t page)
{
    char value[VALUE], wanted[PAGE_ID_SIZE];
    sqlite3_stmt *row = index_bind(self->index, "SELECT p.at, w.name, w.email FROM page p JOIN person w"
                                                " ON w.id = p.person WHERE p.id = ?", "i", page);
    if (!index_row(self->index, row, &self->code))
        return false;
    int64_t at = sqlite3_column_int64(row, 0);
    bool fits = at >= item->from && at < item->until;
    if (item->kind == QUERY_AUTHOR) {
        copy_value(item, value);
        page_search_key(value, wanted);
        fits = is_in_key(index_text(row, 1), wanted) || is_in_key(index_text(row, 2), wanted);
    }
    sqlite3_reset(row);
    return fits;
}

static bool
passes(index_scope_t *self, const query_item_t *item, int64_t page)
{
    switch (item->kind) {
    case QUERY_TAG: return has_tag(self, item, page);
    case QUERY_PATH: return is_below(self, item, page);
    case QUERY_AUTHOR:
    case QUERY_CHANGED: return is_changed(self, item, page);
    default: return true;
    }
}

static bool
fits(void *context, int64_t page)
{
    index_scope_t *self = context;
    for (size_t i = 0; i < self->query->count; i++) {
        const query_item_t *item = &self->query->items[i];
        if (item->kind >= QUERY_TAG && passes(self, item, page) == item->negative)
            return false;
    }
    return true;
}

// ---- rights --------------------------------------------------------------------------------------------------------

static bool
sees(void *context, int64_t page)
{
    index_scope_t *self = context;
    sqlite3_stmt *row = index_bind(self->index, "SELECT file FROM page WHERE id = ?", "i", page);
    if (!index_row(self->index, row, &self->code))
        return false;
    bool seen = index_sees(self->sight, index_text(row, 0));
    sqlite3_reset(row);
    return seen;
}

static code_t
count_all(index_t *index, scope_t *scope)
{
    code_t code = OK;
    sqlite3_stmt *row = index_prepare(index, "SELECT pages, words, passages, passage_words FROM word_total");
    if (!index_row(index, row, &code))
        return code;
    *scope = (scope_t){ .pages = sqlite3_column_double(row, 0), .words = sqlite3_column_double(row, 1),
                        .passages = sqlite3_column_double(row, 2), .passage_words = sqlite3_column_double(row, 3) };
    sqlite3_reset(row);
    return OK;
}

// How rare a word is must not tell of pages that are hidden.
static code_t
count_seen(index_scope_t *self)
{
    code_t code = OK;
    scope_t *scope = &self->scope;
    sqlite3_stmt *row = index_prepare(self->index, "SELECT p.file, w.heads, w.length, length(w.cuts) FROM page p"
                                                   " JOIN word_page w ON w.page = p.id");
    while (index_row(self->index, row, &code)) {
        if (!index_sees(self->sight, index_text(row, 0)))
            continue;
        double heads = sqlite3_column_double(row, 1), length = sqlite3_column_double(row, 2);
        double passages = sqlite3_column_double(row, 3) / (double)sizeof(cut_t);
        scope->pages++;
        scope->words += heads + length;
        scope->passages += passages;
        scope->passage_words += length + heads * passages;
    }
    return code;
}

code_t
index_scope_make(index_scope_t *self, index_t *index, const query_t *query, const index_sight_t *sight)
{
    *self = (index_scope_t){ .index = index, .query = query, .sight = sight };
    code_t code = sight->visible? count_seen(self): count_all(index, &self->scope);
    for (size_t i = 0; i < query->count; i++)
        self->filtered = self->filtered || query->items[i].kind >= QUERY_TAG;
    self->scope.sees = sight->visible? sees: NULL;
    self->scope.fits = self->filtered? fits: NULL;
    self->scope.context = self;
    return code;
}

code_t
index_scope_all(index_scope_t *self, ranking_t *ranking)
{
    code_t code = OK;
    sqlite3_stmt *row = index_prepare(self->index, "SELECT id FROM page ORDER BY id");
    while (code == OK && index_row(self->index, row, &code)) {
        rank_t rank = { .page = sqlite3_column_int64(row, 0) };
        if ((self->scope.sees && !sees(self, rank.page)) || (self->filtered && !fits(self, rank.page)))
            continue;
        code = index_ranking_add(ranking, &rank)? OK: INTERNAL;
    }
    sqlite3_reset(row);
    return code == OK? self->code: code;
}
