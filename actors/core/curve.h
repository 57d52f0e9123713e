// curve - the keys of links over tcp: one pair a process, named after it, in a folder
//
//   NAME.public     40 letters of Z85; on every host whose processes talk with NAME
//   NAME.secret     the same, mode 0600; only where NAME runs
//   NAME.revoked    was NAME.public
//
// A link over tcp is encrypted, and each side knows the other's key; there is no such link without.
#ifndef CURVE_H
#define CURVE_H
#include <stdbool.h>

enum { CURVE_KEY = 41, CURVE_WHY = 512 };

typedef struct {
    char public_key[CURVE_KEY], secret_key[CURVE_KEY];
} curve_pair_t;

bool curve_name_valid(const char *name);        // letters, digits, - and _; at most 31
// A process's own pair. False, with what to do in `why`: a file is missing, malformed, or others may read the
// secret one.
bool curve_read_pair(const char *folder, const char *name, curve_pair_t *pair, char why[CURVE_WHY]);
// False: there is no such key, or the file holds none.
bool curve_read_public(const char *folder, const char *name, char key[CURVE_KEY]);
void curve_forget(curve_pair_t *pair);          // wipes it

// Makes and writes a pair. False, with the reason: the name is malformed or taken, the folder cannot be written.
bool curve_new(const char *folder, const char *name, char why[CURVE_WHY]);
// NAME.public becomes NAME.revoked, NAME.secret is removed. False, with the reason, if there is neither.
bool curve_revoke(const char *folder, const char *name, char why[CURVE_WHY]);

// Before zmq_bind: only who proves a key that peers.h knows may connect, so peers_start comes before. (Without
// it libzmq lets everybody in; their requests are refused all the same.) `domain`: "<actor>", "<actor>.events".
void curve_serve(void *socket, const curve_pair_t *own, const char *domain);
// Before zmq_connect.
void curve_call(void *socket, const curve_pair_t *own, const char server[CURVE_KEY]);
// Before both: a peer that is gone without a word is noticed after some seconds. Any transport.
void curve_watch(void *socket);
#endif
