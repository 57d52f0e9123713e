// Handlers of the store actor: writes, which wait for the flush and go out together
#include "actor_internal.h"
#include "../core/log.h"
#include "../core/banned.h"

enum { GROUP_BYTES = 8 << 20 };                 // of writes that go into one pack, unless one is larger alone

// ---- commit -----------------------------------------------------------------------------------------------------

// A page may be written with the right to write, a file beside the pages with the right to upload.
static bool
may_change(const state_t *self, const caller_t *caller, const char *path, bool exact)
{
    char file[PAGE_ID_SIZE];
    if (exact)
        (void)snprintf(file, sizeof file, "%s", path);
    else if (store_resolve(self->store, path, file) == INVALID)
        return true;                            // the store will say what is wrong with it
    return actor_allows(self, caller, file, page_is_page_file(file)? RIGHT_WRITE: RIGHT_UPLOAD);
}

static code_t
check_right(const state_t *self, call_t *call, const store_commit_req_t *req, const store_change_t *change)
{
    bool moves = strcmp(change->action, "move") == 0;
    if (!may_change(self, &req->caller, change->path, change->exact))
        return call_fail(call, FORBIDDEN, "you may not change %.300s", change->path);
    if (moves && !may_change(self, &req->caller, change->to, change->exact))
        return call_fail(call, FORBIDDEN, "you may not write %.300s", change->to);
    return OK;
}

// Finds a change's content in blob 0.
static code_t
take_content(call_t *call, const store_change_t *change, store_action_t *action)
{
    size_t size = call->blob? zframe_size(call->blob): 0;
    if (strcmp(change->action, "put") != 0)
        return OK;
    if (change->offset < 0 || change->size < 0 || (size_t)change->offset > size ||
        (size_t)change->size > size - (size_t)change->offset)
        return call_fail(call, INVALID, "%.300s: its content lies outside blob 0", change->path);
    action->text = call->blob? (const char *)zframe_data(call->blob) + change->offset: "";
    action->size = (size_t)change->size;
    return OK;
}

static code_t
take_changes(const state_t *self, call_t *call, const store_commit_req_t *req, store_action_t *actions)
{
    code_t code = OK;
    for (size_t i = 0; code == OK && i < req->changes_count; i++) {
        const store_change_t *change = &req->changes[i];
        actions[i] = (store_action_t){ .action = change->action, .path = change->path, .exact = change->exact,
                                       .base = change->base, .to = change->to };
        code = check_right(self, call, req, change);
        if (code == OK)
            code = take_content(call, change, &actions[i]);
    }
    return code;
}

static pending_t *
new_pending(state_t *self, call_t *call, const caller_t *caller)
{
    pending_t *pending = &self->pending[self->pending_count];
    memset(pending, 0, sizeof *pending);
    pending->call = call;
    pending->write = (store_write_t){ .name = caller->name, .email = caller->email, .client = caller->client,
                                      .deadline = call->head->deadline };
    return pending;
}

code_t
actor_on_commit(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const store_commit_req_t *req = request;
    (void)reply;
    if (req->changes_count == 0)
        return call_fail(call, INVALID, "a commit needs at least one change");
    if (self->pending_count == LIMIT_BATCH)
        return call_fail(call, BUSY, "too many writes wait");
    store_action_t *actions = arena_alloc(call->arena, req->changes_count * sizeof *actions);
    code_t code = take_changes(self, call, req, actions);
    if (code != OK)
        return code;
    pending_t *pending = new_pending(self, call, &req->caller);
    pending->write.message = req->message;
    pending->write.request_id = req->request_id;
    pending->write.no_merge = req->no_merge;
    pending->write.changes = actions;
    pending->write.count = req->changes_count;
    self->pending_count++;
    return LATER;
}

// ---- revert -----------------------------------------------------------------------------------------------------

static const char *
revert_message(call_t *call, const store_revert_req_t *req, const store_revert_t *revert)
{
    if (*req->message)
        return req->message;
    if (*req->path)
        return arena_printf(call->arena, "Bring back %.300s as of %.8s", req->path, req->commit);
    return arena_printf(call->arena, "Revert \"%s\"\n\nThis undoes commit %s.", revert->subject, req->commit);
}

// Four sides, as the contract promises; a revert that cannot be done has none to show.
static void
add_sides(call_t *call, const store_written_t *result)
{
    actor_add_blob(call, result->base, result->base_size);
    actor_add_blob(call, result->ours, result->ours_size);
    actor_add_blob(call, result->theirs, result->theirs_size);
    actor_add_blob(call, result->merge, result->merge_size);
}

static code_t
fail_revert(const state_t *self, call_t *call, code_t code)
{
    store_oid_t head = { "" };
    actor_fail(self, call, code);
    if (code != CONFLICT)
        return code;
    add_sides(call, &(store_written_t){ .code = CONFLICT });
    if (store_head(self->store, &head) == OK)
        call->error.commit = actor_copy(call, head.hex);
    return code;
}

