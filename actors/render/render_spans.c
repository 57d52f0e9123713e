// render_spans - md4c's spans and texts to HTML
#include "render_internal.h"
#include <string.h>

// Spans that are a tag and nothing else, by type; NULL: not one of these.
static const struct { markup_t open, close; } plain_spans[] = {
    [MD_SPAN_EM] = { MARKUP("<em>"), MARKUP("</em>") },
    [MD_SPAN_STRONG] = { MARKUP("<strong>"), MARKUP("</strong>") },
    [MD_SPAN_CODE] = { MARKUP("<code>"), MARKUP("</code>") },
    [MD_SPAN_DEL] = { MARKUP("<del>"), MARKUP("</del>") },
    [MD_SPAN_LATEXMATH] = { MARKUP("<span class=\"math\">\\("), MARKUP("\\)</span>") },
    [MD_SPAN_LATEXMATH_DISPLAY] = { MARKUP("<span class=\"math\">\\["), MARKUP("\\]</span>") },
    [MD_SPAN_U] = { MARKUP("<u>"), MARKUP("</u>") },
};

// md4c has copied a reference definition into this link: all copies together must stay within the page's limit.
static void
count_copies(job_t *self, const MD_ATTRIBUTE *url, const MD_ATTRIBUTE *title)
{
    self->copied += url->size + title->size;
    if (self->copied > self->out.limit)
        self->out.full = true;
}

// md4c knows where references are; they stay references.
static void
write_title(job_t *self, const MD_ATTRIBUTE *title)
{
    if (title->size == 0)
        return;
    buffer_puts(&self->out, " title=\"");
    for (size_t i = 0; title->substr_offsets[i] < title->size; i++) {
        const char *text = title->text + title->substr_offsets[i];
        size_t size = title->substr_offsets[i + 1] - title->substr_offsets[i];
        if (title->substr_types[i] == MD_TEXT_ENTITY)
            buffer_escape_keep(&self->out, text, size);
        else
            buffer_escape(&self->out, text, size);
    }
    buffer_put(&self->out, "\"", 1);
}

static void
resolve(job_t *self, const MD_ATTRIBUTE *url, link_t *link)
{
    char text[LINK_URL_SIZE];
    size_t size = 0;
    link->kind = LINK_REFUSED;
    if (!chars_decode_attribute(url, text, sizeof text, &size))
        return;
    link_resolve(self->options, text, size, link);
    link->written = url->text;
    links_meet(self, &(met_t) { .target = text, .size = size, .written = url->text, .written_size = url->size });
}

// A link that leads nowhere good is only its text.
static void
enter_link(job_t *self, const MD_SPAN_A_DETAIL *detail)
{
    link_t link;
    count_copies(self, &detail->href, &detail->title);
    if (!stack_may_enter(self))
        return;
    size_t mark = self->out.size;
    link.kind = LINK_REFUSED;
    if (self->in_link == 0)
        resolve(self, &detail->href, &link);
    bool linked = link.kind != LINK_REFUSED;
    if (linked) {
        buffer_put(&self->out, "<a", 2);
        link_write(self, &link, false);
        write_title(self, &detail->title);
        buffer_put(&self->out, ">", 1);
    }
    stack_entered(self, mark, linked? "</a>": "", linked);
}

static void
enter_image(job_t *self)
{
    if (self->image_depth++ == 0)
        self->alt_size = 0;
}

// An image is written when its alternative text is known; one that is refused is only this text.
static void
leave_image(job_t *self, const MD_SPAN_IMG_DETAIL *detail)
{
    link_t link;
    count_copies(self, &detail->src, &detail->title);
    if (--self->image_depth > 0)
        return;
    resolve(self, &detail->src, &link);
    size_t mark = self->out.size;
    if (link.kind == LINK_REFUSED) {
        buffer_escape(&self->out, self->alt, self->alt_size);
    } else {
        buffer_put(&self->out, "<img", 4);
        link_write(self, &link, true);
        buffer_puts(&self->out, " alt=\"");
        buffer_escape(&self->out, self->alt, self->alt_size);
        buffer_put(&self->out, "\"", 1);
        write_title(self, &detail->title);
        buffer_put(&self->out, ">", 1);
    }
    if (self->out.full)
        self->out.size = mark;
    outline_text(self, self->alt, self->alt_size);
}

int
span_enter(MD_SPANTYPE type, void *detail, void *job)
{
    job_t *self = job;
    if (type == MD_SPAN_IMG && !self->in_wiki) {
        enter_image(self);
    } else if (self->in_wiki || self->image_depth > 0) {
        self->wiki_depth += self->in_wiki;
    } else if (type == MD_SPAN_A) {
        enter_link(self, detail);
    } else if (type == MD_SPAN_WIKILINK) {
        wiki_enter(self, &((MD_SPAN_WIKILINK_DETAIL *)detail)->target);
    } else {
        stack_enter_sized(self, plain_spans[type].open, plain_spans[type].close);
        self->code_at = self->out.size;
    }
    return self->out.full;
}

