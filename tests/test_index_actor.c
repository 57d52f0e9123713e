// The index behind its messages: what is answered, to whom, and of which commit
#include "index_kit.h"
#include "../actors/index/actor.h"
#include "../actors/index/actor_internal.h"
#include "../actors/core/dispatch.h"

static rule_t everything[] = { { .glob = "**", .rights = 15 } };
static rule_t no_secrets[] = { { .glob = "secret/**", .rights = 0 }, { .glob = "**", .rights = 1 } };
static const caller_t anybody = { .name = "Ada", .rules = everything, .rules_count = 1 };
static const caller_t guest = { .name = "Guest", .rules = no_secrets, .rules_count = 2 };
static const caller_t nobody = { .name = "Nobody" };

typedef struct {
    kit_t *kit;
    zconfig_t *config;
    void *actor;
} bench_t;

// The kit's index, made again as the actor wants it.
static int
setup(void **state)
{
    void *kit_state = NULL;
    const char *why = NULL;
    code_t code = OK;
    bench_t *self = calloc(1, sizeof *self);
    kit_setup(&kit_state);
    self->kit = kit_state;
    self->config = zconfig_new("root", NULL);
    zconfig_put(self->config, "settings/index", self->kit->folder);
    assert_int_equal(index_actor.open(&self->actor, self->config), OK);
    index_close(&self->kit->index);
    assert_int_equal(remove(self->kit->file), 0);
    const index_options_t options = { .file = self->kit->file, .write = true,
                                      .fingerprint = ((state_t *)self->actor)->fingerprint };
    self->kit->index = index_open(&options, &code, &why);
    assert_int_equal(code, OK);
    *state = self;
    return 0;
}

static int
teardown(void **state)
{
    bench_t *self = *state;
    void *kit_state = self->kit;
    index_actor.close(&self->actor);
    zconfig_destroy(&self->config);
    kit_teardown(&kit_state);
    free(self);
    return 0;
}

static msg_t *
ask(bench_t *self, const call_type_t *call, const void *record)
{
    msg_t *request = msg_new_req(call, record, NULL, msg_clock_ms() + 10000);
    assert_non_null(request);
    return actor_dispatch(&index_actor, self->actor, &request);
}

static msg_t *
ask_well(bench_t *self, const call_type_t *call, const void *record, void *reply)
{
    msg_t *answer = ask(self, call, record);
    if (msg_code(answer) != OK)
        fail_msg("%s: %s", call->name, msg_error_text(answer));
    assert_int_equal(msg_read_rep(answer, call, reply), OK);
    return answer;
}

static void
expect_blob(const msg_t *answer, size_t index, const char *text)
{
    zframe_t *frame = msg_blob(answer, index);
    assert_non_null(frame);
    assert_int_equal(zframe_size(frame), strlen(text));
    assert_memory_equal(zframe_data(frame), text, strlen(text));
}

// ---- which state ----------------------------------------------------------------------------------------------------

static void
test_an_answer_says_its_commit_and_whether_it_is_behind(void **state)
{
    bench_t *self = *state;
    index_list_rep_t rep;
    index_list_req_t req = { .caller = anybody, .at_least = "c1" };
    kit_put(self->kit, "a.md", "x");
    kit_commit(self->kit, "c1", 'a', "a.md", "");
    kit_commit(self->kit, "c2", 'm', "a.md", "");
    msg_t *answer = ask_well(self, &call_index_list, &req, &rep);
    assert_string_equal(rep.commit, "c2");
    assert_false(rep.behind);
    msg_destroy(&answer);
    req.at_least = "c3";
    answer = ask_well(self, &call_index_list, &req, &rep);
    assert_true(rep.behind);
    assert_int_equal(rep.rows_count, 1);
    msg_destroy(&answer);
    kit_commit(self->kit, "c3", 'm', "a.md", "");
    answer = ask_well(self, &call_index_list, &req, &rep);
    assert_false(rep.behind);
    assert_string_equal(rep.rows[0].revision, "c3");
    msg_destroy(&answer);
}

