// Who changed what, and when: of the wiki and of a page; and what differs between two commits
#include "api_rows.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGELOG_USUAL = 50 };

// ---- what both have in common ------------------------------------------------------------------------------------
// `limit` as the reference reads it: what is no number is `usual`, and what is not above 0 means all of them. The
// answer says how to go on where the query has a cursor.
static bool
begin(web_t *self, api_rows_t *rows, const char *key, int64_t usual)
{
    const char *limit = api_query(self, "limit");
    char *end = NULL;
    int64_t wanted = *limit? strtoll(limit, &end, 10): usual;
    *rows = (api_rows_t){ .key = key, .commit = "" };
    rows->limit = *limit && *end? usual: wanted > 0? wanted: 0;
    if (!api_rows_cursor(self, rows, API_CURSOR_SHORT))
        return false;
    if (rows->parts && rows->limit == 0)
        rows->limit = LIMIT_ROWS;
    return true;
}

// Each line of the message without blanks around it, as git log's readers had it.
json_t *
api_trimmed_lines(web_t *self, const char *message)
{
    char *text = arena_alloc(self->arena, strlen(message) + 1), *out = text;
    for (;; message++) {
        size_t size = strcspn(message, "\n"), kept = size;
        size_t blank = strspn(message, " \t\r\v\f");
        blank = blank > size? size: blank;
        while (kept > blank && strchr(" \t\r\v\f", message[kept - 1]))
            kept--;
        memcpy(out, message + blank, kept - blank);
        out += kept - blank;
        message += size;
        if (!*message)
            break;
        *out++ = '\n';
    }
    while (out > text && out[-1] == '\n')
        *--out = 0;
    return api_text(text);
}

static json_t *
commit_row(web_t *self, const index_commit_row_t *row)
{
    json_t *json = json_object();
    json_object_set_new(json, "revision", json_string(row->commit));
    json_object_set_new(json, "author", api_text(row->author));
    json_object_set_new(json, "date", api_when(row->when, row->zone));
    json_object_set_new(json, "message", api_trimmed_lines(self, row->message));
    return json;
}

static bool
ask_history(web_t *self, index_history_req_t *request, index_history_rep_t *found, const api_rows_t *rows, code_t *code)
{
    int64_t wanted = api_rows_wanted(rows);
    request->caller = self->caller;
    request->at_least = api_seen(self);
    request->cursor = rows->cursor;
    request->limit = wanted > 0 && wanted < LIMIT_ROWS? wanted: LIMIT_ROWS;
    *found = (index_history_rep_t){ .commit = "" };
    *code = api_ask(self, &call_index_history, request, found);
    return *code == OK;
}

// ---- the wiki ----------------------------------------------------------------------------------------------------
static json_t *
pages_of(web_t *self, const index_commit_row_t *row)
{
    json_t *list = json_array();
    for (size_t i = 0; i < row->files_count; i++)
        if (page_is_page_file(row->files[i]))
            json_array_append_new(list, api_text(api_display(self, row->files[i])));
    return list;
}

code_t
api_changelog(web_t *self)
{
    api_rows_t rows;
    index_history_req_t request = { .files = LIMIT_ROWS };
    index_history_rep_t found;
    code_t code;
    bool more = true;
    if (!begin(self, &rows, "entries", CHANGELOG_USUAL))
        return OK;
    while (more) {
        size_t kept = self->kept_count;
        if (!ask_history(self, &request, &found, &rows, &code)) {
            api_rows_clear(&rows);
            return code;
        }
        for (size_t i = 0; i < found.rows_count; i++) {
            json_t *row = commit_row(self, &found.rows[i]);
            json_object_set_new(row, "pages_affected", pages_of(self, &found.rows[i]));
            api_rows_add(&rows, row);
        }
        more = api_rows_next(self, &rows, found.cursor, found.commit, kept);
    }
    return api_rows_answer(self, &rows, 1, json_pack("{s:I}", "total", (json_int_t)rows.count));
}

