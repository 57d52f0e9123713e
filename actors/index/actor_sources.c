#include "actor_sources.h"

#include "../../proto/rules.h"
#include "../core/banned.h"

static const rule_t everything = { .glob = "**", .rights = RIGHT_READ };

static caller_t
ourselves(void)
{
    return (caller_t){ .name = "index", .client = "index", .rules = (rule_t *)&everything, .rules_count = 1 };
}

// A malformed answer is as bad as none.
static msg_t *
read_answer(msg_t *answer, const call_type_t *call, void *reply)
{
    memset(reply, 0, call->reply->size);
    if (msg_code(answer) != OK || msg_read_rep(answer, call, reply) == OK)
        return answer;
    msg_t *error = msg_new_err(answer, INTERNAL, "the answer to %s is malformed", call->name);
    msg_destroy(&answer);
    return error;
}

msg_t *
source_head(flow_t *flow, store_head_rep_t *reply)
{
    store_head_req_t request = { .caller = ourselves() };
    return read_answer(flow_ask(flow, "store", &call_store_head, &request, NULL), &call_store_head, reply);
}

msg_t *
source_log(flow_t *flow, const store_log_req_t *which, store_log_rep_t *reply)
{
    store_log_req_t request = *which;
    request.caller = ourselves();
    return read_answer(flow_ask(flow, "store", &call_store_log, &request, NULL), &call_store_log, reply);
}

msg_t *
source_changes(flow_t *flow, const store_changes_req_t *which, store_changes_rep_t *reply)
{
    store_changes_req_t request = *which;
    request.caller = ourselves();
    return read_answer(flow_ask(flow, "store", &call_store_changes, &request, NULL), &call_store_changes, reply);
}

msg_t *
source_list(flow_t *flow, const store_list_req_t *which, store_list_rep_t *reply)
{
    store_list_req_t request = *which;
    request.caller = ourselves();
    return read_answer(flow_ask(flow, "store", &call_store_list, &request, NULL), &call_store_list, reply);
}

msg_t *
source_texts(flow_t *flow, const char *const *blobs, size_t count, store_texts_rep_t *reply)
{
    store_texts_req_t request = { .caller = ourselves(), .blobs = (const char **)blobs, .blobs_count = count };
    return read_answer(flow_ask(flow, "store", &call_store_texts, &request, NULL), &call_store_texts, reply);
}

msg_t *
source_digest(flow_t *flow, const render_digest_req_t *which, zframe_t *text, render_digest_rep_t *reply)
{
    zframe_t *blob = zframe_dup(text);
    return read_answer(flow_ask(flow, "render", &call_render_digest, which, &blob), &call_render_digest, reply);
}
