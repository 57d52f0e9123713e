// Rules of small pictures: at each of their addresses, of pictures alone
#include "pages_kit.h"

static int
setup(void **state)
{
    pages_kit_t *kit = *state = kit_new_with(NULL);
    kit_save(kit, "/notes/bread", "# Bread\n");
    return 0;
}

static const char dot[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDAT"
                          "\x78\xda"
                          "\x63\x64\x60\xf8\xff\x1f\0\3\7\2\0\x30\x26\xc7\x61\0\0\0\0IEND\xae\x42\x60\x82";

static void
test_a_picture_has_a_small_one_at_each_of_its_addresses(void **state)
{
    static const char *const urls[] = {
        "/notes/bread/t/dot.png", "/notes/bread/t/dot.png/300", "/notes/bread/t/dot.png/9999",
        "/notes/bread/t/dot.png/0",
        "/notes/bread/dot.png?thumbnail", "/notes/bread/dot.png?thumbnail=40", "/notes/bread/a/dot.png?size=40",
        "/notes/bread/dot.png?width=30", "/notes/bread/dot.png?height=30&width=9999999999999999999",
        "/notes/bread/t/dot.png?revision=HEAD", "/Notes/Bread/t/dot.png",
    };
    pages_kit_t *kit = *state;
    kit_put(kit, "notes/bread/dot.png", dot, sizeof dot - 1);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        if (kit_get(kit, urls[i]) != 200)
            fail_msg("%s: %lld", urls[i], (long long)kit->reply.status);
        assert_string_equal(kit_header(kit, "content-type"), "image/webp");
        assert_memory_equal(kit->body, "RIFF", 4);
    }
    assert_int_equal(kit_get(kit, "/notes/bread/dot.png?other"), 200);
    assert_string_equal(kit_header(kit, "content-type"), "image/png");
    kit_get(kit, "/notes/bread/attachments");
    assert_true(kit_shows(kit, "<img src=\"/notes/bread/t/dot.png/160?v="));
}

static void
test_what_is_no_picture_has_no_small_one(void **state)
{
    pages_kit_t *kit = *state;
    kit_put(kit, "notes/bread/x.png", "no picture", 10);
    kit_put(kit, "notes/bread/x.txt", "text", 4);
    kit_put(kit, "notes/bread/x.svg", "<svg/>", 6);
    kit_put(kit, "notes/bread/empty.jpg", "", 0);
    assert_int_equal(kit_get(kit, "/notes/bread/t/x.png"), 415);
    assert_int_equal(kit_get(kit, "/notes/bread/t/empty.jpg"), 415);
    assert_int_equal(kit_get(kit, "/notes/bread/t/x.txt"), 404);
    assert_int_equal(kit_get(kit, "/notes/bread/t/none.png"), 404);
    assert_int_equal(kit_get(kit, "/notes/bread/t/x.svg"), 200);
    assert_string_equal(kit_header(kit, "content-type"), "image/svg+xml");
    assert_int_equal(strncmp(kit_header(kit, "content-security-policy"), "sandbox;", 8), 0);
    kit_get(kit, "/notes/bread/attachments");
    assert_true(kit_shows(kit, "<span>text</span>"));
}

static void
test_a_page_in_a_folder_named_t_is_still_a_page(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/letters/t/alpha", "# Alpha\n");
    kit_save(kit, "/letters/t/alpha/2000", "# Later\n");
    assert_int_equal(kit_get(kit, "/letters/t/alpha"), 200);
    assert_true(kit_shows(kit, "<title>Alpha"));
    assert_int_equal(kit_get(kit, "/letters/t/alpha/2000"), 200);
    assert_true(kit_shows(kit, "<title>Later"));
}

int
main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, setup, kit_tear_down)
    const struct CMUnitTest tests[] = {
        RULE(test_a_picture_has_a_small_one_at_each_of_its_addresses),
        RULE(test_what_is_no_picture_has_no_small_one),
        RULE(test_a_page_in_a_folder_named_t_is_still_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
