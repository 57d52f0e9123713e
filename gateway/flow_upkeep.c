// What somebody who looks after the pages looks at: pages that nobody links to, empty ones, and links to nothing
#include "flows.h"

#include <string.h>

enum { ROWS = 100 };

// What one list shows; the rows are added by `ask`, which gets what the index must hold and how many rows are wanted.
typedef struct { int64_t total; const char *cursor; } listed_t;
typedef code_t (*list_fn)(web_t *self, const char *head, int64_t limit, listed_t *listed);
typedef struct {
    const char *word, *task, *name, *unit, *why;        // task: Otterwiki's name of it
    value_key_t form;
    list_fn ask;
} upkeep_t;

static value_t *
add_page(web_t *self, value_t *rows, const char *page)
{
    char name[PAGE_ID_SIZE];
    value_t *row = value_add(rows);
    page_display_path(&self->gateway->site.naming, page, name);
    value_text(row, KEY_url, web_url(self, page, ""));
    value_copy(row, KEY_name, name);
    return row;
}

static code_t
ask_pages(web_t *self, const index_list_req_t *list, listed_t *listed)
{
    index_list_rep_t found = { .cursor = "" };
    const web_index_t ask = { &call_index_list, list, &found, &found.commit, &found.behind, list->at_least };
    code_t code = web_index(self, &ask);
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; code == OK && i < found.rows_count; i++) {
        value_t *row = add_page(self, rows, found.rows[i].page);
        web_when(row, found.rows[i].when, found.rows[i].zone);
        value_text(row, KEY_author, *found.rows[i].author? found.rows[i].author: "Anonymous");
    }
    *listed = (listed_t){ found.total, found.cursor };
    return code;
}

static code_t
ask_orphaned(web_t *self, const char *head, int64_t limit, listed_t *listed)
{
    index_list_req_t list = { .caller = self->caller, .only = "orphaned", .at_least = head, .limit = limit };
    list.cursor = web_cursor(self);
    return ask_pages(self, &list, listed);
}

static code_t
ask_empty(web_t *self, const char *head, int64_t limit, listed_t *listed)
{
    index_list_req_t list = { .caller = self->caller, .only = "empty", .at_least = head, .limit = limit };
    list.cursor = web_cursor(self);
    return ask_pages(self, &list, listed);
}

static code_t
ask_wanted(web_t *self, const char *head, int64_t limit, listed_t *listed)
{
    index_wanted_req_t wanted = { .caller = self->caller, .at_least = head, .limit = limit };
    index_wanted_rep_t found = { .cursor = "" };
    wanted.cursor = web_index_cursor(self);
    const web_index_t ask = { &call_index_wanted, &wanted, &found, &found.commit, &found.behind, head };
    code_t code = web_index(self, &ask);
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; code == OK && i < found.rows_count; i++) {
        const index_wanted_row_t *from = &found.rows[i];
        value_t *row = add_page(self, rows, from->page);
        value_text(row, KEY_links_url, web_url(self, from->page, "/backlinks"));
        value_int(row, KEY_total, from->count);
        value_flag(row, KEY_same, from->count == 1);
        value_t *links = value_list(row, KEY_links);
        for (size_t link = 0; link < from->from_count; link++)
            add_page(self, links, from->from[link]);
        value_text(row, KEY_more, "");
        if (from->count > (int64_t)from->from_count)
            value_int(row, KEY_more, from->count - (int64_t)from->from_count);
    }
    *listed = (listed_t){ found.total, found.cursor };
    return code;
}

static const char *
why_broken(const char *word)
{
    if (strcmp(word, "anchor") == 0)
        return "the page has no such heading";
    return strcmp(word, "file") == 0? "there is no such file": "there is no such page";
}

static code_t
ask_broken(web_t *self, const char *head, int64_t limit, listed_t *listed)
{
    index_broken_req_t broken = { .caller = self->caller, .at_least = head, .limit = limit };
    index_broken_rep_t found = { .cursor = "" };
    broken.cursor = web_index_cursor(self);
    const web_index_t ask = { &call_index_broken, &broken, &found, &found.commit, &found.behind, head };
    code_t code = web_index(self, &ask);
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; code == OK && i < found.rows_count; i++) {
        const index_broken_row_t *from = &found.rows[i];
        value_t *row = add_page(self, rows, from->page);
        const char *sign = *from->anchor? "#": "";
        value_text(row, KEY_to, arena_printf(self->arena, "%s%s%s", from->target, sign, from->anchor));
        value_text(row, KEY_why, why_broken(from->why));
        value_text(row, KEY_line, "");
        if (from->line > 0)
            value_int(row, KEY_line, from->line);
    }
    *listed = (listed_t){ found.total, found.cursor };
    return code;
}

