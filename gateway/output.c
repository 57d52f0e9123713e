#include "output.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 32 * 1024 };                // most pages fit

static const char *const entities[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
};

static bool
make_room(output_t *self, size_t size)
{
    if (size > LIMIT_BLOB_BYTES - self->size) {
        self->full = true;
        return false;
    }
    size_t room = self->room? self->room: FIRST_ROOM;
    while (room < self->size + size)
        room *= 2;
    char *bytes = room > self->room? realloc(self->bytes, room): self->bytes;
    if (!bytes)
        abort();
    self->bytes = bytes;
    self->room = room;
    return true;
}

void
output_add(output_t *self, const char *bytes, size_t size)
{
    if (self->full || size == 0)
        return;
    if (size > self->room - self->size && !make_room(self, size))
        return;
    memcpy(self->bytes + self->size, bytes, size);
    self->size += size;
}

void
output_add_escaped(output_t *self, const char *bytes, size_t size)
{
    size_t start = 0;
    for (size_t i = 0; i < size; i++) {
        const char *text = entities[(unsigned char)bytes[i]];
        if (!text)
            continue;
        output_add(self, bytes + start, i - start);
        output_add(self, text, strlen(text));
        start = i + 1;
    }
    output_add(self, bytes + start, size - start);
}

void
output_clear(output_t *self)
{
    free(self->bytes);
    *self = (output_t){ 0 };
}
