// bench_core_link - calls over tcp with CURVE to another process, beside the same inside this one
//
// bench_core_link: one call after the other; the medians in microseconds. The worker answers at once, so this is the
// way alone. bench_core_link copies: 8 askers of calls that cost BURN_US of CPU, to one process of one worker, and to
// two; calls a second. Both as JSON.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../../actors/core/actor.h"
#include "../../actors/core/ask.h"

enum { CALLS = 4000, WARM = 500, ASKERS = 8, COPIES_MS = 3000, BURN_US = 5000 };

static const char *const names[] = { "store-1", "store-2", "web" };
enum { NAMES = sizeof names / sizeof *names };
static const topology_known_t known[] = { { "store", 2, false }, { "web", 2, false }, { NULL, 0, false } };

typedef struct {
    char folder[32], text[512], where[2][ENDPOINT_SIZE + 16];
    topology_t *topology;
    topology_link_t links[2];
} links_t;

static code_t
on_open(void **state, zconfig_t *config)
{
    (void)config;
    *state = NULL;
    return OK;
}

static double
microseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

// What a page costs that is dear to render.
static code_t
on_list(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)call, (void)request, (void)reply;
    double end = microseconds(CLOCK_THREAD_CPUTIME_ID) + BURN_US;
    while (microseconds(CLOCK_THREAD_CPUTIME_ID) < end)
        ;
    return OK;
}

static code_t
on_head(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)call, (void)request;
    ((store_head_rep_t *)reply)->commit = "0123456789012345678901234567890123456789";
    return OK;
}

static const route_t routes[] = {
    { .call = &call_store_head, .handle = on_head }, { .call = &call_store_list, .handle = on_list }, { 0 },
};
static const actor_t actor = { .name = "store", .open = on_open, .routes = routes };

static void
prepare(links_t *self)
{
    char why[TOPOLOGY_WHY], folder[] = "/tmp/wikibot-bench-XXXXXX";
    if (!mkdtemp(folder))
        abort();
    memcpy(self->folder, folder, sizeof folder);
    snprintf(self->text, sizeof self->text,
             "host\n    here\n        address = 127.9.%d.%d\n"
             "process\n    store-1\n        host = here\n        port = 5600\n        actors = store\n"
             "    store-2\n        host = here\n        port = 5610\n        actors = store\n"
             "    web\n        host = here\n        actors = web\nactor\n    web\n        asks = store\n",
             (int)getpid() / 250 % 250, 1 + (int)getpid() % 250);
    for (size_t i = 0; i < NAMES; i++)
        if (!curve_new(folder, names[i], why))
            abort();
    self->topology = topology_parse("bench", self->text, known, why);
    if (!self->topology)
        abort();
    for (size_t i = 0; i < 2; i++) {
        const topology_process_t *process = topology_process(self->topology, i);
        self->links[i] = topology_link(self->topology, process, 0, LINK_BIND, "");
        snprintf(self->where[i], sizeof self->where[i], "%s@%s", names[i], self->links[i].call);
    }
}

static void
remove_keys(const links_t *self)
{
    for (size_t i = 0; i < 2 * NAMES; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s.%s", self->folder, names[i % NAMES], i < NAMES? "public": "secret");
        (void)unlink(path);
    }
    (void)rmdir(self->folder);
}

// Another process: answers until it is killed.
static pid_t
serve(const links_t *self, size_t index, size_t workers)
{
    char why[CURVE_WHY];
    curve_pair_t own;
    pid_t child = fork();
    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    peers_t *peers = peers_start(self->topology, self->folder);
    if (!curve_read_pair(self->folder, names[index], &own, why) || !peers)
        abort();
    pool_options_t options = { .endpoint = self->links[index].call, .events = self->links[index].events,
                               .workers = workers, .curve = &own, .peers = peers };
    if (!actor_start(&actor, &options))
        abort();
    pause();
    _exit(0);
}

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double
one_call(asker_t *asker)
{
    msg_t *request = msg_new_req(&call_store_head, &(store_head_req_t){ .caller = { .name = "bench" } }, NULL,
                                 msg_clock_ms() + LIMIT_DEADLINE_MS);
    double start = microseconds(CLOCK_MONOTONIC);
    msg_t *answer = asker_ask(asker, &call_store_head, &request);
    double took = microseconds(CLOCK_MONOTONIC) - start;
    if (msg_code(answer) != OK)
        abort();
    msg_destroy(&answer);
    return took;
}

