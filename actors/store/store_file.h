// store_file - small helpers around files
#ifndef STORE_FILE_H
#define STORE_FILE_H
#include "store_internal.h"

// All of it or -1 with errno.
int store_file_write(int fd, const void *data, size_t size);
int store_file_sync_folder(const char *path);
// At most `room` - 1 bytes and a final NUL; the length, or -1 with errno (EFBIG: there is more).
ssize_t store_file_read(const char *path, char *text, size_t room);
// The code for errno, with "what: reason" for store_error: NO_SPACE, READ_ONLY or INTERNAL.
code_t store_fail_errno(store_t *store, const char *what);
// Milliseconds since 1970.
int64_t store_now(void);
// Milliseconds of a clock that nobody sets: by it goes what waits or measures.
int64_t store_steady(void);
// When this deadline, in milliseconds since 1970, comes on the steady clock; at most LIMIT_DEADLINE_CAP_MS from now.
int64_t store_steady_deadline(int64_t deadline);
#endif
