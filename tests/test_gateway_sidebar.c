// Rules of the tree beside a page: what is kept of it never shows
#include "unit.h"

#include "../gateway/sidebar.h"

static const page_naming_t naming = { 0 };

typedef struct {
    templates_t *templates;
    sidebar_t *sidebar;
} kit_t;

static int
set_up(void **state)
{
    char why[256] = "";
    kit_t *kit = calloc(1, sizeof *kit);
    assert_non_null(kit);
    kit->templates = templates_new(ui_files, why);
    assert_non_null(kit->templates);
    kit->sidebar = sidebar_new(kit->templates, &naming);
    *state = kit;
    return 0;
}

static int
tear_down(void **state)
{
    kit_t *kit = *state;
    sidebar_destroy(&kit->sidebar);
    templates_destroy(&kit->templates);
    free(kit);
    return 0;
}

// Without the ends of lines.
static void
expect(const kit_t *kit, const char *page, const store_around_rep_t *around, const char *expected)
{
    output_t out;
    sidebar_render(kit->sidebar, page, around, &out);
    char *text = calloc(1, out.size + 1);
    assert_non_null(text);
    for (size_t i = 0, size = 0; i < out.size; i++)
        if (out.bytes[i] != '\n')
            text[size++] = out.bytes[i];
    assert_string_equal(text, expected);
    free(text);
    output_clear(&out);
}

#define PAGE(url, name) "<li><a href=\"" url "\">" name "</a>"
#define MORE PAGE("/-/index", "More …")

static void
test_levels_stand_in_the_entries_that_are_open(void **state)
{
    store_level_t levels[] = {
        { .folder = "", .open = "b", .rows = "1a\n4b\n3c d\n1z\n" },
        { .folder = "b", .open = "b/x", .rows = "1b/w\n1b/x\n", .more = true },
    };
    const store_around_rep_t around = { .levels = levels, .levels_count = 2 };
    for (int i = 0; i < 3; i++) {
        levels[1].open = "b/x";
        levels[0].open = "b";
        expect(*state, "b/x", &around,
               PAGE("/a", "A") "<li><a href=\"/b\">B</a><ul>" PAGE("/b/w", "W")
               "<li><a href=\"/b/x\" aria-current=\"page\">X</a>" MORE "</ul>"
               "<li class=\"folder\"><a href=\"/c%20d\">C D</a>" PAGE("/z", "Z"));
        levels[1].open = "";
        expect(*state, "b", &around,
               PAGE("/a", "A") "<li><a href=\"/b\" aria-current=\"page\">B</a><ul>" PAGE("/b/w", "W")
               PAGE("/b/x", "X") MORE "</ul>"
               "<li class=\"folder\"><a href=\"/c%20d\">C D</a>" PAGE("/z", "Z"));
    }
}

static void
test_a_level_that_is_cut_shows_no_more_than_it_holds(void **state)
{
    store_level_t level = { .folder = "", .open = "", .rows = "1a\n1ab\n1b\n" };
    const store_around_rep_t around = { .levels = &level, .levels_count = 1 };
    expect(*state, "", &around, PAGE("/a", "A") PAGE("/ab", "Ab") PAGE("/b", "B"));
    level.rows = "1a\n1z\n";
    level.open = "z";
    expect(*state, "q", &around, PAGE("/a", "A") PAGE("/z", "Z"));
    level.rows = "1a\n";
    level.open = "";
    level.more = true;
    expect(*state, "", &around, PAGE("/a", "A") MORE);
    level.rows = "";
    expect(*state, "", &around, MORE);
    level.more = false;
    expect(*state, "", &around, "");
}

static void
test_names_are_escaped_and_malformed_rows_left_out(void **state)
{
    store_level_t level = { .folder = "", .open = "a&b", .rows = "1<i>\n\n3\n1a&b\n1it's\n1tail" };
    const store_around_rep_t around = { .levels = &level, .levels_count = 1 };
    for (int i = 0; i < 2; i++)
        expect(*state, "", &around, PAGE("/%3Ci%3E", "&lt;I&gt;") PAGE("/a%26b", "A&amp;B")
                                    PAGE("/it%27s", "It&#39;S"));
}

// More folders than are kept, each twice: what is dropped is made again.
static void
test_many_folders_take_turns(void **state)
{
    char rows[32], expected[128];
    store_level_t level = { .folder = "", .open = "", .rows = rows };
    const store_around_rep_t around = { .levels = &level, .levels_count = 1 };
    for (int i = 0; i < 200; i++) {
        snprintf(rows, sizeof rows, "1p%d\n1q\n", i % 100);
        snprintf(expected, sizeof expected, PAGE("/p%d", "P%d") PAGE("/q", "Q"), i % 100, i % 100);
        expect(*state, "", &around, expected);
    }
}

static void
test_what_lies_too_deep_is_not_indented(void **state)
{
    store_level_t levels[40];
    char path[40][8], rows[40][16];
    const store_around_rep_t around = { .levels = levels, .levels_count = 40 };
    size_t lists = 0, items = 0;
    output_t out;
    for (size_t i = 0; i < 40; i++) {
        snprintf(path[i], sizeof path[i], "l%zu", i);
        snprintf(rows[i], sizeof rows[i], "4%s\n", path[i]);
        levels[i] = (store_level_t){ .folder = "", .open = path[i], .rows = rows[i] };
    }
    const kit_t *kit = *state;
    sidebar_render(kit->sidebar, "l39", &around, &out);
    output_add(&out, "", 1);
    for (const char *at = out.bytes; (at = strstr(at, "<ul>")); at++)
        lists++;
    for (const char *at = out.bytes; (at = strstr(at, "<li>")); at++)
        items++;
    assert_int_equal(lists, 24);
    assert_int_equal(items, 40);
    output_clear(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_levels_stand_in_the_entries_that_are_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_level_that_is_cut_shows_no_more_than_it_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_are_escaped_and_malformed_rows_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_folders_take_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_lies_too_deep_is_not_indented, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
