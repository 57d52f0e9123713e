#include "event.h"

#include <string.h>

#include "percent.h"

const char *
event_header(const event_request_t *request, const char *name)
{
    for (size_t i = 0; i < request->headers_count; i++)
        if (strcmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    return NULL;
}

// Decodes one side of a name=value pair into the arena; NULL for bad escapes.
static const char *
decoded(arena_t *arena, const char *text, size_t size, size_t *decoded_size)
{
    char *copy = arena_alloc(arena, size + 1);
    return percent_decode(text, size, true, copy, decoded_size) == OK? copy: NULL;
}

// Takes the next non-empty pair off the text; false at its end.
typedef struct { const char *name, *value; size_t name_size, value_size; } pair_t;
static bool
next_pair(const char **text, const char *end, pair_t *pair)
{
    while (*text < end && **text == '&')
        (*text)++;
    if (*text == end)
        return false;
    const char *stop = memchr(*text, '&', (size_t)(end - *text));
    if (!stop)
        stop = end;
    const char *equals = memchr(*text, '=', (size_t)(stop - *text));
    pair->name = *text;
    pair->name_size = (size_t)((equals? equals: stop) - *text);
    pair->value = equals? equals + 1: stop;
    pair->value_size = (size_t)(stop - pair->value);
    *text = stop;
    return true;
}

const char *
event_query(const event_request_t *request, arena_t *arena, const char *name)
{
    const char *text = request->query? request->query: "";
    const char *end = text + strlen(text);
    size_t wanted = strlen(name);
    pair_t pair;
    while (next_pair(&text, end, &pair)) {
        size_t size = 0;
        const char *key = decoded(arena, pair.name, pair.name_size, &size);
        if (!key || size != wanted || memcmp(key, name, wanted) != 0)
            continue;

        const char *value = decoded(arena, pair.value, pair.value_size, &size);
        return value && strlen(value) == size? value: NULL;
    }
    return NULL;
}

code_t
event_form_parse(event_form_t *self, arena_t *arena, const char *body, size_t size)
{
    const size_t most = sizeof self->fields / sizeof *self->fields;
    self->count = 0;
    if (size == 0)
        return OK;
    const char *text = body;
    pair_t pair;
    while (next_pair(&text, body + size, &pair)) {
        if (self->count == most)
            return TOO_LARGE;
        event_field_t *field = &self->fields[self->count];
        size_t name_size = 0;
        field->name = decoded(arena, pair.name, pair.name_size, &name_size);
        field->value = decoded(arena, pair.value, pair.value_size, &field->size);
        if (!field->name || !field->value || strlen(field->name) != name_size)
            return INVALID;
        self->count++;
    }
    return OK;
}

const event_field_t *
event_form_field(const event_form_t *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->fields[i].name, name) == 0)
            return &self->fields[i];
    return NULL;
}
