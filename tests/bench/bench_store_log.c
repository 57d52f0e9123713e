// bench_store_log - every commit of a repository with what it changed, as an index asks for it
//
// bench_store_log FOLDER: prints commits, files, answers and times as JSON.
#include <stdio.h>
#include "../../actors/store/store.h"
#include "bench_kit.h"

typedef struct { size_t commits, files, answers; } sum_t;

static code_t
read_all(store_t *store, sum_t *sum)
{
    char cursor[256] = "";
    code_t code = OK;
    do {
        store_log_t log = { .count = 0 };
        code = store_log(store, &(store_log_options_t) { .cursor = cursor }, &log);
        sum->answers++;
        for (size_t i = 0; i < log.count; i++) {
            sum->commits += !log.rows[i].more;
            sum->files += log.rows[i].file_count;
        }
        (void)snprintf(cursor, sizeof cursor, "%s", log.cursor? log.cursor: "");
        store_log_clear(&log);
    } while (code == OK && *cursor);
    return code;
}

int
main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "bench_store_log FOLDER\n");
        return EXIT_FAILURE;
    }
    const char *why = NULL;
    store_options_t options = { .folder = argv[1], .durable = true };
    store_t *store = store_open(&options, &why);
    if (!store) {
        fprintf(stderr, "%s: %s\n", argv[1], why);
        return EXIT_FAILURE;
    }
    sum_t sum = { .commits = 0 };
    int64_t start = clock_ns();
    code_t code = read_all(store, &sum);
    int64_t end = clock_ns();
    printf("{ \"code\": \"%s\", \"commits\": %zu, \"files\": %zu, \"answers\": %zu, \"ms\": %.1f }\n", code_name(code),
           sum.commits, sum.files, sum.answers, (double)(end - start) / 1e6);
    store_close(&store);
    return code == OK? EXIT_SUCCESS: EXIT_FAILURE;
}
