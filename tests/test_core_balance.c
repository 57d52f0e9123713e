// Rules of an asker with several endpoints: who is asked, what is repeated elsewhere, how one comes back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#include "../actors/core/ask.h"

// What a copy of an actor does with requests. Pings are always counted apart.
typedef enum { ANSWER, HOLD, BUSY_NOW, STOPPING, LEAVE } manner_t;

typedef struct {
    char endpoint[96];
    void *router;
    atomic_int manner, asked, pings;
    char id[MSG_ID_SIZE + 1];                   // of the last request
    msg_t *held;
    atomic_bool end;
    pthread_t thread;
} copy_t;

typedef struct {
    char folder[32], endpoints[256];
    copy_t copies[2];
    balance_t *balance;
} kit_t;

static void
reply(copy_t *copy, msg_t *answer)
{
    if (msg_send(&answer, copy->router) != OK)
        msg_destroy(&answer);
}

static void
open_router(copy_t *copy)
{
    int linger = 0;
    copy->router = zmq_socket(zsys_init(), ZMQ_ROUTER);
    zmq_setsockopt(copy->router, ZMQ_LINGER, &linger, sizeof linger);
    while (zmq_bind(copy->router, copy->endpoint) != 0)
        assert_int_equal(errno, EADDRINUSE);    // the one before is still being closed
}

static void
close_router(copy_t *copy)
{
    zmq_unbind(copy->router, copy->endpoint);
    zmq_close(copy->router);
    copy->router = NULL;
}

static void
take(copy_t *copy, msg_t *request)
{
    manner_t manner = (manner_t)atomic_load(&copy->manner);
    bool ping = strcmp(msg_head(request)->type, "sys.ping") == 0;
    if (!ping)
        memcpy(copy->id, msg_head(request)->id, sizeof copy->id);
    atomic_fetch_add(ping? &copy->pings: &copy->asked, 1);
    if (manner == ANSWER && ping)
        reply(copy, msg_new_rep(request, &call_sys_ping, &(sys_ping_rep_t){ .text = "" }));
    else if (manner == ANSWER)
        reply(copy, msg_new_rep(request, &call_store_head, &(store_head_rep_t){ .commit = copy->endpoint }));
    else if (manner == BUSY_NOW)
        reply(copy, msg_new_err(request, BUSY, "full"));
    else if (manner == STOPPING)
        reply(copy, msg_new_err(request, UNAVAILABLE, "stops"));
    else if (manner == HOLD && !ping) {
        msg_destroy(&copy->held);
        copy->held = msg_dup(request);
        zframe_t *peer = zframe_dup((zframe_t *)msg_peer(request));
        msg_set_peer(copy->held, &peer);
    } else if (manner == LEAVE) {
        close_router(copy);
        atomic_store(&copy->manner, ANSWER);
    }
}

static void *
copy_main(void *argument)
{
    copy_t *copy = argument;
    open_router(copy);
    while (!atomic_load(&copy->end)) {
        if (!copy->router)
            open_router(copy);
        msg_t *request = msg_recv_routed_within(copy->router, 20, NULL);
        if (request)
            take(copy, request);
        msg_destroy(&request);
        if (copy->held && atomic_load(&copy->manner) == ANSWER) {
            reply(copy, msg_new_rep(copy->held, &call_store_head, &(store_head_rep_t){ .commit = copy->endpoint }));
            msg_destroy(&copy->held);
        }
    }
    msg_destroy(&copy->held);
    close_router(copy);
    return NULL;
}

static int
set_up(void **state)
{
    char folder[] = "/tmp/wikibot-test-XXXXXX";
    kit_t *kit = calloc(1, sizeof *kit);
    assert_non_null(mkdtemp(folder));
    memcpy(kit->folder, folder, sizeof folder);
    kit->balance = balance_new();
    balance_enter(kit->balance);
    for (int i = 0; i < 2; i++) {
        copy_t *copy = &kit->copies[i];
        snprintf(copy->endpoint, sizeof copy->endpoint, "ipc://%s/%d", folder, i);
        assert_int_equal(pthread_create(&copy->thread, NULL, copy_main, copy), 0);
    }
    snprintf(kit->endpoints, sizeof kit->endpoints, "ipc://%s/0 ipc://%s/1", folder, folder);
    *state = kit;
    return 0;
}

static int
tear_down(void **state)
{
    kit_t *kit = *state;
    for (int i = 0; i < 2; i++) {
        atomic_store(&kit->copies[i].end, true);
        pthread_join(kit->copies[i].thread, NULL);
        (void)unlink(kit->copies[i].endpoint + strlen("ipc://"));
    }
    balance_enter(NULL);
    balance_destroy(&kit->balance);
    assert_int_equal(rmdir(kit->folder), 0);
    free(kit);
    return 0;
}

