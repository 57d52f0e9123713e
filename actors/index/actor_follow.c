// The serial worker: follows the store, and sees to it that there is an index
#include "actor_internal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../core/log.h"
#include "actor_bring.h"
#include "actor_build.h"
#include "actor_sources.h"
#include "index_jobs.h"
#include "../core/banned.h"

enum {
    TICK_MS = 200,                              // for which a tick goes on with what is long
    CATCH_UP_MS = 2000,                         // for which a new index is brought along before it takes its place
    HEAD_MS = 250,                              // for the answer to whether the store moved
    REST_MS = 2000,                             // after a failure
    AWAY_MS = 1000,                             // after no answer, until a tick asks again
    BUILD_REST_MS = 30000,                      // after one that was not begun by a person
};

// A call that waits for the flush.
typedef struct {
    call_t *call;
    const char *commit;                         // that it wants; "": the head
    int64_t until;                              // half of its time, on the steady clock
} waiting_t;

struct follow {
    flow_t *flow;
    jobs_t *jobs;
    index_t *index;                             // NULL: there is none (yet)
    dev_t device;                               // of its file
    ino_t inode;
    bool damaged;                               // it answers, and is to be built anew
    bool foreign;                               // the file is of another version, or of other settings
    bring_t *bring;
    build_t *build;                             // NULL: none is under way here
    int use;                                    // held by every program that uses this folder
    int64_t rest_until, build_after, ask_after; // on the steady clock
    waiting_t waiting[LIMIT_BATCH];
    size_t count;
};

static follow_t *
follow_of(state_t *state)
{
    if (state->follow)
        return state->follow;
    follow_t *self = state->follow = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->use = -1;
    return self;
}

static void
close_index(follow_t *self)
{
    if (self->bring)
        bring_drop(self->bring, self->index);
    index_close(&self->index);
}

void
follow_destroy(follow_t **self)
{
    job_t job;
    if (!*self)
        return;
    if ((*self)->build) {
        (void)build_finish((*self)->build, &job);
        build_destroy(&(*self)->build);
    }
    close_index(*self);
    bring_destroy(&(*self)->bring);
    jobs_close(&(*self)->jobs);
    flow_destroy(&(*self)->flow);
    if ((*self)->use >= 0)
        close((*self)->use);
    free(*self);
    *self = NULL;
}

static void
rest(follow_t *self, const char *what, code_t code, const char *why)
{
    char text[512];
    log_error(what, "code=%s why=%s", code_name(code), log_value(why, text, sizeof text));
    self->rest_until = msg_steady_ms() + REST_MS;
}

// ---- the files --------------------------------------------------------------------------------------------------

// Every program that uses this folder holds a shared lock: see may_replace.
static void
use_folder(const state_t *state, follow_t *self)
{
    char path[PATH_MAX + 8];
    (void)snprintf(path, sizeof path, "%s.use", state->file);
    self->use = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (self->use >= 0)
        (void)flock(self->use, LOCK_SH | LOCK_NB);
}

static void
open_jobs(const state_t *state, follow_t *self)
{
    char aside[PATH_MAX + 16];
    code_t code = OK;
    const char *why = "";
    self->jobs = jobs_open(state->jobs_file, &code, &why);
    if (self->jobs)
        return;
    rest(self, "index.state", code, why);
    (void)snprintf(aside, sizeof aside, "%s.damaged", state->jobs_file);
    if (code == UNSUPPORTED && rename(state->jobs_file, aside) == 0) {
        log_error("index.state", "text=\"it was damaged, and lies beside it now\"");
        self->rest_until = self->build_after = 0;
    }
}

static void
open_file(const state_t *state, follow_t *self)
{
    struct stat facts;
    code_t code = OK;
    const char *why = "";
    index_options_t options = { .file = state->file, .write = true, .naming = state->naming,
                                .fingerprint = state->fingerprint };
    bool damaged = self->damaged;
    self->foreign = self->damaged = false;
    if (stat(state->file, &facts) < 0 || facts.st_size == 0)
        return;
    self->index = index_open(&options, &code, &why);
    if (self->index)
        bring_look(self->bring, self->index);
    self->device = facts.st_dev;
    self->inode = facts.st_ino;
    self->foreign = code == NOT_FOUND;
    self->damaged = code == UNSUPPORTED;
    if (!self->index && !self->foreign && !damaged)
        rest(self, "index.open", code, why);
    if (self->damaged)                          // to be built anew, and that at once
        self->rest_until = 0;
}

static bool
is_moved(const state_t *state, const follow_t *self)
{
    struct stat facts;
    return stat(state->file, &facts) < 0 || facts.st_dev != self->device || facts.st_ino != self->inode;
}

