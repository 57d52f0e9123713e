// Rules of links over tcp: who may come in, what it may ask, and what revoking a key changes at once.
#include "toy_actor.h"

#include <unistd.h>

// A pool of the toy actor, the store, on a loopback address of its own, and keys for all processes:
// web asks store.read, store.head and sys.*; other asks all of store; paint asks nothing.
typedef struct {
    char folder[32], where[ENDPOINT_SIZE + 16], text[1024];
    topology_t *topology;
    topology_link_t link;
    curve_pair_t own;
    peers_t *peers;
    pool_t *pool;
} kit_t;

static const topology_known_t known[] = {
    { "store", 2, true }, { "web", 2, false }, { "other", 2, false }, { "paint", 2, false }, { NULL, 0, false },
};
static const char *const processes[] = { "store", "web", "other", "paint" };

static topology_t *
make_topology(kit_t *kit)
{
    char why[TOPOLOGY_WHY] = "";
    static int number = 0;
    int pid = (int)getpid();
    snprintf(kit->text, sizeof kit->text,
             "host\n    here\n        address = 127.%d.%d.%d\n"
             "process\n    store\n        host = here\n        port = 5600\n        actors = store\n"
             "    web\n        host = here\n        actors = web\n"
             "    other\n        host = here\n        actors = other\n"
             "    paint\n        host = here\n        actors = paint\n"
             "actor\n    web\n        asks = \"store.read store.head\"\n    other\n        asks = store\n",
             1 + pid / 65536 % 100, pid / 256 % 256, 2 * (pid % 125) + ++number % 2);
    topology_t *topology = topology_parse("t", kit->text, known, why);
    if (!topology)
        print_message("%s\n", why);
    return topology;
}

static void
start_pool(kit_t *kit)
{
    pool_options_t options = { .endpoint = kit->link.call, .events = kit->link.events, .workers = 2,
                               .curve = &kit->own, .peers = kit->peers, .inside = toy.endpoint };
    kit->pool = actor_start(&toy_actor, &options);
    assert_non_null(kit->pool);
}

