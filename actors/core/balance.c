#include "balance.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "banned.h"

struct balance {
    pthread_mutex_t lock;                       // guards count and the names, while flows are made
    spot_t spots[BALANCE_SPOTS];
    size_t count;
};

static _Thread_local balance_t *of_thread;      // balance.h says why

static long long
clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

balance_t *
balance_new(void)
{
    balance_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    pthread_mutex_init(&self->lock, NULL);
    return self;
}

void
balance_destroy(balance_t **self)
{
    if (!*self)
        return;
    pthread_mutex_destroy(&(*self)->lock);
    free(*self);
    *self = NULL;
}

spot_t *
balance_spot(balance_t *self, const char *endpoint)
{
    spot_t *spot = NULL;
    pthread_mutex_lock(&self->lock);
    for (size_t i = 0; i < self->count && !spot; i++)
        if (strcmp(self->spots[i].endpoint, endpoint) == 0)
            spot = &self->spots[i];
    if (!spot && self->count < BALANCE_SPOTS && strlen(endpoint) < sizeof spot->endpoint) {
        spot = &self->spots[self->count++];
        (void)snprintf(spot->endpoint, sizeof spot->endpoint, "%s", endpoint);
    }
    pthread_mutex_unlock(&self->lock);
    return spot;
}

bool
spot_gone(const spot_t *self)
{
    return atomic_load_explicit(&self->gone_ms, memory_order_relaxed) != 0;
}

void
spot_leave(spot_t *self)
{
    long long here = 0;
    (void)atomic_compare_exchange_strong(&self->gone_ms, &here, clock_ms() + BALANCE_PING_MS);
}

void
spot_return(spot_t *self)
{
    if (spot_gone(self))
        atomic_store(&self->gone_ms, 0);
}

bool
spot_may_ping(spot_t *self)
{
    long long due = atomic_load(&self->gone_ms), now = clock_ms();
    return due != 0 && due <= now && atomic_compare_exchange_strong(&self->gone_ms, &due, now + BALANCE_PING_MS);
}

void
balance_enter(balance_t *self)
{
    of_thread = self;
}

balance_t *
balance_of_thread(void)
{
    return of_thread;
}
