// Rules of editing: nothing that was typed is lost, bytes stay as they are, a form without our token does nothing
#include "pages_kit.h"

static void
test_a_new_page_starts_with_its_name(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/notes/rye%20bread/edit"), 200);
    assert_true(kit_shows(kit, "\n# Rye Bread\n"));
    assert_string_equal(kit_hidden(kit, "revision"), "");
    assert_false(kit->reply.cacheable);
}

static void
test_a_save_redirects_to_the_page_and_names_its_commit(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_save(kit, "/a", "text\n"), 303);
    assert_string_equal(kit_header(kit, "location"), "/a");
    assert_int_equal(strlen(kit->reply.commit), 40);
    assert_false(kit->reply.cacheable);
    kit_assert_source(kit, "/a", "text\n");
}

static void
test_a_save_that_changes_nothing_says_so(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "text\n");
    assert_int_equal(kit_save(kit, "/a", "text\r\n"), 303);
    assert_string_equal(kit_header(kit, "location"), "/a?notice=unchanged");
    kit_get(kit, "/a?notice=unchanged");
    assert_true(kit_shows(kit, "Nothing was changed"));
    kit_get(kit, "/a?notice=%3Cb%3E");
    assert_false(kit_shows(kit, "class=\"notice\""));
}

static void
test_line_ends_stay_those_of_the_page(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/lf", "one\r\ntwo\r\n");     // as a browser sends it
    kit_assert_source(kit, "/lf", "one\ntwo\n");
    kit_save(kit, "/bare", "one\r\ntwo");
    kit_assert_source(kit, "/bare", "one\ntwo");
    kit_save(kit, "/blank", "\r\n\r\none\r\n\r\n");
    kit_assert_source(kit, "/blank", "\n\none\n\n");
    kit_get(kit, "/blank/edit");
    assert_true(kit_shows(kit, "spellcheck=\"true\">\n\n\none\n\n</textarea>"));
    assert_true(kit_shows(kit, "name=\"line_ends\" value=\"lf\""));
}

static void
test_what_is_typed_comes_back_escaped(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "</textarea><script>alert(1)</script>\n");
    kit_get(kit, "/a/edit");
    assert_true(kit_shows(kit, "&lt;/textarea&gt;&lt;script&gt;"));
    assert_false(kit_shows(kit, "<script>alert"));
    POST(kit, "/a/preview", "content", "</textarea><script>x", "commit", "\"><b>", "revision", "\"><i>");
    assert_int_equal(kit->reply.status, 200);
    assert_false(kit_shows(kit, "<script>x"));
    assert_false(kit_shows(kit, "\"><b>"));
    assert_false(kit_shows(kit, "\"><i>"));
}

static void
test_a_preview_keeps_the_form_and_saves_nothing(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\n");
    kit_get(kit, "/a/edit");
    const char *base = kit_hidden(kit, "revision"), *id = kit_hidden(kit, "request_id");
    POST(kit, "/a/preview", "content", "**two**\r\n", "revision", base, "request_id", id, "commit", "why & how");
    assert_int_equal(kit->reply.status, 200);
    assert_true(kit_shows(kit, "<strong>two</strong>"));
    assert_true(kit_shows(kit, "\n**two**\n</textarea>"));
    assert_true(kit_shows(kit, "value=\"why &amp; how\""));
    assert_string_equal(kit_hidden(kit, "revision"), base);
    assert_string_equal(kit_hidden(kit, "request_id"), id);
    kit_assert_source(kit, "/a", "one\n");
}

static void
test_a_preview_as_json_is_otterwikis(void **state)
{
    pages_kit_t *kit = *state;
    const char *const pairs[] = { "content", "# A \"b\"\n", "csrf_token", kit_token(kit), NULL };
    const char *form = kit_form(kit, pairs);
    http_header_t headers[] = { { "content-type", "application/x-www-form-urlencoded" },
                                { "accept", "application/json" } };
    event_request_t request = { .method = "POST", .path = "/a/preview", .headers = headers, .headers_count = 2 };
    assert_int_equal(kit_send(kit, &request, form, strlen(form)), 200);
    assert_string_equal(kit_header(kit, "content-type"), "application/json");
    assert_int_equal(strncmp(kit->body, "{\"preview_content\":\"<h1", 23), 0);
    assert_true(kit_shows(kit, "\"preview_toc\":\""));
}

