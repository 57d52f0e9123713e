// store_worktree - after a commit: brings along what stood as the old head said, leaves alone what somebody changed
//
// A work tree is never read for its content, only compared. It is done before the write is acknowledged, so that
// whoever got the answer finds a clean `git status`; a failure here does not undo the commit, it is counted
// (store_left), and what can be done later is (store_behind.h).
#include <stdlib.h>
#include <string.h>
#include "store_catch_up.h"
#include "store_index.h"
#include "store_worktree.h"

void
store_worktree_leave(store_writer_t *writer, const char *path)
{
    if (writer->left++ == 0)
        snprintf(writer->left_path, sizeof writer->left_path, "%s", path);
}

static bool
differs(const store_file_entry_t *file)
{
    return file->old.mode != file->now.mode || (file->now.mode && !git_oid_equal(&file->old.oid, &file->now.oid));
}

// One file; false: it could not be written now, as when the disk is full.
static bool
update_file(store_group_t *group, const store_index_t *index, store_index_edit_t *edit, bool *done)
{
    store_t *store = group->store;
    const store_file_entry_t *file = edit->file;
    bool known = index->lock < 0 || store_index_is(index, file->path, &file->old);
    *done = known && store_worktree_is(store, file->path, &file->now, &edit->facts);
    if (*done)
        return true;
    if (!known || !store_worktree_is(store, file->path, &file->old, &edit->facts)) {
        store_worktree_leave(group->writer, file->path);
        return true;
    }
    *done = store_worktree_put(store, &group->objects, file->path, &file->now, &edit->facts) == 0;
    if (!*done)
        store_worktree_leave(group->writer, file->path);
    return *done;
}

// Removals come first: a file may give way to a folder.
static bool
update_files(store_group_t *group, const store_index_t *index, store_index_edit_t *edits, size_t *count)
{
    bool good = true, done;
    for (int removals = 1; removals >= 0; removals--)
        for (size_t i = 0; i < group->file_count; i++) {
            const store_file_entry_t *file = group->files[i];
            if (!differs(file) || (file->now.mode == 0) != (removals == 1))
                continue;
            edits[*count] = (store_index_edit_t) { .file = file };
            good &= update_file(group, index, &edits[*count], &done);
            *count += done;
        }
    return good;
}

// False: something could not be done now, and stays to be done.
static bool
update(store_group_t *group)
{
    store_index_t index;
    size_t count = 0;
    store_index_edit_t *edits = calloc(group->file_count + 1, sizeof *edits);
    if (!edits)
        return false;
    code_t code = store_index_open(group->store, &index);
    bool good = code == OK || code == UNSUPPORTED;
    if (code != OK)
        store_worktree_leave(group->writer, ".git/index");
    if (good)
        good = update_files(group, &index, edits, &count);
    if (index.lock >= 0 && count && store_index_write(group->store, &index, edits, count) != OK) {
        store_worktree_leave(group->writer, ".git/index");
        good = false;
    }
    store_index_close(&index);
    free(edits);
    return good;
}

void
store_worktree_begin(store_group_t *group)
{
    store_t *store = group->store;
    group->behind.fd = -1;
    if (!store->work_tree)
        return;
    group->ahead = store_behind_take(store, true, &group->behind) == BUSY;
    if (group->behind.behind)
        store_catch_up(store, &group->behind, &store->head);
}

void
store_worktree_note(store_group_t *group, const git_oid *parent)
{
    if (!group->behind.behind)
        store_behind_note(&group->behind, parent);
}

// The branch may have moved on while we were at work: by a process that did not wait for us.
static void
look_ahead(store_group_t *group)
{
    store_ref_t ref;
    if (store_ref_read(group->store, &ref) == OK && ref.exists && !git_oid_equal(&ref.oid, &group->head))
        store_behind_note(&group->behind, &group->head);
    else
        store_behind_clear(&group->behind);
}

void
store_worktree_update(store_group_t *group)
{
    store_t *store = group->store;
    static const git_oid nothing;
    const git_oid *parent = store->has_head? &store->head: &nothing;
    if (!store->work_tree)
        return;
    if (group->ahead && store_behind_take(store, true, &group->behind) == BUSY) {
        store_worktree_leave(group->writer, ".git/index");
        return;
    }
    if (group->behind.behind && !git_oid_equal(&group->behind.from, parent))
        store_catch_up(store, &group->behind, &group->head);
    else if (update(group))
        look_ahead(group);
}

void
store_worktree_end(store_group_t *group)
{
    store_behind_release(&group->behind);
}

size_t
store_left(store_t *self, char path[PAGE_ID_SIZE])
{
    store_writer_t *writer = self->writer;
    size_t left = writer? writer->left: 0;
    path[0] = 0;
    if (left)
        snprintf(path, PAGE_ID_SIZE, "%s", writer->left_path);
    if (writer)
        writer->left = 0;
    return left;
}
