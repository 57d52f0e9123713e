// Which answers are kept, and who gets them: never what another credential was given, never what is older than what the
// client has seen
#include "http_parts.h"

#include <sodium.h>
#include <string.h>

enum { HASH_BYTES = 32 };

size_t
kept_key(const http_t *self, const client_t *client, char key[KEPT_KEY_SIZE])
{
    const char *credential = client->head.authorization;
    size_t size = client->target_size < LIMIT_REQUEST_LINE_BYTES? client->target_size: LIMIT_REQUEST_LINE_BYTES;
    memcpy(key, client->target, size);
    if (!credential)
        return size;
    key[size++] = '\n';                         // no target has one
    crypto_generichash((unsigned char *)key + size, HASH_BYTES, (const unsigned char *)credential, strlen(credential),
                       self->kept_secret, sizeof self->kept_secret);
    return size + HASH_BYTES;
}

// Is all that the client has seen before the head that the cache knows, or that head itself?
static bool
is_behind_nothing(const http_t *self, const client_t *client)
{
    for (size_t i = 0; i < 2; i++) {
        const char *seen = client->head.seen[i];
        if (seen && !cache_has_seen(self->cache, seen, strcspn(seen, "; \t")))
            return false;
    }
    return true;
}

kept_t *
kept_for(http_t *self, const client_t *client)
{
    char key[KEPT_KEY_SIZE];
    const head_t *head = &client->head;
    if (head->credentials > 1 || head->has_range || self->stop_tick || !is_behind_nothing(self, client))
        return NULL;                            // what is kept is whole, and does not say "Connection: close"
    kept_t *kept = cache_get(self->cache, key, kept_key(self, client, key), self->tick);
    if (kept && cache_stale(self->cache, self->tick))
        http_check_head(self);
    return kept;
}

bool
kept_may(const http_t *self, const exchange_t *exchange)
{
    const event_answer_t *reply = &exchange->reply;
    size_t wanted = reply->own? 1: 0;           // two credentials: nobody knows which of them was looked at
    return reply->cacheable && !self->stop_tick && exchange->client->head.credentials == wanted
           && strcmp(exchange->request.method, "GET") == 0;
}

void
kept_note_seen(http_t *self, const client_t *client)
{
    for (size_t i = 0; i < 2; i++) {
        const char *seen = client->head.seen[i];
        if (seen)
            cache_note_seen(self->cache, seen, strcspn(seen, "; \t"));
    }
}
