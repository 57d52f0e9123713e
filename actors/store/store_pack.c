// store_pack - the bytes of a pack: entries, checksums, index version 2 (gitformat-pack(5))
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "store_delta.h"
#include "store_pack.h"
#include <nettle/sha1.h>
#include "store_source.h"

enum {
    STORED_BLOCK = 65535,                       // of deflate, not compressed
    STORED_MAX = 16 * 1024,                     // larger objects are worth the time of compressing
    SAMPLE = 16 * 1024,
    ENTRY_HEAD = 32,                            // type and size, offset of the base
};

typedef struct {
    uint8_t *data;
    size_t size, room;
} buffer_t;

static uint8_t *
buffer_more(buffer_t *self, size_t size)
{
    if (self->size + size > INT32_MAX)
        return NULL;                            // an index entry has 31 bits
    if (self->size + size > self->room) {
        size_t room = (self->size + size) * 3 / 2 + 4096;
        uint8_t *data = realloc(self->data, room);
        if (!data)
            return NULL;
        self->data = data;
        self->room = room;
    }
    return self->data + self->size;
}

static void
put32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static size_t
type_and_size(uint8_t *to, unsigned type, size_t size)
{
    size_t length = 0;
    uint8_t byte = (uint8_t)(type << 4 | (size & 15));
    for (size >>= 4; size; size >>= 7) {
        to[length++] = byte | 0x80;
        byte = size & 0x7f;
    }
    to[length++] = byte;
    return length;
}

// Big-endian groups of seven bits, each but the last one less than it says.
static size_t
base_offset(uint8_t *to, size_t distance)
{
    uint8_t reversed[10];
    size_t length = 0;
    reversed[length++] = distance & 0x7f;
    while (distance >>= 7)
        reversed[length++] = (uint8_t)(0x80 | (--distance & 0x7f));
    for (size_t i = 0; i < length; i++)
        to[i] = reversed[length - 1 - i];
    return length;
}

size_t
store_pack_entry_head(uint8_t *to, unsigned type, size_t size, size_t distance)
{
    size_t length = type_and_size(to, type, size);
    return type == STORE_OFS_DELTA? length + base_offset(to + length, distance): length;
}

void
store_pack_head(uint8_t *to, size_t count)
{
    memcpy(to, "PACK\0\0\0\2", 8);
    put32(to + 8, (uint32_t)count);
}

// A zlib stream of stored blocks: what level 0 gives, without setting up a compressor.
static size_t
store_plain(uint8_t *to, const uint8_t *data, size_t size)
{
    uint8_t *at = to;
    *at++ = 0x78;
    *at++ = 0x01;
    uint32_t check = (uint32_t)adler32(adler32(0, NULL, 0), data, (uInt)size);
    do {
        size_t part = size < STORED_BLOCK? size: STORED_BLOCK;
        *at++ = part == size;
        *at++ = (uint8_t)part;
        *at++ = (uint8_t)(part >> 8);
        *at++ = (uint8_t)~part;
        *at++ = (uint8_t)(~part >> 8);
        memcpy(at, data, part);
        at += part;
        data += part;
        size -= part;
    } while (size);
    put32(at, check);
    return (size_t)(at + 4 - to);
}

// Pictures, films and archives are compressed already: their first bytes show it, and trying costs more than storing.
static bool
is_packed(const uint8_t *data, size_t size)
{
    uint8_t out[SAMPLE];
    uLongf packed = sizeof out;
    if (size < 4 * SAMPLE)
        return false;
    return compress2(out, &packed, data + size / 2, SAMPLE, 1) != Z_OK || packed > SAMPLE / 16 * 15;
}

static bool
add_stream(buffer_t *out, const uint8_t *data, size_t size)
{
    uLongf bound = compressBound((uLong)size) + 16;
    uint8_t *to = buffer_more(out, bound);
    if (!to)
        return false;
    if (size <= STORED_MAX || is_packed(data, size))
        bound = store_plain(to, data, size);
    else if (compress2(to, &bound, data, (uLong)size, 1) != Z_OK)
        return false;
    out->size += bound;
    return true;
}

