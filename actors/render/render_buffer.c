#include "render_buffer.h"
#include "render_chars.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256, PIECE = 4096 };

static bool
grow(buffer_t *self, size_t size)
{
    size_t room = self->room? self->room: FIRST_ROOM;
    while (room - self->size < size)
        room *= 2;
    char *data = realloc(self->data, room);
    if (!data) {
        self->full = true;
        self->broken = true;
        return false;
    }
    self->data = data;
    self->room = room;
    return true;
}

static inline bool
reserve(buffer_t *self, size_t size)
{
    return size <= self->room - self->size || grow(self, size);
}

void
buffer_hint(buffer_t *self, size_t size)
{
    reserve(self, size);
}

void
buffer_put(buffer_t *self, const char *bytes, size_t size)
{
    self->full |= self->size > self->limit || size > self->limit - self->size;
    if (self->full || size == 0 || !reserve(self, size))
        return;
    memcpy(self->data + self->size, bytes, size);
    self->size += size;
}

void
buffer_force(buffer_t *self, const char *bytes, size_t size)
{
    if (size == 0 || !reserve(self, size))
        return;
    memcpy(self->data + self->size, bytes, size);
    self->size += size;
}

static void
put_reference(buffer_t *self, char special)
{
    switch (special) {
    case '&':
        buffer_put(self, "&amp;", 5);
        break;
    case '<':
        buffer_put(self, "&lt;", 4);
        break;
    case '>':
        buffer_put(self, "&gt;", 4);
        break;
    case '"':
        buffer_put(self, "&quot;", 6);
        break;
    default:
        buffer_put(self, "\xef\xbf\xbd", 3);
    }
}

void
buffer_escape(buffer_t *self, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end) {
        const char *run = text;
        while (text < end && !chars_is(*text, CHAR_HTML))
            text++;
        buffer_put(self, run, (size_t)(text - run));
        if (text < end)
            put_reference(self, *text++);
    }
}

void
buffer_escape_keep(buffer_t *self, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end) {
        const char *run = text;
        while (text < end && !chars_is(*text, CHAR_HTML))
            text++;
        buffer_put(self, run, (size_t)(text - run));
        if (text == end)
            return;
        size_t reference = *text == '&'? chars_reference(text, (size_t)(end - text)): 0;
        if (reference)
            buffer_put(self, text, reference);
        else
            put_reference(self, *text);
        text += reference? reference: 1;
    }
}

void
buffer_escape_long(buffer_t *self, const char *text, size_t size)
{
    while (size > PIECE && !self->full) {
        size_t piece = chars_cut(text, size, PIECE);
        size_t mark = self->size;
        buffer_escape(self, text, piece);
        if (self->full)
            self->size = mark;
        text += piece;
        size -= piece;
    }
    size_t mark = self->size;
    buffer_escape(self, text, size);
    if (self->full)
        self->size = mark;
}

void
buffer_escape_url(buffer_t *self, const char *url, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *end = url + size;
    while (url < end) {
        const char *run = url;
        while (url < end && chars_is(*url, CHAR_URL))
            url++;
        buffer_put(self, run, (size_t)(url - run));
        if (url == end)
            return;
        unsigned char byte = (unsigned char)*url++;
        if (byte == '&') {
            buffer_put(self, "&amp;", 5);
            continue;
        }
        char escape[3] = { '%', digits[byte >> 4], digits[byte & 15] };
        buffer_put(self, escape, sizeof escape);
    }
}

void
buffer_insert(buffer_t *self, size_t at, const char *bytes, size_t size)
{
    size_t tail = self->size - at;
    buffer_put(self, bytes, size);
    if (self->full)
        return;
    memmove(self->data + at + size, self->data + at, tail);
    memcpy(self->data + at, bytes, size);
}

const char *
buffer_end(buffer_t *self)
{
    if (!reserve(self, 1))
        return "";
    self->data[self->size] = '\0';
    return self->data;
}

void
buffer_clear(buffer_t *self)
{
    free(self->data);
    *self = (buffer_t) { 0 };
}
