#include "render_names.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1024 - sizeof(void *) * 3, LAST_ROOM = 16 << 10 };

typedef struct names_chunk {
    struct names_chunk *next;
    size_t size, room;
    char text[];
} chunk_t;

static chunk_t *
add_chunk(names_t *self, size_t least)
{
    size_t room = self->chunks? self->chunks->room * 2: FIRST_ROOM;
    room = room > LAST_ROOM? LAST_ROOM: room;
    room = room < least? least: room;
    chunk_t *chunk = malloc(sizeof *chunk + room);
    if (!chunk)
        return NULL;
    *chunk = (chunk_t) { .next = self->chunks, .room = room };
    self->chunks = chunk;
    self->bytes += sizeof *chunk + room;
    return chunk;
}

char *
names_copy(names_t *self, const char *text, size_t size)
{
    chunk_t *chunk = self->chunks;
    if (!chunk || chunk->room - chunk->size <= size)
        chunk = add_chunk(self, size + 1);
    if (!chunk)
        return NULL;
    char *copy = chunk->text + chunk->size;
    memcpy(copy, text, size);
    copy[size] = '\0';
    chunk->size += size + 1;
    return copy;
}

void
names_clear(names_t *self)
{
    while (self->chunks) {
        chunk_t *chunk = self->chunks;
        self->chunks = chunk->next;
        free(chunk);
    }
    self->bytes = 0;
}
