// sitemap.xml: all pages that may be read, for search engines; of a large wiki a list of such lists
#include "flows.h"

#include <stdio.h>
#include <string.h>

// The protocol allows 50,000 addresses and 50 MB; a list ends where our own messages would.
enum { URLS = 50000, XML_BYTES = 12 << 20, PARTS = 1000 };

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
static const char space[] = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

typedef struct {
    const char *origin, *home;                  // home: id of the page that is the root
    output_t xml;
    size_t urls, bytes;                         // of this list
    char last[PAGE_ID_SIZE];                    // file of the last one: the next list begins after it
    bool more;
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

// The nearer to the root, the more important: 1.0, less 0.1 a folder.
static void
add_page(sitemap_t *self, const store_entry_t *entry)
{
    char url[PAGE_URL_SIZE], priority[40];
    size_t before = self->xml.size;
    int depth = 0;
    bool home = strcmp(entry->page, self->home) == 0;
    page_url(entry->page, url);
    for (const char *at = entry->page; *at && depth < 9; at++)
        depth += *at == '/';
    snprintf(priority, sizeof priority, "</loc><priority>%d.%d", depth? 0: 1, depth? 10 - depth: 0);
    add_text(&self->xml, "<url><loc>");
    add_address(self, home? "/": url);
    add_text(&self->xml, priority);
    add_text(&self->xml, "</priority></url>\n");
    snprintf(self->last, sizeof self->last, "%s", entry->file);
    self->urls++;
    self->bytes += self->xml.size - before;
}

static bool
is_full(const sitemap_t *self)
{
    return self->urls == URLS || self->bytes > XML_BYTES;
}

// Asks for the pages after self->last. Each answer is let go at once: they would be a large part of the wiki together.
static code_t
ask_pages(web_t *self, sitemap_t *map)
{
    store_list_req_t list = { .caller = self->caller, .cursor = map->last };
    store_list_rep_t found = { 0 };
    msg_t *answer = flow_ask(self->gateway->flow, "store", &call_store_list, &list, NULL);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_store_list, &found);
    map->more = code == OK && *found.cursor;
    for (size_t i = 0; code == OK && i < found.rows_count; i++) {
        if (is_full(map)) {
            map->more = true;
            break;
        }
        add_page(map, &found.rows[i]);
    }
    msg_destroy(&answer);
    return code;
}

static code_t
answer_list(web_t *self, sitemap_t *map)
{
    code_t code = OK;
    snprintf(map->last, sizeof map->last, "%s", web_query(self, "after"));
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
    add_address(map, arena_printf(self->arena, "/sitemap.xml?after=%s", web_encode(self, map->last)));
    add_text(&map->xml, "</loc></sitemap>\n");
}

// The lists in turn, of which only their beginnings are kept.
static code_t
answer_parts(web_t *self, sitemap_t *map)
{
    sitemap_t part = { .origin = map->origin, .home = map->home };
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
    sitemap_t map = { .origin = web_origin(self), .home = found.home };
    code = answer_list(self, &map);
    bool part = event_query(self->request, self->arena, "after") != NULL;      // the first of them is after ""
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
