// Rules of feeds: what their XML says, and that no text can break it
#include "unit.h"

#include "../gateway/feed.h"

static const char *const files[] = { "/notes/bread", "/notes/bread/a/loaf%20&.png" };
static const char *const types[] = { "text/html", "image/png" };
static const feed_entry_t entry = {
    .link = "/-/commit/0123abc", .title = "Bread & <b>", .author = "Ada \"A\"", .when = 1772960400,
    .text = "one\x01\x1f two\t\xef\xbf\xbf\xc3\xbc", .files = files, .types = types, .file_count = 2,
};

static char *
written(feed_kind_t kind, const char *about)
{
    feed_t feed = { .kind = kind, .origin = "https://wiki.example", .self = "/-/changelog/feed.x?page=a&b=c",
                    .link = "/-/changelog", .title = "Wiki <1>", .about = about, .updated = 1772960400 };
    output_t out = { 0 };
    feed_begin(&out, &feed);
    feed_add(&out, &feed, &entry);
    feed_end(&out, &feed);
    assert_false(out.full);
    char *text = calloc(1, out.size + 1);
    assert_non_null(text);
    memcpy(text, out.bytes, out.size);
    output_clear(&out);
    return text;
}

static void
test_rss_says_who_changed_what_and_when(void **state)
{
    (void)state;
    char *text = written(FEED_RSS, "");
    assert_string_equal(text,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n"
        "<title>Wiki &lt;1&gt;</title>\n"
        "<link>https://wiki.example/-/changelog</link>\n"
        "<atom:link rel=\"self\" type=\"application/rss+xml\" "
        "href=\"https://wiki.example/-/changelog/feed.x?page=a&amp;b=c\"/>\n"
        "<description>Wiki &lt;1&gt;</description>\n"
        "<lastBuildDate>Sun, 08 Mar 2026 09:00:00 GMT</lastBuildDate>\n"
        "<item>\n<title>Bread &amp; &lt;b&gt;</title>\n"
        "<link>https://wiki.example/-/commit/0123abc</link>\n"
        "<guid isPermaLink=\"true\">https://wiki.example/-/commit/0123abc</guid>\n"
        "<dc:creator>Ada &quot;A&quot;</dc:creator>\n"
        "<pubDate>Sun, 08 Mar 2026 09:00:00 GMT</pubDate>\n"
        "<description>one two\t\xc3\xbc</description>\n"
        "<enclosure url=\"https://wiki.example/notes/bread\" length=\"0\" type=\"text/html\"/>\n"
        "<enclosure url=\"https://wiki.example/notes/bread/a/loaf%20&amp;.png\" length=\"0\" type=\"image/png\"/>\n"
        "</item>\n</channel>\n</rss>\n");
    free(text);
}

static void
test_atom_says_the_same(void **state)
{
    (void)state;
    char *text = written(FEED_ATOM, "All of it");
    assert_string_equal(text,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
        "<id>https://wiki.example/-/changelog/feed.x?page=a&amp;b=c</id>\n"
        "<title>Wiki &lt;1&gt;</title>\n<subtitle>All of it</subtitle>\n<updated>2026-03-08T09:00:00Z</updated>\n"
        "<link rel=\"self\" type=\"application/atom+xml\" "
        "href=\"https://wiki.example/-/changelog/feed.x?page=a&amp;b=c\"/>\n"
        "<link rel=\"alternate\" type=\"text/html\" href=\"https://wiki.example/-/changelog\"/>\n"
        "<entry>\n<id>https://wiki.example/-/commit/0123abc</id>\n"
        "<title>Bread &amp; &lt;b&gt;</title>\n<updated>2026-03-08T09:00:00Z</updated>\n"
        "<author><name>Ada &quot;A&quot;</name></author>\n"
        "<link rel=\"alternate\" type=\"text/html\" href=\"https://wiki.example/-/commit/0123abc\"/>\n"
        "<summary>one two\t\xc3\xbc</summary>\n"
        "<link rel=\"enclosure\" href=\"https://wiki.example/notes/bread\" type=\"text/html\"/>\n"
        "<link rel=\"enclosure\" href=\"https://wiki.example/notes/bread/a/loaf%20&amp;.png\" type=\"image/png\"/>\n"
        "</entry>\n</feed>\n");
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rss_says_who_changed_what_and_when),
        cmocka_unit_test(test_atom_says_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
