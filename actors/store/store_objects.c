// store_objects - git objects that are not written yet, and reading of any object through them
#include <stdlib.h>
#include <string.h>
#include "store_objects.h"

enum { CHAIN = 40 };                            // deltas in a row, under git's own 50

const store_object_t *
store_objects_find(const store_objects_t *self, const git_oid *oid)
{
    for (size_t i = self->count; i > 0; i--)
        if (git_oid_equal(&self->items[i - 1].oid, oid))
            return &self->items[i - 1];
    return NULL;
}

static bool
has_room(store_objects_t *self)
{
    if (self->count < self->room)
        return true;
    size_t room = self->room? self->room * 2: 16;
    store_object_t *items = realloc(self->items, room * sizeof *items);
    if (!items)
        return false;
    self->items = items;
    self->room = room;
    return true;
}

static void
drop_data(const store_object_t *object)
{
    if (!object->lent)
        free(object->data);
}

static code_t
add(store_objects_t *self, store_object_t object)
{
    if (!has_room(self)) {
        drop_data(&object);
        return INTERNAL;
    }
    if (store_objects_find(self, &object.oid))
        drop_data(&object);
    else
        self->items[self->count++] = object;
    return OK;
}

code_t
store_objects_add(store_objects_t *self, git_object_t type, uint8_t *data, size_t size, git_oid *oid)
{
    store_object_t object = { .type = type, .data = data, .size = size };
    if (git_odb_hash(oid, data, size, type) < 0) {
        free(data);
        return INTERNAL;
    }
    object.oid = *oid;
    return add(self, object);
}

code_t
store_objects_lend(store_objects_t *self, git_object_t type, const void *data, size_t size, const git_oid *oid)
{
    union { const void *theirs; uint8_t *ours; } bytes = { .theirs = data };        // nobody writes to it
    return add(self, (store_object_t) { .oid = *oid, .type = type, .data = bytes.ours, .size = size, .lent = true });
}

void
store_objects_alike(store_objects_t *self, const git_oid *tree, const git_oid *earlier)
{
    const store_object_t *base = store_objects_find(self, earlier);
    const store_object_t *found = store_objects_find(self, tree);
    if (!base || !found || base >= found || base->depth >= CHAIN)
        return;
    store_object_t *object = &self->items[found - self->items];
    object->base = (size_t)(base - self->items) + 1;
    object->depth = base->depth + 1;
}

void
store_objects_cut(store_objects_t *self, size_t count)
{
    while (self->count > count)
        drop_data(&self->items[--self->count]);
}

void
store_objects_clear(store_objects_t *self)
{
    store_objects_cut(self, 0);
    free(self->items);
    *self = (store_objects_t) { 0 };
}

code_t
store_bytes_read(store_t *store, const store_objects_t *objects, const git_oid *oid, git_object_t type,
                 store_bytes_t *bytes)
{
    *bytes = (store_bytes_t) { 0 };
    const store_object_t *object = objects? store_objects_find(objects, oid): NULL;
    if (object) {
        bytes->data = object->data;
        bytes->size = object->size;
        return object->type == type? OK: NOT_FOUND;
    }
    git_object_t found;
    bytes->data = store_recent_find(store->recent, oid, &found, &bytes->size);
    if (bytes->data)
        return found == type? OK: NOT_FOUND;
    int error = git_odb_read(&bytes->held, store->odb, oid);
    if (error == GIT_ENOTFOUND)
        return NOT_FOUND;
    if (error < 0)
        return store_fail_git(store, error, "cannot read an object of the repository");
    bytes->data = git_odb_object_data(bytes->held);
    bytes->size = git_odb_object_size(bytes->held);
    if (git_odb_object_type(bytes->held) == type)
        return OK;
    store_bytes_clear(bytes);
    return NOT_FOUND;
}

void
store_bytes_clear(store_bytes_t *self)
{
    git_odb_object_free(self->held);
    *self = (store_bytes_t) { 0 };
}

char *
store_blob_copy(store_t *store, const store_objects_t *objects, const git_oid *oid, size_t *size)
{
    store_bytes_t bytes;
    char *copy = NULL;
    *size = 0;
    if (store_bytes_read(store, objects, oid, GIT_OBJECT_BLOB, &bytes) != OK)
        return NULL;
    copy = malloc(bytes.size + 1);
    if (copy) {
        memcpy(copy, bytes.data, bytes.size);
        copy[bytes.size] = 0;
        *size = bytes.size;
    }
    store_bytes_clear(&bytes);
    return copy;
}
