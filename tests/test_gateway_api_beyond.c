// The REST API beyond the reference: merging, conditions, repeats, and what a client has seen
#include "api_kit.h"

#define MISMATCH "Revision mismatch: page has been modified since last read."
#define LINES "one\ntwo\nthree\nfour\nfive\n"

// ---- merge -------------------------------------------------------------------------------------------------------
static void
test_a_stale_change_elsewhere_in_the_page_is_merged(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", LINES, NULL);
    const char *second = api_put(kit, "a", "1\ntwo\nthree\nfour\nfive\n", first);
    const char *form = "{\"content\":\"one\\ntwo\\nthree\\nfour\\n5\\n\",\"revision\":\"%.9s\",\"merge\":%s}";
    assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, form, first, "false")), 409);
    assert_string_equal(api_field(kit, "current_revision"), second);
    assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, form, first, "true")), 200);
    assert_body(kit, BODY(kit, "{\"created\":false,\"merged\":true,\"name\":\"A\",\"path\":\"A\","
                               "\"revision\":\"%s\"}\n", head(kit)));
    assert_string_equal(content(kit, "a"), "1\ntwo\nthree\nfour\n5\n");
}

static void
test_a_stale_change_of_the_same_lines_is_a_conflict_with_all_sides(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", LINES, NULL);
    const char *second = api_put(kit, "a", "one\n2\nthree\nfour\nfive\n", first);
    assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, "{\"content\":\"one\\nzwei\\nthree\\nfour\\nfive\\n\","
                                                           "\"revision\":\"%s\",\"merge\":true}", first)), 409);
    assert_body(kit, BODY(kit, "{\"base\":\"one\\ntwo\\nthree\\nfour\\nfive\\n\","
                               "\"current_revision\":\"%s\",\"error\":\"" MISMATCH "\","
                               "\"theirs\":\"one\\n2\\nthree\\nfour\\nfive\\n\","
                               "\"yours\":\"one\\nzwei\\nthree\\nfour\\nfive\\n\"}\n", second));
    assert_string_equal(head(kit), second);
}

static void
test_a_stale_edit_is_made_where_it_was_meant_and_merged(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", LINES, NULL);
    api_put(kit, "a", "1\ntwo\nthree\nfour\nfive\ntwo\n", first);
    const char *form = "{\"revision\":\"%s\",\"old_string\":\"%s\",\"new_string\":\"x\",\"merge\":true}";
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, first, "five")), 409);   // next to the new line
    assert_string_equal(api_field(kit, "yours"), "one\ntwo\nthree\nfour\nx\n");
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, first, "three")), 200);
    assert_string_equal(content(kit, "a"), "1\ntwo\nx\nfour\nfive\ntwo\n");
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, first, "never")), 422);
    assert_error(kit, "old_string not found in page content");
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, "0123456789", "three")), 409);
}

// ---- entity tags -------------------------------------------------------------------------------------------------
static const char *
tag_of(pages_kit_t *kit, const char *page)
{
    assert_int_equal(api(kit, "GET", BODY(kit, "/pages/%s", page), NULL), 200);
    const char *tag = kit_header(kit, "etag");
    return arena_copy(&kit->arena, tag, strlen(tag));
}

static void
test_a_tag_changes_with_the_page_and_with_its_links(void **state)
{
    pages_kit_t *kit = *state;
    const char *revision = api_put(kit, "a", "x\n", NULL), *first = tag_of(kit, "a");
    assert_true(first[0] == '"' && strncmp(first + 1, revision, 40) == 0 && first[41] == '.');
    api_put(kit, "other", "y\n", NULL);
    assert_string_equal(tag_of(kit, "a"), first);
    api_put(kit, "linker", "[[a]]\n", NULL);
    const char *second = tag_of(kit, "a");
    assert_string_not_equal(second, first);
    assert_memory_equal(second, first, 42);
}

