#include "textdiff.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { const char *text; size_t size; uint64_t hash; } line_t;
typedef struct { line_t *lines; size_t count; } text_t;
typedef struct {
    text_t a, b;
    char *script;                               // ' ', '-' or '+' for each line of the result
    size_t count;
} diff_t;

static void *
take(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory)
        abort();
    return memory;
}

static uint64_t
hash_of(const char *text, size_t size)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash;
}

static text_t
split(const side_t *side)
{
    size_t count = 0;
    for (size_t i = 0; i < side->size; i++)
        count += side->text[i] == '\n';
    text_t self = { take(count + 1, sizeof(line_t)), 0 };
    const char *end = side->text + side->size;
    for (const char *at = side->text; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t size = newline? (size_t)(newline - at) + 1: (size_t)(end - at);
        self.lines[self.count++] = (line_t){ at, size, hash_of(at, size) };
        at += size;
    }
    return self;
}

static bool
same(const line_t *a, const line_t *b)
{
    return a->hash == b->hash && a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

static void
put(diff_t *self, char sign, size_t times)
{
    memset(self->script + self->count, sign, times);
    self->count += times;
}

// Myers' greedy search; trace[d] keeps the furthest points before step d. Returns the steps; -1: there are too many.
typedef struct { const line_t *a, *b; int n, m; int *trace; } search_t;
enum { WIDTH = 2 * TEXTDIFF_EDITS + 3 };

static int
furthest(const int *v, int k, int d)
{
    bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
    return down? v[k + 1]: v[k - 1] + 1;
}

static int
search(search_t *self)
{
    int row[WIDTH] = { 0 };
    int *v = row + TEXTDIFF_EDITS + 1;
    for (int d = 0; d <= TEXTDIFF_EDITS; d++) {
        memcpy(self->trace + (size_t)d * WIDTH, row, sizeof row);
        for (int k = -d; k <= d; k += 2) {
            int x = furthest(v, k, d);
            while (x < self->n && x - k < self->m && x - k >= 0 && same(&self->a[x], &self->b[x - k]))
                x++;
            v[k] = x;
            if (x >= self->n && x - k >= self->m)
                return d;
        }
    }
    return -1;
}

// Walks back from the end; the script is written from its end too, and moved to its place.
static void
walk_back(diff_t *self, const search_t *found, int steps)
{
    int x = found->n, y = found->m;
    size_t room = (size_t)x + (size_t)y;
    char *script = take(room, 1);
    size_t at = room;
    for (int d = steps; d >= 0; d--) {
        const int *v = found->trace + (size_t)d * WIDTH + TEXTDIFF_EDITS + 1;
        int k = x - y;
        bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
        int from_x = d == 0? 0: down? v[k + 1]: v[k - 1];
        int from_y = d == 0? 0: from_x - (down? k + 1: k - 1);
        int start = d == 0? 0: down? from_x: from_x + 1;
        for (; x > start; x--)
            script[--at] = ' ';
        if (d > 0)
            script[--at] = down? '+': '-';
        x = from_x;
        y = from_y;
    }
    memcpy(self->script + self->count, script + at, room - at);
    self->count += room - at;
    free(script);
}

static void
compare(diff_t *self)
{
    size_t n = self->a.count, m = self->b.count, head = 0, tail = 0;
    while (head < n && head < m && same(&self->a.lines[head], &self->b.lines[head]))
        head++;
    while (tail < n - head && tail < m - head && same(&self->a.lines[n - tail - 1], &self->b.lines[m - tail - 1]))
        tail++;
    self->script = take(n + m, 1);
    put(self, ' ', head);
    search_t middle = { self->a.lines + head, self->b.lines + head, (int)(n - head - tail), (int)(m - head - tail),
                        NULL };
    middle.trace = take((size_t)(TEXTDIFF_EDITS + 1) * WIDTH, sizeof(int));
    int steps = search(&middle);
    if (steps >= 0)
        walk_back(self, &middle, steps);
    else {
        put(self, '-', (size_t)middle.n);
        put(self, '+', (size_t)middle.m);
    }
    put(self, ' ', tail);
    free(middle.trace);
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
        const line_t *line = sign == '+'? &self->b.lines[at[1]]: &self->a.lines[at[0]];
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
    free(self.a.lines);
    free(self.b.lines);
}
