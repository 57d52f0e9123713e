// render_map - a page's lines written anew, and where in the page each of them was
#ifndef RENDER_MAP_H
#define RENDER_MAP_H
#include "render_buffer.h"
#include <stdint.h>

typedef struct { uint32_t at, origin; } map_shift_t;

// Zero it to begin, but for the limit of `text`.
typedef struct {
    buffer_t text;
    map_shift_t *shifts;                        // from `at` on, the text is that of the page from `origin` on
    size_t shift_count, shift_room;
} map_t;

// Adds bytes that stand in the page at `origin`.
void map_put(map_t *self, size_t origin, const char *text, size_t size);
// Where the byte at `at` stands in the page; for what was added to the text, somewhere near.
size_t map_origin(const map_t *self, size_t at);
void map_clear(map_t *self);
#endif
