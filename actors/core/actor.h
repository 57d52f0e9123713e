// actor - a pool of workers behind one ROUTER, driven by a table of handlers
//
// One owning thread reads the ROUTER and hands each request straight to an idle worker; the ROUTER is read
// only while a worker is idle, so a backlog shows as full queues, and the caller gets BUSY. Calls of the
// `serial` lane all go to one worker of their own (the one writer of a store), which takes what waits as a
// batch; when its queue of QUEUE messages is full they are answered BUSY at once. A request whose deadline
// has passed is answered TIMEOUT without being handled. sys.* is answered by the owning thread, for every
// actor.
//
// A `quick` call is run by the owning thread too, with a state of its own: to hand it to a worker and back
// would cost two wake-ups, which is more than it costs itself. Its handler publishes nothing, and if it finds
// that it would take long (call->quick, more than a millisecond) it returns LATER at once and keeps nothing:
// then a worker runs it after all.
//
// A handler runs on its worker's thread with the state that `open` made there. It returns OK (the reply
// goes out), an error (after call_fail, for a text), or LATER: then it has kept `call`, and `flush`, which
// runs when nothing more waits or BATCH requests are kept, must set call->code, and fill call->reply, of
// each.
#ifndef ACTOR_H
#define ACTOR_H
#include "../../proto/msg.h"
#include "peers.h"

typedef struct call call_t;
struct call {
    const msg_head_t *head;
    const void *request;                        // the decoded record
    void *reply;                                // zeroed record to fill
    arena_t *arena;                             // for strings and lists of the reply
    zframe_t *blob;                             // first blob of the request; borrowed; NULL if none
    msg_t *message;                             // the whole request, for further blobs; borrowed
    zframe_t *blobs_out[LIMIT_BLOB_FRAMES];     // blobs of the answer, in order; the runtime takes them
    size_t blobs_out_count;
    code_t code;                                // set by flush for a LATER call
    failure_t error;                              // filled by call_fail; goes out if code is not OK
    bool quick;                                 // run by the owning thread: LATER says that a worker should
    void *worker;                               // of the runtime
};

typedef code_t (*handler_fn)(void *state, call_t *call, const void *request, void *reply);
typedef struct {
    const call_type_t *call;                    // NULL ends the table
    handler_fn handle;
    bool serial;                                // goes to the serial worker
    bool quick;                                 // run by the owning thread
    bool door;                                  // operators may ask it too (door.h); it has to be quick
} route_t;

typedef struct {
    const char *name;
    // Once per worker, on its thread; for quick calls once more, on the thread that starts the actor.
    code_t (*open)(void **state, zconfig_t *config);
    void (*flush)(void *state);                 // optional: end of a batch of LATER answers
    void (*tick)(void *state);                  // optional: on the serial worker, every TICK ms while it is idle
    void (*close)(void **state);
    const route_t *routes;
} actor_t;
enum { ACTOR_TICK_MS = 250 };

// Sets the error of a call and returns `code`, so that a handler can end with it.
code_t call_fail(call_t *self, code_t code, const char *format, ...) __attribute__((format(printf, 3, 4)));
// Adds a blob to the answer; takes the frame.
void call_add_blob(call_t *self, zframe_t **blob);
// Publishes an event (a hint) from this actor; does nothing under actor_dispatch.
void call_publish(call_t *self, const call_type_t *event, const void *record);
// The same from tick and flush, where there is no call: `open` finds the publisher as `zconfig` cannot
// carry pointers, so the runtime keeps it with the thread.
void actor_publish(const call_type_t *event, const void *record);

// Message in, message out, no socket: what a worker does with a request, and what unit tests and fuzzers drive.
// Takes the request; returns REP or ERR, never NULL. LATER handlers are flushed at once.
msg_t *actor_dispatch(const actor_t *actor, void *state, msg_t **request);

typedef struct pool pool_t;
typedef struct {
    const char *endpoint;                       // where the ROUTER binds
    const char *events;                         // where events are published; NULL: "<endpoint>.events"
    const char *inside;                         // inproc://NAME for who is in this process, beside endpoint; NULL: none
    const curve_pair_t *curve;                  // of endpoint and events, over tcp; NULL: not over tcp. Borrowed
    peers_t *peers;                             // who may come in over tcp; borrowed
    const char *door;                           // ipc endpoint for operators (door.h); NULL: none
    const char *far_door;                       // the same over tcp; NULL: none
    int64_t restarts;                           // of the process, for sys.about
    size_t workers;                             // beside the serial one
    zconfig_t *config;                          // handed to open; borrowed until actor_stop
} pool_options_t;
// Starts owner and workers; NULL if any worker's open failed (it has logged why). Returns when all are ready.
pool_t *actor_start(const actor_t *actor, const pool_options_t *options);
// Lets requests at work finish until their deadline, at most `grace_ms`; then joins all threads.
void actor_stop(pool_t **self, int grace_ms);
// False once the owning thread has ended by itself (its socket broke).
bool actor_alive(const pool_t *self);
#endif
