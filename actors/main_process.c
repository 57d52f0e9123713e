#include "main.h"

#include <malloc.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include "../gateway/actor.h"
#include "../gateway/http.h"
#include "core/ask.h"
#include "core/log.h"
#include "core/rundir.h"
#include "index/actor.h"
#include "render/actor.h"
#include "store/actor.h"
#include "core/banned.h"

enum { GRACE_MS = 3000, WATCH_MS = 500, TIDY_TURNS = 6, TIDY_MS = 100 };

static const actor_t *const actors[] = { &gateway_actor, &store_actor, &render_actor, &index_actor };

// What runs in this process: its actors, in the order in which each comes after those it asks, and the edge.
typedef struct {
    const topology_process_t *process;
    pool_t *pools[TOPOLOGY_ACTORS];
    zconfig_t *configs[TOPOLOGY_ACTORS];
    size_t count;
    http_t *http;
    curve_pair_t keys;                          // for links over tcp
    peers_t *peers;                             // NULL: there are none
} running_t;

static const actor_t *
actor_named(const char *name)
{
    for (size_t i = 0; i < sizeof actors / sizeof *actors; i++)
        if (strcmp(actors[i]->name, name) == 0)
            return actors[i];
    return NULL;
}

// Where an actor is asked from this process: with blanks between, all copies of it.
static void
put_peer(const process_t *self, const running_t *running, zconfig_t *root, size_t index)
{
    char path[64], list[ASK_ENDPOINTS * (ENDPOINT_SIZE + TOPOLOGY_NAME + 2)] = "";
    const char *name = topology_actor(self->topology, index)->name;
    size_t used = 0;
    for (size_t i = 0; i < topology_process_count(self->topology); i++) {
        const topology_process_t *process = topology_process(self->topology, i);
        topology_link_t link = { .curve = false };
        if (!process->runs[index])
            continue;
        if (process == running->process)
            (void)snprintf(link.call, sizeof link.call, "inproc://%s", name);
        else
            link = topology_link(self->topology, process, index, LINK_CONNECT, self->run_dir);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s%s%s", used? " ": "",
                                 link.curve? process->name: "", link.curve? "@": "", link.call);
    }
    (void)snprintf(path, sizeof path, "peers/%s", name);
    zconfig_put(root, path, list);
}

// Where the index may lie if nothing else can be written, or if there is no repository on this host.
static void
put_spare(const process_t *self, zconfig_t *root)
{
    char path[PATH_MAX];
    if (!process_here(self, store_actor.name))
        zconfig_put(root, "settings/repository", "");
    if (self->run_dir && snprintf(path, sizeof path, "%s/" RUNDIR_SPARE, self->run_dir) < (int)sizeof path)
        zconfig_put(root, "settings/spare", path);
}

// Settings, and where those are that it may ask.
static zconfig_t *
config_new(const process_t *self, const running_t *running, const topology_actor_t *actor)
{
    zconfig_t *root = zconfig_new("root", NULL);
    settings_config(self->settings, root);
    put_spare(self, root);
    for (size_t i = 0; i < topology_actor_count(self->topology); i++)
        if (actor->asks[i])
            put_peer(self, running, root, i);
    if (running->peers) {
        zconfig_put(root, "keys/folder", settings_get(self->settings, "WIKIBOT_KEYS"));
        zconfig_put(root, "keys/self", self->process);
    }
    return root;
}

// Workers of the table, unless WIKIBOT_WORKERS says otherwise; flows do not compute, so that is not about them.
static size_t
workers_of(const process_t *self, const topology_actor_t *actor)
{
    long wanted = strtol(settings_get(self->settings, "WIKIBOT_WORKERS"), NULL, 10);
    bool flows = strcmp(actor->name, gateway_actor.name) == 0;
    return wanted > 0 && !flows? (size_t)wanted: actor->workers;
}

// The supervisor says so.
static int64_t
restarts_of_process(void)
{
    const char *number = getenv("WIKIBOT_RESTARTS");
    return number? strtol(number, NULL, 10): 0;
}

static bool
start_actor(const process_t *self, running_t *running, size_t index)
{
    const topology_actor_t *actor = topology_actor(self->topology, index);
    char door[ENDPOINT_SIZE], inside[ENDPOINT_SIZE];
    bool outside = topology_outside(self->topology, running->process, index);
    topology_link_t link = topology_link(self->topology, running->process, index, LINK_BIND, self->run_dir);
    if (outside && !*link.call) {
        log_error("process.endpoint", "actor=%s text=\"the folder of sockets has too long a name; set WIKIBOT_RUN\"",
                  actor->name);
        return false;
    }
    (void)snprintf(door, sizeof door, "ipc://%s/door-%s.%s", self->run_dir? self->run_dir: "", self->process,
                   actor->name);
    (void)snprintf(inside, sizeof inside, "inproc://%s", actor->name);
    zconfig_t *config = config_new(self, running, actor);
    pool_options_t options = { .endpoint = inside, .door = self->run_dir? door: NULL,
                               .restarts = restarts_of_process(), .workers = workers_of(self, actor),
                               .config = config };
    if (outside) {
        options.endpoint = link.call;
        options.events = link.events;
        options.inside = inside;
        options.curve = link.curve? &running->keys: NULL;
        options.peers = running->peers;
    }
    if (*link.door && running->peers) {
        options.far_door = link.door;
        options.curve = &running->keys;
        options.peers = running->peers;
    }
    pool_t *pool = actor_start(actor_named(actor->name), &options);
    if (!pool) {
        zconfig_destroy(&config);
        return false;
    }
    running->configs[running->count] = config;
    running->pools[running->count++] = pool;
    return true;
}

