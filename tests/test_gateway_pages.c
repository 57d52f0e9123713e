// Rules of pages, driven as a browser would: reading, lists, history, attachments, errors, hostile names
#include "pages_kit.h"

static const char *
newest(pages_kit_t *kit, const char *page)
{
    const char *edit = arena_printf(&kit->arena, "%s/edit", page);
    assert_int_equal(kit_get(kit, edit), 200);
    return kit_hidden(kit, "revision");
}

// ---- reading -----------------------------------------------------------------------------------------------------
static void
test_a_page_is_shown_with_its_frame(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/notes/bread", "# Baking\n\n## Flour\n\n## Water\n\n[[Notes/Bread]] and [[Nothing here]]\n");
    assert_int_equal(kit_get(kit, "/notes/bread"), 200);
    assert_string_equal(kit->reply.headers[0].name, "content-type");
    assert_string_equal(kit->reply.headers[0].value, "text/html; charset=utf-8");
    assert_true(kit_shows(kit, "<title>Baking – Test wiki</title>"));
    assert_true(kit_shows(kit, "<link rel=\"canonical\" href=\"/notes/bread\">"));
    assert_true(kit_shows(kit, "<meta name=\"csrf-token\" content=\""));
    assert_true(kit_shows(kit, "aria-current=\"page\">Bread</a>"));
    assert_true(kit_shows(kit, "href=\"#flour\""));
    assert_true(kit_shows(kit, "class=\"missing\""));
    assert_true(kit->reply.cacheable);
    assert_int_equal(strlen(kit->reply.commit), 40);
}

static void
test_any_spelling_of_a_url_serves_the_page(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const spellings[] = { "/notes/two%20words", "/Notes/Two%20Words", "/notes/two%20words.md",
                                             "/notes/two%20words/", "/notes/two%20words/view" };
    kit_save(kit, "/notes/two%20words", "# Two words\n\nhere\n");
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        assert_int_equal(kit_get(kit, spellings[i]), 200);
        assert_true(kit_shows(kit, "<link rel=\"canonical\" href=\"/notes/two%20words\">"));
    }
}

static void
test_the_home_page_is_at_the_root(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/"), 200);
    assert_true(kit_shows(kit, "<link rel=\"canonical\" href=\"/\">"));
    assert_true(kit->reply.cacheable);
}

static void
test_a_missing_page_is_404_with_a_way_to_write_it(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/no/such%20page"), 404);
    assert_true(kit_shows(kit, "href=\"/no/such%20page/edit\""));
    assert_false(kit->reply.cacheable);
    kit_settle(kit);
    assert_int_equal(kit_get(kit, "/no/such%20page/history"), 404);
    assert_int_equal(kit_get(kit, "/no/such%20page/source"), 404);
    assert_int_equal(kit_get(kit, "/no/such%20page/blame"), 404);
}

static void
test_an_old_version_says_that_it_is_old(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "first words\n");
    const char *first = newest(kit, "/a");
    kit_save(kit, "/a", "second words\n");
    const char *view = arena_printf(&kit->arena, "/a/view/%s", first);
    assert_int_equal(kit_get(kit, view), 200);
    assert_true(kit_shows(kit, "first words"));
    assert_true(kit_shows(kit, "This is an old version"));
    assert_true(kit->reply.cacheable);
    assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "/a?revision=%.8s", first)), 200);
    assert_true(kit_shows(kit, "first words"));
    assert_int_equal(kit_get(kit, "/a?revision=nonsense"), 404);
    assert_int_equal(kit_get(kit, "/a/view/00000000"), 404);
}

static void
test_a_folder_without_a_page_lists_what_is_in_it(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/box/one", "# One\n");
    kit_save(kit, "/box/two", "# Two\n");
    assert_int_equal(kit_get(kit, "/box"), 200);
    assert_true(kit_shows(kit, "href=\"/box/one\""));
    assert_true(kit_shows(kit, "href=\"/box/two\""));
}

static void
test_a_folder_is_found_under_any_spelling(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/some%20notes/bread", "# Bread\n");
    kit_put(kit, "Kept/As It Is/page.md", "# Page\n", 7);
    static const char *const urls[] = { "/some%20notes", "/Some%20Notes", "/SOME%20NOTES/", "/Kept/As%20It%20Is" };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        assert_int_equal(kit_get(kit, urls[i]), 200);
        assert_true(kit_shows(kit, "something below it"));
    }
    assert_int_equal(kit_get(kit, "/Some%20Notes/rename"), 200);
    assert_int_equal(kit_get(kit, "/Some%20Notes/delete"), 200);
    POST(kit, "/Some%20Notes/rename", "new_pagename", "Other notes");
    assert_string_equal(kit_header(kit, "location"), "/other%20notes");
    assert_int_equal(kit_get(kit, "/Other%20Notes"), 200);
    assert_int_equal(kit_get(kit, "/some%20notes"), 404);
}

static void
test_a_cursor_of_no_text_is_the_beginning(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/changelog?cursor=%ff"), 200);
    assert_int_equal(kit_get(kit, "/-/index?cursor=%c3"), 200);
}

