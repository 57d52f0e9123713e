// store_packs - the list of packs that we made and have not concatenated yet
//
// A text file in the state folder: "p <name>" for a pack in use, "d <name> <unix seconds>" for one whose objects
// are in another pack since then. A pack that is not in the list is none of our business.
#ifndef STORE_PACKS_H
#define STORE_PACKS_H
#include "store_internal.h"

typedef struct {
    char name[41];
    int64_t doomed;                             // Unix seconds; 0: in use
    int64_t size;                               // of the pack; -1: it is gone
    bool kept;                                  // has a .keep
} store_pack_row_t;

typedef struct {
    int fd;                                     // locked against other processes
    store_pack_row_t *rows;
    size_t count, room;
} store_packs_t;

// Adds a line. A failure only means that this pack stays as it is.
void store_packs_note(store_t *store, const char *name);
// Reads the list and locks it. BUSY: somebody else has it. NOT_FOUND: there is none.
code_t store_packs_open(store_t *store, store_packs_t *self);
bool store_packs_add(store_packs_t *self, const store_pack_row_t *row);
// Writes the rows that still have a file, lets go.
void store_packs_close(store_packs_t *self, bool changed);
// Removes pack and index from the disk.
void store_packs_remove(store_t *store, const char *name);
#endif
