// store_repack - several packs into one
//
// Entries keep their order, so the base of a delta always comes before it; only its distance is written anew. Trees
// that were stored in full become deltas of an earlier tree much like them: a wiki of 200 folders writes a root
// tree of 7 KiB with every save, of which 20 bytes are new.
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "store_delta.h"
#include "store_repack.h"
#include "store_source.h"

enum {
    ENTRY_HEAD = 32,
    TREES = 64,                                 // that are tried as a base
    CHAIN = 40,
    LEVEL = 6,
};

// A tree of the new pack with its content.
typedef struct {
    uint8_t *data;
    size_t size, offset;
    unsigned depth;
} tree_t;

struct store_repack {
    store_t *store;
    store_pack_entry_t *entries;
    size_t count, room;
    uint32_t *slots;                            // 1 + index of an entry, by oid; a power of two
    size_t slot_count;
    uint8_t *data;
    size_t size, data_room;
    tree_t trees[TREES];                        // a ring
    size_t next_tree;
};

// ---- the new pack -----------------------------------------------------------------------------------------------

store_repack_t *
store_repack_new(store_t *store)
{
    store_repack_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->store = store;
    self->size = 12;
    return self;
}

void
store_repack_free(store_repack_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < TREES; i++)
        free((*self)->trees[i].data);
    free((*self)->entries);
    free((*self)->slots);
    free((*self)->data);
    free(*self);
    *self = NULL;
}

static size_t
slot_of(const store_repack_t *self, const git_oid *oid)
{
    uint32_t hash;
    memcpy(&hash, oid->id, sizeof hash);
    size_t i = hash & (self->slot_count - 1);
    while (self->slots[i] && !git_oid_equal(&self->entries[self->slots[i] - 1].oid, oid))
        i = (i + 1) & (self->slot_count - 1);
    return i;
}

static const store_pack_entry_t *
find(const store_repack_t *self, const git_oid *oid)
{
    if (!self->slot_count)
        return NULL;
    uint32_t slot = self->slots[slot_of(self, oid)];
    return slot? &self->entries[slot - 1]: NULL;
}

// Room for `more` entries and `bytes`; what was there stays.
static bool
make_room(store_repack_t *self, size_t more, size_t bytes)
{
    size_t room = (self->count + more) * 2, slots = 64, data = (self->size + bytes) * 3 / 2;
    if (self->size + bytes + 20 > INT32_MAX)
        return false;
    if (self->size + bytes > self->data_room) {
        uint8_t *grown = realloc(self->data, data);
        if (!grown)
            return false;
        self->data = grown;
        self->data_room = data;
    }
    if (self->count + more <= self->room)
        return true;
    while (slots < room * 2)
        slots *= 2;
    store_pack_entry_t *entries = realloc(self->entries, room * sizeof *entries);
    if (!entries)
        return false;
    self->entries = entries;
    uint32_t *table = calloc(slots, sizeof *table);
    if (!table)
        return false;
    free(self->slots);
    self->slots = table;
    self->slot_count = slots;
    self->room = room;
    for (size_t i = 0; i < self->count; i++)
        self->slots[slot_of(self, &self->entries[i].oid)] = (uint32_t)i + 1;
    return true;
}

// The entry whose bytes now end the pack.
static void
add_entry(store_repack_t *self, const git_oid *oid, size_t offset)
{
    size_t slot = slot_of(self, oid);
    uint32_t crc = (uint32_t)crc32(crc32(0, NULL, 0), self->data + offset, (uInt)(self->size - offset));
    self->entries[self->count] = (store_pack_entry_t) { *oid, crc, offset };
    self->slots[slot] = (uint32_t)++self->count;
}

// ---- entry by entry ---------------------------------------------------------------------------------------------

// Content that was stored without compressing it; NULL: it was not. The caller frees it.
static uint8_t *
stored_content(const store_packed_t *entry)
{
    uLongf size = (uLongf)entry->size;
    if (entry->type > 4 || entry->size >= INT32_MAX || (entry->stream[2] & 6) != 0)
        return NULL;
    uint8_t *data = malloc(entry->size + 1);
    if (data && (uncompress(data, &size, entry->stream, (uLong)(entry->end - entry->stream)) != Z_OK ||
                 size != entry->size)) {
        free(data);
        return NULL;
    }
    return data;
}