static code_t
check_revert(const state_t *self, call_t *call, const caller_t *caller, const store_revert_t *revert)
{
    for (size_t i = 0; i < revert->count; i++)
        if (!may_change(self, caller, revert->changes[i].path, true))
            return call_fail(call, FORBIDDEN, "you may not change all that this commit changed");
    return OK;
}

code_t
actor_on_revert(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const store_revert_req_t *req = request;
    store_revert_rep_t *rep = reply;
    if (self->pending_count == LIMIT_BATCH)
        return call_fail(call, BUSY, "too many writes wait");
    pending_t *pending = new_pending(self, call, &req->caller);
    store_revert_t *revert = &pending->revert;
    code_t code = store_revert(self->store, req->commit, req->path, revert);
    if (code != OK)
        return fail_revert(self, call, code);
    rep->commit = actor_copy(call, revert->base.hex);
    rep->unchanged = revert->count == 0;
    code = check_revert(self, call, &req->caller, revert);
    if (code != OK || rep->unchanged) {
        store_revert_clear(revert);
        return code;
    }
    pending->reverts = true;
    pending->write.message = revert_message(call, req, revert);
    pending->write.request_id = req->request_id;
    pending->write.changes = revert->changes;
    pending->write.count = revert->count;
    self->pending_count++;
    return LATER;
}

// ---- flush ------------------------------------------------------------------------------------------------------

static void
answer_error(call_t *call, const store_written_t *result)
{
    call_fail(call, result->code, "%s", result->why);
    if (result->code != CONFLICT)
        return;
    call->error.commit = actor_copy(call, result->commit.hex);
    call->error.path = actor_copy(call, result->conflict_file);
    add_sides(call, result);
}

static void
answer_commit(call_t *call, const store_written_t *result)
{
    store_commit_rep_t *rep = call->reply;
    rep->commit = actor_copy(call, result->commit.hex);
    rep->unchanged = result->unchanged;
    rep->merged = result->merged;
    rep->repeated = result->repeated;
    rep->other = result->other;
    rep->files = arena_alloc(call->arena, result->file_count * sizeof *rep->files + 1);
    rep->files_count = result->file_count;
    for (size_t i = 0; i < result->file_count; i++)
        rep->files[i] = actor_copy(call, result->files[i]);
}

static void
answer(pending_t *pending, const store_written_t *result)
{
    call_t *call = pending->call;
    call->code = result->code;
    if (result->code != OK) {
        answer_error(call, result);
    } else if (pending->reverts) {
        store_revert_rep_t *rep = call->reply;
        rep->commit = actor_copy(call, result->commit.hex);
        rep->unchanged = result->unchanged;
    } else {
        answer_commit(call, result);
    }
    store_revert_clear(&pending->revert);
}

// Somebody is editing in the work tree: what he changed was left as it is.
static void
report_left(state_t *self)
{
    char path[PAGE_ID_SIZE], shown[256];
    size_t left = store_left(self->store, path);
    if (left > 0)
        log_warning("store.left", "files=%zu first=%s why=\"changed in the work tree\"", left,
                    log_value(path, shown, sizeof shown));
}

static size_t
bytes_of(const store_write_t *write)
{
    size_t bytes = 0;
    for (size_t i = 0; i < write->count; i++)
        bytes += write->changes[i].size;
    return bytes;
}

// One pack is made of a group in memory: large files do not wait for each other there.
static size_t
end_of_group(const store_write_t *writes, size_t first, size_t count)
{
    size_t end = first + 1, bytes = bytes_of(&writes[first]);
    while (end < count && (bytes += bytes_of(&writes[end])) <= GROUP_BYTES)
        end++;
    return end;
}

void
actor_flush(void *state)
{
    state_t *self = state;
    store_write_t writes[LIMIT_BATCH];
    store_oid_t head;
    size_t count = self->pending_count;
    bool moved = false;
    if (count == 0)
        return;
    store_written_t *results = calloc(count, sizeof *results);
    if (!results)
        abort();
    for (size_t i = 0; i < count; i++)
        writes[i] = self->pending[i].write;
    for (size_t done = 0, next; done < count; done = next) {
        next = end_of_group(writes, done, count);
        store_write(self->store, writes + done, next - done, results + done);
    }
    self->wrote = true;
    for (size_t i = 0; i < count; i++) {
        moved = moved || (results[i].code == OK && !results[i].unchanged && !results[i].repeated);
        answer(&self->pending[i], &results[i]);
        store_written_clear(&results[i]);
    }
    free(results);
    self->pending_count = 0;
    report_left(self);
    if (moved && store_head(self->store, &head) == OK)
        actor_publish(&event_store_moved, &(store_moved_evt_t){ .commit = head.hex });
}
