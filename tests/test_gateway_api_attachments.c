// Rules of attachments in the API: their texts and order of checks, and that no name does harm
#include "api_kit.h"

static int
set_up(void **state)
{
    if (api_set_up(state) != 0)
        return -1;
    api_put(*state, "Notes/Bread", "# Bread\n", NULL);
    return 0;
}

static int
post(pages_kit_t *kit, const char *path, const char *name, const char *content)
{
    json_t *body = json_pack("{s:s, s:s}", "filename", name, "content", content);
    char *text = json_dumps(body, 0);
    int status = api(kit, "POST", arena_printf(&kit->arena, "/pages/%s/attachments", path), text);
    free(text);
    json_decref(body);
    return status;
}

static void
test_a_file_is_stored_listed_read_and_deleted(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(post(kit, "notes/bread", "../My Loaf.PNG", "aGVs\r\nbG8="), 201);
    assert_body(kit, "{\"filename\":\"My_Loaf.PNG\",\"mime_type\":\"image/png\",\"path\":\"Notes/Bread\","
                     "\"size\":5}\n");
    assert_int_equal(strlen(kit_header(kit, "wiki-commit")), 40);
    assert_int_equal(api(kit, "GET", "/pages/Notes/Bread/attachments/My_Loaf.PNG", NULL), 200);
    assert_body(kit, "{\"content\":\"aGVsbG8=\",\"filename\":\"My_Loaf.PNG\",\"mime_type\":\"image/png\","
                     "\"size\":5}\n");
    assert_int_equal(api(kit, "GET", "/pages/Notes/Bread/attachments", NULL), 200);
    json_t *list = api_json(kit), *row = json_array_get(json_object_get(list, "attachments"), 0);
    assert_int_equal(json_integer_value(json_object_get(list, "total")), 1);
    assert_string_equal(json_string_value(json_object_get(list, "path")), "Notes/Bread");
    assert_string_equal(json_string_value(json_object_get(row, "filename")), "My_Loaf.PNG");
    assert_int_equal(json_integer_value(json_object_get(row, "size")), 5);
    json_decref(list);
    assert_int_equal(api(kit, "DELETE", "/pages/notes/bread/attachments/My_Loaf.PNG", NULL), 200);
    assert_body(kit, "{\"deleted\":true,\"filename\":\"My_Loaf.PNG\"}\n");
    assert_int_equal(api(kit, "GET", "/pages/Notes/Bread/attachments", NULL), 200);
    assert_body(kit, "{\"attachments\":[],\"path\":\"Notes/Bread\",\"total\":0}\n");
}

static void
test_checks_come_in_the_order_of_the_reference(void **state)
{
    pages_kit_t *kit = *state;
    static const char fields[] = "Request body must include 'filename' and 'content' fields";
    static const char *const bodies[] = { "", "{}", "[]", "{\"filename\":\"x\"}", "{\"content\":\"\"}",
                                          "{\"filename\":1,\"content\":\"\"}", "{\"filename\":\"x\",\"content\":null}",
                                          "no json" };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        assert_int_equal(api(kit, "POST", "/pages/none/attachments", bodies[i]), 422);
        assert_string_equal(api_field(kit, "error"), fields);
    }
    assert_int_equal(post(kit, "none", "x.md", "not base64!"), 422);
    assert_error(kit, "Invalid base64 content");
    assert_int_equal(post(kit, "none", "...", "aGVsbG8="), 422);
    assert_error(kit, "Invalid filename");
    assert_int_equal(post(kit, "none", "x", "aGVsbG8="), 404);
    assert_error(kit, "Page not found: none");
    assert_int_equal(api(kit, "GET", "/pages/none/attachments", NULL), 404);
    assert_error(kit, "Page not found: none");
    assert_int_equal(api(kit, "GET", "/pages/none/attachments/x", NULL), 404);
    assert_error(kit, "Page not found: none");
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments/a%252Fb", NULL), 404);
    assert_error(kit, "Attachment not found: a/b");
    assert_int_equal(api(kit, "DELETE", "/pages/notes/bread/attachments/x", NULL), 404);
    assert_error(kit, "Attachment not found: x");
}

static void
test_a_name_that_would_be_a_page_is_no_name(void **state)
{
    pages_kit_t *kit = *state;
    char name[400];
    api_put(kit, "notes/bread/sub", "# Sub\n", NULL);
    assert_int_equal(post(kit, "notes/bread", "x.md", "aGVsbG8="), 422);
    assert_error(kit, "Invalid filename");
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments/sub.md", NULL), 404);
    assert_int_equal(api(kit, "DELETE", "/pages/notes/bread/attachments/sub.md", NULL), 404);
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments/sub.md/raw", NULL), 404);
    assert_int_equal(api(kit, "PUT", "/pages/notes/bread/attachments/sub.md/raw", "x"), 422);
    assert_int_equal(api(kit, "PUT", "/pages/notes/bread/attachments/..%252fsub/raw", "x"), 422);
    assert_int_equal(api(kit, "PUT", "/pages/notes/bread/attachments/.git/raw", "x"), 422);
    memset(name, 'n', sizeof name);
    name[300] = 0;
    assert_int_equal(post(kit, "notes/bread", name, "aGVsbG8="), 422);
    assert_error(kit, "Invalid filename");
    assert_int_equal(api(kit, "GET", arena_printf(&kit->arena, "/pages/notes/bread/attachments/%s", name), NULL), 404);
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments", NULL), 200);
    assert_body(kit, "{\"attachments\":[],\"path\":\"Notes/Bread\",\"total\":0}\n");
}

