// Markdown to HTML: CommonMark, tables, task lists, strikethrough, autolinks, code, formulas.
#include "render_kit.h"

static const render_options_t plain = { .page = "a/b" };

static const render_case_t blocks[] = {
    { "", "" },
    { "a\nb  \nc", "<p>a\nb<br>\nc</p>\n" },
    { "> q\n\n***\n", "<blockquote>\n<p>q</p>\n</blockquote>\n<hr>\n" },
    { "> [!note]\n> *a*",
      "<div class=\"alert note\">\n<p class=\"alert-title\">Note</p>\n<p>\n<em>a</em></p>\n</div>\n" },
    { "> [!NOTE] a\n\n> b [!NOTE]\n\n[!NOTE]",
      "<blockquote>\n<p>[!NOTE] a</p>\n</blockquote>\n"
      "<blockquote>\n<p>b [!NOTE]</p>\n</blockquote>\n<p>[!NOTE]</p>\n" },
    { "> a\n>\n> [!TIP]", "<blockquote>\n<p>a</p>\n<p>[!TIP]</p>\n</blockquote>\n" },
    { "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n" },
    { "3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n" },
    { "- [ ] a\n- [x] b",
      "<ul>\n<li class=\"task\"><input type=\"checkbox\" aria-label=\"to do\" disabled> a</li>\n"
      "<li class=\"task\"><input type=\"checkbox\" aria-label=\"done\" disabled checked> b</li>\n</ul>\n" },
    { "|a|b|\n|:--|--:|\n|c|d|",
      "<table>\n<thead>\n<tr><th align=\"left\">a</th><th align=\"right\">b</th></tr>\n</thead>\n<tbody>\n"
      "<tr><td align=\"left\">c</td><td align=\"right\">d</td></tr>\n</tbody>\n</table>\n" },
    { "```c++ x\na<b\n```", "<pre><code class=\"language-c++\">a&lt;b\n</code></pre>\n" },
    { "```\"onclick=\nx\n```",
      "<pre class=\"lines\"><code class=\"language-&quot;onclick\"><span class=\"n\"></span>x\n</code></pre>\n" },
    { "```c\"x&#32;y<\nx\n```", "<pre><code class=\"language-c&quot;x\">x\n</code></pre>\n" },
    { "```f&ouml;&ouml;\nx\n```", "<pre><code class=\"language-f\xc3\xb6\xc3\xb6\">x\n</code></pre>\n" },
    { "    x\n", "<pre><code>x\n</code></pre>\n" },
    { "[t](x '&Dcaron;\\&amp;\"<')", "<p><a href=\"/a/x\" title=\"&Dcaron;&amp;amp;&quot;&lt;\">t</a></p>\n" },
    { "```mermaid\na-->b\n```", "<pre class=\"mermaid\">a--&gt;b\n</pre>\n" },
    { "```math\na<b\n```", "<pre class=\"math\">\\[\na&lt;b\n\\]</pre>\n" },
};

static const render_case_t spans[] = {
    { "*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n" },
    { "$a<b$ $$c$$ `$d$`", "<p><span class=\"math\">\\(a&lt;b\\)</span> <span class=\"math\">\\[c\\]</span> "
                           "<span class=\"math\">\\(d\\)</span></p>\n" },
    { "`$` `$$` `$a`", "<p><code>$</code> <code>$$</code> <code>$a</code></p>\n" },
    { "a & b &amp; &auml; &#65; < > \"", "<p>a &amp; b &amp; &auml; &#65; &lt; &gt; &quot;</p>\n" },
    { "==a b==c==d== == e == ==f ====", "<p><mark>a b</mark>c<mark>d</mark> == e == ==f ====</p>\n" },
    { "\\*a\\* \\<b>", "<p>*a* &lt;b&gt;</p>\n" },
    { "http://a.b/?x&y www.x.org a@b.c",
      "<p><a href=\"http://a.b/?x&amp;y\" rel=\"noopener noreferrer\">http://a.b/?x&amp;y</a> "
      "<a href=\"http://www.x.org\" rel=\"noopener noreferrer\">www.x.org</a> "
      "<a href=\"mailto:a@b.c\">a@b.c</a></p>\n" },
    { "![a *b* `c` \"d\"](http://x/i \"t<\")",
      "<p><img src=\"http://x/i\" alt=\"a b c &quot;d&quot;\" title=\"t&lt;\"></p>\n" },
    { "![a ![b](c) d](http://x)", "<p><img src=\"http://x\" alt=\"a b d\"></p>\n" },
};

#define URL(url, text) "<a href=\"" url "\" rel=\"noopener noreferrer\">" text "</a>"

static const render_case_t bare_urls[] = {
    { "(http://a.b/x_(y)), x", "<p>(" URL("http://a.b/x_(y)", "http://a.b/x_(y)") "), x</p>\n" },
    { "www.x.org.", "<p>" URL("http://www.x.org", "www.x.org") ".</p>\n" },
    { "\"https://a\" **http://b**", "<p>&quot;" URL("https://a",
    "https://a") "&quot; <strong>" URL("http://b", "http://b")
      "</strong></p>\n" },
    { "xhttp://q http:// www. ://x http:///x", "<p>xhttp://q http:// www. ://x http:///x</p>\n" },
    { "[http://e.f](g) `http://h` http://a_b_c", "<p><a href=\"/a/g\">http://e.f</a> <code>http://h</code> "
      URL("http://a_b_c", "http://a_b_c") "</p>\n" },
    { "http://x\" onclick=y", "<p>" URL("http://x", "http://x") "&quot; onclick=y</p>\n" },
    { "http://x\"y", "<p>" URL("http://x%22y", "http://x&quot;y") "</p>\n" },
    { "javascript://x.y", "<p>javascript://x.y</p>\n" },
};

static void
test_bare_urls_are_links(void **state)
{
    (void)state;
    KIT_CHECK(&plain, bare_urls);
}

static void
test_blocks(void **state)
{
    (void)state;
    KIT_CHECK(&plain, blocks);
}

static void
test_spans(void **state)
{
    (void)state;
    KIT_CHECK(&plain, spans);
}

static void
test_a_nul_byte_becomes_the_replacement_character(void **state)
{
    (void)state;
    static const char source[] = "a\0b `c\0d` <b title=\"\0\">e</b>";
    render_t page = kit_render_bytes(&plain, source, sizeof source - 1);
    assert_string_equal(page.html, "<p>a\xef\xbf\xbd" "b <code>c\xef\xbf\xbd" "d</code> "
                                   "<b title=\"\xef\xbf\xbd\">e</b></p>\n");
    render_clear(&page);
}

static void
test_text_that_is_not_utf8_is_unsupported(void **state)
{
    (void)state;
    render_t page;
    assert_int_equal(render_page(&plain, "a\xff", 2, &page), UNSUPPORTED);
    assert_null(page.html);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_bare_urls_are_links),
        cmocka_unit_test(test_a_nul_byte_becomes_the_replacement_character),
        cmocka_unit_test(test_text_that_is_not_utf8_is_unsupported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
