// render_normal - HTML as CommonMark's own test suite compares it (its normalize.py): attributes in order, white space
// that means nothing taken away, references decoded, URLs unquoted
#ifndef RENDER_NORMAL_H
#define RENDER_NORMAL_H
#include "unit.h"
#include <ctype.h>

enum { NORMAL_ROOM = 1 << 16, NORMAL_ATTRIBUTES = 8, NORMAL_VALUE = 2048 };

typedef struct {
    const char *at, *end;
    bool ours;                                  // drop what this wiki adds to links and headings
    bool in_pre;
    bool after_tag, after_end;                  // what was before is a tag, or an end tag
    bool after_block, after_break;
    size_t size;
    char out[NORMAL_ROOM];
} normal_t;

typedef struct {
    char name[32], value[NORMAL_VALUE];
} normal_attribute_t;

static const char *const normal_blocks[] = {
    "article", "header", "aside", "hgroup", "blockquote", "hr", "iframe", "body", "li", "map", "button", "object",
    "canvas", "ol", "caption", "output", "col", "p", "colgroup", "pre", "dd", "progress", "div", "section", "dl",
    "table", "td", "dt", "tbody", "embed", "textarea", "fieldset", "tfoot", "figcaption", "th", "figure", "thead",
    "footer", "tr", "form", "ul", "h1", "h2", "h3", "h4", "h5", "h6", "video", "script", "style", NULL,
};
// The names that the examples use in text; others are left as they are.
static const struct { const char *name, *text; } normal_names[] = {
    { "amp;", "&" }, { "lt;", "<" }, { "gt;", ">" }, { "quot;", "\"" }, { "nbsp;", "\xc2\xa0" },
    { "copy;", "\xc2\xa9" }, { "AElig;", "\xc3\x86" }, { "Dcaron;", "\xc4\x8e" }, { "frac34;", "\xc2\xbe" },
    { "HilbertSpace;", "\xe2\x84\x8b" }, { "DifferentialD;", "\xe2\x85\x86" },
    { "ClockwiseContourIntegral;", "\xe2\x88\xb2" }, { "ngE;", "\xe2\x89\xa7\xcc\xb8" }, { "auml;", "\xc3\xa4" },
    { "ouml;", "\xc3\xb6" },
};

static inline void
normal_put(normal_t *self, const char *text, size_t size)
{
    assert_true(size < NORMAL_ROOM - self->size);
    memcpy(self->out + self->size, text, size);
    self->size += size;
    self->out[self->size] = '\0';
}

static inline void
normal_puts(normal_t *self, const char *text)
{
    normal_put(self, text, strlen(text));
}

static inline void
normal_escaped(normal_t *self, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char one[] = { text[i], '\0' };
        normal_puts(self, *one == '&'? "&amp;": *one == '<'? "&lt;": *one == '>'? "&gt;": *one == '"'? "&quot;": one);
    }
}

static inline size_t
normal_utf8(long code, char *out)
{
    code = code <= 0 || code > 0x10ffff? 0xfffd: code;
    size_t size = code < 0x80? 1: code < 0x800? 2: code < 0x10000? 3: 4;
    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 63));
    static const int leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    out[0] = (char)(leads[size] | code);
    return size;
}

// Decodes what begins at `*at`, one character or reference, into `out`.
static inline size_t
normal_decode(const char **at, const char *end, char *out)
{
    const char *from = *at;
    if (end - from > 3 && from[0] == '&' && from[1] == '#') {
        char *behind = NULL;
        long code = from[2] == 'x' || from[2] == 'X'? strtol(from + 3, &behind, 16): strtol(from + 2, &behind, 10);
        if (*behind == ';') {
            *at = behind + 1;
            return normal_utf8(code, out);
        }
    }
    for (size_t i = 0; *from == '&' && i < sizeof normal_names / sizeof *normal_names; i++) {
        size_t size = strlen(normal_names[i].name);
        if ((size_t)(end - from) <= size || memcmp(from + 1, normal_names[i].name, size) != 0)
            continue;
        *at = from + 1 + size;
        memcpy(out, normal_names[i].text, strlen(normal_names[i].text));
        return strlen(normal_names[i].text);
    }
    *out = *from;
    *at = from + 1;
    return 1;
}

