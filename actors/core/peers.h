// peers - who may call the actors of this process over tcp, and what
//
// A peer is a process of the topology whose public key lies in the folder of keys (curve.h). At the handshake
// only the key is judged; each request is judged by its peer's role, which is what the topology lets its actors
// ask. The folder is read again twice a second: a revoked key is refused from then on, over old connections too.
#ifndef PEERS_H
#define PEERS_H
#include "../../proto/msg.h"
#include "curve.h"
#include "topology.h"

typedef struct peers peers_t;
enum { PEERS_REREAD_MS = 500 };

// Starts the thread that judges handshakes (ZAP); one a process, before any socket is bound. NULL if there can
// be no other. The topology is borrowed.
peers_t *peers_start(const topology_t *topology, const char *folder);
void peers_stop(peers_t **self);
// NULL if who sent this request may make it: from inside the process, or by its role. Else the ERR FORBIDDEN.
// `self` NULL: nothing is reached over tcp.
msg_t *peers_refuse(peers_t *self, const char *actor, const msg_t *request);
// The same where operators ask: they may come in as well.
msg_t *peers_refuse_at_door(peers_t *self, const char *actor, const msg_t *request);
// How many keys were taken away so far: subscribers over tcp are cut when it grows.
unsigned peers_taken(const peers_t *self);
#endif
