// Sections: found by path, the end of one, or anchor; where they lie. And the plain text of a page.
#include "render_kit.h"
#include "../actors/render/render_section.h"

static const render_options_t plain = { .page = "" };

static const char source[] = "---\ntitle: T\n# no: heading\n---\n"
                             "# Guide\nintro\n"
                             "## Setup ##\na\n```\n# not one\n```\n"
                             "### Linux\nb\n"
                             "## \xc3\x9c" "bung > C#\n"
                             "### Linux\nc\n\n"
                             "Setext *one*\n===\n"
                             "#### Deep\nd";

static const struct { const char *query, *path; code_t code; size_t line, last; } queries[] = {
    { "Guide", "Guide", OK, 5, 17 },
    { "  setup\n", "Guide > Setup", OK, 7, 13 },
    { "guide > SETUP", "Guide > Setup", OK, 7, 13 },
    { "Setup > Linux", "Guide > Setup > Linux", OK, 12, 13 },
    { "Linux", NULL, CONFLICT, 0, 0 },
    { "linux-1", "Guide > \xc3\x9c" "bung > C# > Linux", OK, 15, 17 },
    { "#linux", "Guide > Setup > Linux", OK, 12, 13 },
    { "\xc3\xbc" "bung > c#", "Guide > \xc3\x9c" "bung > C#", OK, 14, 17 },
    { "C#", "Guide > \xc3\x9c" "bung > C#", OK, 14, 17 },
    { "setext one", "Setext one", OK, 18, 21 },
    { "Setext one > Deep", "Setext one > Deep", OK, 20, 21 },
    { "inux", NULL, NOT_FOUND, 0, 0 },
    { "not one", NULL, NOT_FOUND, 0, 0 },
    { "", NULL, NOT_FOUND, 0, 0 },
    { " > Linux", NULL, NOT_FOUND, 0, 0 },
    { "\xff", NULL, NOT_FOUND, 0, 0 },
};

static void
test_a_section_is_found_by_what_it_is_called(void **state)
{
    (void)state;
    render_t page = kit_render(&plain, source);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        char path[SECTION_PATH_BYTES];
        size_t index = 0;
        if (section_find(&page, queries[i].query, &index) != queries[i].code)
            fail_msg("%s", queries[i].query);
        if (queries[i].code != OK)
            continue;
        section_path(&page, index, path, sizeof path);
        assert_string_equal(path, queries[i].path);
        assert_int_equal(page.headings[index].line, queries[i].line);
        assert_int_equal(page.headings[index].last_line, queries[i].last);
    }
    render_clear(&page);
}

static void
test_those_that_a_name_may_mean_are_told(void **state)
{
    (void)state;
    size_t count = 0;
    render_t page = kit_render(&plain, source);
    for (size_t i = 0; i < page.heading_count; i++)
        count += section_matches(&page, i, "LINUX");
    assert_int_equal(count, 2);
    render_clear(&page);
}

static void
test_a_path_that_does_not_fit_is_empty(void **state)
{
    (void)state;
    char path[8] = "x";
    render_t page = kit_render(&plain, "# abcd\n## ef\n");
    section_path(&page, 1, path, sizeof path);
    assert_string_equal(path, "");
    section_path(&page, 0, path, sizeof path);
    assert_string_equal(path, "abcd");
    render_clear(&page);
}

static const struct { const char *source, *text; } texts[] = {
    { "---\ntitle: T\n---\n# A *b*\n\nc &amp; `d`\ne [f](g) [[h|i]] ![j](k)\n", "A b\nc & d e f h j\n" },
    { "- a\n  - b\n- c\n\n|d|e|\n|---|---|\n|f|g|\n", "a\nb\nc\nd e \nf g \n" },
    { "```c\nint x;\n```\n<div>h <b>i</b></div>\n\n> j\n", "int x;\nh i\nj\n" },
    { "==k== http://l.m $n$ <b>o</b><!-- p -->\n\n---\nq[^1]\n\n[^1]: r\n", "k http://l.m n o\nq\nr\n" },
    { "", "" },
};

static void
test_the_text_for_search_has_a_line_for_each_block(void **state)
{
    (void)state;
    const render_options_t options = { .page = "", .text = true };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        render_t page = kit_render(&options, texts[i].source);
        assert_string_equal(page.text, texts[i].text);
        assert_int_equal(page.text_size, strlen(texts[i].text));
        render_clear(&page);
    }
    render_t page = kit_render(&plain, "a");
    assert_null(page.text);
    render_clear(&page);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_section_is_found_by_what_it_is_called),
        cmocka_unit_test(test_those_that_a_name_may_mean_are_told),
        cmocka_unit_test(test_a_path_that_does_not_fit_is_empty),
        cmocka_unit_test(test_the_text_for_search_has_a_line_for_each_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
