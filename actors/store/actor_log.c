// Handlers of the store actor: what an index is built from
//
// Both answer only who may read everything: rows and contents are not looked at one by one.
#include "actor_internal.h"
#include "../core/banned.h"

static bool
reads_everything(const caller_t *caller)
{
    const rule_t *rule = caller->rules_count > 0? &caller->rules[0]: NULL;
    return rule && strcmp(rule->glob, "**") == 0 && (rule->rights & RIGHT_READ);
}

static code_t
refuse(call_t *call)
{
    return call_fail(call, FORBIDDEN, "this needs the right to read everything");
}

static store_log_file_t *
log_files(call_t *call, const store_logged_t *row)
{
    store_log_file_t *files = arena_alloc(call->arena, row->file_count * sizeof *files + 1);
    for (size_t i = 0; i < row->file_count; i++) {
        const store_logged_file_t *file = &row->files[i];
        files[i] = (store_log_file_t){ .file = actor_copy(call, file->file),
                                       .change = file->change,
                                       .from = actor_copy(call, file->from),
                                       .blob = actor_copy(call, file->blob.hex) };
    }
    return files;
}

static store_log_row_t
log_row(call_t *call, const store_logged_t *row)
{
    const store_commit_info_t *info = &row->info;
    return (store_log_row_t){ .commit = actor_copy(call, info->commit.hex),
                              .parent = actor_copy(call, info->parent.hex),
                              .author = actor_copy(call, info->author),
                              .email = actor_copy(call, info->email),
                              .when = info->when,
                              .zone = info->zone,
                              .message = actor_copy(call, info->message),
                              .files = log_files(call, row),
                              .files_count = row->file_count,
                              .file_count = (int64_t)row->files_total,
                              .more = row->more };
}

code_t
actor_on_log(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_log_req_t *req = request;
    store_log_rep_t *rep = reply;
    store_log_options_t options = { .since = req->since, .until = req->until, .cursor = req->cursor,
                                    .limit = req->limit > 0? (size_t)req->limit: 0,
                                    .deadline = call->head->deadline };
    store_log_t log;
    if (!reads_everything(&req->caller))
        return refuse(call);
    code_t code = store_log(self->store, &options, &log);
    if (code != OK)
        return actor_fail(self, call, code);
    rep->commit = actor_copy(call, log.commit.hex);
    rep->cursor = actor_copy(call, log.cursor);
    rep->rewritten = log.rewritten;
    rep->total = (int64_t)log.total;
    rep->rows = arena_alloc(call->arena, log.count * sizeof *rep->rows + 1);
    rep->rows_count = log.count;
    for (size_t i = 0; i < log.count; i++)
        rep->rows[i] = log_row(call, &log.rows[i]);
    store_log_clear(&log);
    return OK;
}

code_t
actor_on_texts(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_texts_req_t *req = request;
    store_texts_rep_t *rep = reply;
    store_text_of_t texts[LIMIT_BLOB_FRAMES];
    char kinds[LIMIT_BLOB_FRAMES + 1] = "";
    if (!reads_everything(&req->caller))
        return refuse(call);
    code_t code = store_texts(self->store, req->blobs, req->blobs_count, call->head->deadline, texts);
    if (code != OK)
        return actor_fail(self, call, code);
    for (size_t i = 0; i < req->blobs_count; i++) {
        kinds[i] = texts[i].kind;
        actor_add_blob(call, texts[i].text, texts[i].size);
    }
    rep->kinds = actor_copy(call, kinds);
    store_texts_clear(texts, req->blobs_count);
    return OK;
}
