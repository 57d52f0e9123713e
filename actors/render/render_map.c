#include "render_map.h"
#include <stdlib.h>

static void
shift(map_t *self, uint32_t origin)
{
    uint32_t at = (uint32_t)self->text.size;
    const map_shift_t *last = self->shift_count? &self->shifts[self->shift_count - 1]: NULL;
    if (last && at - last->at == origin - last->origin)
        return;
    if (self->shift_count == self->shift_room) {
        size_t room = self->shift_room? self->shift_room * 2: 64;
        map_shift_t *shifts = realloc(self->shifts, room * sizeof *shifts);
        if (!shifts) {
            self->text.full = self->text.broken = true;
            return;
        }
        self->shifts = shifts;
        self->shift_room = room;
    }
    self->shifts[self->shift_count++] = (map_shift_t) { at, origin };
}

void
map_put(map_t *self, size_t origin, const char *text, size_t size)
{
    if (size > 0)
        shift(self, (uint32_t)origin);
    buffer_put(&self->text, text, size);
}

size_t
map_origin(const map_t *self, size_t at)
{
    size_t low = 0, high = self->shift_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->shifts[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low? self->shifts[low - 1].origin + (at - self->shifts[low - 1].at): 0;
}

void
map_clear(map_t *self)
{
    buffer_clear(&self->text);
    free(self->shifts);
    *self = (map_t) { 0 };
}
