// Rules of the runtime, driven with a toy actor: read answers, commit is a batch, head waits until it is let go.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <semaphore.h>
#include <stdatomic.h>
#include "../actors/core/actor.h"
#include "../actors/core/ask.h"
#include "../actors/core/flow.h"

// What tests and handlers tell each other; a toy of the test, not of the program.
static struct {
    sem_t entered;                              // a handler has begun to wait
    sem_t gate;                                 // lets one of them go
    int number;                                 // of the test: a closed endpoint is freed a little later
    char endpoint[32], events[48];
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
    { &call_store_read, toy_read, false },
    { &call_store_head, toy_head, false },
    { &call_store_commit, toy_commit, true },
    { NULL, NULL, false },
};
static const actor_t toy_actor = {
    .name = "store", .open = toy_open, .flush = toy_flush, .tick = toy_tick, .close = toy_close, .routes = toy_routes,
};

static int
set_up(void **state)
{
    int number = toy.number + 1;
    memset(&toy, 0, sizeof toy);
    toy.number = number;
    snprintf(toy.endpoint, sizeof toy.endpoint, "inproc://toy-%d", number);
    snprintf(toy.events, sizeof toy.events, "%s.events", toy.endpoint);
    sem_init(&toy.entered, 0, 0);
    sem_init(&toy.gate, 0, 0);
    pool_options_t options = { .endpoint = toy.endpoint, .workers = 2 };
    *state = actor_start(&toy_actor, &options);
    return *state? 0: -1;
}

static int
tear_down(void **state)
{
    pool_t *pool = *state;
    actor_stop(&pool, 1000);
    sem_destroy(&toy.entered);
    sem_destroy(&toy.gate);
    return 0;
}

static void *
dealer_new(void)
{
    void *dealer = zmq_socket(zsys_init(), ZMQ_DEALER);
    int linger = 0;
    zmq_setsockopt(dealer, ZMQ_LINGER, &linger, sizeof linger);
    assert_int_equal(zmq_connect(dealer, toy.endpoint), 0);
    return dealer;
}

static int64_t
soon(void)
{
    return msg_clock_ms() + 10000;
}

static void
send_to(void *dealer, const call_type_t *call, const void *record)
{
    msg_t *request = msg_new_req(call, record, NULL, soon());
    assert_int_equal(msg_send(&request, dealer), OK);
}

static msg_t *
receive(void *socket)
{
    zmq_pollitem_t item = { socket, 0, ZMQ_POLLIN, 0 };
    assert_int_equal(zmq_poll(&item, 1, 10000), 1);
    msg_t *msg = msg_recv(socket, NULL);
    assert_non_null(msg);
    return msg;
}

static void
receive_code(void *dealer, code_t code)
{
    msg_t *answer = receive(dealer);
    assert_string_equal(code_name(msg_code(answer)), code_name(code));
    msg_destroy(&answer);
}

static void
await_entered(int count)
{
    for (int i = 0; i < count; i++) {
        struct timespec limit = { .tv_sec = time(NULL) + 10 };
        assert_int_equal(sem_timedwait(&toy.entered, &limit), 0);
    }
}

static void
let_go(int count)
{
    for (int i = 0; i < count; i++)
        sem_post(&toy.gate);
}

static msg_t *
ask(asker_t *asker, const call_type_t *call, const void *record)
{
    msg_t *request = msg_new_req(call, record, NULL, soon());
    return asker_ask(asker, call, &request);
}

static void
test_answer_has_the_record_and_the_blob(void **state)
{
    (void)state;
    asker_t *asker = asker_new(toy.endpoint);
    msg_t *request = msg_new_req(&call_store_read, &(store_read_req_t){ .path = "a" }, NULL, soon());
    zframe_t *blob = zframe_new("text", 4);
    msg_add_blob(request, &blob);
    msg_t *answer = asker_ask(asker, &call_store_read, &request);
    store_read_rep_t reply;
    assert_int_equal(msg_read_rep(answer, &call_store_read, &reply), OK);
    assert_string_equal(reply.file, "a.md");
    assert_memory_equal(zframe_data(msg_blob(answer, 0)), "text", 4);
    msg_destroy(&answer);
    asker_destroy(&asker);
}

