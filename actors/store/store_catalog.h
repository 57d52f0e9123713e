// store_catalog - all files of one tree in a compact table: sorted, and by the id of their page
//
// About 100 bytes a file. Built when it is first needed; after that it follows the head by what differs.
#ifndef STORE_CATALOG_H
#define STORE_CATALOG_H
#include "store_internal.h"

typedef struct {
    git_oid blob;
    bool page;
    bool plain;                                 // the id of the page is the path without ".md", and its folder's too
    char path[];
} store_file_t;                                 // a view, until the catalog changes

// Brings self->catalog to self->root; *catalog is a view of it. INTERNAL.
code_t store_catalog_get(store_t *self, const store_catalog_t **catalog);
// The catalog of any tree: the head's, or one made for it, which is kept until another is asked for. INTERNAL.
code_t store_catalog_of(store_t *self, const git_tree *tree, const store_catalog_t **catalog);

size_t store_catalog_count(const store_catalog_t *self);
const store_file_t *store_catalog_at(const store_catalog_t *self, size_t index);
// Index of the first file, from `from` on, that does not sort before `key`.
size_t store_catalog_seek(const store_catalog_t *self, const char *key, size_t from);
// The file of exactly this path; NULL: none.
const store_file_t *store_catalog_file(const store_catalog_t *self, const char *path);
// The file that this spelling of a page means: of several the one spelled so, else the one that a new page would get,
// else the first. NULL: none.
const store_file_t *store_catalog_page(const store_catalog_t *self, const char *spelling);
// The id of its page; false if it is none.
bool store_catalog_id(const store_catalog_t *self, const store_file_t *file, char id[PAGE_ID_SIZE]);
// Is there a file below this folder?
bool store_catalog_folder(const store_catalog_t *self, const char *folder);
#endif
