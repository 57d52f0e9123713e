// store_odb - the object database of a store: libgit2's, with what we wrote last in front
//
// A new pack is found by libgit2 only through a scan of the pack folder. Who wrote it need not scan: the small
// objects of the last writes stay in a list of bounded size, which libgit2 asks first.
#include <stdlib.h>
#include <string.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include "store_objects.h"

enum {
    RECENT_SLOTS = 512,
    RECENT_BYTES = 1 << 20,
    RECENT_OBJECT = 64 * 1024,                  // bytes; larger ones are read from their pack
    RECENT_PRIORITY = 100,                      // before packs (2) and loose objects (1)
    MOVES = 256,                                // of the head, before descriptors of old packs are let go
};

typedef struct {
    git_oid oid;
    git_object_t type;
    uint8_t *data;
    size_t size;
} slot_t;

struct store_recent {
    git_odb_backend backend;                    // first: libgit2 knows us by its address
    slot_t slots[RECENT_SLOTS];                 // a ring
    size_t next, first, count, bytes;
};

const uint8_t *
store_recent_find(const store_recent_t *self, const git_oid *oid, git_object_t *type, size_t *size)
{
    for (size_t i = self? self->count: 0; i > 0; i--) {
        const slot_t *slot = &self->slots[(self->first + i - 1) % RECENT_SLOTS];
        if (!git_oid_equal(&slot->oid, oid))
            continue;
        *type = slot->type;
        *size = slot->size;
        return slot->data;
    }
    return NULL;
}

static void
drop_first(store_recent_t *self)
{
    slot_t *slot = &self->slots[self->first];
    self->bytes -= slot->size;
    free(slot->data);
    *slot = (slot_t) { 0 };
    self->first = (self->first + 1) % RECENT_SLOTS;
    self->count--;
}

static void
add_one(store_recent_t *self, const store_object_t *object)
{
    if (object->size > RECENT_OBJECT)
        return;
    while (self->count == RECENT_SLOTS || (self->count && self->bytes + object->size > RECENT_BYTES))
        drop_first(self);
    uint8_t *data = malloc(object->size + 1);   // an empty blob has an address too
    if (!data)
        return;                                 // it will be read from its pack
    memcpy(data, object->data, object->size);
    self->slots[(self->first + self->count) % RECENT_SLOTS] =
        (slot_t) { .oid = object->oid, .type = object->type, .data = data, .size = object->size };
    self->count++;
    self->bytes += object->size;
}

void
store_recent_add(store_recent_t *self, const store_objects_t *objects)
{
    for (size_t i = 0; self && i < objects->count; i++)
        add_one(self, &objects->items[i]);
}

static int
recent_read(void **data, size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *oid)
{
    store_recent_t *self = (store_recent_t *)backend;
    const uint8_t *found = store_recent_find(self, oid, type, size);
    if (!found)
        return GIT_ENOTFOUND;
    *data = git_odb_backend_data_alloc(backend, *size + 1);
    if (!*data)
        return -1;
    memcpy(*data, found, *size);
    ((uint8_t *)*data)[*size] = 0;
    return 0;
}

static int
recent_read_header(size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *oid)
{
    return store_recent_find((store_recent_t *)backend, oid, type, size)? 0: GIT_ENOTFOUND;
}

static int
recent_exists(git_odb_backend *backend, const git_oid *oid)
{
    git_object_t type;
    size_t size;
    return store_recent_find((store_recent_t *)backend, oid, &type, &size) != NULL;
}

static void
recent_free(git_odb_backend *backend)
{
    store_recent_t *self = (store_recent_t *)backend;
    while (self->count)
        drop_first(self);
    free(self);
}

static store_recent_t *
recent_new(void)
{
    store_recent_t *self = calloc(1, sizeof *self);
    if (!self || git_odb_init_backend(&self->backend, GIT_ODB_BACKEND_VERSION) < 0) {
        free(self);
        return NULL;
    }
    self->backend.read = recent_read;
    self->backend.read_header = recent_read_header;
    self->backend.exists = recent_exists;
    self->backend.free = recent_free;
    return self;
}

code_t
store_odb_open(store_t *self)
{
    git_odb *odb = NULL;
    store_recent_t *recent = recent_new();
    char folder[4096];
    code_t code = INTERNAL;
    int length = snprintf(folder, sizeof folder, "%sobjects", self->common_dir);
    if (!recent || length < 0 || (size_t)length >= sizeof folder)
        goto done;
    if (git_odb_open(&odb, folder) < 0 || git_odb_add_backend(odb, &recent->backend, RECENT_PRIORITY) < 0)
        goto done;
    self->recent = recent;                      // the database frees it from here on
    recent = NULL;
    if (git_repository_set_odb(self->repo, odb) < 0) {
        self->recent = NULL;
        goto done;
    }
    self->odb = odb;                            // the repository holds a reference as long as this is its database
    self->odb_moves = 0;
    code = OK;
done:
    git_odb_free(odb);
    if (recent)
        recent_free(&recent->backend);
    return code == OK? OK: store_fail_git(self, -1, "cannot open the objects of the repository");
}

void
store_odb_moved(store_t *self)
{
    // A failure leaves the old database in place, which is as good, but for its descriptors.
    if (++self->odb_moves >= MOVES && store_odb_open(self) != OK)
        self->odb_moves = 0;
}
