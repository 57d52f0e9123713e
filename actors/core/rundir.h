// rundir - the folder of a running program's sockets and taps
//
// <base>-<n>, where base is $WIKIBOT_RUN, else wikibot-<hash of what it serves> in $XDG_RUNTIME_DIR, else
// /tmp/wikibot-<uid>-<hash>; n counts the programs that serve the same at once. Only its owner may enter it.
#ifndef RUNDIR_H
#define RUNDIR_H
#include <stdbool.h>
#include <stddef.h>

// In it, for what is derived and has no other place; goes with it.
#define RUNDIR_SPARE "derived"                  // no name of a socket
enum { RUNDIR_SIZE = 80, RUNDIR_COUNT = 16 };   // short enough for a socket's path in it

typedef struct {
    char path[RUNDIR_SIZE + 16];
    int lock;                                   // held while the program runs
} rundir_t;

// The base for what is served (a path, real or not). False: too long a name.
bool rundir_base(const char *served, char base[RUNDIR_SIZE]);
// Makes the first folder that no other program has. False, with the reason in `why`.
bool rundir_take(rundir_t *self, const char *served, char *why, size_t size);
// Removes the folder with RUNDIR_SPARE, if nothing else is in it.
void rundir_release(rundir_t *self);
#endif
