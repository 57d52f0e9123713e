// bench_store_history - the first rows of a page's history, in a process that has read nothing yet
//
// bench_store_history FOLDER PAGE ROWS: prints the time to open, the time of the call and the rows as JSON.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "../../actors/store/store.h"

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "bench_store_history FOLDER PAGE ROWS\n");
        return EXIT_FAILURE;
    }
    const char *why = NULL;
    store_options_t options = { .folder = argv[1], .durable = true };
    int64_t start = clock_ns(CLOCK_MONOTONIC);
    store_t *store = store_open(&options, &why);
    if (!store) {
        fprintf(stderr, "%s: %s\n", argv[1], why);
        return EXIT_FAILURE;
    }
    int64_t opened = clock_ns(CLOCK_MONOTONIC);
    store_history_options_t what = {
        .path = argv[2], .limit = strtoul(argv[3], NULL, 10),
        .deadline = clock_ns(CLOCK_REALTIME) / 1000000 + LIMIT_DEADLINE_CAP_MS,
    };
    store_history_t history = { 0 };
    code_t code = store_history(store, &what, &history);
    int64_t end = clock_ns(CLOCK_MONOTONIC);
    printf("{ \"code\": \"%s\", \"rows\": %zu, \"open_ms\": %.3f, \"history_ms\": %.3f }\n", code_name(code),
           history.count, (double)(opened - start) / 1e6, (double)(end - opened) / 1e6);
    store_history_clear(&history);
    store_close(&store);
    return code == OK? EXIT_SUCCESS: EXIT_FAILURE;
}