// Descriptors may have run out: then it is tried again later.
static bool
open_flow(const state_t *state, follow_t *self)
{
    if (!self->flow)
        self->flow = flow_new(state->config);
    if (self->flow && !self->bring)
        self->bring = bring_new(&(bring_options_t){ .flow = self->flow, .naming = state->naming,
                                                    .style = state->style });
    if (!self->bring)
        rest(self, "index.peers", UNAVAILABLE, "nobody can be asked");
    return self->bring != NULL;
}

// Whatever is needed and not there yet. False: not now.
static bool
prepare(state_t *state, follow_t *self)
{
    if (msg_steady_ms() < self->rest_until || !open_flow(state, self) || !place_find(state))
        return false;
    if (self->use < 0)
        use_folder(state, self);
    if (self->jobs && jobs_gone(self->jobs))
        jobs_close(&self->jobs);
    if (!self->jobs)
        open_jobs(state, self);
    if (self->index && is_moved(state, self))
        close_index(self);
    if (!self->index)
        open_file(state, self);
    if (reader_found_damage(state) && self->index)
        self->damaged = true;
    return true;
}

// ---- building ---------------------------------------------------------------------------------------------------

// The index of another program with other settings is left alone while that program runs: else each would make the
// other's anew, for ever.
static bool
may_replace(follow_t *self)
{
    if (!self->foreign)
        return true;
    bool alone = self->use >= 0 && flock(self->use, LOCK_EX | LOCK_NB) == 0;
    if (alone)
        return true;
    (void)flock(self->use, LOCK_SH | LOCK_NB);
    rest(self, "index.foreign", CONFLICT, "another program with other settings uses it; set WIKIBOT_INDEX");
    return false;
}

static void
start_build(const state_t *state, follow_t *self)
{
    job_t job;
    bool started = false;
    code_t code = jobs_newest(self->jobs, JOB_REINDEX, &job);
    bool open = strcmp(job.state, "waiting") == 0 || strcmp(job.state, "running") == 0;
    bool needed = !self->index || self->damaged;
    if (code == OK && !open && needed && msg_steady_ms() >= self->build_after) {
        code = jobs_start(self->jobs, JOB_REINDEX, &job, &started);
        open = code == OK;
    }
    if (code != OK)
        rest(self, "index.state", code, jobs_error(self->jobs));
    if (code == UNSUPPORTED)
        jobs_close(&self->jobs);                // opened again it is put aside
    if (code != OK || !open || !may_replace(self))
        return;
    self->build = build_start(state, &job);
    if (self->build)
        log_info("index.build", "job=%s file=%s why=\"%s\"", job.id, state->building,
                 self->damaged? "the index is damaged": self->foreign? "another version, or other settings":
                 self->index? "it was asked for": "there is none");
}

// What came while it was built is brought to it first, as far as that is short. Nobody else may write to the old index
// while the new one takes its place.
static code_t
swap_in(const state_t *state, follow_t *self)
{
    index_options_t options = { .file = state->building, .write = true, .naming = state->naming,
                                .fingerprint = state->fingerprint };
    code_t code = OK;
    const char *why = "";
    close_index(self);
    index_t *made = index_open(&options, &code, &why);
    if (!made)
        return code;
    int64_t until = msg_steady_ms() + CATCH_UP_MS;
    if (bring_step(self->bring, made, "", until) != OK)
        bring_drop(self->bring, made);
    index_close(&made);
    open_file(state, self);
    bool held = self->index && index_begin(self->index) == OK;
    code = index_swap_in(state->building, state->file);
    if (held)
        index_rollback(self->index);
    index_close(&self->index);
    open_file(state, self);
    return code == OK && !self->index? INTERNAL: code;
}

static void
end_build(const state_t *state, follow_t *self)
{
    job_t job;
    char text[512];
    code_t code = build_finish(self->build, &job);
    if (code == OK) {
        code = swap_in(state, self);
        if (code != OK)
            (void)snprintf(job.text, sizeof job.text, "the new index cannot take the place of the old one");
    }
    if (code == OK)
        (void)jobs_end(self->jobs, &job, "done");
    else if (code != NOT_FOUND)
        (void)jobs_end(self->jobs, &job, "failed");
    if (code != OK) {
        self->build_after = msg_steady_ms() + BUILD_REST_MS;
        jobs_close(&self->jobs);                // should that be damaged, it is seen when it is opened
    }
    build_destroy(&self->build);
    if (self->use >= 0)
        (void)flock(self->use, LOCK_SH | LOCK_NB);
    log_line(code == OK || code == NOT_FOUND? LEVEL_INFO: LEVEL_ERROR, "index.built",
             "job=%s end=%s pages=%lld passages=%lld why=%s", job.id,
             code == OK? "done": code == NOT_FOUND? "cancelled": "failed", (long long)job.pages,
             (long long)job.passages, log_value(job.text, text, sizeof text));
}

