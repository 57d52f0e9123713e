// Which pages link to a page: as a page of its own, and as a part for the foot of the page itself
#include "flows.h"

#include <string.h>

enum { ROWS = 100, PART_ROWS = 20 };

static void
add_rows(web_t *self, const char *id, const index_linkers_rep_t *found)
{
    const page_naming_t *naming = &self->gateway->site.naming;
    value_t *rows = value_list(self->data, KEY_rows);
    char page[PAGE_ID_SIZE], name[PAGE_ID_SIZE];
    for (size_t i = 0; i < found->files_count; i++) {
        if (page_id_of_file(naming, found->files[i], page) != OK || strcmp(page, id) == 0)
            continue;                           // what a page says of itself is no news
        page_display_path(naming, page, name);
        value_t *row = value_add(rows);
        value_text(row, KEY_url, web_url(self, page, ""));
        value_copy(row, KEY_name, name);
        value_flag(self->data, KEY_has_rows, true);
    }
}

static const char *
head_alone(web_t *self)
{
    store_head_req_t ask = { .caller = self->caller };
    store_head_rep_t found = { .commit = "" };
    return web_ask(self, &call_store_head, &ask, NULL, &found) == OK? found.commit: "";
}

code_t
flow_backlinks(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    bool part = *web_query(self, "part") != 0;
    const char *head = part? head_alone(self): web_surround(self, id), *targets[] = { id };
    index_linkers_req_t linkers = { .caller = self->caller, .targets = targets, .targets_count = 1, .at_least = head };
    index_linkers_rep_t found = { .cursor = "" };
    linkers.cursor = web_cursor(self);
    linkers.limit = part? PART_ROWS: ROWS;
    const web_index_t ask = { &call_index_linkers, &linkers, &found, &found.commit, &found.behind, head };
    code = web_index(self, &ask);
    if (code != OK && code != UNAVAILABLE && code != NOT_FOUND)
        return code;
    add_rows(self, id, &found);
    web_cacheable(self, head);
    if (part) {
        value_text(self->data, KEY_links_url, *found.cursor? web_url(self, id, "/backlinks"): "");
        return web_page(self, 200, "linkers");
    }
    web_pager(self, "", found.cursor);
    web_title(self, arena_printf(self->arena, "Links to %s", web_name(self, id)));
    value_flag(self->data, KEY_at_backlinks, true);
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, 200, "backlinks");
}
