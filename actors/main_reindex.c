#include "main_look.h"

#include <inttypes.h>
#include <signal.h>
#include <unistd.h>
#include "../proto/rules.h"
#include "main_offline.h"
#include "core/banned.h"

enum { LOOK_AGAIN_MS = 200, QUIET_LINES_MS = 10000, BAR = 30 };

typedef struct {
    options_t *options;
    const char *served;
    look_t look;
    const look_door_t *door;                    // of the index
    offline_t offline;                          // runs the actors while we wait, if nobody serves the wiki
    sigset_t signals;
    bool bar;                                   // standard output is a terminal
    int64_t told_ms;
    msg_t *answer;                              // the newest; `job` is a view of it
    index_reindex_rep_t reply;
} reindex_t;

// ---- asking -----------------------------------------------------------------------------------------------------

static bool
ask(reindex_t *self, const char *action)
{
    rule_t rule = { .glob = "**", .rights = RIGHT_ALL };
    index_reindex_req_t request = { .caller = { .name = "operator", .client = "command", .rules = &rule,
                                                .rules_count = 1 },
                                    .action = action };
    msg_destroy(&self->answer);
    self->answer = look_ask(&self->look, self->door, &call_index_reindex, &request);
    return msg_read_rep(self->answer, &call_index_reindex, &self->reply) == OK;
}

static bool
find_door(reindex_t *self)
{
    self->door = NULL;
    for (size_t i = 0; i < self->look.count && !self->door; i++)
        if (strcmp(self->look.doors[i].actor, "index") == 0)
            self->door = &self->look.doors[i];
    return self->door != NULL;
}

// ---- telling ----------------------------------------------------------------------------------------------------

static bool
is_open(const index_job_t *job)
{
    return strcmp(job->state, "waiting") == 0 || strcmp(job->state, "running") == 0;
}

static void
print_bar(const index_job_t *job)
{
    int64_t percent = job->total > 0? 100 * job->done / job->total: 0;
    int full = (int)(percent * BAR / 100);
    printf("\r[%.*s%*s] %3" PRId64 " %%  %" PRId64 " of %" PRId64 "   ", full, "##############################",
           BAR - full, "", percent, job->done, job->total);
    fflush(stdout);
}

static void
print_progress(reindex_t *self, bool now)
{
    const index_job_t *job = &self->reply.job;
    if (self->bar) {
        print_bar(job);
        return;
    }
    if (!now && msg_steady_ms() - self->told_ms < QUIET_LINES_MS)
        return;
    self->told_ms = msg_steady_ms();
    printf("%s: %" PRId64 " of %" PRId64 "\n", job->state, job->done, job->total);
    fflush(stdout);
}

// How it ended, or that it goes on; the exit status.
static int
print_end(reindex_t *self)
{
    const index_job_t *job = &self->reply.job;
    double seconds = (double)(job->finished - job->started) / 1000.0;
    if (self->bar)
        putchar('\n');
    if (!*job->id)
        puts("there never was a job");
    else if (is_open(job))
        printf("%s: %" PRId64 " of %" PRId64 "\n", job->state, job->done, job->total);
    else if (strcmp(job->state, "done") == 0)
        printf("done: %" PRId64 " pages and %" PRId64 " passages in %.1f s\n", job->pages, job->passages, seconds);
    else if (strcmp(job->state, "cancelled") == 0)
        puts("cancelled: the index is as it was");
    else
        fprintf(stderr, "wikibot: the index could not be built: %s; the old one is as it was\n", job->text);
    return is_open(job) || strcmp(job->state, "done") == 0 || !*job->id? 0: 1;
}

static int
print_no_answer(const reindex_t *self)
{
    fprintf(stderr, "%swikibot: the index does not answer: %s; look with wikibot status\n", self->bar? "\n": "",
            msg_error_text(self->answer));
    return 1;
}

// ---- waiting ----------------------------------------------------------------------------------------------------

// False: somebody wants us to end.
static bool
wait_a_moment(const reindex_t *self)
{
    const struct timespec moment = { .tv_nsec = LOOK_AGAIN_MS * 1000000L };
    return sigtimedwait(&self->signals, NULL, &moment) < 0;
}

static int
leave(const reindex_t *self)
{
    if (self->bar)
        putchar('\n');
    if (self->offline.child > 0)
        fprintf(stderr, "wikibot: it stands still; wikibot reindex %s goes on with it, and so does serving it\n",
                self->served);
    else
        fprintf(stderr, "wikibot: it goes on without us; to see it or to end it: wikibot reindex %s --status or "
                        "--cancel\n", self->served);
    return 1;
}

static int
start_and_wait(reindex_t *self)
{
    if (!ask(self, "start"))
        return print_no_answer(self);
    if (!self->reply.started)
        puts("one is under way already");
    print_progress(self, true);
    while (is_open(&self->reply.job)) {
        if (!wait_a_moment(self))
            return leave(self);
        if (!ask(self, ""))
            return print_no_answer(self);
        print_progress(self, false);
    }
    return print_end(self);
}

static int
act(reindex_t *self)
{
    if (!self->options->only_status && !self->options->cancel)
        return start_and_wait(self);
    if (!ask(self, self->options->cancel? "cancel": ""))
        return print_no_answer(self);
    self->bar = false;
    int status = print_end(self);
    return self->options->cancel && strcmp(self->reply.job.state, "cancelled") == 0? 0: status;
}

static int
run(reindex_t *self)
{
    bool alone = offline_is_alone(self->options);
    int status = 1;
    if (alone && (self->options->only_status || self->options->cancel)) {
        fprintf(stderr, "wikibot: nobody serves %s here, so nothing is under way; a job that was begun goes on when it "
                        "is served\n", self->served);
        return 1;
    }
    if (alone && !offline_start(&self->offline, self->options, false))
        goto done;
    if (look_open(&self->look, self->options)) {
        if (find_door(self))
            status = act(self);
        else
            fputs("wikibot: no index is reached from here; give --topology and --keys, or ask on its host\n", stderr);
    }
    look_close(&self->look);
done:
    if (alone)
        offline_end(&self->offline);
    msg_destroy(&self->answer);
    return status;
}

int
main_reindex(int count, char **words)
{
    options_t options;
    reindex_t self = { .options = &options, .bar = isatty(STDOUT_FILENO) };
    int status = 2;
    sigemptyset(&self.signals);
    sigaddset(&self.signals, SIGINT);
    sigaddset(&self.signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &self.signals, NULL);
    if (options_read(&options, count, words)) {
        self.served = settings_get(options.settings, "REPOSITORY");
        status = run(&self);
    }
    options_clear(&options);
    return status;
}
