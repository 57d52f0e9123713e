// Rules of changes that go beyond one page: renames, sections, batches
#include "api_kit.h"

// ---- rename ------------------------------------------------------------------------------------------------------
static int
rename_to(pages_kit_t *kit, const char *path, const char *to)
{
    return api(kit, "POST", arena_printf(&kit->arena, "/pages/%s/rename", path),
               arena_printf(&kit->arena, "{\"new_path\":\"%s\"}", to));
}

static const char *
content_of(pages_kit_t *kit, const char *page)
{
    json_t *json = api_page(kit, page);
    const char *text = json_string_value(json_object_get(json, "content"));
    text = arena_copy(&kit->arena, text, strlen(text));
    json_decref(json);
    return text;
}

static void
test_a_rename_takes_the_links_along(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "notes/old page", "# Old\n\n[[notes/old page#Top]]\n", NULL);
    api_put(kit, "linker", "[[See|Notes/Old Page#Top]] and `[[notes/old page]]`\n", NULL);
    api_put(kit, "other", "[[elsewhere]]\n", NULL);
    assert_int_equal(rename_to(kit, "Notes/Old%20Page.md", " archive/new page "), 200);
    json_t *json = api_json(kit);
    assert_string_equal(json_string_value(json_object_get(json, "old_path")), "Notes/Old Page");
    assert_string_equal(json_string_value(json_object_get(json, "new_path")), "Archive/New Page");
    json_t *pages = json_object_get(json, "updated_pages");
    assert_int_equal(json_array_size(pages), 2);
    assert_string_equal(json_string_value(json_array_get(pages, 0)), "Archive/New Page");
    assert_string_equal(json_string_value(json_array_get(pages, 1)), "Linker");
    json_decref(json);
    assert_string_equal(content_of(kit, "linker"), "[[See|Archive/New Page#Top]] and `[[notes/old page]]`\n");
    assert_string_equal(content_of(kit, "archive/new%20page"), "# Old\n\n[[Archive/New Page#Top]]\n");
    json = api_page(kit, "archive/new%20page");
    assert_int_equal(json_array_size(json_object_get(json, "linked_from")), 2);
    json_decref(json);
    assert_int_equal(api(kit, "GET", "/links/notes/old%20page", NULL), 200);
    assert_body(kit, "{\"linked_from\":[],\"links_to\":[],\"path\":\"Notes/Old Page\"}\n");
    assert_int_equal(api(kit, "GET", "/pages/notes/old%20page", NULL), 404);
}

static void
test_a_rename_is_checked_in_the_order_of_the_reference(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "a", "# A\n", NULL);
    api_put(kit, "b", "# B\n", NULL);
    assert_int_equal(api(kit, "POST", "/pages/none/rename", "{}"), 404);
    assert_error(kit, "Page not found: none");
    assert_int_equal(api(kit, "POST", "/pages/a/rename", "{\"commit_message\":\"x\"}"), 422);
    assert_error(kit, "Request body must include 'new_path' field");
    assert_int_equal(rename_to(kit, "a", "  "), 422);
    assert_error(kit, "new_path must not be empty");
    assert_int_equal(rename_to(kit, "a", "/A.md"), 422);
    assert_error(kit, "new_path is the same as the current path");
    assert_int_equal(rename_to(kit, "a", "B"), 409);
    assert_error(kit, "A page already exists at: B");
    assert_int_equal(rename_to(kit, "a", "../x"), 422);
    api_put(kit, "a", "# A2\n", first);
    assert_int_equal(api(kit, "POST", "/pages/a/rename",
                         arena_printf(&kit->arena, "{\"new_path\":\"c\",\"revision\":\"%s\"}", first)), 409);
    assert_string_equal(api_field(kit, "error"), "Revision mismatch: page has been modified since last read.");
}

static void
test_a_rename_that_is_repeated_gives_its_answer_again(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a", "# A\n", NULL);
    api_put(kit, "linker", "[[a]]\n", NULL);
    static const char body[] = "{\"new_path\":\"b\"}";
    assert_int_equal(api_with(kit, "POST", "/pages/a/rename", "idempotency-key", "k1", body), 200);
    const char *first = api_field(kit, "revision"), *whole = arena_copy(&kit->arena, kit->body, kit->size);
    assert_int_equal(api_with(kit, "POST", "/pages/a/rename", "idempotency-key", "k1", body), 200);
    assert_string_equal(api_field(kit, "revision"), first);
    assert_string_equal(kit->body, whole);
}