static void
test_without_an_index_there_is_none_to_ask(void **state)
{
    bench_t *self = *state;
    index_about_rep_t rep;
    index_close(&self->kit->index);
    assert_int_equal(remove(self->kit->file), 0);
    msg_t *answer = ask(self, &call_index_list, &(index_list_req_t){ .caller = anybody });
    assert_int_equal(msg_code(answer), UNAVAILABLE);
    msg_destroy(&answer);
    answer = ask_well(self, &call_index_about, &(index_about_req_t){ .caller = anybody }, &rep);
    assert_true(rep.building);
    msg_destroy(&answer);
}

static void
test_a_new_index_is_noticed(void **state)
{
    bench_t *self = *state;
    index_about_rep_t rep;
    char made[128];
    code_t code = OK;
    const char *why = NULL;
    kit_put(self->kit, "a.md", "x");
    msg_t *answer = ask_well(self, &call_index_about, &(index_about_req_t){ .caller = anybody }, &rep);
    assert_int_equal(rep.pages, 1);
    msg_destroy(&answer);
    index_close(&self->kit->index);
    snprintf(made, sizeof made, "%s/made", self->kit->folder);
    const index_options_t options = { .file = made, .write = true,
                                      .fingerprint = ((state_t *)self->actor)->fingerprint };
    self->kit->index = index_open(&options, &code, &why);
    kit_put(self->kit, "a.md", "x");
    kit_put(self->kit, "b.md", "x");
    index_close(&self->kit->index);
    assert_int_equal(index_swap_in(made, self->kit->file), OK);
    answer = ask_well(self, &call_index_about, &(index_about_req_t){ .caller = anybody }, &rep);
    assert_int_equal(rep.pages, 2);
    assert_false(rep.building);
    msg_destroy(&answer);
}

static void
test_a_damaged_index_is_away_and_reported_once(void **state)
{
    bench_t *self = *state;
    for (int i = 0; i < 40; i++) {
        char file[32];
        snprintf(file, sizeof file, "page %d.md", i);
        kit_put(self->kit, file, "words");
    }
    index_close(&self->kit->index);             // all of it is in the file now
    FILE *file = fopen(self->kit->file, "r+b");
    assert_int_equal(fseek(file, 8192, SEEK_SET), 0);
    for (int i = 0; i < 400 * 1024; i++)
        fputc('x', file);
    fclose(file);
    assert_false(reader_found_damage(self->actor));
    msg_t *answer = ask(self, &call_index_list, &(index_list_req_t){ .caller = anybody });
    assert_int_equal(msg_code(answer), UNAVAILABLE);
    msg_destroy(&answer);
    assert_true(reader_found_damage(self->actor));
    assert_false(reader_found_damage(self->actor));
}

// ---- who ------------------------------------------------------------------------------------------------------------

static void
put_secrets(bench_t *self)
{
    kit_put_linked(self->kit, "home.md", "words", "w secret/plan w open");
    kit_put_linked(self->kit, "open.md", "words", "w home");
    kit_put_linked(self->kit, "Secret/Plan.md", "words", "w open w other");
    kit_commit(self->kit, "c1", 'a', "home.md", "");
    kit_commit(self->kit, "c2", 'a', "Secret/Plan.md", "");
}

static void
test_a_rule_is_about_the_folded_name_too(void **state)
{
    bench_t *self = *state;
    index_list_rep_t list;
    index_history_rep_t history;
    put_secrets(self);
    msg_t *answer = ask_well(self, &call_index_list, &(index_list_req_t){ .caller = guest }, &list);
    assert_int_equal(list.total, 2);
    assert_int_equal(list.rows_count, 2);
    msg_destroy(&answer);
    answer = ask_well(self, &call_index_history, &(index_history_req_t){ .caller = guest }, &history);
    assert_int_equal(history.rows_count, 1);
    assert_string_equal(history.rows[0].commit, "c1");
    msg_destroy(&answer);
    answer = ask(self, &call_index_history, &(index_history_req_t){ .caller = guest, .path = "secret/plan" });
    assert_int_equal(msg_code(answer), NOT_FOUND);
    msg_destroy(&answer);
    answer = ask_well(self, &call_index_list, &(index_list_req_t){ .caller = nobody }, &list);
    assert_int_equal(list.total, 0);
    msg_destroy(&answer);
}

