// What is to be mended in a wiki: pages that are linked to and missing, and links that lead nowhere
#include "api_rows.h"

#include <string.h>

code_t
api_wanted(web_t *self)
{
    api_rows_t rows;
    index_wanted_req_t request = { .caller = self->caller, .at_least = api_seen(self) };
    int64_t total = 0;
    bool more = true;
    if (!api_rows_begin(self, &rows, "wanted"))
        return OK;
    while (more) {
        index_wanted_rep_t found = { .commit = "" };
        size_t kept = self->kept_count;
        request.cursor = rows.cursor;
        request.limit = rows.limit > 0? api_rows_wanted(&rows): LIMIT_ROWS;
        code_t code = api_ask(self, &call_index_wanted, &request, &found);
        if (code != OK) {
            api_rows_clear(&rows);
            return code;
        }
        total = found.total;
        for (size_t i = 0; i < found.rows_count; i++) {
            json_t *from = json_array();
            for (size_t j = 0; j < found.rows[i].from_count; j++)
                json_array_append_new(from, api_text(api_display(self, found.rows[i].from[j])));
            api_rows_add(&rows, json_pack("{s:o, s:I, s:o}", "path", api_text(api_display(self, found.rows[i].page)),
                                          "count", (json_int_t)found.rows[i].count, "from", from));
        }
        more = api_rows_next(self, &rows, found.cursor, found.commit, kept);
    }
    return api_rows_answer(self, &rows, 1, json_pack("{s:I}", "total", (json_int_t)total));
}

static json_t *
broken_row(web_t *self, const index_broken_row_t *row)
{
    bool page = strcmp(row->why, "file") != 0;
    return json_pack("{s:o, s:o, s:o, s:s, s:s, s:I}", "path", api_text(api_display(self, row->page)), "target",
                     api_text(page? api_display(self, row->target): row->target), "anchor", api_text(row->anchor),
                     "kind", row->kind, "missing", row->why, "line", (json_int_t)row->line);
}

code_t
api_broken(web_t *self)
{
    api_rows_t rows;
    index_broken_req_t request = { .caller = self->caller, .at_least = api_seen(self) };
    int64_t total = 0;
    bool more = true;
    if (!api_rows_begin(self, &rows, "links"))
        return OK;
    while (more) {
        index_broken_rep_t found = { .commit = "" };
        size_t kept = self->kept_count;
        request.cursor = rows.cursor;
        request.limit = rows.limit > 0? api_rows_wanted(&rows): LIMIT_ROWS;
        code_t code = api_ask(self, &call_index_broken, &request, &found);
        if (code != OK) {
            api_rows_clear(&rows);
            return code;
        }
        total = found.total;
        for (size_t i = 0; i < found.rows_count; i++)
            api_rows_add(&rows, broken_row(self, &found.rows[i]));
        more = api_rows_next(self, &rows, found.cursor, found.commit, kept);
    }
    return api_rows_answer(self, &rows, 1, json_pack("{s:I}", "total", (json_int_t)total));
}
