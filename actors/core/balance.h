// balance - what the workers of one pool know together of the endpoints that they ask
//
// Each worker has its own sockets. Here they share, without a lock, how many questions wait at each endpoint and
// which of them are gone, so that one worker's bad experience is enough. A gone endpoint is asked again after a
// ping to it was answered; one worker a second may send that ping.
#ifndef BALANCE_H
#define BALANCE_H
#include <stdatomic.h>
#include <stdbool.h>

enum { BALANCE_SPOTS = 32, BALANCE_PING_MS = 1000 };

typedef struct {
    char endpoint[160];
    atomic_int waiting;                         // questions under way
    atomic_llong gone_ms;                       // 0: it is there; else when it may be pinged (monotonic)
} spot_t;

typedef struct balance balance_t;
balance_t *balance_new(void);
void balance_destroy(balance_t **self);
// The one spot of this endpoint; lives as long as the balance. NULL: more endpoints than a topology can have.
spot_t *balance_spot(balance_t *self, const char *endpoint);

bool spot_gone(const spot_t *self);
void spot_leave(spot_t *self);                  // it did not answer
void spot_return(spot_t *self);                 // it did
// True for one caller a second while the endpoint is gone: that one sends the ping.
bool spot_may_ping(spot_t *self);

// The balance of the pool whose worker runs on this thread, NULL if none does. An actor's open gets a zconfig,
// which carries no pointers, so the runtime keeps it with the thread.
void balance_enter(balance_t *self);
balance_t *balance_of_thread(void);
#endif
