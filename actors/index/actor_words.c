// Handlers of the index actor: words
#include "actor_internal.h"
#include "index_words.h"

#include <time.h>

#include "../core/banned.h"

enum { SHOWN = 20, ROW_BYTES = 128, ROWS_BYTES = LIMIT_BODY_BYTES / 4 * 3, DIGITS = 9 };

// ---- what they share -----------------------------------------------------------------------------------------------

// Cut between characters to what the contract has room for.
static const char *
copy_up_to(call_t *call, const char *text, size_t most)
{
    size_t size = text? strlen(text): 0;
    if (size > most) {
        size = most;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
            size--;
    }
    return size > 0? arena_copy(call->arena, text, size): "";
}

// A cursor is the number of rows that were shown. False: it is none.
static bool
read_cursor(const char *cursor, size_t *offset)
{
    char *end = NULL;
    *offset = 0;
    if (!*cursor)
        return true;
    if (*cursor < '0' || *cursor > '9' || strlen(cursor) > DIGITS)
        return false;
    *offset = strtoul(cursor, &end, 10);
    return !*end;
}

static const char *
next_cursor(call_t *call, size_t offset, size_t shown, size_t total)
{
    return shown > 0 && offset + shown < total? arena_printf(call->arena, "%zu", offset + shown): "";
}

static size_t
limit_of(int64_t wanted, size_t otherwise, size_t most)
{
    size_t limit = wanted > 0? (size_t)wanted: otherwise;
    return limit < most? limit: most;
}

// Rows that fit into one answer.
static size_t
rows_that_fit(const words_found_t *found)
{
    size_t bytes = 0, count = 0;
    for (; count < found->count && bytes <= ROWS_BYTES; count++) {
        const words_hit_t *row = &found->rows[count];
        bytes += ROW_BYTES + strlen(row->file) + strlen(row->page) + strlen(row->title) + strlen(row->section) +
                 strlen(row->anchor) + strlen(row->snippet);
    }
    return count;
}

static code_t
refuse(call_t *call, const char *cursor)
{
    return *cursor? call_fail(call, INVALID, "there is no such cursor: %.80s", cursor):
           call_fail(call, INVALID, "there is nothing to search for: give at least one word");
}

// ---- index.search --------------------------------------------------------------------------------------------------

static index_hit_t
search_row(call_t *call, const words_hit_t *hit)
{
    return (index_hit_t){ .file = reader_copy(call, hit->file),
                          .page = reader_copy(call, hit->page),
                          .title = copy_up_to(call, hit->title, 1024),
                          .score = hit->score,
                          .section = copy_up_to(call, hit->section, 4096),
                          .anchor = copy_up_to(call, hit->anchor, 256),
                          .line = (int64_t)hit->line,
                          .snippet = copy_up_to(call, hit->snippet, 2048),
                          .when = hit->when };
}

static code_t
search(state_t *self, call_t *call, const index_search_req_t *req, index_search_rep_t *rep)
{
    index_t *index = NULL;
    reader_t reader;
    words_found_t found;
    index_search_t what = { .text = req->query, .typing = req->typing, .now = (int64_t)time(NULL),
                            .deadline = call->head->deadline, .limit = limit_of(req->limit, SHOWN, LIMIT_FOUND) };
    if (!read_cursor(req->cursor, &what.offset))
        return refuse(call, req->cursor);
    code_t code = reader_begin(self, call, &index);
    if (code != OK)
        return code;
    what.sight = reader_sight(&reader, self, &req->caller);
    code = index_search(index, &what, &found);
    size_t rows = rows_that_fit(&found);
    rep->rows = arena_alloc(call->arena, rows * sizeof *rep->rows + 1);
    for (; rep->rows_count < rows; rep->rows_count++)
        rep->rows[rep->rows_count] = search_row(call, &found.rows[rep->rows_count]);
    rep->mode = "lexical";
    rep->total = (int64_t)found.total;
    rep->cursor = next_cursor(call, what.offset, rows, found.total);
    words_found_clear(&found);
    if (code == INVALID)
        refuse(call, "");
    else if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    return reader_end(self, call, code);
}

code_t
words_on_search(void *state, call_t *call, const void *request, void *reply)
{
    const index_search_req_t *req = request;
    if (strcmp(req->mode, "semantic") == 0)     // there is no such index yet
        return call_fail(call, UNSUPPORTED, "this wiki has no index of meanings: search by words, mode=lexical");
    return search(state, call, req, reply);
}

// ---- index.match ---------------------------------------------------------------------------------------------------

static index_match_row_t
match_row(call_t *call, const words_hit_t *hit)
{
    return (index_match_row_t){ .file = reader_copy(call, hit->file),
                                .page = reader_copy(call, hit->page),
                                .title = copy_up_to(call, hit->title, 1024),
                                .score = hit->score,
                                .snippet = copy_up_to(call, hit->snippet, 4096) };
}

code_t
words_on_match(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_match_req_t *req = request;
    index_match_rep_t *rep = reply;
    index_t *index = NULL;
    reader_t reader;
    words_found_t found;
    index_match_t what = { .text = req->query, .deadline = call->head->deadline,
                           .limit = limit_of(req->limit, LIMIT_ROWS, LIMIT_ROWS) };
    if (!read_cursor(req->cursor, &what.offset))
        return refuse(call, req->cursor);
    code_t code = reader_begin(self, call, &index);
    if (code != OK)
        return code;
    what.sight = reader_sight(&reader, self, &req->caller);
    code = index_match(index, &what, &found);
    size_t rows = rows_that_fit(&found);
    rep->rows = arena_alloc(call->arena, rows * sizeof *rep->rows + 1);
    for (; rep->rows_count < rows; rep->rows_count++)
        rep->rows[rep->rows_count] = match_row(call, &found.rows[rep->rows_count]);
    rep->total = (int64_t)found.total;
    rep->cursor = next_cursor(call, what.offset, rows, found.total);
    words_found_clear(&found);
    if (code == INVALID)
        refuse(call, "");
    else if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    return reader_end(self, call, code);
}

// ---- index.find ----------------------------------------------------------------------------------------------------

static index_found_t
name_row(call_t *call, const words_name_t *name)
{
    return (index_found_t){ .page = reader_copy(call, name->page),
                            .title = copy_up_to(call, name->title, 1024),
                            .heading = copy_up_to(call, name->heading, 1024),
                            .anchor = copy_up_to(call, name->anchor, 256) };
}

code_t
words_on_find(void *state, call_t *call, const void *request, void *reply)
{
    enum { FITS = 64 };                         // rows of the greatest size
    state_t *self = state;
    const index_find_req_t *req = request;
    index_find_rep_t *rep = reply;
    index_t *index = NULL;
    reader_t reader;
    words_names_t names;
    index_find_t what = { .words = req->words, .limit = limit_of(req->limit, SHOWN, FITS) };
    code_t code = reader_begin(self, call, &index);
    if (code != OK)
        return code;
    what.sight = reader_sight(&reader, self, &req->caller);
    code = index_find_names(index, &what, &names);
    rep->rows = arena_alloc(call->arena, names.count * sizeof *rep->rows + 1);
    for (; rep->rows_count < names.count; rep->rows_count++)
        rep->rows[rep->rows_count] = name_row(call, &names.rows[rep->rows_count]);
    words_names_clear(&names);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    return reader_end(self, call, code);
}
