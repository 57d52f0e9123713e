// actor_build - a thread that makes a new index in a file beside the old one, which answers until then
//
// The file holds how far it has come, so a job that was killed goes on where it was. One program builds in a folder at
// a time: the kernel lets go of its lock when it dies.
#ifndef ACTOR_BUILD_H
#define ACTOR_BUILD_H
#include "actor_internal.h"
#include "index_jobs.h"

typedef struct build build_t;
// NULL: somebody else builds here, or it cannot be begun; try again later. What is there already is gone on with if
// the job is running, and goes if it only waits. All is copied but the configuration of `state`.
build_t *build_start(const state_t *state, const job_t *job);
// Waits so long; has it ended?
bool build_ended(const build_t *self, int64_t ms);
// Ends it, and tells how it ended; then nobody has the file open, yet the lock is held until build_destroy. OK: the
// file is a whole index. NOT_FOUND: the job was cancelled. LATER: it was told to end, and the job goes on with the
// next start. Else it failed, and job->text says why.
code_t build_finish(build_t *self, job_t *job);
void build_destroy(build_t **self);             // removes the file unless it is to be gone on with
#endif
