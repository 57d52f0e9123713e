// A page between two versions
#include "flows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *at;
    int64_t old_line, new_line;
} hunk_t;

static void
add_row(value_t *lines, hunk_t *hunk, size_t size)
{
    char sign = *hunk->at;
    value_t *row = value_add(lines);
    value_text(row, KEY_kind, sign == '+'? "add": sign == '-'? "del": "same");
    value_text(row, KEY_marker, sign == '+'? "+": sign == '-'? "−": " ");
    value_bytes(row, KEY_text, hunk->at + 1, size - 1);
    if (sign != '+')
        value_int(row, KEY_old_line, hunk->old_line++);
    if (sign != '-')
        value_int(row, KEY_new_line, hunk->new_line++);
}

// The number after `sign` in "@@ -12,3 +14,4 @@"; the text has no final NUL. 1 if there is none.
static int64_t
line_after(const char *text, size_t size, char sign)
{
    const char *at = memchr(text, sign, size), *end = text + size;
    int64_t line = 0;
    if (!at)
        return 1;
    while (++at < end && *at >= '0' && *at <= '9' && line < INT32_MAX)
        line = line * 10 + (*at - '0');
    return line;
}

static void
add_head(value_t *lines, hunk_t *hunk, size_t size)
{
    value_t *row = value_add(lines);
    hunk->old_line = line_after(hunk->at, size, '-');
    hunk->new_line = line_after(hunk->at, size, '+');
    value_text(row, KEY_kind, "hunk");
    value_bytes(row, KEY_text, hunk->at, size);
}

void
diff_rows(value_t *map, const char *text, size_t size)
{
    value_t *lines = value_list(map, KEY_lines);
    hunk_t hunk = { .at = text };
    for (const char *end = text + size; hunk.at < end;) {
        const char *newline = memchr(hunk.at, '\n', (size_t)(end - hunk.at));
        size_t length = newline? (size_t)(newline - hunk.at): (size_t)(end - hunk.at);
        if (*hunk.at == '@')
            add_head(lines, &hunk, length);
        else if (length > 0 && *hunk.at != '\\')
            add_row(lines, &hunk, length);
        else if (*hunk.at == '\\') {
            value_t *row = value_add(lines);
            value_text(row, KEY_kind, "note");
            value_text(row, KEY_text, "no line end at the end of the file");
        }
        hunk.at += length + 1;
    }
}

code_t
flow_diff(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    store_diff_req_t diff = { .caller = self->caller, .path = id, .from = self->revision, .to = self->revision2 };
    store_diff_rep_t found = { 0 };
    code = web_ask(self, &call_store_diff, &diff, NULL, &found);
    if (code != OK)
        return code;
    size_t size = 0;
    const char *text = web_blob(self, 0, &size);
    diff_rows(self->data, text, size);
    value_int(self->data, KEY_added, found.added);
    value_int(self->data, KEY_removed, found.removed);
    value_flag(self->data, KEY_binary, found.binary);
    value_flag(self->data, KEY_cut, found.cut);
    web_revision(value_add(value_list(self->data, KEY_from)), found.from);
    web_revision(value_add(value_list(self->data, KEY_to)), found.to);
    const char *head = web_surround(self, id);
    web_title(self, arena_printf(self->arena, "Changes of %s", web_name(self, id)));
    value_flag(self->data, KEY_at_history, true);
    value_flag(self->data, KEY_noindex, true);
    web_cacheable(self, head);
    return web_page(self, 200, "diff");
}
