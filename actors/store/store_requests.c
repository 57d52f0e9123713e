// store_requests - which commit answered which Request-Id
#include <stdlib.h>
#include <string.h>
#include "store_requests.h"

enum {
    KEPT = 4096,                                // answers; the oldest goes
    CHAINS = 4096,                              // of the hash table
    LOOK_BACK = 1000,                           // commits
};

typedef struct {
    store_request_key_t key;
    git_oid commit;
    bool unchanged;
    uint32_t next;                              // 1 + index in the same chain; 0: the last
} answer_t;

struct store_requests {
    answer_t *answers;                          // a ring
    uint32_t chains[CHAINS];                    // 1 + index
    size_t count, next;
    bool seen_any;
    git_oid seen;                               // the head up to which commits were read
};

bool
store_request_key(const char *id, const char *client, const store_person_t *person, store_request_key_t *key)
{
    char text[2 * STORE_NAME_SIZE + 2 * STORE_ID_SIZE + 4];
    if (!id || !*id)
        return false;
    size_t id_size = strcspn(id, ".");
    snprintf(key->digest, sizeof key->digest, "%s", id + id_size);
    int size = snprintf(text, sizeof text, "%.*s\n%.*s\n%s\n%s", (int)id_size, id, STORE_ID_SIZE - 1,
                        client && *client? client: "", person->name, person->email);
    return size > 0 && (size_t)size < sizeof text &&
           git_odb_hash(&key->hash, text, (size_t)size, GIT_OBJECT_BLOB) == 0;
}

store_requests_t *
store_requests_new(void)
{
    store_requests_t *self = calloc(1, sizeof *self);
    if (self)
        self->answers = calloc(KEPT, sizeof *self->answers);
    if (self && !self->answers)
        store_requests_free(&self);
    return self;
}

void
store_requests_free(store_requests_t **self)
{
    if (*self)
        free((*self)->answers);
    free(*self);
    *self = NULL;
}

static size_t
chain_of(const store_request_key_t *key)
{
    return ((size_t)key->hash.id[0] << 8 | key->hash.id[1]) % CHAINS;
}

static answer_t *
find(const store_requests_t *self, const store_request_key_t *key)
{
    for (uint32_t i = self->chains[chain_of(key)]; i; i = self->answers[i - 1].next)
        if (git_oid_equal(&self->answers[i - 1].key.hash, &key->hash))
            return &self->answers[i - 1];
    return NULL;
}

bool
store_requests_find(const store_requests_t *self, const store_request_key_t *key, store_request_answer_t *answer)
{
    const answer_t *found = find(self, key);
    if (!found)
        return false;
    *answer = (store_request_answer_t){ found->commit, found->unchanged, strcmp(found->key.digest, key->digest) != 0 };
    return true;
}

static void
unlink_answer(store_requests_t *self, size_t index)
{
    uint32_t *at = &self->chains[chain_of(&self->answers[index].key)];
    while (*at && *at != index + 1)
        at = &self->answers[*at - 1].next;
    if (*at)
        *at = self->answers[index].next;
}

void
store_requests_add(store_requests_t *self, const store_request_key_t *key, const git_oid *commit, bool unchanged)
{
    if (find(self, key))
        return;
    size_t index = self->next;
    if (self->count == KEPT)
        unlink_answer(self, index);
    else
        self->count++;
    uint32_t *chain = &self->chains[chain_of(key)];
    self->answers[index] = (answer_t) { *key, *commit, unchanged, *chain };
    *chain = (uint32_t)index + 1;
    self->next = (index + 1) % KEPT;
}

void
store_requests_moved(store_requests_t *self, const git_oid *head)
{
    self->seen = *head;
    self->seen_any = true;
}

static void
read_commit(store_requests_t *self, const git_commit *commit)
{
    char client[STORE_ID_SIZE], id[STORE_ID_SIZE];
    store_person_t person;
    store_request_key_t key;
    const git_signature *author = git_commit_author(commit);
    if (!store_message_trailers(git_commit_message_raw(commit), client, id))
        return;
    store_person(author->name, author->email, &person);
    if (store_request_key(id, client, &person, &key))
        store_requests_add(self, &key, git_commit_id(commit), false);
}

void
store_requests_follow(store_requests_t *self, store_t *store)
{
    git_oid oid = store->head;
    for (size_t i = 0; store->has_head && i < LOOK_BACK; i++) {
        git_commit *commit = NULL;
        if (self->seen_any && git_oid_equal(&oid, &self->seen))
            break;
        if (git_commit_lookup(&commit, store->repo, &oid) < 0)
            break;                              // the end of a shallow clone
        read_commit(self, commit);
        bool more = git_commit_parentcount(commit) > 0;
        if (more)
            oid = *git_commit_parent_id(commit, 0);
        git_commit_free(commit);
        if (!more)
            break;
    }
    if (store->has_head)
        store_requests_moved(self, &store->head);
}
