// Rules of an asker and of flows, against a peer of the test that answers as a script says.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <unistd.h>
#include "../actors/core/flow.h"

// What the peer does with each request that comes: a letter each. '-' nothing, 'a' answer, 'l' first answer
// the request before (late), then this one, 'w' answer with another id, 'g' send bytes that are no message,
// then answer.
typedef struct {
    const char *script;
    void *router;
    char ids[8][MSG_ID_SIZE + 1];
    size_t count;
    pthread_t thread;
} peer_t;

static void
answer(peer_t *peer, msg_t *request)
{
    msg_t *reply = msg_new_rep(request, &call_sys_ping, &(sys_ping_rep_t){ .text = "pong" });
    assert(msg_send(&reply, peer->router) == OK);
}

static void
answer_garbage(peer_t *peer, msg_t *request)
{
    zframe_t *to = (zframe_t *)msg_peer(request);
    zmq_send(peer->router, zframe_data(to), zframe_size(to), ZMQ_SNDMORE);
    zmq_send(peer->router, "garbage", 7, 0);
}

static msg_t *
with_id(const msg_t *request, const char *id)
{
    char text[LIMIT_HEAD_BYTES + 1];
    msg_head_t head = *msg_head(request);
    memcpy(head.id, id, MSG_ID_SIZE);
    size_t sizes[2] = { msg_head_print(&head, text), 0 };
    const uint8_t *frames[2] = { (const uint8_t *)text, msg_body(request, &sizes[1]) };
    msg_t *copy = NULL;
    assert(msg_from_frames(&copy, 2, frames, sizes) == OK);
    zframe_t *to = zframe_dup((zframe_t *)msg_peer(request));
    msg_set_peer(copy, &to);
    return copy;
}

static void
play(peer_t *peer, char what, msg_t *request)
{
    msg_t *other = NULL;
    if (what == 'l')
        other = with_id(request, peer->ids[peer->count - 2]);
    if (what == 'w')
        other = with_id(request, "00000000deadbeef");
    if (other)
        answer(peer, other);
    if (what == 'g')
        answer_garbage(peer, request);
    if (what != '-')
        answer(peer, request);
    msg_destroy(&other);
}

static void *
peer_main(void *argument)
{
    peer_t *peer = argument;
    zmq_pollitem_t item = { peer->router, 0, ZMQ_POLLIN, 0 };
    for (const char *step = peer->script; *step; step++) {
        if (zmq_poll(&item, 1, 10000) != 1)
            break;
        msg_t *request = msg_recv_routed(peer->router, NULL);
        memcpy(peer->ids[peer->count++], msg_head(request)->id, MSG_ID_SIZE + 1);
        play(peer, *step, request);
        msg_destroy(&request);
    }
    return NULL;
}

static void
peer_start(peer_t *peer, const char *endpoint, const char *script)
{
    *peer = (peer_t){ .script = script, .router = zmq_socket(zsys_init(), ZMQ_ROUTER) };
    int linger = 1000;
    zmq_setsockopt(peer->router, ZMQ_LINGER, &linger, sizeof linger);
    assert_int_equal(zmq_bind(peer->router, endpoint), 0);
    assert_int_equal(pthread_create(&peer->thread, NULL, peer_main, peer), 0);
}

static void
peer_join(peer_t *peer)
{
    pthread_join(peer->thread, NULL);
    zmq_close(peer->router);
}

static code_t
ask(asker_t *asker, const call_type_t *call, int64_t ms)
{
    msg_t *request = msg_new_req(call, &(sys_ping_req_t){ .text = "x" }, NULL, msg_clock_ms() + ms);
    msg_t *reply = asker_ask(asker, call, &request);
    assert_null(request);
    code_t code = msg_code(reply);
    msg_destroy(&reply);
    return code;
}

static const call_type_t ping_once = { "sys.ping", &sys_ping_req_schema, &sys_ping_rep_schema, false, "" };

static void
test_idempotent_call_is_repeated_once_with_the_same_id(void **state)
{
    (void)state;
    peer_t peer;
    peer_start(&peer, "inproc://ask-1", "-a");
    asker_t *asker = asker_new("inproc://ask-1");
    assert_int_equal(ask(asker, &call_sys_ping, 400), OK);
    peer_join(&peer);
    assert_int_equal(peer.count, 2);
    assert_string_equal(peer.ids[0], peer.ids[1]);
    asker_destroy(&asker);
}

