// The search page: pages by what they say and by their names, of which the best come first
#include "flows.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 20, NAMES = 4, FIND_BYTES = 200 };

// What is looked for: of the URL's path as Otterwiki had it, else q, else its name there.
static const char *
wanted(const web_t *self)
{
    const char *words = *self->file? self->file: *web_query(self, "q")? web_query(self, "q"): web_query(self, "query");
    size_t size = strlen(words), skip = strspn(words, " \t\r\n");
    words += skip;
    size -= skip;
    while (size > 0 && strchr(" \t\r\n", words[size - 1]))
        size--;
    return search_cut(self, arena_copy(self->arena, words, size), LIMIT_QUERY_BYTES);
}

const char *
search_cut(const web_t *self, const char *words, size_t limit)
{
    size_t size = strlen(words);
    if (size > limit)
        for (size = limit; size > 0 && ((unsigned char)words[size] & 0xC0) == 0x80; size--)
            ;
    return arena_copy(self->arena, words, size);
}

const char *
search_path_name(const web_t *self, const char *page)
{
    char name[PAGE_ID_SIZE];
    page_display_path(&self->gateway->site.naming, page, name);
    return arena_copy(self->arena, name, strlen(name));
}

const char *
search_part(const char **at, bool *marked, size_t *size)
{
    const char *start = *at + strspn(*at, "\2\3");
    *marked = start > *at && start[-1] == '\2';
    *size = strcspn(start, "\2\3");
    *at = start + *size;
    return *size? start: NULL;
}

static void
add_snippet(value_t *row, const char *snippet)
{
    value_t *parts = value_list(row, KEY_parts);
    value_flag(row, KEY_has_parts, *snippet != 0);
    const char *at = snippet, *text;
    bool marked;
    size_t size;
    while ((text = search_part(&at, &marked, &size))) {
        value_t *part = value_add(parts);
        value_bytes(part, KEY_text, text, size);
        value_flag(part, KEY_marked, marked);
    }
}

static value_t *
add_page(web_t *self, value_t *rows, const char *page)
{
    value_t *row = value_add(rows);
    value_text(row, KEY_url, web_url(self, page, ""));
    value_text(row, KEY_name, search_path_name(self, page));
    value_text(row, KEY_title, "");
    value_flag(row, KEY_has_parts, false);
    value_text(row, KEY_section, "");
    value_text(row, KEY_line, "");
    value_text(row, KEY_when, "");
    return row;
}

const char *
search_section(const char *path)
{
    const char *sign = strstr(path, " > ");
    return sign? sign + 3: "";
}

static void
add_hit(web_t *self, value_t *rows, const index_hit_t *hit)
{
    value_t *row = add_page(self, rows, hit->page);
    if (strcmp(hit->title, web_name(self, hit->page)) != 0)
        value_text(row, KEY_title, hit->title);
    add_snippet(row, hit->snippet);
    if (*search_section(hit->section)) {
        value_text(row, KEY_section, search_section(hit->section));
        value_text(row, KEY_section_url, web_url(self, hit->page, arena_printf(self->arena, "#%s", hit->anchor)));
    }
    if (hit->line > 0)
        value_int(row, KEY_line, hit->line);
    if (hit->when > 0)
        web_when(row, hit->when, 0);
}

// Of the first rows those that are named so come first: whoever types a name wants that page.
static void
add_rows(web_t *self, const index_search_rep_t *hits, const store_find_rep_t *names)
{
    bool shown[LIMIT_FOUND] = { false };
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; i < names->pages_count; i++) {
        size_t hit = 0;
        while (hit < hits->rows_count && strcmp(hits->rows[hit].page, names->pages[i]) != 0)
            hit++;
        if (hit < hits->rows_count) {
            add_hit(self, rows, &hits->rows[hit]);
            shown[hit] = true;
        } else {
            add_page(self, rows, names->pages[i]);
        }
    }
    for (size_t i = 0; i < hits->rows_count; i++)
        if (!shown[i])
            add_hit(self, rows, &hits->rows[i]);
    value_flag(self->data, KEY_has_rows, names->pages_count + hits->rows_count > 0);
}

// A name that no page has, and that one could have, may become one.
static void
offer_page(web_t *self, const char *words)
{
    char id[PAGE_ID_SIZE], spelling[PAGE_ID_SIZE];
    bool possible = strlen(words) < PAGE_ID_SIZE && page_sanitise(words, spelling) == OK &&
                    page_id(&self->gateway->site.naming, spelling, id) == OK && page_path_check(id, NULL) == OK;
    if (possible)
        value_text(self->data, KEY_create_url, web_url(self, id, "/edit"));
}

code_t
search_names(web_t *self, const char *words, int64_t limit, store_find_rep_t *found)
{
    store_find_req_t find = { .caller = self->caller, .words = search_cut(self, words, FIND_BYTES), .limit = limit };
    *found = (store_find_rep_t){ .commit = "" };
    return web_ask(self, &call_store_find, &find, NULL, found);
}

// INVALID: nothing can be looked for, and the page says what is wrong; else as web_index.
static code_t
search_texts(web_t *self, const char *head, const char *words, index_search_rep_t *found)
{
    index_search_req_t search = { .caller = self->caller, .query = words, .at_least = head, .limit = ROWS };
    search.cursor = web_index_cursor(self);
    const web_index_t ask = { &call_index_search, &search, found, &found->commit, &found->behind, head };
    code_t code = *words? web_index(self, &ask): UNAVAILABLE;
    if (code == INVALID)
        value_text(self->data, KEY_alert, msg_error_text(self->answer));
    return code == OK || code == INVALID || code == UNAVAILABLE? OK: code;
}

code_t
flow_search(web_t *self)
{
    const char *words = wanted(self), *head = web_surround(self, "");
    store_find_rep_t names = { .exact = false };
    index_search_rep_t hits = { .cursor = "" };
    bool plain = !strpbrk(words, "\":*"), first = !*web_query(self, "cursor");
    code_t code = search_texts(self, head, words, &hits);
    if (code == OK && *words && plain)
        code = search_names(self, words, NAMES, &names);
    if (code != OK)
        return code;
    if (*words && plain && !names.exact)
        offer_page(self, words);
    if (!first)
        names.pages_count = 0;
    add_rows(self, &hits, &names);
    int64_t shown = (int64_t)(names.pages_count > hits.rows_count? names.pages_count: hits.rows_count);
    value_int(self->data, KEY_total, hits.total > shown? hits.total: shown);
    web_pager(self, arena_printf(self->arena, "q=%s", web_encode(self, words)), hits.cursor);
    web_title(self, *words? arena_printf(self->arena, "%s – Search", words): "Search");
    value_text(self->data, KEY_words, words);
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, 200, "search");
}

// Otterwiki's form. It changes nothing, so it needs no token; the answer has an address that can be shared.
code_t
flow_search_post(web_t *self)
{
    const char *words = *web_field(self, "query")? web_field(self, "query"): web_field(self, "q");
    if (strlen(words) > LIMIT_QUERY_BYTES)
        return web_refuse(self, TOO_LARGE, "What you look for is too long.");
    return web_redirect(self, 303, arena_printf(self->arena, "/-/search?q=%s", web_encode(self, words)));
}
