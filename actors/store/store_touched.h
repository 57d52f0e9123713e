// store_touched - what one commit changed, with renames
#ifndef STORE_TOUCHED_H
#define STORE_TOUCHED_H
#include "store_internal.h"

typedef struct {
    char *path;
    const char *from;                           // renamed: the path of another one, which is `moved`; else NULL
    const char *change;                         // static: added, modified, deleted, renamed
    git_oid before, after;                      // zero: it is not there
    bool moved;                                 // it went away to where another one came
} store_touched_file_t;
typedef struct {
    git_oid commit;
    store_touched_file_t *files;                // in byte order of the paths
    size_t count, room;
    size_t moved;                               // files of `moved`
} store_touched_t;

// What differs from the first parent; of a merge, what differs from all parents. A parent that is not there (the end of
// a shallow clone) has no files. INTERNAL.
code_t store_touched_read(store_t *self, const git_commit *commit, store_touched_t *touched);
void store_touched_clear(store_touched_t *touched);
#endif
