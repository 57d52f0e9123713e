#include "rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "banned.h"

enum { HASH_DIGITS = 16 };

// FNV-1a: tells one wiki from another, keeps no secret.
static uint64_t
hash(const char *text)
{
    uint64_t value = 0xcbf29ce484222325u;
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 0x100000001b3u;
    return value;
}

// The path without links. One that does not exist yet, as a wiki before its first start, is named by the folder above.
static void
real_name(const char *served, char real[PATH_MAX])
{
    char copy[PATH_MAX], *slash;
    if (realpath(served, real))
        return;
    (void)snprintf(copy, sizeof copy, "%s", served);
    for (size_t size = strlen(copy); size > 1 && copy[size - 1] == '/'; size--)
        copy[size - 1] = '\0';
    slash = strrchr(copy, '/');
    const char *name = slash? slash + 1: copy;
    if (slash)
        *slash = '\0';
    bool found = realpath(!slash? ".": *copy? copy: "/", real) != NULL;
    size_t used = found? strlen(real): 0;
    if (snprintf(real + used, PATH_MAX - used, "/%s", found? name: served) < 0)
        *real = '\0';
}

bool
rundir_base(const char *served, char base[RUNDIR_SIZE])
{
    char real[PATH_MAX];
    const char *given = getenv("WIKIBOT_RUN"), *session = getenv("XDG_RUNTIME_DIR");
    real_name(served, real);
    unsigned long long number = hash(real);
    int size = 0;
    if (given && *given)
        size = snprintf(base, RUNDIR_SIZE, "%s", given);
    else if (session && *session)
        size = snprintf(base, RUNDIR_SIZE, "%s/wikibot-%016llx", session, number);
    else
        size = snprintf(base, RUNDIR_SIZE, "/tmp/wikibot-%u-%016llx", (unsigned)getuid(), number);
    return size > 0 && size < RUNDIR_SIZE - 4;
}

// A folder that is ours alone: not a link, ours, closed to others.
static bool
is_ours(const char *path)
{
    struct stat facts;
    if (lstat(path, &facts) < 0)
        return false;
    errno = EPERM;
    return S_ISDIR(facts.st_mode) && facts.st_uid == getuid() && (facts.st_mode & 077) == 0;
}

static bool
make_folder(const char *path)
{
    return (mkdir(path, 0700) == 0 || errno == EEXIST) && is_ours(path);
}

// Is the open lock still the file of that name? Another program may have removed it between our open and flock.
static bool
still_there(int lock, const char *path)
{
    struct stat opened, named;
    return fstat(lock, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino;
}

static int
lock_folder(const char *path)
{
    char name[RUNDIR_SIZE + 32];
    (void)snprintf(name, sizeof name, "%s/lock", path);
    int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0 && still_there(lock, name))
        return lock;
    if (lock >= 0)
        close(lock);
    return -1;
}

// libzmq leaves the files of its sockets behind, unless it named them itself.
static void
remove_sockets(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (entry->d_type == DT_SOCK)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
}

// What was derived for a program that is gone.
static void
remove_spare(const char *path)
{
    char name[RUNDIR_SIZE + 32];
    (void)snprintf(name, sizeof name, "%s/" RUNDIR_SPARE, path);
    DIR *folder = opendir(name);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    (void)rmdir(name);
}

// Whoever holds its lock, removes the folder; it stays if there is anything else in it.
static void
remove_folder(const char *path)
{
    char name[RUNDIR_SIZE + 32];
    remove_sockets(path);
    remove_spare(path);
    (void)snprintf(name, sizeof name, "%s/lock", path);
    (void)unlink(name);
    (void)rmdir(path);
}

// "<prefix><16 hex digits>-<number>": a folder that a program of ours made.
static bool
is_run_folder(const char *name, const char *prefix)
{
    size_t size = strlen(prefix);
    if (strncmp(name, prefix, size) != 0 || strspn(name + size, "0123456789abcdef") != HASH_DIGITS)
        return false;
    name += size + HASH_DIGITS;
    return name[0] == '-' && name[1] && name[1 + strspn(name + 1, "0123456789")] == '\0';
}

// Removes what programs that were killed left beside ours, whatever they served: nobody holds its lock.
static void
sweep(const char *base)
{
    char folder[RUNDIR_SIZE], prefix[RUNDIR_SIZE], path[RUNDIR_SIZE + 300], name[RUNDIR_SIZE + 310];
    const char *slash = strrchr(base, '/');
    if (getenv("WIKIBOT_RUN") || !slash || strlen(slash + 1) <= HASH_DIGITS)
        return;                                 // a folder of that name is somebody's choice
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - base), base);
    (void)snprintf(prefix, sizeof prefix, "%.*s", (int)(strlen(slash + 1) - HASH_DIGITS), slash + 1);
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        int size = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!is_run_folder(entry->d_name, prefix) || size < 0 || size >= RUNDIR_SIZE + 16 || !is_ours(path))
            continue;
        (void)snprintf(name, sizeof name, "%s/lock", path);
        int lock = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0 && still_there(lock, name))
            remove_folder(path);
        if (lock >= 0)
            close(lock);
    }
    if (entries)
        closedir(entries);
}

bool
rundir_take(rundir_t *self, const char *served, char *why, size_t size)
{
    char base[RUNDIR_SIZE];
    self->lock = -1;
    if (!rundir_base(served, base)) {
        (void)snprintf(why, size, "the name of the folder for sockets is too long; set WIKIBOT_RUN to a shorter one");
        return false;
    }
    for (int i = 0; i < RUNDIR_COUNT; i++) {
        (void)snprintf(self->path, sizeof self->path, "%s-%d", base, i);
        if (!make_folder(self->path))
            continue;
        self->lock = lock_folder(self->path);
        if (self->lock >= 0) {
            remove_spare(self->path);           // of a program that was killed
            sweep(base);
            return true;
        }
    }
    (void)snprintf(why, size, "%s-0: cannot be made, or is not yours alone: %s; set WIKIBOT_RUN to a folder of yours",
                   base, strerror(errno));
    return false;
}

void
rundir_release(rundir_t *self)
{
    if (self->lock < 0)
        return;
    remove_folder(self->path);
    close(self->lock);
    self->lock = -1;
}
