// What Markdown does not have: footnotes, abbreviations, spoilers, folds, ::: blocks, code with line numbers.
#include "render_kit.h"

#define REF(use, number) \
    "<sup class=\"footnote\" id=\"fnref" use ":" number "\"><a href=\"#fn:" number "\">" number "</a></sup>"
#define BACK(number) " <a class=\"footnote-back\" href=\"#fnref:" number "\" aria-label=\"Back to the text\">"
#define NOTES(notes) "<div class=\"footnotes\">\n<ol>\n" notes "</ol>\n</div>\n"
#define NOTE(number, text) "<li id=\"fn:" number "\">\n" text "</li>\n"

static const render_options_t plain = { .page = "" };

static const render_case_t footnotes[] = {
    { "a[^1]\n\n[^1]: n", "<p>a" REF("", "1") "</p>\n" NOTES(NOTE("1", "<p>n" BACK("1") "↩</a></p>\n")) },
    { "a[^x]\r\n[^x]: n\r\n\r\n    m\r\n",
      "<p>a" REF("", "1") "</p>\n" NOTES(NOTE("1", "<p>n</p>\n<p>m" BACK("1") "↩</a></p>\n")) },
    { "[^b][^A][^b]\n\n[^a]: n\n[^b]: m\n",
      "<p>" REF("", "1") REF("", "2") REF("2", "1") "</p>\n"
      NOTES(NOTE("1", "<p>m" BACK("1") "↩ a</a> <a class=\"footnote-back\" href=\"#fnref2:1\">b</a></p>\n")
            NOTE("2", "<p>n" BACK("2") "↩</a></p>\n")) },
    { "a[^1]\n\n[^1]:\n    - b\n",
      "<p>a" REF("", "1") "</p>\n" NOTES(NOTE("1", "<ul>\n<li>b</li>\n</ul>\n<p>" BACK("1") "↩</a></p>\n")) },
    { "a[^1]\n\n[^1]: ```\n    > x", "<p>a" REF("", "1") "</p>\n"
      NOTES(NOTE("1", "<pre><code>&gt; x\n</code></pre>\n<p>" BACK("1") "↩</a></p>\n")) },
    { "a[^1]\n\n[^1]: # h\n", "<p>a" REF("", "1") "</p>\n" NOTES(NOTE("1", "<h1>h</h1>\n<p>" BACK("1") "↩"
      "</a></p>\n")) },
    { "a[^1]\n\n[^1]: [b][c]\n\n[c]: /d\n", "<p>a" REF("", "1") "</p>\n"
      NOTES(NOTE("1", "<p><a href=\"/d\">b</a>" BACK("1") "↩</a></p>\n")) },
    { "a[^1]\n\n[^1]: b[^2]\n[^2]: c[^2]\n", "<p>a" REF("", "1") "</p>\n"
      NOTES(NOTE("1", "<p>b" REF("", "2") BACK("1") "↩</a></p>\n")
            NOTE("2", "<p>c" REF("2", "2") BACK("2") "↩ a</a> "
      "<a class=\"footnote-back\" href=\"#fnref2:2\">b</a></p>\n")) },
    { "a[^1]\n\n[^1]: b\n[^1]: c\n", "<p>a" REF("", "1") "</p>\n" NOTES(NOTE("1", "<p>b" BACK("1") "↩</a>"
      "</p>\n")) },
    { "[x[^1]](y)\n\n[^1]: b\n", "<p><a href=\"/y\">x<sup>1</sup></a></p>\n" NOTES(NOTE("1",
      "<p>b" BACK("1") "↩</a></p>\n")) },
    { "a[^1]\n", "<p>a[^1]</p>\n" },
    { "a\n\n[^1]: unused [[x]]\n", "<p>a</p>\n" },
    { "`[^1]`\n\n```\n[^1]: a\n```\n", "<p><code>[^1]</code></p>\n<pre><code>[^1]: a\n</code></pre>\n" },
    { "    [^1]: a\n", "<pre><code>[^1]: a\n</code></pre>\n" },
    { "- ```\n  [^1]: a\n  ```\n", "<ul>\n<li><pre><code>[^1]: a\n</code></pre>\n</li>\n</ul>\n" },
};

