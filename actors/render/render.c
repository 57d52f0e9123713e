#include "render.h"
#include "render_internal.h"
#include "render_extend.h"
#include "render_meta.h"
#include <stdlib.h>
#include <string.h>

enum { HTML_FREE = 64 << 10, HTML_FACTOR = 50, HTML_HINT = 1024, SOURCE_PAD = 16 };

static const char note_cut[] =
    "<p class=\"cut\">The rest of this page is not shown: it is larger than the wiki can display.</p>\n";
static const char note_limits[] =
    "<p class=\"cut\">This page has more links, headings or nesting than the wiki can follow.</p>\n";

static const MD_PARSER markdown = {
    .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEEMAILAUTOLINKS
             | MD_FLAG_WIKILINKS | MD_FLAG_LATEXMATHSPANS,
    .enter_block = block_enter,
    .leave_block = block_leave,
    .enter_span = span_enter,
    .leave_span = span_leave,
    .text = span_text,
};

static size_t
html_limit(size_t size)
{
    return size < (LIMIT_HTML_BYTES - HTML_FREE) / HTML_FACTOR? HTML_FREE + HTML_FACTOR * size: LIMIT_HTML_BYTES;
}

static void
job_begin(job_t *self, const render_options_t *options, const char *text, size_t size, size_t body)
{
    memset(self, 0, sizeof *self);
    self->options = options;
    self->page = self->source = text;
    self->page_size = self->source_size = size;
    self->seen = text + body;
    self->line_at = text;
    self->line = 1;
    self->scanned = scan_text(text, size);
    self->has_cr = memchr(text, '\r', size);
    self->out.limit = html_limit(size);
    buffer_hint(&self->out, 2 * size + HTML_HINT);
    self->scratch.limit = SIZE_MAX;
    self->text.limit = 2 * size + HTML_HINT;
    self->ids.names = &self->strings;
}

static void
job_clear(job_t *self)
{
    free(self->links);
    free(self->headings);
    names_clear(&self->strings);
    ids_clear(&self->ids);
    digest_free(&self->digest);
    buffer_clear(&self->out);
    buffer_clear(&self->scratch);
    buffer_clear(&self->text);
}

// Closes what is open; a link that did not fit any more is not reported.
static void
finish(job_t *self)
{
    size_t size = self->out.size;
    bool full = self->out.full;
    while (self->link_count > 0 && self->links[self->link_count - 1].offset > size)
        self->link_count--;
    stack_close_all(self);
    outline_finish(self);
    if (full)
        buffer_force(&self->out, note_cut, sizeof note_cut - 1);
    else if (self->cut)
        buffer_force(&self->out, note_limits, sizeof note_limits - 1);
    self->cut |= full;
}

// Front matter and its title go in front of the text.
static void
put_front(job_t *self, const meta_t *meta, buffer_t *front, bool titled)
{
    if (titled) {
        buffer_puts(front, "<h1>");
        buffer_escape(front, meta->title, strlen(meta->title));
        buffer_puts(front, "</h1>\n");
    }
    if (front->size == 0)
        return;
    size_t tail = self->out.size;
    buffer_force(&self->out, front->data, front->size);
    if (self->out.size == tail)
        return;                                 // no memory: `broken` says so
    memmove(self->out.data + front->size, self->out.data, tail);
    memcpy(self->out.data, front->data, front->size);
    for (size_t i = 0; i < self->link_count; i++)
        self->links[i].offset += front->size;
}

static void
hand_over(job_t *self, const meta_t *meta, render_t *result)
{
    const char *title = meta->title;
    if (!*title && self->heading_count > 0)
        title = self->headings[0].text;
    buffer_end(&self->out);
    result->title = strdup(title);
    result->html = self->out.data;
    result->html_size = self->out.size;
    result->headings = self->headings;
    result->heading_count = self->heading_count;
    result->links = self->links;
    result->link_count = self->link_count;
    result->cut = self->cut;
    result->strings = self->strings;
    result->digest = self->digest;
    if (self->options->text) {
        buffer_end(&self->text);
        result->text = self->text.data;
        result->text_size = self->text.size;
        self->text = (buffer_t) { 0 };
    }
    self->out = (buffer_t) { 0 };
    self->strings = (names_t) { 0 };
    self->digest = NULL;
    self->headings = NULL;
    self->links = NULL;
    self->heading_count = self->link_count = 0;
}

