// Limits: no page makes more HTML, nesting, links or headings than it may, nor keeps the parser busy for
// nothing.
#include "render_kit.h"

static const render_options_t plain = { .page = "" };

static render_t
render_repeated(const char *before, const char *part, size_t count, const char *after)
{
    size_t size;
    char *text = kit_repeat(before, part, count, after, &size);
    render_t page = kit_render_bytes(&plain, text, size);    // which looks at the size of the HTML
    free(text);
    return page;
}

static void
assert_cut(render_t *page, bool cut)
{
    assert_int_equal(page->cut, cut);
    assert_int_equal(strstr(page->html, "<p class=\"cut\">") != NULL, cut);
    render_clear(page);
}

static void
test_a_definition_used_ten_thousand_times_is_cut(void **state)
{
    (void)state;
    size_t size;
    char *definition = kit_repeat("[a]: /x \"", "0123456789", 3000, "\"\n\n", &size);
    render_t page = render_repeated(definition, "[a] ", 10000, "\n");
    assert_cut(&page, true);
    free(definition);
    // With a reference in it md4c copies the title for each use, even if none of it were shown.
    definition = kit_repeat("[a]: /x \"&amp;", "0123456789", 3000, "\"\n\n", &size);
    page = render_repeated(definition, "[a] ", 10000, "\n");
    assert_cut(&page, true);
    free(definition);
}

static void
test_a_table_of_two_thousand_columns_is_cut(void **state)
{
    (void)state;
    size_t size;
    char *head = kit_repeat("", "|a", 2000, "|\n", &size);
    char *line = kit_repeat(head, "|---", 2000, "|\n", &size);
    render_t page = render_repeated(line, "|\n", 9000, "");
    assert_cut(&page, true);
    free(head);
    free(line);
}

static void
test_deep_nesting_is_flat_beyond_the_limit(void **state)
{
    (void)state;
    render_t page = render_repeated("", ">", 20000, "x");
    assert_true(page.html_size < 10000);
    assert_non_null(strstr(page.html, "x"));
    assert_cut(&page, true);
    page = render_repeated("", "<b>", 5000, "x");
    assert_true(page.html_size < 64 * 5000);
    assert_cut(&page, true);
    page = render_repeated("", "<div>\n\n", 5000, "x");
    assert_cut(&page, true);
    page = render_repeated("", "- ", 2000, "x");
    assert_cut(&page, true);
    page = render_repeated("", "> ", LIMIT_MARKDOWN_NESTING - 1, "x");
    assert_cut(&page, false);
}

// Each of these was slow or large in some Markdown parser; here the HTML stays a small multiple of the text.
static const struct { const char *before, *part, *after; } pathological[] = {
    { "", "[", "" }, { "", "![", "" }, { "", "[[", "" }, { "", "[a](", "" }, { "", "[[a|", "]]" },
    { "", "*a **a ", "" },
    { "", "*a_ ", "" }, { "", "a**b", "" }, { "", "`a ``b ", "" }, { "", "<", "" }, { "", "<a href=\"", "" },
    { "", "<b x='", "" }, { "", "<!--", "" }, { "", "<?", "" }, { "<div>\n", "<a b=", "" }, { "<div>\n", "<!--", "" },
    { "<div>\n", "<b x='\n", "" }, { "", "$a ", "" }, { "", "~~a ~", "" }, { "", "\\", "" }, { "", "&#", "" },
    { "", "[a]: <x> '\n", "" }, { "", "[a\n]: b\n\n", "" }, { "", "www.", "" }, { "", "a@", "" },
    { "", "http://a_", "" },
    { "", "http://a.b ", "" }, { "", "(http://a.b", "" }, { "", "www.a.b ", "" }, { "http://a", ")", "" },
    { "", "==a ", "" }, { "", "=", "" }, { "", "a==", "" },
    { "", "|", "\n|-" }, { "", "# \n", "" }, { "", "- #\n", "" }, { "# a\n", "- [x] #\n\n\n", "" }, { "", "1) ", "" },
    { "x <b title=\"", ">\n", "" }, { "", "\t", "" }, { "---\n", "[", "\n---\n" }, { "---\n", "{a: ", "\n---\n" },
    { "---\na: ", "- ", "\n---\n" }, { "", "[[]] [[|]] [[#]] ", "" }, { "", "](", "" }, { "[a", "*", "](b)" },
};

static void
test_pathological_texts_stay_small(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pathological / sizeof *pathological; i++) {
        size_t size;
        char *text = kit_repeat(pathological[i].before, pathological[i].part, 20000, pathological[i].after, &size);
        render_t page = kit_render_bytes(&plain, text, size);
        assert_true(page.html_size < (64 << 10) + 50 * size);
        render_clear(&page);
        free(text);
    }
}

static void
test_no_more_links_than_the_limit_are_reported(void **state)
{
    (void)state;
    render_t page = render_repeated("", "[[a]] ", LIMIT_LINKS, "");
    assert_int_equal(page.link_count, LIMIT_LINKS);
    assert_cut(&page, false);
    page = render_repeated("", "[[a]] ", LIMIT_LINKS + 1, "");
    assert_int_equal(page.link_count, LIMIT_LINKS);
    assert_cut(&page, true);
}

static void
test_what_is_reported_fits_an_answer(void **state)
{
    (void)state;
    size_t size, bytes = 0;
    char *link = kit_repeat("[x](/", "012345678/", 90, "x) ", &size);
    render_t page = render_repeated("", link, 500, "");
    for (size_t i = 0; i < page.link_count; i++)
        bytes += strlen(page.links[i].target);
    assert_in_range(bytes, 150 << 10, 192 << 10);
    assert_cut(&page, true);
    free(link);
}

static void
test_no_more_headings_than_the_limit_are_reported(void **state)
{
    (void)state;
    render_t page = render_repeated("", "# a\n", LIMIT_HEADINGS, "");
    assert_int_equal(page.heading_count, LIMIT_HEADINGS);
    assert_cut(&page, false);
    page = render_repeated("", "# a\n", 3 * LIMIT_HEADINGS, "");
    assert_int_equal(page.heading_count, LIMIT_HEADINGS);
    assert_int_equal(page.headings[LIMIT_HEADINGS - 1].end, 4 * LIMIT_HEADINGS);
    assert_cut(&page, true);
}

static void
test_a_page_over_the_limit_is_too_large(void **state)
{
    (void)state;
    render_t page;
    char *text = calloc(1, LIMIT_PAGE_BYTES + 1);
    assert_non_null(text);
    memset(text, '<', LIMIT_PAGE_BYTES + 1);
    assert_int_equal(render_page(&plain, text, LIMIT_PAGE_BYTES + 1, &page), TOO_LARGE);
    page = kit_render_bytes(&plain, text, LIMIT_PAGE_BYTES);
    assert_cut(&page, true);                    // 16 MiB of "&lt;" are not sent
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_definition_used_ten_thousand_times_is_cut),
        cmocka_unit_test(test_a_table_of_two_thousand_columns_is_cut),
        cmocka_unit_test(test_deep_nesting_is_flat_beyond_the_limit),
        cmocka_unit_test(test_pathological_texts_stay_small),
        cmocka_unit_test(test_no_more_links_than_the_limit_are_reported),
        cmocka_unit_test(test_what_is_reported_fits_an_answer),
        cmocka_unit_test(test_no_more_headings_than_the_limit_are_reported),
        cmocka_unit_test(test_a_page_over_the_limit_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
