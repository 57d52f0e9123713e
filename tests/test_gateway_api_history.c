// Rules of histories, differences, feeds and jobs of the API
#include "api_kit.h"

// ---- histories ---------------------------------------------------------------------------------------------------
static void
test_a_history_goes_through_renames_and_no_further(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "# Same\n\ntext that is long enough to be found again\n", NULL);
    const char *second = api_put(kit, "a", "# Same\n\ntext that is long enough to be found again!\n", first);
    api_put(kit, "twin", "# Same\n\ntext that is long enough to be found again!\n", NULL);       // 5.1, 7
    assert_int_equal(api(kit, "POST", "/pages/a/rename", "{\"new_path\":\"b\"}"), 200);
    const char *third = api_field(kit, "revision");
    assert_string_equal(api_joined(kit, "/pages/B/history", "history", "revision"),
                        arena_printf(&kit->arena, "%s,%s,%s", third, second, first));
    json_t *json = api_get(kit, "/pages/twin/history");
    assert_int_equal(json_array_size(json_object_get(json, "history")), 1);
    assert_string_equal(json_string_value(json_object_get(json, "path")), "Twin");
    json_decref(json);
    assert_int_equal(api(kit, "GET", "/pages/a/history", NULL), 404);
    assert_error(kit, "Page not found: a");
    assert_int_equal(api(kit, "GET", "/pages/none/history", NULL), 404);
    assert_string_equal(api_joined(kit, "/pages/b/history?limit=1", "history", "revision"), third);
    static const char *const all[] = { "0", "-1", "x", "" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        json = api_get(kit, arena_printf(&kit->arena, "/pages/b/history?limit=%s", all[i]));
        assert_int_equal(json_array_size(json_object_get(json, "history")), 3);
        assert_null(json_object_get(json, "cursor"));
        json_decref(json);
    }
}

static void
test_a_history_in_parts_goes_on_where_it_ended(void **state)
{
    pages_kit_t *kit = *state;
    const char *revision = NULL, *cursor = "";
    size_t rows = 0;
    for (int i = 0; i < 5; i++)
        revision = api_put(kit, "a", arena_printf(&kit->arena, "%d\n", i), revision);
    for (int i = 0; cursor && i < 9; i++) {
        json_t *json = api_get(kit, arena_printf(&kit->arena, "/pages/a/history?limit=2&cursor=%s", cursor));
        rows += json_array_size(json_object_get(json, "history"));
        const char *next = json_string_value(json_object_get(json, "cursor"));
        cursor = next? arena_copy(&kit->arena, next, strlen(next)): NULL;
        json_decref(json);
    }
    assert_null(cursor);
    assert_int_equal(rows, 5);
}

static void
test_a_changelog_names_the_pages_of_each_commit(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api_number(kit, "/changelog", "total"), 2);        // the home page came and went
    api_put(kit, "a", "# A\n\nenough text to be the same page again\n", NULL);
    static const char put[] = "{\"content\":\"x\",\"commit_message\":\"  one  \\n\\n two \\n\"}";
    assert_int_equal(api(kit, "PUT", "/pages/b", put), 201);
    assert_int_equal(api(kit, "POST", "/pages/a/rename", "{\"new_path\":\"c\"}"), 200);
    json_t *json = api_get(kit, "/changelog?limit=2"), *entries = json_object_get(json, "entries");
    assert_int_equal(json_integer_value(json_object_get(json, "total")), 2);
    json_t *newest = json_array_get(entries, 0), *before = json_array_get(entries, 1);
    assert_int_equal(json_array_size(json_object_get(newest, "pages_affected")), 2);
    assert_string_equal(json_string_value(json_object_get(newest, "message")), "[api] Rename: a -> c");
    assert_string_equal(json_string_value(json_object_get(newest, "author")), "Claude (MCP)");
    assert_string_equal(json_string_value(json_object_get(before, "message")), "one\n\ntwo");
    assert_string_equal(json_string_value(json_array_get(json_object_get(before, "pages_affected"), 0)), "B");
    json_decref(json);
    assert_int_equal(api_number(kit, "/changelog?limit=0", "total"), 5);
    assert_int_equal(api_number(kit, "/changelog?limit=x", "total"), 5);
}

static void
test_a_difference_is_between_two_commits(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "one\ntwo\n", NULL), *second = api_put(kit, "a", "one\n2\n", first);
    json_t *json = api_get(kit, arena_printf(&kit->arena, "/pages/a/diff?from=%s", first));
    assert_string_equal(json_string_value(json_object_get(json, "from")), first);
    assert_string_equal(json_string_value(json_object_get(json, "to")), second);
    assert_string_equal(json_string_value(json_object_get(json, "diff")), "@@ -1,2 +1,2 @@\n one\n-two\n+2\n");
    assert_int_equal(json_integer_value(json_object_get(json, "added")), 1);
    json_decref(json);
    assert_int_equal(api(kit, "GET", "/pages/a/diff?from=deadbeef", NULL), 404);
    assert_int_equal(api(kit, "GET", "/pages/a/diff?from=--help", NULL), 422);
    assert_int_equal(api(kit, "GET", "/pages/a/diff", NULL), 404);
    assert_error(kit, "Page not found: a/diff");
    api_put(kit, "a/diff", "a page of this name\n", NULL);
    assert_int_equal(api(kit, "GET", "/pages/a/diff", NULL), 200);
    assert_string_equal(api_field(kit, "path"), "A/Diff");
}

