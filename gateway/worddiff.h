// worddiff - which words differ in lines that came in the place of others
#ifndef WORDDIFF_H
#define WORDDIFF_H
#include "../proto/record.h"
#include "sequence.h"

enum { WORDDIFF_BYTES = 32 * 1024 };            // of one side; more is compared by lines alone

typedef struct {
    side_t text;                                // of the line, without its end
    size_t pair;                                // 1 + index of its counterpart on the other side; 0: it has none
    const char *html;                           // with its changed words in <del> or <ins>; NULL: nothing is marked
    size_t html_size;
} word_line_t;
typedef struct { word_line_t *lines; size_t count; } word_lines_t;

// Fills in pair and html of all lines; pairs never cross. HTML lies in the arena. Lines that have little in common are
// not marked, and the first is paired with the first.
void worddiff(sequence_t *sequence, const word_lines_t *old, const word_lines_t *young, arena_t *arena);
#endif
