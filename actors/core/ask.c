#include "ask.h"

#include "banned.h"

enum {
    CONNECT_MS = 1000,                          // how long a restarting process is waited for
    RECONNECT_MS = 10, RECONNECT_MAX_MS = 200,
    HEARTBEAT_MS = 2000, HEARTBEAT_TIMEOUT_MS = 6000
};

struct asker {
    void *socket;                               // raw DEALER
    size_t unanswered;                          // sent, and no answer came yet
};

static void
set_int(void *socket, int option, int value)
{
    int code = zmq_setsockopt(socket, option, &value, sizeof value);
    assert(code == 0);
    (void)code;
}

asker_t *
asker_new(const char *endpoint)
{
    asker_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->socket = zmq_socket(zsys_init(), ZMQ_DEALER);
    if (!self->socket)
        abort();
    set_int(self->socket, ZMQ_LINGER, 0);
    set_int(self->socket, ZMQ_SNDHWM, LIMIT_QUEUE);
    set_int(self->socket, ZMQ_RCVHWM, LIMIT_QUEUE);
    if (strncmp(endpoint, "inproc:", 7) != 0) {
        set_int(self->socket, ZMQ_IMMEDIATE, 1);        // no queue in front of a peer that is not there
        set_int(self->socket, ZMQ_RECONNECT_IVL, RECONNECT_MS);
        set_int(self->socket, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS);
        set_int(self->socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS);
        set_int(self->socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS);
        int64_t limit = LIMIT_BLOB_BYTES;
        zmq_setsockopt(self->socket, ZMQ_MAXMSGSIZE, &limit, sizeof limit);
    }
    if (zmq_connect(self->socket, endpoint) < 0)
        asker_destroy(&self);
    return self;
}

void
asker_destroy(asker_t **self)
{
    if (!*self)
        return;
    (void)zmq_close((*self)->socket);
    free(*self);
    *self = NULL;
}

// Sends; OK, BUSY (the queue is full of questions without answers) or UNAVAILABLE (nobody is connected). A
// peer that is not there may be restarting: it is waited for, a little.
static code_t
send_request(asker_t *self, msg_t **request, int64_t deadline)
{
    int64_t limit = msg_clock_ms() + CONNECT_MS;
    if (limit > deadline)
        limit = deadline;
    zmq_pollitem_t item = { self->socket, 0, ZMQ_POLLOUT, 0 };
    while (msg_send(request, self->socket) != OK) {
        if (self->unanswered >= LIMIT_QUEUE)
            return BUSY;
        int64_t wait = limit - msg_clock_ms();
        if (wait <= 0)
            return UNAVAILABLE;
        if (zmq_poll(&item, 1, (long)wait) > 0)
            self->unanswered = 0;               // a new connection: what was asked over the old one is lost
    }
    self->unanswered++;
    return OK;
}

static bool
answers(const msg_t *answer, const msg_head_t *head)
{
    const msg_head_t *other = msg_head(answer);
    return (other->kind == MSG_REP || other->kind == MSG_ERR) && strcmp(other->id, head->id) == 0 &&
           strcmp(other->type, head->type) == 0;
}

// The answer to this head, or NULL if there is none until `limit`. Answers to earlier questions are dropped.
static msg_t *
await(asker_t *self, const msg_head_t *head, int64_t limit)
{
    for (;;) {
        bool malformed = false;
        int64_t wait = limit - msg_clock_ms();
        msg_t *answer = msg_recv_within(self->socket, wait, &malformed);
        if (answer || malformed)
            self->unanswered -= self->unanswered > 0;
        if (answer && answers(answer, head))
            return answer;
        if (!answer && !malformed && wait <= 0)
            return NULL;
        msg_destroy(&answer);
    }
}

static int64_t
retry_time(const call_type_t *call, int64_t deadline)
{
    int64_t now = msg_clock_ms();
    int64_t half = (deadline - now) / 2;
    return !call->idempotent? deadline: now + (half < ASK_RETRY_MS? half: ASK_RETRY_MS);
}

static msg_t *
failed(const msg_t *request, code_t code)
{
    const char *type = msg_head(request)->type;
    const char *text = code == BUSY? "the queue in front of it is full; try again shortly":
                       code == UNAVAILABLE? "the actor that answers this is not there; try again shortly":
                                            "no answer before the deadline";
    return msg_new_err(request, code, "%s: %s", type, text);
}

msg_t *
asker_ask(asker_t *self, const call_type_t *call, msg_t **request)
{
    msg_t *kept = *request;                     // for the second try and for the head of an error
    *request = NULL;
    msg_head_t head = *msg_head(kept);
    int64_t cap = msg_clock_ms() + LIMIT_DEADLINE_CAP_MS;
    int64_t deadline = head.deadline < cap? head.deadline: cap;
    int64_t limit = retry_time(call, deadline);
    msg_t *answer = NULL;
    code_t code = OK;
    for (int tries = call->idempotent? 2: 1; tries > 0 && !answer; tries--) {
        msg_t *copy = msg_dup(kept);
        code = send_request(self, &copy, deadline);
        msg_destroy(&copy);
        if (code != OK)
            break;
        answer = await(self, &head, tries > 1? limit: deadline);
    }
    if (!answer)
        answer = failed(kept, code != OK? code: TIMEOUT);
    msg_destroy(&kept);
    return answer;
}
