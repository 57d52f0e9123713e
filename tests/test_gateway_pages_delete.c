// Rules of deleting a page with what is below it: on request, what was shown and nothing else, in one commit
#include "pages_kit.h"

static int
setup(void **state)
{
    pages_kit_t *kit = *state = kit_new_with(NULL);
    kit_save(kit, "/a", "# A\n");
    kit_save(kit, "/a/sub", "sub\n");
    kit_save(kit, "/a/sub/deep", "deep\n");
    kit_put(kit, "a/p <x>.png", "PNG", 3);
    kit_save(kit, "/ab", "another\n");
    return 0;
}

static void
test_what_is_below_goes_on_request_in_one_commit(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/a/delete"), 200);
    assert_true(kit_shows(kit, "<li><code>a/sub/deep.md</code></li>"));
    assert_true(kit_shows(kit, "<li><code>a/p &lt;x&gt;.png</code></li>"));
    assert_true(kit_shows(kit, "3 in all"));
    assert_false(kit_shows(kit, "<code>ab.md"));
    POST(kit, "/a/delete", "recursive", "recursive", "revision", kit_hidden(kit, "revision"), "message", "all of it");
    assert_int_equal(kit->reply.status, 302);
    const char *commit = arena_copy(&kit->arena, kit->reply.commit, strlen(kit->reply.commit));
    assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "/-/commit/%s", commit)), 200);
    assert_true(kit_shows(kit, "all of it"));
    static const char *const gone[] = { "/a", "/a/sub", "/a/sub/deep", "/a/p%20%3Cx%3E.png" };
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(kit_get(kit, gone[i]), 404);
    assert_int_equal(kit_get(kit, "/ab"), 200);
}

static void
test_without_the_request_only_the_page_goes(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/a/delete");
    assert_int_equal(POST(kit, "/a/delete", "revision", kit_hidden(kit, "revision")), 302);
    assert_int_equal(kit_get(kit, "/a/sub"), 200);
    kit_get(kit, "/ab/delete");
    assert_false(kit_shows(kit, "recursive"));
}

static void
test_what_came_or_changed_since_is_not_deleted(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/a/delete");
    const char *base = kit_hidden(kit, "revision");
    kit_save(kit, "/a/sub", "changed\n");
    assert_int_equal(POST(kit, "/a/delete", "recursive", "recursive", "revision", base), 409);
    assert_int_equal(kit_get(kit, "/a"), 200);
    kit_get(kit, "/a/delete");
    base = kit_hidden(kit, "revision");
    kit_save(kit, "/a/new", "new\n");
    assert_int_equal(POST(kit, "/a/delete", "recursive", "recursive", "revision", base), 302);
    assert_int_equal(kit_get(kit, "/a/new"), 200);
    assert_int_equal(kit_get(kit, "/a/sub"), 404);
}

static void
test_a_folder_without_a_page_can_be_deleted(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/a/delete");
    POST(kit, "/a/delete", "revision", kit_hidden(kit, "revision"));
    assert_int_equal(kit_get(kit, "/a"), 200);
    assert_true(kit_shows(kit, "href=\"/a/delete\">Delete</a>"));
    assert_int_equal(kit_get(kit, "/a/delete"), 200);
    assert_true(kit_shows(kit, "<li><code>a/sub/deep.md</code></li>"));
    assert_true(kit_shows(kit, "3 in all"));
    const char *base = kit_hidden(kit, "revision"), *id = kit_hidden(kit, "request_id");
    assert_string_equal(kit_hidden(kit, "recursive"), "recursive");
    kit_save(kit, "/a/came", "since\n");
    POST(kit, "/a/delete", "recursive", "recursive", "revision", base, "request_id", id);
    assert_int_equal(kit->reply.status, 302);
    POST(kit, "/a/delete", "recursive", "recursive", "revision", base, "request_id", id);
    assert_int_equal(kit->reply.status, 302);
    assert_int_equal(kit_get(kit, "/a/sub/deep"), 404);
    assert_int_equal(kit_get(kit, "/a/came"), 200);
    assert_int_equal(kit_get(kit, "/nowhere/delete"), 404);
    assert_int_equal(POST(kit, "/nowhere/delete", "recursive", "recursive", "revision", base), 404);
    assert_int_equal(POST(kit, "/nowhere/delete", "revision", base), 404);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_what_is_below_goes_on_request_in_one_commit),
        RULE(test_without_the_request_only_the_page_goes),
        RULE(test_what_came_or_changed_since_is_not_deleted),
        RULE(test_a_folder_without_a_page_can_be_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
