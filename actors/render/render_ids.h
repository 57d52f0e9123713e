// render_ids - the anchors of one page, each only once
#ifndef RENDER_IDS_H
#define RENDER_IDS_H
#include "render_names.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *name;
    unsigned next;                              // number to try first when this name comes again
} ids_entry_t;

// Zero it to begin, but for `names`.
typedef struct {
    names_t *names;                              // where they are kept
    ids_entry_t *entries;                       // open addressing; room is a power of two
    size_t room, count;
} ids_t;

// Takes the name, and returns it as it is kept; NULL: it is taken already, or there is no memory.
const char *ids_claim(ids_t *self, const char *name);
// Makes the name unique by -1, -2 ... and takes it. `room` is that of `name`. NULL: no room or memory.
const char *ids_claim_numbered(ids_t *self, char *name, size_t room);
void ids_clear(ids_t *self);
#endif
