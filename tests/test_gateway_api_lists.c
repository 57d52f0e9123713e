// Rules of lists, searches, links and histories of the API; no odd page of reference-system.md 5.1 breaks them
#include "api_kit.h"

#include <time.h>

static json_t *
get(pages_kit_t *kit, const char *target)
{
    int status = api(kit, "GET", target, NULL);
    if (status != 200)
        fail_msg("GET %s: %d %s", target, status, kit->body);
    return api_json(kit);
}

// The strings of a list, or those under `key` of its objects, with commas between.
static const char *
joined(pages_kit_t *kit, const char *target, const char *list, const char *key)
{
    json_t *json = get(kit, target), *row;
    const char *text = "";
    size_t i;
    json_array_foreach(json_object_get(json, list), i, row) {
        const char *word = json_string_value(key? json_object_get(row, key): row);
        assert_non_null(word);
        text = arena_printf(&kit->arena, "%s%s%s", text, i? ",": "", word);
    }
    json_decref(json);
    return text;
}

static int64_t
number(pages_kit_t *kit, const char *target, const char *key)
{
    json_t *json = get(kit, target);
    int64_t value = json_integer_value(json_object_get(json, key));
    json_decref(json);
    return value;
}

// A wiki begins with a home page, which would be in every list.
static int
set_up(void **state)
{
    if (api_set_up(state) != 0)
        return -1;
    assert_int_equal(api(*state, "DELETE", "/pages/home", NULL), 200);
    return 0;
}

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
        assert_string_equal(joined(kit, table[i][0], "pages", "path"), table[i][1]);
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
        json_t *json = get(kit, arena_printf(&kit->arena, "/pages?limit=3&cursor=%s", cursor));
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
    assert_int_equal(number(kit, "/pages", "total"), COUNT);
    assert_int_equal(number(kit, "/search?q=number", "total"), COUNT);
    assert_string_equal(joined(kit, "/pages?category=7", "pages", "path"), "Odd1");
    json_t *json = get(kit, "/pages?prefix=odd3");
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
    json_t *json = get(kit, "/search?q=apple&mode=lexical&limit=1");
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
    assert_string_equal(joined(kit, "/graph?path=A&depth=1", "nodes", "path"), "A,B");
    assert_string_equal(joined(kit, "/graph?path=A&depth=2", "nodes", "path"), "A,B,C");
    json_t *json = get(kit, "/graph?path=c");
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
    assert_string_equal(joined(kit, "/broken-links", "links", "missing"), "page,anchor,file,page");
    assert_int_equal(number(kit, "/broken-links?limit=1", "total"), 4);
    assert_string_equal(joined(kit, "/pages?only=orphaned", "pages", "path"), "A,C");
    assert_string_equal(joined(kit, "/pages?only=empty", "pages", "path"), "C");
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
        json_t *json = get(kit, arena_printf(&kit->arena, "/links?limit=2&cursor=%s", cursor));
        edges += json_array_size(json_object_get(json, "edges"));
        const char *next = json_string_value(json_object_get(json, "cursor"));
        cursor = next? arena_copy(&kit->arena, next, strlen(next)): NULL;
        json_decref(json);
    }
    assert_null(cursor);
    assert_int_equal(edges, 5);
}

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
    assert_string_equal(joined(kit, "/pages/B/history", "history", "revision"),
                        arena_printf(&kit->arena, "%s,%s,%s", third, second, first));
    json_t *json = get(kit, "/pages/twin/history");
    assert_int_equal(json_array_size(json_object_get(json, "history")), 1);
    assert_string_equal(json_string_value(json_object_get(json, "path")), "Twin");
    json_decref(json);
    assert_int_equal(api(kit, "GET", "/pages/a/history", NULL), 404);
    assert_error(kit, "Page not found: a");
    assert_int_equal(api(kit, "GET", "/pages/none/history", NULL), 404);
    assert_string_equal(joined(kit, "/pages/b/history?limit=1", "history", "revision"), third);
    static const char *const all[] = { "0", "-1", "x", "" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        json = get(kit, arena_printf(&kit->arena, "/pages/b/history?limit=%s", all[i]));
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
        json_t *json = get(kit, arena_printf(&kit->arena, "/pages/a/history?limit=2&cursor=%s", cursor));
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
    assert_int_equal(number(kit, "/changelog", "total"), 2);        // the home page came and went
    api_put(kit, "a", "# A\n\nenough text to be the same page again\n", NULL);
    static const char put[] = "{\"content\":\"x\",\"commit_message\":\"  one  \\n\\n two \\n\"}";
    assert_int_equal(api(kit, "PUT", "/pages/b", put), 201);
    assert_int_equal(api(kit, "POST", "/pages/a/rename", "{\"new_path\":\"c\"}"), 200);
    json_t *json = get(kit, "/changelog?limit=2"), *entries = json_object_get(json, "entries");
    assert_int_equal(json_integer_value(json_object_get(json, "total")), 2);
    json_t *newest = json_array_get(entries, 0), *before = json_array_get(entries, 1);
    assert_int_equal(json_array_size(json_object_get(newest, "pages_affected")), 2);
    assert_string_equal(json_string_value(json_object_get(newest, "message")), "[api] Rename: a -> c");
    assert_string_equal(json_string_value(json_object_get(newest, "author")), "Claude (MCP)");
    assert_string_equal(json_string_value(json_object_get(before, "message")), "one\n\ntwo");
    assert_string_equal(json_string_value(json_array_get(json_object_get(before, "pages_affected"), 0)), "B");
    json_decref(json);
    assert_int_equal(number(kit, "/changelog?limit=0", "total"), 5);
    assert_int_equal(number(kit, "/changelog?limit=x", "total"), 5);
}

static void
test_a_difference_is_between_two_commits(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "one\ntwo\n", NULL), *second = api_put(kit, "a", "one\n2\n", first);
    json_t *json = get(kit, arena_printf(&kit->arena, "/pages/a/diff?from=%s", first));
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kit_tear_down)

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
        TEST(test_a_history_goes_through_renames_and_no_further),
        TEST(test_a_history_in_parts_goes_on_where_it_ended),
        TEST(test_a_changelog_names_the_pages_of_each_commit),
        TEST(test_a_difference_is_between_two_commits),
        TEST(test_feeds_are_of_the_wiki_a_folder_and_a_page),
        TEST(test_semantic_addresses_say_what_there_is),
        cmocka_unit_test_setup_teardown(test_without_a_key_semantic_addresses_have_an_error_of_their_own, kit_set_up,
                                        kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
