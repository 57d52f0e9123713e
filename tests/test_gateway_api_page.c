// The REST API: GET of a page, now and as it was (contract/reference-system.md, 1.3 and 1.6)
#include "api_kit.h"

static json_t *
member(const json_t *json, const char *name)
{
    json_t *value = json_object_get(json, name);
    if (!value)
        fail_msg("%s is missing", name);
    return value;
}

static void
assert_text(const json_t *json, const char *name, const char *expected)
{
    assert_true(json_is_string(member(json, name)));
    assert_string_equal(json_string_value(member(json, name)), expected);
}

static void
assert_json(const json_t *json, const char *expected)
{
    char *text = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
    assert_string_equal(text, expected);
    free(text);
}

static void
assert_links(pages_kit_t *kit, const char *page, const char *to, const char *from)
{
    json_t *json = api_page(kit, page);
    assert_json(member(json, "links_to"), to);
    assert_json(member(json, "linked_from"), from);
    assert_string_equal(kit_header(kit, "wiki-index"), "");
    json_decref(json);
}

static void
test_a_page_comes_with_all_that_is_known_of_it(void **state)
{
    pages_kit_t *kit = *state;
    static const char text[] = "---\ntitle: The \xC3\x84ther\ntags: [a, b]\nyear: 2026\n---\n"
                               "[[Actors/USA]] [[Actors/USA]]\n";
    api_put(kit, "Actors/Iran", text, NULL);
    const char *revision = head(kit);
    json_t *json = api_page(kit, "actors/iran");
    assert_int_equal(json_object_size(json), 8);
    assert_text(json, "name", "The \xC3\x84ther");
    assert_text(json, "path", "Actors/Iran");
    assert_text(json, "content", text);
    assert_json(member(json, "frontmatter"), "{\"tags\":[\"a\",\"b\"],\"title\":\"The \\u00C4ther\",\"year\":2026}");
    assert_json(member(json, "links_to"), "[\"Actors/Usa\"]");
    assert_json(member(json, "linked_from"), "[]");
    assert_text(json, "revision", revision);
    const json_t *last = member(json, "last_commit");
    assert_int_equal(json_object_size(last), 4);
    assert_text(last, "revision", revision);
    assert_text(last, "author", "Claude (MCP)");
    assert_text(last, "message", "[api] Create: Actors/Iran");
    assert_text(last, "date", git(kit, "log -1 --format=%aI"));
    json_decref(json);
    assert_string_equal(kit_header(kit, "cache-control"), "private, no-cache");
    assert_string_equal(kit_header(kit, "vary"), "Authorization");
    assert_string_equal(kit_header(kit, "wiki-commit"), revision);
    assert_true(kit->reply.cacheable && kit->reply.own);
    assert_string_equal(kit->reply.commit, revision);
}

static void
test_the_date_has_the_zone_of_its_author(void **state)
{
    pages_kit_t *kit = *state;
    kit_put(kit, "z.md", "z\n", 2);
    const char *date = "2026-03-13T12:34:56 -0330";
    kit_shell(BODY(kit, "cd %s && printf 'y\\n' > z.md && git add z.md && git -c user.name='Zo\xC3\xA9' "
                        "-c user.email=z@x commit -q --date '%s' -m '  two\n\nlines  '", kit->wiki, date));
    json_t *json = api_page(kit, "z");
    assert_text(member(json, "last_commit"), "date", "2026-03-13T12:34:56-03:30");
    assert_text(member(json, "last_commit"), "author", "Zo\xC3\xA9");
    assert_text(member(json, "last_commit"), "message", "two\n\nlines");
    json_decref(json);
}

static void
test_without_front_matter_there_is_null_and_the_name_of_the_path(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "notes/my first page", "text\n", NULL);
    json_t *json = api_page(kit, "notes/my%20first%20page");
    assert_text(json, "name", "My First Page");
    assert_true(json_is_null(member(json, "frontmatter")));
    json_decref(json);
}

