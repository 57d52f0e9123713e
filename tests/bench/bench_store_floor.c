// bench_store_floor - what the disk asks for one durable write: write 4 KB, fsync, rename, fsync of the folder
//
// bench_store_floor FOLDER [COUNT]: prints the median and the 90th percentile in microseconds as JSON.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bench_kit.h"

enum { SIZE = 4096, COUNT = 400, COUNT_MAX = 100000 };

static void
need(int result, const char *what)
{
    if (result >= 0)
        return;
    fprintf(stderr, "bench_store_floor: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static int64_t
write_once(int folder, int number)
{
    char bytes[SIZE], name[32];
    memset(bytes, 'a' + number % 26, sizeof bytes);
    snprintf(name, sizeof name, "floor%d", number % 16);
    int64_t start = clock_ns();
    int file = openat(folder, "floor.tmp", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    need(file, "open");
    need(write(file, bytes, sizeof bytes) == sizeof bytes? 0: -1, "write");
    need(fsync(file), "fsync");
    need(close(file), "close");
    need(renameat(folder, "floor.tmp", folder, name), "rename");
    need(fsync(folder), "fsync of the folder");
    return clock_ns() - start;
}

int
main(int argc, char **argv)
{
    static int64_t times[COUNT_MAX];
    if (argc < 2) {
        fprintf(stderr, "bench_store_floor FOLDER [COUNT]\n");
        return EXIT_FAILURE;
    }
    long count = argc > 2? strtol(argv[2], NULL, 10): COUNT;
    if (count < 1 || count > COUNT_MAX)
        count = COUNT;
    int folder = open(argv[1], O_RDONLY | O_DIRECTORY);
    need(folder, argv[1]);
    for (int number = 0; number < count; number++)
        times[number] = write_once(folder, number);
    qsort(times, (size_t)count, sizeof *times, compare_times);
    printf("{ \"median_us\": %.1f, \"p90_us\": %.1f, \"count\": %ld }\n", (double)times[count / 2] / 1e3,
           (double)times[count * 9 / 10] / 1e3, count);
    for (int number = 0; number < 16; number++) {
        char name[32];
        snprintf(name, sizeof name, "floor%d", number);
        unlinkat(folder, name, 0);
    }
    close(folder);
    return EXIT_SUCCESS;
}
