// Rules of the runtime: what an actor answers, how it starts and stops.
#include "toy_actor.h"

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
    answer = ask(asker, &call_store_read, &(store_read_req_t){ .path = "not utf-8" });
    assert_int_equal(msg_code(answer), NOT_FOUND);
    assert_string_equal(msg_error_text(answer), "caf? is not there");
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
    void *dealer = toy_dealer();
    send_to(dealer, &call_render_page, &(render_page_req_t){ .page = "" });
    receive_code(dealer, UNSUPPORTED);
    zmq_close(dealer);
}

static void
test_malformed_body_is_invalid_and_says_why(void **state)
{
    (void)state;
    void *dealer = toy_dealer();
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
    void *dealer = toy_dealer();
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
    void *dealer = toy_dealer();
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
    void *dealer = toy_dealer();
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
    assert_int_equal(atomic_load(&toy.closed), 4);
    zmq_close(dealer);
}

static void
test_start_fails_if_any_worker_fails(void **state)
{
    (void)state;
    for (int which = 1; which <= 4; which++) {      // one of them has the state of quick calls
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
        TEST(test_tick_and_calls_publish_events),
        TEST(test_stop_lets_work_finish_and_refuses_the_rest),
        TEST(test_start_fails_if_any_worker_fails),
        TEST(test_endpoint_that_is_taken_fails),
        TEST(test_dispatch_refuses_what_is_no_request),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    zsys_shutdown();
    return failures;
}
