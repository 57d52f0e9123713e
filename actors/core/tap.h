// tap - a copy of each message of an actor, for `wikibot tap`; costs nothing while nobody looks
//
// An XPUB bound to an ipc endpoint. Each message is one frame with the actor's name, then the frames of
// AM1. A viewer who is slow loses messages; the actor never waits for one.
#ifndef TAP_H
#define TAP_H
#include "../../proto/msg.h"

typedef struct tap tap_t;
tap_t *tap_new(const char *endpoint, const char *actor);        // NULL if it cannot be bound; the reason is in errno
void tap_destroy(tap_t **self);
void *tap_socket(const tap_t *self);            // to wait for; NULL if there is no tap
// Looks whether viewers came or left, if there is news on the socket, or sending to viewers may have taken
// the news.
void tap_update(tap_t *self, bool news);
void tap_copy(tap_t *self, const msg_t *msg);
#endif
