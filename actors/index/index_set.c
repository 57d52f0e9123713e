#include "index_set.h"

#include <stdlib.h>
#include <string.h>

static size_t
hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

// The slot of a text, or the free one where it would go.
static size_t
find(const index_set_t *self, const char *text)
{
    size_t at = hash_of(text) & (self->slot_count - 1);
    while (self->slots[at] && strcmp(self->texts[self->slots[at] - 1], text) != 0)
        at = (at + 1) & (self->slot_count - 1);
    return at;
}

bool
index_set_has(const index_set_t *self, const char *text, size_t *number)
{
    if (self->slot_count == 0)
        return false;
    uint32_t slot = self->slots[find(self, text)];
    if (slot)
        *number = slot - 1;
    return slot != 0;
}

// Room for one more: at most half of the slots are taken.
static bool
grow(index_set_t *self)
{
    if (self->count < self->room)
        return true;
    size_t room = self->room? self->room * 2: 64;
    char **texts = realloc(self->texts, room * sizeof *texts);
    if (texts)
        self->texts = texts;
    uint32_t *slots = texts? calloc(room * 2, sizeof *slots): NULL;
    if (!slots)
        return false;
    free(self->slots);
    self->slots = slots;
    self->slot_count = room * 2;
    self->room = room;
    for (size_t i = 0; i < self->count; i++)
        self->slots[find(self, self->texts[i])] = (uint32_t)i + 1;
    return true;
}

bool
index_set_add(index_set_t *self, const char *text, size_t *number)
{
    if (index_set_has(self, text, number))
        return true;
    char *copy = grow(self)? strdup(text): NULL;
    if (!copy)
        return false;
    self->slots[find(self, text)] = (uint32_t)self->count + 1;
    *number = self->count;
    self->texts[self->count++] = copy;
    return true;
}

void
index_set_clear(index_set_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->texts[i]);
    free(self->texts);
    free(self->slots);
    *self = (index_set_t){ NULL, 0, 0, NULL, 0 };
}
