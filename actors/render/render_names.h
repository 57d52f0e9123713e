// render_names - strings that live and die together
#ifndef RENDER_NAMES_H
#define RENDER_NAMES_H
#include <stddef.h>

// Zero it to begin.
typedef struct {
    struct names_chunk *chunks;
    size_t bytes;                               // of all of them
} names_t;

// A copy with a NUL at its end; NULL: no memory.
char *names_copy(names_t *self, const char *text, size_t size);
void names_clear(names_t *self);
#endif
