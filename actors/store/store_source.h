// store_source - an existing pack, entry by entry, without unpacking it
#ifndef STORE_SOURCE_H
#define STORE_SOURCE_H
#include "store_internal.h"

enum { STORE_OFS_DELTA = 6, STORE_REF_DELTA = 7 };

typedef struct {
    const uint8_t *data;
    size_t size;
} store_mapped_t;

typedef struct {
    store_mapped_t pack, idx;
    size_t count;
    uint32_t *order;                            // numbers of objects, by offset
} store_source_t;

// One entry, its head taken apart.
typedef struct {
    unsigned type;
    size_t size;                                // of the content
    size_t distance;                            // of an OFS_DELTA: to its base
    const uint8_t *stream, *end;                // zlib stream; of a REF_DELTA with the id of its base before it
} store_packed_t;

// NOT_FOUND: no such pack. INTERNAL: it is damaged or of another version. Close it in any case.
code_t store_source_open(store_t *store, const char *name, store_source_t *self);
void store_source_close(store_source_t *self);
// The i-th entry in order of offsets: where it is, whose it is, and its parts (false: damaged).
size_t store_source_offset(const store_source_t *self, size_t i);
const uint8_t *store_source_oid(const store_source_t *self, size_t i);
bool store_source_entry(const store_source_t *self, size_t i, store_packed_t *entry);
// The id of the object whose entry begins at this offset; NULL: none does.
const uint8_t *store_source_find(const store_source_t *self, size_t offset);
#endif
