// Rules of an actor's door for operators.
#include "toy_actor.h"

#include "../actors/core/door.h"
#include "../actors/core/spans.h"

// The two workers wait at the gate; what is sent to the ROUTER from now on is not read.
static void *
keep_all_busy(void)
{
    void *dealer = toy_dealer();
    for (int i = 0; i < 2; i++)
        send_to(dealer, &call_store_head, &(store_head_req_t){ .caller = { 0 } });
    await_entered(2);
    return dealer;
}

static void
test_about_is_answered_while_every_worker_is_busy(void **state)
{
    (void)state;
    void *busy = keep_all_busy(), *door = dealer_to(toy.door);
    send_to(door, &call_sys_about, &(sys_about_req_t){ .text = "" });
    msg_t *answer = receive(door);
    sys_about_rep_t reply;
    assert_int_equal(msg_read_rep(answer, &call_sys_about, &reply), OK);
    assert_int_equal(reply.busy, 2);
    assert_int_equal(reply.waiting, 0);
    msg_destroy(&answer);
    let_go(2);
    zmq_close(door);
    zmq_close(busy);
}

static void
test_the_door_leads_to_no_call_that_is_not_marked(void **state)
{
    (void)state;
    void *door = dealer_to(toy.door);
    send_to(door, &call_store_read, &(store_read_req_t){ .path = "a" });
    receive_code(door, FORBIDDEN);
    send_to(door, &call_store_commit, &(store_commit_req_t){ .message = "x" });
    receive_code(door, FORBIDDEN);
    assert_int_equal(atomic_load(&toy.reads), 0);
    zmq_close(door);
}

static void
test_a_marked_call_is_answered_at_the_door_while_every_worker_is_busy(void **state)
{
    (void)state;
    void *busy = keep_all_busy(), *door = dealer_to(toy.door);
    send_to(door, &call_store_exists, &(store_exists_req_t){ .paths_count = 0 });
    receive_code(door, OK);
    const char *paths[] = { "a" };              // what would take long is no call for a door
    send_to(door, &call_store_exists, &(store_exists_req_t){ .paths = paths, .paths_count = 1 });
    receive_code(door, FORBIDDEN);
    let_go(2);
    zmq_close(door);
    zmq_close(busy);
}

static void
test_who_watches_gets_a_copy_of_question_and_answer(void **state)
{
    (void)state;
    void *dealer = toy_dealer(), *door = dealer_to(toy.door);
    send_to(door, &call_sys_watch, &(sys_watch_req_t){ .text = "" });
    receive_code(door, OK);
    send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "missing" });
    receive_code(dealer, NOT_FOUND);
    static const msg_kind_t kinds[] = { MSG_REQ, MSG_ERR };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        msg_t *copy = receive(door);
        assert_int_equal(msg_head(copy)->kind, kinds[i]);
        assert_string_equal(msg_head(copy)->type, "store.read");
        msg_destroy(&copy);
    }
    send_to(door, &call_sys_ping, &(sys_ping_req_t){ .text = "" });
    receive_code(door, OK);                     // is still answered, and not copied
    zmq_close(door);
    zmq_close(dealer);
}

static void
test_a_watcher_too_many_is_told(void **state)
{
    (void)state;
    void *doors[LIMIT_WATCHERS + 1];
    for (size_t i = 0; i <= LIMIT_WATCHERS; i++) {
        doors[i] = dealer_to(toy.door);
        for (int again = 0; again < 2; again++) {       // who asks again is the same one
            send_to(doors[i], &call_sys_watch, &(sys_watch_req_t){ .text = "" });
            receive_code(doors[i], i < LIMIT_WATCHERS? OK: BUSY);
        }
    }
    for (size_t i = 0; i <= LIMIT_WATCHERS; i++)
        zmq_close(doors[i]);
}

