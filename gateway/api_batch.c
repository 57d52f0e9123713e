#include "api_batch.h"

#include <string.h>

#include "api_rows.h"

// ---- the operations ----------------------------------------------------------------------------------------------
static bool
is_field(const json_t *value)
{
    return !value || json_is_null(value) || json_is_string(value);
}

// What is wrong with the shape of an operation; NULL: nothing.
static const char *
fault_of_shape(const json_t *input)
{
    static const char *const names[] = { "action", "path", "content", "old_string", "new_string", "new_path",
                                         "revision" };
    if (!json_is_object(input))
        return "An operation must be an object";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!is_field(json_object_get(input, names[i])))
            return "The fields of an operation must be strings";
    if (!json_is_string(json_object_get(input, "action")) || !json_is_string(json_object_get(input, "path")))
        return "An operation must have 'action' and 'path'";
    return NULL;
}

// False: the request has been refused.
static bool
read_items(web_t *self, batch_t *batch)
{
    const json_t *list = json_object_get(api_body(self), "operations");
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count == 0) {
        api_refuse(self, 422, "Request body must include 'operations', a list of at least one");
        return false;
    }
    if (count > BATCH_MOST) {
        api_refuse_of(self, 422, "A batch has at most %d operations", BATCH_MOST);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *input = json_array_get(list, i);
        const char *fault = fault_of_shape(input);
        if (fault) {
            api_refuse_of(self, 422, "Operation %zu: %s", i, fault);
            return false;
        }
        batch->items[i] = (batch_item_t){ .input = input };
        batch->items[i].action = json_string_value(json_object_get(input, "action"));
        batch->items[i].path = json_string_value(json_object_get(input, "path"));
    }
    batch->count = count;
    return true;
}

// Two operations on one page would depend on their order.
static bool
are_apart(web_t *self, batch_t *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        for (size_t j = 0; j < batch->count; j++) {
            const batch_item_t *one = &batch->items[i], *other = &batch->items[j];
            const char *to = other->target.file? other->target.file: "";
            bool same = i < j && strcmp(one->page.file, other->page.file) == 0;
            bool taken = i != j && *to && (strcmp(one->page.file, to) == 0 ||
                                           (i < j && one->target.file && strcmp(one->target.file, to) == 0));
            if (same || taken) {
                size_t last = i > j? i: j, first = i > j? j: i;
                batch_fault(&batch->items[last], 422,
                            arena_printf(self->arena, "The page is that of operation %zu, too", first));
                return false;
            }
        }
    return true;
}

// ---- answers -----------------------------------------------------------------------------------------------------
static json_t *
result_of(web_t *self, const batch_item_t *item, bool failed)
{
    json_t *json = json_object();
    const char *display = item->page.display && *item->page.display? item->page.display: item->path;
    int status = item->error || !failed? item->status: 424;
    json_object_set_new(json, "action", api_text(item->action));
    json_object_set_new(json, "path", api_text(display));
    json_object_set_new(json, "status", json_integer(status));
    if (item->error)
        json_object_set_new(json, "error", api_text(item->error));
    if (item->mismatch)
        json_object_set_new(json, "current_revision", json_string(item->page.revision));
    if (item->plan && !failed) {
        json_t *pages = json_array();
        for (size_t i = item->plan->moves; i < item->plan->count; i++)
            json_array_append_new(pages, api_text(api_display(self, item->plan->changes[i].path)));
        json_object_set_new(json, "new_path", api_text(api_display(self, item->target.file)));
        json_object_set_new(json, "updated_pages", pages);
    }
    return json;
}

static json_t *
results_of(web_t *self, const batch_t *batch, bool failed)
{
    json_t *list = json_array();
    for (size_t i = 0; i < batch->count; i++)
        json_array_append_new(list, result_of(self, &batch->items[i], failed));
    return list;
}

// The first that is wrong gives the status.
static code_t
refuse_batch(web_t *self, const batch_t *batch)
{
    size_t first = 0;
    while (first + 1 < batch->count && !batch->items[first].error)
        first++;
    const batch_item_t *item = &batch->items[first];
    json_t *json = json_object();
    json_object_set_new(json, "error", api_text(arena_printf(self->arena, "Operation %zu: %s", first, item->error)));
    json_object_set_new(json, "results", results_of(self, batch, true));
    return api_answer(self, item->status, json);
}

