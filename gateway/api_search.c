// Searching: the literal one of the reference, or by words and meaning with `mode`
#include "api_rows.h"

#include <string.h>

static json_t *
hit(web_t *self, const char *file, const char *title, const char *snippet, double score)
{
    const char *display = api_display(self, file), *slash = strrchr(display, '/');
    json_t *row = json_object();
    json_object_set_new(row, "name", api_text(*title? title: slash? slash + 1: display));
    json_object_set_new(row, "path", api_text(display));
    json_object_set_new(row, "snippet", api_text(snippet));
    json_object_set_new(row, "score", json_real(score));
    return row;
}

static code_t
answer_match(web_t *self, const char *query, api_rows_t *rows)
{
    index_match_req_t match = { .caller = self->caller, .query = query, .at_least = api_seen(self) };
    index_match_rep_t found;
    int64_t total = 0;
    bool more = true;
    while (more) {
        size_t kept = self->kept_count;
        match.cursor = rows->cursor;
        match.limit = api_rows_wanted(rows);
        found = (index_match_rep_t){ .commit = "" };
        code_t code = api_ask(self, &call_index_match, &match, &found);
        if (code != OK)
            return code;
        total = found.total;
        for (size_t i = 0; i < found.rows_count; i++) {
            const index_match_row_t *row = &found.rows[i];
            api_rows_add(rows, hit(self, row->file, row->title, row->snippet, (double)row->score / 100));
        }
        more = api_rows_next(self, rows, found.cursor, found.commit, kept);
    }
    json_t *rest = json_pack("{s:o, s:I}", "query", api_text(query), "total", (json_int_t)total);
    return api_rows_answer(self, rows, 1, rest);
}

// ---- by words and meaning ----------------------------------------------------------------------------------------
// What stands between U+0002 and U+0003 goes into `matches`; the marks themselves go.
static const char *
without_marks(web_t *self, const char *snippet, json_t *matches)
{
    char *plain = arena_alloc(self->arena, strlen(snippet) + 1), *out = plain, *begin = NULL;
    for (; *snippet; snippet++) {
        if (*snippet == '\x02')
            begin = out;
        else if (*snippet != '\x03')
            *out++ = *snippet;
        else if (begin) {
            json_array_append_new(matches, api_text(arena_copy(self->arena, begin, (size_t)(out - begin))));
            begin = NULL;
        }
    }
    return plain;
}

static json_t *
ranked_hit(web_t *self, const index_hit_t *from)
{
    json_t *matches = json_array();
    const char *snippet = without_marks(self, from->snippet, matches);
    json_t *row = hit(self, from->file, from->title, snippet, (double)from->score / 10000);
    json_object_set_new(row, "section", api_text(from->section));
    json_object_set_new(row, "anchor", api_text(from->anchor));
    json_object_set_new(row, "line", json_integer(from->line));
    json_object_set_new(row, "matches", matches);
    return row;
}

static code_t
ask_ranked(web_t *self, const index_search_req_t *search, index_search_rep_t *found)
{
    const char *mode = search->mode;
    code_t code = api_ask(self, &call_index_search, search, found);
    bool meaning = strcmp(mode, "lexical") != 0;
    if (meaning && code == UNSUPPORTED)
        return web_refuse(self, UNAVAILABLE, "Vector backend is not available");
    return code;
}

static code_t
answer_ranked(web_t *self, const char *query, const char *mode, api_rows_t *rows)
{
    index_search_req_t search = { .caller = self->caller, .query = query, .mode = mode, .at_least = api_seen(self) };
    index_search_rep_t found;
    int64_t total = 0;
    bool more = true;
    const char *used = mode;
    while (more) {
        size_t kept = self->kept_count;
        search.cursor = rows->cursor;
        search.limit = api_rows_wanted(rows);
        found = (index_search_rep_t){ .commit = "", .mode = "" };
        code_t code = ask_ranked(self, &search, &found);
        if (code == INVALID)
            return api_refuse(self, 422, "Query parameter 'q' has nothing to search for");
        if (code != OK)
            return code;
        total = found.total;
        used = *found.mode? arena_copy(self->arena, found.mode, strlen(found.mode)): used;
        for (size_t i = 0; i < found.rows_count; i++)
            api_rows_add(rows, ranked_hit(self, &found.rows[i]));
        more = api_rows_next(self, rows, found.cursor, found.commit, kept);
    }
    json_t *rest = json_pack("{s:o, s:s, s:I}", "query", api_text(query), "mode", used, "total", (json_int_t)total);
    return api_rows_answer(self, rows, 1, rest);
}

static bool
is_mode(const char *mode)
{
    return strcmp(mode, "lexical") == 0 || strcmp(mode, "semantic") == 0 || strcmp(mode, "hybrid") == 0;
}

code_t
api_search(web_t *self)
{
    enum { USUAL = 20 };
    api_rows_t rows;
    const char *query = api_query(self, "q"), *mode = api_query(self, "mode");
    if (!*query)
        return api_refuse(self, 422, "Query parameter 'q' is required");
    if (strlen(query) > LIMIT_QUERY_BYTES)
        return api_refuse_of(self, 422, "Query parameter 'q' has more than %d bytes", LIMIT_QUERY_BYTES);
    if (*mode && !is_mode(mode))
        return api_refuse(self, 422, "mode must be lexical, semantic or hybrid");
    if (!api_rows_begin(self, &rows, "results"))
        return OK;
    if (*mode && !rows.parts)
        rows = (api_rows_t){ .key = rows.key, .commit = "", .parts = true, .limit = USUAL };
    code_t code = *mode? answer_ranked(self, query, mode, &rows): answer_match(self, query, &rows);
    api_rows_clear(&rows);
    return code;
}
