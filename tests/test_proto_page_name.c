#include "unit.h"
#include "../proto/page.h"

static const page_naming_t folded = { false, false };
static const page_naming_t kept = { true, false };
static const page_naming_t underscored = { false, true };

static void
expect_name(const page_naming_t *naming, const char *id, const char *name, const char *path)
{
    char shown[PAGE_ID_SIZE];
    page_display_name(naming, id, shown);
    assert_string_equal(shown, name);
    page_display_path(naming, id, shown);
    assert_string_equal(shown, path);
}

static void
test_names_are_title_cased_as_python_does(void **state)
{
    (void)state;
    expect_name(&folded, "notes/some page.md", "Some Page", "Notes/Some Page");
    expect_name(&folded, "don't", "Don'T", "Don'T");
    expect_name(&folded, "3rd", "3Rd", "3Rd");
    expect_name(&folded, "stra\u00DFe", "Stra\u00DFe", "Stra\u00DFe");
    expect_name(&folded, "\u00E9t\u00E9", "\u00C9t\u00E9", "\u00C9t\u00E9");
    expect_name(&folded, "a-b_c", "A-B_C", "A-B_C");
}

static void
test_a_component_with_an_upper_case_letter_is_kept(void **state)
{
    (void)state;
    expect_name(&folded, "notes/iPhone tips", "iPhone tips", "Notes/iPhone tips");
    expect_name(&kept, "notes/some page", "some page", "notes/some page");
}

static void
test_underscores_are_blanks_to_people_only(void **state)
{
    (void)state;
    expect_name(&underscored, "my_notes/some_page", "Some Page", "My_Notes/Some_Page");
    expect_name(&folded, "some_page", "Some_Page", "Some_Page");
}

static void
expect_new(const char *typed, const char *expected)
{
    char spelling[PAGE_ID_SIZE];
    code_t code = page_sanitise(typed, spelling);
    if (expected)
        assert_string_equal(code == OK? spelling: "INVALID", expected);
    else
        assert_int_equal(code, INVALID);
}

static void
test_a_typed_name_is_sanitised(void **state)
{
    (void)state;
    expect_new("  My page  ", "My page");
    expect_new("What? Now! #1 $x|y.z\\", "What Now 1 xyz");
    expect_new("-/admin", "admin");
    expect_new("--//- a/ /b//", "a/b");
    expect_new("notes/new.md", "notes/new");
    expect_new("../../etc/passwd", "etc/passwd");
    expect_new("\uFF21\uFB01", "Afi");
    expect_new(".git", "git");
    expect_new("?", NULL);
    expect_new(" . ", NULL);
    expect_new("", NULL);
    expect_new("\xFF", NULL);
}

static void
expect_slug(const char *text, const char *expected)
{
    char slug[64];
    page_slug(text, strlen(text), slug, sizeof slug);
    assert_string_equal(slug, expected);
}

static void
test_an_anchor_is_an_ascii_slug(void **state)
{
    (void)state;
    expect_slug("Hello, World!", "hello-world");
    expect_slug("  \u00DCn\u00EFc\u00F6de -- is  fun ", "unicode-is-fun");
    expect_slug("_a_b_", "a_b");
    expect_slug("1.2 Paths", "12-paths");
    expect_slug("\u0416\u0416", "");
    expect_slug("", "");
    char slug[4];
    page_slug("abcdef", 6, slug, sizeof slug);
    assert_string_equal(slug, "abc");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_title_cased_as_python_does),
        cmocka_unit_test(test_a_component_with_an_upper_case_letter_is_kept),
        cmocka_unit_test(test_underscores_are_blanks_to_people_only),
        cmocka_unit_test(test_a_typed_name_is_sanitised),
        cmocka_unit_test(test_an_anchor_is_an_ascii_slug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