// Somebody was faster than we: the store names the file.
static code_t
refuse_conflict(web_t *self, batch_t *batch)
{
    const failure_t *failure = msg_error(self->answer);
    const char *path = failure? failure->path: "";
    static const char changed[] = "The page has been modified meanwhile";
    batch_item_t *found = &batch->items[0];
    for (size_t i = 0; i < batch->count; i++)
        if (strcmp(batch->items[i].page.file, path) == 0)
            found = &batch->items[i];
    batch_fault(found, 409, changed);
    return refuse_batch(self, batch);
}

// ---- the batch ---------------------------------------------------------------------------------------------------
static code_t
commit_batch(web_t *self, batch_t *batch)
{
    const char *message = NULL;
    output_t texts = { 0 };
    store_commit_req_t commit = { .changes = batch->changes, .changes_count = batch->change_count, .no_merge = true };
    store_commit_rep_t done;
    code_t code = OK;
    if (!api_string(self, "commit_message", &message, NULL))
        return OK;
    for (size_t i = 0; i < batch->change_count; i++) {
        batch->changes[i].offset = (int64_t)texts.size;
        batch->changes[i].size = (int64_t)batch->texts[i].size;
        output_add(&texts, batch->texts[i].text, batch->texts[i].size);
    }
    if (texts.full) {
        output_clear(&texts);
        return api_refuse(self, 413, "The pages of this batch are too large together: make several of it.");
    }
    commit.message = api_message(self, message, arena_printf(self->arena, "Batch: %zu operations", batch->count));
    zframe_t *blob = zframe_new(texts.bytes? texts.bytes: "", texts.size);
    output_clear(&texts);
    api_wrote_t wrote = api_commit(self, &commit, &blob, &done, &code);
    if (wrote == API_FAILED && code == CONFLICT)
        return refuse_conflict(self, batch);
    if (wrote == API_FAILED || wrote == API_ANSWERED)
        return code;
    json_t *json = json_pack("{s:s, s:b, s:o}", "revision", done.commit, "unchanged", done.unchanged, "results",
                             results_of(self, batch, false));
    return api_answer(self, 200, json);
}

static code_t
run_batch(web_t *self, batch_t *batch)
{
    code_t code = OK;
    bool good = true;
    for (size_t i = 0; code == OK && i < batch->count; i++) {
        size_t kept = self->kept_count;
        code = batch_judge(self, &batch->items[i]);
        good = good && !batch->items[i].error;
        self->api->commit = NULL;               // a view of what goes
        if (code == OK)
            web_let_go(self, kept);
    }
    if (code != OK)
        return code;
    if (!good || !are_apart(self, batch) || !batch_combine(self, batch, &code))
        return code == OK? refuse_batch(self, batch): code;
    return commit_batch(self, batch);
}

// A repeat of what was carried out would be refused: its pages are as they became by it.
static bool
is_repeated(web_t *self, const batch_t *batch, code_t *code)
{
    store_commit_rep_t done;
    api_wrote_t wrote = api_repeated(self, &done, code);
    if (wrote != API_REPEATED)
        return wrote == API_ANSWERED;
    json_t *list = json_array();
    for (size_t i = 0; i < batch->count; i++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:i}", "action", api_text(batch->items[i].action), "path",
                                              api_text(batch->items[i].path), "status", 200));
    *code = api_answer(self, 200, json_pack("{s:s, s:b, s:o}", "revision", done.commit, "unchanged", 0, "results",
                                            list));
    return true;
}

code_t
api_batch(web_t *self)
{
    batch_t *batch = calloc(1, sizeof *batch);
    code_t code = OK;
    if (!batch)
        abort();
    if (api_take_key(self) && read_items(self, batch) && !is_repeated(self, batch, &code))
        code = run_batch(self, batch);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].plan)
            rename_clear(batch->items[i].plan);
    free(batch);
    return code;
}
