// Writes of the API: one commit, its message, and the answer that a repeat gets
#include "api.h"

#include <sodium.h>
#include <string.h>

enum { KEY_BYTES = 16, DIGEST_BYTES = 8, HEADER_BYTES = 255 };

const char *
api_message(web_t *self, const char *given, const char *otherwise)
{
    return given && given[strspn(given, " \t\r\n")]? given: arena_printf(self->arena, "[api] %s", otherwise);
}

// Of the request: another one under the same key is to be told apart.
static void
digest(const web_t *self, char hex[2 * DIGEST_BYTES + 1])
{
    unsigned char bytes[crypto_generichash_BYTES];
    crypto_generichash_state state;
    const char *parts[] = { self->request->method, self->request->path, self->request->query };
    const zframe_t *body = self->call->blob;
    crypto_generichash_init(&state, NULL, 0, sizeof bytes);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        crypto_generichash_update(&state, (const unsigned char *)parts[i], strlen(parts[i]) + 1);
    if (body)
        crypto_generichash_update(&state, zframe_data((zframe_t *)body), zframe_size((zframe_t *)body));
    crypto_generichash_final(&state, bytes, sizeof bytes);
    sodium_bin2hex(hex, 2 * DIGEST_BYTES + 1, bytes, DIGEST_BYTES);
}

bool
api_take_key(web_t *self)
{
    unsigned char bytes[crypto_generichash_BYTES];
    char hex[2 * KEY_BYTES + 1], body[2 * DIGEST_BYTES + 1];
    const char *key = event_header(self->request, "idempotency-key");
    self->api->request_id = "";
    if (!key)
        return true;
    size_t size = strlen(key), good = 0;
    while (good < size && key[good] > ' ' && key[good] < 0x7f)
        good++;
    if (size == 0 || good < size || size > HEADER_BYTES) {
        api_refuse(self, 422, "Idempotency-Key must be 1 to 255 visible ASCII characters");
        return false;
    }
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)key, size, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, bytes, KEY_BYTES);
    digest(self, body);
    self->api->request_id = arena_printf(self->arena, "%s.%s", hex, body);
    return true;
}

static code_t
refuse_other(web_t *self)
{
    return api_refuse(self, 422, "Idempotency-Key was used for another request");
}

api_wrote_t
api_commit(web_t *self, store_commit_req_t *commit, zframe_t **blob, store_commit_rep_t *done, code_t *code)
{
    commit->caller = self->caller;
    commit->request_id = self->api->request_id;
    *done = (store_commit_rep_t){ .commit = "" };
    *code = web_ask(self, &call_store_commit, commit, blob, done);
    if (*code != OK)
        return API_FAILED;
    if (done->other) {
        *code = refuse_other(self);
        return API_ANSWERED;
    }
    web_follow_done(self, done->commit, done->repeated);
    return done->repeated? API_REPEATED: API_WROTE;
}

api_wrote_t
api_repeated(web_t *self, store_commit_rep_t *done, code_t *code)
{
    // It can never be done, so the answer is the one that the key has, or none.
    store_change_t none = { .action = "delete", .path = ".wikibot-no-such-file", .exact = true };
    store_commit_req_t commit = { .changes = &none, .changes_count = 1 };
    if (!*self->api->request_id)
        return API_FAILED;
    return api_commit(self, &commit, NULL, done, code);
}
