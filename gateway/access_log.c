#include "access_log.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, TARGET_BYTES = 512, PROCESS_BYTES = 32 };

struct access_log {
    int fd;
    const char *process;
    bool enabled;
    bool pipe;                                  // or a socket: whoever reads it may stop reading
    size_t used;
    int64_t since;                              // of the oldest line in the buffer
    int64_t second;                             // that `stamp` is of
    uint64_t dropped;
    char stamp[32];                             // "2026-11-23T08:00:00"
    char buffer[ACCESS_LOG_BYTES];
};

access_log_t *
access_log_new(int fd, bool enabled, const char *process)
{
    access_log_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    struct stat status;
    self->fd = fd;
    self->process = process;
    self->enabled = enabled;
    self->second = -1;
    self->pipe = fstat(fd, &status) == 0 && !S_ISREG(status.st_mode);
    return self;
}

void
access_log_destroy(access_log_t **self)
{
    if (!*self)
        return;
    access_log_flush(*self, 0, true);
    free(*self);
    *self = NULL;
}

// Writes up to `size` bytes, whole lines at a time, never more than a pipe takes at once; returns how many.
static size_t
write_some(access_log_t *self, const char *bytes, size_t size)
{
    if (self->pipe) {
        struct pollfd item = { .fd = self->fd, .events = POLLOUT };
        if (poll(&item, 1, 0) != 1 || !(item.revents & POLLOUT))
            return 0;
        if (size > PIPE_BUF) {
            const char *end = memrchr(bytes, '\n', PIPE_BUF);
            size = end? (size_t)(end - bytes) + 1: PIPE_BUF;
        }
    }
    ssize_t written = write(self->fd, bytes, size);
    return written > 0? (size_t)written: 0;
}

void
access_log_flush(access_log_t *self, int64_t now, bool all)
{
    bool young = now >= self->since && now < self->since + ACCESS_LOG_MS;   // unless the clock was set back
    if (self->used == 0 || (!all && young && self->used < sizeof self->buffer / 2))
        return;
    size_t done = 0;
    while (done < self->used) {
        size_t written = write_some(self, self->buffer + done, self->used - done);
        if (written == 0)
            break;
        done += written;
    }
    self->used -= done;
    memmove(self->buffer, self->buffer + done, self->used);
    self->since = now;
}

int64_t
access_log_due(const access_log_t *self)
{
    return self->used == 0? INT64_MAX: self->since + ACCESS_LOG_MS;
}

static char *
put_text(char *out, const char *text, size_t size)
{
    memcpy(out, text, size);
    return out + size;
}
#define PUT(out, literal) put_text(out, literal, sizeof literal - 1)

static char *
put_number(char *out, uint64_t number, int width)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number || count < width);
    while (count > 0)
        *out++ = digits[--count];
    return out;
}

// Quoted; what could break a line or a terminal becomes a question mark.
static char *
put_target(char *out, const char *target)
{
    *out++ = '"';
    for (size_t i = 0; target[i]; i++) {
        if (i == TARGET_BYTES) {
            out = PUT(out, "...");
            break;
        }
        unsigned char c = (unsigned char)target[i];
        *out++ = c < ' ' || c >= 127 || c == '"' || c == '\\'? '?': (char)c;
    }
    *out++ = '"';
    return out;
}

static char *
put_time(access_log_t *self, char *out, int64_t now)
{
    int64_t second = now / 1000;
    if (second != self->second) {
        struct tm parts;
        time_t time = (time_t)second;
        gmtime_r(&time, &parts);
        strftime(self->stamp, sizeof self->stamp, "%Y-%m-%dT%H:%M:%S", &parts);
        self->second = second;
    }
    out = put_text(out, self->stamp, strlen(self->stamp));
    *out++ = '.';
    out = put_number(out, (uint64_t)(now % 1000), 3);
    *out++ = 'Z';
    return out;
}

static char *
put_line(access_log_t *self, char *out, int64_t now, const access_t *access)
{
    out = put_time(self, PUT(out, "time="), now);
    out = put_text(PUT(out, " level=info process="), self->process, strnlen(self->process, PROCESS_BYTES));
    out = PUT(out, " event=http method=");
    out = put_text(out, access->method, strnlen(access->method, 16));
    out = put_target(PUT(out, " path="), access->target);
    out = put_number(PUT(out, " status="), (uint64_t)access->status, 1);
    out = put_number(PUT(out, " bytes="), access->bytes, 1);
    out = put_number(PUT(out, " ms="), access->ms > 0? (uint64_t)access->ms: 0, 1);
    if (*access->trace)
        out = put_text(PUT(out, " trace="), access->trace, strnlen(access->trace, 32));
    if (access->cached)
        out = PUT(out, " cached=1");
    if (self->dropped) {
        out = put_number(PUT(out, " dropped_before="), self->dropped, 1);
        self->dropped = 0;
    }
    *out++ = '\n';
    return out;
}

void
access_log_line(access_log_t *self, int64_t now, const access_t *access)
{
    if (!self->enabled)
        return;
    if (sizeof self->buffer - self->used < LINE_BYTES)
        access_log_flush(self, now, true);
    if (sizeof self->buffer - self->used < LINE_BYTES) {
        self->dropped++;
        return;
    }
    if (self->used == 0)
        self->since = now;
    char *out = put_line(self, self->buffer + self->used, now, access);
    self->used = (size_t)(out - self->buffer);
}
