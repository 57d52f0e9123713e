// store_patch - new trees from old ones: some paths set or removed, everything else as it was
//
// A commit of one page touches the trees on its path alone; each is copied with one entry replaced.
#ifndef STORE_PATCH_H
#define STORE_PATCH_H
#include "store_objects.h"

enum { STORE_MODE_FILE = 0100644, STORE_MODE_PROGRAM = 0100755, STORE_MODE_TREE = 040000 };

typedef struct {
    char *path;                                 // owned by whoever made the list
    unsigned mode;                              // 0: the path is removed
    git_oid oid;
} store_edit_t;

// The tree `*root` (NULL: there is none yet) with the edits applied; new trees go into `objects`. Sorts the edits.
// The tree of nothing is the empty tree. CONFLICT: a file stands where a folder is needed or the other way round.
code_t store_patch(store_t *store, store_objects_t *objects, const git_oid *root, store_edit_t *edits, size_t count,
                   git_oid *result);
// What is at a path: mode and id. NOT_FOUND: nothing, or a file where a folder is needed.
code_t store_patch_find(store_t *store, const store_objects_t *objects, const git_oid *root, const char *path,
                        unsigned *mode, git_oid *oid);

// One entry of a raw tree.
typedef struct {
    const uint8_t *start, *end;                 // of the whole entry
    const char *name;
    size_t name_size;
    unsigned mode;
    const uint8_t *id;
} store_tree_entry_t;
// Steps through a raw tree: begins at *at, moves it behind the entry. False at the end, or if the tree is damaged,
// with *at before the end.
bool store_tree_next(const uint8_t **at, const uint8_t *end, store_tree_entry_t *entry);
#endif
