// bench_kit - the clock and the order of what the benchmarks in C measure
#ifndef BENCH_KIT_H
#define BENCH_KIT_H
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t
clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static inline int
compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}
#endif
