#include "worker.h"

#include "dispatch.h"
#include "wait.h"
#include "banned.h"

enum { POLL_MS = 60000, FULL_MS = 1000 };

// Stacks count only as far as they are used, but 50 threads with glibc's 8 MiB would alarm whoever looks at
// the virtual size. AddressSanitizer needs room for its red zones.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { STACK_BYTES = 8 << 20 };
#else
enum { STACK_BYTES = 1 << 20 };
#endif

const call_type_t event_worker_ready = { "core.ready", &sys_ping_req_schema, NULL, false, "open succeeded" };
const call_type_t event_worker_failed = { "core.failed", &sys_ping_req_schema, NULL, false, "open failed" };
const call_type_t event_worker_stop = { "core.stop", &sys_ping_req_schema, NULL, false, "end" };

// Who publishes when a tick or a flush calls actor_publish: these have no call, and an actor's state cannot
// carry the pointer, since it is made from a zconfig. It never leaves its thread.
static _Thread_local worker_t *worker_of_thread;

// Calls that answered LATER and wait for the flush, in the order they came.
typedef struct {
    work_t *later[LIMIT_BATCH];
    size_t count;
} batch_t;

// Waits while the owner's queue is full: it drains in microseconds unless it has ended, and then nobody
// wants this.
static void
send_up(worker_t *self, msg_t **msg)
{
    zmq_pollitem_t item = { self->up, 0, ZMQ_POLLOUT, 0 };
    int64_t limit = msg_steady_ms() + FULL_MS;
    while (zmq_send(self->up, &self->number, sizeof self->number, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        if (errno != EAGAIN || msg_steady_ms() >= limit) {
            msg_destroy(msg);
            return;
        }
        (void)zmq_poll(&item, 1, FULL_MS);
    }
    if (msg_send(msg, self->up) != OK)
        msg_destroy(msg);
}

static msg_t *
own_event(const call_type_t *type, const void *record)
{
    msg_t *event = msg_new_evt(type, record);
    if (!event)
        return NULL;
    zframe_t *nobody = zframe_new_empty();
    msg_set_peer(event, &nobody);
    return event;
}

void
worker_tell(void *socket, const call_type_t *event)
{
    msg_t *msg = own_event(event, &(sys_ping_req_t){ .text = "" });
    if (msg_send(&msg, socket) != OK)
        msg_destroy(&msg);
}

static void
publish(worker_t *self, const call_type_t *type, const void *record)
{
    msg_t *event = self? own_event(type, record): NULL;
    if (event)
        send_up(self, &event);
}

void
call_publish(call_t *self, const call_type_t *event, const void *record)
{
    publish(self->worker, event, record);
}

void
actor_publish(const call_type_t *event, const void *record)
{
    publish(worker_of_thread, event, record);
}

static void
flush(worker_t *self, void *state, batch_t *batch)
{
    if (batch->count == 0)
        return;
    if (self->actor->flush)
        self->actor->flush(state);
    for (size_t i = 0; i < batch->count; i++) {
        msg_t *answer = work_answer(&batch->later[i]);
        send_up(self, &answer);
    }
    batch->count = 0;
}

static void
handle(worker_t *self, void *state, msg_t **request, batch_t *batch)
{
    const route_t *route = NULL;
    work_t *later = NULL;
    msg_t *answer = dispatch_refuse(self->actor, *request, &route);     // again: it may have waited long in the pipe
    if (answer)
        msg_destroy(request);
    else
        answer = dispatch_run(route, state, request, self, &later);
    if (later)
        batch->later[batch->count++] = later;
    else
        send_up(self, &answer);
}

// Waits up to `ms` for a request, then takes what waits, in batches, until nothing does; false when told to end.
static bool
turn(worker_t *self, void *state, int64_t ms)
{
    batch_t batch = { .count = 0 };
    bool go_on = true;
    while (go_on) {
        msg_t *request = msg_recv_routed_within(self->down, ms, NULL);
        ms = 0;
        if (!request && batch.count == 0)
            return true;                        // nothing came while we flushed either
        if (!request || batch.count == LIMIT_BATCH)
            flush(self, state, &batch);
        if (!request)
            continue;
        go_on = msg_head(request)->kind != MSG_EVT;
        if (go_on)
            handle(self, state, &request, &batch);
        msg_destroy(&request);
    }
    flush(self, state, &batch);
    return false;
}

static void
work(worker_t *self, void *state)
{
    bool ticks = self->serial && self->actor->tick;
    int64_t next_tick = msg_steady_ms() + ACTOR_TICK_MS;
    while (turn(self, state, ticks? next_tick - msg_steady_ms(): POLL_MS))
        if (ticks && msg_steady_ms() >= next_tick) {
            self->actor->tick(state);
            next_tick = msg_steady_ms() + ACTOR_TICK_MS;
        }
}

static void
tell_up(worker_t *self, const call_type_t *type)
{
    msg_t *event = own_event(type, &(sys_ping_req_t){ .text = "" });
    send_up(self, &event);
}

static void *
worker_main(void *argument)
{
    worker_t *self = argument;
    void *state = NULL;
    wait_politely();
    balance_enter(self->balance);
    code_t code = self->actor->open? self->actor->open(&state, self->config): OK;
    tell_up(self, code == OK? &event_worker_ready: &event_worker_failed);
    if (code == OK) {
        worker_of_thread = self;
        work(self, state);
        worker_of_thread = NULL;
    }
    if (state && self->actor->close)
        self->actor->close(&state);
    (void)zmq_close(self->down);
    (void)zmq_close(self->up);
    return NULL;
}

bool
worker_start(worker_t *self)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    self->running = pthread_create(&self->thread, &attributes, worker_main, self) == 0;
    char name[16];                              // what `top -H` shows
    (void)snprintf(name, sizeof name, "%.9s.%hu", self->actor->name, self->number);
    if (self->running)
        (void)pthread_setname_np(self->thread, name);
    pthread_attr_destroy(&attributes);
    return self->running;
}
