#include "pool.h"

#include <unistd.h>
#include "log.h"
#include "usage.h"
#include "banned.h"

static msg_t *
pong(msg_t *request)
{
    sys_ping_req_t ping;
    const char *why = NULL;
    if (msg_read_req(request, &call_sys_ping, &ping, &why) != OK)
        return msg_new_err(request, INVALID, "sys.ping: %s", why);
    sys_ping_rep_t reply = { .text = ping.text };
    return msg_new_rep(request, &call_sys_ping, &reply);
}

static msg_t *
about(const pool_t *self, msg_t *request)
{
    arena_t arena = { NULL };
    int64_t now = msg_clock_ms();               // an age stays true when that clock is set
    sys_about_rep_t reply = {
        .actor = self->actor->name, .version = WIKIBOT_VERSION, .pid = getpid(),
        .started_ms = now - (msg_steady_ms() - self->started_ms), .clock_ms = now,
        .workers = (int64_t)self->count, .refused = self->refused,
        .process = log_process(), .restarts = self->restarts,
        .cpu_us = usage_cpu_us(), .memory = usage_memory(),
    };
    for (size_t i = 0; i < self->count; i++) {
        bool busy = self->slots[i].at_work > 0;
        reply.busy += busy;
        reply.waiting += (int64_t)self->slots[i].at_work - busy;
    }
    reply.calls_count = stats_rows(self->stats, &arena, &reply.calls);
    msg_t *answer = msg_new_rep(request, &call_sys_about, &reply);
    arena_clear(&arena);
    return answer? answer: msg_new_err(request, TOO_LARGE, "sys.about is over a limit");
}

static msg_t *
trace(const pool_t *self, msg_t *request)
{
    arena_t arena = { NULL };
    sys_trace_req_t wanted;
    sys_trace_rep_t reply = { .process = log_process() };
    const char *why = NULL;
    if (msg_read_req(request, &call_sys_trace, &wanted, &why) != OK)
        return msg_new_err(request, INVALID, "sys.trace: %s", why);
    if (strlen(wanted.trace) < SPANS_PREFIX)
        return msg_new_err(request, INVALID, "sys.trace: give at least %d digits of the trace", SPANS_PREFIX);
    reply.spans_count = spans_rows(self->spans, wanted.trace, &arena, &reply.spans);
    msg_t *answer = msg_new_rep(request, &call_sys_trace, &reply);
    arena_clear(&arena);
    return answer;
}

msg_t *
about_answer(const pool_t *self, msg_t *request)
{
    const msg_head_t *head = msg_head(request);
    if (head->kind != MSG_REQ)
        return NULL;
    if (strcmp(head->type, call_sys_ping.name) == 0)
        return pong(request);
    if (strcmp(head->type, call_sys_about.name) == 0)
        return about(self, request);
    if (strcmp(head->type, call_sys_trace.name) == 0)
        return trace(self, request);
    return NULL;
}
