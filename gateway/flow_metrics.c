// What the actors behind the gateway count, as Prometheus text; for the edge's own listener of metrics alone
#include "flows.h"

#include <stddef.h>
#include <string.h>

static const char *const asked[] = { "store", "render", "index" };
enum { ACTORS = sizeof asked / sizeof *asked, PLACES = 32 };

// One actor in one process.
typedef struct {
    const char *actor;
    msg_t *answer;
    bool up;                                    // about was read; it is a view of the answer
    sys_about_rep_t about;
} place_t;

typedef struct {
    place_t places[PLACES];
    size_t count;
} places_t;

typedef struct {
    const char *name, *type;
    size_t offset;                              // of an int64_t
    bool microseconds;                          // shown as seconds
} row_t;

static const row_t of_actor[] = {
    { "actor_workers", "gauge", offsetof(sys_about_rep_t, workers), false },
    { "actor_busy", "gauge", offsetof(sys_about_rep_t, busy), false },
    { "actor_waiting", "gauge", offsetof(sys_about_rep_t, waiting), false },
    { "actor_refused_total", "counter", offsetof(sys_about_rep_t, refused), false },
    { "process_restarts_total", "counter", offsetof(sys_about_rep_t, restarts), false },
    { "process_cpu_seconds_total", "counter", offsetof(sys_about_rep_t, cpu_us), true },
    { "process_resident_memory_bytes", "gauge", offsetof(sys_about_rep_t, memory), false },
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
add_rows(web_t *self, output_t *out, const places_t *all)
{
    for (size_t i = 0; i < sizeof of_actor / sizeof *of_actor; i++) {
        add_type(self, out, &of_actor[i]);
        for (size_t j = 0; j < all->count; j++) {
            const place_t *place = &all->places[j];
            if (!place->up)
                continue;
            add_text(out, arena_printf(self->arena, "wikibot_%s{actor=\"%s\",process=\"%s\"}", of_actor[i].name,
                                       place->actor, place->about.process));
            add_value(self, out, &of_actor[i], &place->about);
        }
    }
}

static void
add_calls(web_t *self, output_t *out, const places_t *all)
{
    for (size_t i = 0; i < sizeof of_call / sizeof *of_call; i++) {
        add_type(self, out, &of_call[i]);
        for (size_t j = 0; j < all->count; j++)
            for (size_t k = 0; k < all->places[j].about.calls_count; k++) {
                const call_stats_t *call = &all->places[j].about.calls[k];
                add_text(out, arena_printf(self->arena, "wikibot_%s{call=\"%s\",process=\"%s\"}", of_call[i].name,
                                           call->type, all->places[j].about.process));
                add_value(self, out, &of_call[i], call);
            }
    }
}

// Every actor that the topology lets us ask, in every process that runs it.
static void
ask_all(web_t *self, places_t *all)
{
    flow_t *flow = self->gateway->flow;
    for (size_t i = 0; i < ACTORS; i++)
        for (size_t j = 0; j < flow_places(flow, asked[i]) && all->count < PLACES; j++) {
            sys_about_req_t about = { .text = "" };
            place_t *place = &all->places[all->count++];
            place->actor = asked[i];
            place->answer = flow_ask_at(flow, asked[i], j, &call_sys_about, &about);
            place->up = msg_code(place->answer) == OK &&
                        msg_read_rep(place->answer, &call_sys_about, &place->about) == OK;
        }
}

code_t
flow_metrics(web_t *self)
{
    output_t out = { 0 };
    if (!self->request->source || strcmp(self->request->source, "metrics") != 0)
        return flow_reserved(self);             // nobody's business on the port of the wiki
    places_t *all = arena_alloc(self->arena, sizeof *all);
    memset(all, 0, sizeof *all);
    ask_all(self, all);
    add_text(&out, "# TYPE wikibot_actor_up gauge\n");
    for (size_t i = 0; i < all->count; i++)
        add_text(&out, arena_printf(self->arena, "wikibot_actor_up{actor=\"%s\",place=\"%zu\"} %d\n",
                                    all->places[i].actor, i, all->places[i].up));
    add_rows(self, &out, all);
    add_calls(self, &out, all);
    code_t code = web_bytes(self, "text/plain; version=0.0.4; charset=utf-8", out.bytes, out.size);
    output_clear(&out);
    for (size_t i = 0; i < all->count; i++)
        msg_destroy(&all->places[i].answer);
    return code;
}