static void
test_if_match_is_as_good_as_a_revision(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = (api_put(kit, "a", "x\n", NULL), tag_of(kit, "a"));
    const char *zipped = BODY(kit, "W/\"no\", \"nor\" , %.*s-gz\"", (int)strlen(first) - 1, first);
    assert_int_equal(api_with(kit, "PUT", "/pages/a", "if-match", zipped, "{\"content\":\"y\\n\"}"), 200);
    assert_int_equal(api_with(kit, "PUT", "/pages/a", "if-match", first, "{\"content\":\"z\\n\"}"), 412);
    assert_body(kit, BODY(kit, "{\"base\":null,\"current_revision\":\"%s\",\"error\":\"" MISMATCH "\","
                               "\"theirs\":\"y\\n\",\"yours\":\"z\\n\"}\n", head(kit)));
    const char *edit = "{\"old_string\":\"y\",\"new_string\":\"z\"}";
    assert_int_equal(api_with(kit, "PATCH", "/pages/a", "if-match", first, edit), 412);
    assert_int_equal(api_with(kit, "PATCH", "/pages/a", "if-match", BODY(kit, "W/%s", tag_of(kit, "a")), edit), 412);
    assert_int_equal(api_with(kit, "PATCH", "/pages/a", "if-match", BODY(kit, "\"%s\"", head(kit)), edit), 200);
    assert_int_equal(api_with(kit, "DELETE", "/pages/a", "if-match", first, NULL), 412);
    assert_int_equal(api_with(kit, "DELETE", "/pages/a", "if-match", "*", NULL), 200);
    assert_int_equal(api_with(kit, "PUT", "/pages/a", "if-match", "*", "{\"content\":\"y\\n\"}"), 412);
    static const char *const odd[] = { "", "\"", "x", "\"\"", ",,,", "\"x" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_int_equal(api_with(kit, "PUT", "/pages/home", "if-match", odd[i], "{\"content\":\"y\\n\"}"), 412);
}

static void
test_if_none_match_makes_only_what_is_not_there(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api_with(kit, "PUT", "/pages/n", "if-none-match", "*", "{\"content\":\"x\"}"), 201);
    const char *body = BODY(kit, "{\"content\":\"y\",\"revision\":\"%s\"}", head(kit));
    assert_int_equal(api_with(kit, "PUT", "/pages/n", "if-none-match", "*", body), 412);
    assert_error(kit, "Page already exists: n");
}

// ---- repeats -----------------------------------------------------------------------------------------------------
static int
keyed(pages_kit_t *kit, const char *method, const char *target, const char *key, const char *body)
{
    return api_with(kit, method, target, "idempotency-key", key, body);
}

// The same request twice, and the same answer.
static void
assert_repeats(pages_kit_t *kit, const char *method, const char *target, const char *key, const char *body)
{
    int first = keyed(kit, method, target, key, body);
    assert_in_range(first, 200, 201);
    const char *answer = arena_copy(&kit->arena, kit->body, kit->size), *commit = head(kit);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(keyed(kit, method, target, key, body), first);
        assert_string_equal(kit->body, answer);
        assert_string_equal(kit_header(kit, "wiki-commit"), commit);
        assert_string_equal(head(kit), commit);
    }
}

static void
test_a_repeat_with_a_key_gives_the_first_answer(void **state)
{
    pages_kit_t *kit = *state;
    assert_repeats(kit, "PUT", "/pages/a", "k-1", "{\"content\":\"---\\ntitle: T\\n---\\nx y\\n\"}");
    const char *first = head(kit);
    assert_repeats(kit, "PATCH", "/pages/a", "k-2", BODY(kit, "{\"revision\":\"%s\",\"old_string\":\"x\","
                                                              "\"new_string\":\"z\"}", first));
    assert_repeats(kit, "PUT", "/pages/a", "k-3", BODY(kit, "{\"content\":\"q\\n\",\"revision\":\"%s\"}", head(kit)));
    assert_repeats(kit, "DELETE", "/pages/a", "k-4", NULL);
    assert_string_equal(git(kit, "rev-list --count HEAD"), "5");
}

// The edge learns the head from answers: a repeat must not take it back in time.
static void
test_a_repeat_names_its_own_commit_and_the_head(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(keyed(kit, "PUT", "/pages/a", "k", "{\"content\":\"x\"}"), 201);
    const char *first = head(kit);
    assert_string_equal(kit->reply.commit, first);
    const char *second = api_put(kit, "b", "y\n", NULL);
    assert_int_equal(keyed(kit, "PUT", "/pages/a", "k", "{\"content\":\"x\"}"), 201);
    assert_string_equal(kit_header(kit, "wiki-commit"), first);
    assert_string_equal(kit->reply.commit, second);
}

static void
test_another_request_under_a_key_is_refused(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(keyed(kit, "PUT", "/pages/a", "same", "{\"content\":\"x\"}"), 201);
    const char *before = head(kit), *other = "Idempotency-Key was used for another request";
    assert_int_equal(keyed(kit, "PUT", "/pages/a", "same", "{\"content\":\"y\"}"), 422);
    assert_string_equal(api_field(kit, "error"), other);
    assert_int_equal(keyed(kit, "PUT", "/pages/b", "same", "{\"content\":\"x\"}"), 422);
    assert_int_equal(keyed(kit, "DELETE", "/pages/a", "same", NULL), 422);
    assert_int_equal(keyed(kit, "DELETE", "/pages/none", "same", NULL), 422);
    assert_string_equal(api_field(kit, "error"), other);
    assert_string_equal(head(kit), before);
}