static void
test_what_a_guest_may_see_is_counted_once(void **state)
{
    bench_t *self = *state;
    index_list_rep_t rep;
    index_list_req_t req = { .caller = guest, .limit = 1 };
    put_secrets(self);
    for (int i = 0; i < 3; i++) {
        req.cursor = i < 2? "": "home.md";
        msg_t *answer = ask_well(self, &call_index_list, &req, &rep);
        assert_int_equal(rep.total, 2);
        assert_string_equal(rep.rows[0].file, i < 2? "home.md": "open.md");
        assert_string_equal(rep.cursor, i < 2? "home.md": "");
        msg_destroy(&answer);
    }
    kit_put(self->kit, "new.md", "x");
    kit_commit(self->kit, "c9", 'a', "new.md", "");
    req.cursor = "";
    msg_t *answer = ask_well(self, &call_index_list, &req, &rep);
    assert_int_equal(rep.total, 3);
    msg_destroy(&answer);
    req.caller = anybody;
    answer = ask_well(self, &call_index_list, &req, &rep);
    assert_int_equal(rep.total, 4);
    msg_destroy(&answer);
}

static void
test_a_hidden_page_looks_like_one_that_is_missing(void **state)
{
    bench_t *self = *state;
    index_page_rep_t rep;
    put_secrets(self);
    index_page_req_t req = { .caller = guest, .path = "secret/plan" };
    msg_t *answer = ask_well(self, &call_index_page, &req, &rep);
    assert_false(rep.found);
    expect_blob(answer, 0, "");
    expect_blob(answer, 1, "");
    expect_blob(answer, 2, "w1home\n");
    msg_destroy(&answer);
    req.path = "home";
    answer = ask_well(self, &call_index_page, &req, &rep);
    expect_blob(answer, 1, "w1open\nw0secret/plan\n");
    msg_destroy(&answer);
    req.caller = anybody;
    answer = ask_well(self, &call_index_page, &req, &rep);
    expect_blob(answer, 1, "w1Secret/Plan\nw1open\n");
    msg_destroy(&answer);
}

// ---- what -----------------------------------------------------------------------------------------------------------

static void
test_a_page_comes_with_its_change_and_its_links(void **state)
{
    bench_t *self = *state;
    index_page_rep_t rep;
    put_secrets(self);
    kit_commit(self->kit, "c3", 'm', "open.md", "");
    const index_page_req_t req = { .caller = anybody, .path = "/Open.md" };
    msg_t *answer = ask_well(self, &call_index_page, &req, &rep);
    assert_true(rep.found);
    assert_string_equal(rep.row.file, "open.md");
    assert_string_equal(rep.row.page, "open");
    assert_string_equal(rep.row.revision, "c3");
    assert_string_equal(rep.change.commit, "c3");
    assert_string_equal(rep.change.change, "modified");
    assert_string_equal(rep.change.author, "Ada");
    assert_int_equal(rep.change.when, 1000);
    expect_blob(answer, 1, "w1home\n");
    expect_blob(answer, 2, "w1Secret/Plan\nw1home\n");
    msg_destroy(&answer);
}

static void
test_a_missing_page_is_told_who_links_to_it_in_any_spelling(void **state)
{
    bench_t *self = *state;
    index_page_rep_t rep;
    put_secrets(self);
    const index_page_req_t req = { .caller = anybody, .path = "Other.md" };
    msg_t *answer = ask_well(self, &call_index_page, &req, &rep);
    assert_false(rep.found);
    expect_blob(answer, 2, "w1Secret/Plan\n");
    msg_destroy(&answer);
}

