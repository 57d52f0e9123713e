#include "store_tree_walk.h"

#include <string.h>

typedef struct {
    git_repository *repo;
    store_difference_fn each;
    void *context;
    size_t entries;                             // looked at, against trees that hold each other many times
    char path[PAGE_ID_SIZE];
} walk_t;

typedef struct {
    const git_tree_entry *before, *after;       // of the same name and kind; one may be NULL
} pair_t;

bool
store_entry_is_file(const git_tree_entry *entry)
{
    git_filemode_t mode = git_tree_entry_filemode(entry);
    return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

static bool
is_tree(const git_tree_entry *entry)
{
    return git_tree_entry_type(entry) == GIT_OBJECT_TREE;
}

// The order of git: a folder sorts as if its name ended with a slash.
static int
compare_entries(const git_tree_entry *a, const git_tree_entry *b)
{
    const char *left = git_tree_entry_name(a);
    const char *right = git_tree_entry_name(b);
    size_t left_size = strlen(left), right_size = strlen(right);
    size_t common = left_size < right_size? left_size: right_size;
    int order = memcmp(left, right, common);
    if (order != 0)
        return order;
    unsigned char left_end = (unsigned char)left[common], right_end = (unsigned char)right[common];
    if (left_end == 0 && is_tree(a))
        left_end = '/';
    if (right_end == 0 && is_tree(b))
        right_end = '/';
    return left_end - right_end;
}

static int walk_trees(walk_t *self, size_t size, const git_tree *before, const git_tree *after);

static int
walk_folder(walk_t *self, size_t size, const pair_t *pair)
{
    git_tree *before = NULL, *after = NULL;
    int result = 0;
    if (pair->before)
        result = git_tree_lookup(&before, self->repo, git_tree_entry_id(pair->before));
    if (result == 0 && pair->after)
        result = git_tree_lookup(&after, self->repo, git_tree_entry_id(pair->after));
    self->path[size++] = '/';
    if (result == 0)
        result = walk_trees(self, size, before, after);
    git_tree_free(before);
    git_tree_free(after);
    return result;
}

static int
walk_file(walk_t *self, size_t size, const pair_t *pair)
{
    store_difference_t difference = { .path = self->path };
    if (pair->before && store_entry_is_file(pair->before))
        difference.before = git_tree_entry_id(pair->before);
    if (pair->after && store_entry_is_file(pair->after))
        difference.after = git_tree_entry_id(pair->after);
    if (!difference.before && !difference.after)
        return 0;
    if (difference.before && difference.after && git_oid_equal(difference.before, difference.after))
        return 0;
    self->path[size] = 0;
    return self->each(self->context, &difference);
}

static int
walk_pair(walk_t *self, size_t size, const pair_t *pair)
{
    const git_tree_entry *entry = pair->after? pair->after: pair->before;
    const char *name = git_tree_entry_name(entry);
    size_t name_size = strlen(name);
    if (++self->entries > LIMIT_FILES)
        return GIT_ERROR;
    if (pair->before && pair->after && git_oid_equal(git_tree_entry_id(pair->before), git_tree_entry_id(pair->after)) &&
        store_entry_is_file(pair->before) == store_entry_is_file(pair->after))
        return 0;
    if (size + name_size + 1 > LIMIT_PATH_BYTES || strchr(name, '/') ||
        page_path_check(name, NULL) != OK)
        return 0;
    memcpy(self->path + size, name, name_size);
    return is_tree(entry)? walk_folder(self, size + name_size, pair): walk_file(self, size + name_size, pair);
}

static int
walk_trees(walk_t *self, size_t size, const git_tree *before, const git_tree *after)
{
    size_t before_count = before? git_tree_entrycount(before): 0;
    size_t after_count = after? git_tree_entrycount(after): 0;
    size_t i = 0, j = 0;
    int result = 0;
    while (result == 0 && (i < before_count || j < after_count)) {
        pair_t pair = { i < before_count? git_tree_entry_byindex(before, i): NULL,
                        j < after_count? git_tree_entry_byindex(after, j): NULL };
        int order = !pair.before? 1: !pair.after? -1: compare_entries(pair.before, pair.after);
        if (order > 0)
            pair.before = NULL;
        if (order < 0)
            pair.after = NULL;
        i += order <= 0;
        j += order >= 0;
        result = walk_pair(self, size, &pair);
    }
    return result;
}

int
store_tree_compare(git_repository *repo, const git_tree *before, const git_tree *after, store_difference_fn each,
                   void *context)
{
    walk_t self = { .repo = repo, .each = each, .context = context };
    return walk_trees(&self, 0, before, after);
}
