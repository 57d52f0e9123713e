#include "kit_store.h"
#include "../actors/store/actor.h"

static rule_t everything[] = { { .glob = "**", .rights = 15 } };
static rule_t no_secrets[] = { { .glob = "secret/**", .rights = 0 }, { .glob = "drafts/**", .rights = 1 },
                               { .glob = "**", .rights = 3 } };
static const caller_t anybody = { .name = "Ada", .email = "ada@example.org", .client = "test", .rules = everything,
                                  .rules_count = 1 };
static const caller_t guest = { .name = "Guest", .rules = no_secrets, .rules_count = 3 };

// The actor on the kit's repository.
static void *
open_actor(const kit_t *kit)
{
    void *state = NULL;
    zconfig_t *config = zconfig_new("root", NULL);
    zconfig_put(config, "settings/repository", kit->repo);
    assert_int_equal(store_actor.open(&state, config), OK);
    zconfig_destroy(&config);
    return state;
}

// Asks with an optional blob 0.
static msg_t *
ask(void *state, const call_type_t *call, const void *record, const char *blob)
{
    msg_t *request = msg_new_req(call, record, NULL, msg_clock_ms() + 10000);
    assert_non_null(request);
    zframe_t *frame = blob? zframe_new(blob, strlen(blob)): NULL;
    if (frame)
        msg_add_blob(request, &frame);
    return actor_dispatch(&store_actor, state, &request);
}

static void
expect_text(const msg_t *answer, size_t blob, const char *text)
{
    zframe_t *frame = msg_blob(answer, blob);
    assert_non_null(frame);
    assert_int_equal(zframe_size(frame), strlen(text));
    assert_memory_equal(zframe_data(frame), text, strlen(text));
}

static kit_t *
kit_of_rules(void)
{
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && mkdir Secret drafts && echo open > home.md && echo x > Secret/Plan.md && "
                 "echo x > Secret/pic.png && echo x > drafts/d.md && git add -A && git commit -q -m files");
    return kit;
}

