// Front matter: what is it, what is shown of it, and what it may not do.
#include "render_kit.h"

#define BOX(rows) "<details class=\"properties\"><summary>Properties</summary>\n<table>\n<tbody>\n" rows \
                  "</tbody>\n</table>\n</details>\n"
#define ROW(key, value) "<tr><th>" key "</th><td>" value "</td></tr>\n"

static const render_options_t plain = { .page = "" };

static const render_case_t shown[] = {
    { "---\na: 1\n---\nx", BOX(ROW("a", "1")) "<p>x</p>\n" },
    { "---\r\na: 1\r\n---\r\nx", BOX(ROW("a", "1")) "<p>x</p>\n" },
    { "--- \t\na: 1\n---x", BOX(ROW("a", "1")) "<p>x</p>\n" },
    { "---\na: 1\n---\n\n\n    x", BOX(ROW("a", "1")) "<p>x</p>\n" },
    { "---\n1: <b>&\ntags: []\nnull: ~\nd: 2026-03-13\n---\n",
      BOX(ROW("1", "&lt;b&gt;&amp;") ROW("tags", "<ul></ul>") ROW("null", "") ROW("d", "2026-03-13")) },
    { "---\na: [b, {c: d}]\n---\n",
      BOX(ROW("a", "<ul><li>b</li><li><table>\n<tbody>\n" ROW("c", "d") "</tbody>\n</table></li></ul>")) },
    { "---\na: &x [1]\nb: *x\n---\n", BOX(ROW("a", "<ul><li>1</li></ul>") ROW("b", "<ul><li>1</li></ul>")) },
    { "---\na: yes\nb: 0x1f\nc: 1:30\nd: 'no'\ne: 1.50\non: Off\nf: !!str x\n---\n",
      BOX(ROW("a", "true") ROW("b", "31") ROW("c", "90") ROW("d", "no") ROW("e", "1.50") ROW("on", "false")
          ROW("f", "x")) },
    { "---\na: |\n  <b>\n  x\n\"b\\0<\": \"\\x01&\"\n---\n",
      BOX(ROW("a", "&lt;b&gt;\nx\n") ROW("b\xef\xbf\xbd&lt;", "\xef\xbf\xbd&amp;")) },
};

static const render_case_t text[] = {
    { "x\n---\na: 1\n---\n",
      "<h2 id=\"x\">x<a class=\"anchor\" href=\"#x\" aria-label=\"Link to this section\"></a></h2>\n"
      "<h2 id=\"a-1\">a: 1<a class=\"anchor\" href=\"#a-1\" aria-label=\"Link to this section\"></a></h2>\n" },
    { "---\n---\nx", "<hr>\n<hr>\n<p>x</p>\n" },
    { "---\n\n---\nx", "<hr>\n<hr>\n<p>x</p>\n" },
    { "---\nx", "<hr>\n<p>x</p>\n" },
    { "---x\na: 1\n---\n\ny", "<h2 id=\"x-a-1\">---x\na: 1<a class=\"anchor\" href=\"#x-a-1\" "
      "aria-label=\"Link to this section\"></a></h2>\n<p>y</p>\n" },
    { "---\n- a\n\n---\n", "<hr>\n<ul>\n<li>a</li>\n</ul>\n<hr>\n" },
    { "---\n\"a: [\n\n---\n", "<hr>\n<p>&quot;a: [</p>\n<hr>\n" },
    { "---\na: b: c\n\n---\n", "<hr>\n<p>a: b: c</p>\n<hr>\n" },
    { "---\na: !!python/name x\n\n---\n", "<hr>\n<p>a: !!python/name x</p>\n<hr>\n" },
    { "---\na: !x y\n\n---\n", "<hr>\n<p>a: !x y</p>\n<hr>\n" },
    { "---\na: &x [*x]\n\n---\n", "<hr>\n<p>a: &amp;x [*x]</p>\n<hr>\n" },
    { "---\na: *x\n\n---\n", "<hr>\n<p>a: *x</p>\n<hr>\n" },
    { "---\n{a: b}: c\n\n---\n", "<hr>\n<p>{a: b}: c</p>\n<hr>\n" },
    { "---\n{a: [[[[[[[[1]]]]]]]]}\n\n---\n", "<hr>\n<p>{a: [[[[[[<a href=\"/1\">1</a>]]]]]]}</p>\n<hr>\n" },
};

