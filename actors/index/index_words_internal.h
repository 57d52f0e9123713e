// index_words_internal - what the files about words share
#ifndef INDEX_WORDS_INTERNAL_H
#define INDEX_WORDS_INTERNAL_H
#include "index_internal.h"
#include "index_words.h"

// ---- strings of a result (index_room.c) ----------------------------------------------------------------------------
typedef struct index_room index_room_t;
void *index_room_take(index_room_t **self, size_t size);    // zeroed; NULL: no memory
const char *index_room_copy(index_room_t **self, const char *text, size_t size);    // with a NUL; "": no memory
void index_room_free(index_room_t **self);
// Room for one more than `count` rows of this size, in an array of malloc. False: no memory, and it is as it was.
bool index_room_grow(void **rows, size_t *room, size_t count, size_t size);

// TIMEOUT, with its text: this time (Unix milliseconds; 0: never) has passed.
code_t index_in_time(index_t *self, int64_t deadline);

// ---- the last literal search (index_kept.c) -------------------------------------------------------------------------
// Its pages in their order, so that the next part of an answer is not searched for again. Of callers who see all.
typedef struct {
    int64_t page;
    int score;                                  // hundredths
} matched_t;
// A view of the rows, if the same was searched for and nothing has been written since; else NULL.
const matched_t *index_kept_find(index_t *self, const char *text, size_t *count);
void index_kept_put(index_t *self, const char *text, matched_t **rows, size_t count);      // takes the rows

// ---- places of words (index_words_fts.c) ---------------------------------------------------------------------------
// What stands between the tokens of an FTS5 string that index_words_places is given.
#define TOKEN_GLUE '\x01'

typedef enum { COLUMN_TITLE, COLUMN_BODY, COLUMN_TAGS } column_t;
enum { PLACES = 256 };                          // in the body of a page that are told; titles and tags are only counted
// One page that has what was asked for: how often in its title and tags, and at which words of its body, in order.
typedef struct {
    int64_t page;
    uint32_t titles, tags, count;
    size_t first;                               // among the places of the list
} post_t;
typedef struct places {
    post_t *posts;                              // by rising page
    size_t count, room;
    uint32_t *places;
    size_t place_count, place_room;
    bool failed;                                // no memory
} places_t;
// `expression` is FTS5's language, made by us.
code_t index_words_places(index_t *self, const char *expression, places_t *places);
void index_places_clear(places_t *self);

// ---- passages of a page (index_words_put.c) ------------------------------------------------------------------------
// The passages of a page cover its body one after the other.
typedef struct {
    uint32_t byte, word;                        // of the body, where it begins
} cut_t;
enum { PASSAGES = 4096 };                       // of a page that are told apart

// ---- order (index_order.c) -----------------------------------------------------------------------------------------
// Rows of `size` bytes that begin with the number of a page (int64_t), by the files of the pages.
code_t index_order_by_file(index_t *self, void *rows, size_t count, size_t size);

// ---- signatures and names (index_sign.c, index_find.c) -------------------------------------------------------------
enum { SIGNS = 32, OPENING = 506 };             // in one row; bytes
// What a text begins with, as literal_fold makes it, in whole characters.
typedef struct {
    uint16_t size;
    bool whole;                                 // it is all of the text
    char text[OPENING];
} opening_t;
// What a literal search takes for the name of a page: its title, else its file as it is shown.
void index_name_of(const index_t *index, const char *title, const char *file, char name[PAGE_ID_SIZE]);
code_t index_sign_put(index_t *self, int64_t page, const char *body, size_t size);     // NULL: it is gone
code_t index_names_put(index_t *self, int64_t page);
#endif
