// bench_proto_codec - encode and decode a small request and a reply with ten rows, beside a raw system call
//
// Prints the medians of ROUNDS rounds in nanoseconds as JSON.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "../../proto/record.h"
#include "bench_kit.h"

enum { ROUNDS = 31, REPEAT = 5000, ROWS = 10 };

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void
round_trip(const schema_t *schema, const void *record, void *back)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    arena_t arena = { 0 };
    if (record_encode(schema, record, &bytes, &size) != OK
        || record_decode(schema, bytes, size, &arena, back, NULL) != OK)
        abort();
    arena_clear(&arena);
    free(bytes);
}

// Median nanoseconds of one round trip; of one system call if schema is NULL.
static double
measure(const schema_t *schema, const void *record, void *back)
{
    double rounds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = clock_ns();
        for (int count = 0; count < REPEAT; count++) {
            if (schema)
                round_trip(schema, record, back);
            else
                syscall(SYS_getppid);
        }
        rounds[round] = (double)(clock_ns() - start) / REPEAT;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, compare);
    return rounds[ROUNDS / 2];
}

int
main(void)
{
    rule_t rules[] = { { .glob = "**", .rights = 15 } };
    store_read_req_t request = {
        .caller = { .name = "Ada Test", .email = "ada@example.org", .client = "web", .rules = rules, .rules_count = 1 },
        .path = "notes/some page", .commit = "0123456789abcdef0123456789abcdef01234567",
    };
    const char *files[] = { "notes/some page.md" };
    store_history_row_t rows[ROWS];
    for (int row = 0; row < ROWS; row++)
        rows[row] = (store_history_row_t){
            .commit = "0123456789abcdef0123456789abcdef01234567", .author = "Ada Test", .email = "ada@example.org",
            .when = 1760000000 + row, .zone = 60, .message = "say it in fewer words", .change = "modified",
            .files = files, .files_count = 1, .file_count = 1,
        };
    store_history_rep_t reply = {
        .commit = "0123456789abcdef0123456789abcdef01234567", .rows = rows, .rows_count = ROWS,
    };
    store_read_req_t request_back;
    store_history_rep_t reply_back;
    printf("{ \"request_ns\": %.0f, \"ten_rows_ns\": %.0f, \"system_call_ns\": %.0f }\n",
           measure(&store_read_req_schema, &request, &request_back),
           measure(&store_history_rep_schema, &reply, &reply_back), measure(NULL, NULL, NULL));
    return EXIT_SUCCESS;
}
