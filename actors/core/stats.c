#include "stats.h"

#include "banned.h"

enum { TYPES = 64 };

typedef struct {
    char type[MSG_TYPE_SIZE + 1];
    int64_t calls;
    int64_t errors;
    uint32_t steps[STATS_STEPS];
} counter_t;

struct stats {
    counter_t *counters[TYPES];
    size_t count;
};

stats_t *
stats_new(void)
{
    stats_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    return self;
}

void
stats_destroy(stats_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->count; i++)
        free((*self)->counters[i]);
    free(*self);
    *self = NULL;
}

size_t
stats_step(int64_t microseconds)
{
    if (microseconds < 4)
        return microseconds < 0? 0: (size_t)microseconds;
    int doubling = 63 - __builtin_clzll((unsigned long long)microseconds);
    size_t step = (size_t)doubling * 4 - 4 + (size_t)(microseconds >> (doubling - 2) & 3);
    return step < STATS_STEPS? step: STATS_STEPS - 1;
}

int64_t
stats_step_end(size_t step)
{
    if (step < 4)
        return (int64_t)step;
    size_t doubling = step / 4 + 1;
    int64_t quarter = (int64_t)1 << (doubling - 2);
    return quarter * (int64_t)(4 + step % 4) + quarter - 1;
}

static counter_t *
counter_of(stats_t *self, const char *type)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->counters[i]->type, type) == 0)
            return self->counters[i];
    if (self->count == TYPES)
        return NULL;
    counter_t *counter = calloc(1, sizeof *counter);
    if (!counter)
        abort();
    (void)snprintf(counter->type, sizeof counter->type, "%s", type);
    self->counters[self->count++] = counter;
    return counter;
}

void
stats_count(stats_t *self, const char *type, code_t code, int64_t microseconds)
{
    counter_t *counter = counter_of(self, type);
    if (!counter)
        return;
    counter->calls++;
    counter->errors += code != OK;
    counter->steps[stats_step(microseconds)]++;
}

static int64_t
percentile(const counter_t *self, int64_t percent)
{
    int64_t wanted = (self->calls * percent + 99) / 100;
    int64_t seen = 0;
    for (size_t i = 0; i < STATS_STEPS; i++) {
        seen += self->steps[i];
        if (seen >= wanted)
            return stats_step_end(i);
    }
    return 0;
}

size_t
stats_rows(const stats_t *self, arena_t *arena, call_stats_t **rows)
{
    *rows = arena_alloc(arena, (self->count + 1) * sizeof **rows);
    for (size_t i = 0; i < self->count; i++) {
        const counter_t *counter = self->counters[i];
        (*rows)[i] = (call_stats_t){
            .type = arena_copy(arena, counter->type, strlen(counter->type)),
            .calls = counter->calls, .errors = counter->errors,
            .p50_us = percentile(counter, 50), .p99_us = percentile(counter, 99),
        };
    }
    return self->count;
}
