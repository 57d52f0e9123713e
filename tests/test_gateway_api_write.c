// The REST API: PUT, PATCH and DELETE of a page (contract/reference-system.md, 1.5 and 1.6)
#include "api_kit.h"

#define NEED_CONTENT "Request body must include 'content' field"
#define MISMATCH "Revision mismatch: page has been modified since last read."

// ---- PUT ---------------------------------------------------------------------------------------------------------
static void
test_put_makes_a_page_and_says_so(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api(kit, "PUT", "/pages/Notes/My%20Page", "{\"content\":\"# Hello\\n\"}"), 201);
    assert_body(kit, BODY(kit, "{\"created\":true,\"name\":\"My Page\",\"path\":\"Notes/My Page\","
                               "\"revision\":\"%s\"}\n", head(kit)));
    assert_string_equal(kit_header(kit, "wiki-commit"), head(kit));
    assert_string_equal(kit_header(kit, "set-cookie"), "");
    assert_string_equal(git(kit, "show HEAD:'notes/my page.md'"), "# Hello");
    assert_string_equal(git(kit, "log -1 --format='%an|%ae|%s'"),
                        "Claude (MCP)|claude-mcp@otterwiki.local|[api] Create: Notes/My Page");
}

static void
test_put_replaces_the_revision_that_was_read(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "one\n", NULL);
    const char *second = api_put(kit, "a", "---\ntitle: Fine\n---\ntwo\r\n", first);
    assert_string_not_equal(first, second);
    assert_body(kit, BODY(kit, "{\"created\":false,\"name\":\"Fine\",\"path\":\"A\",\"revision\":\"%s\"}\n", second));
    assert_string_equal(content(kit, "a"), "---\ntitle: Fine\n---\ntwo\r\n");
    assert_string_equal(git(kit, "log -1 --format=%s"), "[api] Update: a");
    api_put(kit, "a", "three\n", arena_copy(&kit->arena, second, 7));
    assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, "{\"content\":\"four\",\"commit_message\":\"mine\","
                                                           "\"revision\":\"%s\"}", head(kit))), 200);
    assert_string_equal(git(kit, "log -1 --format=%B"), "mine\n\nClient: rest\nRequest-Id: -\n");
}

static void
test_put_without_content_is_refused_in_one_way(void **state)
{
    static const char *const bodies[] = {
        NULL, "", "{}", "[]", "[\"content\"]", "null", "{\"text\":\"x\"}", "{\"content\"", "\"content\"",
        "{\"content\":\"a\",\"content\":\"b\"}", "{\"content\":\"a\\u0000b\"}", "{\"content\":\"\\ud800\"}",
        "{\"content\":\"a\"} x"
    };
    pages_kit_t *kit = *state;
    const char *before = head(kit);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        assert_int_equal(api(kit, "PUT", "/pages/x", bodies[i]), 422);
        assert_error(kit, NEED_CONTENT);
    }
    http_header_t headers[] = { { "authorization", "Bearer " API_KEY }, { "content-type", "text/plain" } };
    assert_int_equal(api_send(kit, "PUT", "/api/v1/pages/x", headers, 2, "{\"content\":\"a\"}"), 422);
    assert_error(kit, NEED_CONTENT);
    assert_int_equal(api_send(kit, "PUT", "/api/v1/pages/x", headers, 1, "{\"content\":\"a\"}"), 422);
    assert_string_equal(head(kit), before);
    headers[1].value = "Application/JSON; charset=utf-8";
    assert_int_equal(api_send(kit, "PUT", "/api/v1/pages/x", headers, 2, "{\"content\":\"a\"}"), 201);
}

// [V] 5.1.2: types are looked at before anything is done.
static void
test_put_of_another_type_changes_nothing(void **state)
{
    static const char *const bodies[] = {
        "{\"content\":null}", "{\"content\":7}", "{\"content\":[\"a\"]}", "{\"content\":\"a\",\"revision\":7}",
        "{\"content\":\"a\",\"revision\":[]}", "{\"content\":\"a\",\"commit_message\":1}",
        "{\"content\":\"a\",\"merge\":\"yes\"}"
    };
    pages_kit_t *kit = *state;
    api_put(kit, "x", "stays\n", NULL);
    const char *before = head(kit);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        assert_int_equal(api(kit, "PUT", "/pages/x", bodies[i]), 422);
        assert_non_null(strstr(kit->body, "Field '"));
    }
    assert_string_equal(head(kit), before);
    assert_string_equal(content(kit, "x"), "stays\n");
}

