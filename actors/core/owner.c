#include "pool.h"

#include <time.h>
#include "dispatch.h"
#include "log.h"
#include "wait.h"
#include "banned.h"

enum { POLL_MS = 60000, TURN = 64, LAST_REFUSALS = 1024 };
enum { UP, CONTROL, ROUTER, DOOR, POLLED = DOOR + DOOR_SOCKETS };       // what the owner sleeps on

int64_t
pool_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// One line a call: what the gateway's access log says of the outside, this says of the inside.
static void
log_call(const msg_t *answer, int64_t took_us)
{
    const msg_head_t *head = msg_head(answer);
    code_t code = msg_code(answer);
    bool ours = code == INTERNAL || code == NO_SPACE;
    log_level_t level = ours? LEVEL_WARNING: code_retryable(code)? LEVEL_INFO: LEVEL_DEBUG;
    if (!log_enabled(level))
        return;
    char text[512];
    bool failed = code != OK;
    log_line(level, head->type, "trace=%s ms=%lld.%03lld code=%s%s%s", head->trace, (long long)(took_us / 1000),
             (long long)(took_us % 1000), code_name(code), failed? " text=": "",
             failed? log_value(msg_error_text(answer), text, sizeof text): "");
}

// Sends an answer to its peer. A peer that is gone, or reads nothing, is no reason to wait.
static void
reply(pool_t *self, msg_t **answer, int64_t start_us)
{
    int64_t took_us = pool_clock_us() - start_us;
    code_t code = msg_code(*answer);
    stats_count(self->stats, msg_head(*answer)->type, code, took_us);
    spans_add(self->spans, msg_head(*answer), code, start_us, took_us);
    self->refused += code == BUSY;
    log_call(*answer, took_us);
    door_copy(self->door, *answer);
    if (msg_send(answer, self->router) == OK)
        return;
    self->dropped++;
    log_debug("core.dropped", "actor=%s trace=%s", self->actor->name, msg_head(*answer)->trace);
    msg_destroy(answer);
}

// Sends an answer for which no handler ran; takes the request.
static void
reply_now(pool_t *self, msg_t **request, msg_t *answer, int64_t start_us)
{
    msg_destroy(request);
    reply(self, &answer, start_us);
}

static void
hand_over(pool_t *self, slot_t *slot, msg_t **request, int64_t start_us)
{
    if (slot->at_work == LIMIT_QUEUE) {
        reply_now(self, request, msg_new_err(*request, BUSY, "%s has %d requests waiting; try again shortly",
                  self->actor->name, LIMIT_QUEUE), start_us);
        return;
    }
    pending_t *pending = &slot->pending[slot->at_work++];
    memcpy(pending->id, msg_head(*request)->id, sizeof pending->id);
    pending->start_us = start_us;
    code_t code = msg_send(request, slot->down);        // has room for QUEUE
    assert(code == OK);
    (void)code;
}

// False: it would take long, and is still the caller's.
static bool
reply_quick(pool_t *self, const route_t *route, msg_t **request, int64_t start_us)
{
    msg_t *answer = dispatch_quick(route, self->state, request);
    if (!answer)
        return false;
    reply(self, &answer, start_us);
    return true;
}

// Decides about one request: answer it here, or give it to a worker.
static void
take(pool_t *self, msg_t **request)
{
    int64_t start_us = pool_clock_us();
    const route_t *route = NULL;
    door_copy(self->door, *request);
    msg_t *answer = peers_refuse(self->peers, self->actor->name, *request);
    if (!answer)
        answer = about_answer(self, *request);
    if (!answer)
        answer = dispatch_refuse(self->actor, *request, &route);
    if (answer)
        reply_now(self, request, answer, start_us);
    else if (route->serial)
        hand_over(self, self->serial, request, start_us);
    else if (!route->quick || !reply_quick(self, route, request, start_us))
        hand_over(self, self->idle[--self->idle_count], request, start_us);
}

// Requests are read only while somebody could begin with them at once; what waits beyond fills the peers'
// queues.
static bool
accepts(const pool_t *self)
{
    bool serial_only = self->count == 1 && self->serial;
    return !self->stopping && (self->idle_count > 0 || serial_only);
}

// True if more may wait that we would take.
static bool
take_requests(pool_t *self)
{
    bool malformed = false;
    for (int i = 0; i < TURN && accepts(self); i++) {
        msg_t *request = msg_recv_routed(self->router, &malformed);
        if (request)
            take(self, &request);
        else if (!malformed)
            return false;
        else
            self->dropped++;
        msg_destroy(&request);
    }
    return accepts(self);
}

// When did this worker get the request with this id? It no longer has it then.
static int64_t
done_with(pool_t *self, slot_t *slot, const char *id)
{
    size_t i = 0;
    while (i + 1 < slot->at_work && strcmp(slot->pending[i].id, id) != 0)
        i++;
    assert(slot->at_work > 0);
    int64_t start_us = slot->pending[i].start_us;
    slot->at_work--;
    memmove(&slot->pending[i], &slot->pending[i + 1], (slot->at_work - i) * sizeof *slot->pending);
    if (slot != self->serial)
        self->idle[self->idle_count++] = slot;
    return start_us;
}

