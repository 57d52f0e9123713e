// dealer - a DEALER to one endpoint; belongs to one thread
//
// Over tcp it speaks CURVE: it knows the other process by the public key in the folder of keys, looks at that
// file again while it is used, and never talks to one whose key is gone.
#ifndef DEALER_H
#define DEALER_H
#include "../../proto/msg.h"
#include "balance.h"
#include "curve.h"

typedef struct {
    const char *folder;                         // of keys
    const curve_pair_t *own;
} dealer_keys_t;                                // borrowed, with what it names

typedef struct dealer dealer_t;
// `where` is an endpoint, or "process@endpoint" for one over tcp. NULL: malformed, tcp without a process or
// without keys, or too many endpoints.
dealer_t *dealer_new(const char *where, const dealer_keys_t *keys, balance_t *balance);
void dealer_destroy(dealer_t **self);
spot_t *dealer_spot(const dealer_t *self);
void *dealer_socket(const dealer_t *self);      // raw; NULL: the other's key is not there

// Takes the message and sends it. BUSY: too many questions without an answer wait there. UNAVAILABLE: nobody is
// connected. Then the message is still the caller's.
code_t dealer_send(dealer_t *self, msg_t **msg);
// The next answer within `ms`; NULL if none came (or one that is no message: *again is set).
msg_t *dealer_receive(dealer_t *self, int64_t ms, bool *again);
// Has the connection broken since? Then what was asked over it is lost.
bool dealer_lost(dealer_t *self);
// Ends the connection and makes a new one: the other said that it stops.
void dealer_renew(dealer_t *self);
// After a wait found it connected anew: what was asked before is lost.
void dealer_connected(dealer_t *self);
// Reads late answers and sends pings that are due, if the endpoint is gone: how it comes back.
void dealer_tend(dealer_t *self);
#endif