static inline size_t
normal_decode_all(const char *at, const char *end, char *out, size_t room)
{
    size_t size = 0;
    while (at < end) {
        assert_true(size + 8 < room);
        size += normal_decode(&at, end, out + size);
    }
    out[size] = '\0';
    return size;
}

static inline void
normal_trim(normal_t *self)
{
    while (self->size > 0 && isspace((unsigned char)self->out[self->size - 1]))
        self->size--;
    self->out[self->size] = '\0';
}

static inline void
normal_text(normal_t *self, const char *at, const char *end)
{
    char text[NORMAL_ROOM], *from = text;
    size_t size = normal_decode_all(at, end, text, sizeof text), count = 0;
    if (size == 0)
        return;
    while (self->after_break && size > 0 && *from == '\n')
        from++, size--;
    for (size_t i = 0; !self->in_pre && i < size; i++) {
        bool blank = isspace((unsigned char)from[i]);
        if (!blank || count == 0 || from[count - 1] != ' ')
            from[count++] = blank? ' ': from[i];
    }
    size = self->in_pre? size: count;
    bool strip = self->after_block && !self->in_pre;
    while (strip && size > 0 && *from == ' ')
        from++, size--;
    while (strip && self->after_end && size > 0 && from[size - 1] == ' ')
        size--;
    normal_escaped(self, from, size);
    self->after_tag = self->after_end = self->after_block = self->after_break = false;
}

static inline bool
normal_is_block(const char *name)
{
    for (const char *const *block = normal_blocks; *block; block++)
        if (strcmp(*block, name) == 0)
            return true;
    return false;
}

// A relative URL of an example is one from the root here: the page that it stands in is the home page.
static inline void
normal_url(normal_t *self, char *value)
{
    char plain[NORMAL_VALUE] = "", *to = plain;
    size_t scheme = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    if (!self->ours && *value && !strchr("/?#", *value) && value[scheme] != ':')
        *to++ = '/';
    for (const char *at = value; *at; at++) {
        unsigned code = 0;
        if (*at == '%' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2])
        && sscanf(at + 1, "%2x", &code) == 1)
            at += 2;
        *to++ = code? (char)code: *at;
    }
    *to = '\0';
    memcpy(value, plain, (size_t)(to - plain) + 1);
}

static inline int
normal_by_name(const void *one, const void *other)
{
    return strcmp(((const normal_attribute_t *)one)->name, ((const normal_attribute_t *)other)->name);
}

static inline size_t
normal_attributes(const char *at, const char *end, normal_attribute_t *list)
{
    size_t count = 0;
    while (at < end && count < NORMAL_ATTRIBUTES) {
        while (at < end && (isspace((unsigned char)*at) || *at == '/'))
            at++;
        normal_attribute_t *one = &list[count];
        size_t size = strcspn(at, " \t\n=/>");
        if (at >= end || size == 0 || size >= sizeof one->name)
            break;
        memset(one, 0, sizeof *one);
        for (size_t i = 0; i < size; i++)
            one->name[i] = (char)tolower((unsigned char)at[i]);
        at += size;
        count++;
        if (*at != '=')
            continue;
        char quote = *++at;
        bool quoted = quote == '"' || quote == '\'';
        at += quoted;
        const char *close = quoted? memchr(at, quote, (size_t)(end - at)): at + strcspn(at, " \t\n/>");
        normal_decode_all(at, close? close: end, one->value, sizeof one->value);
        at = close? close + quoted: end;
    }
    qsort(list, count, sizeof *list, normal_by_name);
    return count;
}