static void
test_what_is_below_a_page_stays_unless_it_is_wanted(void **state)
{
    pages_kit_t *kit = *state;
    static const char file[] = "{\"filename\":\"x.txt\",\"content\":\"eA==\"}";
    api_put(kit, "a", "# A\n\n![x](./x.txt)\n", NULL);
    api_put(kit, "a/sub", "# Sub\n", NULL);
    assert_int_equal(api(kit, "POST", "/pages/a/attachments", file), 201);
    assert_int_equal(rename_to(kit, "a", "b"), 200);
    assert_int_equal(api(kit, "GET", "/pages/a/sub", NULL), 200);
    assert_int_equal(api(kit, "GET", "/pages/b/attachments/x.txt", NULL), 404);
    assert_int_equal(rename_to(kit, "b", "a"), 200);
    assert_int_equal(api(kit, "POST", "/pages/a/rename", "{\"new_path\":\"c\",\"below\":true}"), 200);
    assert_int_equal(api(kit, "GET", "/pages/c/sub", NULL), 200);
    assert_int_equal(api(kit, "GET", "/pages/c/attachments/x.txt", NULL), 200);
    assert_int_equal(api(kit, "GET", "/pages/a/sub", NULL), 404);
}

// ---- sections ----------------------------------------------------------------------------------------------------
static const char page[] = "---\ntitle: T\n---\n# One\n\nfirst\n\n## Two\n\nsecond\n\n## Three\n\nthird";

static void
test_sections_are_listed_read_and_replaced(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = api_put(kit, "p", page, NULL);
    assert_int_equal(api(kit, "GET", "/sections/P", NULL), 200);
    json_t *json = api_json(kit);
    assert_int_equal(json_integer_value(json_object_get(json, "total")), 3);
    json_t *row = json_array_get(json_object_get(json, "sections"), 1);
    assert_string_equal(json_string_value(json_object_get(row, "path")), "One > Two");
    assert_int_equal(json_integer_value(json_object_get(row, "line")), 8);
    json_decref(json);
    assert_int_equal(api(kit, "GET", "/sections/p?section=one%20%3E%20TWO", NULL), 200);
    assert_string_equal(api_field(kit, "content"), "## Two\n\nsecond\n\n");
    assert_string_equal(api_field(kit, "revision"), first);
    static const char two[] = "{\"content\":\"## Two!\\n\\nsecond\\n\\n\",\"revision\":\"%.7s\"}";
    const char *body = arena_printf(&kit->arena, two, first);
    assert_int_equal(api(kit, "PUT", "/sections/p?section=two", body), 200);
    assert_string_equal(content_of(kit, "p"),
                        "---\ntitle: T\n---\n# One\n\nfirst\n\n## Two!\n\nsecond\n\n## Three\n\nthird");
    assert_int_equal(api(kit, "PUT", "/sections/p?section=three", body), 409);
    assert_int_equal(strlen(api_field(kit, "current_revision")), 40);
    body = arena_printf(&kit->arena, "{\"content\":\"## 3\",\"revision\":\"%.7s\",\"merge\":true}", first);
    assert_int_equal(api(kit, "PUT", "/sections/p?section=three", body), 200);
    assert_string_equal(content_of(kit, "p"), "---\ntitle: T\n---\n# One\n\nfirst\n\n## Two!\n\nsecond\n\n## 3");
}

static void
test_a_section_that_is_not_the_only_one_is_not_found(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "p", "# A\n## X\n# B\n## X\n", NULL);
    assert_int_equal(api(kit, "GET", "/sections/p?section=x", NULL), 404);
    assert_string_equal(api_field(kit, "error"), "Section not found: 'x'. Available sections:\n  - A > X\n  - B > X");
    assert_int_equal(api(kit, "GET", "/sections/p?section=y", NULL), 404);
    assert_int_equal(api(kit, "GET", "/sections/none", NULL), 404);
    assert_error(kit, "Page not found: none");
    assert_int_equal(api(kit, "PUT", "/sections/p", "{\"content\":\"\",\"revision\":\"1234567\"}"), 422);
    assert_int_equal(api(kit, "PUT", "/sections/p?section=a", "{\"content\":\"\"}"), 422);
}

// ---- batches -----------------------------------------------------------------------------------------------------
static void
test_a_batch_is_one_commit(void **state)
{
    pages_kit_t *kit = *state;
    const char *a = api_put(kit, "a", "# A\n\none\n", NULL);
    const char *b = api_put(kit, "b", "links to [[moved]] and [[a]]\n", NULL);
    api_put(kit, "moved", "# M\n", NULL);
    api_put(kit, "gone", "[[moved]]\n", NULL);
    api_put(kit, "linker", "[[moved]]\n", NULL);
    const char *body = arena_printf(&kit->arena,
        "{\"operations\":[{\"action\":\"put\",\"path\":\"new\",\"content\":\"[[moved]]\"},"
        "{\"action\":\"edit\",\"path\":\"A\",\"old_string\":\"one\",\"new_string\":\"two\",\"revision\":\"%s\"},"
        "{\"action\":\"put\",\"path\":\"b\",\"content\":\"now [[moved]]\\n\",\"revision\":\"%.8s\"},"
        "{\"action\":\"delete\",\"path\":\"gone\"},"
        "{\"action\":\"rename\",\"path\":\"moved\",\"new_path\":\"there\"}],\"commit_message\":\"all of it\"}", a, b);
    assert_int_equal(api(kit, "POST", "/batch", body), 200);
    json_t *json = api_json(kit), *results = json_object_get(json, "results");
    static const int statuses[] = { 201, 200, 200, 200, 200 };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(json_integer_value(json_object_get(json_array_get(results, i), "status")), statuses[i]);
    const char *revision = json_string_value(json_object_get(json, "revision"));
    revision = arena_copy(&kit->arena, revision, strlen(revision));
    json_decref(json);
    assert_string_equal(content_of(kit, "new"), "[[There]]");
    assert_string_equal(content_of(kit, "a"), "# A\n\ntwo\n");
    assert_string_equal(content_of(kit, "b"), "now [[There]]\n");
    assert_string_equal(content_of(kit, "linker"), "[[There]]\n");
    assert_int_equal(api(kit, "GET", "/pages/gone", NULL), 404);
    assert_int_equal(api(kit, "GET", "/pages/moved", NULL), 404);
    json = api_page(kit, "there");
    assert_string_equal(json_string_value(json_object_get(json, "revision")), revision);
    json_decref(json);
}

