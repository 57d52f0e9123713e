#include "http_parts.h"

#include <stdlib.h>
#include <string.h>
#include "../actors/core/log.h"

enum { CHECK_PAUSE_MS = 100 };

static const fault_t too_big = { 431, "The header of the request is too large to be handled." };
static const fault_t busy = { 503, "The wiki is busy. Try again in a moment." };
static const fault_t late = { 504, "The wiki did not answer in time. Try again; the log says more under this number." };
static const fault_t stopping = { 503, "The wiki is being stopped. Try again in a moment." };
static const fault_t left = { STATUS_LEFT, "The client left." };
static const fault_t garbled = { 500, "The answer could not be understood. The log says more under this number." };

static exchange_t **
bucket_of(http_t *self, const char *id)
{
    return &self->buckets[strtoull(id, NULL, 16) % PENDING_BUCKETS];
}

static exchange_t **
find(http_t *self, const char *id)
{
    exchange_t **link = bucket_of(self, id);
    while (*link && strcmp((*link)->id, id) != 0)
        link = &(*link)->chain;
    return link;
}

static void
enlist(http_t *self, exchange_t *exchange)
{
    exchange_t **bucket = bucket_of(self, exchange->id);
    exchange->chain = *bucket;
    *bucket = exchange;
    exchange->older = self->newest;             // all wait equally long, so the newest is the last to expire
    *(self->newest? &self->newest->newer: &self->oldest) = exchange;
    self->newest = exchange;
    exchange->waiting = true;
    self->waiting++;
}

void
pending_forget(http_t *self, exchange_t *exchange)
{
    if (!exchange->waiting)
        return;
    *find(self, exchange->id) = exchange->chain;
    *(exchange->older? &exchange->older->newer: &self->oldest) = exchange->newer;
    *(exchange->newer? &exchange->newer->older: &self->newest) = exchange->older;
    exchange->older = exchange->newer = exchange->chain = NULL;
    exchange->waiting = false;
    self->waiting--;
}

void
pending_drop_body(http_t *self, exchange_t *exchange)
{
    self->body_bytes -= exchange->body_room;
    free(exchange->body);
    exchange->body = NULL;
    exchange->body_size = exchange->body_room = 0;
}

static msg_t *
message_of(http_t *self, exchange_t *exchange)
{
    msg_t *message = msg_new_req(&call_gateway_handle, &exchange->request, exchange->trace,
                                 self->now + self->deadline_ms);
    if (!message || exchange->body_size == 0)
        return message;
    zframe_t *blob = zframe_new(exchange->body, exchange->body_size);
    if (!blob)
        abort();
    pending_drop_body(self, exchange);
    msg_add_blob(message, &blob);
    return message;
}

void
pending_ask(http_t *self, exchange_t *exchange)
{
    exchange->sent = true;
    msg_t *message = message_of(self, exchange);
    if (!message) {
        exchange->fault = too_big;
        return;
    }
    memcpy(exchange->id, msg_head(message)->id, sizeof exchange->id);
    exchange->ticket = cache_ticket(self->cache, self->tick);
    exchange->deadline = self->tick + self->deadline_ms;
    if (msg_send(&message, self->gateway) != OK) {
        msg_destroy(&message);
        exchange->fault = busy;
        return;
    }
    enlist(self, exchange);
    exchange->client->until = INT64_MAX;        // we wait now, not the client
    MHD_suspend_connection(exchange->connection);
}

static void
read_reply(http_t *self, exchange_t *exchange)
{
    msg_t *answer = exchange->answer;
    event_answer_t *reply = &exchange->reply;
    code_t code = msg_code(answer);
    if (msg_head(answer)->kind == MSG_ERR) {
        const char *text = msg_error_text(answer);
        exchange->fault = (fault_t){ code_http_status(code), *text? text: code_text(code) };
        if (code_retryable(code))
            cache_await(self->cache);
        return;
    }
    if (msg_read_rep(answer, &call_gateway_handle, reply) != OK || reply->status < 200 || reply->status > 599) {
        log_error("http.reply", "trace=%s problem=\"the reply cannot be read\"", exchange->trace);
        exchange->fault = garbled;
        return;
    }
    if (reply->status == 503 || reply->status == 504)
        cache_await(self->cache);               // so that readers of kept pages do not wait as this one did
    // Also of an answer that is not kept: whoever saved must not be shown the page before.
    bool newest = *reply->commit && cache_learn(self->cache, &exchange->ticket, reply->commit);
    exchange->turn = cache_turn(self->cache);
    exchange->keep = newest && kept_may(self, exchange);
    if (newest)
        kept_note_seen(self, exchange->client);
}

static void
read_head(http_t *self, msg_t *message)
{
    gateway_head_rep_t reply;
    self->check_id[0] = '\0';
    self->check_tick = self->tick + CHECK_PAUSE_MS;
    if (msg_read_rep(message, &call_gateway_head, &reply) == OK)
        cache_learn(self->cache, &self->check_ticket, reply.commit);
}

void
pending_answer(http_t *self, msg_t **message)
{
    const char *id = msg_head(*message)->id;
    exchange_t *exchange = *find(self, id);
    if (exchange) {
        pending_forget(self, exchange);
        exchange->answer = *message;
        *message = NULL;
        read_reply(self, exchange);
        MHD_resume_connection(exchange->connection);
    } else if (strcmp(self->check_id, id) == 0) {
        read_head(self, *message);
    }
    msg_destroy(message);                       // if it came too late
}

void
pending_expire(http_t *self, bool all)
{
    while (self->oldest && (all || self->oldest->deadline <= self->tick)) {
        exchange_t *exchange = self->oldest;
        pending_forget(self, exchange);
        exchange->fault = all? stopping: late;
        MHD_resume_connection(exchange->connection);
    }
}

void
pending_leave(http_t *self, exchange_t *exchange)
{
    if (!exchange->waiting)
        return;
    pending_forget(self, exchange);
    exchange->fault = left;
    access_t access = { .method = exchange->head_only? "HEAD": exchange->request.method, .trace = exchange->trace,
                        .target = exchange->client->target, .status = left.status,
                        .ms = self->tick - exchange->started };
    http_account(self, &access);
    MHD_resume_connection(exchange->connection);
}

int64_t
pending_due(const http_t *self)
{
    return self->oldest? self->oldest->deadline: INT64_MAX;
}
