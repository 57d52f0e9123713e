// Rules of lists, searches and links of the API; no odd page of reference-system.md 5.1 breaks them
#include "api_kit.h"

#include <time.h>

// ---- lists -------------------------------------------------------------------------------------------------------
static void
test_a_list_tells_of_each_page_what_the_reference_tells(void **state)
{
    pages_kit_t *kit = *state;
    char today[16];
    time_t now = time(NULL);
    struct tm tm;
    strftime(today, sizeof today, "%Y-%m-%d", gmtime_r(&now, &tm));
    assert_int_equal(api(kit, "GET", "/pages", NULL), 200);
    assert_body(kit, "{\"pages\":[],\"total\":0}\n");
    api_put(kit, "actors/iran", "---\ntitle: The Iran\ncategory: Actor\ntags: [a, b]\n---\n\none two  three\n", NULL);
    api_put(kit, "home", "# Home\n", NULL);
    assert_int_equal(api(kit, "GET", "/pages", NULL), 200);
    assert_body(kit, arena_printf(&kit->arena,
        "{\"pages\":[{\"category\":\"Actor\",\"content_length\":3,\"last_updated\":\"%s\",\"name\":\"The Iran\","
        "\"path\":\"Actors/Iran\",\"tags\":[\"a\",\"b\"]},{\"category\":null,\"content_length\":2,"
        "\"last_updated\":\"%s\",\"name\":\"Home\",\"path\":\"Home\",\"tags\":[]}],\"total\":2}\n", today, today));
    assert_int_equal(strlen(kit_header(kit, "wiki-commit")), 40);
}

