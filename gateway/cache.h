// cache - finished answers for one head commit, bounded in bytes; knows nothing of HTTP
//
// What is kept is valid for one head of the wiki. The cache learns the head from answers (a page says of which commit
// it was made, a write which one it made, gateway.head just says it) and from hints (store.moved). Hints may be lost,
// late or out of order, so they only ever empty the cache; what is kept is given out only while an answer to a question
// that was asked at most 2 * HEAD_CHECK_MS ago has confirmed the head, or while such a question is under way, or the
// store is away: then readers go on reading what was true when it went, for HEAD_AWAY_MS at most.
//
// A question gets a ticket when it is asked. An answer that was asked for after the head became known is newer than
// that knowledge, and moves or confirms it. One that was asked for before cannot be ordered: if it names another
// commit, the head is in doubt until somebody who asks from then on is answered. So who saved a page never reads the
// page before.
#ifndef CACHE_H
#define CACHE_H
#include "../proto/code.h"

enum { CACHE_COMMIT_SIZE = 64, CACHE_SEEN = 32 };
enum { CACHE_ENTRY_COST = 2560 };               // what an entry takes beside its key and bytes

typedef struct cache cache_t;
typedef struct {
    uint64_t turn;                              // order of asking and learning
    int64_t when;                               // Unix milliseconds when it was asked
} cache_ticket_t;

// `release` gets each value that is dropped.
cache_t *cache_new(size_t limit, void (*release)(void *value));
void cache_destroy(cache_t **self);

cache_ticket_t cache_ticket(cache_t *self, int64_t now);
// An answer says that the head was `commit` at some time after it was asked for. True: that is the head as far as is
// known, so what was made from it may be kept.
bool cache_learn(cache_t *self, const cache_ticket_t *ticket, const char *commit);
// A number that is another one as soon as the head has moved or come into doubt. What was made from the head that
// cache_learn was told may be put only while it is the same: other answers may have been read between the two.
uint64_t cache_turn(const cache_t *self);
// Somebody was asked for the head, or for a page, and has not answered, or cannot. Until somebody does, a head that was
// known and is not in doubt stays good enough.
void cache_await(cache_t *self);
// A hint says that the head moved to `commit`.
void cache_hint(cache_t *self, const char *commit);

// Is this commit the head, or one that is known to lie before it? So what is kept is not older. Of those before it only
// the last CACHE_SEEN are remembered, so false says nothing.
bool cache_has_seen(const cache_t *self, const char *commit, size_t size);
// Somebody has learned that it lies before the head.
void cache_note_seen(cache_t *self, const char *commit, size_t size);

// A view; NULL: not kept, or the head was not confirmed lately and nobody is away.
void *cache_get(cache_t *self, const char *key, size_t key_size, int64_t now);
// Is it time to ask for the head, so that what is kept can go on being used?
bool cache_stale(const cache_t *self, int64_t now);
// Takes the value, which may be released at once if it does not fit; `size` is what it holds in bytes.
void cache_put(cache_t *self, const char *key, size_t key_size, void *value, size_t size);
// What is kept under this key holds so many bytes more than was said. Others may have to go for it.
void cache_grow(cache_t *self, const char *key, size_t key_size, size_t more);
size_t cache_bytes(const cache_t *self);        // never more than the limit
#endif
