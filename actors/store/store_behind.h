// store_behind - a note of the commit that the work tree stands at, while the head moves away from it
//
// It is written before the branch moves and cleared when work tree and index have been brought along, so a note that
// is found without its owner means: somebody was killed in between, or could not finish. Whoever finds it brings them
// along (store_catch_up.h). It is never synced: a loss of power may leave the work tree behind, and never the
// repository. It is locked from before the move to the end, so one process at a time changes the work tree; those that
// keep their state elsewhere (--state) only have the lock of the index between them.
#ifndef STORE_BEHIND_H
#define STORE_BEHIND_H
#include "store_internal.h"

typedef struct {
    int fd;                                     // of the note, locked; -1: not held
    bool behind;                                // the work tree stands at `from`
    git_oid from;                               // zero: at no commit
} store_behind_t;

// Opens, locks and reads the note. BUSY: another process is at work there; `patient` waits for it, at most 100 ms.
// INTERNAL: there can be no note (no space, no right).
code_t store_behind_take(const store_t *store, bool patient, store_behind_t *self);
// Writes that the work tree stands at `from`, or that it stands where the head is. Nothing if it is not held.
void store_behind_note(store_behind_t *self, const git_oid *from);
void store_behind_clear(store_behind_t *self);
void store_behind_release(store_behind_t *self);
#endif
