// Who changed what and when: of a page and of the wiki
#include "flows.h"
#include "route.h"

#include <string.h>
#include <strings.h>

enum { HISTORY_ROWS = 50, CHANGELOG_ROWS = 100, SUMMARY_FILES = 5 };

static void
add_summary(value_t *row, const char *message)
{
    size_t size = strcspn(message, "\n");
    value_bytes(row, KEY_message, size? message: "(no message)", size? size: 12);
}

value_t *
history_row(value_t *rows, const index_commit_row_t *from)
{
    value_t *row = value_add(rows);
    web_revision(row, from->commit);
    web_when(row, from->when, from->zone);
    value_text(row, KEY_author, *from->author? from->author: "Anonymous");
    value_text(row, KEY_change, from->change);
    add_summary(row, from->message);
    return row;
}

code_t
history_ask(web_t *self, const index_history_req_t *history, index_history_rep_t *found)
{
    const web_index_t ask = { &call_index_history, history, found, &found->commit, &found->behind, history->at_least };
    code_t code = web_index(self, &ask);
    if (code == NOT_FOUND && self->passing)
        code = UNAVAILABLE;                     // there may be such a page, the index cannot tell yet
    if (code == UNAVAILABLE)
        *found = (index_history_rep_t){ .commit = "", .cursor = "" };
    return code;
}

code_t
flow_history(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    const char *head = web_surround(self, id);
    index_history_req_t history = { .caller = self->caller, .path = id, .at_least = head, .limit = HISTORY_ROWS };
    history.cursor = web_index_cursor(self);
    index_history_rep_t found = { 0 };
    code = history_ask(self, &history, &found);
    if (code == NOT_FOUND)
        return web_refuse(self, NOT_FOUND, "There is no page of this name, and there never was one.");
    if (code != OK && code != UNAVAILABLE)
        return code;
    value_t *rows = value_list(self->data, KEY_rows);
    value_flag(self->data, KEY_has_rows, found.rows_count > 0);
    for (size_t i = 0; i < found.rows_count; i++) {
        value_t *row = history_row(rows, &found.rows[i]);
        value_flag(row, KEY_checked_a, i == (found.rows_count > 1? 1: 0));
        value_flag(row, KEY_checked_b, i == 0);
    }
    if (strcmp(web_query(self, "notice"), "same") == 0)
        value_text(self->data, KEY_notice, "Choose two different versions to compare.");
    web_pager(self, "", found.cursor);
    web_title(self, arena_printf(self->arena, "History of %s", web_name(self, id)));
    value_text(self->data, KEY_feed_query, arena_printf(self->arena, "?page=%s", web_encode(self, id)));
    value_flag(self->data, KEY_at_history, true);
    value_flag(self->data, KEY_noindex, true);
    web_cacheable(self, head);
    return web_page(self, 200, "history");
}

code_t
flow_history_post(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    const char *a = web_field(self, "rev_a"), *b = web_field(self, "rev_b");
    if (!page_is_revision(a, strlen(a)) || !page_is_revision(b, strlen(b)))
        return web_refuse(self, INVALID, "Choose the two versions that you want to compare.");
    if (strcasecmp(a, b) == 0)
        return web_redirect(self, 302, web_url(self, id, "/history?notice=same"));
    return web_redirect(self, 302, web_url(self, id, arena_printf(self->arena, "/diff/%s/%s", a, b)));
}

// ---- the changes of the wiki ------------------------------------------------------------------------------------
static void
add_files(web_t *self, value_t *row, const index_commit_row_t *from)
{
    value_t *files = value_list(row, KEY_files);
    size_t shown = from->files_count < SUMMARY_FILES? from->files_count: SUMMARY_FILES;
    char id[PAGE_ID_SIZE];
    for (size_t i = 0; i < shown; i++) {
        const char *path = from->files[i];
        value_t *file = value_add(files);
        bool page = page_id_of_file(&self->gateway->site.naming, path, id) == OK;
        value_text(file, KEY_url, web_url(self, page? id: path, ""));
        value_text(file, KEY_name, page? web_name(self, id): path);
    }
    if (from->file_count > (int64_t)shown)
        value_int(row, KEY_more_files, from->file_count - (int64_t)shown);
}

code_t
history_until(web_t *self, const char **commit)
{
    store_history_req_t one = { .caller = self->caller, .commit = self->revision, .limit = 1 };
    store_history_rep_t found = { 0 };
    if (!*self->revision)
        return OK;
    code_t code = web_ask(self, &call_store_history, &one, NULL, &found);
    if (code == OK && found.rows_count > 0)
        *commit = found.rows[0].commit;
    return code == OK && found.rows_count == 0? NOT_FOUND: code;
}

code_t
flow_changelog(web_t *self)
{
    const char *head = web_surround(self, "");
    index_history_req_t history = { .caller = self->caller, .at_least = head, .limit = CHANGELOG_ROWS };
    history.files = SUMMARY_FILES;
    history.cursor = web_index_cursor(self);
    index_history_rep_t found = { 0 };
    code_t code = history_until(self, &history.until);
    if (code != OK)
        return code;
    code = history_ask(self, &history, &found);
    if (code != OK && code != UNAVAILABLE)
        return code;
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; i < found.rows_count; i++)
        add_files(self, history_row(rows, &found.rows[i]), &found.rows[i]);
    if (strcmp(web_query(self, "notice"), "undone") == 0)
        value_text(self->data, KEY_notice, "That change was taken back before; there was nothing to undo.");
    web_pager(self, "", found.cursor);
    web_title(self, "Changes");
    value_flag(self->data, KEY_noindex, true);
    web_cacheable(self, head);
    return web_page(self, 200, "changelog");
}
