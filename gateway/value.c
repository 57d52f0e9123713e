#include "value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    "",
#define KEY(name) #name,
#include "keys.def"
#undef KEY
};

value_key_t
value_key(const char *name, size_t size)
{
    for (int i = 1; i < KEY_COUNT; i++)
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0)
            return (value_key_t)i;
    return KEY_none;
}

static value_t *
value_new(arena_t *arena, value_key_t key)
{
    value_t *self = arena_alloc(arena, sizeof *self);
    self->arena = arena;
    self->key = (uint8_t)key;
    return self;
}

// The newest comes first, so that it is the one that is found.
static value_t *
add_field(value_t *map, value_key_t key)
{
    value_t *self = value_new(map->arena, key);
    self->next = map->first;
    map->first = self;
    return self;
}

value_t *
value_map(arena_t *arena)
{
    return value_new(arena, KEY_none);
}

value_t *
value_list(value_t *map, value_key_t key)
{
    return add_field(map, key);
}

value_t *
value_add(value_t *list)
{
    value_t *self = value_new(list->arena, KEY_none);
    if (list->last)
        list->last->next = self;
    else
        list->first = self;
    list->last = self;
    return self;
}

void
value_bytes(value_t *map, value_key_t key, const char *bytes, size_t size)
{
    value_t *self = add_field(map, key);
    self->is_text = true;
    self->bytes = bytes;
    self->size = size;
}

void
value_text(value_t *map, value_key_t key, const char *text)
{
    value_bytes(map, key, text, text? strlen(text): 0);
}

void
value_copy(value_t *map, value_key_t key, const char *text)
{
    size_t size = strlen(text);
    value_bytes(map, key, arena_copy(map->arena, text, size), size);
}

void
value_int(value_t *map, value_key_t key, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    value_copy(map, key, text);
}

void
value_flag(value_t *map, value_key_t key, bool flag)
{
    value_bytes(map, key, "1", flag? 1: 0);
}

const value_t *
value_find(const value_t *map, value_key_t key)
{
    const value_t *value = map->first;
    while (value && value->key != key)
        value = value->next;
    return value;
}

bool
value_true(const value_t *self)
{
    return self && (self->is_text? self->size > 0: self->first != NULL);
}
