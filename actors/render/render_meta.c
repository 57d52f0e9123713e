#include "render_meta.h"
#include "render_chars.h"
#include <string.h>
#include <yaml.h>

typedef struct {
    buffer_t *html;
    meta_t *meta;
    yaml_parser_t parser;
    size_t depth;
} reader_t;

// The text between the markers; NULL: none. `*body` is behind the closing marker and what blanks follow it.
static const char *
find_block(const char *text, size_t size, size_t *block_size, size_t *body)
{
    if (size < 4 || memcmp(text, "---", 3) != 0)
        return NULL;
    size_t at = 3;
    while (at < size && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r'))
        at++;
    if (at == size || text[at] != '\n')
        return NULL;
    const char *start = text + at + 1;
    size_t most = size - at - 1 < META_BYTES? size - at - 1: META_BYTES;
    const char *close = memmem(start, most, "\n---", 4);
    if (!close)
        return NULL;
    *block_size = (size_t)(close - start);
    at = (size_t)(close - text) + 4;
    while (at < size && chars_is(text[at], CHAR_BLANK))
        at++;
    *body = at;
    return start;
}

static const char *
scalar(const yaml_event_t *event, size_t *size)
{
    *size = event->data.scalar.length;
    return (const char *)event->data.scalar.value;
}

static void
put_scalar(reader_t *self, const yaml_event_t *event)
{
    size_t size;
    const char *text = scalar(event, &size);
    buffer_escape(self->html, text, size);
}

static bool value(reader_t *self, const yaml_event_t *event);

// The next event; false: malformed. The caller deletes it.
static bool
next(reader_t *self, yaml_event_t *event)
{
    return yaml_parser_parse(&self->parser, event) == 1;
}

static bool
sequence(reader_t *self)
{
    yaml_event_t event;
    buffer_puts(self->html, "<ul>");
    while (next(self, &event)) {
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        buffer_puts(self->html, end? "</ul>": "<li>");
        bool good = end || value(self, &event);
        yaml_event_delete(&event);
        if (end || !good)
            return good;
        buffer_puts(self->html, "</li>");
    }
    return false;
}

// The title is the value of that key at the top, if it is a scalar that YAML does not take for nothing.
static void
keep_title(reader_t *self, const yaml_event_t *event)
{
    size_t size = 0;
    const char *text = event->type == YAML_SCALAR_EVENT? scalar(event, &size): "";
    bool plain = event->type == YAML_SCALAR_EVENT && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    bool null = plain && (strcmp(text, "~") == 0 || strcasecmp(text, "null") == 0);
    if (null)
        size = 0;
    while (size > 0 && chars_is(text[size - 1], CHAR_BLANK))
        size--;
    while (size > 0 && chars_is(*text, CHAR_BLANK))
        text++, size--;
    size = chars_cut(text, size, META_TITLE_SIZE);
    for (size_t i = 0; i < size; i++)
        self->meta->title[i] = (unsigned char)text[i] < ' '? ' ': text[i];
    self->meta->title[size] = '\0';
}

static bool
pair(reader_t *self, const yaml_event_t *key)
{
    yaml_event_t event;
    if (key->type != YAML_SCALAR_EVENT && key->type != YAML_ALIAS_EVENT)
        return false;                           // a mapping as a key: what reads pages elsewhere refuses it too
    buffer_puts(self->html, "<tr><th>");
    bool title = false;
    if (key->type == YAML_SCALAR_EVENT) {
        put_scalar(self, key);
        title = self->depth == 1 && strcmp((const char *)key->data.scalar.value, "title") == 0;
    }
    buffer_puts(self->html, "</th><td>");
    if (!next(self, &event))
        return false;
    if (title)
        keep_title(self, &event);
    bool good = value(self, &event);
    yaml_event_delete(&event);
    buffer_puts(self->html, "</td></tr>\n");
    return good;
}

static bool
mapping(reader_t *self)
{
    yaml_event_t event;
    buffer_puts(self->html, "<table>\n<tbody>\n");
    while (next(self, &event)) {
        bool end = event.type == YAML_MAPPING_END_EVENT;
        bool good = end || pair(self, &event);
        yaml_event_delete(&event);
        if (end)
            buffer_puts(self->html, "</tbody>\n</table>");
        if (end || !good)
            return good;
    }
    return false;
}

static bool
value(reader_t *self, const yaml_event_t *event)
{
    bool good = false;
    if (++self->depth > META_DEPTH)
        return false;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        put_scalar(self, event);
        good = true;
        break;
    case YAML_ALIAS_EVENT:
        buffer_puts(self->html, "*");
        buffer_puts(self->html, (const char *)event->data.alias.anchor);
        good = true;
        break;
    case YAML_SEQUENCE_START_EVENT:
        good = sequence(self);
        break;
    case YAML_MAPPING_START_EVENT:
        good = mapping(self);
        break;
    default:
        break;
    }
    self->depth--;
    return good;
}

static bool
expect(reader_t *self, yaml_event_type_t type)
{
    yaml_event_t event;
    if (!next(self, &event))
        return false;
    bool good = event.type == type;
    yaml_event_delete(&event);
    return good;
}

// One document that is a mapping, and nothing behind it.
static bool
document(reader_t *self)
{
    yaml_event_t event;
    if (!expect(self, YAML_STREAM_START_EVENT) || !expect(self, YAML_DOCUMENT_START_EVENT) || !next(self, &event))
        return false;
    bool good = event.type == YAML_MAPPING_START_EVENT && value(self, &event);
    yaml_event_delete(&event);
    return good && expect(self, YAML_DOCUMENT_END_EVENT) && expect(self, YAML_STREAM_END_EVENT);
}

void
meta_read(const char *text, size_t size, meta_t *meta, buffer_t *html)
{
    size_t block_size = 0, body = 0, mark = html->size;
    meta->body = 0;
    meta->title[0] = '\0';
    const char *block = find_block(text, size, &block_size, &body);
    reader_t self = { .html = html, .meta = meta };
    if (!block || !yaml_parser_initialize(&self.parser))
        return;
    yaml_parser_set_encoding(&self.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&self.parser, (const unsigned char *)block, block_size);
    buffer_puts(html, "<details class=\"properties\"><summary>Properties</summary>\n");
    if (document(&self) && !html->full) {
        buffer_puts(html, "\n</details>\n");
        meta->body = body;
    } else {
        html->size = mark;
        meta->title[0] = '\0';
    }
    yaml_parser_delete(&self.parser);
}
