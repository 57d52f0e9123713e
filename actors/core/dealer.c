#include "dealer.h"

#include "peers.h"
#include "sockets.h"
#include "banned.h"

// A connection that broke stays away longer than an asker looks for that (ask.c), so it is always noticed.
enum { RECONNECT_MS = 50, RECONNECT_MAX_MS = 200, ANEW_MS = 500 };

struct dealer {
    void *socket;
    spot_t *spot;
    char endpoint[ENDPOINT_SIZE];
    char process[TOPOLOGY_NAME];                // whose key; "": not over tcp
    const dealer_keys_t *keys;
    char key[CURVE_KEY];                        // that the connection was made with
    int64_t look_ms;                            // when the key is looked at again
    size_t unanswered;                          // sent, and no answer came yet
    int64_t down_ms;                            // when it was found without a connection; 0: it has one
};

static void
disconnect(dealer_t *self)
{
    socket_close(&self->socket);
    self->unanswered = 0;
}

static bool
connect_to(dealer_t *self)
{
    int64_t limit = LIMIT_BLOB_BYTES;
    self->socket = socket_try(ZMQ_DEALER);      // perhaps long after the start, when descriptors have run out
    if (!self->socket)
        return false;
    socket_set(self->socket, ZMQ_SNDHWM, LIMIT_QUEUE);
    socket_set(self->socket, ZMQ_RCVHWM, LIMIT_QUEUE);
    if (strncmp(self->endpoint, "inproc:", 7) != 0) {
        socket_set(self->socket, ZMQ_IMMEDIATE, 1);        // no queue in front of a peer that is not there
        socket_set(self->socket, ZMQ_RECONNECT_IVL, RECONNECT_MS);
        socket_set(self->socket, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS);
        zmq_setsockopt(self->socket, ZMQ_MAXMSGSIZE, &limit, sizeof limit);
        curve_watch(self->socket);
    }
    if (*self->process)
        curve_call(self->socket, self->keys->own, self->key);
    if (zmq_connect(self->socket, self->endpoint) == 0)
        return true;
    disconnect(self);
    return false;
}

// The key of the other process may come, change and go while we run.
static void
look_at_key(dealer_t *self)
{
    char key[CURVE_KEY] = "";
    int64_t now = *self->process? msg_steady_ms(): 0;
    if (!*self->process || now < self->look_ms)
        return;
    self->look_ms = now + PEERS_REREAD_MS;
    (void)curve_read_public(self->keys->folder, self->process, key);
    if (strcmp(key, self->key) == 0)
        return;
    disconnect(self);
    memcpy(self->key, key, sizeof key);
    if (*key)
        (void)connect_to(self);
}

dealer_t *
dealer_new(const char *where, const dealer_keys_t *keys, balance_t *balance)
{
    const char *at = strchr(where, '@');
    const char *endpoint = at? at + 1: where;
    bool tcp = strncmp(endpoint, "tcp:", 4) == 0;
    if (strlen(endpoint) >= ENDPOINT_SIZE || tcp != (at != NULL) || (tcp && !keys))
        return NULL;                            // tcp without CURVE among them
    dealer_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->keys = keys;
    self->spot = balance_spot(balance, endpoint);
    (void)snprintf(self->endpoint, sizeof self->endpoint, "%s", endpoint);
    if (at)
        (void)snprintf(self->process, sizeof self->process, "%.*s", (int)(at - where), where);
    look_at_key(self);
    if (self->spot && (tcp || connect_to(self)))
        return self;
    dealer_destroy(&self);
    return NULL;
}

void
dealer_destroy(dealer_t **self)
{
    if (!*self)
        return;
    disconnect(*self);
    free(*self);
    *self = NULL;
}

spot_t *
dealer_spot(const dealer_t *self)
{
    return self->spot;
}

void *
dealer_socket(const dealer_t *self)
{
    return self->socket;
}

// libzmq never tries again after a handshake that was refused, and the other side may get our key later.
static void
connect_anew(dealer_t *self)
{
    int64_t now = msg_steady_ms();
    if (!*self->process)
        return;
    if (self->down_ms == 0)
        self->down_ms = now;
    if (now - self->down_ms < ANEW_MS)
        return;
    self->down_ms = now;
    dealer_renew(self);
}

code_t
dealer_send(dealer_t *self, msg_t **msg)
{
    look_at_key(self);
    if (self->socket && msg_send(msg, self->socket) == OK) {
        self->unanswered++;
        self->down_ms = 0;
        return OK;
    }
    if (self->socket && self->unanswered >= LIMIT_QUEUE)
        return BUSY;
    connect_anew(self);
    return UNAVAILABLE;
}

msg_t *
dealer_receive(dealer_t *self, int64_t ms, bool *again)
{
    *again = false;
    msg_t *answer = self->socket? msg_recv_within(self->socket, ms, again): NULL;
    if (answer || *again)
        self->unanswered -= self->unanswered > 0;
    return answer;
}

bool
dealer_lost(dealer_t *self)
{
    int events = 0;
    size_t size = sizeof events;
    if (!self->socket)
        return true;
    return zmq_getsockopt(self->socket, ZMQ_EVENTS, &events, &size) == 0 && !(events & ZMQ_POLLOUT) &&
           self->unanswered < LIMIT_QUEUE;
}

void
dealer_renew(dealer_t *self)
{
    disconnect(self);
    if (!*self->process || *self->key)
        (void)connect_to(self);
}

void
dealer_connected(dealer_t *self)
{
    self->unanswered = 0;
}

void
dealer_tend(dealer_t *self)
{
    bool again = true;
    if (!spot_gone(self->spot))
        return;
    look_at_key(self);
    while (again && self->socket) {
        msg_t *answer = dealer_receive(self, 0, &again);
        again |= answer != NULL;
        if (answer)
            spot_return(self->spot);
        msg_destroy(&answer);
    }
    if (!self->socket || !spot_may_ping(self->spot))
        return;
    msg_t *ping = msg_new_req(&call_sys_ping, &(sys_ping_req_t){ .text = "" }, NULL,
                              msg_clock_ms() + LIMIT_DEADLINE_MS);
    if (dealer_send(self, &ping) != OK)
        msg_destroy(&ping);
}
