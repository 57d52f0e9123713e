// store_worktree - files of the work tree, written without ever following a link out of it
#ifndef STORE_WORKTREE_H
#define STORE_WORKTREE_H
#include "store_writer.h"

// Is the file as this state says? Mode 0: there is nothing. *facts: of the file, if there is one.
bool store_worktree_is(store_t *store, const char *path, const store_state_t *state, struct stat *facts);
// Makes the file so: content of the state, or removed together with the folders that become empty. 0, or -1 with
// errno.
int store_worktree_put(store_t *store, const store_objects_t *objects, const char *path, const store_state_t *state,
                       struct stat *facts);
#endif
