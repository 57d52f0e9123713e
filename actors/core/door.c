#include "door.h"

#include "sockets.h"
#include "banned.h"

typedef struct {
    zframe_t *peer;                             // NULL: free
    void *socket;
    int64_t until_ms;
} watcher_t;

struct door {
    const char *actor;
    void *sockets[DOOR_SOCKETS];
    peers_t *peers[DOOR_SOCKETS];               // NULL: who can open the socket's file may ask
    size_t count;
    void *asked;                                // where the question that is being answered came in
    watcher_t watchers[LIMIT_WATCHERS];
    size_t watching;
};

door_t *
door_new(const char *actor)
{
    door_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->actor = actor;
    return self;
}

static void
forget(door_t *self, watcher_t *watcher)
{
    zframe_destroy(&watcher->peer);
    self->watching--;
}

void
door_destroy(door_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < LIMIT_WATCHERS; i++)
        if ((*self)->watchers[i].peer)
            forget(*self, &(*self)->watchers[i]);
    for (size_t i = 0; i < (*self)->count; i++)
        socket_close(&(*self)->sockets[i]);
    free(*self);
    *self = NULL;
}

bool
door_open(door_t *self, const char *endpoint, const curve_pair_t *curve, peers_t *peers)
{
    int64_t limit = LIMIT_BODY_BYTES;
    char domain[64];
    assert(self->count < DOOR_SOCKETS);
    void *socket = socket_new(ZMQ_ROUTER);
    socket_set(socket, ZMQ_SNDHWM, LIMIT_QUEUE);
    socket_set(socket, ZMQ_RCVHWM, LIMIT_QUEUE);
    socket_set(socket, ZMQ_ROUTER_MANDATORY, 1);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, sizeof limit);
    if (curve) {
        (void)snprintf(domain, sizeof domain, "%s.door", self->actor);
        curve_serve(socket, curve, domain);
        curve_watch(socket);
    }
    if (zmq_bind(socket, endpoint) == 0) {
        self->sockets[self->count] = socket;
        self->peers[self->count++] = peers;
        return true;
    }
    int reason = errno;
    socket_close(&socket);
    errno = reason;
    return false;
}

void *
door_socket(const door_t *self, size_t index)
{
    return index < self->count? self->sockets[index]: NULL;
}

// The one that is there already, else a free one; NULL: there are too many.
static watcher_t *
watcher_of(door_t *self, const zframe_t *peer)
{
    watcher_t *free_one = NULL;
    int64_t now = msg_steady_ms();
    for (size_t i = 0; i < LIMIT_WATCHERS; i++) {
        watcher_t *watcher = &self->watchers[i];
        if (watcher->peer && watcher->socket == self->asked && zframe_eq(watcher->peer, (zframe_t *)peer))
            return watcher;
        if (watcher->peer && watcher->until_ms < now)
            forget(self, watcher);
        if (!watcher->peer && !free_one)
            free_one = watcher;
    }
    return free_one;
}

static msg_t *
watch(door_t *self, msg_t *request)
{
    sys_watch_req_t record;
    const char *why = NULL;
    if (msg_read_req(request, &call_sys_watch, &record, &why) != OK)
        return msg_new_err(request, INVALID, "sys.watch: %s", why);
    watcher_t *watcher = watcher_of(self, msg_peer(request));
    if (!watcher)
        return msg_new_err(request, BUSY, "%s is watched by %d already", self->actor, LIMIT_WATCHERS);
    if (!watcher->peer) {
        watcher->peer = zframe_dup((zframe_t *)msg_peer(request));
        watcher->socket = self->asked;
        self->watching++;
    }
    watcher->until_ms = msg_steady_ms() + DOOR_LEASE_MS;
    sys_watch_rep_t reply = { .lease_ms = DOOR_LEASE_MS };
    return msg_new_rep(request, &call_sys_watch, &reply);
}

// What the door says without the actor; NULL if the actor is asked.
static msg_t *
own_answer(door_t *self, size_t index, msg_t *request)
{
    const msg_head_t *head = msg_head(request);
    msg_t *refused = peers_refuse_at_door(self->peers[index], self->actor, request);
    if (refused)
        return refused;
    if (head->kind != MSG_REQ)
        return msg_new_err(request, INVALID, "only a REQ can be answered");
    return strcmp(head->type, call_sys_watch.name) == 0? watch(self, request): NULL;
}

msg_t *
door_receive(door_t *self)
{
    for (size_t i = 0; i < self->count; i++) {
        bool malformed = false;
        msg_t *request;
        self->asked = self->sockets[i];
        while ((request = msg_recv_routed(self->asked, &malformed)) || malformed) {
            msg_t *answer = request? own_answer(self, i, request): NULL;
            if (request && !answer)
                return request;
            msg_destroy(&request);
            if (answer)
                door_answer(self, &answer);
        }
    }
    return NULL;
}

void
door_answer(door_t *self, msg_t **answer)
{
    if (msg_send(answer, self->asked) != OK)    // who does not listen any more gets nothing
        msg_destroy(answer);
}

bool
door_watched(const door_t *self)
{
    return self->watching > 0;
}

void
door_copy(door_t *self, const msg_t *msg)
{
    if (self->watching == 0)
        return;
    int64_t now = msg_steady_ms();
    for (size_t i = 0; i < LIMIT_WATCHERS; i++) {
        watcher_t *watcher = &self->watchers[i];
        if (watcher->peer && watcher->until_ms < now)
            forget(self, watcher);
        if (!watcher->peer)
            continue;
        msg_t *copy = msg_dup(msg);
        zframe_t *peer = zframe_dup(watcher->peer);
        msg_set_peer(copy, &peer);
        if (msg_send(&copy, watcher->socket) == UNAVAILABLE)
            forget(self, watcher);
        msg_destroy(&copy);
    }
}
