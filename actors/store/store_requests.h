// store_requests - which commit answered which Request-Id, so that a repeated write gives the first answer again
//
// Kept in memory, bounded; the trailers of the last commits fill it at the first write, and it then follows the
// head, also where other processes move it. So it survives a restart and costs a write nothing.
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H
#include "store_message.h"

enum { STORE_DIGEST_SIZE = 33 };
typedef struct store_requests store_requests_t;

// A request is told apart by its id and who sent it: nobody gets the answer of somebody else. What follows a dot in the
// id is a digest of what was asked for: another one under the same id is another request.
typedef struct { git_oid hash; char digest[STORE_DIGEST_SIZE]; } store_request_key_t;
// False if there is no id.
bool store_request_key(const char *id, const char *client, const store_person_t *person, store_request_key_t *key);

store_requests_t *store_requests_new(void);     // NULL: no memory
void store_requests_free(store_requests_t **self);
// Reads the commits that came since the last call, at most 1,000.
void store_requests_follow(store_requests_t *self, store_t *store);
// `unchanged`: the answer was that nothing differed at this commit.
void store_requests_add(store_requests_t *self, const store_request_key_t *key, const git_oid *commit,
                        bool unchanged);
// The head was moved from what _follow saw by writes that were added.
void store_requests_moved(store_requests_t *self, const git_oid *head);
typedef struct {
    git_oid commit;
    bool unchanged;
    bool other;                                 // it answered another request of this id
} store_request_answer_t;
bool store_requests_find(const store_requests_t *self, const store_request_key_t *key, store_request_answer_t *answer);
#endif