static void
test_put_judges_the_revision_in_order(void **state)
{
    static const char *const absent[] = { "", ",\"revision\":\"\"", ",\"revision\":null" };
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "one\n", NULL), *second = api_put(kit, "a", "two\n", first);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, "{\"content\":\"x\"%s}", absent[i])), 409);
        assert_error(kit, "Revision required when updating an existing page. Read the page first to get the current "
                          "revision.");
    }
    assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, "{\"content\":\"x\",\"revision\":\"%.6s\"}", second)), 422);
    assert_error(kit, "revision must be at least 7 characters");
    assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, "{\"content\":\"x\",\"revision\":\"%s\"}", first)), 409);
    assert_body(kit, BODY(kit, "{\"base\":\"one\\n\",\"current_revision\":\"%s\",\"error\":\"" MISMATCH "\","
                               "\"theirs\":\"two\\n\",\"yours\":\"x\"}\n", second));
    assert_int_equal(api(kit, "PUT", "/pages/a", "{\"content\":\"x\",\"revision\":\"HEAD~0000\"}"), 409);
    assert_body(kit, BODY(kit, "{\"base\":null,\"current_revision\":\"%s\",\"error\":\"" MISMATCH "\","
                               "\"theirs\":\"two\\n\",\"yours\":\"x\"}\n", second));
    assert_string_equal(head(kit), second);
}

static void
test_put_of_a_missing_page_ignores_the_revision(void **state)
{
    assert_int_equal(api(*state, "PUT", "/pages/new", "{\"content\":\"x\",\"revision\":\"zz\"}"), 201);
}

static void
test_put_of_the_same_text_makes_no_commit(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "one\n", NULL);
    api_put(kit, "b", "other\n", NULL);
    const char *before = head(kit);
    assert_string_equal(api_put(kit, "a", "one\n", first), first);
    const char *body = BODY(kit, "{\"content\":\"one\\n\",\"revision\":\"%s\"}", first);
    assert_int_equal(api(kit, "PUT", "/pages/a", body), 200);
    assert_body(kit, BODY(kit, "{\"created\":false,\"name\":\"A\",\"path\":\"A\",\"revision\":\"%s\"}\n", first));
    assert_string_equal(head(kit), before);
}

static void
test_put_to_an_impossible_path_is_refused(void **state)
{
    static const char *const paths[] = { "%2e%2e/x", "a/../b", ".git/hooks/evil", "a%5Cb", "%01", "%252e%252e/x",
                                         "a/.GIT/x", "/" };
    pages_kit_t *kit = *state;
    const char *before = head(kit);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(api(kit, "PUT", BODY(kit, "/pages/%s", paths[i]), "{\"content\":\"x\"}"), 422);
        assert_non_null(strstr(kit->body, "{\"error\":\"Invalid page path: "));
    }
    char path[2000];
    memset(path, 'n', sizeof path);
    path[300] = 0;
    assert_int_equal(api(kit, "PUT", BODY(kit, "/pages/%s", path), "{\"content\":\"x\"}"), 422);
    path[300] = 'n';
    path[1999] = 0;
    assert_int_equal(api(kit, "PUT", BODY(kit, "/pages/%s", path), "{\"content\":\"x\"}"), 422);
    assert_string_equal(head(kit), before);
}

static void
test_put_finds_the_page_under_any_spelling(void **state)
{
    pages_kit_t *kit = *state;
    kit_put(kit, "Mixed/Case.md", "old\n", 4);
    const char *revision = head(kit);
    assert_int_equal(api(kit, "PUT", "/pages/mixed//CASE.md",
                         BODY(kit, "{\"content\":\"new\\n\",\"revision\":\"%s\"}", revision)), 200);
    assert_string_equal(api_field(kit, "path"), "Mixed/Case");
    assert_string_equal(git(kit, "show HEAD:Mixed/Case.md"), "new");
    assert_string_equal(git(kit, "ls-files"), "Mixed/Case.md\nhome.md");
}

static void
test_too_large_is_told_as_such(void **state)
{
    pages_kit_t *kit = *state;
    size_t size = LIMIT_PAGE_BYTES + 1;
    char *text = arena_alloc(&kit->arena, size + 1);
    memset(text, 'x', size);
    assert_int_equal(api(kit, "PUT", "/pages/x", BODY(kit, "{\"content\":\"%s\"}", text)), 413);
    assert_error(kit, "Page too large (max 4MB)");
}

