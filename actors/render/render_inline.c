// render_inline - what md4c does not find in a text: bare URLs (http://, https://, ftp://, www.) and ==marks==
//
// URLs are ours since md4c 0.4.8 needs quadratic time for them (22 s for 800 KB of "(http://a.b"). As GitHub has
// it: a URL begins where no letter or digit is before it, and ends at a blank or angle bracket, without
// punctuation or a closing bracket too many. A mark begins and ends within one text, next to no blank.
#include "render_internal.h"
#include "render_extend.h"
#include <string.h>
#include <strings.h>

static bool
is_alnum(char c)
{
    return (chars_is(c, CHAR_NAME) && c != '-' && c != '_') || (unsigned char)c >= 0x80;
}

// Where a URL begins whose "://" or "." is at `at`; NULL: there is none.
static const char *
url_start(const char *text, const char *at, const char *end)
{
    static const char *const heads[] = { "https", "http", "ftp", NULL };
    static const char *const www[] = { "www", NULL };
    size_t sign = *at == '.'? 1: 3;
    if ((size_t)(end - at) <= sign || !is_alnum(at[sign]) || memcmp(at, *at == '.'? ".": "://", sign) != 0)
        return NULL;
    for (const char *const *head = *at == '.'? www: heads; *head; head++) {
        size_t size = strlen(*head);
        const char *start = at - size;
        if ((size_t)(at - text) >= size && strncasecmp(start, *head, size) == 0)
            return start == text || !is_alnum(start[-1])? start: NULL;
    }
    return NULL;
}

static const char *
url_end(const char *start, const char *end)
{
    const char *at = start;
    long open = 0;                              // brackets
    while (at < end && (unsigned char)*at > ' ' && *at != '<' && *at != '>') {
        open += (*at == '(') - (*at == ')');
        at++;
    }
    while (at > start && (memchr("?!.,:;*_~'\"", at[-1], 11) || (at[-1] == ')' && open < 0))) {
        open += at[-1] == ')';
        at--;
    }
    return at;
}

static void
write_url(job_t *self, const char *start, size_t size)
{
    char url[LINK_URL_SIZE];
    link_t link;
    size_t prefix = strncasecmp(start, "www", 3) == 0? 7: 0;
    link.kind = LINK_REFUSED;
    if (size < sizeof url - 7) {
        memcpy(url, "http://", 7);
        memcpy(url + prefix, start, size);
        link_resolve(self->options, url, prefix + size, &link);
    }
    link_write_whole(self, &link, start, size);
}

static void
write_run(job_t *self, const char *text, const char *end)
{
    outline_text(self, text, (size_t)(end - text));
    if (self->extend && self->extend->abbr_count)
        abbr_text(self, text, (size_t)(end - text));
    else
        buffer_escape_long(&self->out, text, (size_t)(end - text));
}

static void
write_mark(job_t *self, const char *text, const char *end)
{
    size_t before = self->out.size;
    outline_text(self, text, (size_t)(end - text));
    buffer_puts(&self->out, "<mark>");
    buffer_escape(&self->out, text, (size_t)(end - text));
    buffer_puts(&self->out, "</mark>");
    if (self->out.full)
        self->out.size = before;
}

// A pair of "==" that is no mark is text, and its second half may begin one.
static void
write_plain(job_t *self, const char *text, const char *end)
{
    const char *open = memmem(text, (size_t)(end - text), "==", 2);
    while (open && end - open > 2) {
        const char *close = memmem(open + 2, (size_t)(end - open) - 2, "==", 2);
        if (!close)
            break;
        bool mark = close > open + 2 && !chars_is(open[2], CHAR_BLANK) && open[2] != '='
                    && !chars_is(close[-1], CHAR_BLANK);
        if (mark) {
            write_run(self, text, open);
            write_mark(self, open + 2, close);
            text = close + 2;
        }
        open = mark? memmem(text, (size_t)(end - text), "==", 2): close;
    }
    write_run(self, text, end);
}

void
inline_text(job_t *self, const char *text, size_t size)
{
    const char *end = text + size;
    const char *done = text;
    bool search = self->in_link == 0;
    for (const char *at = text; search && at < end; at++) {
        bool sign = *at == ':' || (*at == '.' && self->scanned & SCAN_WWW);
        const char *start = sign? url_start(done, at, end): NULL;
        if (!start)
            continue;
        write_plain(self, done, start);
        done = url_end(start, end);
        write_url(self, start, (size_t)(done - start));
        at = done - 1;
    }
    write_plain(self, done, end);
}
