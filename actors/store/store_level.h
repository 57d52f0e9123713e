// store_level - the entries of one folder as the tree beside a page shows them, one line each
//
// A page and the folder of its name are one entry; a folder without pages that the caller may read is none. Of a large
// folder there are the first SIDEBAR_ENTRIES only.
#ifndef STORE_LEVEL_H
#define STORE_LEVEL_H
#include "store_catalog.h"

enum { STORE_ROW_PAGE = '1', STORE_ROW_FOLDER = '3', STORE_ROW_BOTH = '4' };    // first byte of a row
enum { STORE_ROW_SIZE = PAGE_ID_SIZE + 2 };

typedef struct {
    store_t *store;
    const store_catalog_t *catalog;
    const store_sight_t *sight;
} store_view_t;
typedef struct {
    char *text;                                 // rows: kind, path, LF; a NUL behind the last
    size_t size, count, weight;                 // weight: of all rows together
    bool cut;                                   // there are more
} store_rows_t;

// About how many bytes of HTML a row becomes: its address, where much takes three bytes, and its name.
size_t store_row_weight(const char *row, size_t size);
// Makes the rows of a folder, "" for the root; the caller frees rows->text. False: out of memory.
bool store_level_make(const store_view_t *view, const char *folder, store_rows_t *rows);
// The row of one page or folder, by its file without ".md"; "" if there is none. False: out of memory.
bool store_level_row(const store_view_t *view, const char *stem, char row[STORE_ROW_SIZE]);
// As store_level_make, but kept as long as the head stays: a view, until the next call. NULL: out of memory.
// (store_level_cache.c)
const store_rows_t *store_level_get(const store_view_t *view, const char *folder);
#endif
