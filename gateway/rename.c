#include "rename.h"

#include <stdio.h>
#include <string.h>

// ---- what moves --------------------------------------------------------------------------------------------------
static code_t
read_rows(web_t *self, store_list_req_t *list, below_t *below)
{
    store_list_rep_t found = { 0 };
    do {
        code_t code = web_ask(self, &call_store_list, list, NULL, &found);
        if (code != OK)
            return code;
        if (found.total > LIMIT_CHANGES || below->count + found.rows_count >= LIMIT_CHANGES)
            return web_refuse(self, TOO_LARGE, "There is more below this page than one change can hold.");
        for (size_t i = 0; i < found.rows_count; i++)
            below->files[below->count++] = found.rows[i].file;
        list->cursor = found.cursor;
    } while (*found.cursor);
    return OK;
}

code_t
below_read(web_t *self, const char *folder, const char *commit, below_t *below)
{
    store_list_req_t list = { .caller = self->caller, .commit = commit };
    list.prefix = arena_printf(self->arena, "%s/", folder);
    *below = (below_t){ .files = arena_alloc(self->arena, LIMIT_CHANGES * sizeof *below->files) };
    if (strlen(list.prefix) > LIMIT_PATH_BYTES)
        return OK;
    code_t code = read_rows(self, &list, below);
    list.cursor = NULL;
    list.files = true;
    return code == OK? read_rows(self, &list, below): code;
}

code_t
folder_find(web_t *self, const char *commit, const char **folder, below_t *below)
{
    char id[PAGE_ID_SIZE];
    *folder = self->path;
    code_t code = page_path_check(self->path, NULL) == OK? below_read(self, self->path, commit, below): NOT_FOUND;
    bool other = code == NOT_FOUND || (code == OK && below->count == 0);
    if (!other || page_id(&self->gateway->site.naming, self->path, id) != OK || page_path_check(id, NULL) != OK)
        return other? NOT_FOUND: code;
    *folder = arena_copy(self->arena, id, strlen(id));
    code = below_read(self, *folder, commit, below);
    return code == OK && below->count == 0? NOT_FOUND: code;
}

// The page, or a folder without one.
static code_t
find_page(web_t *self, rename_t *plan)
{
    char folder[PAGE_ID_SIZE];
    below_t below;
    store_head_req_t head = { .caller = self->caller };
    store_head_rep_t now = { 0 };
    store_read_rep_t page = { 0 };
    code_t code = web_ask(self, &call_store_head, &head, NULL, &now);
    if (code != OK)
        return code;
    plan->commit = now.commit;
    store_read_req_t read = { .caller = self->caller, .path = plan->page, .commit = now.commit, .stat = true };
    code = web_ask(self, &call_store_read, &read, NULL, &page);
    plan->file = code == OK? page.file: "";
    if (code == NOT_FOUND)
        return folder_find(self, now.commit, &plan->folder, &below);
    if (code != OK)
        return code;
    page_folder(page.file, folder);
    plan->folder = arena_copy(self->arena, folder, strlen(folder));
    return OK;
}

static void
add_move(web_t *self, rename_t *plan, const char *from, const char *to, const char *base)
{
    plan->changes[plan->count++] = (store_change_t){ .action = "move", .path = from, .exact = true, .base = base,
                                                     .to = arena_copy(self->arena, to, strlen(to)) };
    plan->moves = plan->count;
}

code_t
rename_plan(web_t *self, rename_t *plan)
{
    char file[PAGE_ID_SIZE], folder[PAGE_ID_SIZE], path[PAGE_ID_SIZE];
    below_t below;
    const page_naming_t *naming = &self->gateway->site.naming;
    if (page_new_file(naming, plan->to, file) != OK)
        return web_refuse(self, INVALID, "This is not a possible name of a page.");
    code_t code = find_page(self, plan);
    if (code == OK)
        code = below_read(self, plan->folder, plan->commit, &below);
    if (code != OK)
        return code;
    plan->changes = arena_alloc(self->arena, LIMIT_CHANGES * sizeof *plan->changes);
    page_folder(file, folder);
    plan->to_page = arena_copy(self->arena, folder, strlen(folder));
    if (*plan->file)
        add_move(self, plan, plan->file, file, *plan->base? plan->base: plan->commit);
    for (size_t i = 0; i < below.count; i++) {
        int size = snprintf(path, sizeof path, "%s%s", folder, below.files[i] + strlen(plan->folder));
        if (size > LIMIT_PATH_BYTES)
            return web_refuse(self, INVALID, "With this name, the path of a file below the page would be too long.");
        add_move(self, plan, below.files[i], path, plan->commit);
    }
    return OK;
}

