#include "http_parts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "../proto/page.h"
#include "api_root.h"

enum { BODY_START = 16 * 1024, HEADERS_MOST = 128, HIDDEN_MOST = 16 };

static const fault_t bad_target = { 400, "The address of the request must be a path or a whole URL, in UTF-8." };
static const fault_t bad_header = { 400, "A header of the request is not UTF-8, or its name is too long." };
static const fault_t bad_line = { 400, "A line in the header of the request is malformed." };
static const fault_t bad_framing = {
    400, "The request says in two ways where it ends or to whom it goes: one Host, and either Content-Length or chunks."
};
static const fault_t bad_coding = { 501, "The only transfer coding that is understood is chunked." };
static const fault_t long_target = { 414, "The address of the request is too long." };
static const fault_t big_head = { 431, "The header of the request is too large." };
static const fault_t big_body = { 413, "What was sent is too large: 16 MiB at most, and 10 MiB a file." };
static const fault_t bad_method = { 501, "Unknown method. Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS." };
static const fault_t no_metrics = { 404, "There is nothing here but /metrics." };
static const fault_t crowded = { 503, "Too much is being uploaded at the moment. Try again shortly." };

static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", NULL };

size_t
request_unescape(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self;
    (void)connection;
    return strlen(text);                        // everything stays as it came; who needs it decoded does it
}

// Methods whose body libmicrohttpd gives up by itself when they are answered before it came.
static bool
gives_up_body(const char *method)
{
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "DELETE") == 0;
}

static bool
is_known(const char *method)
{
    const char *const *known = methods;
    while (*known && strcmp(*known, method) != 0)
        known++;
    return *known != NULL;
}

