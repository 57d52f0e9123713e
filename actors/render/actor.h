// actor - the render actor: render.page behind the message contract
#ifndef RENDER_ACTOR_H
#define RENDER_ACTOR_H
#include "../core/actor.h"

extern const actor_t render_actor;
#endif
