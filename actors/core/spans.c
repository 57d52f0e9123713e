#include "spans.h"

#include <time.h>
#include "banned.h"

typedef struct {
    char trace[MSG_TRACE_SIZE + 1];             // "": not used yet
    char id[MSG_ID_SIZE + 1];
    char type[MSG_TYPE_SIZE + 1];
    code_t code;
    int64_t start_us, took_us;
} kept_t;

struct spans {
    kept_t ring[SPANS_KEPT];
    size_t next;
};

spans_t *
spans_new(void)
{
    spans_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    return self;
}

void
spans_destroy(spans_t **self)
{
    free(*self);
    *self = NULL;
}

void
spans_add(spans_t *self, const msg_head_t *head, code_t code, int64_t start_us, int64_t took_us)
{
    kept_t *kept = &self->ring[self->next++ % SPANS_KEPT];
    memcpy(kept->trace, head->trace, sizeof kept->trace);
    memcpy(kept->id, head->id, sizeof kept->id);
    memcpy(kept->type, head->type, sizeof kept->type);
    kept->code = code;
    kept->start_us = start_us;
    kept->took_us = took_us;
}

// What to add to a time of the monotonic clock to get Unix time.
static int64_t
unix_offset_us(void)
{
    struct timespec now, steady;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_MONOTONIC, &steady);
    return (int64_t)(now.tv_sec - steady.tv_sec) * 1000000 + (now.tv_nsec - steady.tv_nsec) / 1000;
}

size_t
spans_rows(const spans_t *self, const char *trace, arena_t *arena, trace_span_t **rows)
{
    int64_t offset_us = unix_offset_us();
    size_t size = strlen(trace), count = 0;
    *rows = arena_alloc(arena, LIMIT_SPANS * sizeof **rows);
    for (size_t i = 0; i < SPANS_KEPT && count < LIMIT_SPANS; i++) {
        const kept_t *kept = &self->ring[(self->next + i) % SPANS_KEPT];
        if (!*kept->trace || strncmp(kept->trace, trace, size) != 0)
            continue;
        (*rows)[count++] = (trace_span_t){
            .type = arena_copy(arena, kept->type, strlen(kept->type)),
            .id = arena_copy(arena, kept->id, strlen(kept->id)),
            .code = code_name(kept->code), .start_us = kept->start_us + offset_us, .took_us = kept->took_us,
        };
    }
    return count;
}
