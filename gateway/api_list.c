// Lists of pages: all, or those that a query tells apart
#include "api_rows.h"

#include <string.h>

#include "moment.h"

static json_t *
day_of(const index_page_row_t *row)
{
    char text[MOMENT_SIZE];
    if (!*row->revision)
        return json_null();
    moment_date(row->when, row->zone, text);
    return json_string(text);
}

static json_t *
page_row(web_t *self, const index_page_row_t *from)
{
    json_t *row = json_object(), *tags = json_array();
    const char *display = api_display(self, from->file), *slash = strrchr(display, '/');
    for (size_t i = 0; i < from->tags_count; i++)
        json_array_append_new(tags, api_text(from->tags[i]));
    json_object_set_new(row, "name", api_text(*from->title? from->title: slash? slash + 1: display));
    json_object_set_new(row, "path", api_text(display));
    json_object_set_new(row, "category", api_parsed(from->category, strlen(from->category)));
    json_object_set_new(row, "tags", tags);
    json_object_set_new(row, "last_updated", day_of(from));
    json_object_set_new(row, "content_length", json_integer(from->words));
    return row;
}

// A prefix as the files have it: folded like the id of a page, but a slash at its end counts. False: no file begins so.
static bool
fold_prefix(web_t *self, const char *prefix, const char **folded)
{
    char id[PAGE_ID_SIZE];
    size_t size = strlen(prefix);
    *folded = "";
    if (size == 0)
        return true;
    if (size > LIMIT_PATH_BYTES || page_id(&self->gateway->site.naming, prefix, id) != OK)
        return false;
    *folded = arena_printf(self->arena, "%s%s", id, prefix[size - 1] == '/'? "/": "");
    return strlen(*folded) <= LIMIT_PATH_BYTES;
}

// The filters of the query. False: the request has been answered. `none`: no page can pass them.
static bool
read_filters(web_t *self, index_list_req_t *list, bool *none)
{
    const char *since = api_query(self, "updated_since");
    list->category = api_query(self, "category");
    list->tag = api_query(self, "tag");
    list->author = api_query(self, "author");
    list->only = api_query(self, "only");
    list->dated = *since != 0;
    if (*list->only && strcmp(list->only, "orphaned") != 0 && strcmp(list->only, "empty") != 0) {
        api_refuse(self, 422, "only must be orphaned or empty");
        return false;
    }
    if (list->dated && !moment_read(since, &list->since)) {
        api_refuse(self, 422, "Invalid updated_since format. Use ISO 8601.");
        return false;
    }
    *none = !fold_prefix(self, api_query(self, "prefix"), &list->prefix) || strlen(list->category) > 1024 ||
            strlen(list->tag) > LIMIT_PATH_BYTES || strlen(list->author) > LIMIT_IDENTITY_BYTES;
    return true;
}

code_t
api_list(web_t *self)
{
    api_rows_t rows;
    bool none = false, more = true;
    index_list_req_t list = { .caller = self->caller, .at_least = api_seen(self) };
    index_list_rep_t found = { .commit = "" };
    if (!api_rows_begin(self, &rows, "pages") || !read_filters(self, &list, &none))
        return OK;
    int64_t total = 0;
    while (more && !none) {
        size_t kept = self->kept_count;
        list.cursor = rows.cursor;
        list.limit = api_rows_wanted(&rows);
        found = (index_list_rep_t){ .commit = "" };
        code_t code = api_ask(self, &call_index_list, &list, &found);
        if (code != OK) {
            api_rows_clear(&rows);
            return code;
        }
        total = found.total;
        for (size_t i = 0; i < found.rows_count; i++)
            api_rows_add(&rows, page_row(self, &found.rows[i]));
        more = api_rows_next(self, &rows, found.cursor, found.commit, kept);
    }
    return api_rows_answer(self, &rows, 1, json_pack("{s:I}", "total", (json_int_t)total));
}
