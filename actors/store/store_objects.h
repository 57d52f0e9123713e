// store_objects - git objects that are not written yet, and reading of any object through them
#ifndef STORE_OBJECTS_H
#define STORE_OBJECTS_H
#include "store_internal.h"

typedef struct {
    git_oid oid;
    git_object_t type;
    uint8_t *data;                              // owned by the list, unless lent
    size_t size;
    bool lent;
    size_t base;                                // of a tree: 1 + index of an earlier one much like it; 0: none
    unsigned depth;                             // length of the chain of bases
} store_object_t;

// The objects of one group of writes; zero it to begin.
typedef struct {
    store_object_t *items;
    size_t count, room;
} store_objects_t;

// Takes `data`, also on failure. INTERNAL: no memory, or the hash was refused as a collision.
// An object that is in the list already is not added again.
code_t store_objects_add(store_objects_t *self, git_object_t type, uint8_t *data, size_t size, git_oid *oid);
// The same with bytes that the caller keeps until the list is cleared, and whose id it has computed.
code_t store_objects_lend(store_objects_t *self, git_object_t type, const void *data, size_t size, const git_oid *oid);
// Says that a tree looks much like an earlier one; ignored unless both are in the list.
void store_objects_alike(store_objects_t *self, const git_oid *tree, const git_oid *earlier);
const store_object_t *store_objects_find(const store_objects_t *self, const git_oid *oid);
// Forgets all but the first `count`.
void store_objects_cut(store_objects_t *self, size_t count);
void store_objects_clear(store_objects_t *self);

// The content of any object: a view into the list or the recent objects, or a read by libgit2.
typedef struct {
    const uint8_t *data;
    size_t size;
    git_odb_object *held;                       // NULL for a view
} store_bytes_t;
// NOT_FOUND: no such object, or of another type.
code_t store_bytes_read(store_t *store, const store_objects_t *objects, const git_oid *oid, git_object_t type,
                        store_bytes_t *bytes);
void store_bytes_clear(store_bytes_t *self);
// A copy with a final NUL that the caller frees; NULL: no such blob.
char *store_blob_copy(store_t *store, const store_objects_t *objects, const git_oid *oid, size_t *size);

// Keeps copies of small objects, so that this thread need not look for a new pack to read what it has just written.
// (store_odb.c)
void store_recent_add(store_recent_t *self, const store_objects_t *objects);
// A view, until the next store_recent_add; NULL: not among them.
const uint8_t *store_recent_find(const store_recent_t *self, const git_oid *oid, git_object_t *type, size_t *size);
#endif
