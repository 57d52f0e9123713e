// Messages: heads that print back to the same bytes, frames over real sockets, golden messages kept for ever.
#include "../proto/msg.h"
#include "sample.h"
#include "unit.h"

#define ID "0123456789abcdef"
#define TRACE "0123456789abcdef0123456789abcdef"

static void
test_a_head_prints_back_to_the_same_bytes(void **state)
{
    (void)state;
    const char *text = "AM1 REQ store.read " ID " " TRACE " 1764000000000";
    msg_head_t head;
    assert_int_equal(msg_head_parse(&head, text, strlen(text)), OK);
    assert_string_equal(head.type, "store.read");
    assert_true(head.deadline == 1764000000000);
    char again[LIMIT_HEAD_BYTES + 1];
    assert_int_equal(msg_head_print(&head, again), strlen(text));
    assert_string_equal(again, text);
}

static const char *const bad_heads[] = {
    "", "AM1", "AM2 REQ store.read " ID " " TRACE " 1", "AM1 ASK store.read " ID " " TRACE " 1",
    "AM1 REQ store " ID " " TRACE " 1", "AM1 REQ .read " ID " " TRACE " 1", "AM1 REQ store. " ID " " TRACE " 1",
    "AM1 REQ Store.read " ID " " TRACE " 1", "AM1 REQ store.read 0123456789ABCDEF " TRACE " 1",
    "AM1 REQ store.read 0123 " TRACE " 1", "AM1 REQ store.read " ID " 00 1", "AM1 REQ store.read " ID " " TRACE,
    "AM1 REQ store.read " ID " " TRACE " ", "AM1 REQ store.read " ID " " TRACE " 01",
    "AM1 REQ store.read " ID " " TRACE " -1", "AM1 REQ store.read " ID " " TRACE " 1 ",
    "AM1 REQ store.read " ID " " TRACE " 1 2", "AM1  REQ store.read " ID " " TRACE " 1",
    "AM1 REQ store.read.it " ID " " TRACE " 1", "AM1 REQ store.read " ID " " TRACE " 1234567890123456789",
    "AM1 REQ store.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa " ID " " TRACE " 1",
};

static void
test_malformed_heads_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_heads / sizeof *bad_heads; i++) {
        msg_head_t head;
        if (msg_head_parse(&head, bad_heads[i], strlen(bad_heads[i])) != INVALID)
            fail_msg("accepted: %s", bad_heads[i]);
    }
}

static msg_t *
ping(const char *text)
{
    sys_ping_req_t request = { .text = text };
    return msg_new_req(&call_sys_ping, &request, NULL, msg_clock_ms() + 1000);
}

static void
test_a_reply_is_not_read_as_a_request(void **state)
{
    (void)state;
    msg_t *request = ping("hi");
    sys_ping_rep_t rep = { .text = "hi" };
    msg_t *reply = msg_new_rep(request, &call_sys_ping, &rep);
    sys_ping_req_t out;
    assert_int_equal(msg_read_req(reply, &call_sys_ping, &out, NULL), INVALID);
    assert_int_equal(msg_read_req(request, &call_sys_about, &out, NULL), INVALID);
    assert_int_equal(msg_read_req(request, &call_sys_ping, &out, NULL), OK);
    assert_string_equal(out.text, "hi");
    assert_string_equal(msg_head(reply)->id, msg_head(request)->id);
    assert_string_equal(msg_head(reply)->trace, msg_head(request)->trace);
    msg_destroy(&request);
    msg_destroy(&reply);
}

static void
test_an_error_travels_with_code_and_text(void **state)
{
    (void)state;
    msg_t *request = ping("");
    msg_t *error = msg_new_err(request, NOT_FOUND, "%s: no such page", "notes/a");
    assert_int_equal(msg_code(error), NOT_FOUND);
    assert_string_equal(msg_error_text(error), "notes/a: no such page");
    assert_int_equal(msg_code(request), INTERNAL);
    assert_int_equal(msg_code(NULL), INTERNAL);
    msg_destroy(&request);
    msg_destroy(&error);
}