static int
set_up_links(void **state)
{
    char why[CURVE_WHY];
    kit_t *kit = calloc(1, sizeof *kit);
    memset(&toy, 0, sizeof toy);
    snprintf(toy.endpoint, sizeof toy.endpoint, "inproc://store");
    snprintf(kit->folder, sizeof kit->folder, "/tmp/wikibot-test-XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
        assert_true(curve_new(kit->folder, processes[i], why));
    kit->topology = make_topology(kit);
    assert_non_null(kit->topology);
    kit->link = topology_link(kit->topology, topology_process(kit->topology, 0), 0, LINK_BIND, "");
    snprintf(kit->where, sizeof kit->where, "store@%s", kit->link.call);
    assert_true(curve_read_pair(kit->folder, "store", &kit->own, why));
    kit->peers = peers_start(kit->topology, kit->folder);
    assert_non_null(kit->peers);
    start_pool(kit);
    *state = kit;
    return 0;
}

static int
tear_down_links(void **state)
{
    kit_t *kit = *state;
    actor_stop(&kit->pool, 1000);
    peers_stop(&kit->peers);
    topology_destroy(&kit->topology);
    zsys_shutdown();
    for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
        for (size_t j = 0; j < 3; j++) {
            char path[80];
            snprintf(path, sizeof path, "%s/%s.%s", kit->folder, processes[i],
                     (const char *[]){ "public", "secret", "revoked" }[j]);
            (void)unlink(path);
        }
    assert_int_equal(rmdir(kit->folder), 0);
    free(kit);
    return 0;
}

// An asker of the store with the keys of a process.
typedef struct {
    curve_pair_t own;
    dealer_keys_t keys;
    asker_t *asker;
} client_t;

static client_t *
client_new(const kit_t *kit, const char *process)
{
    char why[CURVE_WHY];
    client_t *self = calloc(1, sizeof *self);
    self->keys = (dealer_keys_t){ kit->folder, &self->own };
    assert_true(curve_read_pair(kit->folder, process, &self->own, why));
    self->asker = asker_open(kit->where, &self->keys);
    assert_non_null(self->asker);
    return self;
}

static void
client_destroy(client_t **self)
{
    asker_destroy(&(*self)->asker);
    free(*self);
    *self = NULL;
}

static code_t
code_of(client_t *self, const call_type_t *call, const void *record, int64_t ms)
{
    msg_t *request = msg_new_req(call, record, NULL, msg_clock_ms() + ms);
    msg_t *answer = asker_ask(self->asker, call, &request);
    code_t code = msg_code(answer);
    msg_destroy(&answer);
    return code;
}

static code_t
read_page(client_t *self, const char *page)
{
    return code_of(self, &call_store_read, &(store_read_req_t){ .path = page }, 10000);
}

static void
test_named_peer_may_make_the_calls_of_its_role_and_no_others(void **state)
{
    client_t *web = client_new(*state, "web"), *other = client_new(*state, "other");
    store_commit_req_t commit = { .message = "x" };
    sys_ping_req_t ping = { .text = "x" };
    assert_int_equal(read_page(web, "a"), OK);
    assert_int_equal(code_of(web, &call_store_commit, &commit, 10000), FORBIDDEN);
    assert_int_equal(code_of(web, &call_store_list, &(store_list_req_t){ .limit = 1 }, 10000), FORBIDDEN);
    assert_int_equal(code_of(web, &call_sys_ping, &ping, 10000), OK);
    assert_int_equal(code_of(other, &call_store_commit, &commit, 10000), OK);
    assert_int_equal(read_page(web, "b"), OK);  // a refusal harms nothing
    client_destroy(&web);
    client_destroy(&other);
}

static void
test_peer_whose_role_asks_nothing_is_forbidden_everything(void **state)
{
    client_t *paint = client_new(*state, "paint");
    assert_int_equal(read_page(paint, "a"), FORBIDDEN);
    assert_int_equal(code_of(paint, &call_sys_ping, &(sys_ping_req_t){ .text = "x" }, 10000), FORBIDDEN);
    assert_int_equal(atomic_load(&toy.reads), 0);
    client_destroy(&paint);
}

static void
test_who_is_in_the_process_needs_no_key(void **state)
{
    (void)state;
    asker_t *asker = asker_new(toy.endpoint);
    msg_t *answer = ask(asker, &call_store_read, &(store_read_req_t){ .path = "a" });
    assert_int_equal(msg_code(answer), OK);
    msg_destroy(&answer);
    asker_destroy(&asker);
}

static void
test_stranger_cannot_connect(void **state)
{
    kit_t *kit = *state;
    client_t *stranger = client_new(kit, "web");
    asker_destroy(&stranger->asker);
    assert_int_equal(zmq_curve_keypair(stranger->own.public_key, stranger->own.secret_key), 0);
    stranger->asker = asker_open(kit->where, &stranger->keys);
    assert_int_equal(code_of(stranger, &call_store_read, &(store_read_req_t){ .path = "a" }, 400), UNAVAILABLE);
    client_destroy(&stranger);
}

static void
test_who_expects_another_server_sends_nothing(void **state)
{
    kit_t *kit = *state;
    client_t *web = client_new(kit, "web");
    asker_destroy(&web->asker);
    snprintf(kit->where, sizeof kit->where, "paint@%s", kit->link.call);
    web->asker = asker_open(kit->where, &web->keys);
    assert_int_equal(code_of(web, &call_store_read, &(store_read_req_t){ .path = "a" }, 400), UNAVAILABLE);
    assert_int_equal(atomic_load(&toy.reads), 0);
    client_destroy(&web);
}

static void
test_tcp_without_curve_gets_nothing(void **state)
{
    kit_t *kit = *state;
    int no = 0, yes = 1, wait = 400;
    void *dealer = zmq_socket(zsys_init(), ZMQ_DEALER);
    zmq_setsockopt(dealer, ZMQ_LINGER, &no, sizeof no);
    zmq_setsockopt(dealer, ZMQ_IMMEDIATE, &yes, sizeof yes);
    zmq_setsockopt(dealer, ZMQ_SNDTIMEO, &wait, sizeof wait);
    assert_int_equal(zmq_connect(dealer, kit->link.call), 0);
    assert_int_equal(zmq_send(dealer, "hello", 5, 0), -1);
    zmq_close(dealer);
    assert_null(asker_new(kit->link.call));
    assert_null(asker_open(kit->where, NULL));
    pool_options_t options = { .endpoint = "tcp://127.0.0.1:5999", .workers = 1 };
    assert_null(actor_start(&toy_actor, &options));
}

static void
test_who_proved_nothing_is_refused_by_its_role_too(void **state)
{
    kit_t *kit = *state;
    char endpoint[64];
    snprintf(endpoint, sizeof endpoint, "ipc://%s/plain", kit->folder);
    void *router = zmq_socket(zsys_init(), ZMQ_ROUTER);
    assert_int_equal(zmq_bind(router, endpoint), 0);
    void *dealer = zmq_socket(zsys_init(), ZMQ_DEALER);
    assert_int_equal(zmq_connect(dealer, endpoint), 0);
    send_to(dealer, &call_store_read, &(store_read_req_t){ .path = "a" });
    msg_t *request = msg_recv_routed_within(router, 10000, NULL);
    assert_string_equal(msg_user(request), "?");
    msg_t *refusal = peers_refuse(kit->peers, "store", request);
    assert_int_equal(msg_code(refusal), FORBIDDEN);
    msg_destroy(&refusal);
    msg_destroy(&request);
    zmq_close(dealer);
    zmq_unbind(router, endpoint);
    zmq_close(router);
    (void)unlink(endpoint + strlen("ipc://"));
}

// Asks until the answer is another than OK; within a second, by the promise of peers.h, and some patience.
static code_t
until_refused(client_t *caller)
{
    int64_t limit = msg_clock_ms() + 5000;
    code_t code = OK;
    while (code == OK && msg_clock_ms() < limit)
        code = read_page(caller, "a");
    return code;
}

static void
test_revoked_key_is_refused_over_the_old_connection_and_its_successor_is_not(void **state)
{
    kit_t *kit = *state;
    char why[CURVE_WHY];
    client_t *web = client_new(kit, "web");
    assert_int_equal(read_page(web, "a"), OK);
    int64_t start = msg_clock_ms();
    assert_true(curve_revoke(kit->folder, "web", why));
    assert_int_equal(until_refused(web), FORBIDDEN);
    assert_in_range(msg_clock_ms() - start, 0, 1000);
    assert_true(curve_new(kit->folder, "web", why));
    client_t *again = client_new(kit, "web");
    int64_t limit = msg_clock_ms() + 5000;
    while (read_page(again, "a") != OK)
        assert_true(msg_clock_ms() < limit);
    assert_int_equal(read_page(web, "a"), FORBIDDEN);       // the name is there again, the key is not
    client_destroy(&web);
    client_destroy(&again);
}

static void
test_server_whose_key_is_revoked_is_asked_nothing_more(void **state)
{
    kit_t *kit = *state;
    char why[CURVE_WHY];
    client_t *web = client_new(kit, "web");
    assert_int_equal(read_page(web, "a"), OK);
    assert_true(curve_revoke(kit->folder, "store", why));
    int64_t limit = msg_clock_ms() + 5000;
    code_t code = OK;
    while (code == OK && msg_clock_ms() < limit)
        code = code_of(web, &call_store_read, &(store_read_req_t){ .path = "a" }, 300);
    assert_int_equal(code, UNAVAILABLE);
    client_destroy(&web);
}

// A subscriber with the keys of a process, which has heard an event.
static void *
subscriber_new(kit_t *kit, client_t *caller)
{
    int no = 0, wait = 50;
    void *sub = zmq_socket(zsys_init(), ZMQ_SUB);
    zmq_setsockopt(sub, ZMQ_LINGER, &no, sizeof no);
    zmq_setsockopt(sub, ZMQ_RCVTIMEO, &wait, sizeof wait);
    zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "", 0);
    curve_call(sub, &caller->own, kit->own.public_key);
    assert_int_equal(zmq_connect(sub, kit->link.events), 0);
    return sub;
}

