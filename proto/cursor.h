// cursor - reads MessagePack from bytes that nobody vouches for
//
// Each function takes one item from the front, or returns false and leaves the cursor where it is not to be used again.
// Nothing is read past `end`, nothing is allocated, nothing recurses without a bound. Source: the MessagePack
// specification (formats nil, bool, int, float, str, bin, array, map, ext).
#ifndef CURSOR_H
#define CURSOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} cursor_t;

typedef enum { ITEM_NIL, ITEM_BOOL, ITEM_INT, ITEM_FLOAT, ITEM_STRING, ITEM_BYTES, ITEM_ARRAY, ITEM_MAP } item_kind_t;

typedef struct {
    item_kind_t kind;
    bool truth;
    int64_t number;
    const char *bytes;                          // of a string, or of bytes; a view
    size_t size;                                // bytes of these; elements of an array; pairs of a map
} item_t;

// The next item; of an array or map only its head. False: malformed, cut short, or more elements than bytes are left.
bool cursor_next(cursor_t *self, item_t *item);
// Passes over one whole item, nested at most `depth` deep.
bool cursor_skip(cursor_t *self, int depth);
#endif
