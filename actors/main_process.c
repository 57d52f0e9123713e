#include "main.h"

#include <signal.h>
#include <unistd.h>
#include "../gateway/actor.h"
#include "../gateway/http.h"
#include "core/log.h"
#include "render/actor.h"
#include "store/actor.h"
#include "core/banned.h"

enum { GRACE_MS = 3000, WATCH_MS = 500 };

static const actor_t *const actors[] = { &gateway_actor, &store_actor, &render_actor };

// What runs in this process: its actors, in the order in which each comes after those it asks, and the edge.
typedef struct {
    pool_t *pools[TOPOLOGY_ACTORS];
    zconfig_t *configs[TOPOLOGY_ACTORS];
    size_t count;
    http_t *http;
} running_t;

static const actor_t *
actor_named(const char *name)
{
    for (size_t i = 0; i < sizeof actors / sizeof *actors; i++)
        if (strcmp(actors[i]->name, name) == 0)
            return actors[i];
    return NULL;
}

// Settings, and where those are that it may ask and hear.
static zconfig_t *
config_new(const process_t *self, const topology_actor_t *actor)
{
    zconfig_t *root = zconfig_new("root", NULL);
    settings_config(self->settings, root);
    for (size_t i = 0; i < topology_actor_count(self->topology); i++) {
        const topology_actor_t *peer = topology_actor(self->topology, i);
        char path[64], endpoint[ENDPOINT_SIZE], events[ENDPOINT_SIZE + 16];
        if (!actor->asks[i] || !topology_endpoint(peer, self->run_dir, endpoint))
            continue;
        (void)snprintf(path, sizeof path, "peers/%s", peer->name);
        zconfig_put(root, path, endpoint);
        (void)snprintf(path, sizeof path, "events/%s", peer->name);
        (void)snprintf(events, sizeof events, "%s.events", endpoint);
        zconfig_put(root, path, events);
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

static bool
start_actor(const process_t *self, running_t *running, const topology_actor_t *actor)
{
    char endpoint[ENDPOINT_SIZE], tap[ENDPOINT_SIZE];
    if (!topology_endpoint(actor, self->run_dir, endpoint)) {
        log_error("process.endpoint", "actor=%s text=\"the folder of sockets has too long a name; set WIKIBOT_RUN\"",
                  actor->name);
        return false;
    }
    (void)snprintf(tap, sizeof tap, "ipc://%s/tap-%s", self->run_dir? self->run_dir: "", actor->name);
    zconfig_t *config = config_new(self, actor);
    pool_options_t options = { .endpoint = endpoint, .tap = self->run_dir? tap: NULL,
                               .workers = workers_of(self, actor), .config = config };
    pool_t *pool = actor_start(actor_named(actor->name), &options);
    if (!pool) {
        zconfig_destroy(&config);
        return false;
    }
    running->configs[running->count] = config;
    running->pools[running->count++] = pool;
    return true;
}

// The edge runs beside the gateway's actor and hears the store's events.
static bool
start_edge(const process_t *self, running_t *running)
{
    char gateway[ENDPOINT_SIZE] = "", events[ENDPOINT_SIZE + 16] = "", store[ENDPOINT_SIZE];
    for (size_t i = 0; i < topology_actor_count(self->topology); i++) {
        const topology_actor_t *actor = topology_actor(self->topology, i);
        if (strcmp(actor->name, gateway_actor.name) == 0)
            (void)topology_endpoint(actor, self->run_dir, gateway);
        else if (strcmp(actor->name, store_actor.name) == 0 && topology_endpoint(actor, self->run_dir, store))
            (void)snprintf(events, sizeof events, "%s.events", store);
    }
    http_options_t options = {
        .listen_fd = self->listen_fd, .gateway_endpoint = gateway, .events_endpoint = events,
        .plain = !settings_on(self->settings, "WIKIBOT_GZIP"),
        .metrics_port = (int)strtol(settings_get(self->settings, "WIKIBOT_METRICS_PORT"), NULL, 10),
    };
    running->http = http_start(&options);
    return running->http != NULL;
}

static bool
start_all(const process_t *self, running_t *running)
{
    bool edge = false;
    for (size_t i = 0; i < topology_actor_count(self->topology); i++) {
        const topology_actor_t *actor = topology_actor(self->topology, i);
        if (strcmp(actor->process, self->process) != 0)
            continue;
        if (!start_actor(self, running, actor))
            return false;
        edge |= strcmp(actor->name, gateway_actor.name) == 0;
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
}

void
print_ready(const process_t *self)
{
    printf("wikibot serves %s at http://127.0.0.1:%d/\n", self->served, self->port);
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

// Until a signal says that it is enough; false if something of ours ended by itself.
static bool
watch(const running_t *self, const sigset_t *signals)
{
    const struct timespec moment = { .tv_nsec = WATCH_MS * 1000000L };
    while (all_alive(self)) {
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
    running_t running = { .count = 0 };
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
