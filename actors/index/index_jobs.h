// index_jobs - the state database: jobs that outlive the program that does them; knows nothing of messages
//
// Beside the index, yet not part of it: an index may be deleted at any time, and this may not. One job of a kind is
// open (waiting or running) at a time, whoever starts it, in whatever process. A connection belongs to one thread.
#ifndef INDEX_JOBS_H
#define INDEX_JOBS_H
#include "../../proto/code.h"

typedef struct jobs jobs_t;
typedef struct {
    char id[33], kind[17];                      // id "": there is none
    char state[17];                             // waiting, running, done, failed or cancelled
    int64_t started, finished;                  // Unix milliseconds; 0: not yet
    int64_t done, total;                        // steps
    int64_t pages, passages;
    char text[1025];                            // what went wrong, if it failed
} job_t;

// Made if it is missing. NULL: *why says what is wrong (until the next call on this thread). UNSUPPORTED: it is
// damaged; INVALID: it was made by a later version. Both are left as they are.
jobs_t *jobs_open(const char *file, code_t *code, const char **why);
void jobs_close(jobs_t **self);
// Somebody deleted the file, or put another in its place: what is open here is seen by nobody else.
bool jobs_gone(const jobs_t *self);
const char *jobs_error(const jobs_t *self);     // of the last failure

// The one that was started last; job->id "" if there never was one.
code_t jobs_newest(jobs_t *self, const char *kind, job_t *job);
// Starts one, unless one is open: then that is `job`, and *started is false.
code_t jobs_start(jobs_t *self, const char *kind, job_t *job, bool *started);
// Ends the one that is open, if there is one; `job` is the newest after that. Whoever does it learns it by jobs_keep.
code_t jobs_cancel(jobs_t *self, const char *kind, job_t *job);

// ---- of who does it --------------------------------------------------------------------------------------------
// All NOT_FOUND if the job is no longer open: it was cancelled.
code_t jobs_run(jobs_t *self, const job_t *job);                // it is running
code_t jobs_keep(jobs_t *self, const job_t *job);               // keeps done, total, pages and passages
code_t jobs_end(jobs_t *self, const job_t *job, const char *state);     // done or failed, with job->text
#endif