static void
test_a_body_beyond_measure_is_no_body(void **state)
{
    pages_kit_t *kit = *state;
    char deep[400] = "{\"content\":";
    memset(deep + strlen(deep), '[', 100);
    assert_int_equal(api(kit, "PUT", "/pages/x", deep), 422);
    assert_error(kit, NEED_CONTENT);
    char *wide = arena_alloc(&kit->arena, 100001);
    for (int i = 0; i < 100000; i++)
        wide[i] = i % 2? ',': '0';
    assert_int_equal(api(kit, "PUT", "/pages/x", BODY(kit, "{\"content\":\"x\",\"a\":[%s0]}", wide)), 422);
}

// ---- PATCH -------------------------------------------------------------------------------------------------------
static void
test_patch_replaces_one_piece(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "---\ntitle: T\n---\none two three\n", NULL);
    const char *body = BODY(kit, "{\"revision\":\"%.7s\",\"old_string\":\"title: T\\n---\\none\",\"new_string\":"
                                 "\"title: U\\n---\\n1\"}", first);
    assert_int_equal(api(kit, "PATCH", "/pages/A", body), 200);
    assert_body(kit, BODY(kit, "{\"name\":\"U\",\"path\":\"A\",\"revision\":\"%s\"}\n", head(kit)));
    assert_string_equal(git(kit, "log -1 --format=%s"), "[api] Edit: A");
    body = BODY(kit, "{\"revision\":\"%s\",\"old_string\":\" two\",\"new_string\":\"\",\"commit_message\":\"m\"}",
                head(kit));
    assert_int_equal(api(kit, "PATCH", "/pages/a", body), 200);
    assert_string_equal(content(kit, "a"), "---\ntitle: U\n---\n1 three\n");
}

static void
test_patch_is_refused_in_the_order_of_the_reference(void **state)
{
    static const struct { const char *body; int status; const char *error; } cases[] = {
        { NULL, 422, "Request body is required" },
        { "{}", 422, "Request body is required" },
        { "[1]", 422, "Request body is required" },
        { "{\"x\":1}", 422, "Missing required field: revision" },
        { "{\"revision\":1}", 422, "Missing required field: old_string" },
        { "{\"revision\":\"\",\"old_string\":1}", 422, "Missing required field: new_string" },
        { "{\"revision\":1,\"old_string\":\"\",\"new_string\":\"\"}", 422, "Field 'revision' must be a string" },
        { "{\"revision\":\"\",\"old_string\":null,\"new_string\":\"\"}", 422, "Field 'old_string' must be a string" },
        { "{\"revision\":\"\",\"old_string\":\"\",\"new_string\":3}", 422, "Field 'new_string' must be a string" },
        { "{\"revision\":\"\",\"old_string\":\"\",\"new_string\":\"\"}", 422, "old_string must not be empty" },
        { "{\"revision\":\"\",\"old_string\":\"a\",\"new_string\":\"a\"}", 422,
          "revision must be at least 7 characters" },
        { "{\"revision\":null,\"old_string\":\"a\",\"new_string\":\"a\"}", 422,
          "revision must be at least 7 characters" },
        { "{\"revision\":\"123456\",\"old_string\":\"a\",\"new_string\":\"b\"}", 422,
          "revision must be at least 7 characters" },
        { "{\"revision\":\"1234567\",\"old_string\":\"a\",\"new_string\":\"a\"}", 422,
          "old_string and new_string are identical" },
        { "{\"revision\":\"1234567\",\"old_string\":\"a\",\"new_string\":\"b\"}", 404, "Page not found: No/Page" },
    };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(api(kit, "PATCH", "/pages/No/Page", cases[i].body), cases[i].status);
        assert_body(kit, BODY(kit, "{\"error\":\"%s\"}\n", cases[i].error));
    }
}

static void
test_patch_wants_one_place_of_the_newest_text(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "aaaa b\n", NULL), *second = api_put(kit, "a", "aaaa b c\n", first);
    const char *form = "{\"revision\":\"%s\",\"old_string\":\"%s\",\"new_string\":\"x\"}";
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, first, "zzz")), 409);
    assert_body(kit, BODY(kit, "{\"base\":\"aaaa b\\n\",\"current_revision\":\"%s\",\"error\":\"" MISMATCH "\","
                               "\"theirs\":\"aaaa b c\\n\",\"yours\":null}\n", second));
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, first, "b")), 409);
    assert_string_equal(api_field(kit, "yours"), "aaaa x\n");
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, second, "zzz")), 422);
    assert_error(kit, "old_string not found in page content");
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, second, "aa")), 422);
    assert_error(kit, "old_string is ambiguous: found 2 occurrences. Provide a longer unique string.");
    assert_string_equal(head(kit), second);
}

