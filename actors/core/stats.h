// stats - counters and latency histograms of the calls of one actor; belongs to one thread
//
// A histogram is log-linear: four steps for each doubling of microseconds, so that a percentile is right to
// a quarter.
#ifndef STATS_H
#define STATS_H
#include "../../proto/msg.h"

typedef struct stats stats_t;
stats_t *stats_new(void);
void stats_destroy(stats_t **self);
// Types over the first 64 that are seen are not kept: a peer cannot make this grow.
void stats_count(stats_t *self, const char *type, code_t code, int64_t microseconds);
// One row a type that was called, in the arena; returns how many.
size_t stats_rows(const stats_t *self, arena_t *arena, call_stats_t **rows);

// The parts of the histogram, for tests: the step of a duration, and the longest duration of a step.
enum { STATS_STEPS = 112 };
size_t stats_step(int64_t microseconds);
int64_t stats_step_end(size_t step);
#endif