static const call_type_t head_once = { "store.head", &store_head_req_schema, &store_head_rep_schema, false, "" };

// Asks for so long; `who` gets which copy answered: 0, 1, or -1.
static code_t
ask(asker_t *asker, const call_type_t *call, int64_t ms, int *who)
{
    store_head_rep_t reply_record = { 0 };
    msg_t *request = msg_new_req(call, &(store_head_req_t){ .caller = { .name = "x" } }, NULL, msg_clock_ms() + ms);
    msg_t *answer = asker_ask(asker, call, &request);
    code_t code = msg_code(answer);
    *who = -1;
    if (code == OK && msg_read_rep(answer, &call_store_head, &reply_record) == OK)
        *who = reply_record.commit[strlen(reply_record.commit) - 1] - '0';
    msg_destroy(&answer);
    return code;
}

// An asker that is connected to both.
static asker_t *
connected(kit_t *kit)
{
    asker_t *asker = asker_new(kit->endpoints);
    int64_t limit = msg_clock_ms() + 10000;
    int who, seen = 0;
    assert_non_null(asker);
    while (seen != 3 && msg_clock_ms() < limit) {
        assert_int_equal(ask(asker, &call_store_head, 10000, &who), OK);
        seen |= 1 << who;
    }
    assert_int_equal(seen, 3);                  // equals take turns
    return asker;
}

static void
set_manner(kit_t *kit, int copy, manner_t manner)
{
    atomic_store(&kit->copies[copy].manner, (int)manner);
}

typedef struct {
    asker_t *asker;
    int64_t ms;
    code_t code;
    int who;
    pthread_t thread;
} other_t;

static void *
other_main(void *argument)
{
    other_t *self = argument;
    self->code = ask(self->asker, &call_store_head, self->ms, &self->who);
    return NULL;
}

// Lets a second worker of the pool ask; until a copy that holds has the question.
static int
ask_and_be_held(kit_t *kit, other_t *other)
{
    int before[2] = { atomic_load(&kit->copies[0].asked), atomic_load(&kit->copies[1].asked) };
    assert_int_equal(pthread_create(&other->thread, NULL, other_main, other), 0);
    for (int64_t limit = msg_clock_ms() + 10000; msg_clock_ms() < limit;)
        for (int i = 0; i < 2; i++)
            if (atomic_load(&kit->copies[i].asked) > before[i])
                return i;
    fail();
    return -1;
}

static void
test_requests_go_where_the_fewest_wait(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = connected(kit);
    other_t other = { .asker = connected(kit), .ms = 10000 };
    set_manner(kit, 0, HOLD);
    set_manner(kit, 1, HOLD);
    int held = ask_and_be_held(kit, &other), who;
    set_manner(kit, !held, ANSWER);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(ask(asker, &call_store_head, 10000, &who), OK);
        assert_int_equal(who, !held);
    }
    set_manner(kit, held, ANSWER);
    pthread_join(other.thread, NULL);
    assert_int_equal(other.code, OK);
    asker_destroy(&asker);
    asker_destroy(&other.asker);
}

static void
test_silence_is_repeated_once_elsewhere_with_the_same_id(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = connected(kit);
    int who, asked[2] = { atomic_load(&kit->copies[0].asked), atomic_load(&kit->copies[1].asked) };
    set_manner(kit, 0, HOLD);
    set_manner(kit, 1, HOLD);
    assert_int_equal(ask(asker, &call_store_head, 600, &who), TIMEOUT);
    assert_int_equal(atomic_load(&kit->copies[0].asked), asked[0] + 1);
    assert_int_equal(atomic_load(&kit->copies[1].asked), asked[1] + 1);
    assert_string_equal(kit->copies[0].id, kit->copies[1].id);
    asker_destroy(&asker);
}

static void
test_call_that_may_happen_once_goes_to_one_only(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = connected(kit);
    int who, asked = atomic_load(&kit->copies[0].asked) + atomic_load(&kit->copies[1].asked);
    set_manner(kit, 0, HOLD);
    set_manner(kit, 1, HOLD);
    assert_int_equal(ask(asker, &head_once, 300, &who), TIMEOUT);
    assert_int_equal(atomic_load(&kit->copies[0].asked) + atomic_load(&kit->copies[1].asked), asked + 1);
    asker_destroy(&asker);
}

