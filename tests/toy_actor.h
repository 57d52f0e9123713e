// toy_actor - an actor for tests of the runtime: store.read answers, store.commit is a batch, store.head
// waits at a gate, store.exists is quick and says which thread ran it
//
// Included by one test file each; a test has a pool of two workers and a serial one at toy.endpoint.
#ifndef TOY_ACTOR_H
#define TOY_ACTOR_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include "../actors/core/actor.h"
#include "../actors/core/ask.h"

// What tests and handlers tell each other; a toy of the test, not of the program.
static struct {
    sem_t entered;                              // a handler has begun to wait
    sem_t gate;                                 // lets one of them go
    int number;                                 // of the test: a closed endpoint is freed a little later
    char endpoint[32], events[48], door[48];
    atomic_int opened, closed, flushes, largest, fail_open, reads;
} toy;

typedef struct {
    call_t *kept[LIMIT_BATCH];
    size_t count;
} toy_state_t;

static code_t
toy_open(void **state, zconfig_t *config)
{
    (void)config;
    if (atomic_load(&toy.fail_open) > 0 && atomic_fetch_add(&toy.opened, 1) + 1 == atomic_load(&toy.fail_open))
        return INTERNAL;
    toy_state_t *self = calloc(1, sizeof *self);
    *state = self;
    return OK;
}

static void
toy_close(void **state)
{
    toy_state_t *self = *state;
    free(self);
    *state = NULL;
    atomic_fetch_add(&toy.closed, 1);
}

static code_t
toy_read(void *state, call_t *call, const void *request, void *reply)
{
    (void)state;
    const store_read_req_t *req = request;
    store_read_rep_t *rep = reply;
    atomic_fetch_add(&toy.reads, 1);
    if (strcmp(req->path, "missing") == 0)
        return call_fail(call, NOT_FOUND, "%s is not there", req->path);
    if (strcmp(req->path, "not utf-8") == 0)
        return call_fail(call, NOT_FOUND, "caf\xe9 is not there");
    if (strcmp(req->path, "publish") == 0)
        call_publish(call, &event_store_moved, &(store_moved_evt_t){ .commit = "abc" });
    if (strcmp(req->path, "long") == 0) {
        char *text = arena_alloc(call->arena, 5000);
        memset(text, 'x', 4999);
        return call_fail(call, INVALID, "%s", text);
    }
    rep->file = arena_printf(call->arena, "%s.md", req->path);
    rep->commit = rep->blob = "0123";
    if (strcmp(req->path, "too long") == 0) {
        char *text = arena_alloc(call->arena, LIMIT_PATH_BYTES + 2);
        rep->file = memset(text, 'x', LIMIT_PATH_BYTES + 1);
    }
    if (call->blob) {
        zframe_t *echo = zframe_dup(call->blob);
        call_add_blob(call, &echo);
    }
    return OK;
}

static code_t
toy_exists(void *state, call_t *call, const void *request, void *reply)
{
    const store_exists_req_t *req = request;
    store_exists_rep_t *rep = reply;
    char name[16] = "";
    assert(state);
    if (req->paths_count > 0 && call->quick)
        return LATER;
    pthread_getname_np(pthread_self(), name, sizeof name);
    rep->commit = "0123";
    rep->kinds = arena_printf(call->arena, "%s", name);
    return OK;
}

static void
wait_at_gate(void)
{
    sem_post(&toy.entered);
    sem_wait(&toy.gate);
}

static code_t
toy_head(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)call, (void)request;
    ((store_head_rep_t *)reply)->commit = "0123";
    wait_at_gate();
    return OK;
}

static code_t
toy_commit(void *state, call_t *call, const void *request, void *reply)
{
    toy_state_t *self = state;
    const store_commit_req_t *req = request;
    (void)reply;
    if (strcmp(req->message, "wait") == 0) {
        wait_at_gate();
    }
    if (strcmp(req->message, "refuse") == 0)
        return call_fail(call, CONFLICT, "no");
    self->kept[self->count++] = call;
    return LATER;
}

