// Links in every spelling: where they lead, what is reported, what is refused.
#include "render_kit.h"

#define EXTERNAL "\" rel=\"noopener noreferrer\""

static const render_options_t page = { .page = "a/b" };

// What a link of this spelling has as href on page a/b; NULL: it is refused, only its text is left.
static const struct { const char *link, *href, *target; } leads[] = {
    { "./f.png", "/a/b/f.png", "a/b/f.png" },
    { "./sub", "/a/b/sub", "a/b/sub" },
    { "./sub/./x/../y", "/a/b/sub/y", "a/b/sub/y" },
    { "foo", "/a/foo", "a/foo" },
    { "foo.md", "/a/foo", "a/foo" },
    { "foo.MD#Some-Part", "/a/foo#Some-Part", "a/foo" },
    { "foo/", "/a/foo", "a/foo" },
    { "../x", "/x", "x" },
    { "../../../x", "/x", "x" },
    { "/Path//Page", "/path/page", "path/page" },
    { "/a%20B?q=1&amp;r#f", "/a%20b?q=1&amp;r#f", "a b" },
    { "100%", "/a/100%25", "a/100%" },
    { "v1.2", "/a/v1.2", "a/v1.2" },
    { "/R/S.Txt", "/r/S.Txt", "r/S.Txt" },
    { "%2e%2e/x", "/x", "x" },
    { "caf%C3%A9", "/a/caf%C3%A9", "a/café" },
    { "#top", "#top", NULL },
    { "?q=1", "?q=1", NULL },
    { "..", "/", NULL },
    { "/-/changelog", "/-/changelog", NULL },
    { "/static/x.png", "/static/x.png", NULL },
    { "/sitemap.xml", "/sitemap.xml", NULL },
    { "/healthz", "/healthz/view", "healthz" },
    { "/MCP/x", "/mcp/x/view", "mcp/x" },
    { "/X/source", "/X/source", NULL },
    { "/x/a/f.png", "/x/a/f.png", NULL },
    { "/x/diff/0123ab/4567cd", "/x/diff/0123ab/4567cd", NULL },
    { "/history", "/history", "history" },
    { "//evil.example/x", "//evil.example/x" EXTERNAL, NULL },
    { "https://x.example/a&quot;b", "https://x.example/a%22b" EXTERNAL, NULL },
    { "HTTP://x", "HTTP://x" EXTERNAL, NULL },
    { "ftp://x", "ftp://x" EXTERNAL, NULL },
    { "mailto:a@b", "mailto:a@b", NULL },
    { "tel:+49", "tel:+49", NULL },
    { "javascript:x", NULL, NULL },
    { "JaVaScRiPt:x", NULL, NULL },
    { "java&#115;cript:x", NULL, NULL },
    { "javascript&colon;x", NULL, NULL },
    { "javascript&#x3a;x", NULL, NULL },
    { "java&#9;script:x", NULL, NULL },
    { "java&Tab;script:x", NULL, NULL },
    { "&#1;javascript:x", NULL, NULL },
    { "data:text/html,x", NULL, NULL },
    { "vbscript:x", NULL, NULL },
    { "file:///etc/passwd", NULL, NULL },
    { "about:blank", NULL, NULL },
    { ":x", "/a/%3Ax", "a/:x" },
    { "1a:x", "/a/1a%3Ax", "a/1a:x" },
    { "foo\\):", "/a/foo%29%3A", "a/foo):" },
    { "/.git/config", "/.git/config", NULL },
    { "x\\y", "/a/x%5Cy", NULL },
    { "\\\\evil.example", "/a/%5Cevil.example", NULL },
    { "x%00y", "/a/x%2500y", "a/x%00y" },
};

static void
check_lead(size_t i)
{
    char source[256], html[512];
    snprintf(source, sizeof source, "[t](%s)", leads[i].link);
    snprintf(html, sizeof html, "<p>t</p>\n");
    if (leads[i].href)
        snprintf(html, sizeof html, "<p><a href=\"%s%s>t</a></p>\n", leads[i].href,
                 strstr(leads[i].href, EXTERNAL)? "": "\"");
    render_t result = kit_render(&page, source);
    assert_string_equal(result.html, html);
    assert_int_equal(result.link_count, leads[i].target? 1: 0);
    if (leads[i].target)
        assert_string_equal(result.links[0].target, leads[i].target);
    render_clear(&result);
}

static void
test_where_links_lead(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        check_lead(i);
}

