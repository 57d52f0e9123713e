// store_lock - "<file>.lock" as git knows it
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include "store_lock.h"

static const mode_t OURS = S_IXUSR;             // in the mode of a lock

// Who made it held a flock until it died, so whoever gets that flock may remove the lock.
void
store_lock_break(const char *path)
{
    struct stat held, now;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    if (fstat(fd, &held) == 0 && (held.st_mode & OURS) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        stat(path, &now) == 0 && now.st_ino == held.st_ino && now.st_dev == held.st_dev)
        unlink(path);
    close(fd);
}

int
store_lock_take(const char *path)
{
    struct stat now;
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644 | OURS);
    if (fd < 0) {
        int error = errno;
        if (error == EEXIST)
            store_lock_break(path);
        errno = error;
        return -1;
    }
    // Between open and flock it may have been taken for a dead process's and removed.
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &now) == 0 && now.st_nlink > 0)
        return fd;
    close(fd);
    errno = EEXIST;
    return -1;
}

void
store_lock_renamed(int fd, mode_t mode)
{
    (void)fchmod(fd, mode);                     // it is no lock any more; if this fails it only looks odd
    close(fd);
}
