// store_tree_walk - what differs between two trees, skipping what is equal; libgit2's own is a hundred times slower
//
// Trees are compared as they lie in the database: to parse one of ten thousand entries takes longer than to compare it.
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
int store_tree_compare(const store_t *store, const git_oid *before, const git_oid *after, store_difference_fn each,
                       void *context);
// The same of trees that are at hand.
int store_tree_compare_trees(const store_t *store, const git_tree *before, const git_tree *after,
                             store_difference_fn each, void *context);
#endif
