// index_query - pages, links and history: reading
//
// Everything here goes by an index of the file, and a list goes on behind the last row that was shown (its cursor), so
// that the first page of a list costs the same however long it is. What may not be seen is as if it were not there: it
// is neither told nor counted, and a link to it leads nowhere.
#ifndef INDEX_QUERY_H
#define INDEX_QUERY_H
#include "index.h"

typedef bool (*index_visible_fn)(void *context, const char *file);
typedef struct {
    index_visible_fn visible;                   // NULL: everything may be seen
    void *context;
} index_sight_t;
static inline bool
index_sees(const index_sight_t *sight, const char *file)
{
    return !sight->visible || sight->visible(sight->context, file);
}

// ---- all of it (index_about.c) ------------------------------------------------------------------------------------
typedef struct {
    int64_t pages, passages, links, commits, bytes;
} index_facts_t;
// The counts are kept, so this is quick.
code_t index_facts(index_t *self, index_facts_t *facts);
#endif
