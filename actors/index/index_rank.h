// index_rank - pages that have some of the terms, ranked
#ifndef INDEX_RANK_H
#define INDEX_RANK_H
#include "index_terms.h"

typedef struct {
    int64_t page;
    double of_page, of_passage, score;          // score: 0 to 1
    uint32_t passage;                           // the best one
    uint32_t heads, length;                     // words
    size_t first, count;                        // its parts
} rank_t;
typedef struct {
    uint16_t term;
    uint16_t head;                              // times in the title
    uint32_t passage, words, times;             // PART_PAGE: the whole page
} part_t;
#define PART_PAGE UINT32_MAX

// Pages that may be found at all; those that are seen count for how rare a word is.
typedef struct {
    bool (*sees)(void *context, int64_t page);  // NULL: all
    bool (*fits)(void *context, int64_t page);  // of what is seen; NULL: all
    void *context;
    double pages, words, passages, passage_words;           // of all that is seen
    int64_t deadline;                           // Unix milliseconds; 0: none. TIMEOUT if it passes meanwhile
} scope_t;
typedef struct {
    rank_t *rows;
    size_t count, room;
    part_t *parts;
    size_t part_count, part_room;
} ranking_t;

// The rows come by falling score, equal ones by the number of their pages.
code_t index_rank(index_t *self, terms_t *terms, const scope_t *scope, ranking_t *ranking);
void index_ranking_clear(ranking_t *self);
bool index_ranking_add(ranking_t *self, const rank_t *row);
#endif