static void
test_a_key_is_visible_ascii(void **state)
{
    pages_kit_t *kit = *state;
    char key[300];
    memset(key, 'k', sizeof key);
    key[256] = 0;
    const char *const odd[] = { "", "a b", "\xC3\xA4", "a\tb", key };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_int_equal(keyed(kit, "PUT", "/pages/a", odd[i], "{\"content\":\"x\"}"), 422);
        assert_error(kit, "Idempotency-Key must be 1 to 255 visible ASCII characters");
    }
    key[255] = 0;
    assert_int_equal(keyed(kit, "PUT", "/pages/a", key, "{\"content\":\"x\"}"), 201);
}

static void
test_a_request_that_failed_may_be_repeated_with_its_key(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(keyed(kit, "DELETE", "/pages/later", "again", NULL), 404);
    api_put(kit, "later", "x\n", NULL);
    assert_int_equal(keyed(kit, "DELETE", "/pages/later", "again", NULL), 200);
}

// ---- what a client has seen --------------------------------------------------------------------------------------
static void
test_at_least_takes_any_commit_that_lies_before_the_head(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "x\n", NULL);
    api_put(kit, "b", "y\n", NULL);
    const char *const good[] = { first, head(kit), git(kit, "rev-parse HEAD~2"), "" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(api_with(kit, "GET", "/pages/a", "wiki-at-least", good[i], NULL), 200);
    kit_put(kit, "c.md", "by git\n", 7);
    assert_int_equal(api_with(kit, "GET", "/pages/c", "wiki-at-least", head(kit), NULL), 200);
}

static void
test_at_least_of_an_unknown_commit_fails_in_time(void **state)
{
    pages_kit_t *kit = *state;
    int64_t began = msg_steady_ms();
    assert_int_equal(api_with(kit, "GET", "/pages/home", "wiki-at-least", "0123456789012345678901234567890123456789",
                              NULL), 412);
    assert_non_null(strstr(api_field(kit, "error"), "is not known here"));
    assert_true(msg_steady_ms() - began < 8000);
    static const char *const odd[] = { "HEAD", "0123", "main", "0123456789012345678901234567890123456789x", "%", "A" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_int_equal(api_with(kit, "GET", "/pages/home", "wiki-at-least", odd[i], NULL), 422);
}

// Whoever has no key makes nobody wait.
static void
test_at_least_is_nothing_to_what_needs_no_key(void **state)
{
    http_header_t unknown = { "wiki-at-least", "0123456789012345678901234567890123456789" };
    int64_t began = msg_steady_ms();
    for (int i = 0; i < 20; i++)
        assert_int_equal(api_send(*state, "GET", "/api/v1/health", &unknown, 1, NULL), 200);
    assert_true(msg_steady_ms() - began < 10 * LIMIT_AT_LEAST_MS);
    assert_int_equal(api_send(*state, "GET", "/api/v1/pages/home", &unknown, 1, NULL), 401);
}

// A commit that a rewritten history has left behind is not what the client has seen any more.
static void
test_at_least_of_a_commit_that_is_gone_from_the_history_fails(void **state)
{
    pages_kit_t *kit = *state;
    const char *lost = api_put(kit, "a", "x\n", NULL);
    git(kit, "reset -q --hard HEAD~1");
    assert_int_equal(api_with(kit, "GET", "/pages/home", "wiki-at-least", lost, NULL), 412);
}

static void
test_a_browser_that_saves_gets_a_cookie_with_the_commit(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_save(kit, "/home", "new\n"), 303);
    assert_string_equal(kit_header(kit, "set-cookie"),
                        BODY(kit, "wikibot_seen=%s; Path=/; Max-Age=600; HttpOnly; SameSite=Lax", head(kit)));
    assert_int_equal(kit_get(kit, "/home"), 200);
    assert_string_equal(kit_header(kit, "set-cookie"), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_stale_change_elsewhere_in_the_page_is_merged),
        TEST(test_a_stale_change_of_the_same_lines_is_a_conflict_with_all_sides),
        TEST(test_a_stale_edit_is_made_where_it_was_meant_and_merged),
        TEST(test_a_tag_changes_with_the_page_and_with_its_links),
        TEST(test_if_match_is_as_good_as_a_revision),
        TEST(test_if_none_match_makes_only_what_is_not_there),
        TEST(test_a_repeat_with_a_key_gives_the_first_answer),
        TEST(test_a_repeat_names_its_own_commit_and_the_head),
        TEST(test_another_request_under_a_key_is_refused),
        TEST(test_a_key_is_visible_ascii),
        TEST(test_a_request_that_failed_may_be_repeated_with_its_key),
        TEST(test_at_least_takes_any_commit_that_lies_before_the_head),
        TEST(test_at_least_of_an_unknown_commit_fails_in_time),
        TEST(test_at_least_is_nothing_to_what_needs_no_key),
        TEST(test_at_least_of_a_commit_that_is_gone_from_the_history_fails),
        TEST(test_a_browser_that_saves_gets_a_cookie_with_the_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
