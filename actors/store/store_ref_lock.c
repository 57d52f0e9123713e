// store_ref_lock - moving the ref that HEAD leads to
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"
#include "store_lock.h"
#include "store_ref.h"

enum {
    WAIT_MIN_US = 100,
    WAIT_MAX_US = 4000,
};

static bool
lock_paths(store_t *store, store_ref_lock_t *lock)
{
    const char *folder = strcmp(lock->ref.name, "HEAD") == 0? store->git_dir: store->common_dir;
    int length = snprintf(lock->lock_path, sizeof lock->lock_path, "%s%s.lock", folder, lock->ref.name);
    snprintf(lock->path, sizeof lock->path, "%s%s", folder, lock->ref.name);
    return length > 0 && (size_t)length < sizeof lock->lock_path;
}

// refs/heads/a/b needs refs/heads/a; git removes empty folders when it packs refs.
static void
make_folders(const char *path, const char *from)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + strlen(from), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        (void)mkdir(folder, 0777);              // it is there already, or the lock will fail
        *slash = '/';
    }
}

static void
pause_a_while(unsigned *wait, unsigned *seed)
{
    unsigned jitter = (unsigned)rand_r(seed) % *wait;
    struct timespec time = { .tv_nsec = (long)(*wait / 2 + jitter) * 1000 };
    nanosleep(&time, NULL);
    if (*wait < WAIT_MAX_US)
        *wait *= 2;
}

// Until `until` of the steady clock.
static code_t
take(store_t *store, int64_t until, store_ref_lock_t *lock)
{
    unsigned wait = WAIT_MIN_US;
    unsigned seed = (unsigned)getpid() ^ (unsigned)(uintptr_t)store ^ (unsigned)store_now();
    while ((lock->fd = store_lock_take(lock->lock_path)) < 0) {
        if (errno == ENOENT)
            make_folders(lock->lock_path, store->common_dir);
        else if (errno != EEXIST)
            return store_fail_errno(store, "cannot lock the branch");
        if (store_steady() >= until)
            return store_fail(store, BUSY, "another program holds %s.lock; if none runs, remove that file",
                              lock->ref.name);
        pause_a_while(&wait, &seed);
    }
    return OK;
}

code_t
store_ref_lock(store_t *store, int64_t deadline, store_ref_lock_t *lock)
{
    struct stat now;
    char name[STORE_REF_SIZE];
    lock->fd = -1;
    code_t code = store_ref_read(store, &lock->ref);
    if (code != OK)
        return code;
    if (!lock_paths(store, lock))
        return store_fail(store, INTERNAL, "the path of the repository is too long");
    memcpy(name, lock->ref.name, sizeof name);
    code = take(store, store_steady_deadline(deadline), lock);
    if (code != OK)
        return code;
    lock->mode = stat(lock->path, &now) == 0? now.st_mode & 0666: 0644;
    store->packed_known = false;                // under the lock nothing is taken from memory
    code = store_ref_read(store, &lock->ref);
    if (code == OK && strcmp(name, lock->ref.name) != 0)
        code = store_fail(store, BUSY, "HEAD was switched to another branch meanwhile");
    if (code != OK)
        store_ref_unlock(lock);
    return code;
}

code_t
store_ref_prepare(store_t *store, store_ref_lock_t *lock, const git_oid *oid)
{
    char text[GIT_OID_HEXSZ + 2];
    git_oid_fmt(text, oid);
    text[GIT_OID_HEXSZ] = '\n';
    if (store_file_write(lock->fd, text, GIT_OID_HEXSZ + 1) < 0)
        return store_fail_errno(store, "cannot write the branch");
    if (store->durable)
        sync_file_range(lock->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    return OK;
}

code_t
store_ref_sync(store_t *store, store_ref_lock_t *lock)
{
    if (store->durable && fsync(lock->fd) < 0)
        return store_fail_errno(store, "cannot write the branch to the disk");
    return OK;
}

code_t
store_ref_move(store_t *store, store_ref_lock_t *lock)
{
    if (rename(lock->lock_path, lock->path) < 0)
        return store_fail_errno(store, "cannot move the branch");
    store_lock_renamed(lock->fd, lock->mode);
    lock->fd = -1;
    return OK;
}

code_t
store_ref_settle(store_t *store, const store_ref_lock_t *lock)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", lock->path);
    *strrchr(folder, '/') = 0;
    if (store->durable && store_file_sync_folder(folder) < 0)
        return store_fail_errno(store, "cannot write the folder of branches to the disk");
    return OK;
}

void
store_ref_unlock(store_ref_lock_t *lock)
{
    if (lock->fd < 0)
        return;
    unlink(lock->lock_path);
    close(lock->fd);
    lock->fd = -1;
}

void
store_ref_sweep(store_t *store)
{
    store_ref_lock_t lock;
    if (store_ref_read(store, &lock.ref) == OK && lock_paths(store, &lock))
        store_lock_break(lock.lock_path);
}
