// range - the part of a file that a Range header asks for; pure
#ifndef RANGE_H
#define RANGE_H
#include <stdint.h>

typedef enum {
    RANGE_ALL,                                  // no header, several parts, or nothing that we know: the whole file
    RANGE_PART,
    RANGE_OUTSIDE                               // of the file: 416
} range_kind_t;
typedef struct {
    int64_t first, size;                        // of RANGE_PART: at least one byte
} range_t;

// `header` may be NULL.
range_kind_t range_read(const char *header, int64_t total, range_t *range);
#endif
