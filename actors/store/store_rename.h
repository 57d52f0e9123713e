// store_rename - under which name was a file known before the commit in which it appears?
//
// It is a file that went away in the same commit: one of exactly its content, in another folder by the same name if
// there is one; else one of the same name that is at least half the same, the likest; else the likest of the others.
#ifndef STORE_RENAME_H
#define STORE_RENAME_H
#include "store_internal.h"

typedef struct {
    const git_oid *before, *after;              // root trees of the parent and of the commit
    const git_oid *blob;                        // what the file holds in the commit
    const char *path;                           // the file
} store_rename_t;
// The file that it was; "" if there is none. INTERNAL.
code_t store_former_name(store_t *self, const store_rename_t *rename, char path[PAGE_ID_SIZE]);

// Of a commit that moves a whole folder and edits it too, only the first few are compared line by line.
enum { STORE_CANDIDATES = 32 };
typedef struct {
    const char *path;                           // a view
    git_oid blob;
} store_gone_t;
typedef struct {
    store_gone_t rows[2][STORE_CANDIDATES];     // of the same name; others
    size_t count[2];
} store_candidates_t;
bool store_same_name(const char *path, const char *other);
// The path of the one that is likest; NULL: none is like enough. Takes what it costs off the budget, in bytes, and
// gives up when that is spent.
const char *store_likest(store_t *self, const git_oid *blob, const store_candidates_t *candidates, size_t *budget);
#endif
