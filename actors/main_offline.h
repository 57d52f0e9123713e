// offline - store, renderer and index of a wiki that nobody serves, for as long as a command needs them
#ifndef MAIN_OFFLINE_H
#define MAIN_OFFLINE_H
#include <sys/types.h>
#include "core/rundir.h"
#include "main.h"

typedef struct {
    pid_t child;                                // runs the actors; 0: nothing was started
    rundir_t run_dir;
} offline_t;

// Is it nobody's here, nor on another host? Looked at without zmq, so that a child may still be made.
bool offline_is_alone(const options_t *options);
// Starts the actors; before this process has a second thread. False after it told why. It is to be ended either way.
// `spare`: with an index of its own that goes with them, beside whoever serves the wiki.
bool offline_start(offline_t *self, const options_t *options, bool spare);
// Where the index is asked.
void offline_endpoint(const offline_t *self, char endpoint[ENDPOINT_SIZE]);
void offline_end(offline_t *self);
#endif