static void
publish(pool_t *self, msg_t **event)
{
    zframe_t *nobody = NULL;
    msg_set_peer(*event, &nobody);
    door_copy(self->door, *event);
    bool cut = self->peers && peers_taken(self->peers) != self->taken;
    if (cut || !self->events)
        (void)pool_open_events(self);           // who was cut hears the next event again: these are hints
    if (!self->events || msg_send(event, self->events) != OK)
        msg_destroy(event);
}

// What workers sent: answers and events.
static void
take_answers(pool_t *self)
{
    uint16_t number = 0;
    while (zmq_recv(self->up, &number, sizeof number, ZMQ_DONTWAIT) == sizeof number) {
        msg_t *msg = msg_recv_routed(self->up, NULL);
        assert(msg && number < self->count);    // no stranger sends here
        if (msg_head(msg)->kind == MSG_EVT)
            publish(self, &msg);
        else
            reply(self, &msg, done_with(self, &self->slots[number], msg_head(msg)->id));
    }
}

// What is not of sys.* runs here and now, if the actor lets operators ask it.
static msg_t *
answer_question(pool_t *self, msg_t **request)
{
    msg_t *answer = about_answer(self, *request);
    const route_t *route = NULL;
    if (!answer)
        answer = dispatch_refuse(self->actor, *request, &route);
    if (!answer && route->door)
        answer = dispatch_quick(route, self->state, request);
    return answer? answer: msg_new_err(*request, FORBIDDEN, "this is the door of operators: %s is not answered here",
                                       msg_head(*request)->type);
}

// What operators ask. Copies of messages go out on the same sockets, and may take the news of a question with them: so
// while somebody watches there is a look before each sleep.
static void
take_questions(pool_t *self, const struct pollfd items[POLLED])
{
    bool look = door_watched(self->door);
    for (size_t i = 0; i < DOOR_SOCKETS; i++)
        look = look || items[DOOR + i].revents;
    msg_t *request = NULL;
    while (look && (request = door_receive(self->door))) {
        msg_t *answer = answer_question(self, &request);
        door_answer(self->door, &answer);
        msg_destroy(&request);
    }
}

static void
take_control(pool_t *self)
{
    int grace_ms = 0;
    if (zmq_recv(self->control_owner, &grace_ms, sizeof grace_ms, ZMQ_DONTWAIT) != sizeof grace_ms)
        return;
    self->stopping = true;
    self->stop_ms = msg_steady_ms() + grace_ms;
}

static bool
at_work(const pool_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->slots[i].at_work > 0)
            return true;
    return false;
}

static bool
finished(const pool_t *self)
{
    return self->stopping && (!at_work(self) || msg_steady_ms() >= self->stop_ms);
}

// One round of serving and waiting; false if poll(2) failed. Requests come last before the sleep, since the
// answers go out on the same socket (wait.h says why that matters); they are taken as soon as a worker is
// idle, news or not. Operators come after them, since copies of requests go to them.
static bool
serve(pool_t *self, struct pollfd items[POLLED])
{
    if (items[UP].revents)
        take_answers(self);
    if (items[CONTROL].revents)
        take_control(self);
    bool more = take_requests(self);
    take_questions(self, items);
    int64_t wait = more? 0: self->stopping? self->stop_ms - msg_steady_ms(): POLL_MS;
    items[ROUTER].fd = accepts(self)? self->router_fd: -1;
    return finished(self) || wait_any(items, POLLED, wait);
}

// Tells those who still wait in front of us, so that they need not wait for their deadline.
static void
refuse_the_rest(pool_t *self)
{
    bool malformed = false;
    for (int i = 0; i < LAST_REFUSALS; i++) {
        msg_t *request = msg_recv_routed(self->router, &malformed);
        if (!request && !malformed)
            return;
        if (!request)
            continue;
        msg_t *answer = msg_new_err(request, UNAVAILABLE, "%s stops", self->actor->name);
        reply_now(self, &request, answer, pool_clock_us());
    }
}

void *
owner_main(void *argument)
{
    pool_t *self = argument;
    bool good = true;
    wait_politely();
    struct pollfd items[POLLED] = {             // as if there were news: a receive comes before the first sleep
        [UP] = { wait_fd(self->up), POLLIN, POLLIN },
        [CONTROL] = { wait_fd(self->control_owner), POLLIN, POLLIN },
        [ROUTER] = { -1, POLLIN, 0 },
    };
    for (size_t i = 0; i < DOOR_SOCKETS; i++) {
        void *socket = door_socket(self->door, i);
        items[DOOR + i] = (struct pollfd){ socket? wait_fd(socket): -1, POLLIN, POLLIN };
    }
    self->router_fd = wait_fd(self->router);
    while (good && !finished(self))
        good = serve(self, items);
    if (!good)
        log_error("core.broken", "actor=%s errno=%d", self->actor->name, errno);
    for (size_t i = 0; i < self->count; i++)
        worker_tell(self->slots[i].down, &event_worker_stop);
    for (size_t i = 0; i < self->count; i++)
        pthread_join(self->slots[i].worker.thread, NULL);
    take_answers(self);                         // those that came after the grace are all in the pipe now
    refuse_the_rest(self);
    atomic_store(&self->ended, true);
    return NULL;
}
