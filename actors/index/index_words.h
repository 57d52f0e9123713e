// index_words - searching by words
//
// One FTS5 table holds the words of every page with their places (index_token.h says what a word is), and beside it
// stands where each passage of a page begins, so that one pass over the places ranks pages and passages at once:
// BM25 (k1 1.2, b 0.75, title three times) of the page and of its best passage, each by its greatest, half and half.
// What is seen, counted and weighed are the pages that may be seen, and no others: not even how rare a word is tells of
// what is hidden.
#ifndef INDEX_WORDS_H
#define INDEX_WORDS_H
#include "index_query.h"

// ---- search (index_search.c) --------------------------------------------------------------------------------------
typedef struct {
    const char *text;                           // as index_query_text.h says
    bool typing;                                // the last word may be the beginning of one
    int64_t now;                                // Unix seconds, for `changed:`
    size_t offset, limit;
    int64_t deadline;                           // Unix milliseconds; 0: none
    index_sight_t sight;
} index_search_t;
typedef struct {
    const char *file, *page, *title;
    int score;                                  // 0 to 10,000
    const char *section, *anchor, *snippet;     // path of the section; marks: U+0002 and U+0003
    size_t line;                                // of the snippet, in the source
    int64_t when;                               // Unix seconds of the newest change
} words_hit_t;
typedef struct {
    words_hit_t *rows;                          // the best first; equal ones by their files
    size_t count, total;
    struct index_room *room;                    // of rows and strings
} words_found_t;
// INVALID: there is nothing to search for. TIMEOUT: the deadline has passed. Whatever it returns, the result is to be
// cleared.
code_t index_search(index_t *self, const index_search_t *search, words_found_t *found);
void words_found_clear(words_found_t *self);

// ---- the search of the reference API (index_match.c) ---------------------------------------------------------------
typedef struct {
    const char *text;                           // terms between white space, each a literal piece of text in any case
    size_t offset, limit;
    int64_t deadline;                           // Unix milliseconds; 0: none
    index_sight_t sight;
} index_match_t;
// As contract/reference-system.md 1.6 says: score in hundredths, snippet without marks. INVALID: no term. TIMEOUT.
code_t index_match(index_t *self, const index_match_t *match, words_found_t *found);

// ---- names (index_find.c) ------------------------------------------------------------------------------------------
typedef struct {
    const char *words;                          // all of them have to be in a name, or in path and name together
    size_t limit;
    index_sight_t sight;
} index_find_t;
typedef struct {
    const char *page, *title, *heading, *anchor;            // heading "": the page itself
} words_name_t;
typedef struct {
    words_name_t *rows;                         // the best first: pages, then headings
    size_t count;
    struct index_room *room;
} words_names_t;
code_t index_find_names(index_t *self, const index_find_t *find, words_names_t *names);
void words_names_clear(words_names_t *self);
#endif