static void
test_a_mapping_is_shown_in_a_box(void **state)
{
    (void)state;
    KIT_CHECK(&plain, shown);
}

static void
test_what_is_no_front_matter_is_text(void **state)
{
    (void)state;
    KIT_CHECK(&plain, text);
}

typedef struct {
    const char *source, *title;
    bool titled;
} title_case_t;

static const title_case_t titles[] = {
    { "---\ntitle: \"My <T>\"\n---\nx", "My <T>", true },
    { "---\ntitle: My\n---\n# Own\n", "My", true },
    { "---\ntitle: My\n---\n## Own\n", "My", true },
    { "---\ntitle: 42\n---\nx", "42", true },
    { "---\ntitle: 0x10\n---\nx", "16", true },
    { "---\nx: &t My\ntitle: *t\n---\nx", "My", true },
    { "---\ntitle: [a]\n---\n## b", "b", false },
    { "---\ntitle: {title: c}\n---\n## b", "b", false },
    { "---\ntitle: ~\n---\nx", "", false },
    { "---\ntitle: null\n---\nx", "", false },
    { "---\ntitle: 'null'\n---\nx", "null", true },
    { "---\ntitle:\n---\nx", "", false },
    { "---\nx: {title: c}\n---\nx", "", false },
    { "---\ntitle: a\ntitle: b\n---\nx", "b", true },
    { "## First\n# Second\n", "First", true },
    { "x", "", false },
};

static void
test_the_title_of_a_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        render_t page = kit_render(&plain, titles[i].source);
        assert_string_equal(page.title, titles[i].title);
        assert_int_equal(page.titled, titles[i].titled);
        render_clear(&page);
    }
}

static void
test_a_title_becomes_a_heading_where_the_text_has_none(void **state)
{
    (void)state;
    render_t page = kit_render(&plain, "---\ntitle: a&b\n---\n[[x]]");
    assert_string_equal(page.html, BOX(ROW("title", "a&amp;b")) "<h1>a&amp;b</h1>\n<p><a href=\"/x\">x</a></p>\n");
    assert_int_equal(page.heading_count, 0);
    render_clear(&page);
}

static void
test_aliases_mean_what_they_name_up_to_a_bound(void **state)
{
    (void)state;
    static const char laughs[] = "---\na: &a [x,x,x,x,x,x,x,x,x]\n"
                                 "b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\n"
                                 "d: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n---\n";
    render_t page = kit_render(&plain, laughs);
    assert_true(page.html_size < 2000);
    assert_null(strstr(page.html, "<details"));
    render_clear(&page);
    char *anchors = kit_repeat("---\n", "- &a b\n", 5000, "---\n", &(size_t) { 0 });
    page = kit_render(&plain, anchors);
    assert_null(strstr(page.html, "<details"));
    render_clear(&page);
    free(anchors);
}

static void
test_front_matter_over_64_kib_is_text(void **state)
{
    (void)state;
    size_t size;
    char *source = kit_repeat("---\na: 1\n", "b: 12345\n", 8000, "---\n", &size);
    render_t page = kit_render_bytes(&plain, source, size);
    assert_null(strstr(page.html, "<details"));
    render_clear(&page);
    free(source);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_mapping_is_shown_in_a_box),
        cmocka_unit_test(test_what_is_no_front_matter_is_text),
        cmocka_unit_test(test_the_title_of_a_page),
        cmocka_unit_test(test_a_title_becomes_a_heading_where_the_text_has_none),
        cmocka_unit_test(test_aliases_mean_what_they_name_up_to_a_bound),
        cmocka_unit_test(test_front_matter_over_64_kib_is_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
