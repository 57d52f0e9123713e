#include "main_look.h"

#include <inttypes.h>
#include "core/spans.h"
#include "core/banned.h"

enum { ROWS = 1024 };

typedef struct {
    char type[MSG_TYPE_SIZE + 1], code[32];
    char process[TOPOLOGY_NAME];
    int64_t start_us, took_us;
} row_t;

typedef struct {
    row_t rows[ROWS];
    size_t count;
} rows_t;

static void
take_spans(rows_t *self, const look_door_t *door, const sys_trace_rep_t *reply)
{
    for (size_t i = 0; i < reply->spans_count && self->count < ROWS; i++) {
        const trace_span_t *span = &reply->spans[i];
        row_t *row = &self->rows[self->count++];
        (void)snprintf(row->type, sizeof row->type, "%s", span->type);
        (void)snprintf(row->code, sizeof row->code, "%s", span->code);
        (void)snprintf(row->process, sizeof row->process, "%s", door->process);
        row->start_us = span->start_us;
        row->took_us = span->took_us;
    }
}

// By start; of two that start together the longer one first, since it may hold the other.
static int
compare(const void *left, const void *right)
{
    const row_t *a = left, *b = right;
    if (a->start_us != b->start_us)
        return a->start_us < b->start_us? -1: 1;
    return (a->took_us < b->took_us) - (a->took_us > b->took_us);
}

// How many of the rows before hold this one in time: who asked whom, as far as clocks can tell.
static int
depth_of(const rows_t *self, size_t index)
{
    int depth = 0;
    const row_t *row = &self->rows[index];
    for (size_t i = 0; i < index; i++)
        depth += self->rows[i].start_us + self->rows[i].took_us >= row->start_us + row->took_us;
    return depth;
}

static void
print_rows(rows_t *self)
{
    qsort(self->rows, self->count, sizeof *self->rows, compare);
    printf("%10s %10s  %-36s %-12s %s\n", "AT ms", "TOOK ms", "CALL", "PROCESS", "RESULT");
    for (size_t i = 0; i < self->count; i++) {
        const row_t *row = &self->rows[i];
        int depth = depth_of(self, i);
        depth = depth < 8? depth: 8;
        printf("%10.3f %10.3f  %*s%-*s %-12s %s\n", (double)(row->start_us - self->rows[0].start_us) / 1000.0,
               (double)row->took_us / 1000.0, 2 * depth, "", 36 - 2 * depth, row->type, row->process, row->code);
    }
}

// False if somebody did not answer.
static bool
collect(const look_t *look, const char *trace, rows_t *rows)
{
    bool all = true;
    sys_trace_req_t question = { .trace = trace };
    for (size_t i = 0; i < look->count; i++) {
        sys_trace_rep_t reply;
        msg_t *answer = look_ask(look, &look->doors[i], &call_sys_trace, &question);
        if (msg_read_rep(answer, &call_sys_trace, &reply) == OK)
            take_spans(rows, &look->doors[i], &reply);
        else {
            fprintf(stderr, "wikibot: %s of %s does not answer: %s\n", look->doors[i].actor, look->doors[i].process,
                    msg_error_text(answer));
            all = false;
        }
        msg_destroy(&answer);
    }
    return all;
}

static bool
is_trace(const char *word)
{
    size_t size = strlen(word);
    return size >= SPANS_PREFIX && size <= MSG_TRACE_SIZE && strspn(word, "0123456789abcdef") == size;
}

int
main_trace(int count, char **words)
{
    options_t options;
    look_t look;
    if (count < 1 || !is_trace(words[0])) {
        fprintf(stderr, "wikibot: which request? wikibot trace ID [DIR]: the number that its answer and the logs show, "
                        "or its first %d digits or more\n", SPANS_PREFIX);
        return 2;
    }
    int status = 2;
    rows_t *rows = calloc(1, sizeof *rows);
    if (!rows)
        abort();
    if (!options_read(&options, count - 1, words + 1))
        goto done;
    status = 1;
    if (look_open(&look, &options)) {
        bool all = collect(&look, words[0], rows);
        if (rows->count > 0)
            print_rows(rows);
        else
            fprintf(stderr, "wikibot: nobody remembers %s; each actor keeps its last %d requests, older ones are only "
                            "in the logs\n", words[0], SPANS_KEPT);
        status = all && rows->count > 0? 0: 1;
    }
    look_close(&look);
done:
    free(rows);
    options_clear(&options);
    return status;
}
