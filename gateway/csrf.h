// csrf - the token that every form carries, so that no other site can post one in a visitor's name
//
// A visitor without a session has a constant token: an HMAC under the wiki's key. The key is SECRET_KEY, if that has
// at least 16 characters, else a random one in <state>/csrf.key (mode 0600), which all workers and processes share.
#ifndef CSRF_H
#define CSRF_H
#include "../proto/code.h"

enum { CSRF_TOKEN_SIZE = 64, CSRF_SECRET_MIN = 16 };

typedef struct {
    char token[CSRF_TOKEN_SIZE + 1];            // hex digits
} csrf_t;

// `secret` and `state` may be NULL or "". Without either, or where the state cannot be written, the key is as old as
// this worker. INTERNAL: the cryptographic library does not start.
code_t csrf_open(csrf_t *self, const char *secret, const char *state);
// In constant time. False for NULL.
bool csrf_check(const csrf_t *self, const char *given);
#endif
