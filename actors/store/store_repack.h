// store_repack - several packs into one: bodies are copied as they are, what was stored in haste is compressed
#ifndef STORE_REPACK_H
#define STORE_REPACK_H
#include "store_pack.h"

typedef struct store_repack store_repack_t;

store_repack_t *store_repack_new(store_t *store);       // NULL: no memory
void store_repack_free(store_repack_t **self);
// Adds what is in objects/pack/pack-<name>.pack and not in the new pack yet. NOT_FOUND: no such pack. INTERNAL: it
// cannot be read, and the new pack is of no use any more.
code_t store_repack_add(store_repack_t *self, const char *name);
// The new pack, ready to be written. NOT_FOUND: there is no object in it.
code_t store_repack_finish(store_repack_t *self, store_pack_t *pack);
#endif
