// ask - one request, one answer or a deadline
//
// An asker owns a DEALER to each endpoint of one actor and belongs to one thread. A request goes to the endpoint
// where the fewest wait, away from those that are gone. Late answers to earlier questions are dropped. Answers
// are never NULL: what the network or the clock does comes back as an ERR message: BUSY (the actor's queue is
// full), UNAVAILABLE (nobody is connected, or the connection broke), TIMEOUT.
//
// An IDEMPOTENT call that gets no answer is sent once more, with the same id, elsewhere if there is another
// endpoint: when half of its time, at most ASK_RETRY_MS, has passed, or at once if the connection broke. One
// A large one is only sent once more if the connection broke: rather late than twice in a queue. One
// that is refused, being BUSY or about to stop, goes on to an endpoint that did not yet refuse it.
#ifndef ASK_H
#define ASK_H
#include "dealer.h"

enum { ASK_RETRY_MS = 2000, ASK_RETRY_BYTES = 1 << 20, ASK_ENDPOINTS = 16 };

typedef struct asker asker_t;
// `endpoints`, with blanks between them, as in dealer.h. NULL if one of them is malformed.
asker_t *asker_new(const char *endpoints);      // none over tcp
asker_t *asker_open(const char *endpoints, const dealer_keys_t *keys);     // keys NULL: none over tcp; borrowed
void asker_destroy(asker_t **self);
// Takes the request.
msg_t *asker_ask(asker_t *self, const call_type_t *call, msg_t **request);
// The same, and an answer by `until` of msg_steady_ms, whatever the deadline of the request has become.
msg_t *asker_ask_until(asker_t *self, const call_type_t *call, msg_t **request, int64_t until);
#endif
