// The serial worker: follows the store
#include "actor_internal.h"
#include "../core/banned.h"

struct follow {
    call_t *waiting[LIMIT_BATCH];
    size_t count;
};

void
follow_destroy(follow_t **self)
{
    free(*self);
    *self = NULL;
}

static follow_t *
follow_of(state_t *state)
{
    if (!state->follow)
        state->follow = calloc(1, sizeof *state->follow);
    if (!state->follow)
        abort();
    return state->follow;
}

code_t
follow_call(void *state, call_t *call, const void *request, void *reply)
{
    follow_t *self = follow_of(state);
    (void)request, (void)reply;
    if (self->count == LIMIT_BATCH)
        return call_fail(call, BUSY, "too many wait for the index");
    self->waiting[self->count++] = call;
    return LATER;
}

void
follow_flush(void *state)
{
    follow_t *self = follow_of(state);
    for (size_t i = 0; i < self->count; i++) {
        index_follow_rep_t *rep = self->waiting[i]->reply;
        rep->behind = rep->building = true;
    }
    self->count = 0;
}

void
follow_tick(void *state)
{
    (void)state;
}
