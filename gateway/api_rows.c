#include "api_rows.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_USUAL = 100 };

// ---- the query ---------------------------------------------------------------------------------------------------
// White space as Python's str.strip takes it, as far as it is ASCII, and the no-break space.
static size_t
blank_at(const char *at)
{
    unsigned char byte = (unsigned char)*at;
    if (byte == ' ' || (byte >= '\t' && byte <= '\r') || (byte >= 0x1c && byte <= 0x1f))
        return 1;
    return byte == 0xc2 && ((unsigned char)at[1] == 0xa0 || (unsigned char)at[1] == 0x85)? 2: 0;
}

const char *
api_query(web_t *self, const char *name)
{
    const char *text = web_query(self, name);
    size_t kept = 0;
    if (!page_utf8_valid(text, strlen(text)))
        return "";
    while (blank_at(text))
        text += blank_at(text);
    for (size_t i = 0; text[i];) {
        size_t blank = blank_at(text + i);
        i += blank? blank: 1;
        kept = blank? kept: i;
    }
    return arena_copy(self->arena, text, kept);
}

bool
api_rows_cursor(web_t *self, api_rows_t *rows, size_t most)
{
    const char *cursor = event_query(self->request, self->arena, "cursor");
    rows->parts = rows->parts || cursor;
    if (cursor && (strlen(cursor) > most || !page_utf8_valid(cursor, strlen(cursor)))) {
        api_refuse(self, 422, "cursor is none that an answer gave");
        return false;
    }
    snprintf(rows->cursor, sizeof rows->cursor, "%s", cursor? cursor: "");
    return true;
}

static bool
is_of_files(const char *key)
{
    return strcmp(key, "pages") == 0 || strcmp(key, "edges") == 0 || strcmp(key, "attachments") == 0;
}

bool
api_rows_begin(web_t *self, api_rows_t *rows, const char *key)
{
    const char *limit = api_query(self, "limit");
    char *end = NULL;
    *rows = (api_rows_t){ .key = key, .commit = "", .parts = *limit != 0 };
    rows->limit = *limit? strtol(limit, &end, 10): 0;
    if (*limit && (*end || rows->limit < 1 || rows->limit > API_ROWS_MOST)) {
        api_refuse_of(self, 422, "limit must be a number from 1 to %d", API_ROWS_MOST);
        return false;
    }
    if (!api_rows_cursor(self, rows, is_of_files(key)? LIMIT_PATH_BYTES: API_CURSOR_SHORT))
        return false;
    if (rows->parts && rows->limit == 0)
        rows->limit = ROWS_USUAL;
    return true;
}

// ---- rows --------------------------------------------------------------------------------------------------------
void
api_rows_add(api_rows_t *rows, json_t *row)
{
    char *text = api_dump(row);
    json_decref(row);
    if (!text)
        abort();
    if (rows->count++ > 0)
        output_add(&rows->text, ",", 1);
    output_add(&rows->text, text, strlen(text));
    free(text);
}

int64_t
api_rows_wanted(const api_rows_t *rows)
{
    return rows->limit > 0? rows->limit - rows->count: 0;
}

bool
api_rows_next(web_t *self, api_rows_t *rows, const char *cursor, const char *commit, size_t kept)
{
    snprintf(rows->cursor, sizeof rows->cursor, "%s", cursor);
    rows->moved = rows->moved || (*rows->commit && strcmp(rows->commit, commit) != 0);
    rows->commit = arena_copy(self->arena, commit, strlen(commit));
    web_let_go(self, kept);
    return *rows->cursor && !rows->text.full && (rows->limit == 0 || rows->count < rows->limit);
}

void
api_rows_clear(api_rows_t *rows)
{
    output_clear(&rows->text);
}

// ---- the answer --------------------------------------------------------------------------------------------------
// Puts the rows where the object has an empty list under their key. No text inside it can look so: its quotes are
// escaped.
static void
add_spliced(output_t *out, const char *object, const api_rows_t *rows, size_t count)
{
    char empty[64];
    const char *place = NULL, *best = NULL;
    const api_rows_t *next = NULL;
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        int length = snprintf(empty, sizeof empty, "\"%s\":[]", rows[i].key);
        place = strstr(object, empty);
        if (place && (!best || place < best)) {
            best = place;
            next = &rows[i];
            size = (size_t)length;
        }
    }
    if (!next) {
        output_add(out, object, strlen(object));
        return;
    }
    output_add(out, object, (size_t)(best - object) + size - 1);
    output_add(out, next->text.bytes, next->text.size);
    add_spliced(out, best + size - 1, rows, count);
}

code_t
api_rows_answer(web_t *self, api_rows_t *rows, size_t count, json_t *rest)
{
    output_t out = { 0 };
    bool full = false;
    for (size_t i = 0; i < count; i++) {
        json_object_set_new(rest, rows[i].key, json_array());
        full = full || rows[i].text.full;
    }
    if (rows[0].parts)
        json_object_set_new(rest, "cursor", *rows[0].cursor? json_string(rows[0].cursor): json_null());
    char *object = json_dumps(rest, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(rest);
    if (!object)
        abort();
    add_spliced(&out, object, rows, count);
    self->api->commit = rows[0].commit;
    output_add(&out, "\n", 1);
    free(object);
    full = full || out.full;
    code_t code = full? api_refuse(self, 413, "There is more than one answer can hold: ask with limit and cursor.")
                      : api_answer_text(self, 200, out.bytes, out.size);
    if (!full && !rows[0].moved)
        api_cacheable(self, rows[0].commit);
    output_clear(&out);
    for (size_t i = 0; i < count; i++)
        api_rows_clear(&rows[i]);
    return code;
}

// ---- the index ---------------------------------------------------------------------------------------------------
static const char away[] = "The index of this wiki cannot be asked at the moment. Try again shortly.";

// It has answered that it has nothing to read yet, or not at all: a wiki that has just been opened is indexed at once.
static code_t
ask_again(web_t *self, const call_type_t *call, const void *request, void *reply)
{
    self->gateway->index_away = 0;
    if (web_catch_up(self, "") == OK && api_index(self, call, request, reply) == OK)
        return OK;
    bool asleep = msg_steady_ms() < self->gateway->index_away;
    const char *progress = asleep? "": web_index_progress(self);
    return web_refuse(self, UNAVAILABLE, *progress? arena_printf(self->arena, "%s Try again then.", progress): away);
}

code_t
api_ask(web_t *self, const call_type_t *call, const void *request, void *reply)
{
    bool asleep = msg_steady_ms() < self->gateway->index_away;
    code_t code = api_index(self, call, request, reply);
    if (code == UNAVAILABLE && !asleep)
        return ask_again(self, call, request, reply);
    return code == UNAVAILABLE || code == TIMEOUT? web_refuse(self, UNAVAILABLE, away): code;
}

const char *
api_seen(const web_t *self)
{
    const char *commit = event_header(self->request, "wiki-at-least");
    return commit? commit: "";
}
