// gateway - the actor that answers requests of the web: no wiki logic, only flows that ask others
//
// gateway.handle runs one flow; gateway.head says by which commit the edge judges the answers that it keeps.
// The state of a worker is its flow, the settings and the compiled templates.
#ifndef GATEWAY_ACTOR_H
#define GATEWAY_ACTOR_H
#include "../actors/core/actor.h"

extern const actor_t gateway_actor;
#endif