static const render_case_t abbreviations[] = {
    { "HTML, XHTML HTML5 (HTML)\n\n*[HTML]: Hyper \"Text\"", "<p>"
      "<abbr title=\"Hyper &quot;Text&quot;\">HTML</abbr>, XHTML "
      "HTML5 (<abbr title=\"Hyper &quot;Text&quot;\">HTML</abbr>)</p>\n" },
    { "*[a]: 1\n*[a b]: 2\n*[a b c]: 3\na b cd a bc a", "<p><abbr title=\"2\">a b</abbr> cd "
      "<abbr title=\"1\">a</abbr> bc "
      "<abbr title=\"1\">a</abbr></p>\n" },
    { "*[C++]: x\nC++ aC++ C++a", "<p><abbr title=\"x\">C++</abbr> aC++ <abbr title=\"x\">C++</abbr>a</p>\n" },
    { "*[a]: 1\n`a` [a](a) <http://a>", "<p><code>a</code> <a href=\"/a\"><abbr title=\"1\">a</abbr></a> "
      "<a href=\"http://a\" rel=\"noopener noreferrer\">http://<abbr title=\"1\">a</abbr></a></p>\n" },
    { "*[a]:\nb", "<p>b</p>\n" },
    { "* [a]: 1\n", "<ul>\n<li></li>\n</ul>\n" },
};

static const render_case_t blocks[] = {
    { ">! a\n>! b\n", "<details class=\"spoiler\"><summary>Spoiler</summary>\n<p>a\nb</p>\n</details>\n" },
    { ">!a\nb\n", "<details class=\"spoiler\"><summary>Spoiler</summary>\n<p>a</p>\n</details>\n<p>b</p>\n" },
    { ">! # a\n>!     b\n", "<details class=\"spoiler\">\n<summary>a</summary>\n<pre><code>b\n</code>"
      "</pre>\n</details>\n" },
    { ">| ## [[a]]\n>|\n>| - b\n",
      "<details class=\"fold\">\n<summary><a href=\"/a\">a</a></summary>\n<ul>\n<li>b</li>\n</ul>\n</details>\n" },
    { ">| ```\n>| a\nb", "<details class=\"fold\"><summary>Details</summary>\n<pre><code>a\n</code></pre>\n"
      "</details>\n"
      "<p>b</p>\n" },
    { ">! a\n>| b\n> c", "<details class=\"spoiler\"><summary>Spoiler</summary>\n<p>a</p>\n</details>\n"
      "<details class=\"fold\">"
      "<summary>Details</summary>\n<p>b</p>\n</details>\n<blockquote>\n<p>c</p>\n</blockquote>\n" },
    { "::: info\n# a\nb\n:::\nc",
      "<div class=\"block info\">\n<p class=\"block-title\">a</p>\n<p>b</p>\n</div>\n<p>c</p>\n" },
    { ":::red\n- a\n:::", "<div class=\"block danger\">\n<ul>\n<li>a</li>\n</ul>\n</div>\n" },
    { "::: none\n```\n# b\n:::\n```\n:::", "<div class=\"block\">\n<pre><code># b\n:::\n</code></pre>\n</div>\n" },
    { "::: my-class\n::: green\na\n:::\nb\n:::\n", "<div class=\"block my-class\">\n"
      "<div class=\"block success\">\n<p>a</p>\n"
      "</div>\n<p>b</p>\n</div>\n" },
    { "::: yellow\n> [!NOTE]\n> a\n:::", "<div class=\"block warning\">\n<div class=\"alert note\">\n"
      "<p class=\"alert-title\">Note"
      "</p>\n<p>\na</p>\n</div>\n</div>\n" },
    { "a\n:::\n", "<p>a\n:::</p>\n" },
    { "::: a\"b\nc\n:::", "<p>::: a&quot;b\nc\n:::</p>\n" },
    { "::: blue\n<div>\nx", "<div class=\"block info\">\n<div>\nx\n</div></div>\n" },
    { "> <!--\2:info-->\n> x\n\n>! y", "<blockquote>\n\n<p>x</p>\n</blockquote>\n"
      "<details class=\"spoiler\"><summary>Spoiler</summary>\n<p>y</p>\n</details>\n" },
    { "```py=\na\n\n<\n```", "<pre class=\"lines\"><code class=\"language-py\"><span class=\"n\"></span>a\n"
      "<span class=\"n\"></span>\n<span class=\"n\"></span>&lt;\n</code></pre>\n" },
    { "```py\na\n```", "<pre><code class=\"language-py\">a\n</code></pre>\n" },
};

static void
test_footnotes_have_numbers_and_ways_back(void **state)
{
    (void)state;
    KIT_CHECK(&plain, footnotes);
}

static void
test_abbreviations_are_explained_where_they_are_words(void **state)
{
    (void)state;
    KIT_CHECK(&plain, abbreviations);
}

static void
test_blocks_are_what_their_marks_say(void **state)
{
    (void)state;
    KIT_CHECK(&plain, blocks);
}

