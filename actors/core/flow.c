#include "flow.h"

#include "log.h"
#include "banned.h"

enum { PEERS = 16 };                            // more actors than a topology may name

typedef struct {
    char *name;
    const char *endpoints;                      // with blanks between; of the config, which outlives us
    asker_t *asker;
} peer_t;

struct flow {
    curve_pair_t own;
    dealer_keys_t keys;                         // folder NULL: nobody is asked over tcp
    peer_t peers[PEERS];
    size_t count;
    msg_head_t head;                            // of the request that is at work
    int64_t until;                              // its deadline on the steady clock
};

static bool
read_keys(flow_t *self, zconfig_t *config)
{
    char why[CURVE_WHY];
    char *folder = zconfig_get(config, "keys/folder", NULL);
    if (!folder)
        return true;
    self->keys = (dealer_keys_t){ folder, &self->own };     // the config outlives us
    if (curve_read_pair(folder, zconfig_get(config, "keys/self", ""), &self->own, why))
        return true;
    log_error("core.keys", "text=\"%s\"", why);
    return false;
}

static bool
add_peer(flow_t *self, zconfig_t *item)
{
    peer_t *peer = &self->peers[self->count];
    char value[256];
    if (self->count < PEERS)
        peer->asker = asker_open(zconfig_value(item), self->keys.folder? &self->keys: NULL);
    if (self->count == PEERS || !peer->asker) {
        log_error("core.peer", "peer=%s endpoint=%s text=\"no such endpoint is possible, or no descriptor is left\"",
                  zconfig_name(item), log_value(zconfig_value(item), value, sizeof value));
        return false;
    }
    peer->name = strdup(zconfig_name(item));
    peer->endpoints = zconfig_value(item);
    self->count++;
    return true;
}

flow_t *
flow_new(zconfig_t *config)
{
    flow_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    flow_begin(self, &(msg_head_t){ .deadline = msg_clock_ms() + LIMIT_DEADLINE_MS });
    zconfig_t *peers = config? zconfig_locate(config, "peers"): NULL;
    bool good = !config || read_keys(self, config);
    for (zconfig_t *item = peers? zconfig_child(peers): NULL; item && good; item = zconfig_next(item))
        good = add_peer(self, item);
    if (!good)
        flow_destroy(&self);
    return self;
}

void
flow_destroy(flow_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->count; i++) {
        asker_destroy(&(*self)->peers[i].asker);
        free((*self)->peers[i].name);
    }
    curve_forget(&(*self)->own);
    free(*self);
    *self = NULL;
}

void
flow_begin(flow_t *self, const msg_head_t *head)
{
    self->head = *head;
    self->until = msg_steady_deadline(head->deadline);
}

int64_t
flow_deadline(const flow_t *self)
{
    return self->head.deadline;
}

int64_t
flow_until(const flow_t *self)
{
    return self->until;
}

const char *
flow_trace(const flow_t *self)
{
    return self->head.trace;
}

static const peer_t *
find(const flow_t *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->peers[i].name, name) == 0)
            return &self->peers[i];
    return NULL;
}

// An error that no actor made: it answers a request that was never sent.
static msg_t *
own_error(const flow_t *self, const call_type_t *call, code_t code, const char *text)
{
    static const sys_ping_req_t nothing = { .text = "" };
    call_type_t plain = { call->name, &sys_ping_req_schema, &sys_ping_rep_schema, false, "" };
    msg_t *request = msg_new_req(&plain, &nothing, self->head.trace, self->head.deadline);
    msg_t *error = msg_new_err(request, code, "%s: %s", call->name, text);
    msg_destroy(&request);
    return error;
}

msg_t *
flow_ask(flow_t *self, const char *peer, const call_type_t *call, const void *record, zframe_t **blob)
{
    const peer_t *found = find(self, peer);
    asker_t *asker = found? found->asker: NULL;
    msg_t *request = asker? msg_new_req(call, record, self->head.trace, self->head.deadline): NULL;
    msg_t *answer = NULL;
    if (!asker) {
        log_error("core.peer", "peer=%s type=%s text=\"the topology does not let this actor ask that one\"", peer,
                  call->name);
        answer = own_error(self, call, FORBIDDEN, "the topology does not let this actor ask that one");
    } else if (!request)
        answer = own_error(self, call, TOO_LARGE, "the request is over a limit");
    else {
        if (blob && *blob)
            msg_add_blob(request, blob);
        answer = asker_ask_until(asker, call, &request, self->until);
    }
    if (blob)
        zframe_destroy(blob);
    return answer;
}

size_t
flow_places(const flow_t *self, const char *peer)
{
    const peer_t *found = find(self, peer);
    size_t count = found != NULL;
    for (const char *at = found? strchr(found->endpoints, ' '): NULL; at; at = strchr(at + 1, ' '))
        count++;
    return count;
}

msg_t *
flow_ask_at(flow_t *self, const char *peer, size_t index, const call_type_t *call, const void *record)
{
    const peer_t *found = find(self, peer);
    assert(index < flow_places(self, peer));
    const char *at = found->endpoints;
    for (size_t i = 0; i < index; i++)
        at = strchr(at, ' ') + 1;
    char *endpoint = strndup(at, strcspn(at, " "));
    asker_t *asker = endpoint? asker_open(endpoint, self->keys.folder? &self->keys: NULL): NULL;
    msg_t *request = asker? msg_new_req(call, record, self->head.trace, self->head.deadline): NULL;
    msg_t *answer = request? asker_ask_until(asker, call, &request, self->until)
                           : own_error(self, call, INTERNAL, "it cannot be asked");
    asker_destroy(&asker);
    free(endpoint);
    return answer;
}
