#include "peers.h"

#include <pthread.h>
#include <stdatomic.h>
#include "log.h"
#include "sockets.h"
#include "banned.h"

enum { TELL_MS = 1000, KEY_BYTES = CURVE_KEY - 1, CURVE_BYTES = 32 };
static const char zap_endpoint[] = "inproc://zeromq.zap.01";

struct peers {
    const topology_t *topology;
    char *folder;
    pthread_mutex_t lock;                       // guards keys: read for each request, written twice a second
    char keys[TOPOLOGY_PROCESSES + TOPOLOGY_OPERATORS][CURVE_KEY];      // "": none; by the index of name_of
    atomic_uint taken;
    atomic_llong told_ms;                       // when a refusal was logged last: a stranger must not fill a disk
    atomic_uint untold;
    void *zap, *stop, *stopper;                 // raw sockets; the first two are the thread's
    pthread_t thread;
};

// Of the processes, then of the operators.
static size_t
name_count(const peers_t *self)
{
    return topology_process_count(self->topology) + topology_operator_count(self->topology);
}

static const char *
name_of(const peers_t *self, size_t index)
{
    size_t processes = topology_process_count(self->topology);
    return index < processes? topology_process(self->topology, index)->name
                            : topology_operator(self->topology, index - processes);
}

static void
read_keys(peers_t *self)
{
    for (size_t i = 0; i < name_count(self); i++) {
        char key[CURVE_KEY] = "";
        (void)curve_read_public(self->folder, name_of(self, i), key);
        if (strcmp(key, self->keys[i]) == 0)
            continue;
        bool taken = *self->keys[i] != '\0';
        pthread_mutex_lock(&self->lock);
        memcpy(self->keys[i], key, sizeof key);
        pthread_mutex_unlock(&self->lock);
        log_info("peers.key", "peer=%s text=\"%s\"", name_of(self, i), !*key? "gone": taken? "another": "there");
        atomic_fetch_add(&self->taken, taken);
    }
}

// The name of the process that has this key; NULL if it is a stranger's.
static const char *
find(peers_t *self, const char *key)
{
    const char *name = NULL;
    pthread_mutex_lock(&self->lock);
    for (size_t i = 0; i < name_count(self) && !name; i++)
        if (*self->keys[i] && memcmp(self->keys[i], key, KEY_BYTES) == 0)
            name = name_of(self, i);
    pthread_mutex_unlock(&self->lock);
    return name;
}

static void
tell(peers_t *self, const char *event, const char *who, const char *what)
{
    int64_t now = msg_steady_ms();
    if (now - atomic_load(&self->told_ms) < TELL_MS) {
        atomic_fetch_add(&self->untold, 1);
        return;
    }
    atomic_store(&self->told_ms, now);
    log_warning(event, "peer=%s %s untold=%u", who, what, atomic_exchange(&self->untold, 0));
}

unsigned
peers_taken(const peers_t *self)
{
    return atomic_load(&self->taken);
}

static msg_t *
refuse(peers_t *self, const char *actor, const msg_t *request, bool door)
{
    const char *key = msg_user(request), *type = msg_head(request)->type;
    if (!self || !*key)
        return NULL;
    const char *name = find(self, key);
    if (name && ((door && topology_operates(self->topology, name)) ||
                 topology_may(self->topology, name, actor, type)))
        return NULL;
    char what[128];
    (void)snprintf(what, sizeof what, "type=%s text=\"%s\"", type,
                   name? "the topology does not let it ask this": "its key is gone");
    tell(self, "peers.forbidden", name? name: key, what);
    return msg_new_err(request, FORBIDDEN, name? "%s: the topology does not let '%s' ask this"
                                               : "%s: the key of '%.8s...' was revoked", type, name? name: key);
}

msg_t *
peers_refuse(peers_t *self, const char *actor, const msg_t *request)
{
    return refuse(self, actor, request, false);
}

msg_t *
peers_refuse_at_door(peers_t *self, const char *actor, const msg_t *request)
{
    return refuse(self, actor, request, true);
}

// ---- handshakes: ZAP, https://rfc.zeromq.org/spec/27/ -----------------------------------------------------
// May the owner of this key connect to this domain? Requests are judged one by one, subscriptions here.
static const char *
judge(peers_t *self, const char *domain, const char *key)
{
    const char *name = find(self, key), *dot = strchr(domain, '.');
    char actor[TOPOLOGY_NAME];
    if (!name || !dot)
        return name;
    (void)snprintf(actor, sizeof actor, "%.*s", (int)(dot - domain), domain);
    return topology_may(self->topology, name, actor, call_sys_ping.name)? name: NULL;
}

