// dispatch - one request through its handler: what a worker does, free of sockets
#ifndef DISPATCH_H
#define DISPATCH_H
#include "actor.h"

// A request at work, from its arrival to its answer. `call` is what the handler sees.
typedef struct {
    call_t call;
    msg_head_t head;                            // with the deadline capped
    arena_t arena;
    msg_t *request;
    const route_t *route;
} work_t;

// NULL if the actor does not know this type.
const route_t *dispatch_route(const actor_t *actor, const char *type);
// Refuses what must not reach a handler: another kind than REQ, an unknown type, a deadline that has passed.
// Returns the ERR to answer with, or NULL and *route.
msg_t *dispatch_refuse(const actor_t *actor, const msg_t *request, const route_t **route);

// Runs the handler; takes the request. The answer, or NULL with *later set: then flush comes first, and
// work_answer makes the answer. `worker` is for call_publish; NULL under actor_dispatch.
msg_t *dispatch_run(const route_t *route, void *state, msg_t **request, void *worker, work_t **later);
// The same on the owning thread. NULL: the handler would take long, and the request is still the caller's.
msg_t *dispatch_quick(const route_t *route, void *state, msg_t **request);
// The answer of a call that is done, with its blobs; takes the work.
msg_t *work_answer(work_t **self);
#endif
