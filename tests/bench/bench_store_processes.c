// bench_store_processes - many processes that write to one repository at the same time
//
// bench_store_processes FOLDER PROCESSES WRITES: each process opens the repository and makes WRITES commits, each a new
// page. Prints the commits that were acknowledged and the seconds as JSON; the caller counts them with git.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "../../actors/store/store.h"

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static bool
write_page(store_t *store, int process, int number)
{
    char path[64], text[256];
    snprintf(path, sizeof path, "process%d/page%d", process, number);
    int size = snprintf(text, sizeof text, "# Page %d\n\nWritten by process %d.\n", number, process);
    store_action_t action = { .action = "put", .path = path, .text = text, .size = (size_t)size };
    store_write_t write = {
        .name = "Bench", .email = "bench@example.org", .client = "bench", .message = "a page", .changes = &action,
        .count = 1, .deadline = clock_ns(CLOCK_REALTIME) / 1000000 + LIMIT_DEADLINE_CAP_MS,
    };
    store_written_t result = { 0 };
    store_write(store, &write, 1, &result);
    bool written = result.code == OK;
    if (!written)
        fprintf(stderr, "process %d, write %d: %s %s\n", process, number, code_name(result.code), result.why);
    store_written_clear(&result);
    return written;
}

// Runs in a process of its own; says through the pipe how many writes were acknowledged.
static void
run_process(const char *folder, int process, int writes, int out)
{
    const char *why = NULL;
    store_options_t options = { .folder = folder, .durable = true };
    store_t *store = store_open(&options, &why);
    int written = 0;
    if (!store)
        fprintf(stderr, "%s: %s\n", folder, why);
    for (int number = 0; store && number < writes; number++)
        written += write_page(store, process, number);
    store_close(&store);
    _exit(write(out, &written, sizeof written) == sizeof written? EXIT_SUCCESS: EXIT_FAILURE);
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "bench_store_processes FOLDER PROCESSES WRITES\n");
        return EXIT_FAILURE;
    }
    int processes = (int)strtol(argv[2], NULL, 10), writes = (int)strtol(argv[3], NULL, 10);
    int ends[2];
    if (pipe(ends) < 0)
        return EXIT_FAILURE;
    int64_t start = clock_ns(CLOCK_MONOTONIC);
    for (int process = 0; process < processes; process++) {
        pid_t pid = fork();
        if (pid == 0)
            run_process(argv[1], process, writes, ends[1]);
        if (pid < 0)
            return EXIT_FAILURE;
    }
    close(ends[1]);
    int total = 0, written = 0;
    while (read(ends[0], &written, sizeof written) == sizeof written)
        total += written;
    while (wait(NULL) > 0) { }
    printf("{ \"written\": %d, \"seconds\": %.3f }\n", total, (double)(clock_ns(CLOCK_MONOTONIC) - start) / 1e9);
    return total == processes * writes? EXIT_SUCCESS: EXIT_FAILURE;
}
