#include "render_lines.h"
#include <string.h>
#include <strings.h>

line_t
lines_read(const char *at, const char *end)
{
    line_t line = { .at = at };
    while (at < end && (*at == ' ' || *at == '\t')) {
        line.indent += *at == '\t'? 4 - line.indent % 4: 1;
        at++;
    }
    line.text = at;
    while (at < end && *at != '\n' && *at != '\r')
        at++;
    line.end = at;
    if (at < end)
        at += *at == '\r' && at + 1 < end && at[1] == '\n'? 2: 1;
    line.next = at;
    return line;
}

static size_t
run_of(const char *at, const char *end, char c)
{
    size_t size = 0;
    while (at + size < end && at[size] == c)
        size++;
    return size;
}

// Behind "- ", "1. " and the like.
static const char *
skip_markers(const line_t *line)
{
    const char *at = line->text;
    while (at < line->end) {
        const char *marker = at;
        while (marker < line->end && *marker >= '0' && *marker <= '9')
            marker++;
        bool bullet = marker == at? memchr("-+*", *at, 3) != NULL: marker < line->end && memchr(".)", *marker, 2);
        if (!bullet || marker + 1 >= line->end || marker[1] != ' ')
            break;
        for (at = marker + 1; at < line->end && *at == ' '; at++) { }
    }
    return at;
}

static bool
open_fence(lines_t *self, const line_t *line)
{
    const char *at = skip_markers(line);
    size_t size = at < line->end && (*at == '`' || *at == '~')? run_of(at, line->end, *at): 0;
    if (size < 3 || (*at == '`' && memchr(at + size, '`', (size_t)(line->end - at) - size)))
        return false;
    self->fence = *at;
    self->fence_size = size;
    self->in_list = at > line->text || line->indent > 1;
    return true;
}

static bool
open_html(lines_t *self, const line_t *line)
{
    size_t size = (size_t)(line->end - line->text);
    if (line->indent > 3 || size < 4)
        return false;
    if (memcmp(line->text, "<!--", 4) == 0)
        self->html_end = "-->";
    else if (strncasecmp(line->text, "<pre", 4) == 0)
        self->html_end = "</pre>";
    return self->html_end;
}

bool
lines_verbatim(lines_t *self, const line_t *line)
{
    size_t size = (size_t)(line->end - line->text);
    if (self->fence && self->in_list && line->indent == 0 && !line_blank(line))
        self->fence = '\0';                     // the list is over, and the fence with it
    if (self->fence) {
        size_t run = run_of(line->text, line->end, self->fence);
        if (run >= self->fence_size && line->text + run + strspn(line->text + run, " \t") >= line->end)
            self->fence = '\0';
        return true;
    }
    if (!self->html_end && !open_html(self, line))
        return open_fence(self, line);
    if (memmem(line->text, size, self->html_end, strlen(self->html_end)))
        self->html_end = NULL;
    return true;
}