static void
test_changes_to_other_lines_are_merged(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "1\n2\n3\n4\n5\n6\n7\n8\n");
    kit_get(kit, "/a/edit");
    const char *base = kit_hidden(kit, "revision");
    kit_save(kit, "/a", "one\n2\n3\n4\n5\n6\n7\n8\n");
    assert_int_equal(POST(kit, "/a/save", "content", "1\n2\n3\n4\n5\n6\n7\neight\n", "revision", base), 303);
    assert_string_equal(kit_header(kit, "location"), "/a?notice=merged");
    kit_assert_source(kit, "/a", "one\n2\n3\n4\n5\n6\n7\neight\n");
}

static void
test_a_conflict_shows_all_sides_and_can_be_resolved(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "start\nbase line\nend\n");
    kit_get(kit, "/a/edit");
    const char *base = kit_hidden(kit, "revision"), *id = kit_hidden(kit, "request_id");
    kit_save(kit, "/a", "start\nline of <them>\nend\n");
    POST(kit, "/a/save", "content", "start\r\nline of <me>\r\nend\r\n", "revision", base, "request_id", id,
         "commit", "my reason");
    assert_int_equal(kit->reply.status, 409);
    assert_true(kit_shows(kit, "<td class=\"t\">line<ins> of &lt;me&gt;</ins></td>"));
    assert_true(kit_shows(kit, "<td class=\"t\">line<ins> of &lt;them&gt;</ins></td>"));
    assert_true(kit_shows(kit, "&lt;&lt;&lt;&lt;&lt;&lt;&lt;"));
    assert_true(kit_shows(kit, "readonly>\nstart\nline of &lt;me&gt;\nend\n</textarea>"));
    assert_true(kit_shows(kit, "readonly>\nstart\nbase line\nend\n</textarea>"));
    assert_true(kit_shows(kit, "value=\"my reason\""));
    const char *now = kit_hidden(kit, "revision");
    assert_string_not_equal(now, base);
    POST(kit, "/a/save", "content", "start\nboth\nend\n", "revision", now);
    assert_int_equal(kit->reply.status, 303);
    kit_assert_source(kit, "/a", "start\nboth\nend\n");
}

static void
test_a_page_made_twice_is_a_conflict(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/new", "first\n");
    assert_int_equal(POST(kit, "/new/save", "content", "second\n", "revision", ""), 409);
    assert_true(kit_shows(kit, "first"));
    assert_true(kit_shows(kit, "second"));
    kit_assert_source(kit, "/new", "first\n");
}

static void
test_a_repeated_save_is_one_and_another_text_is_another(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\n");
    kit_get(kit, "/a/edit");
    const char *base = kit_hidden(kit, "revision"), *id = kit_hidden(kit, "request_id");
    POST(kit, "/a/save", "content", "two\n", "revision", base, "request_id", id);
    const char *commit = arena_copy(&kit->arena, kit->reply.commit, strlen(kit->reply.commit));
    assert_int_equal(POST(kit, "/a/save", "content", "two\n", "revision", base, "request_id", id), 303);
    assert_string_equal(kit->reply.commit, commit);
    assert_int_equal(POST(kit, "/a/save", "content", "three\n", "revision", base, "request_id", id), 409);
    assert_true(kit_shows(kit, "three"));
}

static void
test_a_form_without_our_token_does_nothing_and_loses_nothing(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\n");
    static const char *const tokens[] = { "", "wrong",
        "0123456789012345678901234567890123456789012345678901234567890123" };
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        const char *const form[] = { "csrf_token", tokens[i], "content", "typed <with> care\n",
                                     "commit", "why", NULL };
        assert_int_equal(kit_post_raw(kit, "/a/save", form), 400);
        assert_true(kit_shows(kit, "typed &lt;with&gt; care"));
        assert_true(kit_shows(kit, "value=\"why\""));
        assert_string_equal(kit_hidden(kit, "csrf_token"), kit_token(kit));
        assert_int_equal(kit_post_raw(kit, "/a/preview", form), 400);
        assert_true(kit_shows(kit, "typed &lt;with&gt; care"));
        assert_int_equal(kit_post_raw(kit, "/a/delete", form), 400);
        assert_int_equal(kit_post_raw(kit, "/-/create", form), 400);
    }
    kit_assert_source(kit, "/a", "one\n");
}

