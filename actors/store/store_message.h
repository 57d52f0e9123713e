// store_message - commit messages, signatures and the commit object itself
//
// The last paragraph of a message of ours holds two trailers that no reader of the message is shown:
//   Client: web
//   Request-Id: 4bf92f3577b34da6
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H
#include "store_objects.h"

enum { STORE_NAME_SIZE = LIMIT_IDENTITY_BYTES + 1, STORE_ID_SIZE = 65 };

// Author and committer, cleaned of what git does not take in a name.
typedef struct {
    char name[STORE_NAME_SIZE], email[STORE_NAME_SIZE];
    int64_t when;                               // Unix seconds, UTC
} store_person_t;
void store_person(const char *name, const char *email, store_person_t *person);

// May this be the Request-Id of a write? Empty is fine.
bool store_request_id_valid(const char *id);
// The Client: and Request-Id: of a commit message; false if it has no trailers of ours. "" for no id.
bool store_message_trailers(const char *message, char client[STORE_ID_SIZE], char id[STORE_ID_SIZE]);

typedef struct {
    const git_oid *tree, *parent;               // parent: NULL for the first commit
    const store_person_t *person;
    const char *message, *client, *request_id;
} store_commit_t;
// The bytes of a commit object; the caller frees them; NULL: no memory.
uint8_t *store_commit_make(const store_commit_t *commit, size_t *size);
#endif
