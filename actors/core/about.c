#include "pool.h"

#include <unistd.h>
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
    sys_about_rep_t reply = {
        .actor = self->actor->name, .version = WIKIBOT_VERSION, .pid = getpid(),
        .started_ms = self->started_ms, .clock_ms = msg_clock_ms(),
        .workers = (int64_t)self->count, .refused = self->refused,
    };
    for (size_t i = 0; i < self->count; i++)
        reply.busy += self->slots[i].at_work > 0;
    reply.calls_count = stats_rows(self->stats, &arena, &reply.calls);
    msg_t *answer = msg_new_rep(request, &call_sys_about, &reply);
    arena_clear(&arena);
    return answer? answer: msg_new_err(request, TOO_LARGE, "sys.about is over a limit");
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
    return NULL;
}