// What this wiki adds, and says so: anchors of headings, and what keeps a page from knowing its opener.
static inline bool
normal_is_ours(const normal_t *self, const char *tag, const normal_attribute_t *attribute)
{
    bool heading = tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6';
    return self->ours && ((heading && strcmp(attribute->name, "id") == 0)
                          || (strcmp(attribute->name, "rel") == 0
                              && strcmp(attribute->value, "noopener noreferrer") == 0));
}

static inline void
normal_open(normal_t *self, const char *name, const char *at, const char *end)
{
    static normal_attribute_t list[NORMAL_ATTRIBUTES];
    size_t count = normal_attributes(at, end, list);
    if (self->ours && strcmp(name, "a") == 0 && count > 1 && strcmp(list[1].value, "anchor") == 0) {
        self->at += strlen("</a>");
        return;
    }
    if (normal_is_block(name))
        normal_trim(self);
    self->in_pre |= strcmp(name, "pre") == 0;
    normal_puts(self, "<");
    normal_puts(self, name);
    for (size_t i = 0; i < count; i++) {
        if (normal_is_ours(self, name, &list[i]))
            continue;
        if (strcmp(list[i].name, "href") == 0 || strcmp(list[i].name, "src") == 0)
            normal_url(self, list[i].value);
        normal_puts(self, " ");
        normal_puts(self, list[i].name);
        normal_puts(self, "=\"");
        normal_escaped(self, list[i].value, strlen(list[i].value));
        normal_puts(self, "\"");
    }
    normal_puts(self, ">");
    self->after_tag = true;
    self->after_end = false;
    self->after_block = normal_is_block(name);
    self->after_break = strcmp(name, "br") == 0;
}

static inline void
normal_close(normal_t *self, const char *name)
{
    if (strcmp(name, "pre") == 0)
        self->in_pre = false;
    else if (normal_is_block(name))
        normal_trim(self);
    normal_puts(self, "</");
    normal_puts(self, name);
    normal_puts(self, ">");
    self->after_tag = self->after_end = true;
    self->after_block = normal_is_block(name);
    self->after_break = false;
}

// Behind the tag's '>', which no value in quotes hides.
static inline const char *
normal_tag_end(const char *at, const char *end)
{
    char quote = '\0';
    for (; at < end && (quote || *at != '>'); at++)
        quote = quote? (*at == quote? '\0': quote): *at == '"' || *at == '\''? *at: '\0';
    return at < end? at: NULL;
}

static inline void
normal_tag(normal_t *self)
{
    char name[32] = "";
    const char *at = self->at + 1, *end = normal_tag_end(at, self->end);
    bool close = *at == '/';
    at += close;
    size_t size = strcspn(at, " \t\n/>");
    if (!end || size == 0 || size >= sizeof name || !isalpha((unsigned char)*at)) {
        const char *behind = end? end + 1: self->end;   // a comment, a declaration: as it is
        normal_put(self, self->at, (size_t)(behind - self->at));
        self->at = behind;
        return;
    }
    for (size_t i = 0; i < size; i++)
        name[i] = (char)tolower((unsigned char)at[i]);
    self->at = end + 1;
    if (close)
        normal_close(self, name);
    else
        normal_open(self, name, at + size, end);
}

static inline const char *
normal_html(normal_t *self, const char *html, size_t size, bool ours)
{
    memset(self, 0, offsetof(normal_t, out));
    self->at = html;
    self->end = html + size;
    self->ours = ours;
    self->out[0] = '\0';
    while (self->at < self->end) {
        const char *tag = memchr(self->at, '<', (size_t)(self->end - self->at));
        const char *from = self->at;
        self->at = tag? tag: self->end;
        normal_text(self, from, self->at);
        if (tag)
            normal_tag(self);
    }
    normal_trim(self);
    return self->out;
}
#endif
