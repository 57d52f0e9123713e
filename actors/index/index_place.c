// Where a path leads: a page in any spelling, a file, a folder
#include "index_internal.h"
#include "index_query.h"

#include <stdio.h>
#include <string.h>

enum { FILES_ASKED = 1000 };                    // of a folder: is one of them to be seen?

// ---- pages --------------------------------------------------------------------------------------------------------

static void
take_file(index_place_t *place, sqlite3_stmt *row)
{
    place->id = sqlite3_column_int64(row, 0);
    snprintf(place->file, sizeof place->file, "%s", index_text(row, 1));
}

// Of several files of one page: the one that is spelled so, else the one that a new page would get, else the first.
static code_t
find_page(index_t *self, const char *spelling, const char *id, index_place_t *place)
{
    char spelled[PAGE_ID_SIZE] = "", canonical[PAGE_ID_SIZE + 4];
    bool chosen = false;
    code_t code = OK;
    page_spelled_file(spelling, spelled);
    snprintf(canonical, sizeof canonical, "%s.md", id);
    sqlite3_stmt *row = index_bind(self, "SELECT id, path FROM file WHERE page = ? AND page != '' AND blob IS NOT NULL"
                                         " ORDER BY path", "t", id);
    while (!chosen && index_row(self, row, &code)) {
        const char *file = index_text(row, 1);
        chosen = strcmp(file, spelled) == 0;
        if (chosen || !place->id || strcmp(file, canonical) == 0)
            take_file(place, row);
    }
    sqlite3_reset(row);
    return code;
}

// The page that had this id and changed last.
static code_t
find_gone(index_t *self, const char *id, index_place_t *place)
{
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self,
        "SELECT id, path FROM file WHERE page = ? AND page != '' AND blob IS NULL"
        " ORDER BY (SELECT max(seq) FROM change WHERE file = file.id) DESC LIMIT 1", "t", id);
    if (index_row(self, row, &code))
        take_file(place, row);
    sqlite3_reset(row);
    return code;
}

// ---- files and folders --------------------------------------------------------------------------------------------

static code_t
find_file(index_t *self, const char *path, bool gone, index_place_t *place)
{
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self, "SELECT id, path FROM file WHERE path = ? AND (blob IS NOT NULL OR ?)", "ti",
                                   path, (int64_t)gone);
    if (index_row(self, row, &code))
        take_file(place, row);
    sqlite3_reset(row);
    return code;
}

static code_t
sees_folder(index_t *self, const index_sight_t *sight, const char *path, bool *seen)
{
    char from[PAGE_ID_SIZE + 2], to[PAGE_ID_SIZE + 2];
    size_t size = strlen(path);
    code_t code = OK;
    *seen = false;
    while (size > 0 && path[size - 1] == '/')
        size--;
    snprintf(from, sizeof from, "%.*s/", (int)size, path);
    snprintf(to, sizeof to, "%.*s0", (int)size, path);          // '0' comes after '/'
    sqlite3_stmt *row = index_bind(self, "SELECT path FROM file WHERE path > ? AND path < ? AND blob IS NOT NULL"
                                         " LIMIT ?", "tti", from, to, (int64_t)FILES_ASKED);
    while (!*seen && index_row(self, row, &code))
        *seen = index_sees(sight, index_text(row, 0));
    sqlite3_reset(row);
    return code;
}

// ---- either -------------------------------------------------------------------------------------------------------

static void
settle(const index_sight_t *sight, char kind, index_place_t *place)
{
    if (!place->id || !index_sees(sight, place->file)) {
        place->id = 0;
        return;
    }
    place->kind = kind;
    if (kind == '1')
        index_raw_path(place->file, place->path);
}

code_t
index_place(index_t *self, const index_sight_t *sight, const char *target, index_place_t *place)
{
    char id[PAGE_ID_SIZE];
    bool seen = false;
    code_t code = OK;
    target += strspn(target, "/");
    *place = (index_place_t){ .kind = '0' };
    if (strlen(target) >= sizeof place->path)
        return OK;
    snprintf(place->path, sizeof place->path, "%s", target);
    if (page_id(&self->naming, target, id) == OK)
        code = find_page(self, target, id, place);
    char kind = place->id? '1': '2';
    if (code == OK && !place->id)
        code = find_file(self, target, false, place);
    if (code == OK && place->id) {
        settle(sight, kind, place);
    } else if (code == OK && *target) {
        code = sees_folder(self, sight, target, &seen);
        place->kind = seen? '3': '0';
    }
    return code;
}

code_t
index_find(index_t *self, const index_sight_t *sight, const index_name_t *name, index_place_t *place)
{
    char id[PAGE_ID_SIZE];
    code_t code = OK;
    *place = (index_place_t){ .kind = '0' };
    if (!name->exact && page_id(&self->naming, name->path, id) == OK) {
        code = find_page(self, name->path, id, place);
        if (code == OK && !place->id)
            code = find_gone(self, id, place);
    }
    if (code == OK && !place->id)
        code = find_file(self, name->path, true, place);
    if (code != OK)
        return code;
    settle(sight, page_is_page_file(place->file)? '1': '2', place);
    return place->id? OK: index_refuse(self, NOT_FOUND, "there is no such page or file, and there never was");
}

code_t
index_home(index_t *self, const char *set, char id[PAGE_ID_SIZE])
{
    static const char *const usual[] = { "home", "README", "index" };
    code_t code = OK;
    snprintf(id, PAGE_ID_SIZE, "%s", *set? set: "home");
    for (size_t i = 0; !*set && code == OK && i < sizeof usual / sizeof *usual; i++) {
        char wanted[PAGE_ID_SIZE];
        index_place_t place = { .kind = '0' };
        page_id(&self->naming, usual[i], wanted);
        code = find_page(self, usual[i], wanted, &place);
        if (place.id)
            return page_id_of_file(&self->naming, place.file, id);
    }
    return code;
}
