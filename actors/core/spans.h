// spans - the last requests of one actor with their times, for `wikibot trace`; belongs to one thread
//
// A ring: the newest SPANS_KEPT. What is older is only in the logs, under the same trace.
#ifndef SPANS_H
#define SPANS_H
#include "../../proto/msg.h"

enum { SPANS_KEPT = 4096, SPANS_PREFIX = 6 };

typedef struct spans spans_t;
spans_t *spans_new(void);
void spans_destroy(spans_t **self);
// `start_us` is of the monotonic clock.
void spans_add(spans_t *self, const msg_head_t *head, code_t code, int64_t start_us, int64_t took_us);
// Those whose trace begins so, oldest first, in the arena; returns how many, at most LIMIT_SPANS.
size_t spans_rows(const spans_t *self, const char *trace, arena_t *arena, trace_span_t **rows);
#endif
