// Pages by their names: as a page, and as JSON for the list under the field while somebody types
#include "flows.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SUGGESTIONS = 8, WORDS_BYTES = 200 };

// What is looked for: of the URL's path as Otterwiki had it, else q, else its name there.
static const char *
wanted(const web_t *self)
{
    const char *words = *self->file? self->file: *web_query(self, "q")? web_query(self, "q"): web_query(self, "query");
    size_t size = strlen(words);
    if (size > WORDS_BYTES)
        for (size = WORDS_BYTES; size > 0 && ((unsigned char)words[size] & 0xC0) == 0x80; size--)
            ;
    return arena_copy(self->arena, words, size);
}

static const char *
path_name(const web_t *self, const char *page)
{
    char name[PAGE_ID_SIZE];
    page_display_path(&self->gateway->site.naming, page, name);
    return arena_copy(self->arena, name, strlen(name));
}

static code_t
answer_json(web_t *self, const store_find_rep_t *found)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < found->pages_count; i++) {
        const char *page = found->pages[i];
        json_array_append_new(rows, json_pack("{s:s, s:s}", "name", path_name(self, page), "url",
                                              web_url(self, page, "")));
    }
    json_t *json = json_pack("{s:I, s:o}", "total", (json_int_t)found->total, "pages", rows);
    char *text = json? json_dumps(json, JSON_COMPACT): NULL;
    code_t code = text? web_text(self, 200, "application/json", text): INTERNAL;
    free(text);
    json_decref(json);
    return code;
}

static void
add_pages(web_t *self, const store_find_rep_t *found)
{
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; i < found->pages_count; i++) {
        value_t *row = value_add(rows);
        value_text(row, KEY_url, web_url(self, found->pages[i], ""));
        value_text(row, KEY_name, path_name(self, found->pages[i]));
    }
    value_int(self->data, KEY_total, found->total);
    if (found->total > (int64_t)found->pages_count)
        value_int(self->data, KEY_more, (int64_t)found->pages_count);
}

// A name that no page has, and that one could have, may become one.
static void
offer_page(web_t *self, const char *words)
{
    char id[PAGE_ID_SIZE], spelling[PAGE_ID_SIZE];
    bool possible = page_sanitise(words, spelling) == OK && page_id(&self->gateway->site.naming, spelling, id) == OK &&
                    page_path_check(id, NULL) == OK;
    if (possible)
        value_text(self->data, KEY_create_url, web_url(self, id, "/edit"));
}

code_t
flow_search(web_t *self)
{
    const char *words = wanted(self);
    bool suggest = *web_query(self, "suggest") != 0;
    store_find_req_t find = { .caller = self->caller, .words = words, .limit = suggest? SUGGESTIONS: 0 };
    store_find_rep_t found = { .commit = "" };
    code_t code = web_ask(self, &call_store_find, &find, NULL, &found);
    if (code != OK)
        return code;
    if (suggest)
        return answer_json(self, &found);
    web_surround(self, "");
    web_title(self, "Find a page");
    value_text(self->data, KEY_words, words);
    value_flag(self->data, KEY_noindex, true);
    add_pages(self, &found);
    if (*words && !found.exact)
        offer_page(self, words);
    return web_page(self, 200, "search");
}

// Otterwiki's form. It changes nothing, so it needs no token; the answer has an address that can be shared.
code_t
flow_search_post(web_t *self)
{
    const char *words = *web_field(self, "query")? web_field(self, "query"): web_field(self, "q");
    if (strlen(words) > WORDS_BYTES)
        return web_refuse(self, TOO_LARGE, "What you look for is too long.");
    return web_redirect(self, 303, arena_printf(self->arena, "/-/search?q=%s", web_encode(self, words)));
}