// Medians of both, in turns, so that both meet the same machine.
static void
measure(asker_t *near, asker_t *far)
{
    static double times[2][CALLS];
    for (int i = 0; i < WARM; i++) {
        (void)one_call(near);
        (void)one_call(far);
    }
    for (int i = 0; i < CALLS; i++) {
        times[0][i] = one_call(near);
        times[1][i] = one_call(far);
    }
    for (int i = 0; i < 2; i++)
        qsort(times[i], CALLS, sizeof **times, compare);
    printf("{\"inproc_us\": %.1f, \"curve_us\": %.1f, \"inproc_p99_us\": %.1f, \"curve_p99_us\": %.1f}\n",
           times[0][CALLS / 2], times[1][CALLS / 2], times[0][CALLS * 99 / 100], times[1][CALLS * 99 / 100]);
}

static void
bench_way(const links_t *links, const dealer_keys_t *keys)
{
    pool_options_t options = { .endpoint = "inproc://store", .workers = 2 };
    pool_t *pool = actor_start(&actor, &options);
    asker_t *near = asker_new("inproc://store"), *far = asker_open(links->where[0], keys);
    if (!pool || !near || !far)
        abort();
    measure(near, far);
    asker_destroy(&near);
    asker_destroy(&far);
    actor_stop(&pool, 1000);
}

// ---- copies ------------------------------------------------------------------------------------------------------
typedef struct {
    const char *where;
    const dealer_keys_t *keys;
    balance_t *balance;
    double end;
    size_t done;
    pthread_t thread;
} caller_thread_t;

static void *
call_on(void *argument)
{
    caller_thread_t *self = argument;
    balance_enter(self->balance);               // as the workers of one pool
    asker_t *asker = asker_open(self->where, self->keys);
    while (asker && microseconds(CLOCK_MONOTONIC) < self->end) {
        msg_t *request = msg_new_req(&call_store_list, &(store_list_req_t){ .limit = 1 }, NULL,
                                     msg_clock_ms() + LIMIT_DEADLINE_MS);
        msg_t *answer = asker_ask(asker, &call_store_list, &request);
        self->done += msg_code(answer) == OK;
        msg_destroy(&answer);
    }
    asker_destroy(&asker);
    return NULL;
}

// Calls a second.
static double
rate_of(const char *where, const dealer_keys_t *keys)
{
    caller_thread_t callers[ASKERS];
    balance_t *balance = balance_new();
    size_t done = 0;
    double end = microseconds(CLOCK_MONOTONIC) + COPIES_MS * 1e3;
    for (size_t i = 0; i < ASKERS; i++) {
        callers[i] = (caller_thread_t){ .where = where, .keys = keys, .balance = balance, .end = end };
        if (pthread_create(&callers[i].thread, NULL, call_on, &callers[i]) != 0)
            abort();
    }
    for (size_t i = 0; i < ASKERS; i++) {
        pthread_join(callers[i].thread, NULL);
        done += callers[i].done;
    }
    balance_destroy(&balance);
    return (double)done * 1e3 / COPIES_MS;
}

static void
bench_copies(const links_t *links, const dealer_keys_t *keys)
{
    char both[2 * (ENDPOINT_SIZE + 16)];
    snprintf(both, sizeof both, "%s %s", links->where[0], links->where[1]);
    double one = rate_of(links->where[0], keys);
    printf("{\"one\": %.1f, \"two\": %.1f}\n", one, rate_of(both, keys));
}

int
main(int count, char **words)
{
    links_t links;
    char why[CURVE_WHY];
    curve_pair_t own;
    bool copies = count > 1 && strcmp(words[1], "copies") == 0;
    prepare(&links);
    pid_t others[2] = { serve(&links, 0, copies? 1: 2), serve(&links, 1, 1) };
    if (others[0] < 0 || others[1] < 0 || !curve_read_pair(links.folder, "web", &own, why))
        abort();
    dealer_keys_t keys = { links.folder, &own };
    if (copies)
        bench_copies(&links, &keys);
    else
        bench_way(&links, &keys);
    for (size_t i = 0; i < 2; i++) {
        kill(others[i], SIGKILL);
        waitpid(others[i], NULL, 0);
    }
    remove_keys(&links);
    topology_destroy(&links.topology);
    return 0;
}
