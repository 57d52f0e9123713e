#include "render_meta.h"
#include "render_chars.h"
#include "render_front.h"
#include "render_type.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

typedef struct {
    buffer_t *html;
    meta_t *meta;
    digest_t *digest;                           // NULL: nobody asked
    yaml_document_t document;
    size_t depth;
    size_t shown;                               // nodes: an alias shows its node again
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

// Only what a safe loader makes; nothing else has a meaning to anybody.
static bool
is_known_tag(const yaml_node_t *node)
{
    static const char space[] = "tag:yaml.org,2002:";
    static const char *const known[] = { "str", "int", "float", "bool", "null", "timestamp", "binary", "seq", "map",
                                         "set", "omap", "pairs" };
    const char *tag = node->tag? (const char *)node->tag: "";
    if (strncmp(tag, space, sizeof space - 1) != 0)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(tag + sizeof space - 1, known[i]) == 0)
            return true;
    return false;
}

typedef struct {
    const char *text;
    size_t size;
    char number[24];
} shown_t;

// A scalar as it is shown: what is written, but one way only for what YAML takes for a number, a truth or nothing.
static void
show(const yaml_node_t *node, shown_t *shown)
{
    int64_t number;
    shown->text = (const char *)node->data.scalar.value;
    shown->size = node->data.scalar.length;
    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return;
    type_t type = type_of(shown->text, shown->size, &number);
    if (type == TYPE_NULL) {
        shown->size = 0;
    } else if (type == TYPE_BOOL) {
        shown->text = number? "true": "false";
        shown->size = number? 4: 5;
    } else if (type == TYPE_INT) {
        snprintf(shown->number, sizeof shown->number, "%" PRId64, number);
        shown->text = shown->number;
        shown->size = strlen(shown->number);
    }
}

static void
put_scalar(reader_t *self, const yaml_node_t *node)
{
    shown_t shown;
    show(node, &shown);
    buffer_escape(self->html, shown.text, shown.size);
}

static bool value(reader_t *self, int index);

static bool
sequence(reader_t *self, const yaml_node_t *node)
{
    buffer_puts(self->html, "<ul>");
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++) {
        buffer_puts(self->html, "<li>");
        if (!value(self, *item))
            return false;
        buffer_puts(self->html, "</li>");
    }
    buffer_puts(self->html, "</ul>");
    return true;
}

// The title is the value of that key at the top, if it is a scalar that YAML does not take for nothing.
static void
keep_title(reader_t *self, const yaml_node_t *node)
{
    shown_t shown = { .text = "" };
    if (node->type == YAML_SCALAR_NODE)
        show(node, &shown);
    while (shown.size > 0 && chars_is(shown.text[shown.size - 1], CHAR_BLANK))
        shown.size--;
    while (shown.size > 0 && chars_is(*shown.text, CHAR_BLANK))
        shown.text++, shown.size--;
    size_t size = chars_cut(shown.text, shown.size, META_TITLE_SIZE);
    for (size_t i = 0; i < size; i++)
        self->meta->title[i] = (unsigned char)shown.text[i] < ' '? ' ': shown.text[i];
    self->meta->title[size] = '\0';
}

static bool
pair(reader_t *self, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = yaml_document_get_node(&self->document, pair->key);
    if (key->type != YAML_SCALAR_NODE || !is_known_tag(key))
        return false;                           // a mapping as a key: what reads pages elsewhere refuses it too
    if (front_is_merge(key) && !front_can_merge(&self->document, pair->value))
        return false;
    buffer_puts(self->html, "<tr><th>");
    buffer_escape(self->html, (const char *)key->data.scalar.value, key->data.scalar.length);
    buffer_puts(self->html, "</th><td>");
    if (self->depth == 1 && strcmp((const char *)key->data.scalar.value, "title") == 0)
        keep_title(self, yaml_document_get_node(&self->document, pair->value));
    if (!value(self, pair->value))
        return false;
    buffer_puts(self->html, "</td></tr>\n");
    return true;
}

static bool
mapping(reader_t *self, const yaml_node_t *node)
{
    buffer_puts(self->html, "<table>\n<tbody>\n");
    for (const yaml_node_pair_t *one = node->data.mapping.pairs.start; one < node->data.mapping.pairs.top; one++)
        if (!pair(self, one))
            return false;
    buffer_puts(self->html, "</tbody>\n</table>");
    return true;
}

// An alias is shown as what it means, also where that is what it stands in: depth and number bound it.
static bool
value(reader_t *self, int index)
{
    const yaml_node_t *node = yaml_document_get_node(&self->document, index);
    bool good = self->depth < META_DEPTH && self->shown < META_NODES && is_known_tag(node) && !self->html->full;
    if (!good)
        return false;
    self->depth++;
    self->shown++;
    if (node->type == YAML_SCALAR_NODE)
        put_scalar(self, node);
    else
        good = node->type == YAML_SEQUENCE_NODE? sequence(self, node): mapping(self, node);
    self->depth--;
    return good;
}

// libyaml looks through all anchors for each.
static bool
has_many_anchors(const char *text, size_t size)
{
    size_t count = 0;
    const char *end = text + size;
    while (count <= META_ANCHORS && (text = memchr(text, '&', (size_t)(end - text)))) {
        text++;
        count++;
    }
    return count > META_ANCHORS;
}

// Is there nothing behind the document?
static bool
is_last(yaml_parser_t *parser)
{
    yaml_document_t next;
    if (!yaml_parser_load(parser, &next))
        return false;
    bool last = !yaml_document_get_root_node(&next);
    yaml_document_delete(&next);
    return last;
}

// One document that is a mapping.
static bool
document(reader_t *self, const char *block, size_t size)
{
    yaml_parser_t parser;
    bool good = false;
    if (has_many_anchors(block, size) || !yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)block, size);
    if (yaml_parser_load(&parser, &self->document)) {
        const yaml_node_t *root = yaml_document_get_root_node(&self->document);
        good = root && root->type == YAML_MAPPING_NODE && value(self, 1) && is_last(&parser) && !self->html->full;
        if (good && self->digest)
            front_read(&self->document, self->digest);
        yaml_document_delete(&self->document);
    }
    yaml_parser_delete(&parser);
    return good;
}

void
meta_read(const char *text, size_t size, meta_t *meta, buffer_t *html, digest_t *digest)
{
    size_t block_size = 0, body = 0, mark = html->size;
    meta->body = 0;
    meta->title[0] = '\0';
    const char *block = find_block(text, size, &block_size, &body);
    reader_t self = { .html = html, .meta = meta, .digest = digest };
    if (!block)
        return;
    buffer_puts(html, "<details class=\"properties\"><summary>Properties</summary>\n");
    bool good = document(&self, block, block_size);
    buffer_puts(html, "\n</details>\n");
    if (good && !html->full) {
        meta->body = body;
    } else {
        html->size = mark;
        meta->title[0] = '\0';
        if (digest)
            front_forget(digest);
    }
}
