// What is offered while somebody types, as JSON: pages and headings by their names, then pages by what they say
#include "flows.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAMES = 12, NAMES_BESIDE = 5, TEXTS = 5, WORDS_BYTES = 200 };

// Empty strings are left out.
static void
add_text(json_t *row, const char *key, const char *text)
{
    if (*text)
        json_object_set_new(row, key, json_string(text));
}

static json_t *
add_row(json_t *rows, const char *name, const char *note, const char *url)
{
    json_t *row = json_object();
    add_text(row, "name", name);
    add_text(row, "note", note);
    add_text(row, "url", url);
    json_array_append_new(rows, row);
    return row;
}

static const char *
place(web_t *self, const char *page, const char *anchor)
{
    return web_url(self, page, *anchor? arena_printf(self->arena, "#%s", anchor): "");
}

// A page and its heading of the same words, as nearly every page has one, are one and the same to whoever types.
static void
add_found(web_t *self, json_t *rows, const index_found_t *found)
{
    const char *name = search_path_name(self, found->page), *last = web_name(self, found->page);
    const char *url = place(self, found->page, found->anchor);
    if (!*found->heading)
        add_row(rows, name, strcasecmp(found->title, last) == 0? "": found->title, url);
    else if (strcasecmp(found->heading, last) != 0)
        add_row(rows, found->heading, name, url);
}

// By names: of the index with headings, or of the store, which knows names alone.
static code_t
add_names(web_t *self, json_t *rows, const char *words, int64_t limit)
{
    index_find_req_t find = { .caller = self->caller, .words = words, .limit = limit };
    index_find_rep_t found = { .commit = "" };
    store_find_rep_t names = { .commit = "" };
    const web_index_t ask = { &call_index_find, &find, &found, &found.commit, &found.behind, "" };
    code_t code = web_index(self, &ask);
    for (size_t i = 0; code == OK && i < found.rows_count; i++)
        add_found(self, rows, &found.rows[i]);
    if (code != UNAVAILABLE)
        return code == NOT_FOUND || code == INVALID? OK: code;
    code = search_names(self, words, limit, &names);
    for (size_t i = 0; code == OK && i < names.pages_count; i++)
        add_row(rows, search_path_name(self, names.pages[i]), "", web_url(self, names.pages[i], ""));
    return code;
}

// The snippet in pieces: every second one, from the second on, is what was found.
static void
add_parts(json_t *row, const char *snippet)
{
    json_t *parts = json_array();
    const char *at = snippet, *text;
    bool marked;
    size_t size;
    while ((text = search_part(&at, &marked, &size))) {
        if (marked != (json_array_size(parts) % 2 == 1))
            json_array_append_new(parts, json_string(""));
        json_array_append_new(parts, json_stringn(text, size));
    }
    json_object_set_new(row, "parts", parts);
}

static void
add_texts(web_t *self, json_t *rows, const char *words)
{
    index_search_req_t search = { .caller = self->caller, .query = words, .typing = true, .limit = TEXTS };
    index_search_rep_t found = { .commit = "" };
    const web_index_t ask = { &call_index_search, &search, &found, &found.commit, &found.behind, "" };
    if (web_index(self, &ask) != OK)
        return;                                 // half a word may be nothing to look for
    for (size_t i = 0; i < found.rows_count; i++) {
        const index_hit_t *hit = &found.rows[i];
        const char *name = search_path_name(self, hit->page);
        add_parts(add_row(rows, name, search_section(hit->section), place(self, hit->page, hit->anchor)), hit->snippet);
    }
}

code_t
flow_find(web_t *self)
{
    const char *words = search_cut(self, web_query(self, "q"), WORDS_BYTES);
    bool texts = *web_query(self, "texts") != 0;
    json_t *rows = json_array();
    code_t code = *words? add_names(self, rows, words, texts? NAMES_BESIDE: NAMES): OK;
    if (code == OK && *words && texts && !self->passing)
        add_texts(self, rows, words);
    json_t *json = json_pack("{s:o}", "rows", rows);
    char *text = code == OK && json? json_dumps(json, JSON_COMPACT): NULL;
    if (text)
        code = web_text(self, 200, "application/json", text);
    free(text);
    json_decref(json);
    return text || code != OK? code: INTERNAL;
}
