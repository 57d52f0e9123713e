#include "feed.h"

#include <string.h>

#include "moment.h"

static void
add(output_t *out, const char *text)
{
    output_add(out, text, strlen(text));
}

// Control characters, U+FFFE and U+FFFF are no characters of XML, not even as entities.
static size_t
size_of_odd(const char *at)
{
    unsigned char byte = (unsigned char)*at;
    if (byte < 0x20)
        return byte == '\t' || byte == '\n' || byte == '\r'? 0: 1;
    bool last = byte == 0xef && (unsigned char)at[1] == 0xbf && (unsigned char)at[2] >= 0xbe;
    return last? 3: 0;
}

static void
add_text(output_t *out, const char *text)
{
    const char *from = text, *at = text;
    while (*at) {
        size_t odd = size_of_odd(at);
        if (odd > 0) {
            output_add_escaped(out, from, (size_t)(at - from));
            from = at + odd;
        }
        at += odd > 0? odd: 1;
    }
    output_add_escaped(out, from, (size_t)(at - from));
}

static void
add_element(output_t *out, const char *open, const char *text, const char *close)
{
    add(out, open);
    add_text(out, text);
    add(out, close);
}

static void
add_address(output_t *out, const feed_t *feed, const char *open, const char *path, const char *close)
{
    add(out, open);
    add_text(out, feed->origin);
    add_text(out, path);
    add(out, close);
}

const char *
feed_type(feed_kind_t kind)
{
    return kind == FEED_RSS? "application/rss+xml; charset=utf-8": "application/atom+xml; charset=utf-8";
}

// ---- the head ----------------------------------------------------------------------------------------------------
static void
begin_rss(output_t *out, const feed_t *feed)
{
    char when[MOMENT_SIZE];
    add(out, "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
             "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n");
    add_element(out, "<title>", feed->title, "</title>\n");
    add_address(out, feed, "<link>", feed->link, "</link>\n");
    add_address(out, feed, "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"", feed->self, "\"/>\n");
    add_element(out, "<description>", *feed->about? feed->about: feed->title, "</description>\n");
    if (feed->updated != 0) {
        moment_mail(feed->updated, when);
        add_element(out, "<lastBuildDate>", when, "</lastBuildDate>\n");
    }
}

static void
begin_atom(output_t *out, const feed_t *feed)
{
    char when[MOMENT_SIZE];
    moment_utc(feed->updated, when);
    add(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    add_address(out, feed, "<id>", feed->self, "</id>\n");
    add_element(out, "<title>", feed->title, "</title>\n");
    if (*feed->about)
        add_element(out, "<subtitle>", feed->about, "</subtitle>\n");
    add_element(out, "<updated>", when, "</updated>\n");
    add_address(out, feed, "<link rel=\"self\" type=\"application/atom+xml\" href=\"", feed->self, "\"/>\n");
    add_address(out, feed, "<link rel=\"alternate\" type=\"text/html\" href=\"", feed->link, "\"/>\n");
}

void
feed_begin(output_t *out, const feed_t *feed)
{
    add(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    if (feed->kind == FEED_RSS)
        begin_rss(out, feed);
    else
        begin_atom(out, feed);
}

// ---- the changes -------------------------------------------------------------------------------------------------
static void
add_rss(output_t *out, const feed_t *feed, const feed_entry_t *entry)
{
    char when[MOMENT_SIZE];
    moment_mail(entry->when, when);
    add_element(out, "<item>\n<title>", entry->title, "</title>\n");
    add_address(out, feed, "<link>", entry->link, "</link>\n");
    add_address(out, feed, "<guid isPermaLink=\"true\">", entry->link, "</guid>\n");
    add_element(out, "<dc:creator>", entry->author, "</dc:creator>\n");
    add_element(out, "<pubDate>", when, "</pubDate>\n");
    add_element(out, "<description>", entry->text, "</description>\n");
    for (size_t i = 0; i < entry->file_count; i++) {
        add_address(out, feed, "<enclosure url=\"", entry->files[i], "\" length=\"0\" type=\"");
        add_element(out, "", entry->types[i], "\"/>\n");
    }
    add(out, "</item>\n");
}

static void
add_atom(output_t *out, const feed_t *feed, const feed_entry_t *entry)
{
    char when[MOMENT_SIZE];
    moment_utc(entry->when, when);
    add_address(out, feed, "<entry>\n<id>", entry->link, "</id>\n");
    add_element(out, "<title>", entry->title, "</title>\n");
    add_element(out, "<updated>", when, "</updated>\n");
    add_element(out, "<author><name>", entry->author, "</name></author>\n");
    add_address(out, feed, "<link rel=\"alternate\" type=\"text/html\" href=\"", entry->link, "\"/>\n");
    add_element(out, "<summary>", entry->text, "</summary>\n");
    for (size_t i = 0; i < entry->file_count; i++) {
        add_address(out, feed, "<link rel=\"enclosure\" href=\"", entry->files[i], "\" type=\"");
        add_element(out, "", entry->types[i], "\"/>\n");
    }
    add(out, "</entry>\n");
}

void
feed_add(output_t *out, const feed_t *feed, const feed_entry_t *entry)
{
    if (feed->kind == FEED_RSS)
        add_rss(out, feed, entry);
    else
        add_atom(out, feed, entry);
}

void
feed_end(output_t *out, const feed_t *feed)
{
    add(out, feed->kind == FEED_RSS? "</channel>\n</rss>\n": "</feed>\n");
}
