// store_raw - commits and trees scanned as they lie in the database: libgit2's parsed objects cost several times as
// much
#ifndef STORE_RAW_H
#define STORE_RAW_H
#include "store_internal.h"

enum { WALK_PARENTS = 16, WALK_FOLDERS = 16 };

typedef struct {
    git_oid id, tree;
    int64_t when;                               // of the committer: the order of the walk
    size_t parent_count;                        // of a merge of more, the first WALK_PARENTS
    git_oid parents[WALK_PARENTS];
} store_step_commit_t;

// Where the file is in one commit, and the folders on the way to it, as far as they are known.
typedef struct {
    git_oid folders[WALK_FOLDERS];
    size_t folder_count;
    bool present;
    git_oid blob;
} store_trail_t;

// NOT_FOUND: there is no such commit.
code_t store_commit_facts(store_t *store, const git_oid *id, store_step_commit_t *commit);
// Follows the path from a root tree. Where a folder is the same as on the way `known`, the rest of that holds.
code_t store_trail_find(store_t *store, const git_oid *root, const char *path, const store_trail_t *known,
                        store_trail_t *trail);
#endif
