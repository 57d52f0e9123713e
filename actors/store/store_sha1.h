// store_sha1 - SHA-1 of a stream of bytes: the checksum at the end of packs and of the index
//
// Object ids are not made with this but by libgit2, which refuses known collisions.
#ifndef STORE_SHA1_H
#define STORE_SHA1_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t state[5];
    uint64_t size;
    uint8_t block[64];
    bool fast;
} store_sha1_t;

// Has the processor instructions for it? Asking takes 20 us on a virtual machine, so ask once.
bool store_sha1_fast(void);
void store_sha1_begin(store_sha1_t *self, bool fast);
void store_sha1_add(store_sha1_t *self, const void *data, size_t size);
void store_sha1_end(store_sha1_t *self, uint8_t digest[20]);
#endif