static bool
append(store_repack_t *self, const store_packed_t *entry, const uint8_t *stream, size_t size)
{
    if (!make_room(self, 1, size + ENTRY_HEAD))
        return false;
    self->size += store_pack_entry_head(self->data + self->size, entry->type, entry->size, entry->distance);
    memcpy(self->data + self->size, stream, size);
    self->size += size;
    return true;
}

static bool
append_compressed(store_repack_t *self, const store_packed_t *entry, const uint8_t *content)
{
    uLongf size = compressBound((uLong)entry->size);
    uint8_t *stream = malloc(size);
    bool ok = stream && compress2(stream, &size, content, (uLong)entry->size, LEVEL) == Z_OK &&
              append(self, entry, stream, size);
    free(stream);
    return ok;
}

// The earlier tree that gives the shortest delta; NULL: none that is worth it.
static const tree_t *
best_base(const store_repack_t *self, const uint8_t *content, size_t size, uint8_t **delta, size_t *delta_size)
{
    const tree_t *best = NULL;
    *delta = NULL;
    *delta_size = size / 2;
    for (size_t i = 0; i < TREES; i++) {
        const tree_t *tree = &self->trees[i];
        size_t made_size;
        if (!tree->data || tree->depth >= CHAIN ||
            store_delta_size(tree->data, tree->size, content, size) >= *delta_size)
            continue;
        uint8_t *made = store_delta_make(tree->data, tree->size, content, size, &made_size);
        if (!made)
            continue;
        free(*delta);
        *delta = made;
        *delta_size = made_size;
        best = tree;
    }
    return best;
}

// Takes `content`.
static bool
append_tree(store_repack_t *self, const store_packed_t *entry, uint8_t *content)
{
    uint8_t *delta;
    store_packed_t as_delta = { .type = STORE_OFS_DELTA };
    size_t offset = self->size;
    const tree_t *base = best_base(self, content, entry->size, &delta, &as_delta.size);
    as_delta.distance = base? offset - base->offset: 0;
    unsigned depth = base? base->depth + 1: 0;
    bool ok = base? append_compressed(self, &as_delta, delta): append_compressed(self, entry, content);
    free(delta);
    tree_t *tree = &self->trees[self->next_tree++ % TREES];
    free(tree->data);
    *tree = (tree_t) { content, entry->size, offset, depth };
    return ok;
}

static bool
copy_entry(store_repack_t *self, const store_source_t *source, size_t i)
{
    store_packed_t entry;
    git_oid oid, base;
    size_t from = store_source_offset(source, i);
    git_oid_fromraw(&oid, store_source_oid(source, i));
    if (find(self, &oid))
        return true;
    if (!store_source_entry(source, i, &entry) || !make_room(self, 1, 0))
        return false;
    size_t offset = self->size;
    if (entry.type == STORE_OFS_DELTA) {
        const uint8_t *id = entry.distance <= from? store_source_find(source, from - entry.distance): NULL;
        const store_pack_entry_t *found = id && git_oid_fromraw(&base, id) == 0? find(self, &base): NULL;
        if (!found)
            return false;
        entry.distance = offset - found->offset;
    }
    uint8_t *content = stored_content(&entry);
    bool ok;
    if (content && entry.type == GIT_OBJECT_TREE) {
        ok = append_tree(self, &entry, content);
        content = NULL;
    } else
        ok = content? append_compressed(self, &entry, content):
                      append(self, &entry, entry.stream, (size_t)(entry.end - entry.stream));
    free(content);
    if (ok)
        add_entry(self, &oid, offset);
    return ok;
}

code_t
store_repack_add(store_repack_t *self, const char *name)
{
    store_source_t source;
    code_t code = store_source_open(self->store, name, &source);
    for (size_t i = 0; code == OK && i < source.count; i++)
        if (!copy_entry(self, &source, i))
            code = store_fail(self->store, INTERNAL, "pack-%s cannot be read", name);
    store_source_close(&source);
    return code;
}

code_t
store_repack_finish(store_repack_t *self, store_pack_t *pack)
{
    if (self->count == 0)
        return NOT_FOUND;
    if (!make_room(self, 0, 20))
        return INTERNAL;
    *pack = (store_pack_t) { .pack = self->data, .pack_size = self->size + 20 };
    self->data = NULL;                          // it is the pack's
    store_pack_head(pack->pack, self->count);
    return store_pack_finish(pack, self->entries, self->count);
}
