#include "store_tree_walk.h"

#include <string.h>

typedef struct {
    git_odb *odb;
    store_difference_fn each;
    void *context;
    size_t entries;                             // looked at, against trees that hold each other many times
    char path[PAGE_ID_SIZE];
} walk_t;

// What is left of a tree: "mode name NUL 20 bytes", again and again.
typedef struct { const char *at, *end; } rest_t;
typedef struct {
    const char *name;                           // NULL: there is no entry
    size_t name_size, size;                     // size: of the whole entry
    bool tree, file;
    git_oid id;
} entry_t;
typedef struct { entry_t before, after; } pair_t;       // of the same name and kind; one may be missing

// False: it is no tree.
static bool
read_entry(const rest_t *rest, entry_t *entry)
{
    memset(entry, 0, sizeof *entry);
    if (rest->at == rest->end)
        return true;
    const char *blank = memchr(rest->at, ' ', (size_t)(rest->end - rest->at));
    const char *stop = blank? memchr(blank, 0, (size_t)(rest->end - blank)): NULL;
    if (!stop || rest->end - stop < 1 + GIT_OID_RAWSZ)
        return false;
    const char *mode = rest->at + (*rest->at == '0');           // some tools write one too many
    entry->name = blank + 1;
    entry->name_size = (size_t)(stop - entry->name);
    entry->size = (size_t)(stop - rest->at) + 1 + GIT_OID_RAWSZ;
    entry->tree = *mode == '4';
    entry->file = blank - mode == 6 && mode[0] == '1' && mode[1] == '0';
    memcpy(entry->id.id, stop + 1, GIT_OID_RAWSZ);
    return true;
}

// The order of git: a folder sorts as if its name ended with a slash.
static int
compare_entries(const entry_t *a, const entry_t *b)
{
    size_t common = a->name_size < b->name_size? a->name_size: b->name_size;
    int order = memcmp(a->name, b->name, common);
    if (order != 0)
        return order;
    unsigned char left_end = (unsigned char)a->name[common], right_end = (unsigned char)b->name[common];
    if (left_end == 0 && a->tree)
        left_end = '/';
    if (right_end == 0 && b->tree)
        right_end = '/';
    return left_end - right_end;
}

static int walk_trees(walk_t *self, size_t size, const git_oid *before, const git_oid *after);

static int
walk_file(walk_t *self, size_t size, const pair_t *pair)
{
    store_difference_t difference = { .path = self->path };
    if (pair->before.file)
        difference.before = &pair->before.id;
    if (pair->after.file)
        difference.after = &pair->after.id;
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
    const entry_t *entry = pair->after.name? &pair->after: &pair->before;
    if (++self->entries > LIMIT_FILES)
        return GIT_ERROR;
    if (size + entry->name_size + 1 > LIMIT_PATH_BYTES || memchr(entry->name, '/', entry->name_size) ||
        page_path_check(entry->name, NULL) != OK)
        return 0;
    memcpy(self->path + size, entry->name, entry->name_size);
    size += entry->name_size;
    if (!entry->tree)
        return walk_file(self, size, pair);
    if (pair->before.name && pair->after.name && git_oid_equal(&pair->before.id, &pair->after.id))
        return 0;
    self->path[size++] = '/';
    return walk_trees(self, size, pair->before.name? &pair->before.id: NULL, pair->after.name? &pair->after.id: NULL);
}

// Moves both behind entries that are the same. False: one of them is no tree.
static bool
skip_equal(walk_t *self, rest_t *before, rest_t *after)
{
    if (before->end - before->at == after->end - after->at &&
        memcmp(before->at, after->at, (size_t)(before->end - before->at)) == 0) {
        before->at = before->end;               // the usual case behind the one that changed
        after->at = after->end;
    }
    while (before->at < before->end && after->at < after->end) {
        size_t room = (size_t)(before->end - before->at), other = (size_t)(after->end - after->at);
        const char *stop = memchr(before->at, 0, room);
        size_t size = stop? (size_t)(stop - before->at) + 1 + GIT_OID_RAWSZ: SIZE_MAX;
        if (size > room)
            return false;
        if (size > other || memcmp(before->at, after->at, size) != 0)
            return true;
        self->entries++;
        before->at += size;
        after->at += size;
    }
    return true;
}

static int
walk_entries(walk_t *self, size_t size, rest_t *before, rest_t *after)
{
    int result = 0;
    while (result == 0) {
        pair_t pair;
        if (!skip_equal(self, before, after) || !read_entry(before, &pair.before) || !read_entry(after, &pair.after))
            return GIT_EINVALID;
        if (!pair.before.name && !pair.after.name)
            break;
        int order = !pair.before.name? 1: !pair.after.name? -1: compare_entries(&pair.before, &pair.after);
        if (order > 0)
            pair.before = (entry_t) { .name = NULL };
        if (order < 0)
            pair.after = (entry_t) { .name = NULL };
        before->at += pair.before.size;
        after->at += pair.after.size;
        result = walk_pair(self, size, &pair);
    }
    return result;
}

static int
open_tree(walk_t *self, const git_oid *id, git_odb_object **object, rest_t *rest)
{
    *object = NULL;
    *rest = (rest_t) { "", "" };
    if (!id)
        return 0;
    int error = git_odb_read(object, self->odb, id);
    if (error < 0)
        return error;
    if (git_odb_object_type(*object) != GIT_OBJECT_TREE)
        return GIT_EINVALID;
    rest->at = git_odb_object_data(*object);
    rest->end = rest->at + git_odb_object_size(*object);
    return 0;
}

static int
walk_trees(walk_t *self, size_t size, const git_oid *before, const git_oid *after)
{
    git_odb_object *objects[2] = { NULL, NULL };
    rest_t old, young;
    int result = open_tree(self, before, &objects[0], &old);
    if (result == 0)
        result = open_tree(self, after, &objects[1], &young);
    if (result == 0)
        result = walk_entries(self, size, &old, &young);
    git_odb_object_free(objects[0]);
    git_odb_object_free(objects[1]);
    return result;
}

int
store_tree_compare(const store_t *store, const git_oid *before, const git_oid *after, store_difference_fn each,
                   void *context)
{
    walk_t self = { .odb = store->odb, .each = each, .context = context };
    if (before && after && git_oid_equal(before, after))
        return 0;
    return walk_trees(&self, 0, before, after);
}

int
store_tree_compare_trees(const store_t *store, const git_tree *before, const git_tree *after,
                         store_difference_fn each, void *context)
{
    return store_tree_compare(store, before? git_tree_id(before): NULL, after? git_tree_id(after): NULL, each, context);
}
