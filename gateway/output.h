// output - bytes that grow up to LIMIT_BLOB_BYTES: a page under construction
#ifndef OUTPUT_H
#define OUTPUT_H
#include "../proto/code.h"

typedef struct {
    char *bytes;                                // not NUL-terminated; NULL while empty
    size_t size, room;
    bool full;                                  // something did not fit: what is there is of no use
} output_t;

void output_add(output_t *self, const char *bytes, size_t size);
// Safe in text and in quoted attributes: & < > " ' become entities.
void output_add_escaped(output_t *self, const char *bytes, size_t size);
void output_clear(output_t *self);
#endif
