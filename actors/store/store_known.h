// store_known - commits that are known to have changed a file, so that a walk may go from one to the next
//
// Where several of them made the same content (a revert), only the history itself tells which one is meant.
#ifndef STORE_KNOWN_H
#define STORE_KNOWN_H
#include "store_raw.h"

typedef struct store_known store_known_t;
// Of ids, the newest first; what is no commit of ours is left out. NULL if there is none, or no memory: then nothing
// is known.
store_known_t *store_known_new(store_t *store, const char *const *ids, size_t count);
void store_known_free(store_known_t **self);

#define STORE_UNKNOWN UINT32_MAX
// The place behind that of this commit, if it is one of them from `first` on; else `first`.
uint32_t store_known_after(const store_known_t *self, uint32_t first, const git_oid *commit);
// The only one from `first` on by which the file held this content; STORE_UNKNOWN: none, or several.
uint32_t store_known_maker(store_known_t *self, uint32_t first, const char *path, const git_oid *blob);
const git_oid *store_known_at(const store_known_t *self, uint32_t place);
#endif
