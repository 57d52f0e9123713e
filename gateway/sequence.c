#include "sequence.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 2 * SEQUENCE_EDITS + 3 };

// What differs between the two when the same beginning and end are left away.
typedef struct {
    const item_t *a, *b;
    int n, m;
    sequence_t *sequence;
} search_t;

void *
sequence_room(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory)
        abort();
    return memory;
}

item_t
sequence_item(const char *text, size_t size)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return (item_t){ { text, size }, hash };
}

static bool
same(const item_t *a, const item_t *b)
{
    return a->hash == b->hash && a->part.size == b->part.size &&
           memcmp(a->part.text, b->part.text, a->part.size) == 0;
}

static int
furthest(const int *v, int k, int d)
{
    bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
    return down? v[k + 1]: v[k - 1] + 1;
}

// trace[d] keeps the furthest points before step d. Returns the steps; -1: a bound was reached.
static int
search(search_t *self)
{
    int row[WIDTH] = { 0 };
    int *v = row + SEQUENCE_EDITS + 1;
    for (int d = 0; d <= SEQUENCE_EDITS; d++) {
        memcpy(self->sequence->trace + (size_t)d * WIDTH, row, sizeof row);
        for (int k = -d; k <= d; k += 2) {
            int x = furthest(v, k, d), start = x;
            while (x < self->n && x - k < self->m && x - k >= 0 && same(&self->a[x], &self->b[x - k]))
                x++;
            v[k] = x;
            if (x >= self->n && x - k >= self->m)
                return d;
            self->sequence->work += (size_t)(x - start) + 1;
        }
        if (self->sequence->work > SEQUENCE_WORK)
            return -1;
    }
    return -1;
}

// Walks back from the end; the script is written from the end of its room too, and moved to its place.
static size_t
walk_back(const search_t *found, int steps, char *script)
{
    int x = found->n, y = found->m;
    size_t room = (size_t)x + (size_t)y, at = room;
    for (int d = steps; d >= 0; d--) {
        const int *v = found->sequence->trace + (size_t)d * WIDTH + SEQUENCE_EDITS + 1;
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
    memmove(script, script + at, room - at);
    return room - at;
}

static size_t
compare_middle(search_t *self, char *script, bool *found)
{
    sequence_t *sequence = self->sequence;
    size_t n = (size_t)self->n, m = (size_t)self->m;
    *found = true;
    if (n > 0 && m > 0) {
        if (!sequence->trace)
            sequence->trace = malloc((size_t)(SEQUENCE_EDITS + 1) * WIDTH * sizeof *sequence->trace);
        if (!sequence->trace)
            abort();
        int steps = sequence->work <= SEQUENCE_WORK? search(self): -1;
        if (steps >= 0)
            return walk_back(self, steps, script);
        *found = false;
    }
    memset(script, '-', n);
    memset(script + n, '+', m);
    return n + m;
}

size_t
sequence_compare(sequence_t *self, const items_t *a, const items_t *b, char *script, bool *found)
{
    size_t n = a->count, m = b->count, head = 0, tail = 0;
    while (head < n && head < m && same(&a->items[head], &b->items[head]))
        head++;
    while (tail < n - head && tail < m - head && same(&a->items[n - tail - 1], &b->items[m - tail - 1]))
        tail++;
    search_t middle = { a->items + head, b->items + head, (int)(n - head - tail), (int)(m - head - tail), self };
    memset(script, ' ', head);
    size_t count = head + compare_middle(&middle, script + head, found);
    memset(script + count, ' ', tail);
    return count + tail;
}

void
sequence_clear(sequence_t *self)
{
    free(self->trace);
    *self = (sequence_t){ 0 };
}
