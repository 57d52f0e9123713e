// Pages by what is known of them
#include "index_internal.h"
#include "index_query.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = 1024, BOUND_SIZE = LIMIT_PATH_BYTES + 16 };

typedef struct {
    index_t *index;
    const index_list_t *what;
    index_page_fn take;
    void *context;
    int64_t *total;
    bool *more;
    char from[BOUND_SIZE], to[BOUND_SIZE];      // files are not below the one and below the other
    size_t from_size;
    char category[KEY_SIZE], tag[KEY_SIZE], author[KEY_SIZE];   // folded; "": any
    bool orphaned, empty;
} listing_t;

// ---- what fits ----------------------------------------------------------------------------------------------------

static code_t
yes(listing_t *self, sqlite3_stmt *question, bool *answer)
{
    int64_t number = 0;
    code_t code = index_number(self->index, question, 0, &number);
    *answer = number != 0;
    return code;
}

// The newest change of the page: by whom, and when. What nobody has committed yet has none, and stays by its date.
static code_t
fits_newest(listing_t *self, int64_t id, bool *fits)
{
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT g.newest, g.at, p.folded FROM page AS g"
                                                " LEFT JOIN person AS p ON p.id = g.person WHERE g.id = ?", "i", id);
    if (index_row(self->index, row, &code)) {
        bool late = sqlite3_column_int64(row, 0) == 0 || sqlite3_column_int64(row, 1) >= self->what->since;
        *fits = (!self->what->dated || late) && (!*self->author || strcmp(index_text(row, 2), self->author) == 0);
    }
    sqlite3_reset(row);
    return code;
}

// Does no other page, that may be seen, link to it?
static code_t
is_orphan(listing_t *self, int64_t id, bool *orphan)
{
    const index_sight_t *sight = &self->what->sight;
    char page[PAGE_ID_SIZE] = "";
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT page FROM page WHERE id = ?", "i", id);
    if (index_row(self->index, row, &code))
        snprintf(page, sizeof page, "%s", index_text(row, 0));
    sqlite3_reset(row);
    *orphan = strcmp(page, self->what->home) != 0;
    if (code != OK || !*orphan)
        return code;
    row = index_bind(self->index, "SELECT p.file FROM backlink AS b JOIN page AS p ON p.id = b.page"
                                  " WHERE b.target = ? AND b.page != ?", "ti", page, id);
    while (*orphan && index_row(self->index, row, &code))
        *orphan = !index_sees(sight, index_text(row, 0));
    sqlite3_reset(row);
    return code;
}

// Everything that the list of candidates does not decide by itself.
static code_t
fits(listing_t *self, int64_t id, const char *file, bool *answer)
{
    index_t *index = self->index;
    code_t code = OK;
    *answer = index_sees(&self->what->sight, file);
    if (*answer && *self->tag)
        code = yes(self, index_bind(index, "SELECT 1 FROM tag WHERE page = ? AND folded = ?", "it", id, self->tag),
                   answer);
    if (code == OK && *answer && *self->category)
        code = yes(self, index_bind(index, "SELECT category_key = ?2 FROM page WHERE id = ?1", "it", id,
                                    self->category), answer);
    if (code == OK && *answer && self->empty)
        code = yes(self, index_bind(index, "SELECT words = 0 FROM page WHERE id = ?", "i", id), answer);
    if (code == OK && *answer && (*self->author || self->what->dated))
        code = fits_newest(self, id, answer);
    if (code == OK && *answer && self->orphaned)
        code = is_orphan(self, id, answer);
    return code;
}

// ---- candidates, in order of their files --------------------------------------------------------------------------

#define RANGE "file >= ?1 AND file < ?2"
typedef struct { const char *rows, *count; const char *key; } source_t;

