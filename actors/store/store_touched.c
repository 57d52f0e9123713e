// store_touched - what one commit changed
#include "store_touched.h"
#include "store_raw.h"
#include "store_rename.h"
#include "store_tree_walk.h"

#include <stdlib.h>
#include <string.h>

// Of a commit that moves and edits very many files, only so many bytes are compared.
enum { COMPARED_BYTES = 64 << 20 };

// ---- what differs -----------------------------------------------------------------------------------------------

static int
on_first(void *context, const store_difference_t *difference)
{
    store_touched_t *self = context;
    if (self->count == self->room) {
        size_t room = self->room * 2 + 16;
        store_touched_file_t *files = realloc(self->files, room * sizeof *files);
        if (!files)
            return GIT_ERROR;
        self->files = files;
        self->room = room;
    }
    store_touched_file_t *file = &self->files[self->count];
    memset(file, 0, sizeof *file);
    file->path = strdup(difference->path);
    if (!file->path)
        return GIT_ERROR;
    self->count++;
    if (difference->before)
        file->before = *difference->before;
    if (difference->after)
        file->after = *difference->after;
    file->change = !difference->after? "deleted": difference->before? "modified": "added";
    return 0;
}

typedef struct {
    store_touched_t *touched;
    size_t next;                                // the first that was not met yet
    size_t kept;                                // those that differ from this parent too
} merge_t;

static void
drop_until(merge_t *self, const char *path)
{
    store_touched_t *touched = self->touched;
    while (self->next < touched->count && (!path || strcmp(touched->files[self->next].path, path) < 0))
        free(touched->files[self->next++].path);
}

// Both come in the same order. A file that any parent has was modified, not added.
static int
on_further(void *context, const store_difference_t *difference)
{
    merge_t *self = context;
    store_touched_t *touched = self->touched;
    drop_until(self, difference->path);
    if (self->next == touched->count || strcmp(touched->files[self->next].path, difference->path) != 0)
        return 0;
    store_touched_file_t *file = &touched->files[self->next++];
    if (difference->before && difference->after)
        file->change = "modified";
    touched->files[self->kept++] = *file;
    return 0;
}

// Leaves what differs from this parent too.
static int
keep_common(store_t *self, const git_oid *parent, const git_oid *tree, store_touched_t *touched)
{
    merge_t merge = { .touched = touched };
    int error = store_tree_compare(self, parent, tree, on_further, &merge);
    drop_until(&merge, NULL);                   // they are the same in this one
    touched->count = merge.kept;
    return error;
}

static int
compare(store_t *self, const git_commit *commit, store_touched_t *touched)
{
    int error = 0;
    bool compared = false;
    const git_oid *tree = git_commit_tree_id(commit);
    for (unsigned i = 0; error == 0 && i < git_commit_parentcount(commit); i++) {
        store_step_commit_t parent;
        code_t code = store_commit_facts(self, git_commit_parent_id(commit, i), &parent);
        if (code == NOT_FOUND)
            continue;                           // a shallow clone ends here
        if (code != OK)
            return GIT_ERROR;
        error = compared? keep_common(self, &parent.tree, tree, touched):
                          store_tree_compare(self, &parent.tree, tree, on_first, touched);
        compared = true;
    }
    return compared? error: store_tree_compare(self, NULL, tree, on_first, touched);
}

// ---- renames ----------------------------------------------------------------------------------------------------

typedef enum { BY_PATH, BY_BLOB, BY_NAME, BY_BOTH, ORDERS } by_t;
typedef struct {
    store_touched_file_t **rows[ORDERS];        // files that went away; of equals the first by path comes first
    size_t count;
} gone_t;

static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash? slash + 1: path;
}

static int
order_by(by_t by, const store_touched_file_t *gone, const git_oid *blob, const char *path)
{
    int order = by == BY_BLOB || by == BY_BOTH? git_oid_cmp(&gone->before, blob): 0;
    return order == 0 && by >= BY_NAME? strcmp(name_of(gone->path), name_of(path)): order;
}

static int
sort_by(const void *a, const void *b, void *by)
{
    const store_touched_file_t *left = *(store_touched_file_t *const *)a, *right = *(store_touched_file_t *const *)b;
    int order = order_by(*(const by_t *)by, left, &right->before, right->path);
    return order != 0? order: strcmp(left->path, right->path);
}