static void
test_what_is_too_large_is_refused(void **state)
{
    pages_kit_t *kit = *state;
    size_t size = (10 << 20) / 3 * 4 + 8;       // of base64 for a little more than 10 MiB
    char *content = malloc(size + 1);
    assert_non_null(content);
    memset(content, 'A', size);
    content[size] = 0;
    assert_int_equal(post(kit, "notes/bread", "x", content), 422);
    assert_error(kit, "Attachment too large (max 10MB)");
    content[size - 8] = 0;
    assert_int_equal(post(kit, "notes/bread", "x", content), 201);
    free(content);
}

static void
test_a_file_is_overwritten_unless_a_revision_says_otherwise(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(post(kit, "notes/bread", "x", "b25l"), 201);
    const char *first = arena_copy(&kit->arena, kit_header(kit, "wiki-commit"), 40);
    api_put(kit, "other", "# Other\n", NULL);
    static const char form[] = "{\"filename\":\"x\",\"content\":\"%s\",\"revision\":\"%.9s\"}";
    const char *with = arena_printf(&kit->arena, form, "dHdv", first);
    assert_int_equal(api(kit, "POST", "/pages/notes/bread/attachments", with), 201);
    assert_int_equal(api(kit, "POST", "/pages/notes/bread/attachments", with), 201);       // it is so already
    with = arena_printf(&kit->arena, form, "b25l", first);
    assert_int_equal(api(kit, "POST", "/pages/notes/bread/attachments", with), 409);
    assert_string_equal(api_field(kit, "error"), "Revision mismatch: page has been modified since last read.");
    assert_int_equal(strlen(api_field(kit, "current_revision")), 40);
    const char *gone = arena_printf(&kit->arena, "{\"revision\":\"%s\"}", first);
    assert_int_equal(api(kit, "DELETE", "/pages/notes/bread/attachments/x", gone), 409);
    assert_int_equal(api(kit, "DELETE", "/pages/notes/bread/attachments/x", "{\"revision\":\"123\"}"), 422);
    assert_error(kit, "revision must be at least 7 characters");
    assert_int_equal(post(kit, "notes/bread", "x", "dGhyZWU="), 201);
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments/x", NULL), 200);
    assert_string_equal(api_field(kit, "content"), "dGhyZWU=");
}

static void
test_the_same_bytes_make_no_commit(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(post(kit, "notes/bread", "x", "b25l"), 201);
    const char *first = arena_copy(&kit->arena, kit_header(kit, "wiki-commit"), 40);
    assert_int_equal(post(kit, "notes/bread", "x", "b25l"), 201);
    assert_string_equal(kit_header(kit, "wiki-commit"), first);
}

static void
test_bytes_go_up_and_come_down_in_parts(void **state)
{
    pages_kit_t *kit = *state;
    static const char url[] = "/pages/notes/bread/attachments/My%20loaf.bin/raw";
    assert_int_equal(api(kit, "PUT", url, "hello bytes"), 201);
    assert_string_equal(api_field(kit, "filename"), "My loaf.bin");
    assert_int_equal(api(kit, "PUT", url, "hello again"), 200);
    assert_int_equal(api(kit, "GET", url, NULL), 200);
    assert_string_equal(kit->body, "hello again");
    assert_true(!kit->reply.cacheable || kit->reply.own);
    assert_int_equal(api_with(kit, "GET", url, "range", "bytes=6-", NULL), 206);
    assert_string_equal(kit->body, "again");
    assert_string_equal(kit_header(kit, "content-range"), "bytes 6-10/11");
    assert_int_equal(api_with(kit, "GET", url, "range", "bytes=99-", NULL), 416);
    assert_string_equal(kit_header(kit, "content-range"), "bytes */11");
    assert_error(kit, "The file has no such part.");
    assert_int_equal(api(kit, "PUT", "/pages/none/attachments/x/raw", "x"), 404);
    assert_int_equal(api(kit, "PUT", "/pages/notes/bread/attachments/empty/raw", NULL), 201);
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments/empty/raw", NULL), 200);
    assert_int_equal(kit->size, 0);
}

static void
test_a_list_comes_in_parts(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const names[] = { "a", "b", "c" };
    const char *cursor = "";
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(post(kit, "notes/bread", names[i], "b25l"), 201);
    kit_put(kit, "notes/bread/bb/deep.txt2", "x", 1);
    for (size_t i = 0; i < 3; i++) {
        const char *url = arena_printf(&kit->arena, "/pages/notes/bread/attachments?limit=1&cursor=%s", cursor);
        assert_int_equal(api(kit, "GET", url, NULL), 200);
        json_t *list = api_json(kit), *row = json_array_get(json_object_get(list, "attachments"), 0);
        assert_string_equal(json_string_value(json_object_get(row, "filename")), names[i]);
        const char *next = json_string_value(json_object_get(list, "cursor"));
        assert_true(i < 2? next != NULL: next == NULL);
        cursor = next? arena_copy(&kit->arena, next, strlen(next)): "";
        json_decref(list);
    }
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments?limit=0", NULL), 422);
    assert_int_equal(api(kit, "GET", "/pages/notes/bread/attachments?limit=x", NULL), 422);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_file_is_stored_listed_read_and_deleted),
        TEST(test_checks_come_in_the_order_of_the_reference),
        TEST(test_a_name_that_would_be_a_page_is_no_name),
        TEST(test_what_is_too_large_is_refused),
        TEST(test_a_file_is_overwritten_unless_a_revision_says_otherwise),
        TEST(test_the_same_bytes_make_no_commit),
        TEST(test_bytes_go_up_and_come_down_in_parts),
        TEST(test_a_list_comes_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
