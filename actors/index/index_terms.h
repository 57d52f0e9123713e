// index_terms - what a query looks for; pure
//
// Each term is some ways to say it, and each of these is tokens that follow each other.
#ifndef INDEX_TERMS_H
#define INDEX_TERMS_H
#include "index_query_text.h"
#include "index_words_internal.h"

enum { TERMS = 32, WAYS = 6 };
typedef struct {
    const char *tokens;                         // with TOKEN_GLUE between them
    bool prefix;                                // the last one may be longer
} way_t;
typedef struct {
    way_t ways[WAYS];
    size_t way_count;
    bool required, negative, stop;
} term_t;
typedef struct {
    term_t terms[TERMS];                        // what is more is left out
    size_t count;
    index_room_t *room;
} terms_t;

// `typing`: the last word may be the beginning of one. Stop words are in only if there is nothing else.
code_t index_terms_make(terms_t *self, const query_t *query, bool typing);
void index_terms_clear(terms_t *self);
// The FTS5 expression of a term; NULL: no memory.
const char *index_term_expression(terms_t *self, const term_t *term);
// Does a token (its text, as index_token.h gives it) stand at this place of the way? `at` counts its tokens from 0.
bool index_way_holds(const way_t *way, size_t at, const char *token, size_t size);
size_t index_way_tokens(const way_t *way);
#endif