static void
test_a_page_comes_with_its_text_beside_the_record(void **state)
{
    (void)state;
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    store_read_rep_t rep;
    store_read_req_t req = { .caller = anybody, .path = "Home" };
    msg_t *answer = ask(actor, &call_store_read, &req, NULL);
    assert_int_equal(msg_code(answer), OK);
    assert_int_equal(msg_read_rep(answer, &call_store_read, &rep), OK);
    assert_string_equal(rep.file, "home.md");
    assert_string_equal(rep.page, "home");
    assert_int_equal(rep.total, 5);
    expect_text(answer, 0, "open\n");
    msg_destroy(&answer);
    req.offset = -1;
    answer = ask(actor, &call_store_read, &req, NULL);
    assert_int_equal(msg_code(answer), INVALID);
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

// The code of a read by the guest.
static code_t
guest_reads(void *actor, const char *path, bool exact)
{
    store_read_req_t req = { .caller = guest, .path = path, .exact = exact };
    msg_t *answer = ask(actor, &call_store_read, &req, NULL);
    code_t code = msg_code(answer);
    msg_destroy(&answer);
    return code;
}

static void
test_what_one_may_not_read_is_not_there(void **state)
{
    (void)state;
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    assert_int_equal(guest_reads(actor, "home", false), OK);
    assert_int_equal(guest_reads(actor, "secret/plan", false), NOT_FOUND);
    assert_int_equal(guest_reads(actor, "Secret/Plan.md", true), NOT_FOUND);
    assert_int_equal(guest_reads(actor, "Secret/pic.png", true), NOT_FOUND);

    const char *paths[] = { "home", "secret/plan", "Secret/pic.png", "Secret", "drafts" };
    store_around_req_t around = { .caller = guest, .path = "home", .links = paths, .links_count = 5 };
    store_around_rep_t seen;
    msg_t *answer = ask(actor, &call_store_around, &around, NULL);
    assert_int_equal(msg_read_rep(answer, &call_store_around, &seen), OK);
    assert_string_equal(seen.kinds, "10003");
    assert_string_equal(seen.home, "home");
    assert_int_equal(seen.levels_count, 1);
    assert_string_equal(seen.levels[0].rows, "3drafts\n1home\n");
    assert_string_equal(seen.levels[0].open, "home");
    msg_destroy(&answer);

    store_list_req_t list = { .caller = guest };
    store_list_rep_t listed;
    answer = ask(actor, &call_store_list, &list, NULL);
    assert_int_equal(msg_read_rep(answer, &call_store_list, &listed), OK);
    assert_int_equal(listed.rows_count, 2);
    assert_int_equal(listed.total, 2);
    msg_destroy(&answer);

    store_changes_req_t changes = { .caller = guest };
    store_changes_rep_t changed;
    answer = ask(actor, &call_store_changes, &changes, NULL);
    assert_int_equal(msg_read_rep(answer, &call_store_changes, &changed), OK);
    assert_int_equal(changed.rows_count, 2);
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

static void
test_what_one_may_not_read_has_no_past(void **state)
{
    (void)state;
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    store_history_req_t history = { .caller = guest, .path = "secret/plan" };
    msg_t *answer = ask(actor, &call_store_history, &history, NULL);
    assert_int_equal(msg_code(answer), NOT_FOUND);
    msg_destroy(&answer);
    store_diff_req_t diff = { .caller = guest, .path = "secret/plan", .from = "", .to = "HEAD" };
    answer = ask(actor, &call_store_diff, &diff, NULL);
    assert_int_equal(msg_code(answer), NOT_FOUND);
    msg_destroy(&answer);
    store_blame_req_t blame = { .caller = guest, .path = "Secret/Plan" };
    answer = ask(actor, &call_store_blame, &blame, NULL);
    assert_int_equal(msg_code(answer), NOT_FOUND);
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

static msg_t *
put(void *actor, const caller_t *caller, const char *path, const char *base, const char *text)
{
    store_change_t change = { .action = "put", .path = path, .base = base, .size = (int64_t)strlen(text) };
    store_commit_req_t req = { .caller = *caller, .changes = &change, .changes_count = 1, .message = "by a test" };
    return ask(actor, &call_store_commit, &req, text);
}

static void
test_one_may_not_write_without_the_right(void **state)
{
    (void)state;
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    static const char *const forbidden[] = { "drafts/d", "drafts/new", "SECRET/plan", "secret/new" };
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        msg_t *answer = put(actor, &guest, forbidden[i], "", "x");
        assert_int_equal(msg_code(answer), FORBIDDEN);
        msg_destroy(&answer);
    }
    store_change_t upload = { .action = "put", .path = "pic.png", .exact = true };
    store_commit_req_t req = { .caller = guest, .changes = &upload, .changes_count = 1 };
    msg_t *answer = ask(actor, &call_store_commit, &req, NULL);
    assert_int_equal(msg_code(answer), FORBIDDEN);
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

static void
test_a_commit_is_answered_by_the_flush(void **state)
{
    (void)state;
    char base[41], text[256];
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    store_commit_rep_t rep;
    kit_head(kit, base);
    msg_t *answer = put(actor, &anybody, "Home", base, "changed\n");
    if (msg_code(answer) != OK)
        fail_msg("%s", msg_error_text(answer));
    assert_int_equal(msg_read_rep(answer, &call_store_commit, &rep), OK);
    assert_int_equal(rep.files_count, 1);
    assert_string_equal(rep.files[0], "home.md");
    msg_destroy(&answer);
    kit_ask(kit, "git show HEAD:home.md", text, sizeof text);
    assert_string_equal(text, "changed");
    kit_ask(kit, "git log -1 --format='%an %s'", text, sizeof text);
    assert_string_equal(text, "Ada by a test");
    store_actor.close(&actor);
    kit_destroy(&kit);
}

static void
test_a_conflict_brings_all_sides(void **state)
{
    (void)state;
    char base[41], head[41];
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    kit_head(kit, base);
    kit_commit(kit, "home.md", "theirs\n");
    kit_head(kit, head);
    msg_t *answer = put(actor, &anybody, "home", base, "ours\n");
    assert_int_equal(msg_code(answer), CONFLICT);
    assert_string_equal(msg_error(answer)->commit, head);
    assert_string_equal(msg_error(answer)->path, "home.md");
    assert_int_equal(msg_blob_count(answer), 4);
    expect_text(answer, 0, "open\n");
    expect_text(answer, 1, "ours\n");
    expect_text(answer, 2, "theirs\n");
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

static void
test_a_revert_is_a_commit(void **state)
{
    (void)state;
    char bad[41], text[256];
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    kit_commit(kit, "home.md", "vandalised\n");
    kit_head(kit, bad);
    store_revert_rep_t rep;
    store_revert_req_t req = { .caller = anybody, .commit = bad };
    msg_t *answer = ask(actor, &call_store_revert, &req, NULL);
    if (msg_code(answer) != OK)
        fail_msg("%s", msg_error_text(answer));
    assert_int_equal(msg_read_rep(answer, &call_store_revert, &rep), OK);
    assert_false(rep.unchanged);
    msg_destroy(&answer);
    kit_ask(kit, "git show HEAD:home.md", text, sizeof text);
    assert_string_equal(text, "open");
    kit_ask(kit, "git log -1 --format=%s", text, sizeof text);
    assert_string_equal(text, "Revert \"change home.md\"");
    answer = ask(actor, &call_store_revert, &req, NULL);
    assert_int_equal(msg_read_rep(answer, &call_store_revert, &rep), OK);
    assert_true(rep.unchanged);
    msg_destroy(&answer);
    kit_commit(kit, "home.md", "later\n");
    answer = ask(actor, &call_store_revert, &req, NULL);
    assert_int_equal(msg_code(answer), CONFLICT);
    assert_int_equal(msg_blob_count(answer), 4);
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

static void
test_content_outside_the_blob_is_invalid(void **state)
{
    (void)state;
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    static const int64_t places[][2] = { { 0, 6 }, { 5, 1 }, { 6, 0 }, { -1, 2 }, { 2, -1 }, { INT64_MAX, INT64_MAX } };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        store_change_t change = { .action = "put", .path = "new", .offset = places[i][0], .size = places[i][1] };
        store_commit_req_t req = { .caller = anybody, .changes = &change, .changes_count = 1 };
        msg_t *answer = ask(actor, &call_store_commit, &req, "12345");
        assert_int_equal(msg_code(answer), INVALID);
        msg_destroy(&answer);
    }
    store_actor.close(&actor);
    kit_destroy(&kit);
}

static void
test_the_head_says_where_the_wiki_stands(void **state)
{
    (void)state;
    char head[41];
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    kit_head(kit, head);
    store_head_rep_t rep;
    store_head_req_t req = { .caller = anybody };
    msg_t *answer = ask(actor, &call_store_head, &req, NULL);
    assert_int_equal(msg_read_rep(answer, &call_store_head, &rep), OK);
    assert_string_equal(rep.commit, head);
    assert_string_equal(rep.home, "home");
    assert_true(rep.writable);
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

// The code of what an index asks, by somebody with these rules; an answer is read.
static code_t
index_asks(void *actor, const caller_t *caller, store_log_rep_t *rep)
{
    store_log_req_t req = { .caller = *caller };
    msg_t *answer = ask(actor, &call_store_log, &req, NULL);
    code_t code = msg_code(answer);
    if (code == OK && msg_read_rep(answer, &call_store_log, rep) == OK) {
        assert_int_equal(rep->rows_count, 1);
        assert_int_equal(rep->rows[0].files_count, 4);
        assert_string_equal(rep->rows[0].files[3].file, "home.md");
        const char *ids[] = { rep->rows[0].files[3].blob, rep->rows[0].commit };
        store_texts_rep_t kinds;
        store_texts_req_t texts = { .caller = *caller, .blobs = ids, .blobs_count = 2 };
        msg_t *second = ask(actor, &call_store_texts, &texts, NULL);
        assert_int_equal(msg_read_rep(second, &call_store_texts, &kinds), OK);
        assert_string_equal(kinds.kinds, "tm");
        expect_text(second, 0, "open\n");
        expect_text(second, 1, "");
        msg_destroy(&second);
    }
    msg_destroy(&answer);
    return code;
}

static void
test_the_log_is_for_those_who_may_read_everything(void **state)
{
    (void)state;
    kit_t *kit = kit_of_rules();
    void *actor = open_actor(kit);
    store_log_rep_t rep;
    rule_t write_only[] = { { .glob = "**", .rights = 2 } };
    caller_t writer = { .rules = write_only, .rules_count = 1 }, nobody = { .name = "Nobody" };
    assert_int_equal(index_asks(actor, &anybody, &rep), OK);
    assert_int_equal(index_asks(actor, &guest, &rep), FORBIDDEN);
    assert_int_equal(index_asks(actor, &writer, &rep), FORBIDDEN);
    assert_int_equal(index_asks(actor, &nobody, &rep), FORBIDDEN);
    store_texts_req_t texts = { .caller = guest };
    msg_t *answer = ask(actor, &call_store_texts, &texts, NULL);
    assert_int_equal(msg_code(answer), FORBIDDEN);
    msg_destroy(&answer);
    store_actor.close(&actor);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_comes_with_its_text_beside_the_record),
        cmocka_unit_test(test_what_one_may_not_read_is_not_there),
        cmocka_unit_test(test_what_one_may_not_read_has_no_past),
        cmocka_unit_test(test_one_may_not_write_without_the_right),
        cmocka_unit_test(test_a_commit_is_answered_by_the_flush),
        cmocka_unit_test(test_a_conflict_brings_all_sides),
        cmocka_unit_test(test_a_revert_is_a_commit),
        cmocka_unit_test(test_content_outside_the_blob_is_invalid),
        cmocka_unit_test(test_the_head_says_where_the_wiki_stands),
        cmocka_unit_test(test_the_log_is_for_those_who_may_read_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
