// store_ref - the branch that HEAD names, read and moved by the files themselves, as git(1) does it
//
// Only who holds "<ref>.lock" (store_lock.h) may move the ref.
#ifndef STORE_REF_H
#define STORE_REF_H
#include "store_internal.h"

typedef struct {
    store_ref_t ref;                            // as it was when the lock was taken
    char path[4096];                            // of the ref; the lock is beside it
    char lock_path[4096];
    int fd;                                     // -1: not held
    mode_t mode;                                // that the ref will have
} store_ref_lock_t;

// Takes the lock and reads what the ref is now. BUSY: somebody held it until `deadline` (Unix milliseconds).
code_t store_ref_lock(store_t *store, int64_t deadline, store_ref_lock_t *lock);
// Writes the new value beside the ref. NO_SPACE, READ_ONLY, INTERNAL.
code_t store_ref_prepare(store_t *store, store_ref_lock_t *lock, const git_oid *oid);
// Syncs what was prepared: 1 fsync if the store is durable.
code_t store_ref_sync(store_t *store, store_ref_lock_t *lock);
// Moves the ref: from here on the write has happened.
code_t store_ref_move(store_t *store, store_ref_lock_t *lock);
// Syncs the folder of the ref: 1 fsync. From here on it survives a crash.
code_t store_ref_settle(store_t *store, const store_ref_lock_t *lock);
// Removes the lock that a killed process left on the branch.
void store_ref_sweep(store_t *store);
// Lets go of the lock, if it is held; NULL members are fine.
void store_ref_unlock(store_ref_lock_t *lock);
#endif
