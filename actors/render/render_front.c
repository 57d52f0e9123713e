#include "render_front.h"
#include "render_chars.h"
#include "render_scalar.h"
#include <stdlib.h>
#include <string.h>

static const char tag_space[] = "tag:yaml.org,2002:";

typedef struct {
    const char *key;                            // NULL: it is in `room`
    size_t size;
    size_t order;
    int value;
    char room[SCALAR_NUMBER_SIZE];
} row_t;
typedef struct {
    row_t *rows;
    size_t count, room;
} rows_t;

typedef struct {
    yaml_document_t *document;
    buffer_t out;
    bool broken;                                // no memory
} writer_t;

static bool
has_tag(const yaml_node_t *node, const char *name)
{
    const char *tag = (const char *)node->tag;
    return tag && strncmp(tag, tag_space, sizeof tag_space - 1) == 0 && strcmp(tag + sizeof tag_space - 1, name) == 0;
}

// What a scalar is: by its look, unless it is quoted or says its type.
static type_t
scalar_type(const yaml_node_t *node, int64_t *number)
{
    const char *text = (const char *)node->data.scalar.value;
    bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && has_tag(node, "str");
    bool said = !has_tag(node, "str") && !has_tag(node, "binary");
    *number = 0;
    type_t type = plain || said? type_of(text, node->data.scalar.length, number): TYPE_TEXT;
    return type == TYPE_INT && has_tag(node, "float")? TYPE_FLOAT: type;
}

// ---- mappings -----------------------------------------------------------------------------------------------------
bool
front_is_merge(const yaml_node_t *key)
{
    return key->type == YAML_SCALAR_NODE && key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
           && key->data.scalar.length == 2 && memcmp(key->data.scalar.value, "<<", 2) == 0;
}

bool
front_can_merge(yaml_document_t *document, int value)
{
    const yaml_node_t *node = yaml_document_get_node(document, value);
    if (node->type != YAML_SEQUENCE_NODE)
        return node->type == YAML_MAPPING_NODE;
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
        if (yaml_document_get_node(document, *item)->type != YAML_MAPPING_NODE)
            return false;
    return true;
}

static const char *
key_of(const row_t *row)
{
    return row->key? row->key: row->room;
}

static int
by_key(const void *a, const void *b)
{
    const row_t *one = a, *other = b;
    size_t least = one->size < other->size? one->size: other->size;
    int order = memcmp(key_of(one), key_of(other), least);
    if (order == 0)
        order = (one->size > other->size) - (one->size < other->size);
    return order? order: (one->order > other->order) - (one->order < other->order);
}

static void
add_row(writer_t *self, rows_t *rows, const yaml_node_pair_t *pair)
{
    if (rows->count == rows->room) {
        size_t room = rows->room? rows->room * 2: 16;
        row_t *larger = realloc(rows->rows, room * sizeof *larger);
        self->broken |= !larger;
        if (!larger)
            return;
        rows->rows = larger;
        rows->room = room;
    }
    const yaml_node_t *node = yaml_document_get_node(self->document, pair->key);
    row_t *row = &rows->rows[rows->count];
    int64_t number;
    const char *text = (const char *)node->data.scalar.value;
    type_t type = scalar_type(node, &number);
    *row = (row_t) { .size = node->data.scalar.length, .order = rows->count++, .value = pair->value };
    row->key = scalar_key(type, number, text, row->size, row->room);
    row->size = row->key? strlen(row->key): row->size;
    row->key = row->key == row->room? NULL: row->key? row->key: text;
}

static void gather(writer_t *self, const yaml_node_t *node, rows_t *rows);

// What is merged comes first, so that what the mapping says itself counts; of several, the first one does.
static void
merge(writer_t *self, int value, rows_t *rows)
{
    const yaml_node_t *node = yaml_document_get_node(self->document, value);
    if (node->type == YAML_MAPPING_NODE) {
        gather(self, node, rows);
        return;
    }
    const yaml_node_item_t *start = node->data.sequence.items.start, *item = node->data.sequence.items.top;
    while (item > start)
        gather(self, yaml_document_get_node(self->document, *--item), rows);
}

static void
gather(writer_t *self, const yaml_node_t *node, rows_t *rows)
{
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end && !self->broken; pair++)
        if (front_is_merge(yaml_document_get_node(self->document, pair->key)))
            merge(self, pair->value, rows);
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end && !self->broken; pair++)
        if (!front_is_merge(yaml_document_get_node(self->document, pair->key)))
            add_row(self, rows, pair);
}

// Its entries by key, each key once.
static rows_t
rows_of(writer_t *self, const yaml_node_t *node)
{
    rows_t rows = { 0 };
    size_t count = 0;
    gather(self, node, &rows);
    if (rows.count > 0)
        qsort(rows.rows, rows.count, sizeof *rows.rows, by_key);
    for (size_t i = 0; i < rows.count; i++) {
        const row_t *row = &rows.rows[i], *next = row + 1;
        bool last = i + 1 == rows.count || next->size != row->size
                    || memcmp(key_of(next), key_of(row), row->size) != 0;
        if (last)
            rows.rows[count++] = *row;
    }
    rows.count = count;
    return rows;
}

