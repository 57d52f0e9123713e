// store_source - an existing pack, entry by entry, without unpacking it
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include "store_source.h"

enum { IDX_HEAD = 8 + 1024 };

static uint32_t
get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool
map_file(const store_t *store, const char *name, const char *suffix, store_mapped_t *file)
{
    char path[4096];
    struct stat facts;
    int length = snprintf(path, sizeof path, "%sobjects/pack/pack-%s%s", store->common_dir, name, suffix);
    if (length < 0 || (size_t)length >= sizeof path)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, &facts) == 0 && facts.st_size > 0) {
        void *data = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data != MAP_FAILED)
            *file = (store_mapped_t) { data, (size_t)facts.st_size };
    }
    close(fd);
    return file->data != NULL;
}

void
store_source_close(store_source_t *self)
{
    if (self->pack.data)
        munmap((void *)(uintptr_t)self->pack.data, self->pack.size);
    if (self->idx.data)
        munmap((void *)(uintptr_t)self->idx.data, self->idx.size);
    free(self->order);
    *self = (store_source_t) { .count = 0 };
}

static const uint8_t *
oid_of(const store_source_t *self, size_t number)
{
    return self->idx.data + IDX_HEAD + number * GIT_OID_RAWSZ;
}

static size_t
offset_of(const store_source_t *self, size_t number)
{
    return get32(self->idx.data + IDX_HEAD + self->count * (GIT_OID_RAWSZ + 4) + number * 4);
}

static uint32_t
crc_of(const store_source_t *self, size_t number)
{
    return get32(self->idx.data + IDX_HEAD + self->count * GIT_OID_RAWSZ + number * 4);
}

static int
by_offset(const void *a, const void *b, void *source)
{
    size_t x = offset_of(source, *(const uint32_t *)a), y = offset_of(source, *(const uint32_t *)b);
    return x < y? -1: x > y;
}

static bool
source_check(store_source_t *self)
{
    if (self->idx.size < IDX_HEAD + 40 || self->pack.size < 32 ||
        memcmp(self->idx.data, "\377tOc\0\0\0\2", 8) != 0 ||
        memcmp(self->pack.data, "PACK\0\0\0\2", 8) != 0)
        return false;
    self->count = get32(self->idx.data + IDX_HEAD - 4);
    if (self->count != get32(self->pack.data + 8) || self->count > self->idx.size / (GIT_OID_RAWSZ + 8) ||
        self->idx.size != IDX_HEAD + self->count * (GIT_OID_RAWSZ + 8) + 40 ||
        memcmp(self->idx.data + self->idx.size - 40, self->pack.data + self->pack.size - 20, 20) != 0)
        return false;
    self->order = calloc(self->count + 1, sizeof *self->order);
    if (!self->order)
        return false;
    size_t end = self->pack.size - 20;
    for (size_t i = 0; i < self->count; i++) {
        self->order[i] = (uint32_t)i;
        if (offset_of(self, i) < 12 || offset_of(self, i) >= end)
            return false;
    }
    qsort_r(self->order, self->count, sizeof *self->order, by_offset, self);
    return true;
}

const uint8_t *
store_source_find(const store_source_t *self, size_t offset)
{
    size_t low = 0, high = self->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t found = offset_of(self, self->order[middle]);
        if (found == offset)
            return oid_of(self, self->order[middle]);
        if (found < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool
store_source_entry(const store_source_t *self, size_t i, store_packed_t *entry)
{
    size_t start = offset_of(self, self->order[i]);
    size_t end = i + 1 < self->count? offset_of(self, self->order[i + 1]): self->pack.size - 20;
    const uint8_t *at = self->pack.data + start;
    if (crc32(crc32(0, NULL, 0), at, (uInt)(end - start)) != crc_of(self, self->order[i]))
        return false;                           // the disk forgot something: it must not spread
    unsigned shift = 4;
    *entry = (store_packed_t) { .type = *at >> 4 & 7, .size = *at & 15, .end = self->pack.data + end };
    for (; at < entry->end && (*at & 0x80) && shift < 60; shift += 7)
        entry->size |= (size_t)(*++at & 0x7f) << shift;
    at++;
    if (entry->type == STORE_OFS_DELTA && at < entry->end) {
        entry->distance = *at & 0x7f;
        while (at < entry->end && (*at & 0x80) && entry->distance < INT32_MAX)
            entry->distance = (entry->distance + 1) << 7 | (*++at & 0x7f);
        at++;
    }
    entry->stream = at;
    return at < entry->end && entry->end - at > 2 && entry->type != 0 && entry->type != 5;
}

size_t
store_source_offset(const store_source_t *self, size_t i)
{
    return offset_of(self, self->order[i]);
}

const uint8_t *
store_source_oid(const store_source_t *self, size_t i)
{
    return oid_of(self, self->order[i]);
}

code_t
store_source_open(store_t *store, const char *name, store_source_t *self)
{
    *self = (store_source_t) { .count = 0 };
    if (!map_file(store, name, ".idx", &self->idx) || !map_file(store, name, ".pack", &self->pack))
        return NOT_FOUND;
    return source_check(self)? OK: store_fail(store, INTERNAL, "pack-%s cannot be read", name);
}