static void
toy_flush(void *state)
{
    toy_state_t *self = state;
    atomic_fetch_add(&toy.flushes, 1);
    if ((int)self->count > atomic_load(&toy.largest))
        atomic_store(&toy.largest, (int)self->count);
    for (size_t i = 0; i < self->count; i++) {
        ((store_commit_rep_t *)self->kept[i]->reply)->commit = arena_printf(self->kept[i]->arena, "%zu", i);
        self->kept[i]->code = OK;
    }
    self->count = 0;
}

static void
toy_tick(void *state)
{
    (void)state;
    actor_publish(&event_store_moved, &(store_moved_evt_t){ .commit = "tick" });
}

static const route_t toy_routes[] = {
    { .call = &call_store_read, .handle = toy_read },
    { .call = &call_store_exists, .handle = toy_exists, .quick = true, .door = true },
    { .call = &call_store_head, .handle = toy_head },
    { .call = &call_store_commit, .handle = toy_commit, .serial = true },
    { .call = NULL },
};
static const actor_t toy_actor = {
    .name = "store", .open = toy_open, .flush = toy_flush, .tick = toy_tick, .close = toy_close, .routes = toy_routes,
};

static inline int
set_up(void **state)
{
    int number = toy.number + 1;
    memset(&toy, 0, sizeof toy);
    toy.number = number;
    snprintf(toy.endpoint, sizeof toy.endpoint, "inproc://toy-%d", number);
    snprintf(toy.events, sizeof toy.events, "%s.events", toy.endpoint);
    snprintf(toy.door, sizeof toy.door, "%s.door", toy.endpoint);
    sem_init(&toy.entered, 0, 0);
    sem_init(&toy.gate, 0, 0);
    pool_options_t options = { .endpoint = toy.endpoint, .door = toy.door, .workers = 2 };
    *state = actor_start(&toy_actor, &options);
    return *state? 0: -1;
}

static inline int
tear_down(void **state)
{
    pool_t *pool = *state;
    actor_stop(&pool, 1000);
    sem_destroy(&toy.entered);
    sem_destroy(&toy.gate);
    return 0;
}

static inline void *
dealer_to(const char *endpoint)
{
    void *dealer = zmq_socket(zsys_init(), ZMQ_DEALER);
    int linger = 0, queue = LIMIT_QUEUE;
    zmq_setsockopt(dealer, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(dealer, ZMQ_SNDHWM, &queue, sizeof queue);
    assert_int_equal(zmq_connect(dealer, endpoint), 0);
    return dealer;
}

static inline void *
toy_dealer(void)
{
    return dealer_to(toy.endpoint);
}

static inline int64_t
soon(void)
{
    return msg_clock_ms() + 10000;
}

static inline void
send_to(void *dealer, const call_type_t *call, const void *record)
{
    msg_t *request = msg_new_req(call, record, NULL, soon());
    assert_int_equal(msg_send(&request, dealer), OK);
}

static inline msg_t *
receive(void *socket)
{
    zmq_pollitem_t item = { socket, 0, ZMQ_POLLIN, 0 };
    assert_int_equal(zmq_poll(&item, 1, 10000), 1);
    msg_t *msg = msg_recv(socket, NULL);
    assert_non_null(msg);
    return msg;
}

static inline void
receive_code(void *dealer, code_t code)
{
    msg_t *answer = receive(dealer);
    assert_string_equal(code_name(msg_code(answer)), code_name(code));
    msg_destroy(&answer);
}

static inline void
await_entered(int count)
{
    for (int i = 0; i < count; i++) {
        struct timespec limit = { .tv_sec = time(NULL) + 10 };
        assert_int_equal(sem_timedwait(&toy.entered, &limit), 0);
    }
}

static inline void
let_go(int count)
{
    for (int i = 0; i < count; i++)
        sem_post(&toy.gate);
}

static inline msg_t *
ask(asker_t *asker, const call_type_t *call, const void *record)
{
    msg_t *request = msg_new_req(call, record, NULL, soon());
    return asker_ask(asker, call, &request);
}
#endif
