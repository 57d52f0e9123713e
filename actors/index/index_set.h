// index_set - texts, each once, with a number each in the order they came
#ifndef INDEX_SET_H
#define INDEX_SET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Zero it to begin. Grows without a limit of its own: who fills it has one.
typedef struct {
    char **texts;
    size_t count, room;
    uint32_t *slots;                            // number + 1; 0: free
    size_t slot_count;
} index_set_t;

// The number of a text, which may be new. False: no memory.
bool index_set_add(index_set_t *self, const char *text, size_t *number);
bool index_set_has(const index_set_t *self, const char *text, size_t *number);
void index_set_clear(index_set_t *self);
#endif