// Has the subscriber got anything within so many tries of 50 ms, while events are published?
static bool
hears(void *sub, client_t *publisher, int tries)
{
    char byte;
    while (tries-- > 0) {
        assert_int_equal(read_page(publisher, "publish"), OK);
        if (zmq_recv(sub, &byte, 1, 0) >= 0)
            return true;
    }
    return false;
}

static void
drain(void *sub)
{
    char byte;
    while (zmq_recv(sub, &byte, 1, ZMQ_DONTWAIT) >= 0)
        ;
}

static void
test_events_go_to_roles_that_ask_and_not_to_revoked_keys(void **state)
{
    kit_t *kit = *state;
    char why[CURVE_WHY];
    client_t *web = client_new(kit, "web"), *other = client_new(kit, "other"), *paint = client_new(kit, "paint");
    void *sub = subscriber_new(kit, web), *curious = subscriber_new(kit, paint);
    assert_true(hears(sub, other, 100));
    assert_false(hears(curious, other, 4));
    assert_true(curve_revoke(kit->folder, "web", why));
    assert_int_equal(until_refused(web), FORBIDDEN);
    assert_int_equal(read_page(other, "publish"), OK);      // cuts all who listen
    while (hears(sub, other, 1))
        drain(sub);
    assert_false(hears(sub, other, 6));
    void *later = subscriber_new(kit, other);
    assert_true(hears(later, other, 100));      // the others are back
    zmq_close(later);
    zmq_close(sub);
    zmq_close(curious);
    client_destroy(&web);
    client_destroy(&other);
    client_destroy(&paint);
}

#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_links, tear_down_links)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(test_named_peer_may_make_the_calls_of_its_role_and_no_others),
        LINK_TEST(test_peer_whose_role_asks_nothing_is_forbidden_everything),
        LINK_TEST(test_who_is_in_the_process_needs_no_key),
        LINK_TEST(test_stranger_cannot_connect),
        LINK_TEST(test_who_expects_another_server_sends_nothing),
        LINK_TEST(test_tcp_without_curve_gets_nothing),
        LINK_TEST(test_who_proved_nothing_is_refused_by_its_role_too),
        LINK_TEST(test_revoked_key_is_refused_over_the_old_connection_and_its_successor_is_not),
        LINK_TEST(test_server_whose_key_is_revoked_is_asked_nothing_more),
        LINK_TEST(test_events_go_to_roles_that_ask_and_not_to_revoked_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