static void
test_an_answer_holds_what_fits_and_goes_on(void **state)
{
    bench_t *self = *state;
    enum { PAGES = 300 };
    char cursor[PAGE_ID_SIZE] = "", file[1100], deep[900];
    size_t rows = 0, answers = 0;
    memset(deep, 'd', sizeof deep - 1);
    for (size_t i = 240; i < sizeof deep - 1; i += 241)
        deep[i] = '/';
    deep[sizeof deep - 1] = 0;
    for (int i = 0; i < PAGES; i++) {
        snprintf(file, sizeof file, "%s/%04d.md", deep, i);
        kit_put(self->kit, file, "x");
    }
    do {
        index_list_rep_t rep;
        const index_list_req_t req = { .caller = anybody, .cursor = cursor };
        msg_t *answer = ask_well(self, &call_index_list, &req, &rep);
        assert_int_equal(rep.total, PAGES);
        rows += rep.rows_count;
        answers++;
        snprintf(cursor, sizeof cursor, "%s", rep.cursor);
        msg_destroy(&answer);
    } while (*cursor);
    assert_int_equal(rows, PAGES);
    assert_in_range(answers, 3, 10);
}

static void
test_a_commit_of_many_files_tells_those_that_fit(void **state)
{
    bench_t *self = *state;
    enum { FILES = 400 };
    char files[FILES][1000];
    index_change_t changes[FILES];
    index_history_rep_t rep;
    for (size_t i = 0; i < FILES; i++) {
        memset(files[i], 'd', sizeof files[i]);
        for (size_t j = 200; j < 900; j += 200)
            files[i][j] = '/';
        snprintf(files[i] + 900, 20, "%04zu.md", i);
        changes[i] = (index_change_t){ .file = files[i], .from = "", .change = 'a' };
    }
    const index_log_t log = { .commit = "c1", .parent = "", .author = "Ada", .email = "", .message = "",
                              .changes = changes, .change_count = FILES };
    assert_int_equal(index_begin(self->kit->index), OK);
    assert_int_equal(index_put_commit(self->kit->index, &log), OK);
    assert_int_equal(index_commit(self->kit->index), OK);
    kit_commit(self->kit, "c2", 'a', "a.md", "");
    const index_history_req_t req = { .caller = anybody, .files = 1000 };
    msg_t *answer = ask_well(self, &call_index_history, &req, &rep);
    assert_int_equal(rep.rows_count, 2);
    assert_int_equal(rep.rows[1].file_count, FILES);
    assert_in_range(rep.rows[1].files_count, 100, FILES - 1);
    assert_string_equal(rep.rows[1].files[0], files[0]);
    assert_string_equal(rep.cursor, "");
    msg_destroy(&answer);
}

static void
test_lists_of_what_leads_nowhere_go_on_behind_their_cursor(void **state)
{
    bench_t *self = *state;
    index_wanted_rep_t wanted;
    index_broken_rep_t broken;
    kit_put_linked(self->kit, "a.md", "x", "w one m two w two i three.png");
    index_wanted_req_t req = { .caller = anybody, .limit = 1 };
    msg_t *answer = ask_well(self, &call_index_wanted, &req, &wanted);
    assert_int_equal(wanted.total, 2);
    assert_string_equal(wanted.rows[0].page, "one");
    assert_string_equal(wanted.rows[0].from[0], "a");
    assert_string_equal(wanted.cursor, "1");
    msg_destroy(&answer);
    req.cursor = "1";
    answer = ask_well(self, &call_index_wanted, &req, &wanted);
    assert_string_equal(wanted.rows[0].page, "two");
    assert_string_equal(wanted.cursor, "");
    msg_destroy(&answer);
    req.cursor = "x";
    answer = ask(self, &call_index_wanted, &req);
    assert_int_equal(msg_code(answer), INVALID);
    msg_destroy(&answer);
    const index_broken_req_t next = { .caller = anybody, .limit = 2, .cursor = "2" };
    answer = ask_well(self, &call_index_broken, &next, &broken);
    assert_int_equal(broken.total, 4);
    assert_int_equal(broken.rows_count, 2);
    assert_string_equal(broken.rows[1].why, "file");
    assert_string_equal(broken.rows[1].kind, "image");
    msg_destroy(&answer);
}