// ---- a page ------------------------------------------------------------------------------------------------------
// A page that is gone has a history, but is no page; it is read by its revisions.
static code_t
read_history(web_t *self, const char *id, api_rows_t *rows, const char **display)
{
    index_history_req_t request = { .path = id };
    index_history_rep_t found;
    code_t code;
    bool more = true, first = !*rows->cursor;
    *display = api_display(self, id);
    while (more) {
        size_t kept = self->kept_count;
        if (!ask_history(self, &request, &found, rows, &code))
            return code;
        if (first && (found.rows_count == 0 || strcmp(found.rows[0].change, "deleted") == 0))
            return NOT_FOUND;
        if (first)
            *display = api_display(self, found.rows[0].file);
        for (size_t i = 0; i < found.rows_count; i++)
            api_rows_add(rows, commit_row(self, &found.rows[i]));
        first = false;
        more = api_rows_next(self, rows, found.cursor, found.commit, kept);
    }
    return OK;
}

code_t
api_history(web_t *self)
{
    char id[PAGE_ID_SIZE];
    api_rows_t rows;
    const char *display = "", *path = self->api->path;
    if (strlen(path) > LIMIT_PATH_BYTES || page_id(&self->gateway->site.naming, path, id) != OK)
        return api_no_page(self);
    if (!begin(self, &rows, "history", 0))
        return OK;
    code_t code = read_history(self, id, &rows, &display);
    if (code == OK)
        return api_rows_answer(self, &rows, 1, json_pack("{s:o}", "path", api_text(display)));
    api_rows_clear(&rows);
    return code == NOT_FOUND? api_no_page(self): code;
}

// ---- differences -------------------------------------------------------------------------------------------------
static json_t *
path_at(web_t *self, const char *file)
{
    return *file? api_text(api_display(self, file)): json_null();
}

static code_t
answer_diff(web_t *self, const store_diff_rep_t *found)
{
    size_t size = 0;
    const char *text = web_blob(self, 0, &size);
    json_t *json = json_object();
    json_object_set_new(json, "path", path_at(self, *found->to_file? found->to_file: found->from_file));
    json_object_set_new(json, "from", json_string(found->from));
    json_object_set_new(json, "to", json_string(found->to));
    json_object_set_new(json, "from_path", path_at(self, found->from_file));
    json_object_set_new(json, "to_path", path_at(self, found->to_file));
    json_object_set_new(json, "added", json_integer(found->added));
    json_object_set_new(json, "removed", json_integer(found->removed));
    json_object_set_new(json, "binary", json_boolean(found->binary));
    json_object_set_new(json, "cut", json_boolean(found->cut));
    json_object_set_new(json, "diff", api_text(arena_copy(self->arena, text, size)));
    return api_answer(self, 200, json);
}

// Without `from` in the query this is a page of the name "diff".
code_t
api_diff(web_t *self)
{
    char id[PAGE_ID_SIZE];
    const char *from = event_query(self->request, self->arena, "from"), *to = api_query(self, "to");
    if (!from) {
        self->api->path = arena_printf(self->arena, "%s/diff", self->api->path);
        return api_page_get(self);
    }
    if (strlen(self->api->path) > LIMIT_PATH_BYTES || page_id(&self->gateway->site.naming, self->api->path, id) != OK)
        return api_no_page(self);
    to = *to? to: "HEAD";
    if (*from && !page_is_revision(from, strlen(from)))
        return api_refuse(self, 422, "from must be a revision, or empty for nothing");
    if (!page_is_revision(to, strlen(to)))
        return api_refuse(self, 422, "to must be a revision");
    store_diff_req_t request = { .caller = self->caller, .path = id, .from = from, .to = to };
    store_diff_rep_t found = { 0 };
    code_t code = web_ask(self, &call_store_diff, &request, NULL, &found);
    if (code == NOT_FOUND)
        return api_refuse_of(self, 404, "No such page or revision: %s", self->api->path);
    return code == OK? answer_diff(self, &found): code;
}
