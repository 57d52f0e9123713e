// store_worktree - files of the work tree, written without ever following a link out of it
#ifndef STORE_WORKTREE_H
#define STORE_WORKTREE_H
#include "store_writer.h"

// What lies at a path now.
typedef struct {
    store_state_t state;                        // mode 0: nothing
    bool folder;                                // mode 0 as well
    struct stat facts;
    uint8_t *data;                              // content, for the caller to free; NULL: there is no file
    size_t size;
} store_look_t;
// False: something that is no file of ours, or cannot be read.
bool store_worktree_look(store_t *store, const char *path, store_look_t *look);

// Is the file as this state says? Mode 0: there is nothing. *facts: of the file, if there is one.
bool store_worktree_is(store_t *store, const char *path, const store_state_t *state, struct stat *facts);
// Makes the file so: content of the state, or removed together with the folders that become empty. 0, or -1 with
// errno.
int store_worktree_put(store_t *store, const store_objects_t *objects, const char *path, const store_state_t *state,
                       struct stat *facts);
// Removes temporary files of a writer that was killed, from the folder of this path.
void store_worktree_sweep(store_t *store, const char *path);
// Counts a file that was left alone (store_left).
void store_worktree_leave(store_writer_t *writer, const char *path);
#endif
