// Whose links change when a page gets a new name
#include "rename.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKED_MOST = 2 * LIMIT_CHANGES };

// Pages to be looked through, in the order of what their files are called afterwards.
typedef struct { const char *file, *there; } looked_t;
typedef struct {
    looked_t *rows;                             // in the arena of the request
    size_t count;
    bool full;
} pages_t;

// Where the file is after the moves, which come first in a commit.
static const char *
moved_file(const rename_t *plan, const char *file)
{
    for (size_t i = 0; i < plan->moves; i++)
        if (strcmp(plan->changes[i].path, file) == 0)
            return plan->changes[i].to;
    return file;
}

static void
add_page(web_t *self, const rename_t *plan, pages_t *pages, const char *file)
{
    pages->full |= pages->count == LOOKED_MOST;
    if (pages->full)
        return;
    looked_t *row = &pages->rows[pages->count++];
    row->file = arena_copy(self->arena, file, strlen(file));
    row->there = moved_file(plan, row->file);
}

// ---- looking through a page --------------------------------------------------------------------------------------
static code_t
add_text(web_t *self, rename_t *plan, const char *there, const zframe_t *text, int64_t links)
{
    size_t size = zframe_size((zframe_t *)text);
    if (plan->count == LIMIT_CHANGES || plan->texts.size + size > LIMIT_BLOB_BYTES)
        return web_refuse(self, TOO_LARGE, "More pages link here than one change can hold.");
    store_change_t put = { .action = "put", .exact = true, .base = plan->commit, .size = (int64_t)size };
    put.path = arena_copy(self->arena, there, strlen(there));
    put.offset = (int64_t)plan->texts.size;
    output_add(&plan->texts, (const char *)zframe_data((zframe_t *)text), size);
    plan->links[plan->count] = links;
    plan->changes[plan->count++] = put;
    return plan->texts.full? INTERNAL: OK;
}

static code_t
look_through(web_t *self, rename_t *plan, const char *file, zframe_t **text)
{
    char page[PAGE_ID_SIZE];
    page_move_t move = { .from = plan->page, .to = plan->to, .alone = plan->alone, .as_is = plan->alone };
    render_rewrite_req_t rewrite = { .page = page, .style = self->gateway->site.style, .moves = &move,
                                     .moves_count = 1 };
    render_rewrite_rep_t found = { 0 };
    if (page_id_of_file(&self->gateway->site.naming, file, page) != OK) {
        zframe_destroy(text);
        return OK;
    }
    msg_t *answer = flow_ask(self->gateway->flow, "render", &call_render_rewrite, &rewrite, text);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_render_rewrite, &found);
    plan->missed += found.missed;
    zframe_t *blob = found.count > 0? msg_blob(answer, 0): NULL;
    if (blob)
        code = add_text(self, plan, moved_file(plan, file), blob, found.count);
    msg_destroy(&answer);
    return code == UNSUPPORTED || (code == TOO_LARGE && !blob)? OK: code;      // no page for people has links
}

// Answers are given back at once: there may be thousands.
static code_t
read_and_look(web_t *self, rename_t *plan, const char *file)
{
    store_read_req_t read = { .caller = self->caller, .path = file, .exact = true, .commit = plan->commit };
    msg_t *answer = flow_ask(self->gateway->flow, "store", &call_store_read, &read, NULL);
    code_t code = msg_code(answer);
    zframe_t *text = code == OK? msg_take_blob(answer): NULL;
    msg_destroy(&answer);
    if (code == NOT_FOUND)
        return OK;                              // the index knows of a page that is newer than what is read here
    return text? look_through(self, plan, file, &text): code;
}

// ---- which pages the index knows to link there --------------------------------------------------------------------
static code_t
take_linkers(web_t *self, const rename_t *plan, index_linkers_req_t *ask, pages_t *pages)
{
    code_t code = OK;
    do {
        size_t kept = self->kept_count;
        index_linkers_rep_t found = { 0 };
        code = web_ask_index(self, &call_index_linkers, ask, &found);
        if (code == OK && found.behind)
            code = UNAVAILABLE;
        for (size_t i = 0; code == OK && i < found.files_count; i++)
            add_page(self, plan, pages, found.files[i]);
        ask->cursor = found.cursor? arena_copy(self->arena, found.cursor, strlen(found.cursor)): "";
        web_let_go(self, kept);
    } while (code == OK && *ask->cursor && !pages->full);
    return code;
}