// False: no memory.
static bool
find_gone(store_touched_t *touched, gone_t *gone)
{
    memset(gone, 0, sizeof *gone);
    store_touched_file_t **rows = calloc(ORDERS * touched->count + 1, sizeof *rows);
    if (!rows)
        return false;
    for (size_t i = 0; i < touched->count; i++)
        if (git_oid_is_zero(&touched->files[i].after))
            rows[gone->count++] = &touched->files[i];
    for (by_t by = 0; by < ORDERS; by++) {
        gone->rows[by] = rows + by * gone->count;
        memcpy(gone->rows[by], rows, gone->count * sizeof *rows);
        if (by != BY_PATH)
            qsort_r(gone->rows[by], gone->count, sizeof *rows, sort_by, &by);
    }
    return true;
}

// Place of the first that is equal to what came, or of where it would be.
static size_t
seek(const gone_t *self, by_t by, const store_touched_file_t *came)
{
    size_t low = 0, high = self->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order_by(by, self->rows[by][middle], &came->after, came->path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const char *
find_same(const gone_t *self, const store_touched_file_t *came, by_t by)
{
    size_t i = seek(self, by, came);
    bool found = i < self->count && order_by(by, self->rows[by][i], &came->after, came->path) == 0;
    return found? self->rows[by][i]->path: NULL;
}

static void
add_candidate(store_candidates_t *candidates, size_t kind, const store_touched_file_t *gone)
{
    candidates->rows[kind][candidates->count[kind]++] = (store_gone_t) { gone->path, gone->before };
}

static const char *
find_like(store_t *store, const gone_t *self, const store_touched_file_t *came, size_t *budget)
{
    store_candidates_t candidates = { .count = { 0 } };
    store_touched_file_t *const *rows = self->rows[BY_NAME];
    for (size_t i = seek(self, BY_NAME, came); i < self->count && candidates.count[0] < STORE_CANDIDATES; i++) {
        if (!store_same_name(rows[i]->path, came->path))
            break;
        add_candidate(&candidates, 0, rows[i]);
    }
    rows = self->rows[BY_PATH];
    for (size_t i = 0; i < self->count && candidates.count[1] < STORE_CANDIDATES; i++)
        if (!store_same_name(rows[i]->path, came->path))
            add_candidate(&candidates, 1, rows[i]);
    return store_likest(store, &came->after, &candidates, budget);
}

static void
mark_moved(store_touched_t *touched, const char *path)
{
    size_t low = 0, high = touched->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(touched->files[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    touched->moved += !touched->files[low].moved;
    touched->files[low].moved = true;
}

static code_t
find_renames(store_t *self, store_touched_t *touched)
{
    gone_t gone;
    size_t budget = COMPARED_BYTES;
    if (!find_gone(touched, &gone))
        return store_fail(self, INTERNAL, "out of memory");
    for (size_t i = 0; i < touched->count && gone.count > 0; i++) {
        store_touched_file_t *file = &touched->files[i];
        if (strcmp(file->change, "added") != 0)
            continue;
        file->from = find_same(&gone, file, BY_BOTH);
        if (!file->from)
            file->from = find_same(&gone, file, BY_BLOB);
        if (!file->from && budget > 0)
            file->from = find_like(self, &gone, file, &budget);
        if (!file->from)
            continue;
        file->change = "renamed";
        mark_moved(touched, file->from);
    }
    free(gone.rows[BY_PATH]);
    return OK;
}

code_t
store_touched_read(store_t *self, const git_commit *commit, store_touched_t *touched)
{
    memset(touched, 0, sizeof *touched);
    touched->commit = *git_commit_id(commit);
    int error = compare(self, commit, touched);
    code_t code = OK;
    if (error < 0)
        code = store_fail_git(self, error, "a commit cannot be compared") == NO_SPACE? NO_SPACE: INTERNAL;
    if (code == OK && touched->count > 1)
        code = find_renames(self, touched);
    if (code != OK)
        store_touched_clear(touched);
    return code;
}

void
store_touched_clear(store_touched_t *touched)
{
    for (size_t i = 0; i < touched->count; i++)
        free(touched->files[i].path);
    free(touched->files);
    memset(touched, 0, sizeof *touched);
}
