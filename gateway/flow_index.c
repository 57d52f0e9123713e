// Lists of pages: the whole wiki by first letter, and a folder that has no page of its name
#include "flows.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDEX_ROWS = 500 };

static int
by_page(const void *a, const void *b)
{
    return strcmp(((const store_entry_t *)a)->page, ((const store_entry_t *)b)->page);
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
add_pages(web_t *self, store_list_rep_t *found, size_t prefix)
{
    char last[8] = "";
    value_t *groups = value_list(self->data, KEY_groups);
    value_t *rows = NULL;
    if (found->rows_count > 0)
        qsort(found->rows, found->rows_count, sizeof *found->rows, by_page);
    for (size_t i = 0; i < found->rows_count; i++) {
        const char *page = found->rows[i].page;
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
}

static code_t
ask_pages(web_t *self, const char *prefix, store_list_rep_t *found)
{
    store_list_req_t list = { .caller = self->caller, .prefix = prefix, .limit = INDEX_ROWS };
    list.cursor = web_cursor(self);
    code_t code = web_ask(self, &call_store_list, &list, NULL, found);
    if (code != OK)
        return code;
    add_pages(self, found, strlen(prefix));
    value_int(self->data, KEY_total, found->total);
    web_pager(self, "", found->cursor);
    return OK;
}

static code_t
answer_index(web_t *self, const char *page, const char *commit)
{
    const char *head = web_surround(self, page);
    if (strcmp(head, commit) == 0)
        web_cacheable(self, head);
    return web_page(self, 200, "index");
}

code_t
flow_index(web_t *self)
{
    store_list_rep_t found = { 0 };
    code_t code = ask_pages(self, "", &found);
    if (code != OK)
        return code;
    web_title(self, "All pages");
    value_text(self->data, KEY_heading, "All pages");
    return answer_index(self, "", found.commit);
}

code_t
serve_folder(web_t *self, const char *folder)
{
    if (page_path_check(folder, NULL) != OK)
        return NOT_FOUND;
    store_list_rep_t pages = { 0 }, files = { 0 };
    const char *prefix = arena_printf(self->arena, "%s/", folder);
    if (strlen(prefix) > LIMIT_PATH_BYTES)
        return NOT_FOUND;
    code_t code = ask_pages(self, prefix, &pages);
    if (code != OK)
        return code;
    store_list_req_t list = { .caller = self->caller, .prefix = prefix, .files = true, .limit = 1 };
    code = pages.total == 0? web_ask(self, &call_store_list, &list, NULL, &files): OK;
    if (code != OK)
        return code;
    if (pages.total == 0 && files.total == 0)
        return NOT_FOUND;
    web_title(self, web_name(self, folder));
    value_text(self->data, KEY_heading, web_name(self, folder));
    value_text(self->data, KEY_create_url, web_url(self, folder, "/edit"));
    value_text(self->data, KEY_folder, web_url(self, folder, "/attachments"));
    return answer_index(self, folder, pages.commit);
}
