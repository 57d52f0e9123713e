// store_worktree_file - files of the work tree, written without ever following a link out of it
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"
#include "store_worktree.h"

#define TEMPORARY ".wikibot-"

// The folder that a path lies in, opened component by component, links refused; -1 with errno. `*name` is the rest.
static int
open_folder(const store_t *store, const char *path, bool make, const char **name)
{
    char part[LIMIT_NAME_BYTES + 1];
    int fd = open(store->work_tree, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (const char *slash; fd >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (make && mkdirat(fd, part, 0777) < 0 && errno != EEXIST) {
            close(fd);
            return -1;
        }
        int next = openat(fd, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(fd);
        errno = error;
        fd = next;
    }
    *name = path;
    return fd;
}

static bool
read_content(int fd, store_look_t *look)
{
    size_t size = (size_t)look->facts.st_size;
    if (look->facts.st_size > LIMIT_ATTACHMENT_BYTES)
        return false;                           // nothing that was written here is so large
    look->data = malloc(size + 1);
    while (look->data && look->size < size) {
        ssize_t part = read(fd, look->data + look->size, size - look->size);
        if (part <= 0)
            break;
        look->size += (size_t)part;
    }
    return look->data && look->size == size && git_odb_hash(&look->state.oid, look->data, size, GIT_OBJECT_BLOB) == 0;
}

bool
store_worktree_look(store_t *store, const char *path, store_look_t *look)
{
    const char *name;
    bool known = false;
    *look = (store_look_t) { .data = NULL };
    int folder = open_folder(store, path, false, &name);
    if (folder < 0)
        return errno == ENOENT;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        known = errno == ENOENT;
    else if (fstat(fd, &look->facts) == 0 && S_ISREG(look->facts.st_mode)) {
        look->state.mode = look->facts.st_mode & S_IXUSR? STORE_MODE_PROGRAM: STORE_MODE_FILE;
        known = read_content(fd, look);
    } else
        look->folder = S_ISDIR(look->facts.st_mode);
    if (fd >= 0)
        close(fd);
    close(folder);
    return known;
}

bool
store_worktree_is(store_t *store, const char *path, const store_state_t *state, struct stat *facts)
{
    store_look_t look;
    bool same = store_worktree_look(store, path, &look) && look.state.mode == state->mode &&
                (!state->mode || git_oid_equal(&look.state.oid, &state->oid));
    *facts = look.facts;
    free(look.data);
    return same;
}

// Folders that become empty go too, as git does it.
static int
remove_file(const store_t *store, const char *path)
{
    char folder[PAGE_ID_SIZE];
    const char *name;
    int fd = open_folder(store, path, false, &name);
    int result = fd < 0? -1: unlinkat(fd, name, 0);
    if (fd >= 0)
        close(fd);
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strrchr(folder, '/'); result == 0 && slash; slash = strrchr(folder, '/')) {
        *slash = 0;
        fd = open_folder(store, folder, false, &name);
        bool removed = fd >= 0 && unlinkat(fd, name, AT_REMOVEDIR) == 0;
        if (fd >= 0)
            close(fd);
        if (!removed)
            break;
    }
    return result;
}

// Into the file that is there, as git's own checkout is no more atomic either: no new inode, no flush by the
// rename, a tenth of the time. Not if it has other names (a backup by hard links) or would need space that may not
// be there.
static int
overwrite_file(int folder, const char *name, const store_bytes_t *bytes, unsigned mode, struct stat *facts)
{
    int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int result = -1;
    if (fd < 0)
        return -1;
    if (fstat(fd, facts) == 0 && S_ISREG(facts->st_mode) && facts->st_nlink == 1 &&
        (int64_t)bytes->size <= (int64_t)facts->st_blocks * 512 &&
        ((facts->st_mode & S_IXUSR) != 0) == (mode == STORE_MODE_PROGRAM))
        result = store_file_write(fd, bytes->data, bytes->size);
    if (result == 0 && (int64_t)bytes->size < facts->st_size)
        result = ftruncate(fd, (off_t)bytes->size);
    if (result == 0)
        result = fstat(fd, facts);
    close(fd);
    return result;
}

static int
write_file(int folder, const char *name, const store_bytes_t *bytes, unsigned mode, struct stat *facts)
{
    char temporary[64];
    snprintf(temporary, sizeof temporary, TEMPORARY "%ld-%lx.tmp", (long)getpid(), (unsigned long)(uintptr_t)facts);
    int fd = openat(folder, temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
                    mode == STORE_MODE_PROGRAM? 0777: 0666);
    if (fd < 0)
        return -1;
    int result = store_file_write(fd, bytes->data, bytes->size);
    if (result == 0)
        result = renameat(folder, temporary, folder, name);
    if (result == 0)
        result = fstat(fd, facts);              // after the rename, which changes the ctime
    int error = errno;
    if (result < 0)
        unlinkat(folder, temporary, 0);
    close(fd);
    errno = error;
    return result;
}

int
store_worktree_put(store_t *store, const store_objects_t *objects, const char *path, const store_state_t *state,
                   struct stat *facts)
{
    store_bytes_t bytes;
    const char *name;
    if (state->mode == 0)
        return remove_file(store, path);
    if (store_bytes_read(store, objects, &state->oid, GIT_OBJECT_BLOB, &bytes) != OK) {
        errno = EIO;
        return -1;
    }
    int folder = open_folder(store, path, true, &name);
    int result = folder < 0? -1: overwrite_file(folder, name, &bytes, state->mode, facts);
    if (result < 0 && folder >= 0)
        result = write_file(folder, name, &bytes, state->mode, facts);
    if (folder >= 0)
        close(folder);
    store_bytes_clear(&bytes);
    return result;
}

// Only who holds the note of store_behind.h writes here, so all of them are of the dead.
void
store_worktree_sweep(store_t *store, const char *path)
{
    const char *name;
    int folder = open_folder(store, path, false, &name);
    int fd = folder < 0? -1: openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0? NULL: fdopendir(fd);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        size_t size = strlen(entry->d_name);
        if (strncmp(entry->d_name, TEMPORARY, strlen(TEMPORARY)) == 0 && strcmp(entry->d_name + size - 4, ".tmp") == 0)
            unlinkat(folder, entry->d_name, 0);
    }
    if (entries)
        closedir(entries);
    else if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
}
