// store_lock - "<file>.lock" as git knows it: made with O_EXCL, renamed over the file
//
// The lock of a process that died is taken away: ours are known by their mode (nobody else makes a lock that can be
// executed), and a live owner holds a flock(2) on them.
#ifndef STORE_LOCK_H
#define STORE_LOCK_H
#include "store_internal.h"

// The descriptor, or -1 with errno. EEXIST: a live owner holds it. A dead one's is removed and EEXIST returned: try
// again.
int store_lock_take(const char *path);
// Removes the lock of a dead process of ours, if there is one.
void store_lock_break(const char *path);
// The lock has been renamed over its file: closes, and gives it the mode that the file had.
void store_lock_renamed(int fd, mode_t mode);
#endif
