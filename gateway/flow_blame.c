// Who wrote each line
#include "flows.h"

#include <string.h>

// Takes `count` lines from *text as one text.
static void
take_lines(value_t *row, const char **text, const char *end, int64_t count)
{
    const char *start = *text;
    for (int64_t i = 0; i < count && *text < end; i++) {
        const char *newline = memchr(*text, '\n', (size_t)(end - *text));
        *text = newline? newline + 1: end;
    }
    value_bytes(row, KEY_text, start, (size_t)(*text - start));
}

code_t
flow_blame(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    store_blame_req_t blame = { .caller = self->caller, .path = id, .commit = self->revision };
    store_blame_rep_t found = { 0 };
    code = web_ask(self, &call_store_blame, &blame, NULL, &found);
    if (code != OK)
        return code;
    size_t size = 0;
    const char *text = web_blob(self, 0, &size);
    const char *end = text + size;
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; i < found.rows_count; i++) {
        value_t *row = value_add(rows);
        web_revision(row, found.rows[i].commit);
        web_when(row, found.rows[i].when, 0);
        value_text(row, KEY_author, found.rows[i].author);
        value_text(row, KEY_message, found.rows[i].summary);
        value_int(row, KEY_new_line, found.rows[i].line);
        take_lines(row, &text, end, found.rows[i].lines);
    }
    value_flag(self->data, KEY_partial, found.partial);
    if (*self->revision)
        web_revision(self->data, found.commit);
    const char *head = web_surround(self, id);
    web_title(self, arena_printf(self->arena, "Authors of %s", web_name(self, id)));
    value_flag(self->data, KEY_at_blame, true);
    value_flag(self->data, KEY_noindex, true);
    if (!found.partial && (*self->revision || strcmp(head, found.commit) == 0))
        web_cacheable(self, head);
    return web_page(self, 200, "blame");
}
