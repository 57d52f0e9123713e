#include "record.h"

#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    msgpack_packer packer;
    uint8_t *bytes;
    size_t size, room;
    bool full;                                  // something was over a limit
} encoder_t;

static int
encoder_write(void *context, const char *bytes, size_t size)
{
    encoder_t *self = context;
    if (self->full || size > (size_t)LIMIT_BODY_BYTES - self->size) {
        self->full = true;
        return -1;
    }
    if (self->room - self->size < size) {
        while (self->room - self->size < size)
            self->room *= 2;
        uint8_t *larger = realloc(self->bytes, self->room);
        if (!larger)
            abort();
        self->bytes = larger;
    }
    memcpy(self->bytes + self->size, bytes, size);
    self->size += size;
    return 0;
}

static const void *
value_of(const field_t *field, const void *record)
{
    return (const char *)record + field->offset;
}

static size_t
count_of(const field_t *field, const void *record)
{
    return *(const size_t *)((const char *)record + field->count_offset);
}

static bool record_is_zero(const schema_t *schema, const void *record);

static bool
field_is_zero(const field_t *field, const void *record)
{
    const void *value = value_of(field, record);
    switch (field->kind) {
    case FIELD_BOOL:
        return !*(const bool *)value;
    case FIELD_INT:
        return *(const int64_t *)value == 0;
    case FIELD_STRING: {
        const char *text = *(const char *const *)value;
        return !text || !*text;
    }
    case FIELD_ONE:
        return record_is_zero(field->record, value);
    case FIELD_STRINGS:
    case FIELD_LIST:
        return count_of(field, record) == 0;
    }
    return true;
}

static bool
record_is_zero(const schema_t *schema, const void *record)
{
    for (const field_t *field = schema->fields; field->name; field++)
        if (!field_is_zero(field, record))
            return false;
    return true;
}

static void
encode_string(encoder_t *self, const char *text, size_t limit)
{
    size_t size = text? strlen(text): 0;
    if (size > limit)
        self->full = true;
    msgpack_pack_str_with_body(&self->packer, text? text: "", size);
}

static void
encode_strings(encoder_t *self, const field_t *field, const void *record)
{
    const char *const *texts = *(const char *const *const *)value_of(field, record);
    size_t count = count_of(field, record);
    if (count > field->limit)
        self->full = true;
    msgpack_pack_array(&self->packer, count);
    for (size_t i = 0; i < count && !self->full; i++)
        encode_string(self, texts[i], LIMIT_PATH_BYTES);
}

static void encode_record(encoder_t *self, const schema_t *schema, const void *record);

static void
encode_list(encoder_t *self, const field_t *field, const void *record)
{
    const char *elements = *(const char *const *)value_of(field, record);
    size_t count = count_of(field, record);
    if (count > field->limit)
        self->full = true;
    msgpack_pack_array(&self->packer, count);
    for (size_t i = 0; i < count && !self->full; i++)
        encode_record(self, field->record, elements + i * field->record->size);
}

static void
encode_field(encoder_t *self, const field_t *field, const void *record)
{
    const void *value = value_of(field, record);
    msgpack_pack_str_with_body(&self->packer, field->name, field->name_size);
    switch (field->kind) {
    case FIELD_BOOL:
        if (*(const bool *)value)
            msgpack_pack_true(&self->packer);
        else
            msgpack_pack_false(&self->packer);
        break;
    case FIELD_INT:
        msgpack_pack_int64(&self->packer, *(const int64_t *)value);
        break;
    case FIELD_STRING:
        encode_string(self, *(const char *const *)value, field->limit);
        break;
    case FIELD_STRINGS:
        encode_strings(self, field, record);
        break;
    case FIELD_ONE:
        encode_record(self, field->record, value);
        break;
    case FIELD_LIST:
        encode_list(self, field, record);
        break;
    }
}

// Optional fields that are zero stay out: absent means zero.
static void
encode_record(encoder_t *self, const schema_t *schema, const void *record)
{
    uint64_t present = 0;                       // a bit a field
    uint32_t count = 0;
    for (const field_t *field = schema->fields; field->name; field++)
        if (field->required || !field_is_zero(field, record)) {
            present |= UINT64_C(1) << (field - schema->fields);
            count++;
        }
    msgpack_pack_map(&self->packer, count);
    for (const field_t *field = schema->fields; present && !self->full; field++, present >>= 1)
        if (present & 1)
            encode_field(self, field, record);
}

code_t
record_encode(const schema_t *schema, const void *record, uint8_t **bytes, size_t *size)
{
    enum { FIRST_ROOM = 256 };
    encoder_t self = { .bytes = malloc(FIRST_ROOM), .room = FIRST_ROOM };
    if (!self.bytes)
        abort();
    msgpack_packer_init(&self.packer, &self, encoder_write);
    encode_record(&self, schema, record);
    if (self.full) {
        free(self.bytes);
        return TOO_LARGE;
    }
    *bytes = self.bytes;
    *size = self.size;
    return OK;
}