static void
test_source_and_blame_show_the_text(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one <b>\ntwo\n");
    assert_int_equal(kit_get(kit, "/a/source"), 200);
    assert_true(kit_shows(kit, "one &lt;b&gt;"));
    assert_int_equal(kit_get(kit, "/a/source?raw"), 200);
    assert_string_equal(kit->body, "one <b>\ntwo\n");
    assert_string_equal(kit_header(kit, "content-type"), "text/plain; charset=utf-8");
    assert_int_equal(kit_get(kit, "/a/blame"), 200);
    assert_true(kit_shows(kit, "one &lt;b&gt;"));
    assert_true(kit_shows(kit, "Anonymous"));
}

// ---- history -----------------------------------------------------------------------------------------------------
static void
test_history_compares_two_versions_without_script(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\ntwo\n");
    const char *first = newest(kit, "/a");
    kit_save(kit, "/a", "one\n2 & more\n");
    const char *second = newest(kit, "/a");
    assert_int_equal(kit_get(kit, "/a/history"), 200);
    assert_true(kit_shows(kit, "name=\"rev_a\""));
    assert_true(kit_shows(kit, first));
    assert_int_equal(POST(kit, "/a/history", "rev_a", first, "rev_b", second), 302);
    const char *diff = arena_printf(&kit->arena, "/a/diff/%s/%s", first, second);
    assert_string_equal(kit_header(kit, "location"), diff);
    assert_int_equal(kit_get(kit, diff), 200);
    assert_true(kit_shows(kit, "<td class=\"s\">−</td><td class=\"t\">two</td>"));
    assert_true(kit_shows(kit, "<td class=\"s\">+</td><td class=\"t\">2 &amp; more</td>"));
    assert_true(kit->reply.cacheable);
    assert_int_equal(POST(kit, "/a/history", "rev_a", first, "rev_b", first), 302);
    assert_int_equal(POST(kit, "/a/history", "rev_a", "--all", "rev_b", first), 400);
}

static void
test_changelog_and_commit_show_what_was_done(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/a/edit");
    POST(kit, "/a/save", "content", "text\n", "revision", "", "commit", "say <it>\n\nand more");
    const char *commit = newest(kit, "/a");
    assert_int_equal(kit_get(kit, "/-/changelog"), 200);
    assert_true(kit_shows(kit, "say &lt;it&gt;"));
    assert_false(kit_shows(kit, "Request-Id"));
    assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "/-/commit/%s", commit)), 200);
    assert_true(kit_shows(kit, "and more"));
    assert_true(kit_shows(kit, "<td class=\"t\">text</td>"));
    assert_int_equal(kit_get(kit, "/-/commit/00000000"), 404);
}

static void
test_a_commit_can_be_undone(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\n");
    kit_save(kit, "/a", "two\n");
    const char *undo = arena_printf(&kit->arena, "/-/revert/%s", newest(kit, "/a"));
    assert_int_equal(kit_get(kit, undo), 200);
    assert_int_equal(POST(kit, undo, "message", "back", "request_id", kit_hidden(kit, "request_id")), 302);
    kit_get(kit, "/a/source?raw");
    assert_string_equal(kit->body, "one\n");
    assert_int_equal(POST(kit, undo, "message", "again"), 302);
    assert_string_equal(kit_header(kit, "location"), "/-/changelog?notice=undone");
    assert_int_equal(kit_get(kit, "/-/changelog?notice=undone"), 200);
    assert_true(kit_shows(kit, "nothing to undo"));
    assert_false(kit_shows(kit, "again"));
}

static void
test_a_commit_that_later_ones_stand_on_is_not_undone(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\n");
    kit_save(kit, "/a", "two\n");
    const char *undo = arena_printf(&kit->arena, "/-/revert/%s", newest(kit, "/a"));
    kit_save(kit, "/a", "three\n");
    assert_int_equal(POST(kit, undo, "message", "back"), 409);
    assert_true(kit_shows(kit, "Later changes touch the same lines"));
    kit_get(kit, "/a/source?raw");
    assert_string_equal(kit->body, "three\n");
    assert_int_equal(kit_get(kit, "/-/revert/0123456"), 404);
    assert_int_equal(POST(kit, "/-/revert/0123456", "message", "back"), 404);
}

static void
test_the_index_lists_all_pages(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/apple", "# Apple\n");
    kit_save(kit, "/notes/bread", "# Bread\n");
    assert_int_equal(kit_get(kit, "/-/index"), 200);
    assert_true(kit_shows(kit, "<h2>A</h2>"));
    assert_true(kit_shows(kit, "href=\"/notes/bread\""));
    assert_true(kit->reply.cacheable);
}

// ---- technical ---------------------------------------------------------------------------------------------------
static void
test_assets_are_immutable_under_their_hash(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/-/about");
    const char *at = strstr(kit->body, "/static/style.css?v=");
    assert_non_null(at);
    const char *url = arena_copy(&kit->arena, at, strcspn(at, "\""));
    assert_int_equal(kit_get(kit, url), 200);
    assert_string_equal(kit_header(kit, "content-type"), "text/css; charset=utf-8");
    assert_non_null(strstr(kit_header(kit, "cache-control"), "immutable"));
    assert_int_equal(kit_get(kit, "/static/style.css?v=other"), 200);
    assert_null(strstr(kit_header(kit, "cache-control"), "immutable"));
    assert_int_equal(kit_get(kit, "/static/head.html"), 404);
    assert_int_equal(kit_get(kit, "/static/none.css"), 404);
    assert_int_equal(kit_get(kit, "/favicon.ico"), 200);
}

