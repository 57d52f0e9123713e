// store_read - a page or file at any commit, for the files of the store that need one
#ifndef STORE_READ_H
#define STORE_READ_H
#include "store_catalog.h"

// The file that `path` means in a tree, which may be NULL: empty. At the head the catalog answers what the tree does
// not know at once; elsewhere a catalog of that tree is made. NOT_FOUND: `file` is the one that a new page would get.
// INVALID.
code_t store_resolve_in(store_t *self, const git_tree *tree, const char *path, bool exact, char file[PAGE_ID_SIZE]);
// The blob of a file in a tree. NOT_FOUND: none, or no file.
code_t store_blob_in(store_t *self, const git_tree *tree, const char *file, git_oid *blob);

typedef struct {
    git_oid commit, blob;
    char file[PAGE_ID_SIZE];
    bool missing;                               // there is no such file; `file` is the one that a new page would get
} store_place_t;
// Where `path` is at a revision. NOT_FOUND: no such commit or file. INVALID: no revision, or no path.
code_t store_locate(store_t *self, const char *revision, const char *path, bool exact, store_place_t *place);
// The content of a blob; the caller frees *text. TOO_LARGE: above what a message can carry.
code_t store_load(store_t *self, const git_oid *blob, char **text, size_t *size);
// The page id of a file; "" if it is no page.
void store_page_of(const store_t *self, const char *file, char page[PAGE_ID_SIZE]);
// A copy as UTF-8, at most `limit` bytes: what is no UTF-8 is taken for Latin-1. NULL: out of memory.
char *store_text_copy(const char *text, size_t size, size_t limit);
// Fills in who, when and why, as UTF-8, the message without our trailers; what changed is the caller's. INTERNAL.
code_t store_describe(store_t *self, const git_commit *commit, store_commit_info_t *info);
void store_commit_info_clear(store_commit_info_t *info);
#endif