// [V] 5.1.3
static void
test_front_matter_of_any_type_is_shown_and_breaks_nothing(void **state)
{
    static const struct { const char *matter, *json, *name; } cases[] = {
        { "title: 2026", "{\"title\":2026}", "2026" },
        { "category: 7\ntags: null", "{\"category\":7,\"tags\":null}", "P" },
        { "1: one\n2: two", "{\"1\":\"one\",\"2\":\"two\"}", "P" },
        { "tags: \"\"", "{\"tags\":\"\"}", "P" },
        { "date: 2026-03-13", "{\"date\":\"Fri, 13 Mar 2026 00:00:00 GMT\"}", "P" },
        { "- a\n- b", "null", "P" },
        { "a: [", "null", "P" },
    };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *file = BODY(kit, "m%zu/p.md", i), *text = BODY(kit, "---\n%s\n---\nx\n", cases[i].matter);
        kit_put(kit, file, text, strlen(text));
        json_t *json = api_page(kit, BODY(kit, "m%zu/p", i));
        assert_json(member(json, "frontmatter"), cases[i].json);
        assert_text(json, "name", cases[i].name);
        json_decref(json);
    }
}

// [V] 5.1.5, 5.1.6: the graph is the commit's, whoever made it.
static void
test_links_are_those_of_the_newest_commit(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "[[B]] `[[code]]` [md](c) [[Text|Notes/D#x]]\n", NULL);
    assert_links(kit, "a", "[\"B\",\"Notes/D\"]", "[]");
    api_put(kit, "b", "[[A]] [[b]]\n", NULL);
    assert_links(kit, "b", "[\"A\",\"B\"]", "[\"A\",\"B\"]");
    api_put(kit, "a", "nothing\n", first);
    assert_links(kit, "b", "[\"A\",\"B\"]", "[\"B\"]");
    kit_put(kit, "Zed/One.md", "[[B]]\n", 6);
    assert_links(kit, "b", "[\"A\",\"B\"]", "[\"Zed/One\",\"B\"]");     // in order of the files
    assert_int_equal(api(kit, "DELETE", "/pages/b", NULL), 200);
    assert_links(kit, "zed/one", "[\"B\"]", "[]");
    assert_links(kit, "a", "[]", "[]");
}

static void
test_display_paths_are_those_of_python(void **state)
{
    static const struct { const char *file, *path; } cases[] = {
        { "don't.md", "Don'T" }, { "3rd place.md", "3Rd Place" }, { "stra\xC3\x9F" "e.md", "Stra\xC3\x9F" "e" },
        { "\xC3\x9F" "a.md", "\xC3\x9F" "a" }, { "my_page/the_x.md", "My_Page/The_X" },
        { "kept/iPhone notes.md", "Kept/iPhone notes" },
        { "\xC3\xA9t\xC3\xA9.md", "\xC3\x89t\xC3\xA9" }, { "\xC7\x86.md", "\xC7\x85" }, { "a-b.c.md", "A-B.C" },
        { "\xE6\x97\xA5\xE6\x9C\xAC x.md", "\xE6\x97\xA5\xE6\x9C\xAC X" },
    };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kit_put(kit, cases[i].file, "x\n", 2);
        char path[512];
        kit_escape(path, cases[i].file);
        json_t *json = api_page(kit, path);
        assert_text(json, "path", cases[i].path);
        json_decref(json);
    }
}

static void
test_a_path_is_found_in_every_spelling(void **state)
{
    static const char *const spellings[] = { "notes/one", "Notes/One", "NOTES/ONE.md", "/notes//one", "notes/one/",
                                             "notes%2Fone", "notes%252Fone", "n%6ftes/one" };
    pages_kit_t *kit = *state;
    api_put(kit, "Notes/One", "x\n", NULL);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        json_t *json = api_page(kit, spellings[i]);
        assert_text(json, "path", "Notes/One");
        json_decref(json);
    }
}

// [V] 5.1.4
static void
test_text_is_the_same_to_the_byte_now_and_then(void **state)
{
    static const char text[] = "a\r\nb\rc\n\n\n\xE2\x80\xA8\x7F\x1B no end";
    pages_kit_t *kit = *state;
    api_put(kit, "bytes", text, NULL);
    assert_string_equal(content(kit, "bytes"), text);
    assert_string_equal(content(kit, BODY(kit, "bytes?revision=%s", head(kit))), text);
    kit_put(kit, "lines.md", "x\n\n", 3);
    assert_string_equal(content(kit, "lines?revision=HEAD"), "x\n\n");
}

