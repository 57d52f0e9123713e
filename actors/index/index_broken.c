// Links that lead nowhere, and the pages that they want
#include "index_internal.h"
#include "index_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Is this the id of a page, or a file? For who may see everything; the few that are neither are looked at one by one.
#define MISSING(target) \
    "NOT EXISTS (SELECT 1 FROM file AS f WHERE f.page = " target " AND f.page != '' AND f.blob IS NOT NULL)" \
    " AND NOT EXISTS (SELECT 1 FROM file AS f WHERE f.path = " target " AND f.blob IS NOT NULL)"

// ---- wanted -------------------------------------------------------------------------------------------------------

typedef struct { char *page; int64_t count; char *from[WANTED_FROM]; size_t from_count; } want_t;
typedef struct {
    index_t *index;
    const index_sight_t *sight;
    want_t *rows;
    size_t count, room;
    char target[PAGE_ID_SIZE];                  // that was looked at last
    bool missing;                               // and what was found
    int64_t page;                               // the last that wanted it
} wants_t;

static want_t *
add_want(wants_t *self, const char *target)
{
    if (self->count == self->room) {
        size_t room = self->room? self->room * 2: 64;
        want_t *rows = realloc(self->rows, room * sizeof *rows);
        if (!rows)
            return NULL;
        self->rows = rows;
        self->room = room;
    }
    self->rows[self->count] = (want_t){ .page = strdup(target) };
    return self->rows[self->count].page? &self->rows[self->count++]: NULL;
}

// Rows come target by target.
static code_t
look_at(wants_t *self, const char *target)
{
    index_place_t place;
    if (strcmp(self->target, target) == 0)
        return OK;
    snprintf(self->target, sizeof self->target, "%s", target);
    self->page = 0;
    self->missing = false;
    if (index_is_file_name(target))
        return OK;
    code_t code = index_place(self->index, self->sight, target, &place);
    self->missing = code == OK && place.kind == '0';
    return code;
}

static code_t
add_wish(wants_t *self, int64_t page, const char *id)
{
    want_t *row = self->count > 0? &self->rows[self->count - 1]: NULL;
    if (page == self->page)
        return OK;
    if (!row || strcmp(row->page, self->target) != 0)
        row = add_want(self, self->target);
    if (!row)
        return INTERNAL;
    self->page = page;
    row->count++;
    if (row->from_count < WANTED_FROM && (row->from[row->from_count] = strdup(id)))
        row->from_count++;
    return OK;
}

static code_t
find_wants(wants_t *self)
{
#define ROWS "SELECT b.target, b.page, p.file, p.page FROM backlink AS b JOIN page AS p ON p.id = b.page" \
             " WHERE b.kind != 'i'"
    static const char some[] = ROWS " AND " MISSING("b.target") " ORDER BY b.target, b.source";
    static const char all[] = ROWS " ORDER BY b.target, b.source";
#undef ROWS
    code_t code = OK;
    sqlite3_stmt *row = index_prepare(self->index, self->sight->visible? all: some);
    while (code == OK && index_row(self->index, row, &code)) {
        code = look_at(self, index_text(row, 0));
        if (code == OK && self->missing && index_sees(self->sight, index_text(row, 2)))
            code = add_wish(self, sqlite3_column_int64(row, 1), index_text(row, 3));
    }
    sqlite3_reset(row);
    return code;
}

static int
compare(const void *a, const void *b)
{
    const want_t *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count? -1: 1;
    return strcmp(left->page, right->page);
}

static bool
tell_want(const want_t *want, index_wanted_fn take, void *context)
{
    index_wanted_t row = { .page = want->page, .count = want->count, .from_count = want->from_count };
    for (size_t i = 0; i < want->from_count; i++)
        row.from[i] = want->from[i];
    return take(context, &row);
}

code_t
index_wanted(index_t *self, const index_sight_t *sight, size_t skip, index_wanted_fn take, void *context,
             int64_t *total)
{
    wants_t wants = { .index = self, .sight = sight };
    bool full = false;
    code_t code = find_wants(&wants);
    if (code == OK && wants.count > 0)
        qsort(wants.rows, wants.count, sizeof *wants.rows, compare);
    for (size_t i = 0; i < wants.count; i++) {
        full = full || code != OK || (i >= skip && !tell_want(&wants.rows[i], take, context));
        for (size_t j = 0; j < wants.rows[i].from_count; j++)
            free(wants.rows[i].from[j]);
        free(wants.rows[i].page);
    }
    free(wants.rows);
    *total = (int64_t)wants.count;
    return code;
}

// ---- broken -------------------------------------------------------------------------------------------------------

// Has the page an anchor that its text makes itself, in HTML?
static code_t
has_own_anchor(index_t *self, int64_t page, const char *anchor, int64_t *found)
{
    char id[300], name[300];
    snprintf(id, sizeof id, "id=\"%s\"", anchor);
    snprintf(name, sizeof name, "name=\"%s\"", anchor);
    return index_number(self, index_bind(self, "SELECT instr(text, ?2) OR instr(text, ?3) FROM body WHERE id = ?1",
                                         "itt", page, id, name), 0, found);
}

static code_t
has_anchor(index_t *self, int64_t page, const char *anchor, bool *has)
{
    char slug[512];
    int64_t found = strcmp(anchor, "top") == 0;
    page_slug(anchor, strlen(anchor), slug, sizeof slug);
    sqlite3_stmt *row = index_bind(self, "SELECT 1 FROM heading WHERE page = ? AND (anchor = ? OR anchor = ?) LIMIT 1",
                                   "itt", page, anchor, slug);
    code_t code = found? OK: index_number(self, row, 0, &found);
    if (code == OK && !found)
        code = has_own_anchor(self, page, anchor, &found);
    *has = found != 0;
    return code;
}

// What is missing of this link; NULL: nothing.
static code_t
judge(index_t *self, const index_sight_t *sight, index_broken_t *row)
{
    index_place_t place;
    bool has = true;
    code_t code = index_place(self, sight, row->target, &place);
    row->why = NULL;
    if (code == OK && place.kind == '0')
        row->why = row->kind == 'i' || index_is_file_name(row->target)? "file": "page";
    if (code == OK && place.kind == '1' && *row->anchor)
        code = has_anchor(self, place.id, row->anchor, &has);
    if (!has)
        row->why = "anchor";
    return code;
}

code_t
index_broken(index_t *self, const index_sight_t *sight, size_t skip, index_broken_fn take, void *context,
             int64_t *total)
{
#define ROWS "SELECT p.file, p.page, l.target, l.anchor, l.kind, l.line FROM page AS p JOIN link AS l ON l.page = p.id"
    static const char some[] = ROWS " WHERE l.anchor != '' OR (" MISSING("l.target") ") ORDER BY p.file, l.ord";
    static const char all[] = ROWS " ORDER BY p.file, l.ord";
    bool full = false;
    code_t code = OK;
    *total = 0;
    sqlite3_stmt *row = index_prepare(self, sight->visible? all: some);
    while (code == OK && index_row(self, row, &code)) {
        if (!index_sees(sight, index_text(row, 0)))
            continue;
        index_broken_t link = { .page = index_text(row, 1), .target = index_text(row, 2), .anchor = index_text(row, 3),
                                .kind = *index_text(row, 4), .line = sqlite3_column_int64(row, 5) };
        code = judge(self, sight, &link);
        if (code != OK || !link.why)
            continue;
        full = full || ((size_t)*total >= skip && !take(context, &link));
        ++*total;
    }
    sqlite3_reset(row);
    return code;
#undef ROWS
}
