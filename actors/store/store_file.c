// store_file - small helpers around files
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"

int
store_file_write(int fd, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        if (written == 0) {
            errno = ENOSPC;
            return -1;
        }
        at += written;
        size -= (size_t)written;
    }
    return 0;
}

int
store_file_sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = fsync(fd);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

ssize_t
store_file_read(const char *path, char *text, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t size = read(fd, text, room);
    int error = errno;
    close(fd);
    errno = size == (ssize_t)room? EFBIG: error;
    if (size < 0 || size == (ssize_t)room)
        return -1;
    text[size] = 0;
    return size;
}

code_t
store_fail_errno(store_t *store, const char *what)
{
    char reason[128];
    int error = errno;
    code_t code = INTERNAL;
    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        code = NO_SPACE;
    else if (error == EROFS || error == EACCES || error == EPERM)
        code = READ_ONLY;
    return store_fail(store, code, "%s: %s", what, strerror_r(error, reason, sizeof reason));
}

static int64_t
read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
store_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t
store_steady(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t
store_steady_deadline(int64_t deadline)
{
    int64_t left = deadline - store_now();
    return store_steady() + (left < LIMIT_DEADLINE_CAP_MS? left: LIMIT_DEADLINE_CAP_MS);
}
