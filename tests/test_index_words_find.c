// Pages and headings by their names, while one types
#include "words_kit.h"

// "page" and "page#heading", with a blank between.
static void
check(kit_t *kit, const char *words, const char *wanted)
{
    char got[1024] = "";
    size_t size = 0;
    words_names_t names;
    const index_find_t what = { .words = words, .limit = 10 };
    assert_int_equal(index_find_names(kit->index, &what, &names), OK);
    for (size_t i = 0; i < names.count; i++)
        size += (size_t)snprintf(got + size, sizeof got - size, "%s%s%s%s", i > 0? " ": "", names.rows[i].page,
                                 *names.rows[i].heading? "#": "", names.rows[i].heading);
    assert_string_equal(got, wanted);
    words_names_clear(&names);
}

static void
test_exact_names_come_first_then_beginnings_then_parts(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "report.md", "", "x");
    words_put(kit, "port.md", "", "x");
    words_put(kit, "docs/port forwarding.md", "", "x");
    words_put(kit, "my port.md", "", "x");
    words_put(kit, "other.md", "", "x");
    check(kit, "port", "port docs/port forwarding my port report");
    check(kit, "forw po", "docs/port forwarding");
    check(kit, "docs forw", "docs/port forwarding");
    check(kit, "zzz", "");
    check(kit, "", "");
}

static void
test_titles_are_names_too(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "kb/0001.md", "How to print", "x");
    check(kit, "PRINT", "kb/0001");
    check(kit, "kb print", "kb/0001");
}

static void
test_headings_come_after_pages(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "# Top\n\n## Backup plan\n\ntext\n\n## Other\n");
    words_put(kit, "zz backups.md", "", "x");
    check(kit, "backup", "zz backups a#Backup plan");
    check(kit, "plan", "a#Backup plan");
    check(kit, "top", "a#Top");
}

static void
test_case_accents_and_signs_do_not_count(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "caf\xC3\xA9_men\xC3\xBC.md", "", "x");
    check(kit, "Cafe Menu", "caf\xC3\xA9_men\xC3\xBC");
    check(kit, "CAF\xC3\x89-M", "caf\xC3\xA9_men\xC3\xBC");
}

static bool
is_open(void *context, const char *file)
{
    return strncmp(file, context, strlen(context)) != 0;
}

static void
test_hidden_and_removed_pages_are_not_named(void **state)
{
    kit_t *kit = *state;
    words_names_t names;
    words_put(kit, "a word.md", "", "x");
    words_put(kit, "secret word.md", "", "# word\n");
    words_put(kit, "gone word.md", "", "x");
    words_remove(kit, "gone word.md");
    const index_find_t what = { .words = "word", .limit = 10, .sight = { is_open, "secret" } };
    assert_int_equal(index_find_names(kit->index, &what, &names), OK);
    assert_int_equal(names.count, 1);
    assert_string_equal(names.rows[0].page, "a word");
    words_names_clear(&names);
}

static void
test_the_limit_keeps_the_best(void **state)
{
    kit_t *kit = *state;
    char file[32];
    words_names_t names;
    for (int i = 0; i < 300; i++) {
        snprintf(file, sizeof file, "some name %d.md", i);
        words_put(kit, file, "", "## name of a part\n");
    }
    words_put(kit, "name.md", "", "x");
    const index_find_t what = { .words = "name", .limit = 3 };
    assert_int_equal(index_find_names(kit->index, &what, &names), OK);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.rows[0].page, "name");
    words_names_clear(&names);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)
    const struct CMUnitTest tests[] = {
        RULE(test_exact_names_come_first_then_beginnings_then_parts),
        RULE(test_titles_are_names_too),
        RULE(test_headings_come_after_pages),
        RULE(test_case_accents_and_signs_do_not_count),
        RULE(test_hidden_and_removed_pages_are_not_named),
        RULE(test_the_limit_keeps_the_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
