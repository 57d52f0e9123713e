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
    if (code == NOT_FOUND && !plan->alone)
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
    below_t below = { .count = 0 };
    const page_naming_t *naming = &self->gateway->site.naming;
    if (page_new_file(naming, plan->to, file) != OK)
        return web_refuse(self, INVALID, "This is not a possible name of a page.");
    code_t code = find_page(self, plan);
    if (code == OK && !plan->alone)
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

