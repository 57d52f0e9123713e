// store_delta - one tree as a difference to another, in the form of packs
#ifndef STORE_DELTA_H
#define STORE_DELTA_H
#include <stddef.h>
#include <stdint.h>

// What both begin with and what both end with is copied, the rest is spelled out: a tree in which one entry changed
// becomes some 40 bytes. The caller frees it; NULL: no memory.
uint8_t *store_delta_make(const uint8_t *base, size_t base_size, const uint8_t *data, size_t size,
                          size_t *delta_size);
// About how long that would be, found faster.
size_t store_delta_size(const uint8_t *base, size_t base_size, const uint8_t *data, size_t size);
#endif
