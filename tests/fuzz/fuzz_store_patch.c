// Trees from patches against a plain list of paths: what is set is found, what is removed is gone, a file and a
// folder never share a name, and every tree is in git's order. With an odd first byte the rest is taken for a tree
// as it is: whatever it holds, patching it reads no byte too many.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../../actors/store/store_patch.h"

enum { FILES = 24, PATH = 16 };

typedef struct {
    store_t store;
    store_objects_t objects;
    git_oid root;
    bool has_root;
    char files[FILES][PATH];                    // "" is free
} model_t;

static void
must(bool promise)
{
    if (!promise)
        abort();
}

// A short path of the letters a, b, '.', '-' in up to three components; false: the input is used up.
static bool
take_path(const uint8_t **at, const uint8_t *end, char path[PATH])
{
    size_t size = 0;
    if (end - *at < 3)
        return false;
    for (int part = 0; part < 3; part++) {
        uint8_t byte = *(*at)++;
        if (part && !(byte & 1))
            continue;
        if (part)
            path[size++] = '/';
        path[size++] = "ab"[byte >> 1 & 1];
        if (byte & 4)
            path[size++] = ".-0z"[byte >> 3 & 3];
    }
    path[size] = 0;
    return true;
}

static bool
lies_below(const char *path, const char *folder)
{
    size_t size = strlen(folder);
    return strncmp(path, folder, size) == 0 && path[size] == '/';
}

static bool
clashes(const model_t *model, const char *path)
{
    for (size_t i = 0; i < FILES; i++)
        if (model->files[i][0] && (lies_below(path, model->files[i]) || lies_below(model->files[i], path)))
            return true;
    return false;
}

static char *
find(model_t *model, const char *path)
{
    for (size_t i = 0; i < FILES; i++)
        if (strcmp(model->files[i], path) == 0)
            return model->files[i];
    return NULL;
}

static void
check_files(model_t *model)
{
    unsigned mode;
    git_oid oid;
    for (size_t i = 0; i < FILES; i++)
        if (model->files[i][0])
            must(store_patch_find(&model->store, &model->objects, &model->root, model->files[i], &mode, &oid) == OK &&
                 mode == STORE_MODE_FILE && oid.id[0] == (uint8_t)model->files[i][0]);
}

// git's order, and no name twice.
static void
check_trees(const store_objects_t *objects)
{
    for (size_t i = 0; i < objects->count; i++) {
        const uint8_t *at = objects->items[i].data, *end = at + objects->items[i].size;
        char before[2 * PATH] = "", name[2 * PATH];
        for (store_tree_entry_t entry; at < end; memcpy(before, name, sizeof before)) {
            must(store_tree_next(&at, end, &entry) && entry.name_size > 0 && entry.name_size < PATH);
            snprintf(name, sizeof name, "%.*s%s", (int)entry.name_size, entry.name,
                     entry.mode == STORE_MODE_TREE? "/": "");
            must(strcmp(before, name) < 0);
        }
    }
}

static void
change(model_t *model, char *path, bool remove)
{
    store_edit_t edit = { .path = path, .mode = remove? 0: STORE_MODE_FILE };
    git_oid root;
    edit.oid.id[0] = (uint8_t)path[0];
    char *known = find(model, path), *room = known? known: find(model, "");
    if (!room || (remove && !known))
        return;
    code_t code = store_patch(&model->store, &model->objects, model->has_root? &model->root: NULL, &edit, 1, &root);
    must(code == (!remove && !known && clashes(model, path)? CONFLICT: OK));
    if (code != OK)
        return;
    model->root = root;
    model->has_root = true;
    memset(room, 0, PATH);
    if (!remove)
        memcpy(room, path, strlen(path));
}

static void
fuzz_model(const uint8_t *data, size_t size)
{
    model_t model = { .has_root = false };
    char path[PATH];
    const uint8_t *end = data + size;
    while (data < end && model.objects.count < 200) {
        bool remove = *data++ & 1;
        if (!take_path(&data, end, path))
            break;
        change(&model, path, remove);
        check_files(&model);
    }
    check_trees(&model.objects);
    store_objects_clear(&model.objects);
}

static void
fuzz_raw(const uint8_t *data, size_t size)
{
    store_t store = { .durable = false };
    store_objects_t objects = { 0 };
    git_oid root, result;
    char path[] = "a";
    store_edit_t edit = { .path = path, .mode = STORE_MODE_FILE };
    uint8_t *copy = malloc(size + !size);
    must(copy != NULL);
    memcpy(copy, data, size);
    if (store_objects_add(&objects, GIT_OBJECT_TREE, copy, size, &root) == OK) {
        unsigned mode;
        code_t code = store_patch_find(&store, &objects, &root, path, &mode, &result);
        if (code != OK || mode != STORE_MODE_TREE)      // a tree there would be sought in a repository
            (void)store_patch(&store, &objects, &root, &edit, 1, &result);
    }
    store_objects_clear(&objects);
}

static void
begin(void)
{
    git_libgit2_init();                         // milliseconds, so not for every input
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, begin);
    if (size > 0 && (data[0] & 1))
        fuzz_raw(data + 1, size - 1);
    else if (size > 0)
        fuzz_model(data + 1, size - 1);
    return 0;
}