static void
test_a_revision_that_is_none_is_refused_with_the_text(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\n");
    static const char *const bases[] = { "0000000000000000000000000000000000000000", "nonsense", "--all" };
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        int status = POST(kit, "/a/save", "content", "typed\n", "revision", bases[i]);
        assert_in_range(status, 400, 409);
        assert_true(kit_shows(kit, "typed"));
    }
    kit_assert_source(kit, "/a", "one\n");
}

static void
test_a_message_can_be_required(void **state)
{
    static const char *const settings[] = { "commit_message", "REQUIRED", NULL };
    pages_kit_t *kit = kit_new_with(settings);
    (void)state;
    kit_get(kit, "/a/edit");
    assert_true(kit_shows(kit, " required>"));
    assert_int_equal(POST(kit, "/a/save", "content", "typed\n", "commit", ""), 400);
    assert_true(kit_shows(kit, "typed"));
    assert_int_equal(POST(kit, "/a/save", "content", "typed\n", "commit", "because"), 303);
    kit_destroy(kit);
}

static void
test_a_default_message_names_the_page(void **state)
{
    static const char *const settings[] = { "commit_message", "DISABLED",
                                            "default_commit_message", "100%% of %P", NULL };
    pages_kit_t *kit = kit_new_with(settings);
    (void)state;
    kit_get(kit, "/some%20page/edit");
    assert_false(kit_shows(kit, "name=\"commit\""));
    assert_int_equal(POST(kit, "/some%20page/save", "content", "typed\n"), 303);
    kit_get(kit, "/some%20page/history");
    assert_true(kit_shows(kit, "100% of Some Page"));
    kit_destroy(kit);
}

static void
test_names_typed_on_the_web_are_sanitised(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/create"), 200);
    assert_int_equal(POST(kit, "/-/create", "pagename", "/Fruit/What is this?/"), 302);
    assert_non_null(strstr(kit_header(kit, "location"), "ruit/"));
    assert_null(strchr(kit_header(kit, "location"), '?'));
    kit_save(kit, "/apple", "text\n");
    assert_int_equal(POST(kit, "/-/create", "pagename", "Apple"), 409);
    assert_true(kit_shows(kit, "href=\"/apple\""));
    assert_int_equal(POST(kit, "/-/create", "pagename", "???"), 400);
    assert_int_equal(POST(kit, "/-/create", "pagename", "../.git/x"), 302);
    assert_null(strchr(kit_header(kit, "location"), '.'));
}

static void
test_a_page_is_deleted_with_its_base(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", "one\n");
    assert_int_equal(kit_get(kit, "/a/delete"), 200);
    const char *base = kit_hidden(kit, "revision");
    kit_save(kit, "/a", "two\n");
    assert_int_equal(POST(kit, "/a/delete", "revision", base), 409);
    kit_get(kit, "/a/delete");
    assert_int_equal(POST(kit, "/a/delete", "revision", kit_hidden(kit, "revision"), "message", "gone"), 302);
    assert_int_equal(kit_get(kit, "/a"), 404);
    assert_int_equal(kit_get(kit, "/a/history"), 200);
}

int
main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)
    const struct CMUnitTest tests[] = {
        RULE(test_a_new_page_starts_with_its_name),
        RULE(test_a_save_redirects_to_the_page_and_names_its_commit),
        RULE(test_a_save_that_changes_nothing_says_so),
        RULE(test_line_ends_stay_those_of_the_page),
        RULE(test_what_is_typed_comes_back_escaped),
        RULE(test_a_preview_keeps_the_form_and_saves_nothing),
        RULE(test_a_preview_as_json_is_otterwikis),
        RULE(test_changes_to_other_lines_are_merged),
        RULE(test_a_conflict_shows_all_sides_and_can_be_resolved),
        RULE(test_a_page_made_twice_is_a_conflict),
        RULE(test_a_repeated_save_is_one_and_another_text_is_another),
        RULE(test_a_form_without_our_token_does_nothing_and_loses_nothing),
        RULE(test_a_revision_that_is_none_is_refused_with_the_text),
        cmocka_unit_test(test_a_message_can_be_required),
        cmocka_unit_test(test_a_default_message_names_the_page),
        RULE(test_names_typed_on_the_web_are_sanitised),
        RULE(test_a_page_is_deleted_with_its_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
