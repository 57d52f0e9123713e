// The faults of the system that this one succeeds, contract/reference-system.md 5.1: a test for each, by its number
#include "api_kit.h"

static const char *
head_of(pages_kit_t *kit)
{
    flow_t *flow = flow_new(kit->config);
    rule_t rule = { .glob = "**", .rights = RIGHT_ALL };
    const store_head_req_t ask = { .caller = { .client = "test", .rules = &rule, .rules_count = 1 } };
    store_head_rep_t head = { .commit = "" };
    msg_t *answer = flow_ask(flow, "store", &call_store_head, &ask, NULL);
    assert_int_equal(msg_read_rep(answer, &call_store_head, &head), OK);
    const char *commit = arena_copy(&kit->arena, head.commit, strlen(head.commit));
    msg_destroy(&answer);
    flow_destroy(&flow);
    return commit;
}

// Refused, in JSON, and nothing has changed.
static void
assert_refused(pages_kit_t *kit, const char *method, const char *target, const char *body)
{
    const char *before = head_of(kit);
    int status = api(kit, method, target, body);
    if (status < 400 || status >= 500)
        fail_msg("%s %s: %d %s", method, target, status, kit->body);
    api_field(kit, "error");
    assert_string_equal(kit_header(kit, "location"), "");
    assert_string_equal(head_of(kit), before);
}

static void
put_file(pages_kit_t *kit, const char *file, const char *text)
{
    kit_put(kit, file, text, strlen(text));
}

// "a b": texts of a list of a page.
static const char *
list_of(pages_kit_t *kit, json_t *list)
{
    const char *text = "";
    for (size_t i = 0; i < json_array_size(list); i++)
        text = arena_printf(&kit->arena, "%s%s%s", text, i? "|": "", json_string_value(json_array_get(list, i)));
    return text;
}

static const char *
links(pages_kit_t *kit, const char *page, const char *which)
{
    json_t *json = api_page(kit, page);
    const char *text = list_of(kit, json_object_get(json, which));
    json_decref(json);
    return text;
}

static void
test_1_no_path_leaves_the_wiki(void **state)
{
    static const char *const paths[] = {
        "/pages/%2e%2e/x", "/pages/..%2fx", "/pages/%252e%252e/x", "/pages/a/%2e%2e/%2e%2e/x", "/pages/.git/hooks/evil",
        "/pages/.GIT/hooks/evil", "/pages/a/.git/x", "/pages/%2e/x", "/pages/a%00b", "/pages/a%0ab", "/pages/a%5cb",
        "/pages/git~1/config", "/pages/%2e%2e%2f%2e%2e%2fetc/passwd", "/pages/.git%20/x", "/pages/%ff",
    };
    pages_kit_t *kit = *state;
    FILE *outside = fopen(arena_printf(&kit->arena, "%s/x.md", kit->folder), "w");
    assert_non_null(outside);
    fputs("secret", outside);
    fclose(outside);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_refused(kit, "PUT", paths[i], "{\"content\":\"x\"}");
        assert_refused(kit, "GET", paths[i], NULL);
        assert_null(strstr(kit->body, "secret"));
        assert_refused(kit, "DELETE", paths[i], NULL);
        assert_refused(kit, "POST", arena_printf(&kit->arena, "%s/attachments", paths[i]),
                       "{\"filename\":\"a.txt\",\"content\":\"eA==\"}");
    }
    api_put(kit, "a", "x", NULL);
    assert_refused(kit, "POST", "/pages/a/rename", "{\"new_path\":\"../x\"}");
    assert_refused(kit, "POST", "/pages/a/rename", "{\"new_path\":\".git/hooks/evil\"}");
    assert_int_not_equal(access(arena_printf(&kit->arena, "%s/.git/hooks/evil.md", kit->wiki), F_OK), 0);
}