// Pages that move have links of their own that may have to change: relative ones.
static void
add_moved(web_t *self, const rename_t *plan, pages_t *pages)
{
    for (size_t i = 0; i < plan->moves; i++)
        if (page_is_page_file(plan->changes[i].path))
            add_page(self, plan, pages, plan->changes[i].path);
}

static int
by_name(const void *a, const void *b)
{
    const looked_t *one = a, *other = b;
    return strcmp(one->there, other->there);
}

static void
sort_pages(pages_t *pages)
{
    size_t count = 0;
    qsort(pages->rows, pages->count, sizeof *pages->rows, by_name);
    for (size_t i = 0; i < pages->count; i++)
        if (count == 0 || strcmp(pages->rows[count - 1].there, pages->rows[i].there) != 0)
            pages->rows[count++] = pages->rows[i];
    pages->count = count;
}

// UNAVAILABLE or another code: the index does not know.
static code_t
find_pages(web_t *self, const rename_t *plan, pages_t *pages)
{
    const char *targets[2] = { plan->page, arena_printf(self->arena, "%s/", plan->page) };
    index_linkers_req_t ask = { .caller = self->caller, .targets = targets, .at_least = plan->commit };
    ask.targets_count = plan->alone || strlen(targets[1]) > LIMIT_PATH_BYTES? 1: 2;
    pages->rows = arena_alloc(self->arena, LOOKED_MOST * sizeof *pages->rows);
    code_t code = web_catch_up(self, plan->commit);
    if (code == OK)
        code = take_linkers(self, plan, &ask, pages);
    add_moved(self, plan, pages);
    sort_pages(pages);
    return code;
}

static code_t
look_at_pages(web_t *self, rename_t *plan, const pages_t *pages, int64_t until)
{
    code_t code = OK;
    if (pages->full)
        return web_refuse(self, TOO_LARGE, "More pages link here than one change can hold.");
    for (size_t i = 0; code == OK && i < pages->count && !plan->partial; i++) {
        plan->partial = msg_steady_ms() > until;
        if (!plan->partial)
            code = read_and_look(self, plan, pages->rows[i].file);
    }
    return code;
}

// ---- all pages, where the index does not know --------------------------------------------------------------------
static code_t
look_at_all(web_t *self, rename_t *plan, int64_t until)
{
    char *cursor = arena_alloc(self->arena, PAGE_ID_SIZE);
    store_list_req_t list = { .caller = self->caller, .commit = plan->commit, .cursor = cursor };
    code_t code = OK;
    *cursor = 0;
    do {
        store_list_rep_t found = { 0 };
        msg_t *answer = flow_ask(self->gateway->flow, "store", &call_store_list, &list, NULL);
        code = msg_code(answer);
        if (code == OK)
            code = msg_read_rep(answer, &call_store_list, &found);
        for (size_t i = 0; code == OK && i < found.rows_count && !plan->partial; i++) {
            plan->partial = msg_steady_ms() > until;
            if (!plan->partial)
                code = read_and_look(self, plan, found.rows[i].file);
        }
        snprintf(cursor, PAGE_ID_SIZE, "%s", found.cursor? found.cursor: "");
        msg_destroy(&answer);
    } while (code == OK && *cursor && !plan->partial);
    return code;
}

code_t
rename_plan_links(web_t *self, rename_t *plan)
{
    pages_t pages = { .count = 0 };
    int64_t now = msg_steady_ms(), until = now + (flow_until(self->gateway->flow) - now) / 2;
    if (find_pages(self, plan, &pages) == OK)
        return look_at_pages(self, plan, &pages, until);
    return look_at_all(self, plan, until);
}

void
rename_clear(rename_t *plan)
{
    output_clear(&plan->texts);
}
