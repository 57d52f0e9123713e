// store_index - the index of a work tree, some entries replaced
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "store_file.h"
#include "store_index.h"
#include "store_lock.h"

enum {
    HEAD_SIZE = STORE_INDEX_HEAD, TRAILER = STORE_INDEX_TRAILER, FIXED = STORE_INDEX_FIXED,
    AT_MODE = 24, AT_OID = 40, AT_FLAGS = 60,
    FLAG_VALID = 0x8000, FLAG_EXTENDED = 0x4000, FLAG_STAGE = 0x3000, FLAG_NAME = STORE_INDEX_NAME,
    EXTENDED_SKIP = 0x4000 | 0x2000,            // skip-worktree, intent-to-add
    LOCK_TRIES = 50, LOCK_WAIT_NS = 2000000,
    HELD_MS = 5000,                             // after a wait in vain there is none for so long
};

typedef struct {
    const uint8_t *start, *end;
    const char *path;
    unsigned flags, extended;
} entry_t;

static uint32_t
get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// The entry at `at`; false if it is damaged.
static bool
read_entry(const uint8_t *at, const uint8_t *end, entry_t *entry)
{
    if (end - at < FIXED + 3)
        return false;
    entry->start = at;
    entry->flags = (unsigned)at[AT_FLAGS] << 8 | at[AT_FLAGS + 1];
    entry->extended = 0;
    const uint8_t *path = at + FIXED;
    if (entry->flags & FLAG_EXTENDED) {
        entry->extended = (unsigned)path[0] << 8 | path[1];
        path += 2;
    }
    size_t size = entry->flags & FLAG_NAME, left = (size_t)(end - path);
    const uint8_t *nul = path + size;
    if (size == FLAG_NAME)
        nul = memchr(path, 0, left);            // longer than the flags can say
    if (!nul || size >= left || *nul)
        return false;
    entry->path = (const char *)path;
    entry->end = at + (((size_t)(nul - at) + 8) & ~(size_t)7);
    return entry->end <= end;
}

// The entry of an index that was checked.
static entry_t
entry_at(const store_index_t *index, size_t i)
{
    entry_t entry = { 0 };
    read_entry(index->data + index->offsets[i], index->data + index->offsets[index->count], &entry);
    return entry;
}

bool
store_index_find(const store_index_t *index, const char *path, size_t *place)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(entry_at(index, middle).path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *place = low;
    return low < index->count && strcmp(entry_at(index, low).path, path) == 0;
}

// ---- opening ----------------------------------------------------------------------------------------------------

static int
take_lock(store_index_t *index)
{
    static const struct timespec wait = { .tv_nsec = LOCK_WAIT_NS };
    bool patient = index->memory->held == 0 || store_steady() - index->memory->held > HELD_MS;
    for (int i = 0; i < (patient? LOCK_TRIES: 2); i++) {
        index->lock = store_lock_take(index->lock_path);
        if (index->lock >= 0 || errno != EEXIST)
            return index->lock;
        nanosleep(&wait, NULL);
    }
    index->memory->held = store_steady();
    errno = EEXIST;
    return -1;
}

static bool
is_as_we_left_it(const store_index_memory_t *memory, const struct stat *now)
{
    return memory->valid && memory->device == now->st_dev && memory->inode == now->st_ino &&
           memory->size == (size_t)now->st_size && memory->mtime.tv_sec == now->st_mtim.tv_sec &&
           memory->mtime.tv_nsec == now->st_mtim.tv_nsec;
}

