// sitemap.xml: all pages that may be read, for search engines; of a large wiki a list of such lists
#include "flows.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

// The protocol allows 50,000 addresses and 50 MB; a list ends where our own messages would, and with a whole answer.
enum { URLS = 50000 - LIMIT_ROWS, XML_BYTES = 12 << 20, PARTS = 1000 };

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
static const char space[] = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

typedef struct {
    const char *origin, *home;                  // home: id of the page that is the root
    const char *head;                           // what the index must hold
    output_t xml;
    size_t urls, bytes;                         // of this list
    char last[PAGE_ID_SIZE + 8];                // cursor: the next list begins after it
    bool more;
    bool of_store;                              // the index is away or behind: the names of the tree, without dates
} sitemap_t;

static void
add_text(output_t *out, const char *text)
{
    output_add(out, text, strlen(text));
}

static void
add_address(sitemap_t *self, const char *path)
{
    output_add_escaped(&self->xml, self->origin, strlen(self->origin));
    output_add_escaped(&self->xml, path, strlen(path));
}

// The nearer to the root, the more important: 1.0, less 0.1 a folder. `when` is 0 if it is not known.
static void
add_page(sitemap_t *self, const char *page, int64_t when)
{
    char url[PAGE_URL_SIZE], rest[96] = "";
    struct tm tm;
    time_t time = (time_t)when;
    size_t before = self->xml.size, used = 0;
    int depth = 0;
    bool home = strcmp(page, self->home) == 0;
    page_url(page, url);
    for (const char *at = page; *at && depth < 9; at++)
        depth += *at == '/';
    if (when && gmtime_r(&time, &tm))
        used = strftime(rest, sizeof rest, "<lastmod>%Y-%m-%dT%H:%M:%SZ</lastmod>", &tm);
    snprintf(rest + used, sizeof rest - used, "<priority>%d.%d", depth? 0: 1, depth? 10 - depth: 0);
    add_text(&self->xml, "<url><loc>");
    add_address(self, home? "/": url);
    add_text(&self->xml, "</loc>");
    add_text(&self->xml, rest);
    add_text(&self->xml, "</priority></url>\n");
    self->urls++;
    self->bytes += self->xml.size - before;
}

static bool
is_full(const sitemap_t *self)
{
    return self->urls > URLS || self->bytes > XML_BYTES;
}

static void
set_cursor(sitemap_t *self, const char *cursor)
{
    self->more = *cursor != 0;
    snprintf(self->last, sizeof self->last, "%s", cursor);
}

static code_t
ask_store(web_t *self, sitemap_t *map)
{
    store_list_req_t list = { .caller = self->caller, .cursor = map->last };
    store_list_rep_t found = { 0 };
    msg_t *answer = flow_ask(self->gateway->flow, "store", &call_store_list, &list, NULL);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_store_list, &found);
    for (size_t i = 0; code == OK && i < found.rows_count; i++)
        add_page(map, found.rows[i].page, 0);
    if (code == OK)
        set_cursor(map, found.cursor);
    msg_destroy(&answer);
    return code;
}

static code_t
ask_index(web_t *self, sitemap_t *map)
{
    index_list_req_t list = { .caller = self->caller, .brief = true, .at_least = map->head, .cursor = map->last };
    index_list_rep_t found = { 0 };
    msg_t *answer = flow_ask(self->gateway->flow, "index", &call_index_list, &list, NULL);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_index_list, &found);
    for (size_t i = 0; code == OK && i < found.rows_count; i++)
        add_page(map, found.rows[i].page, found.rows[i].when);
    if (code == OK)
        set_cursor(map, found.cursor);
    msg_destroy(&answer);
    return code;
}

// Asks for the pages after map->last. Each answer is let go at once: they would be a large part of the wiki together.
static code_t
ask_pages(web_t *self, sitemap_t *map)
{
    return map->of_store? ask_store(self, map): ask_index(self, map);
}

// Who tells the pages: the index, if it knows the head, or the store. What an address continues goes on as it began.
static void
choose_source(web_t *self, sitemap_t *map)
{
    index_list_req_t one = { .caller = self->caller, .brief = true, .at_least = map->head, .limit = 1 };
    index_list_rep_t found = { .behind = true };
    const web_index_t ask = { &call_index_list, &one, &found, &found.commit, &found.behind, map->head };
    map->of_store = event_query(self->request, self->arena, "file") != NULL;
    if (!map->of_store && !*web_query(self, "after"))
        map->of_store = web_index(self, &ask) != OK || found.behind;
}

static code_t
answer_list(web_t *self, sitemap_t *map)
{
    code_t code = OK;
    set_cursor(map, web_query(self, map->of_store? "file": "after"));
    add_text(&map->xml, head);
    add_text(&map->xml, "<urlset ");
    add_text(&map->xml, space);
    add_text(&map->xml, ">\n");
    do
        code = ask_pages(self, map);
    while (code == OK && map->more && !is_full(map));
    add_text(&map->xml, "</urlset>\n");
    return code;
}

static void
add_part(web_t *self, sitemap_t *map)
{
    add_text(&map->xml, "<sitemap><loc>");
    add_address(map, arena_printf(self->arena, "/sitemap.xml?%s=%s", map->of_store? "file": "after",
                                   web_encode(self, map->last)));
    add_text(&map->xml, "</loc></sitemap>\n");
}

// The lists in turn, of which only their beginnings are kept.
static code_t
answer_parts(web_t *self, sitemap_t *map)
{
    sitemap_t part = { .origin = map->origin, .home = map->home, .head = map->head, .of_store = map->of_store };
    code_t code = OK;
    add_text(&map->xml, head);
    add_text(&map->xml, "<sitemapindex ");
    add_text(&map->xml, space);
    add_text(&map->xml, ">\n");
    map->last[0] = 0;
    for (size_t i = 0; i < PARTS && code == OK && (i == 0 || part.more); i++) {
        snprintf(map->last, sizeof map->last, "%s", part.last);
        add_part(self, map);
        part.urls = part.bytes = 0;
        do {
            part.xml.size = 0;
            code = ask_pages(self, &part);
        } while (code == OK && part.more && !is_full(&part));
    }
    output_clear(&part.xml);
    add_text(&map->xml, "</sitemapindex>\n");
    return code;
}

code_t
flow_sitemap(web_t *self)
{
    store_head_req_t ask = { .caller = self->caller };
    store_head_rep_t found = { .home = "" };
    code_t code = web_ask(self, &call_store_head, &ask, NULL, &found);
    if (code != OK)
        return code;
    sitemap_t map = { .origin = web_origin(self), .home = found.home, .head = found.commit };
    choose_source(self, &map);
    code = answer_list(self, &map);
    const char *start = event_query(self->request, self->arena, map.of_store? "file": "after");
    bool part = start != NULL;                  // the first of them is after ""
    if (code == OK && map.more && !part) {
        output_clear(&map.xml);
        code = answer_parts(self, &map);
    }
    if (code == OK && map.xml.full)
        code = TOO_LARGE;
    if (code == OK)
        code = web_bytes(self, "application/xml", map.xml.bytes, map.xml.size);
    output_clear(&map.xml);
    return code;
}
