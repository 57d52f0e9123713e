// render_links - the links that the renderer meets in a page, and where each stands in the source
//
// md4c names the target in the source itself, unless it holds a backslash or a character reference: then it is a copy,
// and the place is looked for behind the last text that was seen, or in the definitions of references.
#include "render_links.h"
#include <stdlib.h>
#include <string.h>

enum { LINKS_MOST = 1 << 17, FAILURES_MOST = 64, SEARCH_BYTES = 64 << 10 };

typedef struct {
    const char *at;
    size_t size;
} span_t;

// The destination that begins here, as CommonMark has it.
static span_t
destination(const char *at, const char *end)
{
    while (at < end && chars_is(*at, CHAR_BLANK))
        at++;
    bool angle = at < end && *at == '<';
    const char *start = at += angle;
    long open = 0;
    for (; at < end && *at != '\n' && (angle? *at != '>': !chars_is(*at, CHAR_BLANK)); at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (!angle && *at == '(')
            open++;
        else if (!angle && *at == ')' && open-- == 0)
            break;
    }
    return (span_t) { start, (size_t)(at - start) };
}

// Does this source text mean that target?
static bool
means(span_t source, const met_t *met)
{
    static const char punctuation[] = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    char plain[LINK_URL_SIZE], text[LINK_URL_SIZE];
    size_t size = 0, text_size = 0;
    if (source.size > sizeof plain)
        return false;
    for (size_t i = 0; i < source.size; i++) {
        if (source.at[i] == '\\' && i + 1 < source.size && memchr(punctuation, source.at[i + 1], 32))
            i++;
        plain[size++] = source.at[i];
    }
    return chars_decode_text(plain, size, text, sizeof text, &text_size) && text_size == met->size
           && memcmp(text, met->target, met->size) == 0;
}

// Looks behind each `sign` from `at` on.
static span_t
search(const char *at, const char *end, const char *sign, const met_t *met)
{
    while ((at = memmem(at, (size_t)(end - at), sign, 2))) {
        span_t found = destination(at += 2, end);
        if (means(found, met))
            return found;
    }
    return (span_t) { NULL, 0 };
}

static span_t
search_copied(const job_t *self, const met_t *met)
{
    const char *end = self->source + self->source_size;
    const char *seen = self->seen < end? self->seen: end;
    const char *near = end - seen > SEARCH_BYTES? seen + SEARCH_BYTES: end;
    span_t found = search(seen, near, "](", met);
    if (!found.at)
        found = search(self->source, end - self->source > SEARCH_BYTES? self->source + SEARCH_BYTES: end, "]:", met);
    return found;
}

// A value of an attribute is found behind the one before.
static span_t
search_html(const job_t *self, const met_t *met)
{
    const char *end = self->source + self->source_size;
    const char *at = self->source + self->log->html;
    while ((at = memmem(at, (size_t)(end - at), met->written, met->written_size))) {
        if (at > self->source && strchr("\"'=", at[-1]))
            return (span_t) { at, met->written_size };
        at++;
    }
    return (span_t) { NULL, 0 };
}

static bool
has_room(link_log_t *self)
{
    if (self->count < self->room)
        return true;
    size_t room = self->room? self->room * 2: 16;
    found_link_t *rows = room <= LINKS_MOST? realloc(self->rows, room * sizeof *rows): NULL;
    if (!rows)
        return false;
    self->rows = rows;
    self->room = room;
    return true;
}

// Where in the page these bytes of the source stand; LINKS_NOWHERE: not as they are.
static long
origin(const job_t *self, span_t place)
{
    size_t at = place.at? job_origin(self, place.at): SIZE_MAX;
    if (at > self->page_size || place.size > self->page_size - at)
        return LINKS_NOWHERE;
    return memcmp(self->page + at, place.at, place.size) == 0? (long)at: LINKS_NOWHERE;
}

static void
add(job_t *self, const met_t *met, span_t place)
{
    link_log_t *log = self->log;
    log->texts.limit = LIMIT_HTML_BYTES;
    log->broken |= !has_room(log);
    if (log->broken)
        return;
    long at = origin(self, place);
    log->rows[log->count++] = (found_link_t) {
        .target = log->texts.size, .target_size = met->size, .wiki = met->wiki, .sole = met->sole,
        .at = at, .size = at == LINKS_NOWHERE? 0: place.size };
    buffer_put(&log->texts, met->target, met->size);
    log->broken |= log->texts.full;
}

void
links_meet(job_t *self, const met_t *met)
{
    span_t place = { met->written, met->written_size };
    if (!self->log || self->log->broken)
        return;
    if (!job_in_source(self, met->written)) {
        bool search = self->log->failures < FAILURES_MOST;
        place = search? search_copied(self, met): (span_t) { NULL, 0 };
        self->log->failures += !place.at;
    }
    add(self, met, place);
}

void
links_meet_html(job_t *self, const char *value, size_t size)
{
    char target[LINK_URL_SIZE];
    met_t met = { .target = target, .written = value, .written_size = size };
    span_t place = { NULL, 0 };
    link_log_t *log = self->log;
    if (!log || log->broken || size == 0 || !chars_decode_text(value, size, target, sizeof target, &met.size))
        return;
    if (log->failures < FAILURES_MOST)
        place = search_html(self, &met);
    if (place.at)
        log->html = (size_t)(place.at - self->source) + size;
    log->failures += !place.at;
    add(self, &met, place);
}

void
links_clear(link_log_t *self)
{
    free(self->rows);
    buffer_clear(&self->texts);
    *self = (link_log_t) { 0 };
}
