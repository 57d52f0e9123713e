#include "cursor.h"
#include "page.h"
#include "record.h"

#include <string.h>

typedef struct {
    cursor_t cursor;
    arena_t *arena;
    const char *why;
} decoder_t;

static code_t
refuse(decoder_t *self, const char *why)
{
    self->why = why;
    return INVALID;
}

static code_t decode_map(decoder_t *self, const schema_t *schema, void *record, int depth);

static code_t
decode_string(decoder_t *self, const item_t *item, size_t limit, const char **text)
{
    if (item->kind != ITEM_STRING)
        return refuse(self, "a string is expected");
    if (item->size > limit)
        return refuse(self, "a string is over its limit");
    if (memchr(item->bytes, '\0', item->size) || !page_utf8_valid(item->bytes, item->size))
        return refuse(self, "a string is not UTF-8, or holds a NUL");
    *text = arena_copy(self->arena, item->bytes, item->size);
    return OK;
}

static code_t
decode_strings(decoder_t *self, const field_t *field, const item_t *list, void *record)
{
    if (list->kind != ITEM_ARRAY || list->size > field->limit)
        return refuse(self, "a list of strings is expected, within its limit");
    const char **texts = arena_alloc(self->arena, list->size * sizeof *texts);
    for (size_t i = 0; i < list->size; i++) {
        item_t item;
        if (!cursor_next(&self->cursor, &item))
            return refuse(self, "the body is cut short");
        code_t code = decode_string(self, &item, LIMIT_PATH_BYTES, &texts[i]);
        if (code != OK)
            return code;
    }
    *(const char ***)(void *)((char *)record + field->offset) = texts;
    *(size_t *)(void *)((char *)record + field->count_offset) = list->size;
    return OK;
}

static code_t
decode_list(decoder_t *self, const field_t *field, const item_t *list, void *record, int depth)
{
    if (list->kind != ITEM_ARRAY || list->size > field->limit)
        return refuse(self, "a list is expected, within its limit");
    char *elements = arena_alloc(self->arena, list->size * field->record->size);
    for (size_t i = 0; i < list->size; i++) {
        code_t code = decode_map(self, field->record, elements + i * field->record->size, depth - 1);
        if (code != OK)
            return code;
    }
    *(char **)(void *)((char *)record + field->offset) = elements;
    *(size_t *)(void *)((char *)record + field->count_offset) = list->size;
    return OK;
}

static code_t
decode_field(decoder_t *self, const field_t *field, void *record, int depth)
{
    char *value = (char *)record + field->offset;
    if (field->kind == FIELD_ONE)
        return decode_map(self, field->record, value, depth - 1);
    item_t item;
    if (!cursor_next(&self->cursor, &item))
        return refuse(self, "the body is cut short");
    if (field->kind == FIELD_STRING)
        return decode_string(self, &item, field->limit, (const char **)(void *)value);
    if (field->kind == FIELD_STRINGS)
        return decode_strings(self, field, &item, record);
    if (field->kind == FIELD_LIST)
        return decode_list(self, field, &item, record, depth);
    if (item.kind != (field->kind == FIELD_BOOL? ITEM_BOOL: ITEM_INT))
        return refuse(self, "a number or a truth value is expected");
    if (field->kind == FIELD_BOOL)
        *(bool *)value = item.truth;
    else
        *(int64_t *)(void *)value = item.number;
    return OK;
}

// Senders write the fields in the order of the schema, so the search begins behind the one found last.
static const field_t *
field_find(const schema_t *schema, const field_t *from, const item_t *key)
{
    for (const field_t *field = from; field->name; field++)
        if (field->name_size == key->size && memcmp(field->name, key->bytes, key->size) == 0)
            return field;
    for (const field_t *field = schema->fields; field != from; field++)
        if (field->name_size == key->size && memcmp(field->name, key->bytes, key->size) == 0)
            return field;
    return NULL;
}

// Strings that are absent become "", in nested records too.
static void
set_empty_strings(const schema_t *schema, void *record)
{
    for (const field_t *field = schema->fields; field->name; field++) {
        char *value = (char *)record + field->offset;
        if (field->kind == FIELD_STRING)
            *(const char **)(void *)value = "";
        else if (field->kind == FIELD_ONE)
            set_empty_strings(field->record, value);
    }
}

static code_t
check_required(decoder_t *self, const schema_t *schema, uint64_t seen)
{
    for (const field_t *field = schema->fields; field->name; field++)
        if (field->required && !(seen & UINT64_C(1) << (field - schema->fields)))
            return refuse(self, "a required field is missing");
    return OK;
}

static code_t
decode_map(decoder_t *self, const schema_t *schema, void *record, int depth)
{
    item_t map, key;
    if (depth < 0 || !cursor_next(&self->cursor, &map) || map.kind != ITEM_MAP)
        return refuse(self, "a map is expected");
    set_empty_strings(schema, record);
    uint64_t seen = 0;
    const field_t *expected = schema->fields;
    for (size_t i = 0; i < map.size; i++) {
        if (!cursor_next(&self->cursor, &key) || key.kind != ITEM_STRING)
            return refuse(self, "a key is not a string");
        const field_t *field = field_find(schema, expected, &key);
        if (!field) {
            if (!cursor_skip(&self->cursor, depth - 1))
                return refuse(self, "the body is malformed, or nested too deep");
            continue;
        }
        uint64_t bit = UINT64_C(1) << (field - schema->fields);
        if (seen & bit)
            return refuse(self, "a key comes twice");
        seen |= bit;
        code_t code = decode_field(self, field, record, depth);
        if (code != OK)
            return code;
        expected = field + 1;
    }
    return check_required(self, schema, seen);
}

code_t
record_decode(const schema_t *schema, const uint8_t *bytes, size_t size, arena_t *arena, void *record,
              const char **why)
{
    decoder_t self = { .cursor = { bytes, bytes + size }, .arena = arena, .why = "" };
    memset(record, 0, schema->size);
    code_t code = size > (size_t)LIMIT_BODY_BYTES? refuse(&self, "the body is over its limit"):
                                                   decode_map(&self, schema, record, LIMIT_NESTING);
    if (code == OK && self.cursor.at != self.cursor.end)
        code = refuse(&self, "bytes follow after the map");
    if (why)
        *why = self.why;
    return code;
}
