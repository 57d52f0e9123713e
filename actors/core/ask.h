// ask - one request, one answer or a deadline
//
// An asker owns a DEALER to one actor and belongs to one thread. Late answers to earlier questions are
// dropped. Answers are never NULL: what the network or the clock does comes back as an ERR message: BUSY
// (the actor's queue is full), UNAVAILABLE (nobody is connected), TIMEOUT. An IDEMPOTENT call that gets no
// answer is sent once more, with the same id, when half of its time, at most ASK_RETRY_MS, has passed.
#ifndef ASK_H
#define ASK_H
#include "../../proto/msg.h"

enum { ASK_RETRY_MS = 2000 };

typedef struct asker asker_t;
asker_t *asker_new(const char *endpoint);       // NULL if the endpoint is malformed
void asker_destroy(asker_t **self);
// Takes the request.
msg_t *asker_ask(asker_t *self, const call_type_t *call, msg_t **request);
#endif
