// store_pack - writes objects as one small pack with its index, durably
//
// The names are tmp_pack_* and tmp_idx_* until all is on disk (git complains for ever about a stray *.idx).
// Little is compressed: a save waits for it, and store_maintain packs again when there is time.
#ifndef STORE_PACK_H
#define STORE_PACK_H
#include "store_objects.h"

// A pack in memory, as it will stand in its file.
typedef struct {
    uint8_t *pack, *index;                      // owned
    size_t pack_size, index_size;
    char name[41];                              // hex of the pack's checksum: pack-<name>.pack
    bool durable;                               // publishing syncs it
} store_pack_t;

// One entry of a pack that is being made.
typedef struct {
    git_oid oid;
    uint32_t crc;
    size_t offset;
} store_pack_entry_t;

// INTERNAL: no memory, or over 2 GiB.
code_t store_pack_build(const store_objects_t *objects, store_pack_t *pack);
// The twelve bytes that a pack begins with.
void store_pack_head(uint8_t *to, size_t count);
// Type, size of the content, and for an OFS_DELTA the distance to its base; at most 32 bytes, returns how many.
size_t store_pack_entry_head(uint8_t *to, unsigned type, size_t size, size_t distance);
// The index of `count` entries, which it sorts, and the name; pack->pack must be whole but for its last 20 bytes.
code_t store_pack_finish(store_pack_t *pack, store_pack_entry_t *entries, size_t count);
void store_pack_clear(store_pack_t *self);

// The two files of a pack while they have temporary names.
typedef struct {
    char pack_path[4096], index_path[4096];
    int pack, index;                            // descriptors; -1: not open
} store_pack_files_t;

// Writes both files under temporary names; `unique` makes them so. Nothing is synced yet, writing back has begun.
// NO_SPACE, READ_ONLY, INTERNAL: then nothing is left behind.
code_t store_pack_write(store_t *store, const store_pack_t *pack, unsigned unique, store_pack_files_t *files);
// Syncs both if the pack is to be durable, and gives them their names: 2 fsyncs.
code_t store_pack_name(store_t *store, const store_pack_t *pack, store_pack_files_t *files);
// Syncs the folder of the names: 1 fsync. The pack stays from here on.
code_t store_pack_settle(store_t *store, const store_pack_t *pack, store_pack_files_t *files);
// Removes what is not settled, closes.
void store_pack_abandon(store_pack_files_t *files);
#endif