// Where the store publishes what the edge hears; over tcp with whose key. False: nowhere.
static bool
find_events(const process_t *self, const running_t *running, topology_link_t *link, char key[CURVE_KEY])
{
    size_t store = 0;
    while (strcmp(topology_actor(self->topology, store)->name, store_actor.name) != 0)
        store++;
    for (size_t i = 0; i < topology_process_count(self->topology); i++) {
        const topology_process_t *process = topology_process(self->topology, i);
        if (!process->runs[store])
            continue;
        *link = (topology_link_t){ .events = "inproc://store.events" };
        if (process == running->process)
            return true;
        *link = topology_link(self->topology, process, store, LINK_CONNECT, self->run_dir);
        return *link->events &&
               (!link->curve || curve_read_public(settings_get(self->settings, "WIKIBOT_KEYS"), process->name, key));
    }
    return false;
}

// The edge runs beside the gateway's actor and hears the store's events.
static bool
start_edge(const process_t *self, running_t *running)
{
    topology_link_t link;
    char key[CURVE_KEY], gateway[64];
    bool hears = find_events(self, running, &link, key);
    (void)snprintf(gateway, sizeof gateway, "inproc://%s", gateway_actor.name);
    http_options_t options = {
        .listen_fd = self->listen_fd, .gateway_endpoint = gateway, .events_endpoint = hears? link.events: NULL,
        .events_keys = hears && link.curve? &running->keys: NULL, .events_key = key,
        .plain = !settings_on(self->settings, "WIKIBOT_GZIP"),
        .metrics_port = (int)strtol(settings_get(self->settings, "WIKIBOT_METRICS_PORT"), NULL, 10),
    };
    running->http = http_start(&options);
    return running->http != NULL;
}

// Links over tcp need our own pair, and somebody who judges the keys of others.
static bool
start_peers(const process_t *self, running_t *running)
{
    char why[CURVE_WHY];
    const char *folder = settings_get(self->settings, "WIKIBOT_KEYS");
    if (!topology_needs_keys(self->topology, running->process))
        return true;
    if (!curve_read_pair(folder, self->process, &running->keys, why)) {
        fprintf(stderr, "wikibot: %s\n", why);
        return false;
    }
    running->peers = peers_start(self->topology, folder);
    return running->peers != NULL;
}

static bool
start_all(const process_t *self, running_t *running)
{
    bool edge = false;
    if (!start_peers(self, running))
        return false;
    for (size_t i = 0; i < topology_actor_count(self->topology); i++) {
        if (!running->process->runs[i])
            continue;
        if (!start_actor(self, running, i))
            return false;
        edge |= strcmp(topology_actor(self->topology, i)->name, gateway_actor.name) == 0;
    }
    return !edge || start_edge(self, running);
}

static bool
all_alive(const running_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (!actor_alive(self->pools[i]))
            return false;
    return !self->http || http_alive(self->http);
}

// Callers first, so that what is at work can still ask.
static void
stop_all(running_t *self)
{
    http_stop(&self->http, GRACE_MS);
    while (self->count > 0) {
        self->count--;
        actor_stop(&self->pools[self->count], GRACE_MS);
        zconfig_destroy(&self->configs[self->count]);
    }
    peers_stop(&self->peers);
    curve_forget(&self->keys);
}

void
print_ready(const process_t *self)
{
    if (self->listen_fd >= 0)
        printf("wikibot serves %s at http://127.0.0.1:%d/\n", self->served, self->port);
    else
        printf("wikibot runs the processes of host %s\n", self->host);
    fflush(stdout);
}

static void
say_ready(const process_t *self)
{
    if (self->ready_fd < 0) {
        print_ready(self);
        return;
    }
    if (write(self->ready_fd, "R", 1) != 1)
        log_warning("process.ready", "text=\"the supervisor is gone\"");
    close(self->ready_fd);
}

// Gives back to the system what was freed: glibc's arenas keep it, and a first index needs five times what is needed
// later. Only after some work, so that a process that rests is left alone.
static void
tidy(clock_t *worked)
{
    clock_t now = clock();
    if (now - *worked < CLOCKS_PER_SEC / 1000 * TIDY_MS)
        return;
    malloc_trim(0);
    *worked = now;
}

// Until a signal says that it is enough; false if something of ours ended by itself.
static bool
watch(const running_t *self, const sigset_t *signals)
{
    const struct timespec moment = { .tv_nsec = WATCH_MS * 1000000L };
    clock_t worked = clock();
    for (unsigned turn = 1; all_alive(self); turn++) {
        if (turn % TIDY_TURNS == 0)
            tidy(&worked);
        int signal = sigtimedwait(signals, NULL, &moment);
        if (signal > 0) {
            log_info("process.stop", "signal=%d", signal);
            return true;
        }
    }
    log_error("process.broken", "text=\"an actor ended by itself\"");
    return false;
}

int
process_run(const process_t *self)
{
    running_t running = { .process = topology_process_named(self->topology, self->process) };
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);     // before any thread: they inherit it, so that only we are woken
    signal(SIGPIPE, SIG_IGN);
    zsys_handler_set(NULL);
    zsys_init();
    bool good = start_all(self, &running);
    if (good) {
        say_ready(self);
        good = watch(&running, &signals);
    } else
        fprintf(stderr, "wikibot: %s could not start; the line above says why\n", self->process);
    stop_all(&running);
    zsys_shutdown();
    return good? 0: 1;
}
