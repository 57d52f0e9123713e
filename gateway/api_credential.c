// Who may use the API: the one key of the settings, as a Bearer token. It has all rights.
#include "api.h"

#include <sodium.h>
#include <string.h>

static const char prefix[] = "Bearer ";

// The token; NULL: no such header, several of them, or another kind.
static const char *
token_of(const event_request_t *request)
{
    const char *token = NULL;
    for (size_t i = 0; i < request->headers_count; i++) {
        if (strcmp(request->headers[i].name, "authorization") != 0)
            continue;
        if (token)
            return NULL;                        // which of them a proxy has looked at, nobody knows
        token = request->headers[i].value;
    }
    return token && strncmp(token, prefix, sizeof prefix - 1) == 0? token + sizeof prefix - 1: NULL;
}

// In a time that says nothing of the key, not even its length.
static bool
is_key(const char *token, const char *key)
{
    unsigned char given[crypto_generichash_BYTES], wanted[crypto_generichash_BYTES];
    crypto_generichash(given, sizeof given, (const unsigned char *)token, strlen(token), NULL, 0);
    crypto_generichash(wanted, sizeof wanted, (const unsigned char *)key, strlen(key), NULL, 0);
    return sodium_memcmp(given, wanted, sizeof given) == 0;
}

bool
api_credential(web_t *self)
{
    const site_t *site = &self->gateway->site;
    const char *token = token_of(self->request);
    bool semantic = self->api->route->flags & API_SEMANTIC;
    self->caller.name = site->api_author_name;
    self->caller.email = site->api_author_email;
    self->caller.client = "rest";
    if (self->api->route->flags & API_OPEN)
        return true;
    if (!*site->api_key)
        api_refuse(self, semantic? 401: 500, semantic? "Authentication not available"
                                                     : "API key not configured on server");
    else if (!token)
        api_refuse(self, 401, "Missing or invalid Authorization header");
    else if (!is_key(token, site->api_key))
        api_refuse(self, 401, "Invalid API key");
    else
        return true;
    return false;
}
