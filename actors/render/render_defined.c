// render_defined - the footnotes and abbreviations of a page, found by their names
#include "render_extend.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int
by_name(const void *left, const void *right)
{
    const note_t *a = left, *b = right;
    size_t size = a->name_size < b->name_size? a->name_size: b->name_size;
    int order = strncasecmp(a->name, b->name, size);
    return order? order: (a->name_size > b->name_size) - (a->name_size < b->name_size);
}

static int
by_name_and_place(const void *left, const void *right)
{
    const note_t *a = left, *b = right;
    int order = by_name(a, b);
    return order? order: (a->at > b->at) - (a->at < b->at);
}

static int
by_key(const void *left, const void *right)
{
    const abbr_t *a = left, *b = right;
    size_t size = a->key_size < b->key_size? a->key_size: b->key_size;
    int order = memcmp(a->key, b->key, size);
    return order? order: (a->key_size > b->key_size) - (a->key_size < b->key_size);
}

static bool
begins(const char *text, size_t size, const abbr_t *abbr)
{
    return size >= abbr->key_size && memcmp(text, abbr->key, abbr->key_size) == 0;
}

static void
link_prefixes(extend_t *self)
{
    for (size_t i = 1; i < self->abbr_count; i++) {
        abbr_t *abbr = &self->abbr[i];
        size_t prefix = i;                      // the one before, or what that one begins with
        while (prefix && !begins(abbr->key, abbr->key_size, &self->abbr[prefix - 1]))
            prefix = self->abbr[prefix - 1].prefix;
        abbr->prefix = prefix;
    }
}

// Sorts; of notes of one name the first counts.
void
extend_sort(extend_t *self)
{
    size_t kept = 0;
    if (self->note_count)
        qsort(self->note, self->note_count, sizeof *self->note, by_name_and_place);
    for (size_t i = 0; i < self->note_count; i++)
        if (i == 0 || by_name(&self->note[kept - 1], &self->note[i]) != 0)
            self->note[kept++] = self->note[i];
    self->note_count = kept;
    if (self->abbr_count)
        qsort(self->abbr, self->abbr_count, sizeof *self->abbr, by_key);
    link_prefixes(self);
    self->order = calloc(kept + 1, sizeof *self->order);
    self->broken |= !self->order;
}

note_t *
extend_find_note(const extend_t *self, const char *name, size_t size)
{
    const note_t key = { .name = name, .name_size = size };
    return self->note_count? bsearch(&key, self->note, self->note_count, sizeof key, by_name): NULL;
}

// Whatever the text begins with is in order before it, and every key between the two begins with it, too.
const abbr_t *
extend_find_abbr(const extend_t *self, const char *text, size_t size)
{
    const abbr_t key = { .key = text, .key_size = size };
    size_t low = 0, high = self->abbr_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_key(&self->abbr[middle], &key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low && !begins(text, size, &self->abbr[low - 1]))
        low = self->abbr[low - 1].prefix;
    return low? &self->abbr[low - 1]: NULL;
}