static void
test_an_error_text_over_its_limit_leaves_the_code(void **state)
{
    (void)state;
    char text[4000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    msg_t *request = ping("");
    failure_t failure = { .code = "BUSY", .text = text };
    msg_t *error = msg_new_error(request, &failure);
    assert_int_equal(msg_code(error), BUSY);
    msg_destroy(&request);
    msg_destroy(&error);
}

// A ROUTER and a DEALER that are connected in this process.
typedef struct {
    zsock_t *router, *dealer;
} pair_t;

static pair_t
pair_new(const char *name)
{
    char endpoint[64];
    snprintf(endpoint, sizeof endpoint, "inproc://test-msg-%s", name);
    pair_t pair = { zsock_new(ZMQ_ROUTER), zsock_new(ZMQ_DEALER) };
    assert_int_not_equal(zsock_bind(pair.router, "%s", endpoint), -1);
    assert_int_equal(zsock_connect(pair.dealer, "%s", endpoint), 0);
    return pair;
}

static void
pair_destroy(pair_t *pair)
{
    zsock_destroy(&pair->router);
    zsock_destroy(&pair->dealer);
}

static void
test_a_request_and_its_answer_cross_a_router_with_blobs(void **state)
{
    (void)state;
    pair_t pair = pair_new("cross");
    msg_t *request = ping("there");
    zframe_t *blob = zframe_new("page", 4);
    msg_add_blob(request, &blob);
    assert_int_equal(msg_send(&request, pair.dealer), OK);
    assert_null(request);

    msg_t *got = msg_recv_routed(pair.router, NULL);
    assert_non_null(got);
    assert_int_equal(msg_blob_count(got), 1);
    assert_memory_equal(zframe_data(msg_blob(got, 0)), "page", 4);
    sys_ping_rep_t rep = { .text = "back" };
    msg_t *reply = msg_new_rep(got, &call_sys_ping, &rep);
    assert_int_equal(msg_send(&reply, pair.router), OK);

    msg_t *answer = msg_recv(pair.dealer, NULL);
    sys_ping_rep_t out;
    assert_int_equal(msg_read_rep(answer, &call_sys_ping, &out), OK);
    assert_string_equal(out.text, "back");
    msg_destroy(&got);
    msg_destroy(&answer);
    pair_destroy(&pair);
}

static void
test_a_message_that_was_lent_is_still_whole(void **state)
{
    (void)state;
    enum { SIZE = 100000 };
    pair_t pair = pair_new("lent");
    msg_t *request = ping("there");
    zframe_t *blob = zframe_new(NULL, SIZE);
    memset(zframe_data(blob), 'x', SIZE);
    const void *bytes = zframe_data(blob);
    msg_add_blob(request, &blob);
    for (int i = 0; i < 2; i++) {
        msg_t *copy = msg_lend(request);
        assert_int_equal(msg_send(&copy, pair.dealer), OK);
        msg_t *got = msg_recv_routed(pair.router, NULL);
        assert_string_equal(msg_head(got)->id, msg_head(request)->id);
        assert_ptr_equal(zframe_data(msg_blob(got, 0)), bytes);     // it was not copied on its way
        msg_destroy(&got);
    }
    msg_t *unsent = msg_lend(request);
    msg_destroy(&unsent);
    assert_int_equal(zframe_size(msg_blob(request, 0)), SIZE);
    assert_memory_equal((const char *)zframe_data(msg_blob(request, 0)) + SIZE - 3, "xxx", 3);
    msg_destroy(&request);
    pair_destroy(&pair);
}

static void
test_malformed_messages_are_dropped_whole(void **state)
{
    (void)state;
    pair_t pair = pair_new("malformed");
    zstr_sendx(pair.dealer, "garbage", "body", "blob", NULL);
    zstr_send(pair.dealer, "AM1 REQ sys.ping " ID " " TRACE " 1");
    zmsg_t *many = zmsg_new();
    zmsg_addstr(many, "AM1 REQ sys.ping " ID " " TRACE " 1");
    zmsg_addmem(many, "\x80", 1);
    for (int i = 0; i <= LIMIT_BLOB_FRAMES; i++)
        zmsg_addstr(many, "blob");
    zmsg_send(&many, pair.dealer);
    msg_t *good = ping("still here");
    msg_send(&good, pair.dealer);

    bool malformed = false;
    for (int i = 0; i < 3; i++) {
        assert_null(msg_recv_routed(pair.router, &malformed));
        assert_true(malformed);
    }
    msg_t *got = msg_recv_routed(pair.router, &malformed);
    assert_non_null(got);
    assert_false(malformed);
    msg_destroy(&got);
    assert_null(msg_recv_routed(pair.router, &malformed));
    assert_false(malformed);
    pair_destroy(&pair);
}

static void
test_a_full_queue_says_busy_and_leaves_the_message(void **state)
{
    (void)state;
    zsock_t *lonely = zsock_new(ZMQ_DEALER);    // connected to nobody
    msg_t *request = ping("");
    assert_int_equal(msg_send(&request, lonely), BUSY);
    assert_non_null(request);
    msg_destroy(&request);
    zsock_destroy(&lonely);
}

// ---- golden messages: tests/golden/<type>.<kind> holds head, then body in hex ----------------------------------

static void
golden_path(char path[512], const char *type, const char *kind)
{
    snprintf(path, 512, "%s/%s.%s", GOLDEN_DIR, type, kind);
}

static msg_t *
golden_make(const call_type_t *call, const schema_t *schema, msg_kind_t kind)
{
    arena_t arena = { 0 };
    void *record = arena_alloc(&arena, schema->size);
    sample_fill(schema, &arena, record, 2);
    msg_head_t head = { .kind = kind, .id = ID, .trace = TRACE, .deadline = 1764000000000 };
    snprintf(head.type, sizeof head.type, "%s", call->name);
    char text[LIMIT_HEAD_BYTES + 1];
    uint8_t *body = NULL;
    size_t sizes[2] = { msg_head_print(&head, text), 0 };
    assert_int_equal(record_encode(schema, record, &body, &sizes[1]), OK);
    const uint8_t *frames[2] = { (const uint8_t *)text, body };
    msg_t *self = NULL;
    assert_int_equal(msg_from_frames(&self, 2, frames, sizes), OK);
    free(body);
    arena_clear(&arena);
    return self;
}

static void
golden_write(const char *path, const msg_t *msg)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    char head[LIMIT_HEAD_BYTES + 1];
    msg_head_print(msg_head(msg), head);
    fprintf(file, "%s\n", head);
    size_t size = 0;
    const uint8_t *body = msg_body(msg, &size);
    for (size_t i = 0; i < size; i++)
        fprintf(file, "%02x%s", body[i], i % 40 == 39? "\n": "");
    fprintf(file, "\n");
    assert_int_equal(fclose(file), 0);
}