static void
test_error_has_the_text_of_call_fail(void **state)
{
    (void)state;
    asker_t *asker = asker_new(toy.endpoint);
    msg_t *answer = ask(asker, &call_store_read, &(store_read_req_t){ .path = "missing" });
    assert_int_equal(msg_code(answer), NOT_FOUND);
    assert_string_equal(msg_error_text(answer), "missing is not there");
    msg_destroy(&answer);
    answer = ask(asker, &call_store_read, &(store_read_req_t){ .path = "long" });
    assert_int_equal(msg_code(answer), INVALID);
    assert_int_equal(strlen(msg_error_text(answer)), 2048);
    msg_destroy(&answer);
    asker_destroy(&asker);
}

static void
test_reply_over_a_limit_is_an_error(void **state)
{
    (void)state;
    asker_t *asker = asker_new(toy.endpoint);
    msg_t *answer = ask(asker, &call_store_read, &(store_read_req_t){ .path = "too long" });
    assert_int_equal(msg_code(answer), TOO_LARGE);
    msg_destroy(&answer);
    asker_destroy(&asker);
}

static void
test_unknown_type_is_unsupported(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    send_to(dealer, &call_render_page, &(render_page_req_t){ .page = "" });
    receive_code(dealer, UNSUPPORTED);
    zmq_close(dealer);
}

static void
test_malformed_body_is_invalid_and_says_why(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    call_type_t wrong = { call_store_read.name, &sys_ping_req_schema, NULL, false, "" };
    send_to(dealer, &wrong, &(sys_ping_req_t){ .text = "no path" });
    msg_t *answer = receive(dealer);
    assert_int_equal(msg_code(answer), INVALID);
    assert_true(strlen(msg_error_text(answer)) > strlen("store.read: "));
    msg_destroy(&answer);
    zmq_close(dealer);
}

static void
test_bytes_that_are_no_message_are_dropped_and_nothing_else_is_lost(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    zmq_send(dealer, "AM1 nonsense", 12, 0);
    zmq_send(dealer, "", 0, 0);
    send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "a" });
    receive_code(dealer, OK);
    zmq_close(dealer);
}

static void
test_ping_comes_back(void **state)
{
    (void)state;
    asker_t *asker = asker_new(toy.endpoint);
    msg_t *answer = ask(asker, &call_sys_ping, &(sys_ping_req_t){ .text = "hello" });
    sys_ping_rep_t reply;
    assert_int_equal(msg_read_rep(answer, &call_sys_ping, &reply), OK);
    assert_string_equal(reply.text, "hello");
    msg_destroy(&answer);
    asker_destroy(&asker);
}

static void
test_about_counts_the_calls(void **state)
{
    (void)state;
    asker_t *asker = asker_new(toy.endpoint);
    for (int i = 0; i < 3; i++) {
        msg_t *answer = ask(asker, &call_store_read, &(store_read_req_t){ .path = i? "a": "missing" });
        msg_destroy(&answer);
    }
    msg_t *answer = ask(asker, &call_sys_about, &(sys_about_req_t){ .text = "" });
    sys_about_rep_t reply;
    assert_int_equal(msg_read_rep(answer, &call_sys_about, &reply), OK);
    assert_string_equal(reply.actor, "store");
    assert_int_equal(reply.workers, 3);
    assert_int_equal(reply.calls_count, 1);
    assert_string_equal(reply.calls[0].type, "store.read");
    assert_int_equal(reply.calls[0].calls, 3);
    assert_int_equal(reply.calls[0].errors, 1);
    msg_destroy(&answer);
    asker_destroy(&asker);
}

static void
test_passed_deadline_is_answered_without_handling(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    msg_t *request = msg_new_req(&call_store_read, &(store_read_req_t){ .path = "a" }, NULL, msg_clock_ms() - 1);
    assert_int_equal(msg_send(&request, dealer), OK);
    receive_code(dealer, TIMEOUT);
    assert_int_equal(atomic_load(&toy.reads), 0);
    zmq_close(dealer);
}

static void
test_deadline_that_passes_in_the_queue_is_answered_without_handling(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    send_to(dealer, &call_store_commit, &(store_commit_req_t){ .message = "wait" });
    await_entered(1);
    int64_t deadline = msg_clock_ms() + 20;
    msg_t *request = msg_new_req(&call_store_commit, &(store_commit_req_t){ .message = "" }, NULL, deadline);
    assert_int_equal(msg_send(&request, dealer), OK);
    while (msg_clock_ms() <= deadline)          // only a clock can make a deadline pass
        continue;
    let_go(1);
    msg_t *first = receive(dealer), *second = receive(dealer);
    assert_true((msg_code(first) == TIMEOUT) != (msg_code(second) == TIMEOUT));
    msg_destroy(&first);
    msg_destroy(&second);
    zmq_close(dealer);
}

