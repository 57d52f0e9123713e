// render_ids - the anchors of one page, each only once
#ifndef RENDER_IDS_H
#define RENDER_IDS_H
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *name;
    unsigned next;                              // number to try first when this name comes again
} ids_entry_t;

// Zero it to begin.
typedef struct {
    ids_entry_t *entries;                       // open addressing; room is a power of two
    size_t room, count;
} ids_t;

// Takes the name; false: it is taken already, or there is no memory.
bool ids_claim(ids_t *self, const char *name);
// Makes the name unique by -1, -2 ... and takes it. `room` is that of `name`. False: no room or memory.
bool ids_claim_numbered(ids_t *self, char *name, size_t room);
void ids_clear(ids_t *self);
#endif
