// Who wrote each line
#include "flows.h"

#include <string.h>

enum { ANSWERS = 16 };                          // of the index, each with as many commits as fit

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

// The commits that changed the page up to the one that is shown, from the index, so that the store looks at no others.
static code_t
ask_commits(web_t *self, const char *head, store_blame_req_t *blame)
{
    const char **commits = arena_alloc(self->arena, LIMIT_ROWS * sizeof *commits);
    index_history_req_t history = { .caller = self->caller, .path = blame->path, .until = blame->commit };
    index_history_rep_t found = { 0 };
    code_t code = OK;
    history.at_least = head;
    blame->commits = commits;
    for (int i = 0; i < ANSWERS && code == OK && (i == 0 || *history.cursor); i++) {
        history.limit = LIMIT_ROWS - (int64_t)blame->commits_count;
        code = history_ask(self, &history, &found);
        for (size_t row = 0; code == OK && row < found.rows_count && blame->commits_count < LIMIT_ROWS; row++)
            commits[blame->commits_count++] = found.rows[row].commit;
        history.cursor = blame->commits_count < LIMIT_ROWS? found.cursor: "";
    }
    return code == OK && blame->commits_count == 0? NOT_FOUND: code;
}

static void
add_rows(web_t *self, const store_blame_rep_t *found)
{
    size_t size = 0;
    const char *text = web_blob(self, 0, &size);
    const char *end = text + size;
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; i < found->rows_count; i++) {
        value_t *row = value_add(rows);
        web_revision(row, found->rows[i].commit);
        web_when(row, found->rows[i].when, 0);
        value_text(row, KEY_author, found->rows[i].author);
        value_text(row, KEY_message, found->rows[i].summary);
        value_int(row, KEY_new_line, found->rows[i].line);
        take_lines(row, &text, end, found->rows[i].lines);
    }
    value_flag(self->data, KEY_has_rows, found->rows_count > 0);
    value_flag(self->data, KEY_partial, found->partial);
    self->passing |= found->partial;
}

code_t
flow_blame(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    const char *head = web_surround(self, id);
    store_blame_req_t blame = { .caller = self->caller, .path = id, .commit = head };
    store_blame_rep_t found = { .commit = head };
    code = history_until(self, &blame.commit);
    if (code == OK)
        code = ask_commits(self, head, &blame);
    if (code == OK)
        code = web_ask(self, &call_store_blame, &blame, NULL, &found);
    else if (code == UNAVAILABLE && self->passing)
        code = OK;                              // the page says why there are no lines
    if (code != OK)
        return code;
    add_rows(self, &found);
    if (*self->revision)
        web_revision(self->data, found.commit);
    web_title(self, arena_printf(self->arena, "Authors of %s", web_name(self, id)));
    value_flag(self->data, KEY_at_blame, true);
    value_flag(self->data, KEY_noindex, true);
    web_cacheable(self, head);
    return web_page(self, 200, "blame");
}
