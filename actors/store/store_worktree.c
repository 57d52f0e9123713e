// store_worktree - after a commit: brings along what stood as the old head said, leaves alone what somebody changed
//
// A work tree is never read for its content, only compared. It is done before the write is acknowledged, so that
// whoever got the answer finds a clean `git status`; a failure here does not undo the commit, it is counted
// (store_left).
#include <stdlib.h>
#include <string.h>
#include "store_index.h"
#include "store_worktree.h"

static void
leave(store_group_t *group, const char *path)
{
    store_writer_t *writer = group->writer;
    if (writer->left++ == 0)
        snprintf(writer->left_path, sizeof writer->left_path, "%s", path);
}

static bool
differs(const store_file_entry_t *file)
{
    return file->old.mode != file->now.mode || (file->now.mode && !git_oid_equal(&file->old.oid, &file->now.oid));
}

// Removals come first: a file may give way to a folder.
static void
update_files(store_group_t *group, const store_index_t *index, bool removals, store_index_edit_t *edits,
             size_t *count)
{
    for (size_t i = 0; i < group->file_count; i++) {
        const store_file_entry_t *file = group->files[i];
        store_index_edit_t *edit = &edits[*count];
        if (!differs(file) || (file->now.mode == 0) != removals)
            continue;
        *edit = (store_index_edit_t) { .file = file };
        bool known = index->lock < 0 || store_index_agrees(index, file);
        bool done = known && store_worktree_is(group->store, file->path, &file->now, &edit->facts);
        if (known && !done && store_worktree_is(group->store, file->path, &file->old, &edit->facts))
            done = store_worktree_put(group->store, &group->objects, file->path, &file->now, &edit->facts) == 0;
        if (done)
            ++*count;
        else
            leave(group, file->path);
    }
}

void
store_worktree_update(store_group_t *group)
{
    store_index_t index;
    size_t count = 0;
    if (!group->store->work_tree)
        return;
    store_index_edit_t *edits = calloc(group->file_count + 1, sizeof *edits);
    if (!edits)
        return;
    if (store_index_open(group->store, &index) != OK)
        leave(group, ".git/index");             // the files are brought along all the same
    update_files(group, &index, true, edits, &count);
    update_files(group, &index, false, edits, &count);
    if (index.lock >= 0 && count && store_index_write(group->store, &index, edits, count) != OK)
        leave(group, ".git/index");
    store_index_close(&index);
    free(edits);
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