static void
test_a_batch_is_done_as_a_whole_or_not_at_all(void **state)
{
    pages_kit_t *kit = *state;
    api_put(kit, "a", "# A\n", NULL);
    assert_int_equal(api(kit, "POST", "/batch",
        "{\"operations\":[{\"action\":\"put\",\"path\":\"new\",\"content\":\"x\"},"
        "{\"action\":\"put\",\"path\":\"a\",\"content\":\"x\",\"revision\":\"1234567\"},"
        "{\"action\":\"delete\",\"path\":\"none\"}]}"), 409);
    json_t *json = api_json(kit), *results = json_object_get(json, "results");
    static const int statuses[] = { 424, 409, 404 };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(json_integer_value(json_object_get(json_array_get(results, i), "status")), statuses[i]);
    assert_int_equal(strlen(json_string_value(json_object_get(json_array_get(results, 1), "current_revision"))), 40);
    assert_string_equal(json_string_value(json_object_get(json, "error")),
                        "Operation 1: Revision mismatch: page has been modified since last read.");
    json_decref(json);
    assert_int_equal(api(kit, "GET", "/pages/new", NULL), 404);
    assert_string_equal(content_of(kit, "a"), "# A\n");
}

static void
test_a_batch_that_is_no_batch_is_refused(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const bodies[] = {
        "{}", "[]", "{\"operations\":[]}", "{\"operations\":{}}", "{\"operations\":[1]}", "{\"operations\":[{}]}",
        "{\"operations\":[{\"action\":\"put\"}]}", "{\"operations\":[{\"action\":\"put\",\"path\":3}]}",
        "{\"operations\":[{\"action\":\"put\",\"path\":\"x\",\"content\":3}]}",
        "{\"operations\":[{\"action\":\"put\",\"path\":\"x\"}]}",
        "{\"operations\":[{\"action\":\"burn\",\"path\":\"x\"}]}",
        "{\"operations\":[{\"action\":\"put\",\"path\":\"../x\",\"content\":\"x\"}]}",
        "{\"operations\":[{\"action\":\"put\",\"path\":\".git/hooks/x\",\"content\":\"x\"}]}",
        ("{\"operations\":[{\"action\":\"put\",\"path\":\"x\",\"content\":\"1\"},"
         "{\"action\":\"put\",\"path\":\"X.md\",\"content\":\"2\"}]}"),
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        if (api(kit, "POST", "/batch", bodies[i]) != 422)
            fail_msg("%s: %s", bodies[i], kit->body);
        assert_true(strlen(api_field(kit, "error")) > 0);
    }
    assert_int_equal(api(kit, "GET", "/pages/x", NULL), 404);
}

static void
test_a_batch_that_is_repeated_is_done_once(void **state)
{
    pages_kit_t *kit = *state;
    static const char body[] = "{\"operations\":[{\"action\":\"put\",\"path\":\"x\",\"content\":\"1\"}]}";
    assert_int_equal(api_with(kit, "POST", "/batch", "idempotency-key", "once", body), 200);
    const char *first = api_field(kit, "revision");
    assert_int_equal(api_with(kit, "POST", "/batch", "idempotency-key", "once", body), 200);
    assert_string_equal(api_field(kit, "revision"), first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_rename_takes_the_links_along),
        TEST(test_a_rename_is_checked_in_the_order_of_the_reference),
        TEST(test_a_rename_that_is_repeated_gives_its_answer_again),
        TEST(test_what_is_below_a_page_stays_unless_it_is_wanted),
        TEST(test_sections_are_listed_read_and_replaced),
        TEST(test_a_section_that_is_not_the_only_one_is_not_found),
        TEST(test_a_batch_is_one_commit),
        TEST(test_a_batch_is_done_as_a_whole_or_not_at_all),
        TEST(test_a_batch_that_is_no_batch_is_refused),
        TEST(test_a_batch_that_is_repeated_is_done_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
