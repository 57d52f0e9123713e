// guard - which hosts a request may name, and which pages may send a write; pure
//
// A wiki that is open on the loopback is reachable by every page that the same browser shows: by DNS rebinding (the
// Host header then names the attacker's domain) and by forms of other origins. Both are refused here, before anything
// else is done with a request, and before an answer is taken from the cache.
#ifndef GUARD_H
#define GUARD_H
#include "../proto/code.h"

typedef struct {
    const char *const *hosts;                   // names beside the loopback's that Host may have, then NULL; or NULL
} guard_t;

typedef struct {
    const char *method;
    const char *host;                           // Host header; NULL: there was none
    const char *origin;                         // Origin header, or NULL
    const char *fetch_site;                     // Sec-Fetch-Site header, or NULL
    bool http_1_0;                              // an old client may leave Host out
    bool bearer;                                // of the API, with a token: no form and no link can send that
} guard_request_t;

typedef struct {
    int status;                                 // 400, 421 or 403
    const char *text;                           // what was wrong and what to do
} guard_refusal_t;

// Does this Host name the loopback (localhost, *.localhost, 127.0.0.0/8, [::1], any port), or one of the guard's hosts?
bool guard_host(const guard_t *self, const char *host);
// NULL: the request may go on.
const guard_refusal_t *guard_check(const guard_t *self, const guard_request_t *request);
#endif
