// The operations of a batch, judged one by one, and what they come to together
#include <string.h>

#include "api_batch.h"
#include "api_edit.h"
#include "api_write.h"

enum { REVISION_MIN = 7 };

code_t
batch_fault(batch_item_t *item, int status, const char *error)
{
    item->status = status;
    item->error = error;
    return OK;
}

static const char *
field(const batch_item_t *item, const char *name)
{
    const char *text = json_string_value(json_object_get(item->input, name));
    return text? text: "";
}

// What was given is a state of the page that is over, or too short for one. True: the item says so.
static bool
is_stale(batch_item_t *item)
{
    const char *revision = field(item, "revision");
    if (*revision && strlen(revision) < REVISION_MIN)
        return batch_fault(item, 422, "revision must be at least 7 characters") == OK;
    if (!*revision || api_is_revision(&item->page, revision))
        return false;
    item->mismatch = true;
    return batch_fault(item, 409, "Revision mismatch: page has been modified since last read.") == OK;
}

static code_t
fault_missing(web_t *self, batch_item_t *item)
{
    return batch_fault(item, 404, arena_printf(self->arena, "Page not found: %s", item->path));
}

static code_t
judge_put(web_t *self, batch_item_t *item)
{
    const json_t *content = json_object_get(item->input, "content");
    if (!json_is_string(content))
        return batch_fault(item, 422, "Request body must include 'content' field");
    item->text = (side_t){ json_string_value(content), json_string_length(content) };
    if (item->text.size > LIMIT_PAGE_BYTES)
        return batch_fault(item, 413, "Page too large (max 4MB)");
    if (item->page.impossible)
        return batch_fault(item, 422, arena_printf(self->arena, "Invalid page path: %s", item->page.why));
    item->status = item->page.found? 200: 201;
    if (item->page.found && !*field(item, "revision"))
        return batch_fault(item, 409, "Revision required when updating an existing page. Read the page first to get "
                                      "the current revision.");
    if (item->page.found)
        (void)is_stale(item);
    return OK;
}

static code_t
judge_edit(web_t *self, batch_item_t *item)
{
    const json_t *old = json_object_get(item->input, "old_string"), *young = json_object_get(item->input, "new_string");
    side_t text, from = { json_string_value(old), json_string_length(old) };
    side_t to = { json_string_value(young), json_string_length(young) };
    if (!from.text || !to.text || !*field(item, "revision"))
        return batch_fault(item, 422, arena_printf(self->arena, "Missing required field: %s",
                                                   !*field(item, "revision")? "revision":
                                                   !from.text? "old_string": "new_string"));
    if (from.size == 0)
        return batch_fault(item, 422, "old_string must not be empty");
    if (!item->page.found)
        return fault_missing(self, item);
    if (is_stale(item))
        return OK;
    if (!write_text(self, item->page.file, item->page.commit, &text, NULL))
        return msg_code(self->answer);
    size_t count = api_replace(self->arena, &text, &from, &to, &item->text);
    item->status = 200;
    if (count == 0)
        return batch_fault(item, 422, "old_string not found in page content");
    if (count > 1)
        return batch_fault(item, 422, arena_printf(self->arena, "old_string is ambiguous: found %zu occurrences. "
                                                   "Provide a longer unique string.", count));
    const char *copy = arena_copy(self->arena, item->text.text, item->text.size);
    item->text.text = copy;
    return item->text.size > LIMIT_PAGE_BYTES? batch_fault(item, 413, "Page too large (max 4MB)"): OK;
}

static code_t
judge_delete(web_t *self, batch_item_t *item)
{
    if (!item->page.found)
        return fault_missing(self, item);
    item->status = 200;
    (void)is_stale(item);
    return OK;
}

// The changes of a plan live in its own messages no longer than the judging, so what is needed of them is kept.
static void
keep_plan(web_t *self, rename_t *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        store_change_t *change = &plan->changes[i];
        change->path = arena_copy(self->arena, change->path, strlen(change->path));
        change->base = change->base? arena_copy(self->arena, change->base, strlen(change->base)): NULL;
    }
}

static code_t
plan_rename(web_t *self, batch_item_t *item)
{
    char *id = arena_alloc(self->arena, PAGE_ID_SIZE);
    rename_t *plan = arena_alloc(self->arena, sizeof *plan);
    *plan = (rename_t){ .page = id, .base = "", .alone = true, .to = api_display(self, item->target.file) };
    item->plan = plan;
    code_t code = page_id_of_file(&self->gateway->site.naming, item->page.file, id);
    if (code == OK)
        code = rename_plan(self, plan);
    if (code == OK)
        code = rename_plan_links(self, plan);
    if (code == OK && plan->partial)
        code = web_refuse(self, BUSY, "Not all links can be looked at at the moment. Try again shortly.");
    if (code == OK)
        keep_plan(self, plan);
    item->status = 200;
    return code;
}

static code_t
judge_rename(web_t *self, batch_item_t *item)
{
    const char *to = field(item, "new_path");
    if (!item->page.found)
        return fault_missing(self, item);
    if (!*to)
        return batch_fault(item, 422, "new_path must not be empty");
    code_t code = api_find(self, to, &item->target);
    if (code != OK)
        return code;
    if (item->target.impossible)
        return batch_fault(item, 422, arena_printf(self->arena, "Invalid page path: %s", item->target.why));
    if (item->target.found && strcmp(item->target.file, item->page.file) == 0)
        return batch_fault(item, 422, "new_path is the same as the current path");
    if (item->target.found)
        return batch_fault(item, 409, arena_printf(self->arena, "A page already exists at: %s", to));
    return is_stale(item)? OK: plan_rename(self, item);
}