// The narrowest list that there is an index for. It is exact if nothing else is asked for.
static source_t
choose(const listing_t *self, bool *exact)
{
    static const source_t tags = { "SELECT page, file FROM tag WHERE folded = ?3 AND " RANGE " ORDER BY file",
                                   "SELECT count(*) FROM tag WHERE folded = ?3 AND " RANGE, NULL };
    static const source_t categories = {
        "SELECT id, file FROM page WHERE category_key = ?3 AND category_key != '' AND " RANGE " ORDER BY file",
        "SELECT count(*) FROM page WHERE category_key = ?3 AND category_key != '' AND " RANGE, NULL };
    static const source_t empty = { "SELECT id, file FROM page WHERE words = 0 AND ?3 = '' AND " RANGE " ORDER BY file",
                                    "SELECT count(*) FROM page WHERE words = 0 AND ?3 = '' AND " RANGE, NULL };
    static const source_t all = { "SELECT id, file FROM page WHERE ?3 = '' AND " RANGE " ORDER BY file",
                                  "SELECT count(*) FROM page WHERE ?3 = '' AND " RANGE, NULL };
    int asked = (*self->tag != 0) + (*self->category != 0) + self->empty;
    source_t source = *self->tag? tags: *self->category? categories: self->empty? empty: all;
    source.key = *self->tag? self->tag: *self->category? self->category: "";
    *exact = asked <= 1 && !*self->author && !self->what->dated && !self->orphaned && !self->what->sight.visible;
    return source;
}

static sqlite3_stmt *
bind_range(listing_t *self, const char *literal, const char *key)
{
    sqlite3_stmt *statement = index_prepare(self->index, literal);
    if (!statement)
        return NULL;
    sqlite3_bind_text(statement, 1, self->from, (int)self->from_size, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, self->to, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, key, -1, SQLITE_STATIC);
    return statement;
}

static code_t
count(listing_t *self, const source_t *source)
{
    index_facts_t facts;
    if (*source->key || self->empty || *self->what->prefix)
        return index_number(self->index, bind_range(self, source->count, source->key), 0, self->total);
    code_t code = index_facts(self->index, &facts);
    *self->total = facts.pages;
    return code;
}

// Nothing sorts between a text and the same with a NUL behind it.
static void
begin_behind(listing_t *self, const char *cursor)
{
    if (strcmp(cursor, self->from) < 0)
        return;
    self->from_size = (size_t)snprintf(self->from, sizeof self->from, "%s", cursor) + 1;
}

static code_t
tell(listing_t *self, int64_t id)
{
    bool taken = false;
    code_t code = index_page_row(self->index, id, self->take, self->context, &taken);
    *self->more = !taken;
    return code;
}

// All that fit are counted, unless that is known.
static code_t
list_rows(listing_t *self, const source_t *source, bool exact)
{
    const bool counted = exact || self->what->known > 0;
    code_t code = OK;
    sqlite3_stmt *row = bind_range(self, source->rows, source->key);
    while (code == OK && !(counted && *self->more) && index_row(self->index, row, &code)) {
        const char *file = index_text(row, 1);
        bool wanted = exact;
        if (!exact)
            code = fits(self, sqlite3_column_int64(row, 0), file, &wanted);
        if (code != OK || !wanted)
            continue;
        *self->total += !counted;
        if (!*self->more && (counted || strcmp(file, self->what->cursor) > 0))
            code = tell(self, sqlite3_column_int64(row, 0));
    }
    sqlite3_reset(row);
    return code;
}

code_t
index_list(index_t *self, const index_list_t *what, index_page_fn take, void *context, index_listed_t *listed)
{
    listing_t listing = { .index = self, .what = what, .take = take, .context = context, .total = &listed->total,
                          .more = &listed->more, .orphaned = strcmp(what->only, "orphaned") == 0,
                          .empty = strcmp(what->only, "empty") == 0 };
    bool exact = false;
    *listed = (index_listed_t){ .total = 0 };
    if (*what->only && !listing.orphaned && !listing.empty)
        return index_refuse(self, INVALID, "only: orphaned or empty");
    listing.from_size = (size_t)snprintf(listing.from, sizeof listing.from, "%s", what->prefix);
    snprintf(listing.to, sizeof listing.to, "%s\xff", what->prefix);
    index_fold(what->category, listing.category, sizeof listing.category);
    index_fold(what->tag, listing.tag, sizeof listing.tag);
    index_fold(what->author, listing.author, sizeof listing.author);
    const source_t source = choose(&listing, &exact);
    listed->total = what->known > 0? what->known - 1: 0;
    code_t code = exact && what->known == 0? count(&listing, &source): OK;
    if ((exact || what->known > 0) && *what->cursor)
        begin_behind(&listing, what->cursor);
    return code == OK? list_rows(&listing, &source, exact): code;
}
