// store_behind - a note of the commit that the work tree stands at, while the head moves away from it
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "store_behind.h"

enum { HEX = GIT_OID_HEXSZ, TRIES = 50, WAIT_NS = 2000000 };

static int
open_note(const store_t *store)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%sbehind", store->state_dir);
    if (length < 0 || (size_t)length >= sizeof path)
        return -1;
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

// What is no whole id was being written when its writer was killed: before the branch moved, or after all was done.
static void
read_note(store_behind_t *self)
{
    char text[HEX + 1];
    self->behind = pread(self->fd, text, sizeof text, 0) == sizeof text && text[HEX] == '\n' &&
                   git_oid_fromstrn(&self->from, text, HEX) == 0;
}

code_t
store_behind_take(const store_t *store, bool patient, store_behind_t *self)
{
    static const struct timespec wait = { .tv_nsec = WAIT_NS };
    *self = (store_behind_t) { .fd = open_note(store) };
    if (self->fd < 0)
        return INTERNAL;
    for (int i = 0; flock(self->fd, LOCK_EX | LOCK_NB) < 0; i++) {
        if (errno != EWOULDBLOCK || !patient || i == TRIES) {
            code_t code = errno == EWOULDBLOCK? BUSY: INTERNAL;
            store_behind_release(self);
            return code;
        }
        nanosleep(&wait, NULL);
    }
    read_note(self);
    return OK;
}

static bool
write_note(const store_behind_t *self, const char text[HEX])
{
    char line[HEX + 1];
    memcpy(line, text, HEX);
    line[HEX] = '\n';
    return pwrite(self->fd, line, sizeof line, 0) == sizeof line;
}

void
store_behind_note(store_behind_t *self, const git_oid *from)
{
    char hex[HEX];
    git_oid_fmt(hex, from);
    if (self->fd < 0 || !write_note(self, hex))
        return;
    self->behind = true;
    self->from = *from;
}

void
store_behind_clear(store_behind_t *self)
{
    static const char nothing[] = "----------------------------------------";
    if (self->fd >= 0 && self->behind && write_note(self, nothing))
        self->behind = false;
}

void
store_behind_release(store_behind_t *self)
{
    if (self->fd >= 0)
        close(self->fd);
    *self = (store_behind_t) { .fd = -1 };
}
