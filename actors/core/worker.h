// worker - one thread with its own state, which runs handlers; used by the pool alone
//
//   owner --(PAIR, requests with their peer)--> worker --(PUSH: worker's number, peer, answer)--> owner
//
// All workers push into one socket of the owner, so that the owner polls two sockets and not one a worker.
// Messages of the pool itself are events with an empty peer, which no ROUTER ever gives.
#ifndef WORKER_H
#define WORKER_H
#include <pthread.h>
#include "actor.h"
#include "balance.h"

// Worker to owner: open succeeded, open failed. Owner to worker: end.
extern const call_type_t event_worker_ready, event_worker_failed, event_worker_stop;

typedef struct {
    const actor_t *actor;
    zconfig_t *config;                          // borrowed
    balance_t *balance;                         // of the pool; borrowed
    uint16_t number;
    bool serial;
    void *down;                                 // raw sockets; handed to the thread before it starts
    void *up;
    pthread_t thread;
    bool running;                               // there is a thread to join
} worker_t;

// False if there are no more threads.
bool worker_start(worker_t *self);
// Sends on a pipe of the pool with the empty peer of its own events.
void worker_tell(void *socket, const call_type_t *event);
#endif