static void
test_sections_lie_where_they_lie_in_the_page(void **state)
{
    (void)state;
    static const char source[] = "---\na: 1\n---\n[^1]: x\r\n::: info\r\n# t\r\n\r\n## A\r\na[^1]\r\n"
      "> #\r\n:::\n## B\n";
    render_t page = kit_render(&plain, source);
    assert_int_equal(page.heading_count, 3);
    const rendered_heading_t *a = &page.headings[0], *empty = &page.headings[1], *b = &page.headings[2];
    assert_memory_equal(source + a->start, "## A", 4);
    assert_int_equal(a->line, 8);
    assert_memory_equal(source + empty->start, "> #", 3);
    assert_int_equal(empty->line, 10);
    assert_memory_equal(source + b->start, "## B", 4);
    assert_int_equal(b->line, 12);
    assert_int_equal(a->end, empty->start);
    render_clear(&page);
}

static void
test_links_in_notes_and_blocks_are_reported(void **state)
{
    (void)state;
    render_t page = kit_render(&plain, "::: info\n[[a]][^1]\n:::\n[^1]: [[b]]\n>! [[c]]");
    assert_int_equal(page.link_count, 3);
    assert_string_equal(page.links[0].target, "a");
    assert_string_equal(page.links[1].target, "c");
    assert_string_equal(page.links[2].target, "b");
    render_clear(&page);
}

// Chains of notes end, crowds of notes are bounded, and nothing takes more than a moment.
static void
test_hostile_extensions_stay_small(void **state)
{
    (void)state;
    static const struct { const char *before, *part, *after; } hostile[] = {
        { "[^a]\n\n[^a]: ", "[^a]", "" }, { "", "[^a]: [^a]\n", "[^a]" }, { "", "[^a]", "\n\n[^a]: x" },
        { "[^a]: x\n\n", "\n", "" }, { "", "[^", "" }, { "[^a]: b\n\n", "[^a", "" }, { "", "[^a]: \n\n", "" },
        { "*[a]: x\n", "a ", "" }, { "*[a]: ", "x", "\n\na" }, { "", "*[a]: x\n", "a" }, { "*[a]: x\n", "*[", "" },
        { "", "::: info\n", "" }, { "", ":::\n", "" }, { "::: a\n::: a\n::: a\n", "\n", "" },
        { "::: a\n::: a\n::: a\n", "x\n", "" }, { "", "::: a\n:::\n", "" }, { "", "::: a\n# x\n:::\n", "" },
        { "", ">!\n", "" }, { "", ">! # a\n\n", "" }, { "", ">!\n>|\n", "" }, { ">! ", ">", "" }, { "", ">!>", "" },
        { ">!", "\r", "" }, { "```x=\n", "\n", "" }, { "```x=\n", "`", "" }, { "<!--\n", ">!\n", "" },
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        size_t size;
        char *text = kit_repeat(hostile[i].before, hostile[i].part, 20000, hostile[i].after, &size);
        render_t page = kit_render_bytes(&plain, text, size);
        render_clear(&page);
        free(text);
    }
}

static void
test_a_chain_of_notes_is_cut(void **state)
{
    (void)state;
    char text[4096] = "[^0]\n\n";
    for (int i = 0; i < 20; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "[^%d]: a [^%d]\n", i, i + 1);
    render_t page = kit_render(&plain, text);
    assert_true(page.cut);
    render_clear(&page);
}

static void
test_notes_beyond_the_limit_are_text(void **state)
{
    (void)state;
    size_t size = 0, room = 64 * (LIMIT_FOOTNOTES + 2);
    char *text = malloc(room);
    assert_non_null(text);
    for (int i = 0; i <= LIMIT_FOOTNOTES; i++)
        size += (size_t)snprintf(text + size, room - size, "[^%d]\n\n[^%d]: a b\n", i, i);
    render_t page = kit_render_bytes(&plain, text, size);
    assert_non_null(strstr(page.html, "id=\"fn:1000\""));
    assert_non_null(strstr(page.html, "[^1000]: a b"));
    render_clear(&page);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_footnotes_have_numbers_and_ways_back),
        cmocka_unit_test(test_abbreviations_are_explained_where_they_are_words),
        cmocka_unit_test(test_blocks_are_what_their_marks_say),
        cmocka_unit_test(test_sections_lie_where_they_lie_in_the_page),
        cmocka_unit_test(test_links_in_notes_and_blocks_are_reported),
        cmocka_unit_test(test_hostile_extensions_stay_small),
        cmocka_unit_test(test_a_chain_of_notes_is_cut),
        cmocka_unit_test(test_notes_beyond_the_limit_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