static void
test_technical_addresses_answer(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/healthz"), 200);
    assert_int_equal(kit_get(kit, "/readyz"), 200);
    assert_string_equal(kit->body, "ok\n");
    assert_int_equal(kit_get(kit, "/robots.txt"), 200);
    assert_true(kit_shows(kit, "Allow: /\n"));
    assert_int_equal(kit_get(kit, "/api/v2/pages"), 404);
    assert_string_equal(kit_header(kit, "content-type"), "application/json");
    assert_int_equal(kit_request(kit, "PUT", "/a", NULL, 0), 405);
    assert_string_equal(kit_header(kit, "allow"), "GET, HEAD");
    gateway_head_req_t head = { 0 };
    gateway_head_rep_t found = { 0 };
    msg_t *message = msg_new_req(&call_gateway_head, &head, NULL, msg_clock_ms() + 5000);
    msg_t *answer = actor_dispatch(&gateway_actor, kit->gateway, &message);
    assert_int_equal(msg_read_rep(answer, &call_gateway_head, &found), OK);
    assert_int_equal(strlen(found.commit), 40);
    msg_destroy(&answer);
}

static void
test_every_error_is_a_page_with_its_number(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/%zz"), 400);
    assert_true(kit_shows(kit, "Number of this answer: <code>"));
    assert_true(kit_shows(kit, "</html>"));
    assert_int_equal(kit_get(kit, "/-/nothing"), 404);
    assert_true(kit_shows(kit, "</html>"));
}

// ---- hostile -----------------------------------------------------------------------------------------------------
static void
test_no_name_escapes_into_the_page(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const names[] = { "<script>alert(1)", "\"><img src=x onerror=alert(1)>", "' onclick='x",
                                         "{{{html}}}" };
    static const char *const views[] = { "", "/edit", "/source", "/history", "/blame", "/attachments", "/delete" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char url[512] = "/x";
        kit_escape(url + 2, names[i]);
        assert_int_equal(kit_save(kit, url, arena_printf(&kit->arena, "# %s\n", names[i])), 303);
        for (size_t j = 0; j < sizeof views / sizeof *views; j++) {
            assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "%s%s", url, views[j])), 200);
            assert_false(kit_shows(kit, "<script>"));
            assert_false(kit_shows(kit, "<img src=x"));
            assert_false(kit_shows(kit, "\"' onclick"));
        }
    }
    static const char *const lists[] = { "/-/index", "/-/changelog", "/", "/none%3Cscript%3E" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        kit_get(kit, lists[i]);
        assert_false(kit_shows(kit, "<script>"));
        assert_false(kit_shows(kit, "<img src=x"));
    }
}

static void
test_no_path_leaves_the_wiki(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const paths[] = { "/../x", "/%2e%2e/%2e%2e/etc/passwd", "/.git/config", "/x/.git/config",
        "/.GIT/HEAD",
        "/%00", "/a%00b", "/a%5cb", "/%ff", "/%c0%ae", "/a/a/%2e%2e", "/x/../y/edit", "/.git%20/config" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int status = kit_get(kit, paths[i]);
        if (status != 400 && status != 404)
            fail_msg("%s: %d", paths[i], status);
    }
    char path[5000] = "/";
    memset(path + 1, 'a', 1024);
    assert_in_range(kit_get(kit, path), 400, 404);
    snprintf(path + 1020, 16, "/history");
    assert_in_range(kit_get(kit, path), 400, 404);
}

int
main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)
    const struct CMUnitTest tests[] = {
        RULE(test_a_page_is_shown_with_its_frame),
        RULE(test_any_spelling_of_a_url_serves_the_page),
        RULE(test_the_home_page_is_at_the_root),
        RULE(test_a_missing_page_is_404_with_a_way_to_write_it),
        RULE(test_an_old_version_says_that_it_is_old),
        RULE(test_a_folder_without_a_page_lists_what_is_in_it),
        RULE(test_a_folder_is_found_under_any_spelling),
        RULE(test_a_cursor_of_no_text_is_the_beginning),
        RULE(test_source_and_blame_show_the_text),
        RULE(test_history_compares_two_versions_without_script),
        RULE(test_changelog_and_commit_show_what_was_done),
        RULE(test_a_commit_can_be_undone),
        RULE(test_a_commit_that_later_ones_stand_on_is_not_undone),
        RULE(test_the_index_lists_all_pages),
        RULE(test_assets_are_immutable_under_their_hash),
        RULE(test_technical_addresses_answer),
        RULE(test_every_error_is_a_page_with_its_number),
        RULE(test_no_name_escapes_into_the_page),
        RULE(test_no_path_leaves_the_wiki),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
