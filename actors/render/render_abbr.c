// render_abbr - words that the page has an abbreviation for
#include "render_internal.h"
#include "render_extend.h"
#include <string.h>

static bool
in_word(char c)
{
    return (chars_is(c, CHAR_NAME) && c != '-' && c != '_') || (unsigned char)c >= 0x80;
}

static void
write_abbr(job_t *self, const abbr_t *abbr)
{
    size_t mark = self->out.size;
    buffer_puts(&self->out, "<abbr title=\"");
    buffer_escape(&self->out, abbr->title, abbr->title_size);
    buffer_puts(&self->out, "\">");
    buffer_escape(&self->out, abbr->key, abbr->key_size);
    buffer_puts(&self->out, "</abbr>");
    if (self->out.full)
        self->out.size = mark;
}

// The abbreviation that stands here as a word of its own; NULL: none.
static const abbr_t *
abbr_here(const extend_t *extend, const char *at, const char *end)
{
    const abbr_t *abbr = extend_find_abbr(extend, at, (size_t)(end - at));
    while (abbr) {
        const char *behind = at + abbr->key_size;
        if (behind == end || !in_word(*behind) || !in_word(behind[-1]))
            return abbr;
        abbr = abbr->prefix? &extend->abbr[abbr->prefix - 1]: NULL;
    }
    return NULL;
}

void
abbr_text(job_t *self, const char *text, size_t size)
{
    const char *end = text + size, *done = text;
    bool inside = false;                        // the byte before belongs to a word
    for (const char *at = text; at < end && !self->out.full; ) {
        const abbr_t *abbr = inside && in_word(*at)? NULL: abbr_here(self->extend, at, end);
        if (abbr) {
            buffer_escape_long(&self->out, done, (size_t)(at - done));
            write_abbr(self, abbr);
            at = done = at + abbr->key_size;
        } else {
            at++;
        }
        inside = in_word(at[-1]);
    }
    buffer_escape_long(&self->out, done, (size_t)(end - done));
}