static void
test_what_takes_long_is_left_to_a_worker(void **state)
{
    bench_t *self = *state;
    char file[32];
    for (int i = 0; i < 60; i++) {
        snprintf(file, sizeof file, "page %d.md", i);
        kit_put_linked(self->kit, file, "x", "w popular w missing w other");
    }
    kit_put(self->kit, "popular.md", "x");
    const struct { const call_type_t *call; const void *req; bool later; } asks[] = {
        { &call_index_page, &(index_page_req_t){ .caller = anybody, .path = "page 1" }, false },
        { &call_index_page, &(index_page_req_t){ .caller = anybody, .path = "popular" }, true },
        { &call_index_page, &(index_page_req_t){ .caller = anybody, .path = "Missing" }, true },
        { &call_index_list, &(index_list_req_t){ .caller = anybody, .limit = 50 }, false },
        { &call_index_list, &(index_list_req_t){ .caller = guest, .limit = 50 }, true },
        { &call_index_list, &(index_list_req_t){ .caller = anybody, .limit = 50, .author = "x" }, true },
        { &call_index_list, &(index_list_req_t){ .caller = anybody }, true },
        { &call_index_history, &(index_history_req_t){ .caller = anybody }, false },
        { &call_index_history, &(index_history_req_t){ .caller = guest }, true } };
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        const route_t *route = index_actor.routes;
        while (route->call != asks[i].call)
            route++;
        assert_true(route->quick);
        msg_t *request = msg_new_req(asks[i].call, asks[i].req, NULL, msg_clock_ms() + 10000);
        msg_t *answer = dispatch_quick(route, self->actor, &request);
        assert_int_equal(answer == NULL, asks[i].later);
        msg_destroy(&answer);
        msg_destroy(&request);
    }
}

static void
test_the_graph_comes_in_two_blobs(void **state)
{
    bench_t *self = *state;
    index_graph_rep_t rep;
    put_secrets(self);
    msg_t *answer = ask_well(self, &call_index_graph, &(index_graph_req_t){ .caller = anybody }, &rep);
    expect_blob(answer, 0, "1Secret/Plan\n1home\n1open\n0other\n");
    expect_blob(answer, 1, "wSecret/Plan\topen\nwSecret/Plan\tother\nwhome\tSecret/Plan\nwhome\topen\nwopen\thome\n");
    assert_int_equal(rep.nodes, 4);
    assert_int_equal(rep.edges, 5);
    msg_destroy(&answer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_answer_says_its_commit_and_whether_it_is_behind),
        TEST(test_without_an_index_there_is_none_to_ask),
        TEST(test_a_new_index_is_noticed),
        TEST(test_a_damaged_index_is_away_and_reported_once),
        TEST(test_a_rule_is_about_the_folded_name_too),
        TEST(test_what_a_guest_may_see_is_counted_once),
        TEST(test_a_hidden_page_looks_like_one_that_is_missing),
        TEST(test_a_page_comes_with_its_change_and_its_links),
        TEST(test_a_missing_page_is_told_who_links_to_it_in_any_spelling),
        TEST(test_an_answer_holds_what_fits_and_goes_on),
        TEST(test_a_commit_of_many_files_tells_those_that_fit),
        TEST(test_lists_of_what_leads_nowhere_go_on_behind_their_cursor),
        TEST(test_what_takes_long_is_left_to_a_worker),
        TEST(test_the_graph_comes_in_two_blobs),
    };
    return cmocka_run_group_tests_name("index_actor", tests, NULL, NULL);
}
