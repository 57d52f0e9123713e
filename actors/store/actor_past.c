// Handlers of the store actor: the past
#include "actor_internal.h"
#include "../core/banned.h"

static const char **
copy_strings(call_t *call, char *const *texts, size_t count)
{
    const char **copies = arena_alloc(call->arena, count * sizeof *copies + 1);
    for (size_t i = 0; i < count; i++)
        copies[i] = actor_copy(call, texts[i]);
    return copies;
}

static store_history_row_t
history_row(call_t *call, const store_commit_info_t *info)
{
    return (store_history_row_t){ .commit = actor_copy(call, info->commit.hex),
                                  .author = actor_copy(call, info->author),
                                  .email = actor_copy(call, info->email),
                                  .when = info->when,
                                  .zone = info->zone,
                                  .message = actor_copy(call, info->message),
                                  .change = info->change,
                                  .files = copy_strings(call, info->files, info->file_count),
                                  .files_count = info->file_count,
                                  .file_count = (int64_t)info->files_total,
                                  .parent = actor_copy(call, info->parent.hex) };
}

// May the history of this path be asked for? Of a page that is gone the file decides that it would have.
static bool
may_follow(const state_t *self, const caller_t *caller, const char *path, bool exact)
{
    char file[PAGE_ID_SIZE];
    if (!exact && store_resolve(self->store, path, file) != INVALID)
        path = file;
    return actor_allows(self, caller, path, RIGHT_READ);
}

code_t
actor_on_history(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_history_req_t *req = request;
    store_history_rep_t *rep = reply;
    reader_t reader = { self, &req->caller };
    store_history_options_t options = { .path = req->path, .exact = req->exact, .commit = req->commit,
                                        .cursor = req->cursor, .limit = req->limit > 0? (size_t)req->limit: 0,
                                        .deadline = call->head->deadline, .visible = actor_may_read,
                                        .context = &reader };
    store_history_t history;
    if (*req->path && !may_follow(self, &req->caller, req->path, req->exact))
        return actor_hide(call, req->path);
    code_t code = store_history(self->store, &options, &history);
    if (code != OK)
        return actor_fail(self, call, code);
    rep->commit = actor_copy(call, history.commit.hex);
    rep->cursor = actor_copy(call, history.cursor);
    rep->rows = arena_alloc(call->arena, history.count * sizeof *rep->rows + 1);
    rep->rows_count = history.count;
    for (size_t i = 0; i < history.count; i++)
        rep->rows[i] = history_row(call, &history.rows[i]);
    store_history_clear(&history);
    return OK;
}

static bool
may_compare(const state_t *self, const caller_t *caller, const store_diff_t *diff)
{
    return (!diff->from_file[0] || actor_allows(self, caller, diff->from_file, RIGHT_READ)) &&
           (!diff->to_file[0] || actor_allows(self, caller, diff->to_file, RIGHT_READ));
}

code_t
actor_on_diff(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_diff_req_t *req = request;
    store_diff_rep_t *rep = reply;
    store_diff_t diff;
    code_t code = store_diff(self->store, req->path, req->exact, req->from, req->to, &diff);
    if (code != OK)
        return actor_fail(self, call, code);
    if (may_compare(self, &req->caller, &diff)) {
        rep->from = actor_copy(call, diff.from.hex);
        rep->to = actor_copy(call, diff.to.hex);
        rep->from_file = actor_copy(call, diff.from_file);
        rep->to_file = actor_copy(call, diff.to_file);
        rep->added = (int64_t)diff.added;
        rep->removed = (int64_t)diff.removed;
        rep->binary = diff.binary;
        rep->cut = diff.cut;
        actor_add_blob(call, diff.text, diff.size);
    } else {
        code = actor_hide(call, req->path);
    }
    store_diff_clear(&diff);
    return code;
}

static void
answer_blame(call_t *call, const store_blame_t *blame, store_blame_rep_t *rep)
{
    rep->file = actor_copy(call, blame->content.file);
    rep->commit = actor_copy(call, blame->content.commit.hex);
    rep->partial = blame->partial;
    rep->rows = arena_alloc(call->arena, blame->count * sizeof *rep->rows + 1);
    rep->rows_count = blame->count;
    for (size_t i = 0; i < blame->count; i++) {
        const store_blamed_t *row = &blame->rows[i];
        rep->rows[i] = (store_blame_row_t){ .commit = actor_copy(call, row->commit.hex),
                                            .author = actor_copy(call, row->author),
                                            .when = row->when,
                                            .summary = actor_copy(call, row->summary),
                                            .line = (int64_t)row->line,
                                            .lines = (int64_t)row->lines };
    }
    actor_add_blob(call, blame->content.text, blame->content.size);
}

code_t
actor_on_blame(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_blame_req_t *req = request;
    store_blame_options_t options = { .path = req->path, .exact = req->exact, .commit = req->commit,
                                      .deadline = call->head->deadline, .commits = req->commits,
                                      .commit_count = req->commits_count };
    store_blame_t blame;
    if (!may_follow(self, &req->caller, req->path, req->exact))
        return actor_hide(call, req->path);
    code_t code = store_blame(self->store, &options, &blame);
    if (code != OK)
        return actor_fail(self, call, code);
    if (actor_allows(self, &req->caller, blame.content.file, RIGHT_READ))
        answer_blame(call, &blame, reply);
    else
        code = actor_hide(call, req->path);
    store_blame_clear(&blame);
    return code;
}

code_t
actor_on_changes(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_changes_req_t *req = request;
    store_changes_rep_t *rep = reply;
    store_changes_t changes;
    code_t code = store_changes(self->store, req->since, req->until, req->cursor, &changes);
    if (code != OK)
        return actor_fail(self, call, code);
    rep->commit = actor_copy(call, changes.commit.hex);
    rep->cursor = actor_copy(call, changes.cursor);
    rep->rewritten = changes.rewritten;
    rep->rows = arena_alloc(call->arena, changes.count * sizeof *rep->rows + 1);
    for (size_t i = 0; i < changes.count; i++) {
        const store_changed_file_t *row = &changes.rows[i];
        if (actor_allows(self, &req->caller, row->file, RIGHT_READ))
            rep->rows[rep->rows_count++] = (store_changed_t){ .file = actor_copy(call, row->file),
                                                              .before = actor_copy(call, row->before.hex),
                                                              .after = actor_copy(call, row->after.hex) };
    }
    store_changes_clear(&changes);
    return OK;
}
