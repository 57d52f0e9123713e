// pool - the inside of a pool_t, shared by actor.c (start, stop), owner.c (its thread) and about.c (what it
// says of itself)
#ifndef POOL_H
#define POOL_H
#include <stdatomic.h>
#include "balance.h"
#include "door.h"
#include "spans.h"
#include "stats.h"
#include "worker.h"

// A request that a worker has, found again by its id when the answer comes.
typedef struct {
    char id[MSG_ID_SIZE + 1];
    int64_t start_us;
} pending_t;

typedef struct {
    worker_t worker;
    void *down;                                 // the owner's end of worker.down
    pending_t pending[LIMIT_QUEUE];
    size_t at_work;
} slot_t;

struct pool {
    const actor_t *actor;
    char id[MSG_ID_SIZE + 1];                   // in the names of its pipes
    void *router;                               // raw sockets of the owner
    int router_fd;
    void *events;
    char events_endpoint[512], events_inside[64];       // the latter "": none
    const curve_pair_t *curve;                  // borrowed; NULL: nothing is reached over tcp
    peers_t *peers;                             // borrowed
    unsigned taken;                             // keys that were taken away when events was opened
    void *up;
    void *control;                              // PAIR to who called actor_start
    void *control_owner;                        // its other end
    door_t *door;
    slot_t *slots;
    size_t count;
    slot_t *serial;                             // NULL: no route is serial; else one of slots
    void *state;                                // of quick calls
    slot_t **idle;                              // stack: the worker that ended last is warm
    size_t idle_count;
    stats_t *stats;
    spans_t *spans;
    int64_t restarts;                           // of the process
    balance_t *balance;                         // of what its workers ask
    int64_t started_ms;                         // on the steady clock
    int64_t refused;                            // answered with BUSY
    int64_t dropped;                            // answers whose peer was gone, and malformed messages
    bool stopping;
    int64_t stop_ms;                            // when stopping: grace ends
    pthread_t thread;
    bool running;
    atomic_bool ended;
};

int64_t pool_clock_us(void);                    // monotonic
// Opens the PUB. If it is open, closes it, which cuts all who listen; its port is free a moment later, for the next
// call. False: it is not open now.
bool pool_open_events(pool_t *self);
// The owning thread: `argument` is the pool_t.
void *owner_main(void *argument);
// Is this one of sys.*, which the owner answers itself? Then its answer, REP or ERR.
msg_t *about_answer(const pool_t *self, msg_t *request);
#endif
