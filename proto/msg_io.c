#include "msg_internal.h"

#include <errno.h>
#include <limits.h>

// The body's block crosses to the receiving thread inside libzmq, which ThreadSanitizer does not see into: tell it
// (libraries.md section 8).
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#define HAND_OVER(bytes) __tsan_release(bytes)
#define TAKE_OVER(bytes) __tsan_acquire(bytes)
#else
#define HAND_OVER(bytes) ((void)(bytes))
#define TAKE_OVER(bytes) ((void)(bytes))
#endif

static void
free_body(void *bytes, void *hint)
{
    (void)hint;
    TAKE_OVER(bytes);
    free(bytes);
}

static void *
raw_socket(void *socket)
{
    return zsock_resolve(socket);
}

// Sends one frame by copy; the first of a message may be refused, the others then never are.
static int
send_copy(void *socket, const void *bytes, size_t size, int flags)
{
    return zmq_send(socket, bytes, size, flags | ZMQ_DONTWAIT);
}

static int
send_frame(void *socket, zframe_t *frame, int flags)
{
    return send_copy(socket, zframe_data(frame), zframe_size(frame), flags);
}

// The body's block goes to the socket, which frees it.
static void
send_body(msg_t *self, void *socket, int flags)
{
    zmq_msg_t body;
    HAND_OVER(self->body);
    int code = zmq_msg_init_data(&body, self->body, self->body_size, free_body, NULL);
    assert(code == 0);
    if (zmq_msg_send(&body, socket, flags | ZMQ_DONTWAIT) < 0)
        zmq_msg_close(&body);
    self->body = NULL;
}

code_t
msg_send(msg_t **self, void *socket)
{
    msg_t *msg = *self;
    void *raw = raw_socket(socket);
    char head[LIMIT_HEAD_BYTES + 1];
    size_t head_size = msg_head_print(&msg->head, head);
    if (msg->peer && send_frame(raw, msg->peer, ZMQ_SNDMORE) < 0)
        return errno == EHOSTUNREACH? UNAVAILABLE: BUSY;
    if (send_copy(raw, head, head_size, ZMQ_SNDMORE) < 0)
        return errno == EAGAIN? BUSY: UNAVAILABLE;
    send_body(msg, raw, msg->blob_count > 0? ZMQ_SNDMORE: 0);
    int lent = msg->lent? ZFRAME_REUSE: 0;      // libzmq then counts who holds the bytes
    for (size_t i = 0; i < msg->blob_count; i++) {
        int more = i + 1 < msg->blob_count? ZFRAME_MORE: 0;
        if (zframe_send(&msg->blobs[i], raw, more | lent | ZFRAME_DONTWAIT) < 0 && !lent)
            zframe_destroy(&msg->blobs[i]);
    }
    msg->blob_count = 0;
    msg_destroy(self);
    return OK;
}

static bool
has_more(zmq_msg_t *frame)
{
    return zmq_msg_more(frame) != 0;
}

// Reads and forgets the rest of a message that is refused.
static void
drain(void *socket, bool more)
{
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        more = zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0 && has_more(&frame);
        zmq_msg_close(&frame);
    }
}

// Receives the blobs after head and body. False: too many, or too large together.
static bool
receive_blobs(msg_t *self, void *socket, bool *more)
{
    size_t total = self->body_size;
    while (*more) {
        zframe_t *frame = zframe_recv(socket);
        if (!frame)
            return false;
        *more = zframe_more(frame) != 0;
        total += zframe_size(frame);
        if (self->blob_count == LIMIT_BLOB_FRAMES || total > LIMIT_MESSAGE_BYTES) {
            zframe_destroy(&frame);
            return false;
        }
        self->blobs[self->blob_count++] = frame;
    }
    return true;
}

static msg_t *
receive_rest(void *socket, zmq_msg_t *head, bool *malformed)
{
    msg_t *self = msg_alloc();
    zmq_msg_t body;
    zmq_msg_init(&body);
    bool more = has_more(head);
    bool good = more && zmq_msg_recv(&body, socket, ZMQ_DONTWAIT) >= 0;
    if (good) {
        more = has_more(&body);
        TAKE_OVER(zmq_msg_data(&body));
        good = msg_set_head_body(self, zmq_msg_data(head), zmq_msg_size(head), zmq_msg_data(&body),
                                 zmq_msg_size(&body)) == OK &&
               receive_blobs(self, socket, &more);
    }
    zmq_msg_close(&body);
    if (good)
        return self;
    drain(socket, more);
    msg_destroy(&self);
    if (malformed)
        *malformed = true;
    return NULL;
}

// How zmq_msg_recv is to wait for a first frame: not at all, or for the time that is set with the socket.
static int
wait_flag(void *raw, int64_t ms)
{
    int limit = ms > INT_MAX? INT_MAX: (int)ms;
    return ms <= 0 || zmq_setsockopt(raw, ZMQ_RCVTIMEO, &limit, sizeof limit) < 0? ZMQ_DONTWAIT: 0;
}

msg_t *
msg_recv_within(void *socket, int64_t ms, bool *malformed)
{
    if (malformed)
        *malformed = false;
    void *raw = raw_socket(socket);
    zmq_msg_t head;
    zmq_msg_init(&head);
    msg_t *self = NULL;
    if (zmq_msg_recv(&head, raw, wait_flag(raw, ms)) >= 0)
        self = receive_rest(raw, &head, malformed);
    zmq_msg_close(&head);
    return self;
}

msg_t *
msg_recv(void *socket, bool *malformed)
{
    return msg_recv_within(socket, 0, malformed);
}

msg_t *
msg_recv_routed(void *socket, bool *malformed)
{
    return msg_recv_routed_within(socket, 0, malformed);
}

// libzmq keeps with each frame what the handshake of its connection said; inproc has none.
static void
set_user(msg_t *self, zmq_msg_t *frame)
{
    const char *user = zmq_msg_gets(frame, "User-Id");
    if (!user && zmq_msg_gets(frame, "Socket-Type"))
        user = "?";
    if (user)
        (void)snprintf(self->user, sizeof self->user, "%s", user);
}

msg_t *
msg_recv_routed_within(void *socket, int64_t ms, bool *malformed)
{
    if (malformed)
        *malformed = false;
    void *raw = raw_socket(socket);
    zmq_msg_t peer;
    zmq_msg_init(&peer);
    msg_t *self = NULL;
    if (zmq_msg_recv(&peer, raw, wait_flag(raw, ms)) >= 0 && has_more(&peer)) {
        self = msg_recv(raw, malformed);
        zframe_t *frame = self? zframe_new(zmq_msg_data(&peer), zmq_msg_size(&peer)): NULL;
        if (self) {
            msg_set_peer(self, &frame);
            set_user(self, &peer);
        }
    }
    zmq_msg_close(&peer);
    return self;
}