// Otterwiki's `$formula$`: a formula in a code span.
static void
leave_code(job_t *self)
{
    size_t at = self->code_at;
    size_t size = self->out.size - at;
    const char *text = self->out.data + at;
    bool math = self->skipped == 0 && size > 2 && text[0] == '$' && text[size - 1] == '$' && self->open_count > 0;
    if (math) {
        static const char open[] = "<span class=\"math\">\\(";
        self->out.size--;
        memmove(self->out.data + at - 6, self->out.data + at + 1, size - 2);
        self->out.size -= 7;
        buffer_insert(&self->out, at - 6, open, sizeof open - 1);
        self->open[self->open_count - 1].close = (markup_t) MARKUP("\\)</span>");
    }
    stack_leave(self);
}

int
span_leave(MD_SPANTYPE type, void *detail, void *job)
{
    job_t *self = job;
    if (self->in_wiki && !(type == MD_SPAN_WIKILINK && self->wiki_depth == 0))
        self->wiki_depth--;
    else if (type == MD_SPAN_IMG)
        leave_image(self, detail);
    else if (self->image_depth > 0)
        return 0;
    else if (type == MD_SPAN_WIKILINK)
        wiki_leave(self, &((MD_SPAN_WIKILINK_DETAIL *)detail)->target);
    else if (type == MD_SPAN_CODE)
        leave_code(self);
    else
        stack_leave(self);
    if (self->digest && type == MD_SPAN_A)
        digest_settle(self);
    return self->out.full;
}

static void
add_alt(job_t *self, const char *text, size_t size)
{
    size = chars_cut(text, size, ALT_SIZE - self->alt_size);
    memcpy(self->alt + self->alt_size, text, size);
    self->alt_size += size;
}

// Text as a person reads it: for headings and alternative texts.
static void
plain_text(job_t *self, MD_TEXTTYPE type, const char *text, size_t size)
{
    char bytes[4];
    size_t decoded = type == MD_TEXT_ENTITY? chars_decode(text, size, bytes): 0;
    if (decoded) {
        text = bytes;
        size = decoded;
    } else if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
        text = " ";
        size = 1;
    } else if (type == MD_TEXT_HTML) {
        return;
    }
    if (self->image_depth > 0)
        add_alt(self, text, size);
    else
        outline_text(self, text, size);
}

// A place for the number of each line of a code block; the style sheet counts.
static void
number_line(job_t *self, const char *text, size_t size)
{
    if (self->line_start)
        buffer_puts(&self->out, "<span class=\"n\"></span>");
    self->line_start = size == 1 && *text == '\n';
}

static void
write_text(job_t *self, MD_TEXTTYPE type, const char *text, size_t size)
{
    switch (type) {
    case MD_TEXT_BR:
        buffer_put(&self->out, "<br>\n", 5);
        break;
    case MD_TEXT_SOFTBR:
        buffer_put(&self->out, "\n", 1);
        break;
    case MD_TEXT_ENTITY:
        buffer_escape_keep(&self->out, text, size);
        break;
    case MD_TEXT_HTML:
        raw_inline(self, text, size);
        break;
    case MD_TEXT_NORMAL:
        if (self->alert_at == 0 || !alert_text(self, text, size))
            wiki_text(self, text, size);
        return;                                 // it has told the outline, links and all
    case MD_TEXT_CODE:
        if (self->lines)
            number_line(self, text, size);
        buffer_escape_long(&self->out, text, size);
        break;
    default:
        buffer_escape_long(&self->out, text, size);
    }
    if (job_tells(self))
        plain_text(self, type, text, size);
}

// md4c 0.4.8 was seen to name text behind the source; such a text ends the page.
static bool
is_sane(const job_t *self, const char *text, size_t size)
{
    const char *end = self->source + self->source_size + 1;      // with the line end that was added
    bool inside = text >= self->source && text < end;
    return size <= (inside? (size_t)(end - text): MD4C_OWN_TEXT);
}

static void
note_source(job_t *self, const char *text, size_t size)
{
    if (size == 0 || !job_in_source(self, text))
        return;
    if (self->heading.active && !self->heading.first)
        self->heading.first = text;
    if (self->in_wiki && !self->wiki_first)
        self->wiki_first = text;
    if (self->digest)
        digest_text(self, text);
    if (text + size > self->seen)
        self->seen = text + size;
}

int
span_text(MD_TEXTTYPE type, const char *text, MD_SIZE size, void *job)
{
    job_t *self = job;
    if (!is_sane(self, text, size)) {
        self->out.full = true;
        return 1;
    }
    note_source(self, text, size);
    if (self->in_html)
        buffer_put(&self->scratch, text, size);
    else if (self->in_wiki)
        return 0;
    else if (self->image_depth > 0)
        plain_text(self, type, text, size);
    else if (self->scratch.size > 0)            // a tag goes on
        raw_inline(self, text, size);
    else
        write_text(self, type, text, size);
    return self->out.full;
}
