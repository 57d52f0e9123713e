#include "index_query_text.h"

#include <stdint.h>
#include <string.h>

#include "index_query_date.h"

typedef struct {
    const char *at, *end;
    int64_t now;
} reader_t;

typedef struct {
    const char *name;
    query_kind_t kind;
} field_t;
static const field_t fields[] = {
    { "tag:", QUERY_TAG }, { "path:", QUERY_PATH }, { "author:", QUERY_AUTHOR }, { "changed:", QUERY_CHANGED },
};

// ---- signs ---------------------------------------------------------------------------------------------------------

// Blanks and control characters; of others the no-break and the ideographic space.
static size_t
blank(const reader_t *self, const char *at)
{
    size_t left = (size_t)(self->end - at);
    if (left == 0)
        return 0;
    if ((unsigned char)*at <= ' ' || *at == 0x7F)
        return 1;
    if (left > 1 && memcmp(at, "\xC2\xA0", 2) == 0)
        return 2;
    return left > 2 && memcmp(at, "\xE3\x80\x80", 3) == 0? 3: 0;
}

// A quote, straight or curly.
static size_t
quote(const reader_t *self, const char *at)
{
    size_t left = (size_t)(self->end - at);
    if (left > 0 && *at == '"')
        return 1;
    return left > 2 && memcmp(at, "\xE2\x80", 2) == 0 && (at[2] == '\x9C' || at[2] == '\x9D' || at[2] == '\x9E')? 3: 0;
}

static void
skip_blanks(reader_t *self)
{
    for (size_t size = blank(self, self->at); size > 0; size = blank(self, self->at))
        self->at += size;
}

static bool
is_field(const reader_t *self, const char *name)
{
    size_t size = strlen(name);
    if ((size_t)(self->end - self->at) < size)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((self->at[i] | 0x20) != (name[i] | 0x20))
            return false;
    return true;
}

// ---- items ---------------------------------------------------------------------------------------------------------

// Up to the closing quote, or up to the end.
static void
read_quoted(reader_t *self, query_item_t *item)
{
    self->at += quote(self, self->at);
    item->text = self->at;
    while (self->at < self->end && quote(self, self->at) == 0)
        self->at++;
    item->size = (size_t)(self->at - item->text);
    self->at += quote(self, self->at);
}

// Up to the next blank; a quote inside begins an item of its own, unless it is a mark of inches or the like at the end.
static void
read_plain(reader_t *self, query_item_t *item)
{
    item->text = self->at;
    while (self->at < self->end && blank(self, self->at) == 0 && quote(self, self->at) == 0)
        self->at++;
    item->size = (size_t)(self->at - item->text);
}

static bool
has_word(const query_item_t *item)
{
    for (size_t i = 0; i < item->size; i++) {
        unsigned char byte = (unsigned char)item->text[i];
        if (byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'))
            return true;
    }
    return false;
}

// The value behind the name of a field. False: there is none, or it is no date; then it is a word like others.
static bool
read_value(reader_t *self, query_item_t *item)
{
    if (quote(self, self->at) > 0)
        read_quoted(self, item);
    else
        read_plain(self, item);
    if (item->size == 0)
        return false;
    return item->kind != QUERY_CHANGED ||
           index_query_date(item->text, item->size, self->now, &item->from, &item->until);
}

static bool
read_field(reader_t *self, query_item_t *item)
{
    const char *start = self->at;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!is_field(self, fields[i].name))
            continue;
        item->kind = fields[i].kind;
        self->at += strlen(fields[i].name);
        if (read_value(self, item))
            return true;
        self->at = start;
        return false;
    }
    return false;
}

static void
read_word(reader_t *self, query_item_t *item)
{
    read_plain(self, item);
    item->kind = QUERY_WORD;
    size_t size = item->size;
    while (size > 0 && item->text[size - 1] == '*')
        size--;
    if (size < item->size)
        item->kind = QUERY_PREFIX;
    item->size = size;
}

static bool
read_item(reader_t *self, query_item_t *item)
{
    *item = (query_item_t){ .kind = QUERY_WORD };
    if (*self->at == '-' && self->at + 1 < self->end && blank(self, self->at + 1) == 0 && self->at[1] != '-') {
        item->negative = true;
        self->at++;
    }
    if (quote(self, self->at) > 0) {
        item->kind = QUERY_PHRASE;
        read_quoted(self, item);
    } else if (!read_field(self, item)) {
        read_word(self, item);
    }
    return item->kind == QUERY_CHANGED || has_word(item);
}

code_t
index_query_parse(query_t *self, const char *text, size_t size, int64_t now)
{
    reader_t reader = { .at = text, .end = text + size, .now = now };
    query_item_t item;
    *self = (query_t){ .count = 0 };
    for (skip_blanks(&reader); reader.at < reader.end && self->count < QUERY_ITEMS; skip_blanks(&reader)) {
        self->open = false;
        if (!read_item(&reader, &item))
            continue;
        self->items[self->count++] = item;
        self->open = reader.at == reader.end && item.kind == QUERY_WORD && !item.negative;
    }
    return self->count > 0? OK: INVALID;
}
