#include "textdiff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    items_t a, b;
    char *script;                               // ' ', '-' or '+' for each line of the result
    size_t count;
} diff_t;

static items_t
split(const side_t *side)
{
    size_t count = 0;
    for (size_t i = 0; i < side->size; i++)
        count += side->text[i] == '\n';
    items_t self = { sequence_room(count + 1, sizeof(item_t)), 0 };
    const char *end = side->text + side->size;
    for (const char *at = side->text; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t size = newline? (size_t)(newline - at) + 1: (size_t)(end - at);
        self.items[self.count++] = sequence_item(at, size);
        at += size;
    }
    return self;
}

static void
compare(diff_t *self)
{
    sequence_t sequence = { 0 };
    bool found;
    self->script = sequence_room(self->a.count + self->b.count, 1);
    self->count = sequence_compare(&sequence, &self->a, &self->b, self->script, &found);
    sequence_clear(&sequence);
}

// The end of the hunk that begins at `start`: after the last change that is followed by no other within two contexts.
static size_t
hunk_end(const diff_t *self, size_t start)
{
    size_t last = start;
    for (size_t i = start; i < self->count && i <= last + 2 * TEXTDIFF_CONTEXT; i++)
        if (self->script[i] != ' ')
            last = i;
    size_t end = last + 1 + TEXTDIFF_CONTEXT;
    return end < self->count? end: self->count;
}

static void
write_hunk(const diff_t *self, size_t from, size_t to, size_t at[2], output_t *out)
{
    char head[96];
    size_t removed = 0, added = 0;
    for (size_t i = from; i < to; i++) {
        removed += self->script[i] != '+';
        added += self->script[i] != '-';
    }
    int size = snprintf(head, sizeof head, "@@ -%zu,%zu +%zu,%zu @@\n", at[0] + 1, removed, at[1] + 1, added);
    output_add(out, head, (size_t)size);
    for (size_t i = from; i < to; i++) {
        char sign = self->script[i];
        const side_t *line = sign == '+'? &self->b.items[at[1]].part: &self->a.items[at[0]].part;
        output_add(out, &sign, 1);
        output_add(out, line->text, line->size);
        if (line->text[line->size - 1] != '\n')
            output_add(out, "\n\\ No newline at end of file\n", 29);
        at[0] += sign != '+';
        at[1] += sign != '-';
    }
}

void
textdiff(const side_t *from, const side_t *to, output_t *out)
{
    diff_t self = { .a = split(from), .b = split(to) };
    size_t at[2] = { 0, 0 };
    size_t done = 0;
    compare(&self);
    for (size_t i = 0; i < self.count; i++) {
        if (self.script[i] == ' ')
            continue;
        size_t start = i - done > TEXTDIFF_CONTEXT? i - TEXTDIFF_CONTEXT: done;
        at[0] += start - done;                  // what lies between hunks is the same on both sides
        at[1] += start - done;
        done = hunk_end(&self, i);
        write_hunk(&self, start, done, at, out);
        i = done - 1;
    }
    free(self.script);
    free(self.a.items);
    free(self.b.items);
}
