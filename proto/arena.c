#include "record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 1024, BLOCK_SIZE_MAX = 256 * 1024, ALIGNMENT = 16 };

// The newest block is first; only it has room. Blocks double, so that n bytes cost O(log n) allocations.
struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    char *bytes;
};

static struct arena_block *
block_new(size_t size)
{
    size_t header = (sizeof(struct arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct arena_block *self = malloc(header + size);
    if (!self)
        abort();                                // nothing above us could go on without memory
    self->next = NULL;
    self->size = size;
    self->used = 0;
    self->bytes = (char *)self + header;
    return self;
}

// Room for `size` bytes, not zeroed.
static void *
arena_take(arena_t *self, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct arena_block *block = self->blocks;
    if (!block || block->size - block->used < size) {
        size_t wanted = block? block->size * 2: BLOCK_SIZE;
        if (wanted > BLOCK_SIZE_MAX)
            wanted = BLOCK_SIZE_MAX;
        if (wanted < size)
            wanted = size;
        block = block_new(wanted);
        block->next = self->blocks;
        self->blocks = block;
    }
    void *bytes = block->bytes + block->used;
    block->used += size;
    return bytes;
}

void *
arena_alloc(arena_t *self, size_t size)
{
    return memset(arena_take(self, size), 0, size);
}

char *
arena_copy(arena_t *self, const char *text, size_t size)
{
    char *copy = arena_take(self, size + 1);
    if (size > 0)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *
arena_printf(arena_t *self, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = arena_take(self, size < 0? 1: (size_t)size + 1);
    text[0] = '\0';
    if (size > 0)
        (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

void
arena_clear(arena_t *self)
{
    while (self->blocks) {
        struct arena_block *block = self->blocks;
        self->blocks = block->next;
        free(block);
    }
}