static void
test_late_answer_of_the_first_counts(void **state)
{
    kit_t *kit = *state;
    other_t other = { .asker = connected(kit), .ms = 10000 };
    set_manner(kit, 0, HOLD);
    set_manner(kit, 1, HOLD);
    int first = ask_and_be_held(kit, &other), asked = atomic_load(&kit->copies[!first].asked);
    int64_t limit = msg_clock_ms() + 10000;
    while (atomic_load(&kit->copies[!first].asked) == asked && msg_clock_ms() < limit)
        ;
    set_manner(kit, first, ANSWER);             // after the repeat; the second one still holds
    pthread_join(other.thread, NULL);
    assert_int_equal(other.code, OK);
    assert_int_equal(other.who, first);
    asker_destroy(&other.asker);
}

static void
test_one_that_is_gone_is_left_alone_by_all_and_asked_again_when_it_returns(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = connected(kit), *colleague = connected(kit);
    int who;
    set_manner(kit, 0, HOLD);
    do                                          // until it was found out
        assert_int_equal(ask(asker, &call_store_head, 400, &who), OK);
    while (!spot_gone(balance_spot(kit->balance, kit->copies[0].endpoint)));
    int asked = atomic_load(&kit->copies[0].asked);
    for (int i = 0; i < 20; i++)
        assert_int_equal(ask(colleague, &call_store_head, 10000, &who), OK);
    assert_int_equal(atomic_load(&kit->copies[0].asked), asked);
    set_manner(kit, 0, ANSWER);
    int64_t limit = msg_clock_ms() + 10000;
    do
        assert_int_equal(ask(colleague, &call_store_head, 10000, &who), OK);
    while (who != 0 && msg_clock_ms() < limit);
    assert_int_equal(who, 0);
    assert_true(atomic_load(&kit->copies[0].pings) > 0);
    asker_destroy(&asker);
    asker_destroy(&colleague);
}

static void
test_busy_one_sends_to_the_other_and_two_are_busy(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = connected(kit);
    int who;
    set_manner(kit, 0, BUSY_NOW);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(ask(asker, &call_store_head, 10000, &who), OK);
        assert_int_equal(who, 1);
    }
    set_manner(kit, 1, BUSY_NOW);
    assert_int_equal(ask(asker, &call_store_head, 10000, &who), BUSY);
    asker_destroy(&asker);
}

static void
test_one_that_stops_sends_to_the_other(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = connected(kit);
    int who;
    set_manner(kit, 1, STOPPING);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(ask(asker, &call_store_head, 10000, &who), OK);
        assert_int_equal(who, 0);
    }
    asker_destroy(&asker);
}

static void
test_broken_connection_is_noticed_at_once(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = connected(kit);
    int who;
    for (int turn = 0; turn < 4; turn++) {
        set_manner(kit, 0, LEAVE);
        int64_t start = msg_clock_ms();
        assert_int_equal(ask(asker, &call_store_head, 10000, &who), OK);
        assert_in_range(msg_clock_ms() - start, 0, ASK_RETRY_MS - 500);     // long before it would ask again
    }
    asker_destroy(&asker);
}

static void
test_call_that_may_happen_once_ends_with_its_connection(void **state)
{
    kit_t *kit = *state;
    asker_t *asker = asker_new(kit->copies[0].endpoint);
    int who;
    assert_int_equal(ask(asker, &head_once, 10000, &who), OK);
    atomic_store(&kit->copies[0].end, true);    // it goes without an answer
    pthread_join(kit->copies[0].thread, NULL);
    int64_t start = msg_clock_ms();
    assert_int_equal(ask(asker, &head_once, 10000, &who), UNAVAILABLE);
    assert_in_range(msg_clock_ms() - start, 0, 3000);
    asker_destroy(&asker);
    atomic_store(&kit->copies[0].end, false);   // for tear_down
    assert_int_equal(pthread_create(&kit->copies[0].thread, NULL, copy_main, &kit->copies[0]), 0);
}

#define COPIES_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        COPIES_TEST(test_requests_go_where_the_fewest_wait),
        COPIES_TEST(test_silence_is_repeated_once_elsewhere_with_the_same_id),
        COPIES_TEST(test_call_that_may_happen_once_goes_to_one_only),
        COPIES_TEST(test_late_answer_of_the_first_counts),
        COPIES_TEST(test_one_that_is_gone_is_left_alone_by_all_and_asked_again_when_it_returns),
        COPIES_TEST(test_busy_one_sends_to_the_other_and_two_are_busy),
        COPIES_TEST(test_one_that_stops_sends_to_the_other),
        COPIES_TEST(test_broken_connection_is_noticed_at_once),
        COPIES_TEST(test_call_that_may_happen_once_ends_with_its_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