static const upkeep_t lists[] = {
    { "orphaned", "", "Orphaned pages", "Pages", "No other page links to these, so nobody comes by.", KEY_at_pages,
      ask_orphaned },
    { "wanted", "", "Wanted pages", "Pages", "Others link to these, and nobody has written them yet.", KEY_at_wanted,
      ask_wanted },
    { "empty", "emptypages", "Empty pages", "Pages", "There is no word on these.", KEY_at_pages, ask_empty },
    { "broken", "brokenwikilinks", "Broken links", "Links", "These lead to a page, a file or a heading that is not "
      "there.", KEY_at_broken, ask_broken },
};
enum { LISTS = sizeof lists / sizeof *lists };

static const char *
list_url(const web_t *self, const upkeep_t *list)
{
    return arena_printf(self->arena, "/-/housekeeping/%s", list->word);
}

static value_t *
add_link(value_t *links, const char *url, const char *name, bool current)
{
    value_t *link = value_add(links);
    value_text(link, KEY_url, url);
    value_text(link, KEY_name, name);
    value_text(link, KEY_why, "");
    value_flag(link, KEY_current, current);
    return link;
}

// What is chosen among; NULL: the list of all pages or that of the lists.
static value_t *
add_links(web_t *self, const upkeep_t *current, bool index)
{
    value_t *links = value_list(self->data, KEY_lists);
    add_link(links, "/-/index", "All pages", index);
    for (size_t i = 0; i < LISTS; i++)
        add_link(links, list_url(self, &lists[i]), lists[i].name, &lists[i] == current);
    return links;
}

void
upkeep_links(web_t *self)
{
    add_links(self, NULL, true);
}

static code_t
answer_list(web_t *self, const upkeep_t *list)
{
    listed_t listed = { 0, "" };
    const char *head = web_surround(self, "");
    code_t code = list->ask(self, head, ROWS, &listed);
    if (code != OK && code != UNAVAILABLE)
        return code;
    add_links(self, list, false);
    web_title(self, list->name);
    value_text(self->data, KEY_heading, list->name);
    value_text(self->data, KEY_explain, list->why);
    value_text(self->data, KEY_text, list->unit);
    if (code == OK)
        value_int(self->data, KEY_total, listed.total);
    value_flag(self->data, KEY_has_rows, value_true(value_find(self->data, KEY_rows)));
    value_flag(self->data, list->form, true);
    value_flag(self->data, KEY_noindex, true);
    web_pager(self, "", listed.cursor);
    web_cacheable(self, head);
    return web_page(self, 200, "housekeeping");
}

// How many there are of each.
static code_t
answer_overview(web_t *self)
{
    const char *head = web_surround(self, "");
    int64_t totals[LISTS];                      // -1: nobody knows
    for (size_t i = 0; i < LISTS; i++) {
        listed_t listed = { 0, "" };
        code_t code = lists[i].ask(self, head, 1, &listed);
        if (code != OK && code != UNAVAILABLE)
            return code;
        totals[i] = code == OK? listed.total: -1;
    }
    value_t *links = add_links(self, NULL, false), *link = links->first->next;
    for (size_t i = 0; i < LISTS; i++, link = link->next) {
        if (totals[i] >= 0)
            value_int(link, KEY_total, totals[i]);
        value_text(link, KEY_why, lists[i].why);
    }
    web_title(self, "Housekeeping");
    value_text(self->data, KEY_heading, "Housekeeping");
    value_flag(self->data, KEY_noindex, true);
    web_cacheable(self, head);
    return web_page(self, 200, "housekeeping");
}

code_t
flow_upkeep(web_t *self)
{
    const char *task = web_query(self, "task");
    for (size_t i = 0; i < LISTS; i++) {
        if (strcmp(self->file, lists[i].word) == 0)
            return answer_list(self, &lists[i]);
        if (*task && strcmp(task, lists[i].task) == 0)
            return web_redirect(self, 302, list_url(self, &lists[i]));
    }
    return *self->file? web_refuse(self, NOT_FOUND, "There is no such list."): answer_overview(self);
}

// Otterwiki's form. It changes nothing, so it needs no token.
code_t
flow_upkeep_post(web_t *self)
{
    const char *task = web_field(self, "task");
    for (size_t i = 0; i < LISTS; i++)
        if (*task && strcmp(task, lists[i].task) == 0)
            return web_redirect(self, 303, list_url(self, &lists[i]));
    return web_redirect(self, 303, "/-/housekeeping");
}