static msg_t *
golden_read(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s is missing: WIKIBOT_GOLDEN=write %s writes those that are not there", path, "test_proto_msg");
    char head[LIMIT_HEAD_BYTES + 2];
    assert_non_null(fgets(head, sizeof head, file));
    head[strcspn(head, "\n")] = '\0';
    static uint8_t body[LIMIT_BODY_BYTES];
    size_t sizes[2] = { strlen(head), 0 };
    unsigned byte = 0;
    while (fscanf(file, "%2x", &byte) == 1)
        body[sizes[1]++] = (uint8_t)byte;
    fclose(file);
    const uint8_t *frames[2] = { (const uint8_t *)head, body };
    msg_t *self = NULL;
    assert_int_equal(msg_from_frames(&self, 2, frames, sizes), OK);
    return self;
}

// What was sent once is understood for ever, and says the same when it is sent again.
static void
golden_check(const call_type_t *call, const schema_t *schema, msg_kind_t kind, const char *name)
{
    char path[512];
    golden_path(path, call->name, name);
    const char *mode = getenv("WIKIBOT_GOLDEN");
    if (mode && strcmp(mode, "write") == 0 && access(path, F_OK) != 0) {
        msg_t *fresh = golden_make(call, schema, kind);
        golden_write(path, fresh);
        msg_destroy(&fresh);
    }
    msg_t *kept = golden_read(path);
    assert_int_equal(msg_head(kept)->kind, kind);
    assert_string_equal(msg_head(kept)->type, call->name);
    arena_t arena = { 0 };
    void *record = arena_alloc(&arena, schema->size);
    size_t size = 0, size_again = 0;
    const uint8_t *body = msg_body(kept, &size);
    uint8_t *again = NULL;
    assert_int_equal(record_decode(schema, body, size, &arena, record, NULL), OK);
    assert_int_equal(record_encode(schema, record, &again, &size_again), OK);
    assert_int_equal(size, size_again);
    assert_memory_equal(body, again, size);
    free(again);
    arena_clear(&arena);
    msg_destroy(&kept);
}

static void
test_golden_messages_of_every_type_are_understood(void **state)
{
    (void)state;
    for (const call_type_t *const *call = contract_calls(); *call; call++) {
        if ((*call)->reply) {
            golden_check(*call, (*call)->request, MSG_REQ, "req");
            golden_check(*call, (*call)->reply, MSG_REP, "rep");
        } else {
            golden_check(*call, (*call)->request, MSG_EVT, "evt");
        }
    }
    static const call_type_t any = { "sys.error", &failure_schema, NULL, false, "" };
    golden_check(&any, &failure_schema, MSG_ERR, "err");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_head_prints_back_to_the_same_bytes),
        cmocka_unit_test(test_malformed_heads_are_refused),
        cmocka_unit_test(test_a_reply_is_not_read_as_a_request),
        cmocka_unit_test(test_an_error_travels_with_code_and_text),
        cmocka_unit_test(test_an_error_text_over_its_limit_leaves_the_code),
        cmocka_unit_test(test_a_request_and_its_answer_cross_a_router_with_blobs),
        cmocka_unit_test(test_a_message_that_was_lent_is_still_whole),
        cmocka_unit_test(test_malformed_messages_are_dropped_whole),
        cmocka_unit_test(test_a_full_queue_says_busy_and_leaves_the_message),
        cmocka_unit_test(test_golden_messages_of_every_type_are_understood),
    };
    zsys_init();
    zsys_handler_set(NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    zsys_shutdown();
    return failed;
}
