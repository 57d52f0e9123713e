#include "web.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "percent.h"

enum { REVISION_SHORT = 7 };

const char *
web_url(const web_t *self, const char *page, const char *suffix)
{
    char url[PAGE_URL_SIZE];                    // written for each entry of the tree, so without printf
    if (*suffix == '/')
        page_base_url(page, url);               // of something about the page
    else
        page_url(page, url);
    size_t size = strlen(url), more = strlen(suffix);
    char *copy = arena_alloc(self->arena, size + more + 1);
    memcpy(copy, url, size);
    memcpy(copy + size, suffix, more);
    return copy;
}

const char *
web_encode(const web_t *self, const char *text)
{
    size_t size = strlen(text);
    char *encoded = arena_alloc(self->arena, 3 * size + 1);
    size_t used = percent_encode(text, size, PERCENT_FIELD, encoded);
    encoded[used] = 0;
    return encoded;
}

const char *
web_origin(const web_t *self)
{
    const char *host = event_header(self->request, "host");
    return arena_printf(self->arena, "%s://%s", self->request->tls? "https": "http", host && *host? host: "localhost");
}

const char *
web_name(const web_t *self, const char *page)
{
    char name[PAGE_ID_SIZE];
    page_display_name(&self->gateway->site.naming, page, name);
    return arena_copy(self->arena, name, strlen(name));
}

code_t
web_page_id(web_t *self, char id[PAGE_ID_SIZE])
{
    const char *why = NULL;
    if (page_id(&self->gateway->site.naming, self->path, id) != OK)
        return web_refuse(self, INVALID, "This is not a possible name of a page.");
    return page_path_check(id, &why) == OK? OK: web_refuse(self, INVALID, why);
}

void
web_title(web_t *self, const char *title)
{
    value_copy(self->data, KEY_title, title);
}

void
web_pager(web_t *self, const char *query, const char *cursor)
{
    const char *link = *query? "&": "";
    if (*cursor)
        value_text(self->data, KEY_next_url, arena_printf(self->arena, "?%s%scursor=%s", query, link,
                                                          web_encode(self, cursor)));
    value_text(self->data, KEY_query, query);
    value_flag(self->data, KEY_more, *web_query(self, "cursor") != 0);
}

void
web_when(value_t *map, int64_t when, int64_t zone)
{
    char text[32] = "", iso[40] = "";
    struct tm tm;
    time_t local = (time_t)(when + zone * 60);
    if (when && gmtime_r(&local, &tm)) {
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
        size_t size = strftime(iso, sizeof iso, "%Y-%m-%dT%H:%M:%S", &tm);
        long minutes = (long)(zone < 0? -zone: zone) % (24 * 60);
        snprintf(iso + size, sizeof iso - size, "%c%02ld:%02ld", zone < 0? '-': '+', minutes / 60, minutes % 60);
    }
    value_copy(map, KEY_when, text);
    value_copy(map, KEY_iso, iso);
}

void
web_revision(value_t *map, const char *commit)
{
    size_t size = strlen(commit);
    value_bytes(map, KEY_revision, commit, size);
    value_bytes(map, KEY_revision_short, commit, size < REVISION_SHORT? size: REVISION_SHORT);
}

static void
add_tree(web_t *self, const char *page, const store_around_rep_t *around)
{
    output_t tree = { 0 };
    sidebar_render(self->gateway->sidebar, page, around, &tree);
    value_bytes(self->data, KEY_tree, arena_copy(self->arena, tree.bytes? tree.bytes: "", tree.size), tree.size);
    value_flag(self->data, KEY_has_tree, tree.size > 0);
    output_clear(&tree);
}

// Each folder above the page, as links; the page itself is not among them.
static void
add_crumbs(web_t *self, const char *page)
{
    value_t *list = value_list(self->data, KEY_crumbs);
    for (const char *slash = strchr(page, '/'); slash; slash = strchr(slash + 1, '/')) {
        const char *folder = arena_copy(self->arena, page, (size_t)(slash - page));
        value_t *entry = value_add(list);
        value_text(entry, KEY_url, web_url(self, folder, ""));
        value_text(entry, KEY_name, web_name(self, folder));
    }
}

void
web_frame(web_t *self, const char *page, const store_around_rep_t *around)
{
    char base[PAGE_URL_SIZE];
    add_tree(self, page, around);
    value_flag(self->data, KEY_writable, around->writable);
    if (!*page)
        return;
    add_crumbs(self, page);
    bool home = strcmp(page, around->home) == 0;
    page_base_url(page, base);
    value_copy(self->data, KEY_page_url, base); // what an action is appended to
    value_text(self->data, KEY_view_url, web_url(self, page, ""));
    value_flag(self->data, KEY_moved, page_is_moved(page));
    value_text(self->data, KEY_page_name, web_name(self, page));
    value_text(self->data, KEY_canonical, home? "/": web_url(self, page, ""));
}

const char *
web_surround(web_t *self, const char *page)
{
    store_around_req_t around = { .caller = self->caller, .path = page };
    store_around_rep_t found = { 0 };
    if (web_ask(self, &call_store_around, &around, NULL, &found) != OK)
        found = (store_around_rep_t){ .commit = "", .kinds = "", .home = "", .writable = true };
    web_frame(self, page, &found);
    return found.commit;
}
