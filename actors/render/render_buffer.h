// render_buffer - bytes that grow up to a limit
//
// What does not fit is not written at all, not even in part, and sets `full`; from then on only
// buffer_force writes. So a writer notes `size`, writes a tag piece by piece, and goes back to the noted
// size if the buffer became full.
#ifndef RENDER_BUFFER_H
#define RENDER_BUFFER_H
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    char *data;                                 // no final NUL, see buffer_end
    size_t size, room, limit;
    bool full;                                  // something did not fit
    bool broken;                                // because there was no memory
} buffer_t;

// Makes room for this many bytes at once.
void buffer_hint(buffer_t *self, size_t size);
void buffer_put(buffer_t *self, const char *bytes, size_t size);
static inline void
buffer_puts(buffer_t *self, const char *text)
{
    buffer_put(self, text, strlen(text));       // here, so that the length of a literal is known
}
// Past the limit too: for closing tags and the final note, whose number is bounded otherwise.
void buffer_force(buffer_t *self, const char *bytes, size_t size);
// As HTML text or attribute value: & < > " become references, control characters U+FFFD.
void buffer_escape(buffer_t *self, const char *text, size_t size);
// The same, but what looks like a character reference stays one.
void buffer_escape_keep(buffer_t *self, const char *text, size_t size);
// A long text in pieces, so that most of it is there when the limit comes; never splits a character.
void buffer_escape_long(buffer_t *self, const char *text, size_t size);
// As URL in an attribute: what may not stand in a URL is percent-encoded, the rest escaped. Existing % stay.
void buffer_escape_url(buffer_t *self, const char *url, size_t size);
// Puts bytes in the middle, at `at`.
void buffer_insert(buffer_t *self, size_t at, const char *bytes, size_t size);
// Adds a NUL that does not count; "" if there is no memory. Owned by the buffer.
const char *buffer_end(buffer_t *self);
void buffer_clear(buffer_t *self);
#endif
