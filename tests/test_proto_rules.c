#include "unit.h"
#include "../proto/rules.h"

static void
test_globs_match_as_promised(void **state)
{
    (void)state;
    static const struct { const char *glob, *path; bool matches; } cases[] = {
        { "**", "", true }, { "**", "a/b", true }, { "*", "a", true }, { "*", "a/b", false }, { "*", "", true },
        { "a/*", "a/b", true }, { "a/*", "a/b/c", false }, { "a/**", "a/b/c", true }, { "a/**", "a", false },
        { "a/**", "ab/c", false }, { "?", "a", true }, { "?", "/", false }, { "?", "\u00E9", true },
        { "??", "\u00E9", false },
        { "*.md", "a.md", true }, { "**.md", "a/b.md", true }, { "*.md", "a/b.md", false }, { "a*b*c", "aXbYc", true },
        { "a*b*c", "aXbY", false }, { "**/x/**", "a/b/x/c", true }, { "*/x", "a/x", true }, { "*/x", "a/b/x", false },
        { "**a**", "bab/c", true }, { "[a]", "a", false }, { "[a]", "[a]", true }, { "", "", true }, { "", "a", false },
        { "a", "A", false }, { "a?c", "abc", true }, { "a?c", "a/c", false }, { "***", "a/b", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rules_glob_match(cases[i].glob, cases[i].path) != cases[i].matches)
            fail_msg("%s against %s", cases[i].glob, cases[i].path);
}

static void
test_the_first_rule_that_matches_decides(void **state)
{
    (void)state;
    rule_t rules[] = { { "private/open", 1 }, { "private/**", 0 }, { "**", 3 } };
    caller_t caller = { .rules = rules, .rules_count = 3 };
    assert_true(rules_allow(&caller, "a", RIGHT_READ | RIGHT_WRITE));
    assert_false(rules_allow(&caller, "a", RIGHT_UPLOAD));
    assert_false(rules_allow(&caller, "private/x", RIGHT_READ));
    assert_true(rules_allow(&caller, "private/open", RIGHT_READ));
    assert_false(rules_allow(&caller, "private/open", RIGHT_WRITE));
}

static void
test_without_a_rule_nothing_is_allowed(void **state)
{
    (void)state;
    rule_t rules[] = { { "a", 15 } };
    caller_t caller = { .rules = rules, .rules_count = 0 };
    assert_false(rules_allow(&caller, "a", RIGHT_READ));
    caller.rules_count = 1;
    assert_true(rules_allow(&caller, "a", RIGHT_READ));
    assert_false(rules_allow(&caller, "b", RIGHT_READ));
}

static void
test_a_rule_about_a_page_is_about_its_file(void **state)
{
    (void)state;
    rule_t rules[] = { { "a/b", 0 }, { "**", 15 } };
    caller_t caller = { .rules = rules, .rules_count = 2 };
    assert_false(rules_allow(&caller, "a/b.md", RIGHT_READ));
    assert_false(rules_allow(&caller, "a/b", RIGHT_READ));
    assert_true(rules_allow(&caller, "a/b.png", RIGHT_READ));
}

static void
test_the_class_is_of_the_rules_alone(void **state)
{
    (void)state;
    rule_t some[] = { { "a", 1 }, { "b", 2 } };
    rule_t same[] = { { "a", 1 }, { "b", 2 } };
    rule_t other[] = { { "b", 2 }, { "a", 1 } };
    caller_t ada = { .name = "Ada", .rules = some, .rules_count = 2 };
    caller_t bob = { .name = "Bob", .rules = same, .rules_count = 2 };
    caller_t eve = { .name = "Ada", .rules = other, .rules_count = 2 };
    assert_true(rules_class(&ada) == rules_class(&bob));
    assert_true(rules_class(&ada) != rules_class(&eve));
    ada.rules_count = 1;
    assert_true(rules_class(&ada) != rules_class(&bob));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_globs_match_as_promised),
        cmocka_unit_test(test_the_first_rule_that_matches_decides),
        cmocka_unit_test(test_without_a_rule_nothing_is_allowed),
        cmocka_unit_test(test_a_rule_about_a_page_is_about_its_file),
        cmocka_unit_test(test_the_class_is_of_the_rules_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