// The answer to one handshake; takes what came.
static zmsg_t *
zap_answer(peers_t *self, zmsg_t **request)
{
    char *version = zmsg_popstr(*request), *id = zmsg_popstr(*request), *domain = zmsg_popstr(*request);
    char *address = zmsg_popstr(*request), *routing = zmsg_popstr(*request), *mechanism = zmsg_popstr(*request);
    zframe_t *credential = zmsg_pop(*request);
    char key[CURVE_KEY] = "", what[256], shown[128];
    bool well_formed = credential && streq(version, "1.0") && streq(mechanism, "CURVE") &&
                       zframe_size(credential) == CURVE_BYTES;
    const char *name = NULL;
    if (well_formed && zmq_z85_encode(key, zframe_data(credential), CURVE_BYTES))
        name = judge(self, domain, key);
    if (!name) {
        (void)snprintf(what, sizeof what, "key=%s address=%s text=\"no peer of this process has this key\"", key,
                       log_value(address? address: "", shown, sizeof shown));
        tell(self, "peers.refused", domain? domain: "", what);
    }
    zmsg_t *answer = zmsg_new();
    zmsg_addstr(answer, "1.0");
    zmsg_addstr(answer, id? id: "");
    zmsg_addstr(answer, name? "200": "400");
    zmsg_addstr(answer, name? "OK": "unknown key");
    zmsg_addstr(answer, name? key: "");
    zmsg_addstr(answer, "");
    zframe_destroy(&credential);
    char *texts[] = { version, id, domain, address, routing, mechanism };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        zstr_free(&texts[i]);
    zmsg_destroy(request);
    return answer;
}

static void *
peers_main(void *argument)
{
    peers_t *self = argument;
    zmq_pollitem_t items[] = { { self->stop, 0, ZMQ_POLLIN, 0 }, { self->zap, 0, ZMQ_POLLIN, 0 } };
    int64_t next_ms = msg_steady_ms() + PEERS_REREAD_MS;
    while (!(items[0].revents & ZMQ_POLLIN)) {
        int64_t wait = next_ms - msg_steady_ms();
        if (wait <= 0) {
            read_keys(self);
            next_ms = msg_steady_ms() + PEERS_REREAD_MS;
            wait = PEERS_REREAD_MS;
        }
        if (zmq_poll(items, 2, (long)wait) < 0 && errno != EINTR)
            break;
        zmsg_t *request = items[1].revents & ZMQ_POLLIN? zmsg_recv(self->zap): NULL;
        if (!request)
            continue;
        zmsg_t *answer = zap_answer(self, &request);
        (void)zmsg_send(&answer, self->zap);
        zmsg_destroy(&answer);
    }
    (void)zmq_unbind(self->zap, zap_endpoint);  // the name is free at once only so
    return NULL;
}

static void
peers_destroy(peers_t **self)
{
    socket_close(&(*self)->zap);
    socket_close(&(*self)->stop);
    socket_close(&(*self)->stopper);
    pthread_mutex_destroy(&(*self)->lock);
    free((*self)->folder);
    free(*self);
    *self = NULL;
}

peers_t *
peers_start(const topology_t *topology, const char *folder)
{
    char id[MSG_ID_SIZE + 1], pipe[64];
    peers_t *self = calloc(1, sizeof *self);
    if (!self || !(self->folder = strdup(folder)))
        abort();
    self->topology = topology;
    pthread_mutex_init(&self->lock, NULL);
    self->zap = socket_new(ZMQ_REP);
    self->stop = socket_new(ZMQ_PAIR);
    self->stopper = socket_new(ZMQ_PAIR);
    msg_new_id(id);
    (void)snprintf(pipe, sizeof pipe, "inproc://peers-%s", id);
    read_keys(self);
    if (zmq_bind(self->zap, zap_endpoint) == 0 && zmq_bind(self->stop, pipe) == 0 &&
        zmq_connect(self->stopper, pipe) == 0 && pthread_create(&self->thread, NULL, peers_main, self) == 0) {
        (void)pthread_setname_np(self->thread, "peers");
        return self;
    }
    log_error("peers.start", "text=\"%s\"", zmq_strerror(errno));
    peers_destroy(&self);
    return NULL;
}

void
peers_stop(peers_t **self)
{
    if (!*self)
        return;
    (void)zmq_send((*self)->stopper, "", 0, ZMQ_DONTWAIT);
    pthread_join((*self)->thread, NULL);
    peers_destroy(self);
}