// Strings of answers that will be let go.
static void
keep_page(web_t *self, api_page_t *page)
{
    const char **all[] = { &page->file, &page->display, &page->blob, &page->commit, &page->revision };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = *all[i]? arena_copy(self->arena, *all[i], strlen(*all[i])): "";
}

code_t
batch_judge(web_t *self, batch_item_t *item)
{
    static const struct { const char *action; code_t (*judge)(web_t *, batch_item_t *); } judges[] = {
        { "put", judge_put }, { "edit", judge_edit }, { "delete", judge_delete }, { "rename", judge_rename },
    };
    code_t code = api_find(self, item->path, &item->page);
    if (code == OK && item->page.found)
        code = api_revision(self, &item->page);
    if (code != OK)
        return code;
    keep_page(self, &item->page);
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
        if (strcmp(item->action, judges[i].action) == 0) {
            code = judges[i].judge(self, item);
            keep_page(self, &item->target);
            return code;
        }
    return batch_fault(item, 422, "action must be put, edit, delete or rename");
}

// ---- together ----------------------------------------------------------------------------------------------------
static bool
add_change(batch_t *batch, const store_change_t *change, const side_t *text, const char *origin)
{
    size_t at = batch->change_count;
    if (at == LIMIT_CHANGES)
        return false;
    batch->texts[at] = text? *text: (side_t){ "", 0 };
    batch->origins[at] = origin;
    batch->changes[at] = *change;
    batch->change_count++;
    return true;
}

// What the file is called after all renames.
static const char *
final_file(const batch_t *batch, const char *file)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].plan && strcmp(batch->items[i].page.file, file) == 0)
            return batch->items[i].target.file;
    return file;
}

static bool
is_deleted(const batch_t *batch, const char *file)
{
    for (size_t i = 0; i < batch->count; i++)
        if (strcmp(batch->items[i].action, "delete") == 0 && strcmp(batch->items[i].page.file, file) == 0)
            return true;
    return false;
}

// The links of a text that is to be written.
static code_t
rewrite(web_t *self, const rename_t *plan, const char *file, side_t *text)
{
    char page[PAGE_ID_SIZE];
    page_move_t move = { .from = plan->page, .to = plan->to, .alone = true, .as_is = true };
    render_rewrite_req_t request = { .page = page, .style = self->gateway->site.style, .moves = &move,
                                     .moves_count = 1 };
    render_rewrite_rep_t found = { 0 };
    if (page_id_of_file(&self->gateway->site.naming, file, page) != OK)
        return OK;
    size_t kept = self->kept_count;
    zframe_t *blob = zframe_new(text->text, text->size);
    code_t code = web_ask(self, &call_render_rewrite, &request, &blob, &found);
    if (code == OK && found.count > 0) {
        const char *bytes = web_blob(self, 0, &text->size);
        text->text = arena_copy(self->arena, bytes, text->size);
    }
    if (code == OK)
        web_let_go(self, kept);
    return code == UNSUPPORTED? OK: code;
}

static bool
is_text(const batch_t *batch, size_t at)
{
    return strcmp(batch->changes[at].action, "put") == 0;
}

static bool
is_written(const batch_t *batch, const char *file)
{
    for (size_t i = 0; i < batch->change_count; i++)
        if (is_text(batch, i) && strcmp(batch->changes[i].path, file) == 0)
            return true;
    return false;
}

// What is written anyway gets the links of this rename; then come the pages that nobody else has written.
static bool
add_links(web_t *self, batch_t *batch, const rename_t *plan, code_t *code)
{
    for (size_t i = 0; *code == OK && i < batch->change_count; i++)
        if (is_text(batch, i))
            *code = rewrite(self, plan, batch->origins[i], &batch->texts[i]);
    for (size_t i = plan->moves; *code == OK && i < plan->count; i++) {
        const char *before = plan->changes[i].path;
        store_change_t put = plan->changes[i];
        side_t text = { plan->texts.bytes + put.offset, (size_t)put.size };
        put.path = final_file(batch, before);
        if (!is_deleted(batch, before) && !is_written(batch, put.path) && !add_change(batch, &put, &text, before))
            return false;
    }
    return *code == OK;
}

// Moves come first: what is written afterwards has the names of then.
bool
batch_combine(web_t *self, batch_t *batch, code_t *code)
{
    bool fits = true;
    for (size_t i = 0; fits && i < batch->count; i++)
        for (size_t j = 0; fits && batch->items[i].plan && j < batch->items[i].plan->moves; j++)
            fits = add_change(batch, &batch->items[i].plan->changes[j], NULL, "");
    for (size_t i = 0; fits && i < batch->count; i++) {
        const batch_item_t *item = &batch->items[i];
        bool gone = strcmp(item->action, "delete") == 0;
        store_change_t change = { .action = gone? "delete": "put", .path = item->page.file, .exact = true };
        change.base = item->page.found? item->page.commit: "";
        if (!item->plan)
            fits = add_change(batch, &change, gone? NULL: &item->text, item->page.file);
    }
    for (size_t i = 0; fits && *code == OK && i < batch->count; i++)
        if (batch->items[i].plan)
            fits = add_links(self, batch, batch->items[i].plan, code);
    if (!fits && *code == OK)
        batch_fault(&batch->items[0], 413, "There is more to change than one commit can hold");
    return fits && *code == OK;
}
