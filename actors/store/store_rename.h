// store_rename - under which name was a file known before the commit in which it appears?
#ifndef STORE_RENAME_H
#define STORE_RENAME_H
#include "store_internal.h"

typedef struct {
    const git_oid *before, *after;              // root trees of the parent and of the commit
    const git_oid *blob;                        // what the file holds in the commit
} store_rename_t;
// The file that went away in the commit and held the same, or at least half of it; "" if there is none. INTERNAL.
code_t store_former_name(store_t *self, const store_rename_t *rename, char path[PAGE_ID_SIZE]);
#endif