static void
test_filters_of_a_list_are_all_to_be_passed(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a/one", "---\ncategory: Red\ntags: x, y\n---\ntext\n", NULL);
    api_put(kit, "a/two", "---\ncategory: blue\ntags: [X]\n---\ntext\n", NULL);
    api_put(kit, "b/three", "---\ncategory: red\n---\ntext\n", NULL);
    static const char *const table[][2] = {
        { "/pages?prefix=A/", "A/One,A/Two" }, { "/pages?prefix=a/t", "A/Two" },
        { "/pages?prefix=%20", "A/One,A/Two,B/Three" },
        { "/pages?prefix=..", "" }, { "/pages?category=RED", "A/One,B/Three" }, { "/pages?tag=x%20", "A/One,A/Two" },
        { "/pages?tag=X&category=blue", "A/Two" }, { "/pages?tag=none", "" },
        { "/pages?author=claude%20(mcp)", "A/One,A/Two,B/Three" },
        { "/pages?author=nobody", "" }, { "/pages?updated_since=2020-01-01", "A/One,A/Two,B/Three" },
        { "/pages?updated_since=2999-01-01T00:00:00Z", "" }, { "/pages?updated_since=", "A/One,A/Two,B/Three" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(api_joined(kit, table[i][0], "pages", "path"), table[i][1]);
    static const char *const bad[] = { "2026", "yesterday", "2026-13-01", "2026-03-08T25:00" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(api(kit, "GET", arena_printf(&kit->arena, "/pages?updated_since=%s", bad[i]), NULL), 422);
        assert_error(kit, "Invalid updated_since format. Use ISO 8601.");
    }
}

static void
test_a_list_in_parts_has_every_page_once(void **state)
{
    pages_kit_t *kit = *state;
    enum { PAGES = 7 };
    const char *cursor = "", *all = "";
    for (int i = 0; i < PAGES; i++)
        api_put(kit, arena_printf(&kit->arena, "p%d", i), "x\n", NULL);
    for (int i = 0; cursor && i < PAGES; i++) {
        json_t *json = api_get(kit, arena_printf(&kit->arena, "/pages?limit=3&cursor=%s", cursor));
        json_t *pages = json_object_get(json, "pages");
        assert_int_equal(json_integer_value(json_object_get(json, "total")), PAGES);
        for (size_t j = 0; j < json_array_size(pages); j++)
            all = arena_printf(&kit->arena, "%s %s", all,
                               json_string_value(json_object_get(json_array_get(pages, j), "path")));
        const char *next = json_string_value(json_object_get(json, "cursor"));
        assert_true(next || json_is_null(json_object_get(json, "cursor")));
        cursor = next? arena_copy(&kit->arena, next, strlen(next)): NULL;
        json_decref(json);
    }
    assert_null(cursor);
    assert_string_equal(all, " P0 P1 P2 P3 P4 P5 P6");
}

// Numbers, nulls and mappings where text belongs; each breaks the reference (5.1, 3).
static void
test_odd_front_matter_breaks_no_list(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const texts[] = {
        "---\ntitle: 2024\n---\nnumber\n", "---\ncategory: 7\ntags: null\n---\nnumber\n",
        "---\n1: one\n2: two\n---\nnumber\n",
        "---\ntags: \"\"\n---\nnumber\n", "---\ntags: [1, null, {a: b}, true]\n---\nnumber\n",
        "---\ntitle: [a, b]\ncategory: {x: y}\n---\nnumber\n", "---\ntitle: null\ntags: {a: b}\n---\nnumber\n",
        "---\ntitle: 2026-03-13\ncategory: 2026-03-13\n---\nnumber\n",
        "---\n- a\n- b\n---\nnumber\n", "---\n: : :\n---\nnumber\n",
    };
    enum { COUNT = sizeof texts / sizeof *texts };
    for (size_t i = 0; i < COUNT; i++)
        api_put(kit, arena_printf(&kit->arena, "odd%zu", i), texts[i], NULL);
    assert_int_equal(api_number(kit, "/pages", "total"), COUNT);
    assert_int_equal(api_number(kit, "/search?q=number", "total"), COUNT);
    assert_string_equal(api_joined(kit, "/pages?category=7", "pages", "path"), "Odd1");
    json_t *json = api_get(kit, "/pages?prefix=odd3");
    json_t *row = json_array_get(json_object_get(json, "pages"), 0);
    assert_int_equal(json_array_size(json_object_get(row, "tags")), 0);
    json_decref(json);
    for (size_t i = 0; i < COUNT; i++)
        json_decref(api_page(kit, arena_printf(&kit->arena, "odd%zu", i)));
    json = api_page(kit, "odd0");
    assert_string_equal(json_string_value(json_object_get(json, "name")), "2024");
    json_decref(json);
}

// ---- searching ---------------------------------------------------------------------------------------------------
static void
test_a_search_scores_as_the_reference_does(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "bread", "---\ntitle: Rye Bread\n---\nSour bread and rye bread.\n", NULL);
    api_put(kit, "cake", "a cake, no BREAD\n", NULL);
    api_put(kit, "other", "nothing\n", NULL);
    assert_int_equal(api(kit, "GET", "/search?q=%20rye%20bread%20", NULL), 200);
    assert_body(kit, "{\"query\":\"rye bread\",\"results\":[{\"name\":\"Rye Bread\",\"path\":\"Bread\",\"score\":1.0,"
                     "\"snippet\":\"Sour bread and rye bread.\"},{\"name\":\"Cake\",\"path\":\"Cake\",\"score\":0.12,"
                     "\"snippet\":\"\"}],\"total\":2}\n");
    assert_int_equal(api(kit, "GET", "/search?q=%20", NULL), 422);
    assert_error(kit, "Query parameter 'q' is required");
    assert_int_equal(api(kit, "GET", "/search", NULL), 422);
    assert_int_equal(api(kit, "GET", "/search?q=x&mode=magic", NULL), 422);
}

static void
test_a_search_by_words_has_sections_and_parts(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a", "# Top\n\n## Apples\n\nA golden apple.\n", NULL);
    api_put(kit, "b", "An apple, too.\n", NULL);
    json_t *json = api_get(kit, "/search?q=apple&mode=lexical&limit=1");
    json_t *results = json_object_get(json, "results");
    assert_string_equal(json_string_value(json_object_get(json, "mode")), "lexical");
    assert_int_equal(json_integer_value(json_object_get(json, "total")), 2);
    assert_int_equal(json_array_size(results), 1);
    assert_non_null(json_object_get(json_array_get(results, 0), "section"));
    assert_true(json_is_string(json_object_get(json, "cursor")));
    json_decref(json);
    assert_int_equal(api(kit, "GET", "/search?q=apple&mode=semantic", NULL), 503);
    assert_error(kit, "Vector backend is not available");
}

// User text is never the syntax of the index.
static void
test_no_query_is_an_error_of_ours(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const queries[] = { "%22", "*", "AND", "a%20OR", "NEAR(", "-", "%27%3B--", "%00",
                                           "%ff", "%F0%9F%92%A9", "(((", "tag%3A", "%25", "_", "a%0Ab", "\"a", "a*b*",
                                           "%5B%5B" };
    api_put(kit, "a", "# A\n", NULL);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        for (size_t j = 0; j < 2; j++) {
            const char *url = arena_printf(&kit->arena, "/search?q=%s%s", queries[i], j? "&mode=lexical": "");
            int status = api(kit, "GET", url, NULL);
            if (status != 200 && status != 422)
                fail_msg("%s: %d %s", url, status, kit->body);
            json_decref(api_json(kit));
        }
}

// ---- links -------------------------------------------------------------------------------------------------------
static void
test_links_are_those_between_pages_outside_of_code(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a", "[[B]] [[Text|Missing Page#x]] `[[code]]` [m](/c)\n\n```\n[[fence]]\n```\n", NULL);
    api_put(kit, "b", "[[a]]\n", NULL);
    api_put(kit, "c", "alone\n", NULL);
    assert_int_equal(api(kit, "GET", "/links/A.md", NULL), 200);
    assert_body(kit, "{\"linked_from\":[\"B\"],\"links_to\":[\"B\",\"Missing Page\"],\"path\":\"A\"}\n");
    assert_int_equal(api(kit, "GET", "/links/missing%20page", NULL), 200);
    assert_body(kit, "{\"linked_from\":[\"A\"],\"links_to\":[],\"path\":\"Missing Page\"}\n");
    assert_int_equal(api(kit, "GET", "/links/..%252f..", NULL), 200);
    assert_int_equal(api(kit, "GET", "/links", NULL), 200);
    assert_body(kit, "{\"edges\":[{\"source\":\"A\",\"target\":\"B\"},{\"source\":\"A\",\"target\":\"Missing Page\"},"
                     "{\"source\":\"B\",\"target\":\"A\"}],\"nodes\":[\"A\",\"B\",\"C\",\"Missing Page\"]}\n");
}

static void
test_a_graph_ends_at_its_depth(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a", "[[b]]\n", NULL);
    api_put(kit, "b", "[[c]]\n", NULL);
    api_put(kit, "c", "[[d]]\n", NULL);
    assert_string_equal(api_joined(kit, "/graph?path=A&depth=1", "nodes", "path"), "A,B");
    assert_string_equal(api_joined(kit, "/graph?path=A&depth=2", "nodes", "path"), "A,B,C");
    json_t *json = api_get(kit, "/graph?path=c");
    json_t *nodes = json_object_get(json, "nodes");
    assert_int_equal(json_array_size(nodes), 3);
    assert_true(json_is_false(json_object_get(json_array_get(nodes, 2), "exists")));
    json_decref(json);
    static const char *const bad[] = { "depth=0", "depth=11", "depth=x", "depth=-1" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(api(kit, "GET", arena_printf(&kit->arena, "/graph?path=a&%s", bad[i]), NULL), 422);
    assert_int_equal(api(kit, "GET", "/graph?path=..", NULL), 404);
}

static void
test_what_is_to_be_mended_is_listed(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a", "[[gone]] [[b#none]]\n\n![p](./a.png)\n", NULL);
    api_put(kit, "b", "[[gone]]\n", NULL);
    api_put(kit, "c", "", NULL);
    assert_int_equal(api(kit, "GET", "/wanted", NULL), 200);
    assert_body(kit, "{\"total\":1,\"wanted\":[{\"count\":2,\"from\":[\"A\",\"B\"],\"path\":\"Gone\"}]}\n");
    assert_string_equal(api_joined(kit, "/broken-links", "links", "missing"), "page,anchor,file,page");
    assert_int_equal(api_number(kit, "/broken-links?limit=1", "total"), 4);
    assert_string_equal(api_joined(kit, "/pages?only=orphaned", "pages", "path"), "A,C");
    assert_string_equal(api_joined(kit, "/pages?only=empty", "pages", "path"), "C");
    assert_int_equal(api(kit, "GET", "/pages?only=none", NULL), 422);
}

// A cursor is ours or none, and never an error of ours.
static void
test_a_cursor_that_is_none_is_refused(void **state)
{
    pages_kit_t *kit = *state;
    char longest[1100];
    static const char *const lists[] = { "/pages?", "/links?", "/graph?", "/changelog?", "/pages/a/history?",
                                         "/wanted?", "/broken-links?", "/search?q=a&", "/search?q=a&mode=lexical&",
                                         "/pages/a/attachments?" };
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = 0;
    api_put(kit, "a", "# A\n", NULL);
    const char *const cursors[] = { "-1", "x", "%ff", "99999999999999999999999999", "..%2f", longest,
                                    longest + 990, "%00" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t j = 0; j < sizeof cursors / sizeof *cursors; j++) {
            const char *url = arena_printf(&kit->arena, "%scursor=%s", lists[i], cursors[j]);
            int status = api(kit, "GET", url, NULL);
            if (status != 200 && status != 422 && status != 400)
                fail_msg("%s: %d %s", url, status, kit->body);
        }
}

static void
test_links_of_many_pages_come_in_parts(void **state)
{
    pages_kit_t *kit = *state;
    size_t edges = 0;
    const char *cursor = "";
    for (int i = 0; i < 5; i++)
        api_put(kit, arena_printf(&kit->arena, "p%d", i), arena_printf(&kit->arena, "[[p%d]]\n", (i + 1) % 5), NULL);
    for (int i = 0; cursor && i < 9; i++) {
        json_t *json = api_get(kit, arena_printf(&kit->arena, "/links?limit=2&cursor=%s", cursor));
        edges += json_array_size(json_object_get(json, "edges"));
        const char *next = json_string_value(json_object_get(json, "cursor"));
        cursor = next? arena_copy(&kit->arena, next, strlen(next)): NULL;
        json_decref(json);
    }
    assert_null(cursor);
    assert_int_equal(edges, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_set_up_bare, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_list_tells_of_each_page_what_the_reference_tells),
        TEST(test_filters_of_a_list_are_all_to_be_passed),
        TEST(test_a_list_in_parts_has_every_page_once),
        TEST(test_odd_front_matter_breaks_no_list),
        TEST(test_a_search_scores_as_the_reference_does),
        TEST(test_a_search_by_words_has_sections_and_parts),
        TEST(test_no_query_is_an_error_of_ours),
        TEST(test_links_are_those_between_pages_outside_of_code),
        TEST(test_a_graph_ends_at_its_depth),
        TEST(test_what_is_to_be_mended_is_listed),
        TEST(test_a_cursor_that_is_none_is_refused),
        TEST(test_links_of_many_pages_come_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
