#include "cursor.h"

// Takes a big-endian number of `width` bytes.
static bool
take_number(cursor_t *self, size_t width, uint64_t *number)
{
    if ((size_t)(self->end - self->at) < width)
        return false;
    *number = 0;
    for (size_t i = 0; i < width; i++)
        *number = *number << 8 | self->at[i];
    self->at += width;
    return true;
}

static bool
take_bytes(cursor_t *self, item_t *item, item_kind_t kind, uint64_t size)
{
    if ((uint64_t)(self->end - self->at) < size)
        return false;
    item->kind = kind;
    item->bytes = (const char *)self->at;
    item->size = (size_t)size;
    self->at += size;
    return true;
}

// Every element needs a byte at least, every pair two: a count beyond that is a lie, refused before anyone allocates.
static bool
take_container(cursor_t *self, item_t *item, item_kind_t kind, uint64_t count)
{
    uint64_t left = (uint64_t)(self->end - self->at);
    if (count > (kind == ITEM_MAP? left / 2: left))
        return false;
    item->kind = kind;
    item->size = (size_t)count;
    return true;
}

static bool
take_sized(cursor_t *self, item_t *item, item_kind_t kind, size_t width)
{
    uint64_t size = 0;
    if (!take_number(self, width, &size))
        return false;
    if (kind == ITEM_ARRAY || kind == ITEM_MAP)
        return take_container(self, item, kind, size);
    return take_bytes(self, item, kind, size);
}

static bool
take_unsigned(cursor_t *self, item_t *item, size_t width)
{
    uint64_t number = 0;
    if (!take_number(self, width, &number) || number > INT64_MAX)
        return false;
    item->kind = ITEM_INT;
    item->number = (int64_t)number;
    return true;
}

static bool
take_signed(cursor_t *self, item_t *item, size_t width)
{
    uint64_t number = 0;
    if (!take_number(self, width, &number))
        return false;
    unsigned unused = (unsigned)(64 - 8 * width);
    item->kind = ITEM_INT;
    item->number = (int64_t)(number << unused) >> unused;
    return true;
}

static bool
take_extension(cursor_t *self, item_t *item, uint64_t size)
{
    uint64_t type = 0;
    return take_number(self, 1, &type) && take_bytes(self, item, ITEM_BYTES, size);
}

// Formats 0xc0 to 0xdf, in the order of the specification.
static bool
take_marked(cursor_t *self, item_t *item, uint8_t mark)
{
    uint64_t size = 0;
    switch (mark) {
    case 0xc0:
        item->kind = ITEM_NIL;
        return true;
    case 0xc2: case 0xc3:
        item->kind = ITEM_BOOL;
        item->truth = mark == 0xc3;
        return true;
    case 0xc4: case 0xc5: case 0xc6:
        return take_sized(self, item, ITEM_BYTES, (size_t)1 << (mark - 0xc4));
    case 0xc7: case 0xc8: case 0xc9:
        return take_number(self, (size_t)1 << (mark - 0xc7), &size) && take_extension(self, item, size);
    case 0xca: case 0xcb:
        return take_bytes(self, item, ITEM_FLOAT, mark == 0xca? 4: 8);
    case 0xcc: case 0xcd: case 0xce: case 0xcf:
        return take_unsigned(self, item, (size_t)1 << (mark - 0xcc));
    case 0xd0: case 0xd1: case 0xd2: case 0xd3:
        return take_signed(self, item, (size_t)1 << (mark - 0xd0));
    case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8:
        return take_extension(self, item, (uint64_t)1 << (mark - 0xd4));
    case 0xd9: case 0xda: case 0xdb:
        return take_sized(self, item, ITEM_STRING, (size_t)1 << (mark - 0xd9));
    case 0xdc: case 0xdd:
        return take_sized(self, item, ITEM_ARRAY, (size_t)2 << (mark - 0xdc));
    case 0xde: case 0xdf:
        return take_sized(self, item, ITEM_MAP, (size_t)2 << (mark - 0xde));
    default:
        return false;                           // 0xc1 is never used
    }
}

bool
cursor_next(cursor_t *self, item_t *item)
{
    *item = (item_t){ .kind = ITEM_NIL };
    if (self->at >= self->end)
        return false;
    uint8_t mark = *self->at++;
    if (mark <= 0x7f || mark >= 0xe0) {
        item->kind = ITEM_INT;
        item->number = (int8_t)mark;
        return true;
    }
    if (mark <= 0x8f)
        return take_container(self, item, ITEM_MAP, mark & 0x0f);
    if (mark <= 0x9f)
        return take_container(self, item, ITEM_ARRAY, mark & 0x0f);
    if (mark <= 0xbf)
        return take_bytes(self, item, ITEM_STRING, mark & 0x1f);
    return take_marked(self, item, mark);
}

bool
cursor_skip(cursor_t *self, int depth)
{
    item_t item;
    if (depth < 0 || !cursor_next(self, &item))
        return false;
    size_t items = item.kind == ITEM_ARRAY? item.size: item.kind == ITEM_MAP? 2 * item.size: 0;
    for (size_t i = 0; i < items; i++)
        if (!cursor_skip(self, depth - 1))
            return false;
    return true;
}
