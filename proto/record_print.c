#include "cursor.h"
#include "record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BYTES = 80, SHOWN_ITEMS = 20 };

// Escaped, so that no key or value can steer a terminal.
static void
print_text(FILE *out, const item_t *item)
{
    size_t shown = item->size < SHOWN_BYTES? item->size: SHOWN_BYTES;
    for (size_t i = 0; i < shown; i++) {
        unsigned char byte = (unsigned char)item->bytes[i];
        if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(out, "\\x%02x", byte);
        else
            fputc(byte, out);
    }
    if (shown < item->size)
        fputs("…", out);
}

static bool print_item(FILE *out, cursor_t *cursor, int depth);

static bool
print_container(FILE *out, cursor_t *cursor, const item_t *item, int depth)
{
    bool map = item->kind == ITEM_MAP;
    fputc(map? '{': '[', out);
    for (size_t i = 0; i < item->size; i++) {
        if (i == SHOWN_ITEMS)
            fprintf(out, " … %zu in all", item->size);
        if (i >= SHOWN_ITEMS) {
            if (!cursor_skip(cursor, depth - 1) || (map && !cursor_skip(cursor, depth - 1)))
                return false;
            continue;
        }
        if (i > 0)
            fputc(' ', out);
        item_t key;
        if (map) {
            if (!cursor_next(cursor, &key) || key.kind != ITEM_STRING)
                return false;
            print_text(out, &key);
            fputc('=', out);
        }
        if (!print_item(out, cursor, depth - 1))
            return false;
    }
    fputc(map? '}': ']', out);
    return true;
}

static bool
print_item(FILE *out, cursor_t *cursor, int depth)
{
    item_t item;
    if (depth < 0 || !cursor_next(cursor, &item))
        return false;
    switch (item.kind) {
    case ITEM_NIL:
        fputs("nil", out);
        return true;
    case ITEM_BOOL:
        fputs(item.truth? "true": "false", out);
        return true;
    case ITEM_INT:
        fprintf(out, "%" PRId64, item.number);
        return true;
    case ITEM_STRING:
        fputc('"', out);
        print_text(out, &item);
        fputc('"', out);
        return true;
    case ITEM_FLOAT:
    case ITEM_BYTES:
        fprintf(out, "<%zu bytes>", item.size);
        return true;
    case ITEM_ARRAY:
    case ITEM_MAP:
        return print_container(out, cursor, &item, depth);
    }
    return false;
}

char *
record_print(const uint8_t *bytes, size_t size)
{
    char *text = NULL;
    size_t text_size = 0;
    FILE *out = open_memstream(&text, &text_size);
    if (!out)
        abort();
    cursor_t cursor = { bytes, bytes + size };
    if (!print_item(out, &cursor, LIMIT_NESTING))
        fputs(" <malformed>", out);
    if (fclose(out) != 0)
        abort();
    return text;
}