// ---- whose links change ------------------------------------------------------------------------------------------
// Where the file is after the moves, which come first in a commit.
static const char *
moved_file(const rename_t *plan, const char *file)
{
    for (size_t i = 0; i < plan->moves; i++)
        if (strcmp(plan->changes[i].path, file) == 0)
            return plan->changes[i].to;
    return file;
}

static code_t
add_text(web_t *self, rename_t *plan, const char *file, const zframe_t *text, int64_t links)
{
    const char *there = moved_file(plan, file);
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
look_through(web_t *self, rename_t *plan, const store_entry_t *row, zframe_t **text)
{
    page_move_t move = { .from = plan->page, .to = plan->to };
    render_rewrite_req_t rewrite = { .page = row->page, .style = self->gateway->site.style, .moves = &move,
                                     .moves_count = 1 };
    render_rewrite_rep_t found = { 0 };
    msg_t *answer = flow_ask(self->gateway->flow, "render", &call_render_rewrite, &rewrite, text);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_render_rewrite, &found);
    plan->missed += found.missed;
    zframe_t *blob = found.count > 0? msg_blob(answer, 0): NULL;
    if (blob)
        code = add_text(self, plan, row->file, blob, found.count);
    msg_destroy(&answer);
    return code == UNSUPPORTED || (code == TOO_LARGE && !blob)? OK: code;      // no page for people has links
}

// Answers are given back at once: there may be thousands.
static code_t
read_and_look(web_t *self, rename_t *plan, const store_entry_t *row)
{
    store_read_req_t read = { .caller = self->caller, .path = row->file, .exact = true, .commit = plan->commit };
    msg_t *answer = flow_ask(self->gateway->flow, "store", &call_store_read, &read, NULL);
    code_t code = msg_code(answer);
    zframe_t *text = code == OK? msg_take_blob(answer): NULL;
    msg_destroy(&answer);
    return text? look_through(self, plan, row, &text): code;
}

static code_t
look_at_rows(web_t *self, rename_t *plan, const store_list_rep_t *list, int64_t until)
{
    code_t code = OK;
    for (size_t i = 0; code == OK && i < list->rows_count; i++) {
        plan->partial = msg_steady_ms() > until;
        if (plan->partial)
            return OK;
        code = read_and_look(self, plan, &list->rows[i]);
    }
    return code;
}

code_t
rename_plan_links(web_t *self, rename_t *plan)
{
    char *cursor = arena_alloc(self->arena, PAGE_ID_SIZE);
    store_list_req_t list = { .caller = self->caller, .commit = plan->commit, .cursor = cursor };
    int64_t now = msg_steady_ms(), until = now + (flow_until(self->gateway->flow) - now) / 2;
    code_t code = OK;
    *cursor = 0;
    do {
        store_list_rep_t found = { 0 };
        msg_t *answer = flow_ask(self->gateway->flow, "store", &call_store_list, &list, NULL);
        code = msg_code(answer);
        if (code == OK)
            code = msg_read_rep(answer, &call_store_list, &found);
        if (code == OK)
            code = look_at_rows(self, plan, &found, until);
        snprintf(cursor, PAGE_ID_SIZE, "%s", found.cursor? found.cursor: "");
        msg_destroy(&answer);
    } while (code == OK && *cursor && !plan->partial);
    return code;
}

void
rename_clear(rename_t *plan)
{
    output_clear(&plan->texts);
}