static bool
add_delta(buffer_t *out, const store_object_t *object, const store_object_t *base, size_t distance)
{
    size_t size = 0;
    uint8_t *delta = store_delta_make(base->data, base->size, object->data, object->size, &size);
    bool ok = delta != NULL;
    uint8_t *to = ok? buffer_more(out, ENTRY_HEAD): NULL;
    if (to)
        out->size += store_pack_entry_head(to, STORE_OFS_DELTA, size, distance);
    ok = to && add_stream(out, delta, size);
    free(delta);
    return ok;
}

static bool
add_entry(buffer_t *out, const store_objects_t *objects, size_t i, store_pack_entry_t *entries)
{
    const store_object_t *object = &objects->items[i];
    store_pack_entry_t *entry = &entries[i];
    *entry = (store_pack_entry_t) { .oid = object->oid, .offset = out->size };
    bool ok;
    if (object->base) {
        size_t base = object->base - 1;
        ok = add_delta(out, object, &objects->items[base], out->size - entries[base].offset);
    } else {
        uint8_t *to = buffer_more(out, ENTRY_HEAD);
        if (to)
            out->size += store_pack_entry_head(to, (unsigned)object->type, object->size, 0);
        ok = to && add_stream(out, object->data, object->size);
    }
    if (ok)
        entry->crc = (uint32_t)crc32(crc32(0, NULL, 0), out->data + entry->offset,
                                     (uInt)(out->size - entry->offset));
    return ok;
}

code_t
store_pack_build(const store_objects_t *objects, store_pack_t *pack)
{
    code_t code = INTERNAL;
    buffer_t out = { 0 };
    *pack = (store_pack_t) { 0 };
    store_pack_entry_t *entries = calloc(objects->count + 1, sizeof *entries);
    uint8_t *head = buffer_more(&out, 12);
    if (!entries || !head)
        goto done;
    store_pack_head(head, objects->count);
    out.size = 12;
    for (size_t i = 0; i < objects->count; i++)
        if (!add_entry(&out, objects, i, entries))
            goto done;
    if (!buffer_more(&out, 20))
        goto done;
    pack->pack = out.data;
    pack->pack_size = out.size + 20;
    out.data = NULL;
    code = store_pack_finish(pack, entries, objects->count);
done:
    free(entries);
    free(out.data);
    return code;
}

static int
by_oid(const void *a, const void *b)
{
    return memcmp(a, b, GIT_OID_RAWSZ);         // oid is the first member
}

static void
fill_index(uint8_t *at, const store_pack_entry_t *entries, size_t count)
{
    memcpy(at, "\377tOc\0\0\0\2", 8);
    at += 8;
    size_t i = 0;
    for (unsigned first = 0; first < 256; first++, at += 4) {
        while (i < count && entries[i].oid.id[0] <= first)
            i++;
        put32(at, (uint32_t)i);
    }
    for (i = 0; i < count; i++, at += GIT_OID_RAWSZ)
        memcpy(at, entries[i].oid.id, GIT_OID_RAWSZ);
    for (i = 0; i < count; i++, at += 4)
        put32(at, entries[i].crc);
    for (i = 0; i < count; i++, at += 4)
        put32(at, (uint32_t)entries[i].offset);
}

static void
checksum(const uint8_t *data, size_t size, uint8_t digest[SHA1_DIGEST_SIZE])
{
    struct sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, size, data);
    sha1_digest(&sha, SHA1_DIGEST_SIZE, digest);
}

code_t
store_pack_finish(store_pack_t *pack, store_pack_entry_t *entries, size_t count)
{
    uint8_t *trailer = pack->pack + pack->pack_size - 20;
    checksum(pack->pack, pack->pack_size - 20, trailer);
    for (size_t i = 0; i < 20; i++)
        snprintf(pack->name + 2 * i, 3, "%02x", trailer[i]);
    qsort(entries, count, sizeof *entries, by_oid);
    pack->index_size = 8 + 256 * 4 + count * (GIT_OID_RAWSZ + 8) + 40;
    pack->index = malloc(pack->index_size);
    if (!pack->index)
        return INTERNAL;
    fill_index(pack->index, entries, count);
    memcpy(pack->index + pack->index_size - 40, trailer, 20);
    checksum(pack->index, pack->index_size - 20, pack->index + pack->index_size - 20);
    return OK;
}

void
store_pack_clear(store_pack_t *self)
{
    free(self->pack);
    free(self->index);
    *self = (store_pack_t) { 0 };
}