static void
test_2_a_value_of_another_type_changes_nothing(void **state)
{
    pages_kit_t *kit = *state;
    const char *revision = api_put(kit, "a", "text\n", NULL);
    static const char *const puts[] = {
        "{\"content\":null}", "{\"content\":5}", "{\"content\":[\"x\"]}", "{\"content\":{\"a\":1}}",
        "{\"content\":true}", "{\"content\":\"x\",\"revision\":1234567}", "{\"content\":\"x\",\"revision\":[\"a\"]}",
        "{\"content\":\"x\",\"revision\":{}}", "[]", "5", "\"x\"", "null", "{", "",
    };
    for (size_t i = 0; i < sizeof puts / sizeof *puts; i++) {
        assert_refused(kit, "PUT", "/pages/a", puts[i]);
        assert_refused(kit, "PATCH", "/pages/a", puts[i]);
        assert_string_equal(content(kit, "a"), "text\n");
    }
    static const char *const patches[] = {
        "\"old_string\":5,\"new_string\":\"x\"", "\"old_string\":\"t\",\"new_string\":null",
        "\"old_string\":[],\"new_string\":{}", "\"old_string\":\"text\",\"new_string\":7",
    };
    for (size_t i = 0; i < sizeof patches / sizeof *patches; i++)
        assert_refused(kit, "PATCH", "/pages/a",
                       arena_printf(&kit->arena, "{\"revision\":\"%s\",%s}", revision, patches[i]));
    assert_string_equal(content(kit, "a"), "text\n");
}

static void
test_3_front_matter_of_any_type_breaks_nothing(void **state)
{
    static const char *const fronts[] = {
        "title: 42", "title: [a, b]", "title: {x: 1}", "title: ~", "title: 2026-03-13", "category: 7", "category: [x]",
        "category: ~", "tags: ~", "tags: 5", "tags: ''", "tags: {a: b}", "tags: [1, ~, [x], good]",
        "1: one\n2.5: two\n~: none", "true: yes", "x: .nan\ny: .inf", "x: !!binary aGk=",
        "x: !!set {a, b}", "x: 99999999999999999999999",
        "d: 2026-03-13 99:99:99", "title: \"a\\0b\"", "x: !!python/object:os.system ls", "&a a: *a", "- a", "a: b: c",
        "x: \"\\ud800\"", "title: 'T'\ncategory: Good\ntags: 'good, other'",
    };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        put_file(kit, arena_printf(&kit->arena, "p%02zu.md", i),
                 arena_printf(&kit->arena, "---\n%s\n---\nneedle\n", fronts[i]));
    kit_settle(kit);
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        json_decref(api_page(kit, arena_printf(&kit->arena, "p%02zu", i)));
    assert_int_equal(api(kit, "GET", "/search?q=needle", NULL), 200);
    json_t *json = api_json(kit);
    assert_int_equal(json_integer_value(json_object_get(json, "total")), sizeof fronts / sizeof *fronts);
    json_decref(json);
    static const struct { const char *query; int total; } lists[] = {
        { "category=good", 1 }, { "category=7", 1 }, { "tag=good", 2 }, { "tag=5", 1 }, { "tag=other", 1 },
        { "tag=nothing", 0 },
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_int_equal(api(kit, "GET", arena_printf(&kit->arena, "/pages?%s", lists[i].query), NULL), 200);
        json = api_json(kit);
        if (json_integer_value(json_object_get(json, "total")) != lists[i].total)
            fail_msg("%s: %s", lists[i].query, kit->body);
        json_decref(json);
    }
    assert_int_equal(api(kit, "GET", "/pages?prefix=p10", NULL), 200);         // tags: ''
    assert_non_null(strstr(kit->body, "\"tags\":[]"));
    assert_int_equal(api(kit, "GET", "/pages/p13", NULL), 200);
    assert_non_null(strstr(kit->body, "\"frontmatter\":{\"1\":\"one\",\"2.5\":\"two\",\"null\":\"none\"}"));
    assert_int_equal(kit_shell(arena_printf(&kit->arena, "cd %s && printf '\\377\\376 needle' > bytes.md && "
        "git add bytes.md && git -c user.name=x -c user.email=x@y commit -qm bytes", kit->wiki)), 0);
    kit_settle(kit);
    assert_true(api(kit, "GET", "/pages/bytes", NULL) < 500);
    json_decref(api_json(kit));
    assert_int_equal(api(kit, "GET", "/search?q=needle", NULL), 200);
    assert_null(strstr(kit->body, "\"Bytes\""));
    assert_int_equal(api(kit, "GET", "/pages", NULL), 200);
    assert_int_equal(api(kit, "GET", "/pages/bytes/history", NULL), 200);
    put_file(kit, "real.md", "---\ncategory: 3.14159265\nx: [0.1, 685230.15, 1.0, -2.5e-3, 7]\n---\n");
    json_decref(api_page(kit, "real"));
    assert_non_null(strstr(kit->body, "{\"category\":3.14159265,\"x\":[0.1,685230.15,1.0,-0.0025,7]}"));
    assert_int_equal(api(kit, "GET", "/pages?prefix=real", NULL), 200);
    assert_non_null(strstr(kit->body, "\"category\":3.14159265,"));
}

