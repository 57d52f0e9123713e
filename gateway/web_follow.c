// Who has written sees it: the index is brought along before a write is answered
#include "web.h"

#include <string.h>

// Nobody waits for an index that did not answer lately; one that says no at once is there.
enum { AWAY_MS = 2000, PATIENCE_MS = 300, PAGE_MS = 5000 };

static code_t
ask_within(web_t *self, int64_t ms, const call_type_t *call, const void *request, void *reply)
{
    gateway_t *gateway = self->gateway;
    msg_head_t head = *self->call->head;
    int64_t soon = msg_clock_ms() + ms, began = msg_steady_ms();
    if (began < gateway->index_away || flow_places(gateway->flow, "index") == 0)
        return UNAVAILABLE;
    if (head.deadline > soon)
        head.deadline = soon;
    flow_begin(gateway->flow, &head);
    code_t code = web_ask(self, call, request, NULL, reply);
    flow_begin(gateway->flow, self->call->head);
    if (code_retryable(code) && msg_steady_ms() - began > PATIENCE_MS)
        gateway->index_away = msg_steady_ms() + AWAY_MS;
    return code;
}

code_t
web_ask_index(web_t *self, const call_type_t *call, const void *request, void *reply)
{
    return ask_within(self, LIMIT_FOLLOW_MS, call, request, reply);
}

code_t
web_await_index(web_t *self, const call_type_t *call, const void *request, void *reply)
{
    return ask_within(self, PAGE_MS, call, request, reply);
}

code_t
web_catch_up(web_t *self, const char *commit)
{
    index_follow_req_t follow = { .commit = commit };
    index_follow_rep_t done = { .behind = true };
    code_t code = web_ask_index(self, &call_index_follow, &follow, &done);
    return code == OK && done.behind? TIMEOUT: code;
}

void
web_follow(web_t *self, const char *commit)
{
    self->wrote = arena_copy(self->arena, commit, strlen(commit));
    self->reply->commit = self->wrote;
    const char *why = self->why;
    msg_t *answer = self->answer;
    (void)web_catch_up(self, self->wrote);      // the write stands in git, whatever the index does
    self->why = why;
    self->answer = answer;
}

void
web_follow_done(web_t *self, const char *commit, bool repeated)
{
    store_head_req_t ask = { .caller = self->caller };
    store_head_rep_t head = { .commit = "" };
    web_follow(self, commit);
    if (!repeated)
        return;
    if (web_ask(self, &call_store_head, &ask, NULL, &head) != OK)
        head.commit = "";
    self->reply->commit = arena_copy(self->arena, head.commit, strlen(head.commit));
}
