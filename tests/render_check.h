// render_check - is this HTML safe and whole? Written apart from the renderer, for its tests and fuzzers
#ifndef RENDER_CHECK_H
#define RENDER_CHECK_H
#include "../actors/render/render_digest.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { CHECK_DEPTH = 2 * LIMIT_MARKDOWN_NESTING + 16 };

typedef struct {
    const char *at, *end;
    const char *open[CHECK_DEPTH];
    size_t open_size[CHECK_DEPTH];
    size_t depth;
    const char *why;
} check_t;

static const char *const check_tags[] = {
    "a", "abbr", "address", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup",
    "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "input", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "u", "ul", "var", NULL };
static const char *const check_void[] = { "br", "col", "hr", "img", "input", NULL };
static const char *const check_attributes[] = {
    "id", "class", "title", "lang", "dir", "href", "rel", "target", "src", "alt", "width", "height",
    "align", "valign", "colspan", "rowspan", "span", "datetime", "open", "start", "type",
    "reversed", "value", "aria-label", "disabled", "checked", NULL };
static const char *const check_schemes[] = { "http:", "https:", "mailto:", "tel:", "ftp:", NULL };

static inline bool
check_among(const char *const *words, const char *word, size_t size)
{
    for (; *words; words++)
        if (strlen(*words) == size && memcmp(*words, word, size) == 0)
            return true;
    return false;
}

static inline bool
check_fail(check_t *self, const char *why)
{
    self->why = why;
    return false;
}

// Every '&' of the output begins a reference.
static inline bool
check_reference(check_t *self, const char *at, const char *end)
{
    size_t size = 1;
    while (at + size < end && size < 34 && at[size] != ';')
        size++;
    return (at + size < end && at[size] == ';' && size > 1) || check_fail(self, "bare &");
}

// The renderer decodes a URL before it looks at it, so that only "&amp;" may be left, and no scheme but a
// known one.
static inline bool
check_url(check_t *self, const char *url, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)url[i] <= ' ' || (unsigned char)url[i] >= 0x7f || strchr("<>\"\\`", url[i]))
            return check_fail(self, "character in a URL");
        if (url[i] == '&' && (size - i < 5 || memcmp(url + i, "&amp;", 5) != 0))
            return check_fail(self, "reference in a URL");
    }
    size_t word = 0;
    while (word < size && !strchr(":/?#", url[word]))
        word++;
    if (word == size || url[word] != ':')
        return true;
    for (const char *const *scheme = check_schemes; *scheme; scheme++)
        if (strlen(*scheme) == word + 1 && strncasecmp(*scheme, url, word + 1) == 0)
            return true;
    return check_fail(self, "scheme of a URL");
}

static inline bool
check_attribute(check_t *self)
{
    const char *name = ++self->at;
    while (self->at < self->end && ((*self->at >= 'a' && *self->at <= 'z') || *self->at == '-'))
        self->at++;
    size_t size = (size_t)(self->at - name);
    if (!check_among(check_attributes, name, size))
        return check_fail(self, "attribute");
    if (self->end - self->at < 2 || self->at[0] != '=')
        return true;
    if (self->at[1] != '"')
        return check_fail(self, "quotes");
    const char *value = self->at + 2;
    const char *close = memchr(value, '"', (size_t)(self->end - value));
    if (!close)
        return check_fail(self, "open quotes");
    for (const char *at = value; at < close; at++) {
        if (*at == '<' || *at == '>')
            return check_fail(self, "angle in a value");
        if (*at == '&' && !check_reference(self, at, close))
            return false;
    }
    self->at = close + 1;
    bool url = (size == 4 && memcmp(name, "href", 4) == 0) || (size == 3 && memcmp(name, "src", 3) == 0);
    return !url || check_url(self, value, (size_t)(close - value));
}

static inline bool
check_tag(check_t *self)
{
    bool close = self->end - self->at > 1 && self->at[1] == '/';
    const char *name = self->at + 1 + close;
    self->at = name;
    while (self->at < self->end && ((*self->at >= 'a' && *self->at <= 'z') || (*self->at >= '1' && *self->at <= '6')))
        self->at++;
    size_t size = (size_t)(self->at - name);
    if (!check_among(check_tags, name, size))
        return check_fail(self, "tag");
    while (!close && self->at < self->end && *self->at == ' ')
        if (!check_attribute(self))
            return false;
    if (self->at == self->end || *self->at++ != '>')
        return check_fail(self, "end of a tag");
    if (check_among(check_void, name, size))
        return !close || check_fail(self, "closed void tag");
    if (!close) {
        if (self->depth == CHECK_DEPTH)
            return check_fail(self, "too deep");
        self->open[self->depth] = name;
        self->open_size[self->depth++] = size;
        return true;
    }
    if (self->depth == 0)
        return check_fail(self, "closes what is not open");
    self->depth--;
    return (self->open_size[self->depth] == size && memcmp(self->open[self->depth], name, size) == 0)
           || check_fail(self, "closes another tag");
}

// NULL, or what is wrong with the HTML.
static inline const char *
check_html(const char *html, size_t size)
{
    check_t self = { .at = html, .end = html + size };
    if (!page_utf8_valid(html, size) || memchr(html, '\0', size))
        return "not UTF-8, or a NUL";
    while (self.at < self.end) {
        bool good = *self.at == '<'? check_tag(&self)
                    : *self.at == '>'? check_fail(&self, "bare >")
                    : *self.at == '&'? check_reference(&self, self.at, self.end): true;
        if (!good)
            return self.why;
        if (self.at < self.end && *self.at != '<' && *self.at != '>')
            self.at++;
    }
    return self.depth == 0? NULL: "left open";
}

