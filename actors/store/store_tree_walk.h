// store_tree_walk - what differs between two trees, skipping what is equal; libgit2's own is a hundred times slower
#ifndef STORE_TREE_WALK_H
#define STORE_TREE_WALK_H
#include "store_internal.h"

typedef struct {
    const char *path;                           // a view, until the callback returns
    const git_oid *before, *after;              // NULL: not there
} store_difference_t;
// Non-zero ends the walk.
typedef int (*store_difference_fn)(void *context, const store_difference_t *difference);

// Calls `each` for every file that differs, in byte order of the paths. Links, submodules, and names that page.h
// refuses do not exist for it. A tree may be NULL: empty. Returns 0, what `each` returned, or an error of libgit2
// (negative).
int store_tree_compare(git_repository *repo, const git_tree *before, const git_tree *after, store_difference_fn each,
                       void *context);
// Is this entry a file that can be read?
bool store_entry_is_file(const git_tree_entry *entry);
#endif
