// index_pieces - the text of sections cut into passages: paragraphs and sentences packed, overlap, prefix
#ifndef INDEX_PIECES_H
#define INDEX_PIECES_H
#include "index_chunk.h"

typedef struct { const char *at, *end; } span_t;
span_t span_trim(span_t span);                  // without white space at both ends

typedef struct { size_t path, section, anchor; } place_t;        // of strings in the room
typedef struct {
    char *bytes;                                // strings of all passages
    size_t size, room;
    passage_t *rows;                            // with offsets in the place of pointers until pieces_take
    place_t *places;                            // of each row
    size_t *texts;
    size_t count, row_room;
    bool broken;                                // no memory

    const char *line_at;                        // `line` is the number of the line that holds this byte
    size_t line;
    place_t place;                              // of the section that is open
    bool whole;                                 // it is one passage
    bool open, first;                           // a passage of it is being written; it is its first
    size_t words;                               // of the passage, without overlap
} pieces_t;

// Zero it first. Spans that are added lie in `text`, one behind the other; it begins in this line of the source.
void pieces_begin(pieces_t *self, const char *text, size_t line);
// A string in the room: where it begins; without a NUL at its end.
size_t pieces_string(pieces_t *self, const char *text, size_t size);
void pieces_append(pieces_t *self, const char *text, size_t size);
// A section: opened, given its texts, closed.
void pieces_open(pieces_t *self, const place_t *place, bool whole);
void pieces_add(pieces_t *self, span_t text);
void pieces_close(pieces_t *self);
// Hands over what was made. False: no memory.
bool pieces_take(pieces_t *self, passages_t *result);
void pieces_clear(pieces_t *self);
#endif
