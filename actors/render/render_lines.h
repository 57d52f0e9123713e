// render_lines - lines of a page, and which of them are code or HTML that nobody else reads
#ifndef RENDER_LINES_H
#define RENDER_LINES_H
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *at, *end;                       // without its line end
    const char *next;
    const char *text;                           // behind its blanks
    size_t indent;                              // columns of these
} line_t;

// What the lines so far have left open. Zero it to begin.
typedef struct {
    char fence;                                 // '`' or '~'; NUL: none
    size_t fence_size;
    bool in_list;                               // the fence ends where a line is not indented
    const char *html_end;                       // HTML goes on until this; NULL: none
} lines_t;

line_t lines_read(const char *at, const char *end);
static inline bool
line_blank(const line_t *self)
{
    return self->text == self->end;
}
// Does this line belong to a code block with fences, a comment or <pre>?
bool lines_verbatim(lines_t *self, const line_t *line);
#endif