// Behind the JSON value that begins here; NULL: there is none. Strings are ASCII alone, keys rise.
static inline const char *
check_json_string(const char *at)
{
    if (*at != '"')
        return NULL;
    for (at++; *at != '"'; at++) {
        if (*at < ' ' || *at > '~')
            return NULL;
        if (*at != '\\')
            continue;
        at++;
        if (*at == 'u' && strspn(at + 1, "0123456789abcdef") >= 4)
            at += 4;
        else if (!*at || !strchr("\"\\nrtfb", *at))
            return NULL;
    }
    return at + 1;
}

static inline const char *
check_json(const char *at, size_t depth)
{
    static const char *const words[] = { "true", "false", "null" };
    char open = *at, close = open == '{'? '}': ']';
    if (open == '"')
        return check_json_string(at);
    for (size_t i = 0; i < 3; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return at + strlen(words[i]);
    if (open != '{' && open != '[') {
        size_t size = strspn(at, "-+.e0123456789");
        return size > 0 && strchr("-0123456789", *at)? at + size: NULL;
    }
    if (at[1] == close)
        return at + 2;
    do {
        at++;
        if (open == '{') {
            at = check_json_string(at);
            if (!at || *at++ != ':')
                return NULL;
        }
        at = depth < 16? check_json(at, depth + 1): NULL;
    } while (at && *at == ',');
    return at && *at == close? at + 1: NULL;
}

// NULL, or what is wrong with what an index would keep.
static inline const char *
check_digest(const digest_t *digest, const char *source, size_t size)
{
    const char *end = digest->front? check_json(digest->front, 0): NULL;
    if (digest->front && (*digest->front != '{' || !end || *end || end != digest->front + digest->front_size))
        return "front matter is no JSON";
    if (digest->front && digest->body == 0)
        return "front matter without an end";
    end = check_json(*digest->category? digest->category: "null", 0);
    if (!end || *end || strlen(digest->category) > 1024)
        return "category is no JSON";
    if (digest->body > size || digest->words > size || digest->link_count > LIMIT_REFERENCES)
        return "counts of a digest";
    size_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += source[i] == '\n' || (source[i] == '\r' && source[i + 1 < size? i + 1: i] != '\n');
    for (size_t i = 0; i < digest->link_count; i++) {
        const digest_link_t *link = &digest->links[i];
        if (link->line < 1 || link->line > lines || link->at >= size)
            return "line of a link";
        if (*link->target && page_path_check(link->target, NULL) != OK)
            return "target of a link in a digest";
        if (strlen(link->anchor) > 256 || !page_utf8_valid(link->anchor, strlen(link->anchor)))
            return "anchor of a link";
        if (!strchr("wmi", link->kind) || (!*link->target && !*link->anchor && link->kind == 'i'))
            return "kind of a link";
    }
    for (size_t i = 0; i < digest->tag_count; i++)
        if (!*digest->tags[i] || strlen(digest->tags[i]) > 256)
            return "tag";
    return NULL;
}

// NULL, or what is wrong with the rest of what a page gives.
static inline const char *
check_page(const render_t *page, const char *source, size_t size)
{
    size_t limit = size < LIMIT_HTML_BYTES / 50? (64 << 10) + 50 * size: LIMIT_HTML_BYTES;
    if (page->html_size > (limit < LIMIT_HTML_BYTES? limit: LIMIT_HTML_BYTES) + 4096)
        return "over the limit";
    for (size_t i = 0; i < page->link_count; i++) {
        const rendered_link_t *link = &page->links[i];
        size_t tag = link->image? 4: 2;
        if (link->offset < tag || link->offset + 5 > page->html_size || (i > 0 && link->offset <= link[-1].offset))
            return "offset of a link";
        const char *at = page->html + link->offset;
        if (memcmp(at - tag, link->image? "<img": "<a", tag) != 0 || memcmp(at,
        link->image? " src=": " href", 5) != 0)
            return "place of a link";
        if (page_path_check(link->target, NULL) != OK)
            return "target of a link";
    }
    const char *why = page->digest? check_digest(page->digest, source, size): NULL;
    if (why)
        return why;
    size_t line = 1, at = 0, reported = strlen(page->title);
    for (size_t i = 0; i < page->heading_count; i++) {
        const rendered_heading_t *heading = &page->headings[i];
        if (heading->level < 1 || heading->level > 6 || heading->start > heading->end || heading->end > size)
            return "section";
        if (i > 0 && heading->start < heading[-1].start)
            return "order of sections";
        for (; at < heading->start; at++)
            line += source[at] == '\n' || (source[at] == '\r' && (at + 1 == size || source[at + 1] != '\n'));
        size_t last = heading->line;
        for (size_t i_last = heading->start; i_last + 1 < heading->end; i_last++)
            last += source[i_last] == '\n' || (source[i_last] == '\r' && source[i_last + 1] != '\n');
        if (heading->last_line != last && heading->end > heading->start)
            return "last line of a section";
        if (heading->line != line)
            return "line of a heading";
        if (!*heading->id || strlen(heading->id) >= 256 || strlen(heading->text) > 1024)
            return "text of a heading";
        if (!page_utf8_valid(heading->text, strlen(heading->text)))
            return "text of a heading is not UTF-8";
        reported += strlen(heading->id) + strlen(heading->text);
    }
    if (page->text && (page->text_size > 2 * size + 1024 || !page_utf8_valid(page->text, page->text_size)))
        return "plain text";
    return reported <= (192 << 10) + 1024? NULL: "reports too much";
}
#endif