static void
test_a_page_that_is_no_text_is_refused_and_not_changed(void **state)
{
    pages_kit_t *kit = *state;
    kit_shell(BODY(kit, "cd %s && printf 'caf\\351\\n' > latin.md && git add latin.md && git -c user.name=x "
                        "-c user.email=x commit -q -m latin", kit->wiki));
    assert_int_equal(api(kit, "GET", "/pages/latin", NULL), 422);
    assert_error(kit, "Page is not UTF-8 text: latin");
    const char *before = head(kit);
    assert_int_equal(api(kit, "PATCH", "/pages/latin", BODY(kit, "{\"revision\":\"%s\",\"old_string\":\"caf\","
                                                                 "\"new_string\":\"x\"}", before)), 422);
    const char *put = BODY(kit, "{\"revision\":\"%s\",\"content\":\"x\"}", before);
    assert_int_equal(api(kit, "PUT", "/pages/latin", put), 415);
    assert_string_equal(head(kit), before);
}

// ---- as it was ---------------------------------------------------------------------------------------------------
static void
test_a_revision_is_any_expression_that_git_takes(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "---\ntitle: Old\n---\none\n", NULL);
    const char *second = api_put(kit, "a", "two\n", first);
    api_put(kit, "b", "[[a]]\n", NULL);
    const char *names[] = { first, BODY(kit, "%.7s", first), "HEAD~2", "HEAD%5E%5E", "main~2" };
    for (size_t i = 0; i < 5; i++) {
        json_t *json = api_page(kit, BODY(kit, "a?revision=%s", names[i]));
        assert_text(json, "content", "---\ntitle: Old\n---\none\n");
        assert_text(json, "name", "Old");
        assert_text(json, "revision", i < 2? first: "");
        assert_int_equal(json_is_null(member(json, "last_commit")), i >= 2);
        assert_json(member(json, "links_to"), "[]");
        assert_json(member(json, "linked_from"), "[\"B\"]");            // as they are now
        json_decref(json);
    }
    json_t *json = api_page(kit, BODY(kit, "a?revision=%s", head(kit)));
    assert_text(json, "content", "two\n");
    assert_text(json, "revision", "");          // a commit that did not touch it
    assert_true(json_is_null(member(json, "last_commit")));
    json_decref(json);
    json = api_page(kit, "a?revision=");
    assert_text(json, "revision", second);
    json_decref(json);
}

static void
test_a_revision_that_is_none_is_not_found(void **state)
{
    static const char *const names[] = {
        "nonsense", "0123456789", "HEAD~99", "a..b", "--help", "HEAD:a.md", "%20",
        "01234567890123456789012345678901234567890123456789012345678901234567890"
    };
    pages_kit_t *kit = *state;
    const char *before = head(kit);
    api_put(kit, "a", "one\n", NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(api(kit, "GET", BODY(kit, "/pages/a?revision=%s", names[i]), NULL), 404);
        assert_error(kit, "Page not found: a");
    }
    assert_int_equal(api(kit, "GET", BODY(kit, "/pages/a?revision=%s", before), NULL), 404);    // not there yet
    assert_int_equal(api(kit, "GET", "/pages/none?revision=HEAD", NULL), 404);
    assert_error(kit, "Page not found: none");
}

static void
test_a_deleted_page_stays_readable_by_its_revision(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "Notes/Gone", "was [[here]]\n", NULL);
    assert_int_equal(api(kit, "DELETE", "/pages/notes/gone", NULL), 200);
    assert_int_equal(api(kit, "GET", "/pages/notes/gone", NULL), 404);
    json_t *json = api_page(kit, BODY(kit, "notes/Gone?revision=%s", first));
    assert_text(json, "content", "was [[here]]\n");
    assert_text(json, "path", "Notes/Gone");
    assert_text(json, "revision", first);
    json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_page_comes_with_all_that_is_known_of_it),
        TEST(test_the_date_has_the_zone_of_its_author),
        TEST(test_without_front_matter_there_is_null_and_the_name_of_the_path),
        TEST(test_front_matter_of_any_type_is_shown_and_breaks_nothing),
        TEST(test_links_are_those_of_the_newest_commit),
        TEST(test_display_paths_are_those_of_python),
        TEST(test_a_path_is_found_in_every_spelling),
        TEST(test_text_is_the_same_to_the_byte_now_and_then),
        TEST(test_a_page_that_is_no_text_is_refused_and_not_changed),
        TEST(test_a_revision_is_any_expression_that_git_takes),
        TEST(test_a_revision_that_is_none_is_not_found),
        TEST(test_a_deleted_page_stays_readable_by_its_revision),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
