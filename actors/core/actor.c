#include "pool.h"

#include "log.h"
#include "sockets.h"
#include "banned.h"

enum { OPEN_MS = 60000, LAST_WORDS_MS = 1000 };

static bool
bind_to(const pool_t *self, void *socket, const char *endpoint)
{
    if (zmq_bind(socket, endpoint) == 0)
        return true;
    char value[256];
    log_error("core.bind", "actor=%s endpoint=%s text=\"%s\"", self->actor->name,
              log_value(endpoint, value, sizeof value), zmq_strerror(errno));
    return false;
}

enum { PIPE_CONTROL = -1, PIPE_UP = -2 };       // beside these: the number of a worker

// Pipes inside the process. Their names are random, so that pools never meet: also not the one before at
// the same address, whose sockets libzmq may still be closing.
static void
name_pipe(const pool_t *self, int key, char endpoint[64])
{
    (void)snprintf(endpoint, 64, "inproc://core-%s%+d", self->id, key);
}

static void *
bind_pipe(const pool_t *self, int key, int type)
{
    char endpoint[64];
    name_pipe(self, key, endpoint);
    void *socket = socket_new(type);
    socket_set(socket, ZMQ_SNDHWM, LIMIT_QUEUE);
    socket_set(socket, ZMQ_RCVHWM, LIMIT_QUEUE);
    int code = zmq_bind(socket, endpoint);
    assert(code == 0);
    (void)code;
    return socket;
}

static void *
connect_pipe(const pool_t *self, int key, int type)
{
    char endpoint[64];
    name_pipe(self, key, endpoint);
    void *socket = socket_new(type);
    socket_set(socket, ZMQ_SNDHWM, LIMIT_QUEUE);
    socket_set(socket, ZMQ_RCVHWM, LIMIT_QUEUE);
    socket_set(socket, ZMQ_LINGER, LAST_WORDS_MS);         // what a worker said last must be heard
    int code = zmq_connect(socket, endpoint);
    assert(code == 0);
    (void)code;
    return socket;
}

bool
pool_open_events(pool_t *self)
{
    char domain[64];
    self->taken = self->peers? peers_taken(self->peers): 0;
    if (self->events) {
        (void)zmq_unbind(self->events, self->events_endpoint);
        (void)zmq_unbind(self->events, self->events_inside);
        socket_close(&self->events);
        return false;
    }
    void *socket = socket_new(ZMQ_PUB);
    socket_set(socket, ZMQ_SNDHWM, LIMIT_QUEUE);
    (void)snprintf(domain, sizeof domain, "%s.events", self->actor->name);
    if (self->curve) {
        curve_serve(socket, self->curve, domain);
        curve_watch(socket);
    }
    if (bind_to(self, socket, self->events_endpoint) &&
        (!*self->events_inside || bind_to(self, socket, self->events_inside)))
        self->events = socket;
    else
        (void)zmq_close(socket);
    return self->events != NULL;
}

static bool
open_router(pool_t *self, const pool_options_t *options)
{
    int64_t limit = LIMIT_BLOB_BYTES;
    if (strncmp(options->endpoint, "tcp:", 4) == 0 && (!options->curve || !options->peers)) {
        log_error("core.bind", "actor=%s text=\"tcp without CURVE is refused\"", self->actor->name);
        return false;
    }
    self->router = socket_new(ZMQ_ROUTER);
    socket_set(self->router, ZMQ_SNDHWM, LIMIT_QUEUE);
    socket_set(self->router, ZMQ_RCVHWM, LIMIT_QUEUE);
    socket_set(self->router, ZMQ_ROUTER_MANDATORY, 1);
    zmq_setsockopt(self->router, ZMQ_MAXMSGSIZE, &limit, sizeof limit);
    if (options->curve) {
        curve_serve(self->router, options->curve, self->actor->name);
        curve_watch(self->router);
    }
    return bind_to(self, self->router, options->endpoint) &&
           (!options->inside || bind_to(self, self->router, options->inside));
}

// An actor that nobody can look at works all the same.
static void
open_door(pool_t *self, const pool_options_t *options)
{
    if (options->door && !door_open(self->door, options->door, NULL, NULL))
        log_warning("core.door", "actor=%s text=\"no door: %s\"", self->actor->name, zmq_strerror(errno));
    if (options->far_door && !door_open(self->door, options->far_door, options->curve, options->peers))
        log_warning("core.door", "actor=%s text=\"no door over tcp: %s\"", self->actor->name, zmq_strerror(errno));
}

static bool
open_sockets(pool_t *self, const pool_options_t *options)
{
    int size = options->events? snprintf(self->events_endpoint, sizeof self->events_endpoint, "%s", options->events)
                              : snprintf(self->events_endpoint, sizeof self->events_endpoint, "%s.events",
                                         options->endpoint);
    if (size < 0 || (size_t)size >= sizeof self->events_endpoint)
        return false;
    if (options->inside)
        (void)snprintf(self->events_inside, sizeof self->events_inside, "%.48s.events", options->inside);
    self->curve = options->curve;
    self->peers = options->curve? options->peers: NULL;
    self->up = bind_pipe(self, PIPE_UP, ZMQ_PULL);
    self->control = bind_pipe(self, PIPE_CONTROL, ZMQ_PAIR);
    self->control_owner = connect_pipe(self, PIPE_CONTROL, ZMQ_PAIR);
    open_door(self, options);
    return open_router(self, options) && pool_open_events(self);
}

