// sequence - which items of two rows of items are the same in order: lines of two texts, words of two lines
//
// Myers' greedy search with bounds: at most SEQUENCE_EDITS items are told apart in one comparison, and at most
// SEQUENCE_WORK steps are spent in the life of a sequence_t. Beyond these the two are simply different.
#ifndef SEQUENCE_H
#define SEQUENCE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEQUENCE_EDITS = 400, SEQUENCE_WORK = 8 << 20 };

typedef struct { const char *text; size_t size; } side_t;
typedef struct { side_t part; uint64_t hash; } item_t;
typedef struct { item_t *items; size_t count; } items_t;
typedef struct { int *trace; size_t work; } sequence_t; // all zero to begin with

// Zeroed memory for so many items, lines or letters and one more; never NULL, freed by the caller.
void *sequence_room(size_t count, size_t size);
item_t sequence_item(const char *text, size_t size);
// Writes a ' ', '-' or '+' for each item of the result, at most one for each of both, and returns how many.
// `found` is false if a bound was reached: then what lies between the same beginning and end is all '-', then all '+'.
size_t sequence_compare(sequence_t *self, const items_t *a, const items_t *b, char *script, bool *found);
void sequence_clear(sequence_t *self);
#endif
