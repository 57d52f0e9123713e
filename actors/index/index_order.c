// Rows by the files of their pages
#include "index_words_internal.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_UPS = 256 };                        // of more rows all files are walked in their order
typedef struct {
    int64_t page;
    size_t row;
    char *file;                                 // of few rows
} place_t;

static int
compare_page(const void *a, const void *b)
{
    const place_t *first = a, *second = b;
    return first->page < second->page? -1: first->page > second->page;
}

static int
compare_file(const void *a, const void *b)
{
    const place_t *first = a, *second = b;
    return strcmp(first->file? first->file: "", second->file? second->file: "");
}

static code_t
look_up(index_t *self, place_t *places, size_t count)
{
    code_t code = OK;
    for (size_t i = 0; i < count && code == OK; i++) {
        sqlite3_stmt *row = index_bind(self, "SELECT file FROM page WHERE id = ?", "i", places[i].page);
        if (!index_row(self, row, &code))
            continue;
        places[i].file = strdup(index_text(row, 0));
        sqlite3_reset(row);
    }
    if (code == OK)
        qsort(places, count, sizeof *places, compare_file);
    return code;
}

static code_t
walk(index_t *self, place_t *places, size_t count)
{
    code_t code = OK;
    size_t done = 0;
    place_t *sorted = calloc(count, sizeof *sorted);
    if (!sorted)
        return INTERNAL;
    qsort(places, count, sizeof *places, compare_page);
    sqlite3_stmt *row = index_prepare(self, "SELECT id FROM page ORDER BY file");
    while (done < count && index_row(self, row, &code)) {
        const place_t key = { .page = sqlite3_column_int64(row, 0) };
        const place_t *found = bsearch(&key, places, count, sizeof *places, compare_page);
        if (found)
            sorted[done++] = *found;
    }
    sqlite3_reset(row);
    if (done == count)
        memcpy(places, sorted, count * sizeof *places);
    free(sorted);
    return code;
}

static code_t
move(char *rows, const place_t *places, size_t count, size_t size)
{
    char *moved = malloc(count * size);
    if (!moved)
        return INTERNAL;
    for (size_t i = 0; i < count; i++)
        memcpy(moved + i * size, rows + places[i].row * size, size);
    memcpy(rows, moved, count * size);
    free(moved);
    return OK;
}

code_t
index_order_by_file(index_t *self, void *rows, size_t count, size_t size)
{
    if (count < 2)
        return OK;
    place_t *places = calloc(count, sizeof *places);
    if (!places)
        return INTERNAL;
    for (size_t i = 0; i < count; i++) {
        memcpy(&places[i].page, (char *)rows + i * size, sizeof places[i].page);
        places[i].row = i;
    }
    code_t code = count <= LOOK_UPS? look_up(self, places, count): walk(self, places, count);
    if (code == OK)
        code = move(rows, places, count, size);
    for (size_t i = 0; i < count; i++)
        free(places[i].file);
    free(places);
    return code;
}
