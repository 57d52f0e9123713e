// actor - the index actor: the index behind the message contract
#ifndef INDEX_ACTOR_H
#define INDEX_ACTOR_H
#include "../core/actor.h"

extern const actor_t index_actor;
#endif
