// Links of a page, and links to it
#include "index_internal.h"
#include "index_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- from it ------------------------------------------------------------------------------------------------------

typedef struct { index_link_row_t *rows; size_t count, room; } rows_t;

static code_t
add_row(rows_t *self, char kind, const index_place_t *place)
{
    if (self->count == self->room) {
        size_t room = self->room? self->room * 2: 32;
        index_link_row_t *rows = realloc(self->rows, room * sizeof *rows);
        if (!rows)
            return INTERNAL;
        self->rows = rows;
        self->room = room;
    }
    char *path = strdup(place->path);
    if (!path)
        return INTERNAL;
    self->rows[self->count++] = (index_link_row_t){ .kind = kind, .presence = place->kind, .path = path };
    return OK;
}

static int
compare(const void *a, const void *b)
{
    const index_link_row_t *left = a, *right = b;
    int order = strcmp(left->path, right->path);
    return order? order: left->kind - right->kind;
}

// Two spellings may lead to one page.
static bool
hand_out(const rows_t *self, index_link_fn take, void *context)
{
    for (size_t i = 0; i < self->count; i++)
        if ((i == 0 || compare(&self->rows[i - 1], &self->rows[i]) != 0) && !take(context, &self->rows[i]))
            return false;
    return true;
}

code_t
index_links_from(index_t *self, const index_sight_t *sight, int64_t page, index_link_fn take, void *context)
{
    rows_t rows = { NULL, 0, 0 };
    index_place_t place;
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self, "SELECT DISTINCT target, kind FROM link WHERE page = ?", "i", page);
    while (code == OK && index_row(self, row, &code)) {
        code = index_place(self, sight, index_text(row, 0), &place);
        if (code == OK)
            code = add_row(&rows, *index_text(row, 1), &place);
    }
    sqlite3_reset(row);
    if (code == OK) {
        if (rows.count > 0)
            qsort(rows.rows, rows.count, sizeof *rows.rows, compare);
        hand_out(&rows, take, context);
    }
    for (size_t i = 0; i < rows.count; i++)
        free((char *)rows.rows[i].path);
    free(rows.rows);
    return code;
}

// ---- to it --------------------------------------------------------------------------------------------------------

// The file is looked up only for who may not see every file.
code_t
index_links_to(index_t *self, const index_sight_t *sight, const char *target, index_link_fn take, void *context)
{
    static const char some[] = "SELECT b.source, b.kind, p.file FROM backlink AS b JOIN page AS p ON p.id = b.page"
                               " WHERE b.target = ? ORDER BY b.source, b.kind";
    static const char all[] = "SELECT source, kind FROM backlink WHERE target = ? ORDER BY source, kind";
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self, sight->visible? some: all, "t", target);
    while (index_row(self, row, &code)) {
        const index_link_row_t link = { .kind = *index_text(row, 1), .presence = '1', .path = index_text(row, 0) };
        if (sight->visible && !index_sees(sight, index_text(row, 2)))
            continue;
        if (!take(context, &link))
            break;
    }
    sqlite3_reset(row);
    return code;
}

code_t
index_has_many_links(index_t *self, int64_t page, const char *target, int64_t most, bool *many)
{
    int64_t count = 0;
    code_t code = index_number(self, index_bind(self,
        "SELECT max((SELECT count(*) FROM (SELECT 1 FROM link WHERE page = ?1 LIMIT ?3)),"
        " (SELECT count(*) FROM (SELECT 1 FROM backlink WHERE target = ?2 LIMIT ?3)))", "iti", page, target,
        most + 1), 0, &count);
    *many = count > most;
    return code;
}

// ---- to any of several: their files, in the order of their paths ---------------------------------------------------

typedef struct { char **rows; size_t count, room, limit; bool more; } names_t;

static int
compare_files(const char *a, const char *b)
{
    char left[PAGE_ID_SIZE], right[PAGE_ID_SIZE];
    index_raw_path(a, left);
    index_raw_path(b, right);
    int order = strcmp(left, right);
    return order? order: strcmp(a, b);
}