static void
see_to_building(const state_t *state, follow_t *self)
{
    if (self->build && build_ended(self->build, 0))
        end_build(state, self);
    else if (!self->build && self->jobs)
        start_build(state, self);
}

// ---- following --------------------------------------------------------------------------------------------------

// OK: it stands at what was the head when this began, or later.
static code_t
go_on(follow_t *self, const char *trace, int64_t until)
{
    code_t code = bring_step(self->bring, self->index, trace, until);
    if (code == OK || code == LATER)
        return code;
    if (code_retryable(code)) {
        log_debug("index.wait", "code=%s why=\"%s\"", code_name(code), bring_why(self->bring));
        return code;
    }
    if (code != CONFLICT)
        rest(self, "index.follow", code, bring_why(self->bring));
    if (code == UNSUPPORTED)
        self->damaged = true;
    else
        close_index(self);
    return code;
}

// Waits for what is needed to answer, at most until then.
static code_t
bring_along(state_t *state, follow_t *self, const char *trace, int64_t until)
{
    if (!prepare(state, self))
        return UNAVAILABLE;
    see_to_building(state, self);
    if (!self->index && self->build && build_ended(self->build, until - msg_steady_ms()))
        end_build(state, self);
    if (!self->index || self->damaged)
        return UNAVAILABLE;
    bool older = bring_at_work(self->bring);    // it goes to what was the head then
    code_t code = go_on(self, trace, until);
    return code == OK && older? go_on(self, trace, until): code;
}

code_t
follow_call(void *state, call_t *call, const void *request, void *reply)
{
    follow_t *self = follow_of(state);
    const index_follow_req_t *req = request;
    index_follow_rep_t *rep = reply;
    if (self->count == LIMIT_BATCH)
        return call_fail(call, BUSY, "too many wait for the index");
    if (*req->commit && self->index && !bring_at_work(self->bring) && !is_moved(state, self) &&
        index_has_commit(self->index, req->commit)) {
        rep->commit = reader_copy(call, bring_commit(self->bring));
        return OK;
    }
    int64_t now = msg_steady_ms(), left = msg_steady_deadline(call->head->deadline) - now;
    self->waiting[self->count++] = (waiting_t){ call, req->commit, now + left / 2 };
    return LATER;
}

static void
answer(follow_t *self, const waiting_t *waiting, code_t code)
{
    index_follow_rep_t *rep = waiting->call->reply;
    waiting->call->code = OK;
    rep->building = !self->index || self->damaged;
    rep->commit = self->index? reader_copy(waiting->call, bring_commit(self->bring)): "";
    rep->behind = code != OK || (*waiting->commit && !index_has_commit(self->index, waiting->commit));
}

void
follow_flush(void *state)
{
    follow_t *self = follow_of(state);
    int64_t until = INT64_MAX;
    if (self->count == 0)
        return;
    for (size_t i = 0; i < self->count; i++)
        until = self->waiting[i].until < until? self->waiting[i].until: until;
    code_t code = bring_along(state, self, self->waiting[0].call->head->trace, until);
    for (size_t i = 0; i < self->count; i++)
        answer(self, &self->waiting[i], code);
    self->count = 0;
}

// Did the store move? A question that costs little.
static bool
is_behind(follow_t *self)
{
    store_head_rep_t head;
    if (msg_steady_ms() < self->ask_after)
        return false;
    if (bring_at_work(self->bring))
        return true;
    flow_begin(self->flow, &(msg_head_t){ .deadline = msg_clock_ms() + HEAD_MS });
    msg_t *answer = source_head(self->flow, &head);
    bool behind = msg_code(answer) == OK && strcmp(head.commit, bring_commit(self->bring)) != 0;
    if (msg_code(answer) != OK)
        self->ask_after = msg_steady_ms() + AWAY_MS;
    msg_destroy(&answer);
    return behind;
}

void
follow_tick(void *state)
{
    follow_t *self = follow_of(state);
    if (!prepare(state, self))
        return;
    see_to_building(state, self);
    if (self->index)
        index_tidy(self->index);
    if (self->index && !self->damaged && is_behind(self) &&
        code_retryable(go_on(self, "", msg_steady_ms() + TICK_MS)))
        self->ask_after = msg_steady_ms() + AWAY_MS;
}
