#include "unit.h"
#include "../proto/page.h"

static const page_naming_t folded = { false, false };
static const page_naming_t kept = { true, false };
static const page_naming_t underscored = { false, true };

static void
refuse(const char *path)
{
    const char *why = NULL;
    if (page_path_check(path, &why) != INVALID || !why)
        fail_msg("accepted: %s", path);
}

static void
test_a_path_stays_inside(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "/", "/a", "a/", "a//b", ".", "..", "a/.", "a/../b", "../a", "a\\b",
                                       "a\nb", "a\x7F", "a\tb", "\xC2\x85" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse(bad[i]);
    static const char *const good[] = { "a", "a b/c.md", "...", "..a", "a.", ".gitignore", ".github/x", "git", "%2e%2e",
                                        "\xC3\xA9t\xC3\xA9", "a:b", "-", "~" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (page_path_check(good[i], NULL) != OK)
            fail_msg("refused: %s", good[i]);
}

static void
test_the_git_folder_is_refused_in_every_spelling(void **state)
{
    (void)state;
    static const char *const bad[] = { ".git", "a/.git/config", ".GIT", ".gIt", ".git.", ".git ", ".git. .", "git~1",
                                       "GIT~1/x", "git~22", ".git::$INDEX_ALLOCATION", ".git:x", ".g\u200cit",
                                       "\uFEFF.git", ".gi\u2060t", "\uFF0Egit", ".ｇｉｔ", ".git\u200d " };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse(bad[i]);
}

static void
test_only_valid_utf8_is_a_path(void **state)
{
    (void)state;
    static const char *const bad[] = { "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xFF", "\xC3",
                                       "\xF0\x82\x82\xAC", "\x80" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refuse(bad[i]);
        assert_false(page_utf8_valid(bad[i], strlen(bad[i])));
    }
    assert_true(page_utf8_valid("12345678\xE2\x82\xAC 12345678", 20));
    assert_false(page_utf8_valid("12345678\xE2\x82\xAC", 10));
}

static void
test_lengths_are_limited(void **state)
{
    (void)state;
    char path[2000], id[PAGE_ID_SIZE];
    memset(path, 'x', sizeof path);
    path[255] = 0;
    assert_int_equal(page_path_check(path, NULL), OK);
    assert_int_equal(page_id(&folded, path, id), INVALID);      // its file would be too long
    path[252] = 0;
    assert_int_equal(page_id(&folded, path, id), OK);
    path[252] = 'x';
    path[255] = 'x';
    path[256] = 0;
    refuse(path);
    for (size_t i = 0; i < sizeof path; i++)
        path[i] = i % 2? '/': 'x';
    path[1023] = 0;
    assert_int_equal(page_path_check(path, NULL), OK);
    path[1023] = '/';
    path[1999] = 0;
    refuse(path);
    assert_int_equal(page_id(&folded, path, id), INVALID);
}

static void
expect_id(const page_naming_t *naming, const char *spelling, const char *expected)
{
    char id[PAGE_ID_SIZE] = "";
    code_t code = page_id(naming, spelling, id);
    if (expected)
        assert_string_equal(code == OK? id: "INVALID", expected);
    else
        assert_int_equal(code, INVALID);
}

static void
test_every_spelling_of_a_page_has_one_id(void **state)
{
    (void)state;
    expect_id(&folded, "Notes/Some Page.md", "notes/some page");
    expect_id(&folded, "//notes///SOME page/", "notes/some page");
    expect_id(&folded, "a.md.MD", "a");
    expect_id(&folded, "a.md/b", "a.md/b");
    expect_id(&folded, "\u00C9T\u00C9/\u0416\u0394", "\u00E9t\u00E9/\u0436\u03B4");
    expect_id(&folded, "E\u0301", "\u00E9");
    expect_id(&kept, "Notes/Some Page.md", "Notes/Some Page");
    expect_id(&kept, "E\u0301", "\u00C9");
    expect_id(&underscored, "Some Page", "some_page");
    expect_id(&underscored, "some_page", "some_page");
    expect_id(&folded, "some_page", "some_page");
    expect_id(&kept, "Notes 1/A-b", "Notes 1/A-b");
    expect_id(&folded, "a//b", "a/b");
    expect_id(&folded, "a/b/", "a/b");
    expect_id(&folded, "git~1/x", NULL);
    expect_id(&folded, "", NULL);
    expect_id(&folded, "/", NULL);
    expect_id(&folded, ".md", NULL);
    expect_id(&folded, "a/.md", NULL);
    expect_id(&folded, "../a", NULL);
    expect_id(&folded, ".git/hooks.md", NULL);
}

static void
test_a_new_file_belongs_to_its_page(void **state)
{
    (void)state;
    char file[PAGE_ID_SIZE], id[PAGE_ID_SIZE];
    assert_int_equal(page_new_file(&folded, "Some Page", file), OK);
    assert_string_equal(file, "some page.md");
    assert_int_equal(page_new_file(&kept, "Some Page.md", file), OK);
    assert_string_equal(file, "Some Page.md");
    assert_int_equal(page_new_file(&underscored, "Some Page", file), OK);
    assert_string_equal(file, "some_page.md");
    assert_int_equal(page_spelled_file("/Some//Page.md", file), OK);
    assert_string_equal(file, "Some/Page.md");
    assert_int_equal(page_id_of_file(&folded, "Notes/X.MD", id), OK);
    assert_string_equal(id, "notes/x");
    assert_int_equal(page_id_of_file(&folded, "pic.png", id), INVALID);
    assert_int_equal(page_id_of_file(&folded, "a/.md", id), INVALID);
    assert_false(page_is_page_file("md"));
    assert_true(page_is_page_file("a.md"));
    page_folder("a/b.md", id);
    assert_string_equal(id, "a/b");
}

static void
test_a_url_leads_back_to_its_path(void **state)
{
    (void)state;
    char url[PAGE_URL_SIZE], text[PAGE_ID_SIZE];
    page_url("notes/some page?#%+\u00E9.md", url);
    assert_string_equal(url, "/notes/some%20page%3F%23%25%2B%C3%A9.md");
    assert_int_equal(page_url_decode(url + 1, strlen(url) - 1, text), OK);
    assert_string_equal(text, "notes/some page?#%+\u00E9.md");
    assert_int_equal(page_url_decode("a+b%2fc", 7, text), OK);
    assert_string_equal(text, "a+b/c");
    static const char *const bad[] = { "%", "%2", "%zz", "%00", "a%" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(page_url_decode(bad[i], strlen(bad[i]), text), INVALID);
    assert_int_equal(page_url_decode("a\0b", 3, text), INVALID);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_path_stays_inside),
        cmocka_unit_test(test_the_git_folder_is_refused_in_every_spelling),
        cmocka_unit_test(test_only_valid_utf8_is_a_path),
        cmocka_unit_test(test_lengths_are_limited),
        cmocka_unit_test(test_every_spelling_of_a_page_has_one_id),
        cmocka_unit_test(test_a_new_file_belongs_to_its_page),
        cmocka_unit_test(test_a_url_leads_back_to_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
