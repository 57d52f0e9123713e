#include "cache.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry entry_t;
struct entry {
    entry_t *next;                              // in the bucket
    entry_t *newer, *older;                     // in the order of use
    uint64_t hash;
    void *value;
    size_t cost;
    size_t key_size;
    char key[];
};

struct cache {
    size_t limit;
    size_t bytes;
    size_t mask;                                // buckets - 1
    entry_t **buckets;
    entry_t *newest, *oldest;
    void (*release)(void *value);
    uint64_t turn;
    uint64_t known;                             // turn in which the head became known
    int64_t confirmed;                          // when the question was asked whose answer confirmed the head; 0: never
    bool awaited;                               // who could confirm it was asked and has not answered
    char commit[CACHE_COMMIT_SIZE + 1];         // "" while unknown
    char seen[CACHE_SEEN][CACHE_COMMIT_SIZE + 1];       // heads before it, a ring
    size_t seen_next;
    unsigned char secret[crypto_shorthash_KEYBYTES];    // so that nobody can choose keys that collide
};

cache_t *
cache_new(size_t limit, void (*release)(void *value))
{
    cache_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    size_t buckets = 64;
    while (buckets < limit / CACHE_ENTRY_COST)
        buckets *= 2;
    self->limit = limit;
    self->release = release;
    self->mask = buckets - 1;
    self->buckets = calloc(buckets, sizeof *self->buckets);
    randombytes_buf(self->secret, sizeof self->secret);
    if (!self->buckets)
        cache_destroy(&self);
    return self;
}

static uint64_t
hash_of(const cache_t *self, const char *key, size_t key_size)
{
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)key, key_size, self->secret);
    return hash;
}

static void
unlink_use(cache_t *self, entry_t *entry)
{
    *(entry->newer? &entry->newer->older: &self->newest) = entry->older;
    *(entry->older? &entry->older->newer: &self->oldest) = entry->newer;
}

static void
link_newest(cache_t *self, entry_t *entry)
{
    entry->newer = NULL;
    entry->older = self->newest;
    *(self->newest? &self->newest->newer: &self->oldest) = entry;
    self->newest = entry;
}

static entry_t **
find(cache_t *self, uint64_t hash, const char *key, size_t key_size)
{
    entry_t **link = &self->buckets[hash & self->mask];
    while (*link && ((*link)->hash != hash || (*link)->key_size != key_size
                     || memcmp((*link)->key, key, key_size) != 0))
        link = &(*link)->next;
    return link;
}

static void
drop(cache_t *self, entry_t **link)
{
    entry_t *entry = *link;
    *link = entry->next;
    unlink_use(self, entry);
    self->bytes -= entry->cost;
    self->release(entry->value);
    free(entry);
}

static void
drop_oldest(cache_t *self)
{
    entry_t *entry = self->oldest;
    drop(self, find(self, entry->hash, entry->key, entry->key_size));
}

// Only who asks from now on can say what the head is.
static void
doubt(cache_t *self)
{
    self->known = ++self->turn;
    self->confirmed = 0;
    self->awaited = false;
}

static bool
is_commit(const char *known, const char *commit, size_t size)
{
    return strlen(known) == size && memcmp(known, commit, size) == 0;
}

static void
remember(cache_t *self, const char *commit, size_t size)
{
    char *place = self->seen[self->seen_next];
    memcpy(place, commit, size);
    place[size] = '\0';
    self->seen_next = (self->seen_next + 1) % CACHE_SEEN;
}

bool
cache_has_seen(const cache_t *self, const char *commit, size_t size)
{
    if (size == 0 || is_commit(self->commit, commit, size))
        return true;
    for (size_t i = 0; i < CACHE_SEEN; i++)
        if (is_commit(self->seen[i], commit, size))
            return true;
    return false;
}

void
cache_note_seen(cache_t *self, const char *commit, size_t size)
{
    if (size <= CACHE_COMMIT_SIZE && !cache_has_seen(self, commit, size))
        remember(self, commit, size);
}

static void
set_head(cache_t *self, const char *commit)
{
    while (self->oldest)
        drop_oldest(self);
    size_t size = strnlen(commit, CACHE_COMMIT_SIZE);
    if (*self->commit)
        remember(self, self->commit, strlen(self->commit));
    memcpy(self->commit, commit, size);
    self->commit[size] = '\0';
    doubt(self);
}

void
cache_destroy(cache_t **self)
{
    if (!*self)
        return;
    while ((*self)->oldest)
        drop_oldest(*self);
    free((*self)->buckets);
    free(*self);
    *self = NULL;
}

cache_ticket_t
cache_ticket(cache_t *self, int64_t now)
{
    return (cache_ticket_t){ .turn = ++self->turn, .when = now };
}

bool
cache_learn(cache_t *self, const cache_ticket_t *ticket, const char *commit)
{
    bool same = strcmp(commit, self->commit) == 0;
    if (*commit == '\0')
        return false;
    if (ticket->turn < self->known) {           // asked before the head became known: which of them is newer?
        if (!same)
            doubt(self);
        return false;
    }
    if (!same)
        set_head(self, commit);
    if (ticket->when > self->confirmed)
        self->confirmed = ticket->when;
    self->awaited = false;
    return true;
}

uint64_t
cache_turn(const cache_t *self)
{
    return self->known;
}

void
cache_await(cache_t *self)
{
    self->awaited = self->confirmed != 0;
}

void
cache_hint(cache_t *self, const char *commit)
{
    if (strcmp(commit, self->commit) != 0)
        set_head(self, commit);
}

void *
cache_get(cache_t *self, const char *key, size_t key_size, int64_t now)
{
    if (now - self->confirmed > (self->awaited? LIMIT_HEAD_AWAY_MS: 2 * LIMIT_HEAD_CHECK_MS))
        return NULL;
    entry_t *entry = *find(self, hash_of(self, key, key_size), key, key_size);
    if (!entry)
        return NULL;
    if (entry != self->newest) {
        unlink_use(self, entry);
        link_newest(self, entry);
    }
    return entry->value;
}

bool
cache_stale(const cache_t *self, int64_t now)
{
    return now - self->confirmed > LIMIT_HEAD_CHECK_MS;
}

void
cache_put(cache_t *self, const char *key, size_t key_size, void *value, size_t size)
{
    uint64_t hash = hash_of(self, key, key_size);
    entry_t **link = find(self, hash, key, key_size);
    if (*link)
        drop(self, link);
    size_t cost = CACHE_ENTRY_COST + key_size + size;
    entry_t *entry = size < self->limit / 4? malloc(sizeof *entry + key_size): NULL;
    if (!entry || cost > self->limit) {
        free(entry);
        self->release(value);
        return;
    }
    while (self->bytes + cost > self->limit)
        drop_oldest(self);
    *entry = (entry_t){ .hash = hash, .value = value, .cost = cost, .key_size = key_size };
    memcpy(entry->key, key, key_size);
    link = &self->buckets[hash & self->mask];
    entry->next = *link;
    *link = entry;
    link_newest(self, entry);
    self->bytes += cost;
}

void
cache_grow(cache_t *self, const char *key, size_t key_size, size_t more)
{
    entry_t *entry = *find(self, hash_of(self, key, key_size), key, key_size);
    if (!entry)
        return;
    entry->cost += more;
    self->bytes += more;
    while (self->bytes > self->limit)
        drop_oldest(self);
}

size_t
cache_bytes(const cache_t *self)
{
    return self->bytes;
}
