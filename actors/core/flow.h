// flow - straight-line code that asks others: carries the peers, the deadline and the trace
//
// A flow belongs to one worker thread. flow_begin is called for each request; every flow_ask adds its
// deadline and trace.
#ifndef FLOW_H
#define FLOW_H
#include "ask.h"

typedef struct flow flow_t;
// `config` is what an actor's open got: its section "peers" gives name = endpoints (ask.h) of each actor that may
// be asked, its section "keys" the folder of keys and the name of this process, if one of them is over tcp. NULL
// if an endpoint is malformed or the keys cannot be read.
flow_t *flow_new(zconfig_t *config);
void flow_destroy(flow_t **self);
void flow_begin(flow_t *self, const msg_head_t *head);
int64_t flow_deadline(const flow_t *self);
int64_t flow_until(const flow_t *self);         // the same on the steady clock (msg.h)
const char *flow_trace(const flow_t *self);

// Asks `peer` and waits. Takes *blob, if given. Never NULL: an error travels up as it is.
// FORBIDDEN with a text, in the log too, if the topology names no such peer.
msg_t *flow_ask(flow_t *self, const char *peer, const call_type_t *call, const void *record, zframe_t **blob);

// An actor may run in several processes, and flow_ask takes the one that has the least to do. Here each can be asked:
// how many there are, and the one at `index`. Makes a connection of its own, so for what is asked seldom.
size_t flow_places(const flow_t *self, const char *peer);
msg_t *flow_ask_at(flow_t *self, const char *peer, size_t index, const call_type_t *call, const void *record);
#endif
