// actor_sources - what is asked of store and renderer to bring an index along
#ifndef ACTOR_SOURCES_H
#define ACTOR_SOURCES_H
#include "../core/flow.h"

// All return what flow_ask does, and read the record if it is OK; the record is a view of the message.
msg_t *source_head(flow_t *flow, store_head_rep_t *reply);
msg_t *source_log(flow_t *flow, const store_log_req_t *which, store_log_rep_t *reply);
msg_t *source_changes(flow_t *flow, const store_changes_req_t *which, store_changes_rep_t *reply);
msg_t *source_list(flow_t *flow, const store_list_req_t *which, store_list_rep_t *reply);
msg_t *source_texts(flow_t *flow, const char *const *blobs, size_t count, store_texts_rep_t *reply);
// Lends the text.
msg_t *source_digest(flow_t *flow, const render_digest_req_t *which, zframe_t *text, render_digest_rep_t *reply);
#endif
