// access_log - one logfmt line an HTTP request, as core/log has them, but gathered in a buffer and written together
//
// Belongs to one thread. Lines are at most ACCESS_LOG_MS old when they are written, if access_log_flush is called in
// time. When the reader of a pipe does not keep up, lines are dropped and counted, and nobody waits for it.
#ifndef ACCESS_LOG_H
#define ACCESS_LOG_H
#include "../proto/code.h"

enum { ACCESS_LOG_MS = 100, ACCESS_LOG_BYTES = 64 * 1024 };

typedef struct access_log access_log_t;
typedef struct {
    const char *method;
    const char *target;                         // path and query as they came
    const char *trace;                          // 32 hex digits, or ""
    int status;
    size_t bytes;                               // of the body that was sent
    int64_t ms;
    bool cached;
} access_t;

// Never closes the fd. `process` is borrowed, shown in each line as core/log does.
access_log_t *access_log_new(int fd, bool enabled, const char *process);
void access_log_destroy(access_log_t **self);   // writes what is left
void access_log_line(access_log_t *self, int64_t now, const access_t *access);
// Writes what is due at `now`, or all if `all`.
void access_log_flush(access_log_t *self, int64_t now, bool all);
// Unix milliseconds when something is due; INT64_MAX: nothing waits.
int64_t access_log_due(const access_log_t *self);
#endif
