// store_delta - one tree as a difference to another, in the form of packs (gitformat-pack(5), "Deltified
// representation")
#include <stdlib.h>
#include <string.h>
#include "store_delta.h"

enum { COPY_MAX = 0xffff, INSERT_MAX = 127 };

static uint8_t *
put_size(uint8_t *at, size_t size)
{
    for (; size > 0x7f; size >>= 7)
        *at++ = (uint8_t)(size | 0x80);
    *at++ = (uint8_t)size;
    return at;
}

static uint8_t *
put_copy(uint8_t *at, size_t offset, size_t size)
{
    while (size) {
        size_t part = size < COPY_MAX? size: COPY_MAX;
        uint8_t *operation = at++;
        *operation = 0x80;
        for (unsigned i = 0; i < 4; i++)
            if (offset >> (8 * i) & 0xff) {
                *operation |= (uint8_t)(1u << i);
                *at++ = (uint8_t)(offset >> (8 * i));
            }
        for (unsigned i = 0; i < 2; i++)
            if (part >> (8 * i) & 0xff) {
                *operation |= (uint8_t)(0x10u << i);
                *at++ = (uint8_t)(part >> (8 * i));
            }
        offset += part;
        size -= part;
    }
    return at;
}

static uint8_t *
put_insert(uint8_t *at, const uint8_t *data, size_t size)
{
    while (size) {
        size_t part = size < INSERT_MAX? size: INSERT_MAX;
        *at++ = (uint8_t)part;
        memcpy(at, data, part);
        at += part;
        data += part;
        size -= part;
    }
    return at;
}

static void
common_ends(const uint8_t *base, size_t base_size, const uint8_t *data, size_t size, size_t *head, size_t *tail)
{
    size_t shorter = base_size < size? base_size: size;
    *head = *tail = 0;
    while (*head < shorter && base[*head] == data[*head])
        ++*head;
    while (*tail < shorter - *head && base[base_size - 1 - *tail] == data[size - 1 - *tail])
        ++*tail;
}

size_t
store_delta_size(const uint8_t *base, size_t base_size, const uint8_t *data, size_t size)
{
    size_t head, tail;
    common_ends(base, base_size, data, size, &head, &tail);
    return size - head - tail + 16;
}

uint8_t *
store_delta_make(const uint8_t *base, size_t base_size, const uint8_t *data, size_t size, size_t *delta_size)
{
    size_t head, tail;
    common_ends(base, base_size, data, size, &head, &tail);
    size_t middle = size - head - tail;
    uint8_t *delta = malloc(20 + middle + middle / INSERT_MAX + 1 + 7 * ((head + tail) / COPY_MAX + 2));
    if (!delta)
        return NULL;
    uint8_t *at = put_size(put_size(delta, base_size), size);
    at = put_copy(at, 0, head);
    at = put_insert(at, data + head, middle);
    at = put_copy(at, base_size - tail, tail);
    *delta_size = (size_t)(at - delta);
    return delta;
}
