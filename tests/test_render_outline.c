// Headings: what the parser takes for one, anchors that are unique, sections that can be cut out of the source.
#include "render_kit.h"

static const render_options_t plain = { .page = "" };

typedef struct {
    int level;
    size_t line;
    const char *id, *text, *section;
} heading_case_t;

static const char source[] = "---\nx: 1\n---\n"
                             "before\n"
                             "\n"
                             "# A *b* & `c` &amp; [d](e) ![f](g)\r\n"
                             "```\n# no\n```\n"
                             "    # no\n"
                             "Two\nlines\n===\n"
                             "## A\n"
                             "#\n"
                             "text\n"
                             "> - ## A\n"
                             "- x\n\n  ###### ##\n"
                             "<!--\n# no\n-->\n"
                             "## \xc3\x84\xc3\x96\n"
                             "## \xe3\x81\x82";

static const heading_case_t outline[] = {
    { 1, 6, "a-b-c-d-f", "A b & c & d f", "# A *b* & `c` &amp; [d](e) ![f](g)\r\n```\n# no\n```\n    # no\n" },
    { 1, 11, "two-lines", "Two lines", "Two\nlines\n===\n## A\n" },
    { 2, 14, "a", "A", "## A\n" },
    { 1, 15, "section", "", NULL },
    { 2, 17, "a-1", "A", NULL },
    { 6, 20, "section-1", "", "  ###### ##\n<!--\n# no\n-->\n" },
    { 2, 24, "ao", "\xc3\x84\xc3\x96", "## \xc3\x84\xc3\x96\n" },
    { 2, 25, "section-2", "\xe3\x81\x82", "## \xe3\x81\x82" },
};

static void
test_the_outline_of_a_page(void **state)
{
    (void)state;
    render_t page = kit_render(&plain, source);
    assert_int_equal(page.heading_count, sizeof outline / sizeof *outline);
    for (size_t i = 0; i < page.heading_count; i++) {
        const rendered_heading_t *heading = &page.headings[i];
        char section[sizeof source];
        size_t size = heading->end - heading->start;
        memcpy(section, source + heading->start, size);
        section[size] = '\0';
        assert_int_equal(heading->level, outline[i].level);
        assert_int_equal(heading->line, outline[i].line);
        assert_string_equal(heading->id, outline[i].id);
        assert_string_equal(heading->text, outline[i].text);
        if (outline[i].section)
            assert_string_equal(section, outline[i].section);
    }
    assert_int_equal(page.headings[3].end, sizeof source - 1);
    assert_string_equal(page.title, "A b & c & d f");
    assert_true(page.titled);
    render_clear(&page);
}

static void
test_anchors_are_unique_whatever_they_are_called(void **state)
{
    (void)state;
    static const char *const ids[] = { "a-1", "a", "a-2", "a-3", "a-1-1" };
    render_t page = kit_render(&plain, "# a 1\n# a\n# a\n# a\n# a 1\n");
    assert_int_equal(page.heading_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(page.headings[i].id, ids[i]);
    render_clear(&page);
}

static void
test_a_long_heading_is_cut_between_two_characters(void **state)
{
    (void)state;
    size_t size;
    char *text = kit_repeat("# x", "\xc3\xa4", 2000, "", &size);
    render_t page = kit_render_bytes(&plain, text, size);
    assert_int_equal(strlen(page.headings[0].text), 1023);
    render_clear(&page);
    free(text);
}

static void
test_a_heading_is_a_link_to_itself(void **state)
{
    (void)state;
    render_t page = kit_render(&plain, "## x\n");
    assert_string_equal(page.html,
    "<h2 id=\"x\">x<a class=\"anchor\" href=\"#x\" aria-label=\"Link to this section\">"
                                   "</a></h2>\n");
    assert_false(page.titled);
    render_clear(&page);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_outline_of_a_page),
        cmocka_unit_test(test_anchors_are_unique_whatever_they_are_called),
        cmocka_unit_test(test_a_long_heading_is_cut_between_two_characters),
        cmocka_unit_test(test_a_heading_is_a_link_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