static const render_case_t title_first[] = {
    { "[[Page]]", "<p><a href=\"/page\">Page</a></p>\n" },
    { "[[Title|/Path/Page]]", "<p><a href=\"/path/page\">Title</a></p>\n" },
    { "[[ Title | Page ]]", "<p><a href=\"/page\">Title</a></p>\n" },
    { "[[Page#Some Heading!]]", "<p><a href=\"/page#some-heading\">Page#Some Heading!</a></p>\n" },
    { "[[Here|#Some Heading]]", "<p><a href=\"#some-heading\">Here</a></p>\n" },
    { "[[#here]]", "<p><a href=\"#here\">#here</a></p>\n" },
    { "[[Tom &amp; *J*|a_b_c]]", "<p><a href=\"/a_b_c\">Tom &amp; *J*</a></p>\n" },
    { "[[T|*x*]]", "<p><a href=\"/%2Ax%2A\">T</a></p>\n" },
    { "[[a<b\\*|c]]", "<p><a href=\"/c\">a&lt;b*</a></p>\n" },
    { "[[Page.md]] [[a%20b]]", "<p><a href=\"/page\">Page.md</a> <a href=\"/a%20b\">a%20b</a></p>\n" },
    { "[[What is this?]]", "<p><a href=\"/what%20is%20this%3F\">What is this?</a></p>\n" },
    { "[[X|https://x.example]]", "<p><a href=\"https://x.example\" rel=\"noopener noreferrer\">X</a></p>\n" },
    { "[[X|javascript:y]]", "<p><a href=\"/javascript%3Ay\">X</a></p>\n" },
    { "[[X|/.git/config]]", "<p>X</p>\n" },
    { "[[X|./sub]]", "<p><a href=\"/a/b/sub\">X</a></p>\n" },
    { "`[[x]]`", "<p><code>[[x]]</code></p>\n" },
    { "\\[[x]]", "<p>[[x]]</p>\n" },
    { "*[[T|P]]*", "<p><em><a href=\"/p\">T</a></em></p>\n" },
    { "|a|\n|---|\n|[[T|P]]|\n|[[T\\|P]]|",
      "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n<tbody>\n<tr><td><a href=\"/p\">T</a></td></tr>\n"
      "<tr><td><a href=\"/p\">T</a></td></tr>\n</tbody>\n</table>\n" },
    { "![x [[y|z]] w](./i.png)", "<p><img src=\"/a/b/i.png\" alt=\"x z w\"></p>\n" },
};

static const render_case_t target_first[] = {
    { "[[Page]]", "<p><a href=\"/page\">Page</a></p>\n" },
    { "[[/Path/Page|Some *title*]]", "<p><a href=\"/path/page\">Some <em>title</em></a></p>\n" },
    { "[[Page#Some Heading|T]]", "<p><a href=\"/page#some-heading\">T</a></p>\n" },
    { "[[P|see http://x.example]]", "<p><a href=\"/p\">see http://x.example</a></p>\n" },
    { "|a|\n|---|\n|[[P\\|T]]|",
      "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n<tbody>\n<tr><td><a href=\"/p\">T</a></td></tr>\n</tbody>\n"
      "</table>\n" },
};

static void
test_wiki_links_with_the_title_first(void **state)
{
    (void)state;
    KIT_CHECK(&page, title_first);
}

static void
test_wiki_links_with_the_target_first(void **state)
{
    (void)state;
    const render_options_t options = { .page = "a/b", .target_first = true };
    KIT_CHECK(&options, target_first);
}

static void
test_a_wiki_link_too_long_for_md4c_is_a_link(void **state)
{
    (void)state;
    size_t size;
    char *source = kit_repeat("x [[", "\xe3\x81\x82", 60, "|P]] y", &size);
    char *html = kit_repeat("<p>x <a href=\"/p\">", "\xe3\x81\x82", 60, "</a> y</p>\n", &size);
    render_t result = kit_render(&page, source);
    assert_string_equal(result.html, html);
    assert_int_equal(result.link_count, 1);
    render_clear(&result);
    free(source);
    free(html);
}

static void
test_names_are_kept_or_folded_as_the_wiki_does(void **state)
{
    (void)state;
    const render_options_t kept = { .page = "A/B", .naming = { .retain_case = true } };
    const render_options_t underscores = { .page = "a", .naming = { .underscores = true } };
    render_t result = kit_render(&kept, "[[Some Page]] [x](./Y)");
    assert_string_equal(result.html, "<p><a href=\"/Some%20Page\">Some Page</a> <a href=\"/A/B/Y\">x</a></p>\n");
    render_clear(&result);
    result = kit_render(&underscores, "[[Some Page]]");
    assert_string_equal(result.html, "<p><a href=\"/some_page\">Some Page</a></p>\n");
    assert_string_equal(result.links[0].target, "some_page");
    render_clear(&result);
}

static void
test_only_web_links_open_in_a_new_tab(void **state)
{
    (void)state;
    const render_options_t options = { .page = "", .new_tab = true };
    render_t result = kit_render(&options, "[a](http://x) [b](c) [d](mailto:e)");
    assert_string_equal(result.html, "<p><a href=\"http://x\" rel=\"noopener noreferrer\" target=\"_blank\">a</a> "
                                     "<a href=\"/c\">b</a> <a href=\"mailto:e\">d</a></p>\n");
    render_clear(&result);
}

static void
test_a_place_for_the_mark_of_missing_pages(void **state)
{
    (void)state;
    static const char source[] = "---\ntitle: T\n---\n# *x* [a](b)\n\n![i](./j.png) [[c]] <a href=d>e</a>\n";
    static const char *const targets[] = { "a/b", "a/b/j.png", "c", "a/d" };
    render_t result = kit_render(&page, source);             // which looks at the offsets
    assert_int_equal(result.link_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(result.links[i].target, targets[i]);
    assert_true(result.links[1].image);
    render_clear(&result);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_links_lead),
        cmocka_unit_test(test_wiki_links_with_the_title_first),
        cmocka_unit_test(test_wiki_links_with_the_target_first),
        cmocka_unit_test(test_a_wiki_link_too_long_for_md4c_is_a_link),
        cmocka_unit_test(test_names_are_kept_or_folded_as_the_wiki_does),
        cmocka_unit_test(test_only_web_links_open_in_a_new_tab),
        cmocka_unit_test(test_a_place_for_the_mark_of_missing_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
