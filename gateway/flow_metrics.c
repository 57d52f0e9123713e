// What the actors behind the gateway count, as Prometheus text; for the edge's own listener of metrics alone
#include "flows.h"

#include <stddef.h>
#include <string.h>

static const char *const asked[] = { "store", "render" };
enum { ACTORS = sizeof asked / sizeof *asked };

typedef struct {
    const char *name, *type;
    size_t offset;                              // of an int64_t
    bool microseconds;                          // shown as seconds
} row_t;

static const row_t of_actor[] = {
    { "actor_workers", "gauge", offsetof(sys_about_rep_t, workers), false },
    { "actor_busy", "gauge", offsetof(sys_about_rep_t, busy), false },
    { "actor_refused_total", "counter", offsetof(sys_about_rep_t, refused), false },
};
static const row_t of_call[] = {
    { "calls_total", "counter", offsetof(call_stats_t, calls), false },
    { "call_errors_total", "counter", offsetof(call_stats_t, errors), false },
    { "call_median_seconds", "gauge", offsetof(call_stats_t, p50_us), true },
    { "call_p99_seconds", "gauge", offsetof(call_stats_t, p99_us), true },
};

static void
add_text(output_t *out, const char *text)
{
    output_add(out, text, strlen(text));
}

static void
add_value(web_t *self, output_t *out, const row_t *row, const void *record)
{
    int64_t value;
    memcpy(&value, (const char *)record + row->offset, sizeof value);
    const char *text = row->microseconds? arena_printf(self->arena, " %.6f\n", (double)value / 1e6)
                                        : arena_printf(self->arena, " %lld\n", (long long)value);
    add_text(out, text);
}

static void
add_type(web_t *self, output_t *out, const row_t *row)
{
    add_text(out, arena_printf(self->arena, "# TYPE wikibot_%s %s\n", row->name, row->type));
}

// All lines of one metric stand together, as the format wants it.
static void
add_rows(web_t *self, output_t *out, const sys_about_rep_t *abouts)
{
    for (size_t i = 0; i < sizeof of_actor / sizeof *of_actor; i++) {
        add_type(self, out, &of_actor[i]);
        for (size_t j = 0; j < ACTORS; j++) {
            add_text(out, arena_printf(self->arena, "wikibot_%s{actor=\"%s\"}", of_actor[i].name, asked[j]));
            add_value(self, out, &of_actor[i], &abouts[j]);
        }
    }
    for (size_t i = 0; i < sizeof of_call / sizeof *of_call; i++) {
        add_type(self, out, &of_call[i]);
        for (size_t j = 0; j < ACTORS; j++)
            for (size_t k = 0; k < abouts[j].calls_count; k++) {
                add_text(out, arena_printf(self->arena, "wikibot_%s{call=\"%s\"}", of_call[i].name,
                                           abouts[j].calls[k].type));
                add_value(self, out, &of_call[i], &abouts[j].calls[k]);
            }
    }
}

code_t
flow_metrics(web_t *self)
{
    sys_about_rep_t abouts[ACTORS] = { { 0 } };
    msg_t *answers[ACTORS] = { NULL };
    output_t out = { 0 };
    if (!self->request->source || strcmp(self->request->source, "metrics") != 0)
        return flow_reserved(self);             // nobody's business on the port of the wiki
    add_text(&out, "# TYPE wikibot_actor_up gauge\n");
    for (size_t i = 0; i < ACTORS; i++) {
        sys_about_req_t about = { .text = "" };
        answers[i] = flow_ask(self->gateway->flow, asked[i], &call_sys_about, &about, NULL);
        bool up = msg_code(answers[i]) == OK && msg_read_rep(answers[i], &call_sys_about, &abouts[i]) == OK;
        add_text(&out, arena_printf(self->arena, "wikibot_actor_up{actor=\"%s\"} %d\n", asked[i], up));
    }
    add_rows(self, &out, abouts);
    code_t code = web_bytes(self, "text/plain; version=0.0.4; charset=utf-8", out.bytes, out.size);
    output_clear(&out);
    for (size_t i = 0; i < ACTORS; i++)
        msg_destroy(&answers[i]);
    return code;
}
