// store_group - the files and the running head of a group of writes
#include <stdlib.h>
#include <string.h>
#include "store_file.h"
#include "store_writer.h"

static uint32_t
hash_text(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash? hash: 1;
}

static uint32_t
hash_page(const store_group_t *group, const char *path)
{
    char id[PAGE_ID_SIZE];
    return page_id_of_file(&group->store->naming, path, id) == OK? hash_text(id): 0;
}

// Names that git itself reads from the tree, and obeys.
static bool
is_gits_own(const char *path)
{
    const char *name = strrchr(path, '/');
    name = name? name + 1: path;
    return strcasecmp(name, ".gitmodules") == 0 || strcasecmp(name, ".gitattributes") == 0;
}

static code_t
add_file(store_group_t *group, const char *path, store_file_entry_t **file)
{
    const git_oid *root = group->store->root? git_tree_id(group->store->root): NULL;
    store_file_entry_t *entry = calloc(1, sizeof *entry);
    char *copy = strdup(path);
    code_t code = INTERNAL;
    if (!entry || !copy)
        goto done;
    if (group->file_count == group->file_room) {
        size_t room = group->file_room * 2 + 16;
        store_file_entry_t **files = realloc(group->files, room * sizeof(store_file_entry_t *));
        if (!files)
            goto done;
        group->files = files;
        group->file_room = room;
    }
    *entry = (store_file_entry_t) { .path_hash = hash_text(path), .page_hash = hash_page(group, path) };
    code = store_patch_find(group->store, NULL, root, path, &entry->old.mode, &entry->old.oid);
    if (code == NOT_FOUND)
        entry->old = (store_state_t) { 0 };
    else if (code != OK)
        goto done;
    code = OK;
    entry->now = entry->old;
    entry->path = copy;
    group->files[group->file_count++] = *file = entry;
    return OK;
done:
    free(entry);
    free(copy);
    return code;
}

code_t
store_group_file(store_group_t *group, const char *path, store_file_entry_t **file)
{
    const char *why = "no path";
    uint32_t hash = hash_text(path);
    for (size_t i = 0; i < group->file_count; i++) {
        *file = group->files[i];
        if ((*file)->path_hash == hash && strcmp((*file)->path, path) == 0)
            return OK;
    }
    if (page_path_check(path, &why) != OK)
        return store_fail(group->store, INVALID, "%.200s: %s", path, why);
    if (is_gits_own(path))
        return store_fail(group->store, INVALID, "%.200s: git itself reads this file, it is none of the wiki", path);
    return add_file(group, path, file);
}

// A page that a write of this group created: the catalog does not know it yet.
static store_file_entry_t *
created_page(const store_group_t *group, const char *id)
{
    char other[PAGE_ID_SIZE];
    uint32_t hash = hash_text(id);
    for (size_t i = 0; i < group->file_count; i++) {
        store_file_entry_t *file = group->files[i];
        if (file->page_hash == hash && file->old.mode == 0 && store_file_state(file)->mode != 0 &&
            page_id_of_file(&group->store->naming, file->path, other) == OK && strcmp(id, other) == 0)
            return file;
    }
    return NULL;
}

code_t
store_group_resolve(store_group_t *group, const char *path, bool exact, store_file_entry_t **file)
{
    char id[PAGE_ID_SIZE], name[PAGE_ID_SIZE];
    if (exact)
        return store_group_file(group, path, file);
    if (page_id(&group->store->naming, path, id) != OK)
        return store_fail(group->store, INVALID, "%.200s is no name of a page", path);
    *file = created_page(group, id);
    if (*file)
        return OK;
    code_t code = store_resolve_at(group->store, path, false, name);
    return code == OK || code == NOT_FOUND? store_group_file(group, name, file): code;
}

code_t
store_group_twin(store_group_t *group, const store_file_entry_t *file, store_file_entry_t **twin)
{
    *twin = NULL;
    if (!file->page_hash)
        return OK;
    store_file_entry_t *other;
    code_t code = store_group_resolve(group, file->path, false, &other);
    if (code == OK && other != file && store_file_state(other)->mode != 0)
        *twin = other;
    return code;
}

static void
settle(store_group_t *group, bool keep)
{
    for (size_t i = 0; i < group->file_count; i++) {
        store_file_entry_t *file = group->files[i];
        if (file->pending && keep)
            file->now = file->next;
        file->pending = false;
        file->origin = NULL;
    }
}

void
store_group_apply(store_group_t *group)
{
    store_t *store = group->store;
    group->has_head = store->has_head;
    group->head = store->head;
    if (store->root)
        group->root = *git_tree_id(store->root);
    for (size_t i = 0; i < group->count; i++) {
        size_t objects = group->objects.count;
        store_written_t *result = &group->results[i];
        group->steps[i] = (store_step_t) { .made = false };
        *result = (store_written_t) { .code = OK };
        store->error[0] = 0;
        result->code = store_apply(group, i);
        settle(group, result->code == OK);
        if (result->code == OK)
            continue;
        store_objects_cut(&group->objects, objects);
        snprintf(result->why, sizeof result->why, "%s", store->error[0]? store->error: code_text(result->code));
    }
}

bool
store_group_made(const store_group_t *group)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->steps[i].made)
            return true;
    return false;
}

void
store_group_forget(store_group_t *group)
{
    for (size_t i = 0; i < group->count; i++)
        store_written_clear(&group->results[i]);
    for (size_t i = 0; i < group->file_count; i++) {
        free(group->files[i]->path);
        free(group->files[i]);
    }
    free(group->files);
    group->files = NULL;
    group->file_count = group->file_room = 0;
    store_objects_clear(&group->objects);
}
