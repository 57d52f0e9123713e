// render_scalar - a scalar of front matter as JSON, in the form of Python's encoder
#ifndef RENDER_SCALAR_H
#define RENDER_SCALAR_H
#include "render_buffer.h"
#include "render_type.h"

enum { SCALAR_NUMBER_SIZE = 48 };

// As a JSON string: ASCII alone, others as \uXXXX; a NUL is U+FFFD, since nothing that reads it could hold one.
void scalar_put_text(buffer_t *out, const char *text, size_t size);
// Any scalar; `type` is what type_of said of it. No number and infinity are null, an integer beyond 64 bits is a real
// number, a date is told as in HTTP (Fri, 13 Mar 2026 00:00:00 GMT), and one of no clock is text.
void scalar_put(buffer_t *out, type_t type, int64_t number, const char *text, size_t size);
// The key of a mapping that is no text: as the encoder would make it text. NULL: it is the text as it was written.
const char *scalar_key(type_t type, int64_t number, const char *text, size_t size, char room[SCALAR_NUMBER_SIZE]);
#endif
