// index_query_text - what a person typed into a search field, taken apart; pure
//
//   word  "a phrase"  prefix*  -word  -"a phrase"
//   tag:x  path:folder  author:name  changed:2026-03    and with - in front: not that
//   tag:"two words"
//   changed:  2026  2026-03  2026-03-08  >=2026-03  >2026  <=..  <..  2026-03..2026-05  ..2026  2026..
//             today  yesterday  7d 2w 3m 1y (within the last)        days are those of UTC
// Every text is a query: what is no filter is words, a quote that is never closed ends with the text, and AND, OR,
// NOT and NEAR are words like all others. The strings are views of the text.
#ifndef INDEX_QUERY_TEXT_H
#define INDEX_QUERY_TEXT_H
#include "../../proto/code.h"

typedef enum {
    QUERY_WORD, QUERY_PHRASE, QUERY_PREFIX, QUERY_TAG, QUERY_PATH, QUERY_AUTHOR, QUERY_CHANGED
} query_kind_t;
typedef struct {
    query_kind_t kind;
    bool negative;
    const char *text;                           // not of QUERY_CHANGED
    size_t size;
    int64_t from, until;                        // QUERY_CHANGED: Unix seconds, from <= t < until
} query_item_t;

enum { QUERY_ITEMS = 64 };
typedef struct {
    query_item_t items[QUERY_ITEMS];
    size_t count;
    bool open;                                  // the last item is a word that may be the beginning of one
} query_t;

// `now`: Unix seconds. What is more than QUERY_ITEMS is left out. OK, or INVALID: there is nothing to search for.
code_t index_query_parse(query_t *self, const char *text, size_t size, int64_t now);
#endif