static void
test_watchers_who_read_nothing_stop_nobody(void **state)
{
    (void)state;
    void *dealer = toy_dealer(), *door = dealer_to(toy.door);
    send_to(door, &call_sys_watch, &(sys_watch_req_t){ .text = "" });
    receive_code(door, OK);
    for (int i = 0; i < 4 * LIMIT_QUEUE; i++) {
        send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "a" });
        receive_code(dealer, OK);
    }
    zmq_close(door);
    for (int i = 0; i < 4; i++) {               // and one that is gone does not either
        send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "a" });
        receive_code(dealer, OK);
    }
    zmq_close(dealer);
}

static void
ask_trace(void *door, const char *trace, msg_t **answer, sys_trace_rep_t *reply)
{
    send_to(door, &call_sys_trace, &(sys_trace_req_t){ .trace = trace });
    *answer = receive(door);
    assert_int_equal(msg_read_rep(*answer, &call_sys_trace, reply), OK);
}

static void
test_a_trace_tells_the_requests_that_carried_it(void **state)
{
    (void)state;
    void *dealer = toy_dealer(), *door = dealer_to(toy.door);
    char trace[MSG_TRACE_SIZE + 1], id[MSG_ID_SIZE + 1];
    msg_t *request = msg_new_req(&call_store_read, &(store_read_req_t){ .path = "missing" }, NULL, soon());
    memcpy(trace, msg_head(request)->trace, sizeof trace);
    memcpy(id, msg_head(request)->id, sizeof id);
    int64_t before = msg_clock_ms();
    assert_int_equal(msg_send(&request, dealer), OK);
    receive_code(dealer, NOT_FOUND);
    send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "a" });
    receive_code(dealer, OK);
    msg_t *answer;
    sys_trace_rep_t reply;
    trace[12] = '\0';
    ask_trace(door, trace, &answer, &reply);
    assert_int_equal(reply.spans_count, 1);
    assert_string_equal(reply.spans[0].type, "store.read");
    assert_string_equal(reply.spans[0].code, "NOT_FOUND");
    assert_string_equal(reply.spans[0].id, id);
    assert_in_range(reply.spans[0].start_us / 1000, before - 1000, msg_clock_ms() + 1000);
    msg_destroy(&answer);
    trace[5] = '\0';
    send_to(door, &call_sys_trace, &(sys_trace_req_t){ .trace = trace });
    receive_code(door, INVALID);
    zmq_close(door);
    zmq_close(dealer);
}

static void
test_the_newest_spans_are_kept(void **state)
{
    (void)state;
    spans_t *spans = spans_new();
    arena_t arena = { NULL };
    trace_span_t *rows;
    msg_head_t head = { .kind = MSG_REQ, .type = "store.read", .trace = "aaaaaaaa" };
    spans_add(spans, &head, OK, 1, 1);
    memcpy(head.trace, "bbbbbbbb", sizeof "bbbbbbbb");
    for (int i = 0; i < SPANS_KEPT - 1; i++)
        spans_add(spans, &head, OK, i, 1);
    assert_int_equal(spans_rows(spans, "aaaaaa", &arena, &rows), 1);
    spans_add(spans, &head, OK, 1, 1);
    assert_int_equal(spans_rows(spans, "aaaaaa", &arena, &rows), 0);
    assert_int_equal(spans_rows(spans, "bbbbbb", &arena, &rows), LIMIT_SPANS);
    arena_clear(&arena);
    spans_destroy(&spans);
}

int
main(void)
{
    zsys_handler_set(NULL);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_about_is_answered_while_every_worker_is_busy),
        TEST(test_the_door_leads_to_no_call_that_is_not_marked),
        TEST(test_a_marked_call_is_answered_at_the_door_while_every_worker_is_busy),
        TEST(test_who_watches_gets_a_copy_of_question_and_answer),
        TEST(test_a_watcher_too_many_is_told),
        TEST(test_watchers_who_read_nothing_stop_nobody),
        TEST(test_a_trace_tells_the_requests_that_carried_it),
        cmocka_unit_test(test_the_newest_spans_are_kept),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    zsys_shutdown();
    return failures;
}
