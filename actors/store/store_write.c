// store_write - a group of writes: judged, committed, and made visible by one move of the ref
#include <stdlib.h>
#include <string.h>
#include "store_file.h"
#include "store_journal.h"
#include "store_writer.h"

static void
read_log_policy(store_t *store, store_writer_t *writer)
{
    git_config *config = NULL;
    const char *value = NULL;
    int on = store->work_tree != NULL;
    if (git_repository_config_snapshot(&config, store->repo) == 0 &&
        git_config_get_string(&value, config, "core.logallrefupdates") == 0) {
        writer->log_all = value && strcasecmp(value, "always") == 0;
        if (!writer->log_all && git_config_parse_bool(&on, value) < 0)
            on = store->work_tree != NULL;
    }
    writer->log_refs = on || writer->log_all;
    git_config_free(config);
}

store_writer_t *
store_writer_get(store_t *store)
{
    if (store->writer)
        return store->writer;
    store_writer_t *writer = calloc(1, sizeof *writer);
    if (writer)
        writer->requests = store_requests_new();
    if (!writer || !writer->requests) {
        free(writer);
        return NULL;
    }
    writer->ordered = store_journal_keeps_order(store->common_dir);
    read_log_policy(store, writer);
    return store->writer = writer;
}

void
store_writer_free(store_writer_t **self)
{
    if (!*self)
        return;
    store_requests_free(&(*self)->requests);
    free((*self)->index.offsets);
    free((*self)->index.sums);
    free(*self);
    *self = NULL;
}

void
store_written_clear(store_written_t *result)
{
    for (size_t i = 0; i < result->file_count; i++)
        free(result->files[i]);
    free(result->files);
    free(result->base);
    free(result->ours);
    free(result->theirs);
    free(result->merge);
    *result = (store_written_t) { .code = result->code };
}

// The writes that were to become commits, or hung on one that was, share the failure.
static void
fail_all(store_group_t *group, code_t code)
{
    char why[sizeof group->store->error];
    memcpy(why, group->store->error, sizeof why);
    for (size_t i = 0; i < group->count; i++) {
        store_written_t *result = &group->results[i];
        if (result->code != OK && result->code != CONFLICT)
            continue;
        store_written_clear(result);
        result->code = code;
        snprintf(result->why, sizeof result->why, "%s", why);
    }
}

static int64_t
latest_deadline(const store_write_t *writes, size_t count)
{
    int64_t now = store_now(), latest = now;
    for (size_t i = 0; i < count; i++) {
        int64_t deadline = writes[i].deadline? writes[i].deadline: now + LIMIT_DEADLINE_MS;
        latest = deadline > latest? deadline: latest;
    }
    return latest < now + LIMIT_DEADLINE_CAP_MS? latest: now + LIMIT_DEADLINE_CAP_MS;
}

static void
remember(store_group_t *group)
{
    store_requests_t *requests = group->writer->requests;
    for (size_t i = 0; i < group->count; i++) {
        const store_written_t *result = &group->results[i];
        git_oid oid;
        if (group->steps[i].keyed && result->code == OK && !result->repeated &&
            git_oid_fromstr(&oid, result->commit.hex) == 0)
            store_requests_add(requests, &group->steps[i].key, &oid, result->unchanged);
    }
    if (group->has_head)
        store_requests_moved(requests, &group->head);
}

// The lock is held: the head cannot move any more. If it has moved, the writes are judged again.
static code_t
commit_locked(store_group_t *group, store_ref_lock_t *lock)
{
    static const git_oid nothing;
    store_t *store = group->store;
    bool same = lock->ref.exists == store->has_head &&
                (!store->has_head || git_oid_equal(&lock->ref.oid, &store->head));
    if (!same) {
        code_t code = store_refresh(store);
        if (code != OK)
            return code;
        store_group_forget(group);
        store_requests_follow(group->writer->requests, store);
        store_group_apply(group);
        if (!store_group_made(group))
            return OK;
    }
    store_worktree_note(group, lock->ref.exists? &lock->ref.oid: &nothing);
    code_t code = store_group_publish(group, lock);
    if (code != OK)
        return code;
    store_recent_add(store->recent, &group->objects);
    store_reflog(group, lock->ref.name);
    store_worktree_update(group);
    return OK;
}

static code_t
commit_group(store_group_t *group)
{
    store_ref_lock_t lock = { .fd = -1 };
    code_t code = OK;
    store_group_apply(group);
    if (store_group_made(group)) {
        store_worktree_begin(group);
        code = store_ref_lock(group->store, latest_deadline(group->writes, group->count), &lock);
        if (code == OK)
            code = commit_locked(group, &lock);
        store_ref_unlock(&lock);
        store_worktree_end(group);
    }
    if (code != OK)
        return code;
    remember(group);
    (void)store_refresh(group->store);          // if it fails, the next reader says so; these writes are done
    return OK;
}

void
store_write(store_t *self, const store_write_t *writes, size_t count, store_written_t *results)
{
    store_group_t group = { .store = self, .writes = writes, .results = results, .count = count };
    group.steps = calloc(count + 1, sizeof *group.steps);
    for (size_t i = 0; i < count; i++)
        results[i] = (store_written_t) { .code = OK };
    group.writer = store_writer_get(self);
    code_t code = self->writable? OK: store_fail(self, READ_ONLY, "the repository is served read-only");
    if (code == OK && (!group.steps || !group.writer))
        code = store_fail(self, INTERNAL, "no memory");
    if (code == OK)
        code = store_refresh(self);
    if (code == OK) {
        store_requests_follow(group.writer->requests, self);
        code = commit_group(&group);
    }
    if (code != OK)
        fail_all(&group, code);
    // The answers are the caller's; only the group's own memory goes.
    group.count = 0;
    store_group_forget(&group);
    free(group.steps);
}