static void
test_what_waits_together_is_flushed_together(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    send_to(dealer, &call_store_commit, &(store_commit_req_t){ .message = "wait" });
    await_entered(1);
    for (int i = 0; i < 9; i++)
        send_to(dealer, &call_store_commit, &(store_commit_req_t){ .message = "" });
    send_to(dealer, &call_store_commit, &(store_commit_req_t){ .message = "refuse" });
    send_to(dealer, &call_sys_ping, &(sys_ping_req_t){ .text = "" });
    receive_code(dealer, OK);                   // the ping: all before it are in the worker's pipe
    let_go(1);
    receive_code(dealer, CONFLICT);             // not LATER, so it does not wait for the flush
    for (int i = 0; i < 10; i++)
        receive_code(dealer, OK);
    assert_int_equal(atomic_load(&toy.flushes), 1);
    assert_int_equal(atomic_load(&toy.largest), 10);
    zmq_close(dealer);
}

static void
test_full_serial_queue_is_busy_at_once(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    send_to(dealer, &call_store_commit, &(store_commit_req_t){ .message = "wait" });
    await_entered(1);
    for (int i = 0; i < LIMIT_QUEUE + 1; i++)
        send_to(dealer, &call_store_commit, &(store_commit_req_t){ .message = "" });
    receive_code(dealer, BUSY);
    receive_code(dealer, BUSY);
    let_go(1);
    for (int i = 0; i < LIMIT_QUEUE; i++)
        receive_code(dealer, OK);
    assert_true(atomic_load(&toy.largest) <= LIMIT_BATCH);
    zmq_close(dealer);
}

static void
test_requests_wait_while_all_workers_are_busy(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    for (int i = 0; i < 2; i++)
        send_to(dealer, &call_store_head, &(store_head_req_t){ .caller = { 0 } });
    await_entered(2);
    send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "a" });
    let_go(2);
    for (int i = 0; i < 3; i++)
        receive_code(dealer, OK);
    assert_int_equal(atomic_load(&toy.reads), 1);
    zmq_close(dealer);
}

static void
test_queues_of_an_actor_that_reads_nothing_are_busy(void **state)
{
    (void)state;
    void *dealer = dealer_new();
    int queue = LIMIT_QUEUE;
    zmq_close(dealer);
    dealer = zmq_socket(zsys_init(), ZMQ_DEALER);
    zmq_setsockopt(dealer, ZMQ_SNDHWM, &queue, sizeof queue);
    assert_int_equal(zmq_connect(dealer, toy.endpoint), 0);
    for (int i = 0; i < 2; i++)
        send_to(dealer, &call_store_head, &(store_head_req_t){ .caller = { 0 } });
    await_entered(2);
    int sent = 0;
    code_t code = OK;
    for (; sent < 1000 && code == OK; sent++) {
        msg_t *request = msg_new_req(&call_store_read, &(store_read_req_t){ .path = "a" }, NULL, soon());
        code = msg_send(&request, dealer);
        msg_destroy(&request);
    }
    assert_int_equal(code, BUSY);
    assert_true(sent <= 2 * LIMIT_QUEUE + 1);
    let_go(2);
    for (int i = 0; i < sent + 1; i++)
        receive_code(dealer, OK);
    zmq_close(dealer);
}

static void *
subscriber_new(void)
{
    void *sub = zmq_socket(zsys_init(), ZMQ_SUB);
    zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "", 0);
    assert_int_equal(zmq_connect(sub, toy.events), 0);
    return sub;
}

static void
test_tick_and_calls_publish_events(void **state)
{
    (void)state;
    void *sub = subscriber_new();
    void *dealer = dealer_new();
    store_moved_evt_t moved;
    msg_t *event = receive(sub);                // a tick: the subscription is known from here on
    assert_int_equal(msg_read_evt(event, &event_store_moved, &moved), OK);
    assert_string_equal(moved.commit, "tick");
    msg_destroy(&event);
    send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "publish" });
    receive_code(dealer, OK);
    do {
        msg_destroy(&event);
        event = receive(sub);
        assert_int_equal(msg_read_evt(event, &event_store_moved, &moved), OK);
    } while (strcmp(moved.commit, "tick") == 0);
    assert_string_equal(moved.commit, "abc");
    msg_destroy(&event);
    zmq_close(dealer);
    zmq_close(sub);
}

