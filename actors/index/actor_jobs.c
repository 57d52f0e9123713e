// Handler of the index actor: index.reindex, which starts, cancels and tells of a job
//
// Quick, since an operator asks for it at the door: a row is written, which takes as long as the disk does.
#include "actor_internal.h"
#include "index_jobs.h"
#include "../core/banned.h"

static bool
open_jobs(state_t *self, call_t *call)
{
    code_t code = OK;
    const char *why = "";
    if (self->jobs && jobs_gone(self->jobs))
        jobs_close(&self->jobs);
    if (!self->jobs && !place_find(self))
        call_fail(call, UNAVAILABLE, "there is no folder for the index yet");
    else if (!self->jobs && !(self->jobs = jobs_open(self->jobs_file, &code, &why)))
        call_fail(call, UNAVAILABLE, "the database of jobs cannot be opened: %s", why);
    return self->jobs != NULL;
}

static index_job_t
row_of(call_t *call, const job_t *job)
{
    return (index_job_t){ .id = reader_copy(call, job->id), .kind = reader_copy(call, job->kind),
                          .state = reader_copy(call, job->state), .started = job->started, .finished = job->finished,
                          .done = job->done, .total = job->total, .pages = job->pages, .passages = job->passages,
                          .text = reader_copy(call, job->text) };
}

code_t
jobs_call(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_reindex_req_t *req = request;
    index_reindex_rep_t *rep = reply;
    job_t job;
    code_t code = OK;
    if (!rules_allow(&req->caller, "", RIGHT_ADMIN))
        return call_fail(call, FORBIDDEN, "this needs the right to administer");
    if (!open_jobs(self, call))
        return UNAVAILABLE;
    if (strcmp(req->action, "start") == 0)
        code = jobs_start(self->jobs, JOB_REINDEX, &job, &rep->started);
    else if (strcmp(req->action, "cancel") == 0)
        code = jobs_cancel(self->jobs, JOB_REINDEX, &job);
    else if (*req->action)
        return call_fail(call, INVALID, "there is no action '%s': start, cancel, or none", req->action);
    else
        code = jobs_newest(self->jobs, JOB_REINDEX, &job);
    if (code != OK)
        return call_fail(call, code, "%s", jobs_error(self->jobs));
    rep->job = row_of(call, &job);
    return OK;
}
