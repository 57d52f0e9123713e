#include "http_parts.h"
#include "../actors/core/usage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 16 * 1024 };

static const int64_t step_ends[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000 };     // milliseconds
_Static_assert(sizeof step_ends / sizeof *step_ends == METRICS_STEPS, "a counter a step");

void
http_account(http_t *self, const access_t *access)
{
    metrics_t *metrics = &self->metrics;
    size_t step = 0;
    while (step < METRICS_STEPS && access->ms > step_ends[step])
        step++;
    metrics->steps[step]++;
    metrics->milliseconds += access->ms > 0? (uint64_t)access->ms: 0;
    if (access->status < METRICS_STATUSES)
        metrics->answers[access->status]++;
    metrics->bytes += access->bytes;
    metrics->cached += access->cached;
    access_log_line(self->log, self->now, access);
}

// What does not fit is left out; there is room for every status there is.
typedef struct { char bytes[TEXT_BYTES]; size_t size; } text_t;

__attribute__((format(printf, 2, 3))) static void
add(text_t *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof text->bytes - text->size;
    int size = vsnprintf(text->bytes + text->size, room, format, arguments);
    va_end(arguments);
    if (size > 0 && (size_t)size < room)
        text->size += (size_t)size;
}

static void
add_one(text_t *text, const char *name, const char *type, uint64_t value)
{
    add(text, "# TYPE wikibot_%s %s\nwikibot_%s %llu\n", name, type, name, (unsigned long long)value);
}

static void
add_answers(text_t *text, const metrics_t *metrics)
{
    uint64_t sum = 0;
    add(text, "# TYPE wikibot_http_answers_total counter\n");
    for (int status = 0; status < METRICS_STATUSES; status++)
        if (metrics->answers[status])
            add(text, "wikibot_http_answers_total{class=\"%dxx\",status=\"%d\"} %llu\n", status / 100, status,
                (unsigned long long)metrics->answers[status]);
    add(text, "# TYPE wikibot_http_seconds histogram\n");
    for (size_t i = 0; i < METRICS_STEPS; i++) {
        sum += metrics->steps[i];
        add(text, "wikibot_http_seconds_bucket{le=\"%g\"} %llu\n", (double)step_ends[i] / 1000,
            (unsigned long long)sum);
    }
    sum += metrics->steps[METRICS_STEPS];
    add(text, "wikibot_http_seconds_bucket{le=\"+Inf\"} %llu\nwikibot_http_seconds_sum %g\n"
        "wikibot_http_seconds_count %llu\n", (unsigned long long)sum, (double)metrics->milliseconds / 1000,
        (unsigned long long)sum);
}

// What the edge counts itself, then what the actors told.
static void
fill(const http_t *self, text_t *text)
{
    const metrics_t *metrics = &self->metrics;
    add_answers(text, metrics);
    add_one(text, "http_answer_bytes_total", "counter", metrics->bytes);
    add_one(text, "http_cached_answers_total", "counter", metrics->cached);
    add_one(text, "http_cache_bytes", "gauge", cache_bytes(self->cache));
    add_one(text, "http_connections", "gauge", self->open);
    add_one(text, "http_connections_refused_total", "counter", metrics->refused);
    add_one(text, "http_pending", "gauge", self->waiting);
    add_one(text, "http_body_bytes", "gauge", self->body_bytes);
    add(text, "# TYPE wikibot_gateway_cpu_seconds_total counter\nwikibot_gateway_cpu_seconds_total %.6f\n",
        (double)usage_cpu_us() / 1e6);
    add_one(text, "gateway_resident_memory_bytes", "gauge", (uint64_t)usage_memory());
}

enum MHD_Result
metrics_answer(http_t *self, exchange_t *exchange)
{
    text_t *text = calloc(1, sizeof *text);
    zframe_t *told = exchange->answer && exchange->reply.status == MHD_HTTP_OK? msg_blob(exchange->answer, 0): NULL;
    if (!text)
        abort();
    fill(self, text);
    add_one(text, "gateway_up", "gauge", told != NULL);
    size_t more = told? zframe_size(told): 0;
    char *bytes = malloc(text->size + more);
    if (!bytes)
        abort();
    memcpy(bytes, text->bytes, text->size);
    if (more)
        memcpy(bytes + text->size, zframe_data(told), more);
    struct MHD_Response *response = MHD_create_response_from_buffer(text->size + more, bytes, MHD_RESPMEM_MUST_FREE);
    free(text);
    if (!response)
        abort();
    MHD_add_response_header(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    answer_security(response);
    client_answered(self, exchange->client);
    enum MHD_Result result = library_queue(exchange->client, exchange->connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}