static int
patch(pages_kit_t *kit, const char *revision, const char *old, const char *new)
{
    return api(kit, "PATCH", "/pages/a",
               arena_printf(&kit->arena, "{\"revision\":\"%s\",\"old_string\":\"%s\",\"new_string\":\"%s\"}",
                            revision, old, new));
}

static void
test_4_one_text_whatever_its_line_ends_and_however_it_is_read(void **state)
{
    static const char text[] = "one\r\ntwo\r\n\r\nthree\rfour\n";
    pages_kit_t *kit = *state;
    put_file(kit, "a.md", text);
    const char *revision = head_of(kit);
    assert_string_equal(content(kit, "a"), text);
    assert_string_equal(content(kit, arena_printf(&kit->arena, "a?revision=%s", revision)), text);
    assert_string_equal(content(kit, "a?revision=HEAD"), text);
    assert_int_equal(patch(kit, revision, "two", "2"), 200);
    assert_string_equal(content(kit, "a"), "one\r\n2\r\n\r\nthree\rfour\n");
    revision = head_of(kit);                    // who saw the text with other line ends meant the same place
    assert_int_equal(patch(kit, revision, "one\\n2", "1\\n2"), 200);
    assert_string_equal(content(kit, "a"), "1\r\n2\r\n\r\nthree\rfour\n");
}

static void
test_5_a_rename_finds_links_whatever_the_url_and_the_spelling(void **state)
{
    static const char *const urls[] = { "/pages/getting%20started.md/rename", "/pages//getting%20started/rename",
                                        "/pages/Getting%20Started/rename", "/pages/getting%2520started/rename" };
    pages_kit_t *kit = *state;
    put_file(kit, "linker.md", "[[Getting Started]] [[x|getting started.md]] `[[Getting Started]]`\n\n"
                               "    [[Getting Started]]\n");
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        put_file(kit, "getting started.md", "x");
        put_file(kit, "getting started/file.txt", "x");
        assert_int_equal(api(kit, "POST", urls[i], "{\"new_path\":\"Begin Here\"}"), 200);
        assert_string_equal(content(kit, "linker"), "[[Begin Here]] [[x|Begin Here]] `[[Getting Started]]`\n\n"
                                                    "    [[Getting Started]]\n");
        assert_int_equal(api(kit, "POST", "/pages/begin%20here/rename", "{\"new_path\":\"Getting Started\"}"), 200);
    }
}

static void
test_6_the_link_graph_is_never_stale(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "linker", "[[old]] `[[code]]` [m](/old)\n", NULL);
    api_put(kit, "old", "x\n", NULL);
    assert_string_equal(links(kit, "old", "linked_from"), "Linker");
    assert_int_equal(api(kit, "POST", "/pages/old/rename", "{\"new_path\":\"new\"}"), 200);
    assert_string_equal(links(kit, "linker", "links_to"), "New");
    assert_string_equal(links(kit, "new", "linked_from"), "Linker");
    kit_save(kit, "/linker", "[[other]]\n");    // by the web
    assert_string_equal(links(kit, "linker", "links_to"), "Other");
    assert_string_equal(links(kit, "new", "linked_from"), "");
    put_file(kit, "pushed.md", "[[new]]\n");    // by neither
    assert_string_equal(links(kit, "new", "linked_from"), "Pushed");
    assert_int_equal(api(kit, "DELETE", "/pages/pushed", NULL), 200);
    assert_string_equal(links(kit, "new", "linked_from"), "");
    assert_int_equal(api(kit, "GET", "/links/code", NULL), 200);
    assert_body(kit, "{\"linked_from\":[],\"links_to\":[],\"path\":\"Code\"}\n");
}

