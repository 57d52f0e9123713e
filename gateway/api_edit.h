// api_edit - one piece of a text replaced by another, as PATCH does it; pure
//
// Line ends are not what people quote: a piece is found whatever its own and the page's are. Bytes around it stay as
// they are, and what comes in its place gets the line ends of the page.
#ifndef API_EDIT_H
#define API_EDIT_H
#include "../proto/record.h"
#include "sequence.h"

// How often `old`, which is not empty, stands in the text, without overlaps. Once: *result is the new text, in the
// arena.
size_t api_replace(arena_t *arena, const side_t *text, const side_t *old, const side_t *young, side_t *result);
#endif
