#include "render_ids.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

static size_t
hash_of(const char *name)
{
    uint64_t hash = 14695981039346656037u;      // FNV-1a; an attacker gains 1000 probes at most (HEADINGS)
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    return (size_t)(hash ^ (hash >> 29));
}

// The entry of this name, or the free one where it belongs.
static ids_entry_t *
find(ids_entry_t *entries, size_t room, const char *name)
{
    size_t at = hash_of(name) & (room - 1);
    while (entries[at].name && strcmp(entries[at].name, name) != 0)
        at = (at + 1) & (room - 1);
    return &entries[at];
}

static bool
grow(ids_t *self)
{
    if (self->room > self->count * 2)
        return true;
    size_t room = self->room? self->room * 2: FIRST_ROOM;
    ids_entry_t *entries = calloc(room, sizeof *entries);
    if (!entries)
        return false;
    for (size_t i = 0; i < self->room; i++)
        if (self->entries[i].name)
            *find(entries, room, self->entries[i].name) = self->entries[i];
    free(self->entries);
    self->entries = entries;
    self->room = room;
    return true;
}

const char *
ids_claim(ids_t *self, const char *name)
{
    if (!grow(self))
        return NULL;
    ids_entry_t *entry = find(self->entries, self->room, name);
    if (entry->name)
        return NULL;
    entry->name = names_copy(self->names, name, strlen(name));
    if (!entry->name)
        return NULL;
    entry->next = 1;
    self->count++;
    return entry->name;
}

const char *
ids_claim_numbered(ids_t *self, char *name, size_t room)
{
    const char *claimed = ids_claim(self, name);
    if (claimed)
        return claimed;
    size_t size = strlen(name);
    char *first = strdup(name);
    // At most `count` names are taken, so this many tries are enough unless memory ran out.
    for (size_t tries = 0; first && self->room && tries <= self->count && !claimed; tries++) {
        unsigned number = find(self->entries, self->room, first)->next++;
        int printed = snprintf(name + size, room - size, "-%u", number);
        if (printed < 0 || (size_t)printed >= room - size)
            break;
        claimed = ids_claim(self, name);
    }
    free(first);
    return claimed;
}

void
ids_clear(ids_t *self)
{
    free(self->entries);
    *self = (ids_t) { 0 };
}