static void
add_worker(pool_t *self, bool serial, zconfig_t *config)
{
    slot_t *slot = &self->slots[self->count];
    slot->worker = (worker_t){
        .actor = self->actor, .config = config, .number = (uint16_t)self->count, .serial = serial,
        .balance = self->balance,
    };
    slot->down = bind_pipe(self, (int)self->count, ZMQ_PAIR);
    slot->worker.down = connect_pipe(self, (int)self->count, ZMQ_PAIR);
    slot->worker.up = connect_pipe(self, PIPE_UP, ZMQ_PUSH);
    self->count++;
    if (serial)
        self->serial = slot;
    else
        self->idle[self->idle_count++] = slot;
}

static bool
has_serial(const actor_t *actor)
{
    for (const route_t *route = actor->routes; route->call; route++)
        if (route->serial)
            return true;
    return false;
}

// Waits until `count` more workers have said that they are ready; false if one is not.
static bool
await_ready(pool_t *self, size_t count)
{
    zmq_pollitem_t item = { self->up, 0, ZMQ_POLLIN, 0 };
    bool good = true;
    while (count > 0) {
        uint16_t number = 0;
        if (zmq_poll(&item, 1, OPEN_MS) == 0) {
            log_error("core.open", "actor=%s text=\"a worker was not ready after %d s\"", self->actor->name,
                      OPEN_MS / 1000);
            return false;
        }
        if (zmq_recv(self->up, &number, sizeof number, ZMQ_DONTWAIT) != sizeof number)
            continue;
        msg_t *msg = msg_recv_routed(self->up, NULL);
        assert(msg);
        good = good && strcmp(msg_head(msg)->type, event_worker_ready.name) == 0;
        msg_destroy(&msg);
        count--;
    }
    return good;
}

// The state of quick calls, if there are any.
static bool
open_state(pool_t *self, zconfig_t *config)
{
    bool wanted = false;
    for (const route_t *route = self->actor->routes; route->call; route++)
        wanted = wanted || route->quick;
    return !wanted || !self->actor->open || self->actor->open(&self->state, config) == OK;
}

// The first opens alone, since opening may make what the others then find (a repository); the rest open
// together.
static bool
start_workers(pool_t *self, zconfig_t *config)
{
    for (size_t i = 0; i < self->count; i++) {
        if (!worker_start(&self->slots[i].worker))
            return false;
        if (i == 0 && !await_ready(self, 1))
            return false;
    }
    bool good = open_state(self, config);
    return await_ready(self, self->count - 1) && good;
}

static void
end_workers(pool_t *self)
{
    for (size_t i = 0; i < self->count; i++) {
        slot_t *slot = &self->slots[i];
        if (slot->worker.running) {
            worker_tell(slot->down, &event_worker_stop);
            pthread_join(slot->worker.thread, NULL);
        } else {
            socket_close(&slot->worker.down);
            socket_close(&slot->worker.up);
        }
    }
}

static void
pool_destroy(pool_t **self)
{
    pool_t *pool = *self;
    *self = NULL;
    for (size_t i = 0; i < pool->count; i++)
        socket_close(&pool->slots[i].down);
    if (pool->state && pool->actor->close)
        pool->actor->close(&pool->state);
    socket_close(&pool->router);
    socket_close(&pool->events);
    socket_close(&pool->up);
    socket_close(&pool->control);
    socket_close(&pool->control_owner);
    door_destroy(&pool->door);
    stats_destroy(&pool->stats);
    spans_destroy(&pool->spans);
    balance_destroy(&pool->balance);
    free(pool->slots);
    free(pool->idle);
    free(pool);
}

static pool_t *
pool_new(const actor_t *actor, const pool_options_t *options)
{
    pool_t *self = calloc(1, sizeof *self);
    size_t count = options->workers + 1;
    slot_t *slots = calloc(count, sizeof *slots);
    slot_t **idle = calloc(count, sizeof *idle);
    if (!self || !slots || !idle)
        abort();
    self->actor = actor;
    msg_new_id(self->id);
    self->slots = slots;
    self->idle = idle;
    self->stats = stats_new();
    self->spans = spans_new();
    self->door = door_new(actor->name);
    self->restarts = options->restarts;
    self->balance = balance_new();
    self->started_ms = msg_steady_ms();
    return self;
}

pool_t *
actor_start(const actor_t *actor, const pool_options_t *options)
{
    pool_t *self = pool_new(actor, options);
    if (!open_sockets(self, options))
        goto failed;
    if (has_serial(actor))
        add_worker(self, true, options->config);
    for (size_t i = 0; i < options->workers; i++)
        add_worker(self, false, options->config);
    if (start_workers(self, options->config)) {
        self->running = pthread_create(&self->thread, NULL, owner_main, self) == 0;
        if (self->running)
            (void)pthread_setname_np(self->thread, actor->name);
        if (self->running)
            return self;
    }
    end_workers(self);
failed:
    pool_destroy(&self);
    return NULL;
}

void
actor_stop(pool_t **self, int grace_ms)
{
    if (!*self)
        return;
    (void)zmq_send((*self)->control, &grace_ms, sizeof grace_ms, ZMQ_DONTWAIT);
    pthread_join((*self)->thread, NULL);
    socket_set((*self)->router, ZMQ_LINGER, LAST_WORDS_MS);        // answers on their way may still arrive
    pool_destroy(self);
}

bool
actor_alive(const pool_t *self)
{
    return !atomic_load(&self->ended);
}