// [V] 5.1.4
static void
test_patch_of_crlf_text_changes_the_piece_alone(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "one\r\ntwo\r\nthree\r\nfo\rur\n", NULL);
    assert_string_equal(content(kit, "a"), "one\r\ntwo\r\nthree\r\nfo\rur\n");
    const char *form = "{\"revision\":\"%s\",\"old_string\":\"%s\",\"new_string\":\"%s\"}";
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, first, "one\\ntwo", "1\\n2")), 200);
    assert_string_equal(content(kit, "a"), "1\r\n2\r\nthree\r\nfo\rur\n");
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, head(kit), "2\\r\\nth", "x\\r\\ny")), 200);
    assert_string_equal(content(kit, "a"), "1\r\nx\r\nyree\r\nfo\rur\n");
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, form, head(kit), "fo\\nur", "five")), 200);
    assert_string_equal(content(kit, "a"), "1\r\nx\r\nyree\r\nfive\n");
    const char *plain = api_put(kit, "b", "a\nb\n", NULL);
    assert_int_equal(api(kit, "PATCH", "/pages/b", BODY(kit, form, plain, "a\\r\\nb", "c\\r\\nd")), 200);
    assert_string_equal(content(kit, "b"), "c\r\nd\n");
}

// ---- DELETE ------------------------------------------------------------------------------------------------------
static void
test_delete_needs_nothing_and_leaves_what_lies_below(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "Notes/a", "x\n", NULL);
    api_put(kit, "Notes/a/b", "y\n", NULL);
    assert_int_equal(api(kit, "DELETE", "/pages/notes/A", NULL), 200);
    assert_body(kit, "{\"deleted\":true,\"path\":\"Notes/A\"}\n");
    assert_string_equal(git(kit, "log -1 --format=%s"), "[api] Delete: notes/A");
    assert_string_equal(kit_header(kit, "wiki-commit"), head(kit));
    assert_int_equal(api(kit, "DELETE", "/pages/notes/A", NULL), 404);
    assert_error(kit, "Page not found: notes/A");
    assert_int_equal(api(kit, "GET", "/pages/notes/a/b", NULL), 200);
}

static void
test_delete_takes_a_message_and_a_revision(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "x\n", NULL), *second = api_put(kit, "a", "y\n", first);
    assert_int_equal(api(kit, "DELETE", "/pages/a", BODY(kit, "{\"revision\":\"%s\"}", first)), 409);
    assert_string_equal(api_field(kit, "current_revision"), second);
    assert_int_equal(api(kit, "DELETE", BODY(kit, "/pages/a?revision=%s", first), NULL), 409);
    assert_int_equal(api(kit, "DELETE", "/pages/a", "{\"revision\":\"abc\"}"), 422);
    assert_error(kit, "revision must be at least 7 characters");
    assert_int_equal(api(kit, "DELETE", "/pages/a", "{\"commit_message\":5}"), 422);
    assert_int_equal(api(kit, "DELETE", "/pages/a", BODY(kit, "{\"revision\":\"%s\",\"commit_message\":\"bye\"}",
                                                         second)), 200);
    assert_string_equal(git(kit, "log -1 --format=%s"), "bye");
}

static void
test_delete_ignores_a_body_that_is_no_json(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a", "x\n", NULL);
    assert_int_equal(api(kit, "DELETE", "/pages/a", "{{{"), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_put_makes_a_page_and_says_so),
        TEST(test_put_replaces_the_revision_that_was_read),
        TEST(test_put_without_content_is_refused_in_one_way),
        TEST(test_put_of_another_type_changes_nothing),
        TEST(test_put_judges_the_revision_in_order),
        TEST(test_put_of_a_missing_page_ignores_the_revision),
        TEST(test_put_of_the_same_text_makes_no_commit),
        TEST(test_put_to_an_impossible_path_is_refused),
        TEST(test_put_finds_the_page_under_any_spelling),
        TEST(test_too_large_is_told_as_such),
        TEST(test_a_body_beyond_measure_is_no_body),
        TEST(test_patch_replaces_one_piece),
        TEST(test_patch_is_refused_in_the_order_of_the_reference),
        TEST(test_patch_wants_one_place_of_the_newest_text),
        TEST(test_patch_of_crlf_text_changes_the_piece_alone),
        TEST(test_delete_needs_nothing_and_leaves_what_lies_below),
        TEST(test_delete_takes_a_message_and_a_revision),
        TEST(test_delete_ignores_a_body_that_is_no_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