// ---- JSON ---------------------------------------------------------------------------------------------------------
static void put(writer_t *self, int value);

static void
put_mapping(writer_t *self, const yaml_node_t *node)
{
    bool set = has_tag(node, "set");
    rows_t rows = rows_of(self, node);
    buffer_puts(&self->out, set? "[": "{");
    for (size_t i = 0; i < rows.count; i++) {
        const row_t *row = &rows.rows[i];
        if (i > 0)
            buffer_put(&self->out, ",", 1);
        scalar_put_text(&self->out, key_of(row), row->size);
        if (set)
            continue;
        buffer_put(&self->out, ":", 1);
        put(self, row->value);
    }
    buffer_puts(&self->out, set? "]": "}");
    free(rows.rows);
}

static void
put(writer_t *self, int value)
{
    const yaml_node_t *node = yaml_document_get_node(self->document, value);
    int64_t number;
    if (node->type == YAML_MAPPING_NODE) {
        put_mapping(self, node);
    } else if (node->type == YAML_SCALAR_NODE) {
        type_t type = scalar_type(node, &number);
        scalar_put(&self->out, type, number, (const char *)node->data.scalar.value, node->data.scalar.length);
    } else {
        const yaml_node_item_t *start = node->data.sequence.items.start;
        buffer_put(&self->out, "[", 1);
        for (const yaml_node_item_t *item = start; item < node->data.sequence.items.top; item++) {
            if (item > start)
                buffer_put(&self->out, ",", 1);
            put(self, *item);
        }
        buffer_put(&self->out, "]", 1);
    }
}

// ---- what an index wants ------------------------------------------------------------------------------------------
static void
add_tag(digest_t *digest, const char *text, size_t size)
{
    while (size > 0 && chars_is(*text, CHAR_BLANK))
        text++, size--;
    size = chars_cut(text, size, FRONT_TAG_BYTES);
    while (size > 0 && chars_is(text[size - 1], CHAR_BLANK))
        size--;
    for (size_t i = 0; i < digest->tag_count; i++)
        if (strlen(digest->tags[i]) == size && memcmp(digest->tags[i], text, size) == 0)
            return;
    char *tag = size > 0 && digest->tag_count < LIMIT_TAGS? names_copy(&digest->strings, text, size): NULL;
    if (!tag)
        return;
    for (size_t i = 0; i < size; i++)
        tag[i] = (unsigned char)tag[i] < ' '? ' ': tag[i];
    digest->tags[digest->tag_count++] = tag;
}

static void
add_scalar_tag(digest_t *digest, const yaml_node_t *node, bool split)
{
    int64_t number;
    const char *text = (const char *)node->data.scalar.value, *end = text + node->data.scalar.length;
    if (scalar_type(node, &number) == TYPE_NULL)
        return;
    while (text <= end) {
        const char *comma = split? memchr(text, ',', (size_t)(end - text)): NULL;
        const char *stop = comma? comma: end;
        add_tag(digest, text, (size_t)(stop - text));
        text = stop + 1;
    }
}

static void
read_tags(writer_t *self, const yaml_node_t *node, digest_t *digest)
{
    digest->tags = calloc(LIMIT_TAGS, sizeof *digest->tags);
    if (!digest->tags)
        return;
    if (node->type == YAML_SCALAR_NODE)
        add_scalar_tag(digest, node, true);
    if (node->type != YAML_SEQUENCE_NODE)
        return;
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++) {
        const yaml_node_t *one = yaml_document_get_node(self->document, *item);
        if (one->type == YAML_SCALAR_NODE)
            add_scalar_tag(digest, one, false);
    }
}

static void
read_category(writer_t *self, int value, digest_t *digest)
{
    size_t from = self->out.size;
    put(self, value);
    size_t size = self->out.size - from;
    bool fits = !self->out.full && size <= FRONT_CATEGORY_BYTES;
    if (fits && !(size == 4 && memcmp(self->out.data + from, "null", 4) == 0))
        digest->category = names_copy(&digest->strings, self->out.data + from, size);
    self->out.size = from;
}

static bool
is_key(const row_t *row, const char *name)
{
    return row->size == strlen(name) && memcmp(key_of(row), name, row->size) == 0;
}

void
front_read(yaml_document_t *document, digest_t *digest)
{
    writer_t self = { .document = document, .out.limit = LIMIT_PAGE_BYTES };
    const yaml_node_t *root = yaml_document_get_root_node(document);
    rows_t rows = rows_of(&self, root);
    for (size_t i = 0; i < rows.count; i++) {
        if (is_key(&rows.rows[i], "category"))
            read_category(&self, rows.rows[i].value, digest);
        else if (is_key(&rows.rows[i], "tags"))
            read_tags(&self, yaml_document_get_node(document, rows.rows[i].value), digest);
    }
    free(rows.rows);
    put_mapping(&self, root);
    buffer_end(&self.out);
    if (self.broken || self.out.full) {
        buffer_clear(&self.out);
        return;
    }
    digest->front = self.out.data;
    digest->front_size = self.out.size;
}

void
front_forget(digest_t *digest)
{
    free(digest->front);
    digest->front = NULL;
    digest->front_size = digest->tag_count = 0;
    digest->category = "";
}
