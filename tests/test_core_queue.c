// Rules of the runtime: deadlines, batches, and what happens when a queue is full.
#include "toy_actor.h"

static void
test_passed_deadline_is_answered_without_handling(void **state)
{
    (void)state;
    void *dealer = toy_dealer();
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
    void *dealer = toy_dealer();
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
    void *dealer = toy_dealer();
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
    void *dealer = toy_dealer();
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
    void *dealer = toy_dealer();
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
exists_on(void *dealer, const store_exists_req_t *request, const char *thread, size_t size)
{
    send_to(dealer, &call_store_exists, request);
    msg_t *answer = receive(dealer);
    store_exists_rep_t reply;
    assert_int_equal(msg_read_rep(answer, &call_store_exists, &reply), OK);
    assert_memory_equal(reply.kinds, thread, size);
    msg_destroy(&answer);
}

static void
test_quick_call_runs_on_the_owning_thread(void **state)
{
    (void)state;
    void *dealer = toy_dealer();
    exists_on(dealer, &(store_exists_req_t){ .paths_count = 0 }, "store", sizeof "store");
    zmq_close(dealer);
}

static void
test_quick_call_that_would_take_long_goes_to_a_worker(void **state)
{
    (void)state;
    const char *path = "long";
    void *dealer = toy_dealer();
    exists_on(dealer, &(store_exists_req_t){ .paths = &path, .paths_count = 1 }, "store.", sizeof "store." - 1);
    zmq_close(dealer);
}

static void
test_queues_of_an_actor_that_reads_nothing_are_busy(void **state)
{
    (void)state;
    void *dealer = toy_dealer();
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
        TEST(test_passed_deadline_is_answered_without_handling),
        TEST(test_deadline_that_passes_in_the_queue_is_answered_without_handling),
        TEST(test_what_waits_together_is_flushed_together),
        TEST(test_full_serial_queue_is_busy_at_once),
        TEST(test_requests_wait_while_all_workers_are_busy),
        TEST(test_quick_call_runs_on_the_owning_thread),
        TEST(test_quick_call_that_would_take_long_goes_to_a_worker),
        TEST(test_queues_of_an_actor_that_reads_nothing_are_busy),
        TEST(test_dispatch_flushes_what_is_later_at_once),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    zsys_shutdown();
    return failures;
}
