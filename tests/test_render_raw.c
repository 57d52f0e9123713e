// HTML in a page: what is on the list is written anew, the rest is text, everything is closed where its
// block ends.
#include "render_kit.h"

static const render_options_t plain = { .page = "a/b" };

static const render_case_t allowed[] = {
    { "a <b>x</b> <br/> <kbd>k</kbd>", "<p>a <b>x</b> <br> <kbd>k</kbd></p>\n" },
    { "<span CLASS='fab fa-x' style=\"x:y\" Title=\"a&amp;b<\">s</span>",
      "<p><span class=\"fab fa-x\" title=\"a&amp;b&lt;\">s</span></p>\n" },
    { "<details open>\n<summary>S</summary>\n\n**m**\n\n</details>",
      "<details open>\n<summary>S</summary>\n<p><strong>m</strong></p>\n</details>\n" },
    { "<img src=\"./i.png\" alt='a\"b' width=10 height=\"5%\">",
      "<img src=\"/a/b/i.png\" alt=\"a&quot;b\" width=\"10\" height=\"5%\">\n" },
    { "x <a href=\"./f.txt\" target=_blank rel=x>f</a>", "<p>x <a href=\"/a/b/f.txt\">f</a></p>\n" },
    { "x <a\nhref='foo'\ntitle=\"a>\nb\">f</a>", "<p>x <a href=\"/a/foo\" title=\"a&gt;\nb\">f</a></p>\n" },
    { "x <!-- c --> y <!-- d >\n e --> z", "<p>x  y  z</p>\n" },
    { "<!-- c\n\n<script> -->\n", "\n" },
    { "<table><tr><td colspan=2>x</td></tr></table>", "<table><tr><td colspan=\"2\">x</td></tr></table>\n" },
    { "<div>a < b & c &lt; d</div>", "<div>a &lt; b &amp; c &lt; d</div>\n" },
    { "<div id=\"x\"></div>\n\n<div id=\"x\"></div>\n\n# x\n",
      "<div id=\"x\"></div>\n<div></div>\n<h1 id=\"x-1\">x<a class=\"anchor\" href=\"#x-1\" "
      "aria-label=\"Link to this section\"></a></h1>\n" },
    { "x <a name=\"n\"></a>", "<p>x <a id=\"n\"></a></p>\n" },
    { "x <b class=a class=b>c</b>", "<p>x <b class=\"a\">c</b></p>\n" },
};

static const render_case_t refused[] = {
    { "x <script>alert(1)</script>", "<p>x &lt;script&gt;alert(1)&lt;/script&gt;</p>\n" },
    { "<script>\nalert(1)\n</script>", "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n" },
    { "<style>p{}</style>", "<p>&lt;style&gt;p{}&lt;/style&gt;</p>\n" },
    { "<div onclick=\"x\">a</div>", "<p>&lt;div onclick=&quot;x&quot;&gt;a&lt;/div&gt;</p>\n" },
    { "<div><b>a</b><iframe src=x></iframe></div>",
      "<p>&lt;div&gt;&lt;b&gt;a&lt;/b&gt;&lt;iframe src=x&gt;&lt;/iframe&gt;&lt;/div&gt;</p>\n" },
    { "x <img src=x onerror=y>", "<p>x &lt;img src=x onerror=y&gt;</p>\n" },
    { "x <a href=\"javascript:y\">z</a>", "<p>x &lt;a href=&quot;javascript:y&quot;&gt;z&lt;/a&gt;</p>\n" },
    { "x <a href=\" java&#10;script&colon;y\">z</a>",
      "<p>x &lt;a href=&quot; java&amp;#10;script&amp;colon;y&quot;&gt;z&lt;/a&gt;</p>\n" },
    { "x <a href=\"JaVa\tScRiPt:y\">z</a>", "<p>x &lt;a href=&quot;JaVa\tScRiPt:y&quot;&gt;z&lt;/a&gt;</p>\n" },
    { "x <img src=\"data:text/html,y\">", "<p>x &lt;img src=&quot;data:text/html,y&quot;&gt;</p>\n" },
    { "x <svg/onload=y>", "<p>x &lt;svg/onload=y&gt;</p>\n" },
    { "x <base href=//y> <form> <input> <button> <meta> <link> <object> <embed>",
      "<p>x &lt;base href=//y&gt; &lt;form&gt; &lt;input&gt; &lt;button&gt; &lt;meta&gt; &lt;link&gt; &lt;object&gt; "
      "&lt;embed&gt;</p>\n" },
    { "<!DOCTYPE html>", "<p>&lt;!DOCTYPE html&gt;</p>\n" },
    { "x <?php y ?> <![CDATA[z]]>", "<p>x &lt;?php y ?&gt; &lt;![CDATA[z]]&gt;</p>\n" },
    { "<p><x:y></p>", "<p>&lt;p&gt;&lt;x:y&gt;&lt;/p&gt;</p>\n" },
    { "x <b class='\"><script>'>y</b>", "<p>x <b>y</b></p>\n" },
};

static const render_case_t balanced[] = {
    { "x <b>y", "<p>x <b>y</b></p>\n" },
    { "x </b> y </div>", "<p>x &lt;/b&gt; y &lt;/div&gt;</p>\n" },
    { "x <i>y *z </i> w* v", "<p>x <i>y <em>z &lt;/i&gt; w</em> v</i></p>\n" },
    { "*x <b>y* z</b>", "<p><em>x <b>y</b></em> z&lt;/b&gt;</p>\n" },
    { "x <b><i>y</b>", "<p>x <b><i>y</i></b></p>\n" },
    { "> <div>\n\nx", "<blockquote>\n<div>\n</div></blockquote>\n<p>x</p>\n" },
    { "</div></main></body>\n\nx", "<p>&lt;/div&gt;&lt;/main&gt;&lt;/body&gt;</p>\n<p>x</p>\n" },
    { "</div></details>\n\nx", "&lt;/div&gt;&lt;/details&gt;\n<p>x</p>\n" },
    { "<div>\n\nx", "<div>\n<p>x</p>\n</div>" },
    { "- <b>x\n- y", "<ul>\n<li><b>x</b></li>\n<li>y</li>\n</ul>\n" },
    { "|a|\n|---|\n|</td></table>x|",
      "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n"
      "<tbody>\n<tr><td>&lt;/td&gt;&lt;/table&gt;x</td></tr>\n</tbody>\n"
      "</table>\n" },
    { "x <a href=y>[z](w) <a href=v>u</a>", "<p>x <a href=\"/a/y\">z &lt;a href=v&gt;u</a></p>\n" },
    { "[x <a href=y>z</a>](w)", "<p><a href=\"/a/w\">x &lt;a href=y&gt;z&lt;/a&gt;</a></p>\n" },
};

static void
test_what_is_on_the_list_is_written_anew(void **state)
{
    (void)state;
    KIT_CHECK(&plain, allowed);
}

static void
test_a_chunk_with_anything_else_is_text(void **state)
{
    (void)state;
    KIT_CHECK(&plain, refused);
}

static void
test_tags_end_with_their_block(void **state)
{
    (void)state;
    KIT_CHECK(&plain, balanced);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_on_the_list_is_written_anew),
        cmocka_unit_test(test_a_chunk_with_anything_else_is_text),
        cmocka_unit_test(test_tags_end_with_their_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
