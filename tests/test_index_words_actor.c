// Searching behind its messages: what is answered, to whom, and in how many parts
#include "words_kit.h"
#include "../actors/core/dispatch.h"
#include "../actors/index/actor.h"
#include "../actors/index/actor_internal.h"

static rule_t everything[] = { { .glob = "**", .rights = 15 } };
static rule_t no_secrets[] = { { .glob = "secret/**", .rights = 0 }, { .glob = "**", .rights = 1 } };
static const caller_t anybody = { .name = "Ada", .rules = everything, .rules_count = 1 };
static const caller_t guest = { .name = "Guest", .rules = no_secrets, .rules_count = 2 };

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
ask(bench_t *self, const call_type_t *call, const void *record, code_t wanted, void *reply)
{
    msg_t *request = msg_new_req(call, record, NULL, msg_clock_ms() + 10000);
    assert_non_null(request);
    msg_t *answer = actor_dispatch(&index_actor, self->actor, &request);
    assert_int_equal(msg_code(answer), wanted);
    if (wanted == OK)
        assert_int_equal(msg_read_rep(answer, call, reply), OK);
    return answer;
}

static void
test_a_search_tells_where_and_of_which_commit(void **state)
{
    bench_t *self = *state;
    index_search_rep_t rep;
    words_put(self->kit, "docs/a.md", "Title", "some text with a word in it");
    kit_commit(self->kit, "c1", 'a', "docs/a.md", "");
    const index_search_req_t req = { .caller = anybody, .query = "word", .at_least = "c2" };
    msg_t *answer = ask(self, &call_index_search, &req, OK, &rep);
    assert_string_equal(rep.commit, "c1");
    assert_true(rep.behind);
    assert_string_equal(rep.mode, "lexical");
    assert_int_equal(rep.total, 1);
    assert_string_equal(rep.rows[0].file, "docs/a.md");
    assert_string_equal(rep.rows[0].title, "Title");
    assert_int_equal(rep.rows[0].score, 10000);
    assert_int_equal(rep.rows[0].when, 1000);
    assert_int_equal(rep.rows[0].line, 1);
    assert_string_equal(rep.rows[0].snippet, "some text with a \x02word\x03 in it");
    assert_string_equal(rep.cursor, "");
    msg_destroy(&answer);
}

static void
test_what_may_not_be_read_is_in_no_search(void **state)
{
    bench_t *self = *state;
    index_search_rep_t search;
    index_match_rep_t match;
    index_find_rep_t find;
    words_put(self->kit, "a word.md", "", "word");
    words_put(self->kit, "secret/word.md", "", "# word\n\nword");
    const index_search_req_t req = { .caller = guest, .query = "word" };
    msg_t *answer = ask(self, &call_index_search, &req, OK, &search);
    assert_int_equal(search.total, 1);
    assert_int_equal(search.rows_count, 1);
    msg_destroy(&answer);
    answer = ask(self, &call_index_match, &(index_match_req_t){ .caller = guest, .query = "word" }, OK, &match);
    assert_int_equal(match.total, 1);
    assert_int_equal(match.rows_count, 1);
    msg_destroy(&answer);
    answer = ask(self, &call_index_find, &(index_find_req_t){ .caller = guest, .words = "word" }, OK, &find);
    assert_int_equal(find.rows_count, 1);
    assert_string_equal(find.rows[0].page, "a word");
    msg_destroy(&answer);
    answer = ask(self, &call_index_find, &(index_find_req_t){ .caller = anybody, .words = "word" }, OK, &find);
    assert_int_equal(find.rows_count, 3);
    msg_destroy(&answer);
}

static void
test_parts_of_an_answer_follow_each_other(void **state)
{
    bench_t *self = *state;
    char file[16], cursor[32] = "";
    size_t shown = 0, parts = 0;
    for (int i = 0; i < 60; i++) {
        snprintf(file, sizeof file, "p%02d.md", i);
        words_put(self->kit, file, "t", "word");
    }
    for (bool more = true; more; parts++) {
        index_match_rep_t rep;
        const index_match_req_t req = { .caller = anybody, .query = "word", .limit = 25, .cursor = cursor };
        msg_t *answer = ask(self, &call_index_match, &req, OK, &rep);
        assert_int_equal(rep.total, 60);
        for (size_t i = 0; i < rep.rows_count; i++, shown++) {
            snprintf(file, sizeof file, "p%02zu.md", shown);
            assert_string_equal(rep.rows[i].file, file);
        }
        snprintf(cursor, sizeof cursor, "%s", rep.cursor);
        more = *cursor;
        msg_destroy(&answer);
    }
    assert_int_equal(shown, 60);
    assert_int_equal(parts, 3);
}

static void
test_what_is_no_search_is_refused(void **state)
{
    bench_t *self = *state;
    const index_search_req_t nothing = { .caller = anybody, .query = "-" };
    msg_t *answer = ask(self, &call_index_search, &nothing, INVALID, NULL);
    msg_destroy(&answer);
    answer = ask(self, &call_index_match, &(index_match_req_t){ .caller = anybody, .query = " " }, INVALID, NULL);
    msg_destroy(&answer);
    const index_search_req_t cursor = { .caller = anybody, .query = "x", .cursor = "1x" };
    answer = ask(self, &call_index_search, &cursor, INVALID, NULL);
    msg_destroy(&answer);
    const index_search_req_t semantic = { .caller = anybody, .query = "x", .mode = "semantic" };
    answer = ask(self, &call_index_search, &semantic, UNSUPPORTED, NULL);
    msg_destroy(&answer);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        RULE(test_a_search_tells_where_and_of_which_commit),
        RULE(test_what_may_not_be_read_is_in_no_search),
        RULE(test_parts_of_an_answer_follow_each_other),
        RULE(test_what_is_no_search_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