static void
test_stop_lets_work_finish_and_refuses_the_rest(void **state)
{
    pool_t *pool = *state;
    void *dealer = dealer_new();
    for (int i = 0; i < 2; i++)
        send_to(dealer, &call_store_head, &(store_head_req_t){ .caller = { 0 } });
    await_entered(2);
    send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "a" });
    let_go(2);
    actor_stop(&pool, 5000);
    *state = NULL;
    int good = 0;
    for (int i = 0; i < 3; i++) {
        msg_t *answer = receive(dealer);
        good += msg_code(answer) == OK;
        assert_true(msg_code(answer) == OK || msg_code(answer) == UNAVAILABLE);
        msg_destroy(&answer);
    }
    assert_true(good >= 2);
    assert_int_equal(atomic_load(&toy.closed), 3);
    zmq_close(dealer);
}

static void
test_start_fails_if_any_worker_fails(void **state)
{
    (void)state;
    for (int which = 1; which <= 3; which++) {
        atomic_store(&toy.opened, 0);
        atomic_store(&toy.fail_open, which);
        char endpoint[64];
        snprintf(endpoint, sizeof endpoint, "%s.fails-%d", toy.endpoint, which);
        pool_options_t options = { .endpoint = endpoint, .workers = 2 };
        assert_null(actor_start(&toy_actor, &options));
    }
    atomic_store(&toy.fail_open, 0);
}

static void
test_endpoint_that_is_taken_fails(void **state)
{
    (void)state;
    pool_options_t options = { .endpoint = toy.endpoint, .workers = 1 };
    assert_null(actor_start(&toy_actor, &options));
}

static void
test_dispatch_refuses_what_is_no_request(void **state)
{
    (void)state;
    void *toy_state = NULL;
    assert_int_equal(toy_open(&toy_state, NULL), OK);
    msg_t *request = msg_new_req(&call_store_read, &(store_read_req_t){ .path = "a" }, NULL, soon());
    store_read_rep_t record = { .file = "a", .commit = "b", .blob = "c" };
    msg_t *hostile[] = {
        msg_new_rep(request, &call_store_read, &record),
        msg_new_err(request, BUSY, "x"),
        msg_new_evt(&event_store_moved, &(store_moved_evt_t){ .commit = "x" }),
        msg_new_req(&call_render_page, &(render_page_req_t){ .page = "" }, NULL, soon()),
        msg_new_req(&call_store_read, &(store_read_req_t){ .path = "a" }, NULL, 0),
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        msg_t *answer = actor_dispatch(&toy_actor, toy_state, &hostile[i]);
        assert_null(hostile[i]);
        assert_int_equal(msg_head(answer)->kind, MSG_ERR);
        msg_destroy(&answer);
    }
    msg_t *answer = actor_dispatch(&toy_actor, toy_state, &request);
    assert_int_equal(msg_code(answer), OK);
    msg_destroy(&answer);
    toy_close(&toy_state);
}

static void
test_dispatch_flushes_what_is_later_at_once(void **state)
{
    (void)state;
    void *toy_state = NULL;
    assert_int_equal(toy_open(&toy_state, NULL), OK);
    msg_t *request = msg_new_req(&call_store_commit, &(store_commit_req_t){ .message = "" }, NULL, soon());
    msg_t *answer = actor_dispatch(&toy_actor, toy_state, &request);
    assert_int_equal(msg_code(answer), OK);
    msg_destroy(&answer);
    toy_close(&toy_state);
}

int
main(void)
{
    zsys_handler_set(NULL);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_answer_has_the_record_and_the_blob),
        TEST(test_error_has_the_text_of_call_fail),
        TEST(test_reply_over_a_limit_is_an_error),
        TEST(test_unknown_type_is_unsupported),
        TEST(test_malformed_body_is_invalid_and_says_why),
        TEST(test_bytes_that_are_no_message_are_dropped_and_nothing_else_is_lost),
        TEST(test_ping_comes_back),
        TEST(test_about_counts_the_calls),
        TEST(test_passed_deadline_is_answered_without_handling),
        TEST(test_deadline_that_passes_in_the_queue_is_answered_without_handling),
        TEST(test_what_waits_together_is_flushed_together),
        TEST(test_full_serial_queue_is_busy_at_once),
        TEST(test_requests_wait_while_all_workers_are_busy),
        TEST(test_queues_of_an_actor_that_reads_nothing_are_busy),
        TEST(test_tick_and_calls_publish_events),
        TEST(test_stop_lets_work_finish_and_refuses_the_rest),
        TEST(test_start_fails_if_any_worker_fails),
        TEST(test_endpoint_that_is_taken_fails),
        TEST(test_dispatch_refuses_what_is_no_request),
        TEST(test_dispatch_flushes_what_is_later_at_once),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    zsys_shutdown();
    return failures;
}