static void
test_7_the_history_of_a_page_is_not_that_of_its_twin(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "the same text, long enough to be alike\n", NULL);
    first = api_put(kit, "a", "the same text, long enough to be alike\nand more\n", first);
    api_put(kit, "b", "the same text, long enough to be alike\nand more\n", NULL);
    assert_int_equal(api(kit, "GET", "/pages/b/history", NULL), 200);
    json_t *json = api_json(kit);
    assert_int_equal(json_array_size(json_object_get(json, "history")), 1);
    json_decref(json);
    assert_int_equal(api(kit, "POST", "/pages/b/rename", "{\"new_path\":\"c\"}"), 200);
    assert_int_equal(api(kit, "GET", "/pages/c/history", NULL), 200);
    json = api_json(kit);
    assert_int_equal(json_array_size(json_object_get(json, "history")), 2);
    json_decref(json);
}

static void
test_8_whatever_is_wrong_is_json_and_no_redirect(void **state)
{
    static const struct { const char *method, *target; int status; } wrong[] = {
        { "GET", "/pages/a%20b", 404 }, { "GET", "/pages/", 404 }, { "GET", "/nothing", 404 },
        { "POST", "/pages", 405 }, { "DELETE", "/search", 405 }, { "GET", "/pages/a/b/", 404 },
        { "GET", "//pages", 404 }, { "GET", "/pages/A%20B/", 404 }, { "TRACE", "/health", 405 },
    };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int status = api(kit, wrong[i].method, wrong[i].target, NULL);
        if (status != wrong[i].status)
            fail_msg("%s %s: %d %s", wrong[i].method, wrong[i].target, status, kit->body);
        json_decref(api_json(kit));
        assert_string_equal(kit_header(kit, "location"), "");
    }
    put_file(kit, "a b.md", "x");
    assert_int_equal(api(kit, "GET", "/pages/a%20b", NULL), 200);
}

static void
test_9_an_attachment_is_no_page_and_no_junk(void **state)
{
    pages_kit_t *kit = *state;
    char name[600] = "";
    memset(name, 'n', sizeof name - 1);
    api_put(kit, "a", "x", NULL);
    assert_refused(kit, "POST", "/pages/a/attachments", "{\"filename\":\"x.md\",\"content\":\"eA==\"}");
    assert_refused(kit, "POST", "/pages/a/attachments", "{\"filename\":\"x.MD\",\"content\":\"eA==\"}");
    assert_refused(kit, "POST", "/pages/a/attachments", "{\"filename\":\"x.txt\",\"content\":\"eA=\"}");
    assert_refused(kit, "POST", "/pages/a/attachments", "{\"filename\":5,\"content\":\"eA==\"}");
    assert_refused(kit, "POST", "/pages/a/attachments",
                   arena_printf(&kit->arena, "{\"filename\":\"%s.txt\",\"content\":\"eA==\"}", name));
    assert_refused(kit, "PUT", arena_printf(&kit->arena, "/pages/%s", name), "{\"content\":\"x\"}");
    assert_int_equal(api(kit, "GET", "/pages", NULL), 200);
    assert_null(strstr(kit->body, "a/x"));
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, api_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_1_no_path_leaves_the_wiki),
        RULE(test_2_a_value_of_another_type_changes_nothing),
        RULE(test_3_front_matter_of_any_type_breaks_nothing),
        RULE(test_4_one_text_whatever_its_line_ends_and_however_it_is_read),
        RULE(test_5_a_rename_finds_links_whatever_the_url_and_the_spelling),
        RULE(test_6_the_link_graph_is_never_stale),
        RULE(test_7_the_history_of_a_page_is_not_that_of_its_twin),
        RULE(test_8_whatever_is_wrong_is_json_and_no_redirect),
        RULE(test_9_an_attachment_is_no_page_and_no_junk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
