// store_index - the index of a work tree (gitformat-index(5), versions 2 and 3), some entries replaced
//
// libgit2 would parse and write all of it for each save, some 15 ms with 10,000 files. Here what lies between the
// entries that change is copied as it is, and if the index is still the one that we left, an entry is replaced in
// its place and only the checksum made anew, from the last point before it that is remembered: 0.2 ms. Extensions
// are dropped: git makes them again when it wants them.
#ifndef STORE_INDEX_H
#define STORE_INDEX_H
#include "store_writer.h"

enum {
    STORE_INDEX_STEP = 64 * 1024,               // bytes between the sums that are remembered
    STORE_INDEX_HEAD = 12, STORE_INDEX_TRAILER = 20,
    STORE_INDEX_FIXED = 62,                     // of an entry, up to its path
    STORE_INDEX_NAME = 0x0fff,                  // in its flags: length of the path
};

typedef struct {
    int lock;                                   // descriptor of index.lock; -1: not held
    int fd;                                     // of the index; -1: there is none
    const uint8_t *data;                        // mapped
    size_t size;
    mode_t mode;
    bool torn;                                  // a change of ours in its place was cut off (store_index_check)
    store_index_memory_t *memory;               // of the writer; valid: offsets are its, and the checksum is right
    uint32_t *offsets;                          // of its entries in data, and of their end
    size_t count;
    char path[4096], lock_path[4096];
} store_index_t;

// What is to become of one path.
typedef struct {
    const store_file_entry_t *file;
    struct stat facts;                          // of the work-tree file as it is now, if there is one
} store_index_edit_t;

// Takes index.lock and reads. BUSY: another program holds the lock. UNSUPPORTED: an index of another version.
code_t store_index_open(store_t *store, store_index_t *index);
// Is this path in it, and which entry is it, or would it come before?
bool store_index_find(const store_index_t *index, const char *path, size_t *place);
// Is this file in the index as the state says, and nothing in the way of changing it?
bool store_index_is(const store_index_t *index, const char *path, const store_state_t *state);
// Finds out by its checksum whether it is torn. Only we change an index in its place, so then it was us.
void store_index_check(store_index_t *index);
// Writes the index with the edits, which it sorts, and lets go of the lock. Not synced: git can make it again.
code_t store_index_write(store_t *store, store_index_t *index, store_index_edit_t *edits, size_t count);
void store_index_close(store_index_t *index);
#endif
