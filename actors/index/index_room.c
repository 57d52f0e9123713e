// Strings and rows that go together
#include "index_words_internal.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK = 16 * 1024 };
struct index_room {
    index_room_t *next;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

void *
index_room_take(index_room_t **self, size_t size)
{
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    index_room_t *chunk = *self;
    if (!chunk || chunk->size - chunk->used < size) {
        size_t wanted = size > CHUNK? size: CHUNK;
        chunk = calloc(1, sizeof *chunk + wanted);
        if (!chunk)
            return NULL;
        chunk->size = wanted;
        chunk->next = *self;
        *self = chunk;
    }
    void *taken = chunk->bytes + chunk->used;
    chunk->used += size;
    return taken;
}

const char *
index_room_copy(index_room_t **self, const char *text, size_t size)
{
    char *copy = index_room_take(self, size + 1);
    if (!copy)
        return "";
    memcpy(copy, text, size);
    return copy;
}

void
index_room_free(index_room_t **self)
{
    while (*self) {
        index_room_t *next = (*self)->next;
        free(*self);
        *self = next;
    }
}

code_t
index_in_time(index_t *self, int64_t deadline)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    bool late = deadline > 0 && now.tv_sec * 1000 + now.tv_nsec / 1000000 > deadline;
    return late? index_refuse(self, TIMEOUT, "the search takes too long; ask for fewer or rarer words"): OK;
}

bool
index_room_grow(void **rows, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return true;
    size_t wanted = *room > 0? *room * 2: 64;
    void *more = realloc(*rows, wanted * size);
    if (!more)
        return false;
    *rows = more;
    *room = wanted;
    return true;
}
