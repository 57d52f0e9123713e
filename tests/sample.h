// sample - a record with every field filled, by walking its schema: what golden messages and codec tests are made of
#ifndef SAMPLE_H
#define SAMPLE_H
#include "../proto/record.h"

// Fills `record` (zeroed) from `arena`: strings say their field's name, lists have `rows` elements.
static inline void
sample_fill(const schema_t *schema, arena_t *arena, void *record, size_t rows)
{
    int64_t number = 0;
    for (const field_t *field = schema->fields; field->name; field++) {
        char *value = (char *)record + field->offset;
        size_t *count = (size_t *)(void *)((char *)record + field->count_offset);
        number = number * 7 + 40;
        if (field->kind == FIELD_BOOL) {
            *(bool *)value = true;
        } else if (field->kind == FIELD_INT) {
            *(int64_t *)(void *)value = number;
        } else if (field->kind == FIELD_STRING) {
            size_t size = field->name_size < field->limit? field->name_size: field->limit;
            *(char **)(void *)value = arena_copy(arena, field->name, size);
        } else if (field->kind == FIELD_ONE) {
            sample_fill(field->record, arena, value, rows);
        } else if (field->kind == FIELD_STRINGS) {
            char **texts = arena_alloc(arena, rows * sizeof *texts);
            for (size_t i = 0; i < rows; i++)
                texts[i] = arena_printf(arena, "%s %zu", field->name, i);
            *(char ***)(void *)value = texts;
            *count = rows;
        } else {
            char *elements = arena_alloc(arena, rows * field->record->size);
            for (size_t i = 0; i < rows; i++)
                sample_fill(field->record, arena, elements + i * field->record->size, rows);
            *(char **)(void *)value = elements;
            *count = rows;
        }
    }
}
#endif