static bool
is_read(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

// Bytes of the head that libmicrohttpd has read and shows to nobody: what is behind a NUL, lines that are folded. A few
// are blanks around values and an empty line before the first.
static size_t
hidden_bytes(struct MHD_Connection *connection, const client_t *client, const char *method)
{
    size_t read = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    size_t shown = strlen(method) + client->line_size + strlen("  HTTP/1.1\r\n\r\n") + client->head.bytes;
    return read > shown? read - shown: 0;
}

static fault_t
judge(const http_t *self, const client_t *client, const char *method, const char *version)
{
    const head_t *head = &client->head;
    bool old = strcmp(version, "HTTP/1.0") == 0;
    if (client->refused)
        return *client->refused;
    if (client->metrics && (!is_read(method) || strcmp(client->target, "/metrics") != 0))
        return no_metrics;
    if (client->target_too_long)
        return long_target;
    if (client->target_size == 0 || client->target[0] != '/')
        return bad_target;
    if (head->bytes > LIMIT_REQUEST_HEAD_BYTES || head->count > HEADERS_MOST)
        return big_head;
    if (head->malformed || client->hidden > HIDDEN_MOST)
        return bad_line;
    if (head->lengths + head->codings > 1 || head->hosts > 1 || (head->codings && old))
        return bad_framing;
    if (head->codings && !head->chunked)
        return bad_coding;
    const char *host = head->host && client->authority? client->authority: head->host;     // RFC 9112, 3.2.2
    bool bearer = head->authorization && strncmp(head->authorization, "Bearer ", 7) == 0 && api_is(client->target);
    guard_request_t guarded = { method, host, head->origin, head->fetch_site, old, bearer };
    const guard_refusal_t *refusal = guard_check(&self->guard, &guarded);
    if (refusal)
        return (fault_t){ refusal->status, refusal->text };
    if (!is_known(method))
        return bad_method;
    return head->length > LIMIT_REQUEST_BODY_BYTES? big_body: (fault_t){ 0, NULL };
}

static const char *
remote_of(struct MHD_Connection *connection, arena_t *arena)
{
    const struct sockaddr *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    char *text = arena_alloc(arena, INET6_ADDRSTRLEN);
    const void *bytes = NULL;
    if (address && address->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    if (address && address->sa_family == AF_INET6)
        bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (bytes)
        inet_ntop(address->sa_family, bytes, text, INET6_ADDRSTRLEN);
    return text;
}

static void
drop_header(event_request_t *request, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < request->headers_count; i++)
        if (strcmp(request->headers[i].name, name) != 0)
            request->headers[kept++] = request->headers[i];
    request->headers_count = kept;
}

// Fills the record of the request; its strings live in the exchange's arena.
static void
fill(exchange_t *exchange, const head_t *head)
{
    event_request_t *request = &exchange->request;
    arena_t *arena = &exchange->arena;
    const client_t *client = exchange->client;
    const char *mark = memchr(client->target, '?', client->target_size);
    size_t path_size = mark? (size_t)(mark - client->target): client->target_size;
    request->path = arena_copy(arena, client->target, path_size);
    request->query = mark? arena_copy(arena, mark + 1, client->target_size - path_size - 1): "";
    request->remote = remote_of(exchange->connection, arena);
    request->source = "http";
    if (client->metrics) {                      // which source only the edge can name: flow_metrics.c
        request->path = "/-/metrics";
        request->source = "metrics";
    }
    if (!page_utf8_valid(client->target, client->target_size))
        exchange->fault = bad_target;
    else if (head_copy(exchange->connection, head->count, arena, request) != OK)
        exchange->fault = bad_header;
    else if (exchange->head_only && head->has_range)
        drop_header(request, "range");          // parts are for GET alone
}

static exchange_t *
exchange_new(const http_t *self, struct MHD_Connection *connection, client_t *client, const head_t *head)
{
    exchange_t *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        abort();
    exchange->connection = connection;
    exchange->client = client;
    exchange->started = self->tick;
    if (!head->traceparent || !head_trace(head->traceparent, exchange->trace))
        msg_new_trace(exchange->trace);
    return exchange;
}

static bool
has_body(const head_t *head)
{
    return head->codings > 0 || head->length > 0;
}

static exchange_t *
exchange_begin(http_t *self, struct MHD_Connection *connection, client_t *client, const char *method)
{
    exchange_t *exchange = exchange_new(self, connection, client, &client->head);
    client->exchange = exchange;
    exchange->fault = client->fault;
    exchange->head_only = strcmp(method, "HEAD") == 0;
    exchange->request.method = exchange->head_only? "GET": arena_copy(&exchange->arena, method, strlen(method));
    if (!exchange->fault.status)
        fill(exchange, &client->head);
    return exchange;
}

// The header is there, the body is not. What is refused is refused now, where libmicrohttpd then gives up the body.
static enum MHD_Result
begin(http_t *self, struct MHD_Connection *connection, client_t *client, const char *method, const char *version)
{
    client_begin(self, client);
    head_read(connection, &client->head);
    client->hidden = hidden_bytes(connection, client, method);
    client->fault = judge(self, client, method, version);
    if (!has_body(&client->head))
        return MHD_YES;                         // an answer at this moment would close the connection
    exchange_t *exchange = exchange_begin(self, connection, client, method);
    if (exchange->fault.status && gives_up_body(method))
        return fault_answer(self, connection, method, &exchange->fault, exchange->trace);
    return MHD_YES;
}

// A request without a body: most are answered here, from what is kept.
static enum MHD_Result
finish_bodyless(http_t *self, struct MHD_Connection *connection, client_t *client, const char *method)
{
    if (!client->fault.status && is_read(method) && !client->metrics) {
        if (strcmp(client->target, "/healthz") == 0)
            return answer_health(self, connection, method);
        kept_t *kept = kept_for(self, client);
        if (kept)
            return answer_kept(self, connection, method, kept, &client->head);
    }
    exchange_t *exchange = exchange_begin(self, connection, client, method);
    if (!exchange->fault.status)
        pending_ask(self, exchange);
    return exchange->waiting? MHD_YES: answer_exchange(self, exchange);
}

static bool
make_room(http_t *self, exchange_t *exchange, size_t size)
{
    size_t room = exchange->body_room? exchange->body_room: BODY_START;
    while (room < exchange->body_size + size)
        room *= 2;
    if (exchange->client->head.lengths > 0 && room > exchange->client->head.length)
        room = exchange->client->head.length;   // what comes is never more; judge() has looked at it
    size_t more = room - exchange->body_room;
    if (self->body_bytes + more > LIMIT_BODIES_BYTES)
        return false;
    char *body = realloc(exchange->body, room);
    if (!body)
        return false;
    exchange->body = body;
    exchange->body_room = room;
    self->body_bytes += more;
    return true;
}

// Appends to the body. A body that is refused is read on for a while, since only its end can be answered.
static enum MHD_Result
collect(http_t *self, exchange_t *exchange, const char *bytes, size_t size)
{
    if (!exchange->fault.status && exchange->body_size + size > LIMIT_REQUEST_BODY_BYTES)
        exchange->fault = big_body;
    if (!exchange->fault.status && exchange->body_size + size > exchange->body_room && !make_room(self, exchange, size))
        exchange->fault = crowded;
    if (exchange->fault.status) {
        pending_drop_body(self, exchange);
        exchange->swallowed += size;
        client_earn(self, exchange->client, size);
        return exchange->swallowed > LIMIT_REQUEST_BODY_BYTES? MHD_NO: MHD_YES;
    }
    memcpy(exchange->body + exchange->body_size, bytes, size);
    exchange->body_size += size;
    client_earn(self, exchange->client, size);
    return MHD_YES;
}

enum MHD_Result
request_handle(void *self, struct MHD_Connection *connection, const char *url, const char *method,
               const char *version, const char *body, size_t *body_size, void **context)
{
    (void)url;
    client_t *client = *context;
    if (!client) {
        *context = client = client_of(connection);
        return begin(self, connection, client, method, version);
    }
    exchange_t *exchange = client->exchange;
    if (*body_size > 0) {
        size_t size = *body_size;
        *body_size = 0;
        return collect(self, exchange, body, size);
    }
    if (!exchange)
        return finish_bodyless(self, connection, client, method);
    if (!exchange->sent && !exchange->fault.status)
        pending_ask(self, exchange);
    return exchange->waiting? MHD_YES: answer_exchange(self, exchange);
}

void
request_completed(void *self, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode how)
{
    (void)how;
    client_t *client = *context;
    *context = NULL;
    (void)connection;
    if (!client)
        return;
    exchange_t *exchange = client->exchange;
    client->exchange = NULL;
    client_end(self, client);
    if (!exchange)
        return;
    pending_forget(self, exchange);
    pending_drop_body(self, exchange);
    msg_destroy(&exchange->answer);
    arena_clear(&exchange->arena);
    free(exchange);
}