static code_t
map_index(store_t *store, store_index_t *index)
{
    struct stat now;
    index->fd = open(index->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (index->fd < 0 && errno == ENOENT)
        return OK;
    if (index->fd < 0 || fstat(index->fd, &now) < 0)
        return store_fail_errno(store, "cannot read the index");
    index->mode = now.st_mode & 0777;
    if (now.st_size < HEAD_SIZE + TRAILER || now.st_size > INT32_MAX)
        return store_fail(store, INTERNAL, "the index is damaged");
    void *data = mmap(NULL, (size_t)now.st_size, PROT_READ, MAP_SHARED, index->fd, 0);
    if (data == MAP_FAILED)
        return store_fail_errno(store, "cannot read the index");
    index->data = data;
    index->size = (size_t)now.st_size;
    index->memory->valid = is_as_we_left_it(index->memory, &now) &&
                           memcmp(index->data + index->size - TRAILER, index->memory->sum, TRAILER) == 0;
    return OK;
}

static code_t
find_entries(store_t *store, store_index_t *index)
{
    entry_t entry;
    uint32_t version = memcmp(index->data, "DIRC", 4) == 0? get32(index->data + 4): 0;
    if (version != 2 && version != 3)
        return store_fail(store, UNSUPPORTED, "the index is of a version that cannot be followed");
    const uint8_t *end = index->data + index->size - TRAILER, *at = index->data + HEAD_SIZE;
    index->count = get32(index->data + 8);
    if (index->count <= index->size / FIXED)
        index->offsets = calloc(index->count + 1, sizeof *index->offsets);
    if (!index->offsets)
        return store_fail(store, INTERNAL, "the index is damaged, or there is no memory");
    for (size_t i = 0; i < index->count; i++, at = entry.end) {
        if (!read_entry(at, end, &entry))
            return store_fail(store, INTERNAL, "the index is damaged");
        index->offsets[i] = (uint32_t)(at - index->data);
    }
    index->offsets[index->count] = (uint32_t)(at - index->data);
    // Extensions whose name begins with a small letter may not be dropped (a split or sparse index).
    if (end - at >= 8 && at[0] >= 'a' && at[0] <= 'z')
        return store_fail(store, UNSUPPORTED, "the index is split or sparse and cannot be followed");
    return OK;
}

code_t
store_index_open(store_t *store, store_index_t *index)
{
    *index = (store_index_t) { .lock = -1, .fd = -1, .mode = 0644, .memory = &store->writer->index };
    int length = snprintf(index->lock_path, sizeof index->lock_path, "%sindex.lock", store->git_dir);
    if (length < 0 || (size_t)length >= sizeof index->lock_path)
        return store_fail(store, INTERNAL, "the path of the repository is too long");
    snprintf(index->path, sizeof index->path, "%sindex", store->git_dir);
    if (take_lock(index) < 0)
        return errno == EEXIST? store_fail(store, BUSY, "another program holds index.lock"):
                                store_fail_errno(store, "cannot lock the index");
    code_t code = map_index(store, index);
    if (code == OK && index->data && index->memory->valid) {
        index->offsets = index->memory->offsets;
        index->count = index->memory->count;
    } else if (code == OK && index->data)
        code = find_entries(store, index);
    if (code != OK)
        store_index_close(index);
    return code;
}

void
store_index_close(store_index_t *index)
{
    if (index->lock >= 0) {
        unlink(index->lock_path);
        close(index->lock);
    }
    if (index->data)
        munmap((void *)(uintptr_t)index->data, index->size);
    if (index->fd >= 0)
        close(index->fd);
    if (index->memory && index->offsets != index->memory->offsets)
        free(index->offsets);
    *index = (store_index_t) { .lock = -1, .fd = -1 };
}

bool
store_index_is(const store_index_t *index, const char *path, const store_state_t *state)
{
    size_t place;
    if (!store_index_find(index, path, &place))
        return state->mode == 0;
    entry_t entry = entry_at(index, place);
    return state->mode && !(entry.flags & (FLAG_VALID | FLAG_STAGE)) && !(entry.extended & EXTENDED_SKIP) &&
           get32(entry.start + AT_MODE) == state->mode &&
           memcmp(entry.start + AT_OID, state->oid.id, GIT_OID_RAWSZ) == 0;
}

void
store_index_check(store_index_t *index)
{
    static const uint8_t unsummed[TRAILER];     // git may be told to write none (index.skipHash)
    uint8_t digest[TRAILER];
    struct sha1_ctx sha;
    if (!index->data || memcmp(index->data + index->size - TRAILER, unsummed, TRAILER) == 0)
        return;
    sha1_init(&sha);
    sha1_update(&sha, index->size - TRAILER, index->data);
    sha1_digest(&sha, TRAILER, digest);
    index->torn = memcmp(digest, index->data + index->size - TRAILER, TRAILER) != 0;
}
