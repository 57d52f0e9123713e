// actor - the store actor: the store behind the message contract
#ifndef STORE_ACTOR_H
#define STORE_ACTOR_H
#include "../core/actor.h"

extern const actor_t store_actor;
#endif
