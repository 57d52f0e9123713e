#include "store_known.h"

#include <stdlib.h>
#include <string.h>

enum { PATHS = 16 };                            // a page that changed its name more often is walked along

struct store_known {
    store_t *store;
    uint32_t count;
    git_oid *ids, *trees;
    git_oid *blobs;                             // what the file at `path` was in each; zero: it was not there
    char path[PAGE_ID_SIZE];
    size_t paths;                               // that were looked up
};

static void
read_commits(store_known_t *self, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        store_step_commit_t facts;
        git_oid id;
        if (strlen(ids[i]) != GIT_OID_HEXSZ || git_oid_fromstr(&id, ids[i]) < 0 ||
            store_commit_facts(self->store, &id, &facts) != OK)
            continue;
        self->ids[self->count] = id;
        self->trees[self->count++] = facts.tree;
    }
}

store_known_t *
store_known_new(store_t *store, const char *const *ids, size_t count)
{
    store_known_t *self = count > 0? calloc(1, sizeof *self): NULL;
    if (!self)
        return NULL;
    self->store = store;
    self->ids = calloc(count, sizeof *self->ids);
    self->trees = calloc(count, sizeof *self->trees);
    self->blobs = calloc(count, sizeof *self->blobs);
    if (self->ids && self->trees && self->blobs)
        read_commits(self, ids, count);
    if (self->count == 0)
        store_known_free(&self);
    return self;
}

void
store_known_free(store_known_t **self)
{
    if (!*self)
        return;
    free((*self)->ids);
    free((*self)->trees);
    free((*self)->blobs);
    free(*self);
    *self = NULL;
}

uint32_t
store_known_after(const store_known_t *self, uint32_t first, const git_oid *commit)
{
    for (uint32_t i = first; self && i < self->count; i++)
        if (git_oid_equal(&self->ids[i], commit))
            return i + 1;
    return first;
}

// What the file was in each of them. False: it has had too many names.
static bool
look_up(store_known_t *self, const char *path)
{
    store_trail_t trails[2] = { { .folder_count = 0 } };
    if (strcmp(self->path, path) == 0)
        return true;
    if (self->paths == PATHS)
        return false;
    self->paths++;
    snprintf(self->path, sizeof self->path, "%s", path);
    for (uint32_t i = 0; i < self->count; i++) {
        store_trail_t *trail = &trails[i % 2], *known = &trails[(i + 1) % 2];
        code_t code = store_trail_find(self->store, &self->trees[i], path, known, trail);
        self->blobs[i] = code == OK && trail->present? trail->blob: (git_oid) { .id = { 0 } };
    }
    return true;
}

uint32_t
store_known_maker(store_known_t *self, uint32_t first, const char *path, const git_oid *blob)
{
    uint32_t found = STORE_UNKNOWN;
    if (!self || !look_up(self, path))
        return STORE_UNKNOWN;
    for (uint32_t i = first; i < self->count; i++) {
        if (!git_oid_equal(&self->blobs[i], blob))
            continue;
        if (found != STORE_UNKNOWN)
            return STORE_UNKNOWN;
        found = i;
    }
    return found;
}

const git_oid *
store_known_at(const store_known_t *self, uint32_t place)
{
    return &self->ids[place];
}