static void
test_call_that_may_happen_once_is_not_repeated(void **state)
{
    (void)state;
    peer_t peer;
    peer_start(&peer, "inproc://ask-2", "-");
    asker_t *asker = asker_new("inproc://ask-2");
    assert_int_equal(ask(asker, &ping_once, 200), TIMEOUT);
    peer_join(&peer);
    assert_int_equal(peer.count, 1);
    asker_destroy(&asker);
}

static void
test_late_and_foreign_answers_are_dropped(void **state)
{
    (void)state;
    peer_t peer;
    peer_start(&peer, "inproc://ask-3", "-lwg");
    asker_t *asker = asker_new("inproc://ask-3");
    assert_int_equal(ask(asker, &ping_once, 50), TIMEOUT);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(asker, &ping_once, 10000), OK);
    peer_join(&peer);
    asker_destroy(&asker);
}

static void
test_queue_of_a_peer_that_never_answers_is_busy(void **state)
{
    (void)state;
    void *router = zmq_socket(zsys_init(), ZMQ_ROUTER);
    int queue = 1;
    zmq_setsockopt(router, ZMQ_RCVHWM, &queue, sizeof queue);
    assert_int_equal(zmq_bind(router, "inproc://ask-4"), 0);
    asker_t *asker = asker_new("inproc://ask-4");
    code_t code = TIMEOUT;
    for (int i = 0; i < 2 * LIMIT_QUEUE && code == TIMEOUT; i++)
        code = ask(asker, &ping_once, 2);
    assert_int_equal(code, BUSY);
    asker_destroy(&asker);
    zmq_close(router);
}

static void
test_peer_that_is_not_there_is_unavailable(void **state)
{
    (void)state;
    char folder[] = "/tmp/wikibot-test-XXXXXX", endpoint[64];
    assert_non_null(mkdtemp(folder));
    snprintf(endpoint, sizeof endpoint, "ipc://%s/nobody", folder);
    asker_t *asker = asker_new(endpoint);
    assert_int_equal(ask(asker, &call_sys_ping, 50), UNAVAILABLE);
    asker_destroy(&asker);
    rmdir(folder);
}

static void
test_peer_that_is_restarted_is_found_again(void **state)
{
    (void)state;
    char folder[] = "/tmp/wikibot-test-XXXXXX", endpoint[64];
    peer_t peer;
    assert_non_null(mkdtemp(folder));
    snprintf(endpoint, sizeof endpoint, "ipc://%s/peer", folder);
    asker_t *asker = asker_new(endpoint);
    for (int i = 0; i < 2; i++) {
        peer_start(&peer, endpoint, "a");
        assert_int_equal(ask(asker, &call_sys_ping, 10000), OK);
        peer_join(&peer);
    }
    asker_destroy(&asker);
    zsys_shutdown();                            // the sockets' files are removed when all is closed
    rmdir(folder);
}

static void
test_malformed_endpoint_is_refused(void **state)
{
    (void)state;
    assert_null(asker_new("nonsense"));
    zconfig_t *config = zconfig_new("root", NULL);
    zconfig_put(config, "peers/store", "nonsense");
    assert_null(flow_new(config));
    zconfig_destroy(&config);
}

static void
test_flow_asks_with_the_deadline_and_trace_of_its_request(void **state)
{
    (void)state;
    peer_t peer;
    peer_start(&peer, "inproc://ask-7", "a");
    zconfig_t *config = zconfig_new("root", NULL);
    zconfig_put(config, "peers/store", "inproc://ask-7");
    flow_t *flow = flow_new(config);
    msg_head_t head = { .deadline = msg_clock_ms() + 5000, .trace = "0123456789abcdef0123456789abcdef" };
    flow_begin(flow, &head);
    assert_int_equal(flow_deadline(flow), head.deadline);
    assert_string_equal(flow_trace(flow), head.trace);
    zframe_t *blob = zframe_new("text", 4);
    msg_t *reply = flow_ask(flow, "store", &call_sys_ping, &(sys_ping_req_t){ .text = "" }, &blob);
    assert_null(blob);
    assert_int_equal(msg_code(reply), OK);
    assert_int_equal(msg_head(reply)->deadline, head.deadline);
    assert_string_equal(msg_head(reply)->trace, head.trace);
    msg_destroy(&reply);
    peer_join(&peer);
    flow_destroy(&flow);
    zconfig_destroy(&config);
}

