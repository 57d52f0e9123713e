// Lists of pages: the whole wiki by first letter, and a folder that has no page of its name
#include "flows.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDEX_ROWS = 500 };

// Pages of a list, whoever told them.
typedef struct {
    const char **ids;
    size_t count;
    int64_t total;
    const char *query, *cursor, *commit;        // query: what the address of the next ones says beside the cursor
} pages_t;

static int
by_page(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Length of the first letter, which may be more than one byte.
static size_t
letter_size(const char *text)
{
    size_t size = *text? 1: 0;
    while (((unsigned char)text[size] & 0xC0) == 0x80)
        size++;
    return size;
}

static value_t *
add_group(value_t *groups, const char *letter)
{
    value_t *group = value_add(groups);
    value_copy(group, KEY_letter, letter);
    return value_list(group, KEY_rows);
}

static void
add_pages(web_t *self, pages_t *found, size_t prefix)
{
    char last[8] = "";
    value_t *groups = value_list(self->data, KEY_groups);
    value_t *rows = NULL;
    if (found->count > 0)
        qsort(found->ids, found->count, sizeof *found->ids, by_page);
    for (size_t i = 0; i < found->count; i++) {
        const char *page = found->ids[i];
        char letter[8] = "", name[PAGE_ID_SIZE];
        const char *rest = strlen(page) > prefix? page + prefix: page;
        size_t size = letter_size(rest);
        snprintf(letter, sizeof letter, "%.*s", (int)size, rest);
        letter[0] = (char)toupper((unsigned char)letter[0]);
        if (!rows || strcmp(letter, last) != 0)
            rows = add_group(groups, letter);
        memcpy(last, letter, sizeof last);
        page_display_path(&self->gateway->site.naming, rest, name);
        value_t *row = value_add(rows);
        value_text(row, KEY_url, web_url(self, page, ""));
        value_copy(row, KEY_name, name);
    }
    value_int(self->data, KEY_total, found->total);
    web_pager(self, found->query, found->cursor);
}

// What the tree of the head holds: of a folder, and of the wiki while the index is away.
static code_t
pages_of_store(web_t *self, const char *prefix, pages_t *pages)
{
    store_list_req_t list = { .caller = self->caller, .prefix = prefix, .limit = INDEX_ROWS };
    store_list_rep_t found = { 0 };
    list.cursor = web_cursor(self);
    code_t code = web_ask(self, &call_store_list, &list, NULL, &found);
    if (code != OK)
        return code;
    *pages = (pages_t){ .total = found.total, .query = "", .cursor = found.cursor, .commit = found.commit };
    pages->ids = arena_alloc(self->arena, (found.rows_count + 1) * sizeof *pages->ids);
    for (size_t i = 0; i < found.rows_count; i++)
        pages->ids[pages->count++] = found.rows[i].page;
    return OK;
}

static code_t
pages_of_index(web_t *self, const char *head, pages_t *pages)
{
    index_list_req_t list = { .caller = self->caller, .brief = true, .at_least = head, .limit = INDEX_ROWS };
    index_list_rep_t found = { 0 };
    list.cursor = web_cursor(self);
    const web_index_t ask = { &call_index_list, &list, &found, &found.commit, &found.behind, head };
    code_t code = web_index(self, &ask);
    if (code != OK)
        return code;
    *pages = (pages_t){ .total = found.total, .query = "", .cursor = found.cursor, .commit = found.commit };
    pages->ids = arena_alloc(self->arena, (found.rows_count + 1) * sizeof *pages->ids);
    for (size_t i = 0; i < found.rows_count; i++)
        pages->ids[pages->count++] = found.rows[i].page;
    return found.behind? UNAVAILABLE: OK;
}

// A list that the store began, because the index was away, goes on with the store: each has cursors of its own.
code_t
flow_index(web_t *self)
{
    pages_t pages;
    const char *head = web_surround(self, "");
    bool of_store = *web_query(self, "files") != 0;
    code_t code = of_store? UNAVAILABLE: pages_of_index(self, head, &pages);
    if (code == UNAVAILABLE && (of_store || !*web_cursor(self))) {
        code = pages_of_store(self, "", &pages);
        pages.query = "files=1";
        value_text(self->data, KEY_index_note, "");     // nothing is missing here
    }
    if (code == UNAVAILABLE)
        return web_refuse(self, code, "The rest of this list cannot be had at the moment.");
    if (code != OK)
        return code;
    add_pages(self, &pages, 0);
    web_title(self, "All pages");
    value_text(self->data, KEY_heading, "All pages");
    upkeep_links(self);
    web_cacheable(self, head);
    return web_page(self, 200, "index");
}

code_t
serve_folder(web_t *self, const char *folder)
{
    if (page_path_check(folder, NULL) != OK)
        return NOT_FOUND;
    pages_t pages;
    store_list_rep_t files = { 0 };
    const char *prefix = arena_printf(self->arena, "%s/", folder);
    if (strlen(prefix) > LIMIT_PATH_BYTES)
        return NOT_FOUND;
    code_t code = pages_of_store(self, prefix, &pages);
    if (code != OK)
        return code;
    store_list_req_t list = { .caller = self->caller, .prefix = prefix, .files = true, .limit = 1 };
    code = pages.total == 0? web_ask(self, &call_store_list, &list, NULL, &files): OK;
    if (code != OK)
        return code;
    if (pages.total == 0 && files.total == 0)
        return NOT_FOUND;
    add_pages(self, &pages, strlen(prefix));
    web_title(self, web_name(self, folder));
    value_text(self->data, KEY_heading, web_name(self, folder));
    value_text(self->data, KEY_create_url, web_url(self, folder, "/edit"));
    value_text(self->data, KEY_folder, web_url(self, folder, "/attachments"));
    const char *head = web_surround(self, folder);
    if (strcmp(head, pages.commit) == 0)
        web_cacheable(self, head);
    return web_page(self, 200, "index");
}
