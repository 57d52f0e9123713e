// door - where operators look at an actor: sys.* is answered here, also while every worker is busy; and calls that the
// actor marks, by which they let it begin something
//
// It stands beside the ROUTER of requests, which is read only while somebody could begin with them. One socket lies in
// the folder of sockets; over tcp there is one more, for the operators that the topology names (peers.h). Who asks
// sys.watch gets copies of the actor's messages for DOOR_LEASE_MS, and asks again before that. A watcher that is gone
// is forgotten, one that is slow loses copies, and nobody waits for either. Costs nothing while nobody looks.
#ifndef DOOR_H
#define DOOR_H
#include "peers.h"

enum { DOOR_LEASE_MS = 5000, DOOR_SOCKETS = 2 };

typedef struct door door_t;
door_t *door_new(const char *actor);
void door_destroy(door_t **self);
// Opens a socket; over tcp with our keys and who judges those of others, else both are NULL. False: the reason is in
// errno.
bool door_open(door_t *self, const char *endpoint, const curve_pair_t *curve, peers_t *peers);
// To wait for; NULL if there is no such socket.
void *door_socket(const door_t *self, size_t index);

// The next question that the actor must answer, through door_answer; NULL if there is none. Sys.watch the door answers
// itself, and who may not ask.
msg_t *door_receive(door_t *self);
void door_answer(door_t *self, msg_t **answer);         // takes it
bool door_watched(const door_t *self);
// To all who watch.
void door_copy(door_t *self, const msg_t *msg);
#endif
