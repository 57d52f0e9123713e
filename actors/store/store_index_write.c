// store_index_write - the index of a work tree with some entries replaced: in their place, or all of it anew
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"
#include "store_index.h"
#include "store_lock.h"

enum {
    HEAD_SIZE = STORE_INDEX_HEAD, TRAILER = STORE_INDEX_TRAILER, FIXED = STORE_INDEX_FIXED,
    FLAG_NAME = STORE_INDEX_NAME,
};

static uint8_t *
put32(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    return at + 4;
}

static int
by_path(const void *a, const void *b)
{
    return strcmp(((const store_index_edit_t *)a)->file->path, ((const store_index_edit_t *)b)->file->path);
}

// All of an entry before its flags.
static uint8_t *
put_facts(uint8_t *to, const store_index_edit_t *edit)
{
    const struct stat *facts = &edit->facts;
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
    return to + GIT_OID_RAWSZ;
}

static uint8_t *
put_entry(uint8_t *start, const store_index_edit_t *edit)
{
    size_t size = strlen(edit->file->path), name = size < FLAG_NAME? size: FLAG_NAME;
    uint8_t *to = put_facts(start, edit);
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
        size_t place;
        bool known = store_index_find(index, edits[i].file->path, &place);
        to = copy_entries(index, copied, place, to);
        copied = place;
        if (known) {
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

// ---- writing it whole -------------------------------------------------------------------------------------------

static code_t
write_whole(store_t *store, store_index_t *index, const store_index_edit_t *edits, size_t count)
{
    struct sha1_ctx sha;
    code_t code = OK;
    size_t room = index->size + HEAD_SIZE + TRAILER;
    for (size_t i = 0; i < count; i++)
        room += FIXED + strlen(edits[i].file->path) + 16;
    uint8_t *data = malloc(room);
    if (!data)
        return store_fail(store, INTERNAL, "no memory");
    uint8_t *end = join(index, edits, count, data);
    sha1_init(&sha);
    sha1_update(&sha, (size_t)(end - data), data);
    sha1_digest(&sha, TRAILER, end);
    if (store_file_write(index->lock, data, (size_t)(end + TRAILER - data)) < 0 ||
        rename(index->lock_path, index->path) < 0)
        code = store_fail_errno(store, "cannot write the index");
    free(data);
    if (code == OK) {
        store_lock_renamed(index->lock, index->mode);
        index->lock = -1;
    }
    index->memory->valid = false;
    return code;
}

// ---- in its place -----------------------------------------------------------------------------------------------

// Remembers a whole, sound index: its offsets, and the sums on the way.
static bool
remember(store_index_t *index)
{
    store_index_memory_t *memory = index->memory;
    size_t steps = index->size / STORE_INDEX_STEP + 1;
    struct sha1_ctx *sums = realloc(memory->sums, steps * sizeof *sums);
    if (!sums)
        return false;
    memory->sums = sums;
    sha1_init(&sums[0]);
    free(memory->offsets);
    memory->offsets = index->offsets;
    memory->count = index->count;
    memory->size = index->size;
    return true;
}

// The checksum, hashed from the last remembered point before `changed`.
static void
sum_from(const store_index_t *index, size_t changed, uint8_t digest[TRAILER])
{
    size_t step = changed / STORE_INDEX_STEP, end = index->size - TRAILER;
    struct sha1_ctx sha = index->memory->sums[step];
    for (size_t at = step * STORE_INDEX_STEP; at < end; at += STORE_INDEX_STEP) {
        index->memory->sums[at / STORE_INDEX_STEP] = sha;
        sha1_update(&sha, end - at < STORE_INDEX_STEP? end - at: STORE_INDEX_STEP, index->data + at);
    }
    sha1_digest(&sha, TRAILER, digest);
}

static bool
only_replaces(const store_index_t *index, const store_index_edit_t *edits, size_t count)
{
    size_t place;
    if (!index->data || index->torn || index->offsets[index->count] + TRAILER != index->size)
        return false;                           // there are extensions, of which some depend on the entries
    for (size_t i = 0; i < count; i++)
        if (edits[i].file->now.mode == 0 || !store_index_find(index, edits[i].file->path, &place))
            return false;
    return true;
}

// Other programs may read meanwhile. git sees the old entry or the new one, and does not check the sum unless by
// fsck.
static code_t
write_in_place(store_t *store, store_index_t *index, const store_index_edit_t *edits, size_t count)
{
    uint8_t bytes[FIXED], digest[TRAILER];
    struct stat now;
    size_t place, first = index->memory->valid? index->size: 0;
    if (!index->memory->valid && !remember(index))
        return store_fail(store, INTERNAL, "no memory");
    index->memory->valid = false;
    for (size_t i = 0; i < count; i++) {
        (void)store_index_find(index, edits[i].file->path, &place);
        size_t offset = index->offsets[place];
        size_t size = (size_t)(put_facts(bytes, &edits[i]) - bytes);
        first = offset < first? offset: first;
        if (pwrite(index->fd, bytes, size, (off_t)offset) != (ssize_t)size)
            return store_fail_errno(store, "cannot write the index");
    }
    sum_from(index, first, digest);
    if (pwrite(index->fd, digest, TRAILER, (off_t)(index->size - TRAILER)) != TRAILER || fstat(index->fd, &now) < 0)
        return store_fail_errno(store, "cannot write the index");
    index->memory->device = now.st_dev;
    index->memory->inode = now.st_ino;
    index->memory->mtime = now.st_mtim;
    memcpy(index->memory->sum, digest, TRAILER);
    index->memory->valid = true;
    return OK;
}

code_t
store_index_write(store_t *store, store_index_t *index, store_index_edit_t *edits, size_t count)
{
    qsort(edits, count, sizeof *edits, by_path);
    code_t code = only_replaces(index, edits, count)? write_in_place(store, index, edits, count):
                                                      write_whole(store, index, edits, count);
    store_index_close(index);
    return code;
}