static int
compare_names(const void *a, const void *b)
{
    return compare_files(*(char *const *)a, *(char *const *)b);
}

// Keeps the first `limit` of them, each once.
static void
tidy(names_t *self)
{
    size_t kept = 0;
    qsort(self->rows, self->count, sizeof *self->rows, compare_names);
    for (size_t i = 0; i < self->count; i++) {
        bool again = kept > 0 && strcmp(self->rows[kept - 1], self->rows[i]) == 0;
        self->more = self->more || (!again && kept == self->limit);
        if (again || kept == self->limit)
            free(self->rows[i]);
        else
            self->rows[kept++] = self->rows[i];
    }
    self->count = kept;
}

static code_t
add_name(names_t *self, const char *name)
{
    if (self->count == self->room)
        tidy(self);
    self->rows[self->count] = strdup(name);
    return self->rows[self->count++]? OK: INTERNAL;
}

// Those that link to one target, or to anything below it; `end` is where that ends, and lives as long as the statement.
static sqlite3_stmt *
select_linkers(index_t *self, const char *target, const char *from, char end[PAGE_ID_SIZE])
{
    size_t size = strlen(target);
    if (size == 0 || size >= PAGE_ID_SIZE || target[size - 1] != '/')
        return index_bind(self, "SELECT DISTINCT b.source, b.page, p.file FROM backlink AS b"
                                " JOIN page AS p ON p.id = b.page WHERE b.target = ? AND b.source >= ?"
                                " ORDER BY b.source", "tt", target, from);
    memcpy(end, target, size + 1);
    end[size - 1] = '/' + 1;
    return index_bind(self, "SELECT DISTINCT b.source, b.page, p.file FROM backlink AS b"
                            " JOIN page AS p ON p.id = b.page WHERE b.target > ? AND b.target < ? AND b.source >= ?"
                            " ORDER BY b.source", "ttt", target, end, from);
}

// The first of those that link to one target; more of them are not among the first of all.
static code_t
add_linkers(index_t *self, const index_linkers_t *what, const char *target, names_t *names)
{
    char from[PAGE_ID_SIZE], end[PAGE_ID_SIZE];
    size_t added = 0;
    code_t code = OK;
    index_raw_path(what->cursor, from);
    sqlite3_stmt *row = select_linkers(self, target, from, end);
    while (code == OK && added <= names->limit && index_row(self, row, &code)) {
        const char *file = index_text(row, 2);
        if (!index_sees(&what->sight, file) || (*what->cursor && compare_files(file, what->cursor) <= 0))
            continue;
        code = add_name(names, file);
        added++;
    }
    sqlite3_reset(row);
    return code;
}

code_t
index_linkers(index_t *self, const index_linkers_t *what, index_name_fn take, void *context, bool *more)
{
    names_t names = { .limit = what->limit > 0 && what->limit < LIMIT_ROWS? what->limit: LIMIT_ROWS };
    char id[PAGE_ID_SIZE];
    bool full = false;
    names.room = 2 * names.limit + 2;
    names.rows = calloc(names.room, sizeof *names.rows);
    code_t code = names.rows? OK: INTERNAL;
    for (size_t i = 0; i < what->targets_count && code == OK; i++) {
        bool below = *what->targets[i] && what->targets[i][strlen(what->targets[i]) - 1] == '/';
        bool folds = !below && page_id(&self->naming, what->targets[i], id) == OK && strcmp(id, what->targets[i]) != 0;
        code = add_linkers(self, what, what->targets[i], &names);
        if (code == OK && folds)
            code = add_linkers(self, what, id, &names);
    }
    if (code == OK)
        tidy(&names);
    for (size_t i = 0; i < names.count; i++) {
        full = full || code != OK || !take(context, names.rows[i]);
        free(names.rows[i]);
    }
    free(names.rows);
    *more = full || names.more;
    return code;
}
