// store_index - the index of a work tree, some entries replaced
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"
#include "store_index.h"
#include "store_sha1.h"

enum {
    HEAD_SIZE = 12,
    TRAILER = 20,
    FIXED = 62,                                 // of an entry, up to its path
    AT_MODE = 24, AT_OID = 40, AT_FLAGS = 60,
    FLAG_VALID = 0x8000, FLAG_EXTENDED = 0x4000, FLAG_STAGE = 0x3000, FLAG_NAME = 0x0fff,
    EXTENDED_SKIP = 0x4000 | 0x2000,            // skip-worktree, intent-to-add
    LOCK_TRIES = 50, LOCK_WAIT_NS = 2000000,
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

static uint8_t *
put32(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    return at + 4;
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

// The first entry that does not sort before the path.
static size_t
find_entry(const store_index_t *index, const char *path)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(entry_at(index, middle).path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// ---- opening ----------------------------------------------------------------------------------------------------------------

static int
take_lock(store_index_t *index)
{
    static const struct timespec wait = { .tv_nsec = LOCK_WAIT_NS };
    for (int i = 0; i < LOCK_TRIES; i++) {
        index->fd = open(index->lock_path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (index->fd >= 0 || errno != EEXIST)
            break;
        nanosleep(&wait, NULL);
    }
    return index->fd;
}

static code_t
read_all(store_t *store, store_index_t *index)
{
    struct stat now;
    code_t code = OK;
    int fd = open(index->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT? OK: store_fail_errno(store, "cannot read the index");
    if (fstat(fd, &now) == 0 && now.st_size > 0 && now.st_size < INT32_MAX) {
        index->size = (size_t)now.st_size;
        index->data = malloc(index->size);
    }
    if (!index->data || read(fd, index->data, index->size) != (ssize_t)index->size)
        code = store_fail(store, INTERNAL, "cannot read the index");
    close(fd);
    return code;
}

static code_t
find_entries(store_t *store, store_index_t *index)
{
    entry_t entry;
    if (!index->data)
        return OK;
    uint32_t version = index->size >= HEAD_SIZE + TRAILER && memcmp(index->data, "DIRC", 4) == 0?
                       get32(index->data + 4): 0;
    if (version != 2 && version != 3)
        return store_fail(store, UNSUPPORTED, "the index is of a version that cannot be followed");
    const uint8_t *end = index->data + index->size - TRAILER;
    const uint8_t *at = index->data + HEAD_SIZE;
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
    *index = (store_index_t) { .fd = -1 };
    int length = snprintf(index->lock_path, sizeof index->lock_path, "%sindex.lock", store->git_dir);
    if (length < 0 || (size_t)length >= sizeof index->lock_path)
        return store_fail(store, INTERNAL, "the path of the repository is too long");
    snprintf(index->path, sizeof index->path, "%sindex", store->git_dir);
    if (take_lock(index) < 0)
        return errno == EEXIST? store_fail(store, BUSY, "another program holds index.lock"):
                                store_fail_errno(store, "cannot lock the index");
    code_t code = read_all(store, index);
    if (code == OK)
        code = find_entries(store, index);
    if (code != OK)
        store_index_close(index);
    return code;
}

void
store_index_close(store_index_t *index)
{
    if (index->fd >= 0) {
        unlink(index->lock_path);
        close(index->fd);
    }
    free(index->data);
    free(index->offsets);
    *index = (store_index_t) { .fd = -1 };
}

// ---- looking and changing -----------------------------------------------------------------------------------------------------

bool
store_index_agrees(const store_index_t *index, const store_file_entry_t *file)
{
    size_t i = find_entry(index, file->path);
    if (i == index->count)
        return file->old.mode == 0;
    entry_t entry = entry_at(index, i);
    if (strcmp(entry.path, file->path) != 0)
        return file->old.mode == 0;
    return file->old.mode && !(entry.flags & (FLAG_VALID | FLAG_STAGE)) && !(entry.extended & EXTENDED_SKIP) &&
           get32(entry.start + AT_MODE) == file->old.mode &&
           memcmp(entry.start + AT_OID, file->old.oid.id, GIT_OID_RAWSZ) == 0;
}

static int
by_path(const void *a, const void *b)
{
    return strcmp(((const store_index_edit_t *)a)->file->path, ((const store_index_edit_t *)b)->file->path);
}

static uint8_t *
put_entry(uint8_t *to, const store_index_edit_t *edit)
{
    const struct stat *facts = &edit->facts;
    uint8_t *start = to;
    size_t size = strlen(edit->file->path);
    to = put32(to, (uint64_t)facts->st_ctim.tv_sec);
    to = put32(to, (uint64_t)facts->st_ctim.tv_nsec);
    to = put32(to, (uint64_t)facts->st_mtim.tv_sec);
    to = put32(to, (uint64_t)facts->st_mtim.tv_nsec);
    to = put32(to, facts->st_dev);
    to = put32(to, facts->st_ino);
    to = put32(to, edit->file->now.mode);
    to = put32(to, facts->st_uid);
    to = put32(to, facts->st_gid);
    to = put32(to, (uint64_t)facts->st_size);
    memcpy(to, edit->file->now.oid.id, GIT_OID_RAWSZ);
    to += GIT_OID_RAWSZ;
    size_t name = size < FLAG_NAME? size: FLAG_NAME;
    *to++ = (uint8_t)(name >> 8);
    *to++ = (uint8_t)name;
    memcpy(to, edit->file->path, size);
    memset(to + size, 0, 8);
    return start + ((FIXED + size + 8) & ~(size_t)7);
}

// Copies the entries [from, to) in one piece.
static uint8_t *
copy_entries(const store_index_t *index, size_t from, size_t to, uint8_t *at)
{
    if (from == to)
        return at;
    size_t size = index->offsets[to] - index->offsets[from];
    memcpy(at, index->data + index->offsets[from], size);
    return at + size;
}

static uint8_t *
join(const store_index_t *index, const store_index_edit_t *edits, size_t count, uint8_t *to)
{
    size_t copied = 0, total = index->count;
    uint8_t *number = to + 8;
    memcpy(to, index->data? (const char *)index->data: "DIRC\0\0\0\2", 8);
    to += HEAD_SIZE;
    for (size_t i = 0; i < count; i++) {
        size_t place = find_entry(index, edits[i].file->path);
        to = copy_entries(index, copied, place, to);
        copied = place;
        if (place < index->count && strcmp(entry_at(index, place).path, edits[i].file->path) == 0) {
            copied++;
            total--;
        }
        if (edits[i].file->now.mode) {
            to = put_entry(to, &edits[i]);
            total++;
        }
    }
    put32(number, total);
    return copy_entries(index, copied, index->count, to);
}

code_t
store_index_write(store_t *store, store_index_t *index, store_index_edit_t *edits, size_t count)
{
    store_sha1_t sha;
    code_t code = OK;
    size_t room = index->size + HEAD_SIZE + TRAILER;
    for (size_t i = 0; i < count; i++)
        room += FIXED + strlen(edits[i].file->path) + 16;
    uint8_t *data = malloc(room);
    if (!data)
        return store_fail(store, INTERNAL, "no memory");
    qsort(edits, count, sizeof *edits, by_path);
    uint8_t *end = join(index, edits, count, data);
    store_sha1_begin(&sha, store->writer->fast_sha);
    store_sha1_add(&sha, data, (size_t)(end - data));
    store_sha1_end(&sha, end);
    if (store_file_write(index->fd, data, (size_t)(end + TRAILER - data)) < 0 ||
        rename(index->lock_path, index->path) < 0)
        code = store_fail_errno(store, "cannot write the index");
    free(data);
    if (code == OK) {
        close(index->fd);
        index->fd = -1;
    }
    store_index_close(index);
    return code;
}
