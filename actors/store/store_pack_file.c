// store_pack_file - the two files of a pack: temporary names, barriers, final names
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"
#include "store_pack.h"

static bool
path_of(const store_t *store, char path[4096], const char *prefix, const char *name, const char *suffix)
{
    int length = snprintf(path, 4096, "%sobjects/pack/%s%s%s", store->common_dir, prefix, name, suffix);
    return length > 0 && length < 4096;
}

static int
write_new(const char *path, const uint8_t *data, size_t size, bool durable)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0444);
    if (fd < 0)
        return -1;
    if (store_file_write(fd, data, size) < 0) {
        int error = errno;
        close(fd);
        unlink(path);
        errno = error;
        return -1;
    }
    if (durable)
        sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);       // a hint: the barrier comes later
    return fd;
}

code_t
store_pack_write(store_t *store, const store_pack_t *pack, unsigned unique, store_pack_files_t *files)
{
    char name[64];
    *files = (store_pack_files_t) { .pack = -1, .index = -1 };
    snprintf(name, sizeof name, "wikibot_%ld_%p_%u", (long)getpid(), (void *)store, unique);
    if (!path_of(store, files->pack_path, "tmp_pack_", name, "") ||
        !path_of(store, files->index_path, "tmp_idx_", name, ""))
        return store_fail(store, INTERNAL, "the path of the repository is too long");
    files->pack = write_new(files->pack_path, pack->pack, pack->pack_size, pack->durable);
    if (files->pack >= 0)
        files->index = write_new(files->index_path, pack->index, pack->index_size, pack->durable);
    if (files->index >= 0)
        return OK;
    code_t code = store_fail_errno(store, "cannot write a pack");
    store_pack_abandon(files);
    return code;
}

static int
give_name(const store_t *store, char path[4096], const char *name, const char *suffix)
{
    char to[4096];
    if (!path_of(store, to, "pack-", name, suffix) || rename(path, to) < 0)
        return -1;
    memcpy(path, to, sizeof to);
    return 0;
}

code_t
store_pack_name(store_t *store, const store_pack_t *pack, store_pack_files_t *files)
{
    if (pack->durable && (fsync(files->pack) < 0 || fsync(files->index) < 0))
        return store_fail_errno(store, "cannot write a pack to the disk");
    // The index makes the pack visible, so it comes last.
    if (give_name(store, files->pack_path, pack->name, ".pack") < 0 ||
        give_name(store, files->index_path, pack->name, ".idx") < 0)
        return store_fail_errno(store, "cannot name a pack");
    return OK;
}

code_t
store_pack_settle(store_t *store, const store_pack_t *pack, store_pack_files_t *files)
{
    char folder[4096];
    if (pack->durable && (!path_of(store, folder, "", "", "") || store_file_sync_folder(folder) < 0))
        return store_fail_errno(store, "cannot write the folder of packs to the disk");
    files->pack_path[0] = files->index_path[0] = 0;
    return OK;
}

void
store_pack_abandon(store_pack_files_t *files)
{
    if (files->pack >= 0) {
        close(files->pack);
        if (files->pack_path[0])
            unlink(files->pack_path);
    }
    if (files->index >= 0) {
        close(files->index);
        if (files->index_path[0])
            unlink(files->index_path);
    }
    files->pack = files->index = -1;
}
