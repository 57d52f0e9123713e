#include "actor_build.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "../core/log.h"
#include "actor_bring.h"
#include "../core/banned.h"

enum {
    STEP_MS = 200,                              // between two looks whether it shall end
    KEEP_MS = 500,                              // between two words of how far it has come
    AWAY_MS = 60000,                            // for which store and renderer may be away before it fails
    AGAIN_MS = 250,
    NICE = 5,                                   // requests go before
    STACK_BYTES = 8 << 20,
};

struct build {
    state_t state;                              // of the thread alone: configuration and names
    char lock_file[PATH_MAX];
    int lock;
    bool resume;
    int stop, ended;                            // eventfds
    pthread_t thread;
    bool running;
    index_t *index;                             // of the thread, as all below until it has ended
    jobs_t *jobs;
    flow_t *flow;
    job_t job;
    int64_t kept_ms, moved_ms;                  // when progress was kept; when there was some
    bring_progress_t progress;                  // then
    code_t code;
};

// ---- the thread -------------------------------------------------------------------------------------------------

static bool
wait_for(int fd, int64_t ms)
{
    struct pollfd item = { fd, POLLIN, 0 };
    return poll(&item, 1, ms > 0? (int)ms: 0) > 0;
}

static code_t
fail(build_t *self, code_t code, const char *why)
{
    (void)snprintf(self->job.text, sizeof self->job.text, "%s", why);
    return code;
}

static void
remove_file(const build_t *self)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char path[PATH_MAX + 8];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)snprintf(path, sizeof path, "%s%s", self->state.building, ends[i]);
        (void)unlink(path);
    }
}

static code_t
open_index_file(build_t *self)
{
    code_t code = OK;
    const char *why = "";
    index_options_t options = { .file = self->state.building, .write = true, .naming = self->state.naming,
                                .fingerprint = self->state.fingerprint };
    if (!self->resume)
        remove_file(self);
    self->index = index_open(&options, &code, &why);
    if (!self->index && (code == NOT_FOUND || code == UNSUPPORTED)) {       // what is left of another program
        remove_file(self);
        self->index = index_open(&options, &code, &why);
    }
    if (self->index)
        code = index_make_roomy(self->index);
    return self->index? code: fail(self, code, why);
}

static code_t
open_all(build_t *self)
{
    code_t code = OK;
    const char *why = "";
    self->jobs = jobs_open(self->state.jobs_file, &code, &why);
    if (!self->jobs)
        return fail(self, code, why);
    code = jobs_run(self->jobs, &self->job);
    if (code != OK)
        return code;
    self->flow = flow_new(self->state.config);
    return self->flow? open_index_file(self): fail(self, INTERNAL, "nobody can be asked");
}

// NOT_FOUND: it was cancelled.
static code_t
tell(build_t *self, const bring_progress_t *progress)
{
    index_facts_t facts;
    int64_t now = msg_steady_ms();
    if (memcmp(progress, &self->progress, sizeof *progress) != 0)
        self->moved_ms = now;
    self->progress = *progress;
    self->job.done = progress->done;
    self->job.total = progress->total > progress->done? progress->total: progress->done;
    if (index_facts(self->index, &facts) == OK) {
        self->job.pages = facts.pages;
        self->job.passages = facts.passages;
    }
    if (now - self->kept_ms < KEEP_MS)
        return OK;
    self->kept_ms = now;
    code_t code = jobs_keep(self->jobs, &self->job);
    return code == NOT_FOUND? NOT_FOUND: OK;    // else the next word will do
}

// What is away comes back, as a rule.
static code_t
wait_again(build_t *self, const bring_t *bring, code_t code)
{
    char why[512];
    if (msg_steady_ms() - self->moved_ms > AWAY_MS)
        return fail(self, code, bring_why(bring));
    log_debug("index.wait", "code=%s why=%s", code_name(code), log_value(bring_why(bring), why, sizeof why));
    (void)wait_for(self->stop, AGAIN_MS);
    return LATER;
}

static code_t
work(build_t *self, bring_t *bring)
{
    code_t code = LATER;
    self->moved_ms = msg_steady_ms();
    while (code == LATER && !wait_for(self->stop, 0)) {
        code = bring_step(bring, self->index, "", msg_steady_ms() + STEP_MS);
        if (code_retryable(code))
            code = wait_again(self, bring, code);
        else if (code != OK && code != LATER)
            return fail(self, code, bring_why(bring));
        code_t told = tell(self, bring_progress(bring));
        code = told == OK? code: told;
    }
    return code;
}

static void *
build_main(void *argument)
{
    build_t *self = argument;
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
    self->code = open_all(self);
    if (self->code == OK) {
        bring_t *bring = bring_new(&(bring_options_t){ .flow = self->flow, .naming = self->state.naming,
                                                       .style = self->state.style, .build = true });
        self->code = work(self, bring);
        if (self->code == OK)
            (void)tell(self, bring_progress(bring));
        else
            bring_drop(bring, self->index);
        bring_destroy(&bring);
    }
    index_close(&self->index);
    jobs_close(&self->jobs);
    flow_destroy(&self->flow);
    (void)malloc_trim(0);                       // what a build takes is not needed again for long
    (void)eventfd_write(self->ended, 1);
    return NULL;
}

// ---- its owner --------------------------------------------------------------------------------------------------

static bool
take_lock(build_t *self)
{
    self->lock = open(self->lock_file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return self->lock >= 0 && flock(self->lock, LOCK_EX | LOCK_NB) == 0;
}

static bool
start_thread(build_t *self)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    self->running = pthread_create(&self->thread, &attributes, build_main, self) == 0;
    pthread_attr_destroy(&attributes);
    if (self->running)
        (void)pthread_setname_np(self->thread, "index.build");
    return self->running;
}

build_t *
build_start(const state_t *state, const job_t *job)
{
    build_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->state = *state;
    self->job = *job;
    self->code = LATER;
    self->resume = strcmp(job->state, "running") == 0;
    self->stop = eventfd(0, EFD_CLOEXEC);
    self->ended = eventfd(0, EFD_CLOEXEC);
    int size = snprintf(self->lock_file, sizeof self->lock_file, "%s.lock", state->file);
    bool named = size > 0 && size < (int)sizeof self->lock_file;
    self->lock = -1;
    if (named && self->stop >= 0 && self->ended >= 0 && take_lock(self) && start_thread(self))
        return self;
    build_destroy(&self);
    return NULL;
}

bool
build_ended(const build_t *self, int64_t ms)
{
    return wait_for(self->ended, ms);
}

code_t
build_finish(build_t *self, job_t *job)
{
    (void)eventfd_write(self->stop, 1);
    if (self->running)
        pthread_join(self->thread, NULL);
    self->running = false;
    *job = self->job;
    return self->code;
}

void
build_destroy(build_t **self)
{
    build_t *build = *self;
    *self = NULL;
    if (build->code != LATER)
        remove_file(build);
    if (build->lock >= 0)
        close(build->lock);
    if (build->stop >= 0)
        close(build->stop);
    if (build->ended >= 0)
        close(build->ended);
    free(build);
}
