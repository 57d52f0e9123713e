// The text of a page as it stands in the repository
#include "flows.h"

#include <string.h>

static void
add_lines(web_t *self, const char *text, size_t size)
{
    value_t *rows = value_list(self->data, KEY_rows);
    int64_t number = 0;
    for (const char *end = text + size; text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline? newline: end;
        value_t *row = value_add(rows);
        value_int(row, KEY_new_line, ++number);
        value_bytes(row, KEY_text, text, (size_t)(stop - text));
        text = newline? newline + 1: end;
    }
}

static code_t
answer_raw(web_t *self, const store_read_rep_t *page, const char *text, size_t size)
{
    if (!*self->revision)
        web_cacheable(self, page->commit);
    return web_bytes(self, page->binary? "application/octet-stream": "text/plain; charset=utf-8", text, size);
}

code_t
flow_source(web_t *self)
{
    store_read_req_t read = { .caller = self->caller, .path = self->path, .commit = self->revision };
    store_read_rep_t page = { 0 };
    code_t code = web_ask(self, &call_store_read, &read, NULL, &page);
    if (code != OK)
        return code;
    size_t size = 0;
    const char *text = web_blob(self, 0, &size);
    if (event_query(self->request, self->arena, "raw"))
        return answer_raw(self, &page, text, size);
    if (page.binary)
        return web_refuse(self, UNSUPPORTED, "This page is not UTF-8 text. It can be downloaded as it is with ?raw.");
    const char *head = web_surround(self, page.page);
    if (*self->revision)
        web_revision(self->data, page.commit);
    web_title(self, web_name(self, page.page));
    value_flag(self->data, KEY_at_source, true);
    value_flag(self->data, KEY_noindex, true);
    add_lines(self, text, size);
    if (*self->revision || strcmp(head, page.commit) == 0)
        web_cacheable(self, head);
    return web_page(self, 200, "source");
}