// ---- reading what was written --------------------------------------------------------------------------------------
static void
test_every_list_knows_of_the_commit_that_the_client_names(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const lists[] = { "/pages", "/changelog", "/pages/late2/history", "/search?q=late", "/links" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        kit_put(kit, arena_printf(&kit->arena, "late%zu.md", i), "late\n", 5);    // past the API
        assert_int_equal(api(kit, "GET", arena_printf(&kit->arena, "/pages/late%zu", i), NULL), 200);
        const char *head = arena_copy(&kit->arena, kit_header(kit, "wiki-commit"), 40);
        assert_int_equal(api_with(kit, "GET", lists[i], "wiki-at-least", head, NULL), 200);
        assert_string_equal(kit_header(kit, "wiki-commit"), head);
        assert_true(strstr(kit->body, "ate") != NULL);
    }
    assert_int_equal(api_with(kit, "GET", "/pages", "wiki-at-least", "0123456789012345678901234567890123456789", NULL),
                     412);
    assert_int_equal(api_with(kit, "GET", "/pages", "wiki-at-least", "main", NULL), 422);
}

// ---- feeds, jobs -------------------------------------------------------------------------------------------------
static void
test_feeds_are_of_the_wiki_a_folder_and_a_page(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "notes/a", "# A\n", NULL);
    api_put(kit, "b", "# B\n", NULL);
    static const struct { const char *target; size_t items; } table[] = {
        { "/feed.rss", 4 }, { "/feed.rss?folder=notes", 1 }, { "/feed.rss?page=B", 1 }, { "/feed.atom", 4 },
        { "/feed.atom?page=notes/a", 1 },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(api(kit, "GET", table[i].target, NULL), 200);
        size_t items = 0;
        const char *end = strstr(table[i].target, "rss")? "</item>": "</entry>";
        for (const char *at = kit->body; (at = strstr(at, end)); at++)
            items++;
        assert_int_equal(items, table[i].items);
        assert_false(kit->reply.cacheable);
    }
    assert_int_equal(api(kit, "GET", "/feed.rss?page=none", NULL), 404);
    json_decref(api_json(kit));
    assert_int_equal(api(kit, "GET", "/feed.rss?page=..", NULL), 422);
    assert_int_equal(kit_get(kit, "/-/changelog/feed.rss"), 200);
    assert_string_equal(kit_header(kit, "content-type"), "application/rss+xml; charset=utf-8");
    assert_int_equal(kit_get(kit, "/-/changelog/feed.atom?page=b"), 200);
}

static void
test_semantic_addresses_say_what_there_is(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api(kit, "GET", "/semantic-search?q=x", NULL), 503);
    assert_error(kit, "Vector backend is not available");
    assert_int_equal(api_send(kit, "GET", "/api/v1/chroma-status", NULL, 0, NULL), 200);
    assert_body(kit, "{\"backend_type\":\"none\",\"collection\":\"\",\"document_count\":0,"
                     "\"status\":\"unavailable\"}\n");
    assert_int_equal(api_send(kit, "GET", "/api/v1/reindex/status", NULL, 0, NULL), 401);
}

static void
test_without_a_key_semantic_addresses_have_an_error_of_their_own(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api(kit, "GET", "/semantic-search?q=x", NULL), 401);
    assert_error(kit, "Authentication not available");
    assert_int_equal(api(kit, "POST", "/reindex", NULL), 401);
    assert_error(kit, "Authentication not available");
    assert_int_equal(api(kit, "GET", "/pages", NULL), 500);
    assert_error(kit, "API key not configured on server");
    assert_int_equal(api(kit, "GET", "/chroma-status", NULL), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_set_up_bare, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_history_goes_through_renames_and_no_further),
        TEST(test_a_history_in_parts_goes_on_where_it_ended),
        TEST(test_a_changelog_names_the_pages_of_each_commit),
        TEST(test_a_difference_is_between_two_commits),
        TEST(test_every_list_knows_of_the_commit_that_the_client_names),
        TEST(test_feeds_are_of_the_wiki_a_folder_and_a_page),
        TEST(test_semantic_addresses_say_what_there_is),
        cmocka_unit_test_setup_teardown(test_without_a_key_semantic_addresses_have_an_error_of_their_own, kit_set_up,
                                        kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