static void
test_flow_may_only_ask_its_peers(void **state)
{
    (void)state;
    flow_t *flow = flow_new(NULL);
    zframe_t *blob = zframe_new("text", 4);
    msg_t *reply = flow_ask(flow, "store", &call_sys_ping, &(sys_ping_req_t){ .text = "" }, &blob);
    assert_int_equal(msg_code(reply), FORBIDDEN);
    assert_null(blob);
    msg_destroy(&reply);
    flow_destroy(&flow);
}

static void
test_flow_says_that_a_request_is_too_large(void **state)
{
    (void)state;
    char text[66];
    zconfig_t *config = zconfig_new("root", NULL);
    zconfig_put(config, "peers/store", "inproc://ask-8");
    flow_t *flow = flow_new(config);
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    msg_t *reply = flow_ask(flow, "store", &call_sys_ping, &(sys_ping_req_t){ .text = text }, NULL);
    assert_int_equal(msg_code(reply), TOO_LARGE);
    msg_destroy(&reply);
    flow_destroy(&flow);
    zconfig_destroy(&config);
}

// As when the clock was set back meanwhile: by its deadline the request has hours.
static void
test_asker_waits_no_longer_than_its_own_time(void **state)
{
    (void)state;
    void *router = zmq_socket(zsys_init(), ZMQ_ROUTER);
    assert_int_equal(zmq_bind(router, "inproc://ask-until"), 0);
    asker_t *asker = asker_new("inproc://ask-until");
    msg_t *request = msg_new_req(&call_sys_ping, &(sys_ping_req_t){ .text = "x" }, NULL, msg_clock_ms() + 3600000);
    int64_t start = msg_steady_ms();
    msg_t *reply = asker_ask_until(asker, &call_sys_ping, &request, start + 100);
    assert_int_equal(msg_code(reply), TIMEOUT);
    assert_in_range(msg_steady_ms() - start, 100, 5000);
    msg_destroy(&reply);
    asker_destroy(&asker);
    zmq_close(router);
}

static void
test_deadline_on_the_steady_clock_is_at_most_the_cap_away(void **state)
{
    (void)state;
    int64_t now = msg_steady_ms();
    assert_in_range(msg_steady_deadline(msg_clock_ms() + 1000) - now, 900, 2000);
    assert_in_range(msg_steady_deadline(msg_clock_ms() + 3600000) - now, LIMIT_DEADLINE_CAP_MS,
                    LIMIT_DEADLINE_CAP_MS + 1000);
    assert_in_range(msg_steady_deadline(INT64_MAX) - now, LIMIT_DEADLINE_CAP_MS, LIMIT_DEADLINE_CAP_MS + 1000);
    assert_true(msg_steady_deadline(msg_clock_ms() - 3600000) < now);
}

int
main(void)
{
    zsys_handler_set(NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idempotent_call_is_repeated_once_with_the_same_id),
        cmocka_unit_test(test_call_that_may_happen_once_is_not_repeated),
        cmocka_unit_test(test_late_and_foreign_answers_are_dropped),
        cmocka_unit_test(test_queue_of_a_peer_that_never_answers_is_busy),
        cmocka_unit_test(test_peer_that_is_not_there_is_unavailable),
        cmocka_unit_test(test_malformed_endpoint_is_refused),
        cmocka_unit_test(test_flow_asks_with_the_deadline_and_trace_of_its_request),
        cmocka_unit_test(test_flow_may_only_ask_its_peers),
        cmocka_unit_test(test_flow_says_that_a_request_is_too_large),
        cmocka_unit_test(test_peer_that_is_restarted_is_found_again),
        cmocka_unit_test(test_asker_waits_no_longer_than_its_own_time),
        cmocka_unit_test(test_deadline_on_the_steady_clock_is_at_most_the_cap_away),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    zsys_shutdown();
    return failures;
}