static void
replace(char *text, size_t size, char old, char new)
{
    for (char *at = text; (at = memchr(at, old, (size_t)(text + size - at))); )
        *at = new;
}

// md4c 0.4.8 sometimes looks at the byte behind the text and believes it, and has its own ways with NUL
// bytes. So it gets a copy: with a final line end, with NULs behind that, and with another control
// character for each NUL, which is shown as U+FFFD as all of them are. Offsets stay the same. NULL: no
// memory.
static char *
source_for_md4c(const char *text, size_t size)
{
    char *copy = malloc(size + SOURCE_PAD);
    if (!copy)
        return NULL;
    memcpy(copy, text, size);
    memset(copy + size, '\0', SOURCE_PAD);
    copy[size] = '\n';
    replace(copy, size, '\0', '\1');
    replace(copy, size, EXTEND_MARK, '\1');     // marks are ours alone
    return copy;
}

// The text, and its footnotes. False: no memory.
static bool
parse(job_t *self, size_t body)
{
    const char *text = self->page + body;
    size_t size = self->page_size - body;
    extend_t extend = { 0 };
    if (self->scanned & SCAN_EXTEND) {
        extend_read(&extend, self->page, self->page_size, body);
        self->extend = &extend;
        self->map = &extend.map;
        self->source = self->seen = text = extend.map.text.data;
        self->source_size = size = extend.map.text.size;
    } else {
        size += size == 0 || text[size - 1] != '\n';
    }
    bool good = !extend.broken && md_parse(text, (MD_SIZE)size, &markdown, self) >= 0;
    if (good)
        notes_write(self, &markdown);
    finish(self);
    extend_clear(&extend);
    self->extend = NULL;
    return good;
}

static code_t
render_text(const render_options_t *options, const char *text, size_t size, struct link_log *log, render_t *result)
{
    meta_t meta;
    job_t job;
    buffer_t front = { .limit = html_limit(size) / 2 };
    digest_t *digest = options->digest? digest_new(): NULL;
    meta_read(text, size, &meta, &front, digest);
    job_begin(&job, options, text, size, meta.body);
    job.digest = digest;
    job.out.limit -= front.size;
    job.log = log;
    bool parsed = (digest || !options->digest) && parse(&job, meta.body);
    if (digest && parsed)
        digest_finish(&job, meta.title, meta.body);
    bool titled = *meta.title && !job.has_h1;
    put_front(&job, &meta, &front, titled);
    bool broken = !parsed || job.out.broken || job.scratch.broken || front.broken;
    if (!broken) {
        hand_over(&job, &meta, result);
        result->titled = titled || job.has_h1;
        broken = !result->title || !result->html || (options->text && !result->text);
    }
    job_clear(&job);
    buffer_clear(&front);
    return broken? INTERNAL: OK;
}

code_t
render_collect(const render_options_t *options, const char *text, size_t size, struct link_log *log, render_t *result)
{
    *result = (render_t) { 0 };
    if (size > LIMIT_PAGE_BYTES)
        return TOO_LARGE;
    if (!page_utf8_valid(text, size))
        return UNSUPPORTED;

    char *source = source_for_md4c(text, size);
    code_t code = source? render_text(options, source, size, log, result): INTERNAL;
    if (code != OK)
        render_clear(result);
    free(source);
    return code;
}

code_t
render_page(const render_options_t *options, const char *text, size_t size, render_t *result)
{
    return render_collect(options, text, size, NULL, result);
}

void
render_clear(render_t *self)
{
    free(self->links);
    free(self->headings);
    names_clear(&self->strings);
    free(self->html);
    free(self->text);
    free(self->title);
    digest_free(&self->digest);
    *self = (render_t) { 0 };
}
