// What differs between two commits: what everybody follows
#include "store_internal.h"
#include "store_tree_walk.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_BYTES = LIMIT_BODY_BYTES / 4 * 3, ROW_BYTES = 128 };

typedef struct {
    store_changes_t *changes;
    const char *cursor;
    size_t bytes;
    bool more;
} collector_t;

static int
on_difference(void *context, const store_difference_t *difference)
{
    collector_t *self = context;
    store_changes_t *changes = self->changes;
    if (strcmp(difference->path, self->cursor) <= 0)
        return 0;
    self->more = changes->count == LIMIT_ROWS || self->bytes > ROWS_BYTES;
    if (self->more)
        return GIT_EUSER;
    store_changed_file_t *row = &changes->rows[changes->count];
    memset(row, 0, sizeof *row);
    row->file = strdup(difference->path);
    if (!row->file)
        return GIT_ERROR;
    changes->count++;
    if (difference->before)
        git_oid_tostr(row->before.hex, sizeof row->before.hex, difference->before);
    if (difference->after)
        git_oid_tostr(row->after.hex, sizeof row->after.hex, difference->after);
    self->bytes += ROW_BYTES + strlen(row->file);
    return 0;
}

static code_t
collect(store_t *self, const git_tree *before, const git_tree *after, const char *cursor, store_changes_t *changes)
{
    collector_t collector = { .changes = changes, .cursor = cursor? cursor: "" };
    changes->rows = calloc(LIMIT_ROWS, sizeof *changes->rows);
    if (!changes->rows)
        return store_fail(self, INTERNAL, "out of memory");
    int error = store_tree_compare_trees(self, before, after, on_difference, &collector);
    if (error < 0 && !collector.more)
        return store_fail_git(self, error, "two commits cannot be compared") == NO_SPACE? NO_SPACE: INTERNAL;
    if (!collector.more)
        return OK;
    changes->cursor = strdup(changes->rows[changes->count - 1].file);
    return changes->cursor? OK: store_fail(self, INTERNAL, "out of memory");
}

static bool
is_ancestor(store_t *self, const git_commit *since, const git_commit *until)
{
    const git_oid *old = git_commit_id(since);
    const git_oid *young = git_commit_id(until);
    if (git_oid_equal(old, young))
        return true;
    for (unsigned i = 0; i < git_commit_parentcount(until); i++)    // the usual case: one commit further
        if (git_oid_equal(git_commit_parent_id(until, i), old))
            return true;
    return git_graph_descendant_of(self->repo, young, old) == 1;
}

code_t
store_changes(store_t *self, const char *since, const char *until, const char *cursor, store_changes_t *changes)
{
    git_commit *old = NULL, *young = NULL;
    git_tree *before = NULL, *after = NULL;
    bool from_start = !since || !*since;
    memset(changes, 0, sizeof *changes);
    code_t code = store_refresh(self);
    if (code == OK && from_start && !self->has_head && (!until || !*until))
        return OK;                              // nothing yet, and nothing known
    if (code == OK)
        code = store_commit_lookup(self, until, &young);
    if (code == OK && !from_start)
        code = store_commit_lookup(self, since, &old);
    if (code != OK)
        goto done;
    git_oid_tostr(changes->commit.hex, sizeof changes->commit.hex, git_commit_id(young));
    changes->rewritten = old && !is_ancestor(self, old, young);
    int error = git_commit_tree(&after, young);
    if (error == 0 && old)
        error = git_commit_tree(&before, old);
    code = error < 0? store_fail_git(self, error, "a commit cannot be read"):
                      collect(self, before, after, cursor, changes);
done:
    git_tree_free(before);
    git_tree_free(after);
    git_commit_free(old);
    git_commit_free(young);
    if (code != OK)
        store_changes_clear(changes);
    return code;
}

void
store_changes_clear(store_changes_t *changes)
{
    for (size_t i = 0; i < changes->count; i++)
        free(changes->rows[i].file);
    free(changes->rows);
    free(changes->cursor);
    memset(changes, 0, sizeof *changes);
}
