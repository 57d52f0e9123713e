#include "tap.h"

#include "banned.h"

struct tap {
    void *socket;
    const char *actor;
    size_t viewers;
};

tap_t *
tap_new(const char *endpoint, const char *actor)
{
    tap_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->actor = actor;
    self->socket = zmq_socket(zsys_init(), ZMQ_XPUB);
    if (!self->socket)
        abort();
    int queue = LIMIT_QUEUE, linger = 0, verbose = 1;
    zmq_setsockopt(self->socket, ZMQ_SNDHWM, &queue, sizeof queue);
    zmq_setsockopt(self->socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(self->socket, ZMQ_XPUB_VERBOSER, &verbose, sizeof verbose);
    if (zmq_bind(self->socket, endpoint) == 0)
        return self;
    int reason = errno;
    tap_destroy(&self);
    errno = reason;
    return NULL;
}

void
tap_destroy(tap_t **self)
{
    if (!*self)
        return;
    (void)zmq_close((*self)->socket);
    free(*self);
    *self = NULL;
}

void *
tap_socket(const tap_t *self)
{
    return self? self->socket: NULL;
}

void
tap_update(tap_t *self, bool news)
{
    uint8_t word[64];
    bool look = self && (news || self->viewers > 0);
    while (look && zmq_recv(self->socket, word, sizeof word, ZMQ_DONTWAIT) > 0) {
        if (word[0] == 1)
            self->viewers++;
        else if (word[0] == 0 && self->viewers > 0)
            self->viewers--;
    }
}

void
tap_copy(tap_t *self, const msg_t *msg)
{
    if (!self || self->viewers == 0)
        return;
    msg_t *copy = msg_dup(msg);
    zframe_t *name = zframe_new(self->actor, strlen(self->actor));
    msg_set_peer(copy, &name);
    if (msg_send(&copy, self->socket) != OK)
        msg_destroy(&copy);
}
