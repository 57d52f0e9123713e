// index_scope - which pages a search is about: rights and filters
#ifndef INDEX_SCOPE_H
#define INDEX_SCOPE_H
#include "index_rank.h"

typedef struct {
    index_t *index;
    const query_t *query;
    const index_sight_t *sight;
    bool filtered;                              // the query has filters
    code_t code;                                // of what went wrong meanwhile
    scope_t scope;                              // lives in here, and calls back
} index_scope_t;

// Counts what may be seen.
code_t index_scope_make(index_scope_t *self, index_t *index, const query_t *query, const index_sight_t *sight);
// Every page that may be seen and fits the filters: for a query without words.
code_t index_scope_all(index_scope_t *self, ranking_t *ranking);
#endif
