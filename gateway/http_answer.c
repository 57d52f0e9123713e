#include "http_parts.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "security.h"

// Headers of one connection, or made by libmicrohttpd itself: an actor has no say in them.
static const char *const hop_by_hop[] = { "connection", "content-length", "date", "keep-alive", "proxy-connection",
                                          "te", "trailer", "transfer-encoding", "upgrade", NULL };
// What a 304 repeats of the full answer.
static const char *const of_same[] = { "cache-control", "etag", "expires", "vary", "content-location", NULL };

static bool
is_in(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

void
answer_security(struct MHD_Response *response)
{
    for (const security_header_t *header = security_headers(); header->name; header++)
        if (!MHD_get_response_header(response, header->name))
            MHD_add_response_header(response, header->name, header->value);
}

static const char *
header_of(const event_answer_t *reply, const char *name)
{
    for (size_t i = 0; i < reply->headers_count; i++)
        if (strcmp(reply->headers[i].name, name) == 0)
            return reply->headers[i].value;
    return NULL;
}

void
kept_destroy(void *kept)
{
    kept_t *self = kept;
    struct MHD_Response *responses[] = { self->plain.full, self->plain.same, self->packed.full, self->packed.same };
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++)
        if (responses[i])
            MHD_destroy_response(responses[i]);
    free(self);
}

static void
free_blob(void *blob)
{
    zframe_t *frame = blob;
    zframe_destroy(&frame);
}

// The body stays in the frame it came in.
static struct MHD_Response *
response_with(zframe_t *blob)
{
    if (!blob)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    return MHD_create_response_from_buffer_with_free_callback_cls(zframe_size(blob), zframe_data(blob), free_blob,
                                                                  blob);
}

// An answer that others may reuse gets a strong tag of its bytes, unless the actor gave one.
static void
make_etag(form_t *form, const event_answer_t *reply, const zframe_t *blob)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "wikibot etag v1";
    const char *given = header_of(reply, "etag");
    unsigned char hash[crypto_shorthash_BYTES];
    if (given && strlen(given) < sizeof form->etag)
        memcpy(form->etag, given, strlen(given) + 1);
    if (given || !reply->cacheable || !blob || reply->status != 200)
        return;
    zframe_t *frame = (zframe_t *)blob;         // czmq asks for a frame that may change, and changes nothing
    crypto_shorthash(hash, zframe_data(frame), zframe_size(frame), key);
    char hex[2 * sizeof hash + 1];
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    snprintf(form->etag, sizeof form->etag, "\"%s\"", hex);
}

static void
add_headers(http_t *self, struct MHD_Response *response, const exchange_t *exchange, const kept_t *kept,
            const char *const *only)
{
    const event_answer_t *reply = &exchange->reply;
    for (size_t i = 0; i < reply->headers_count; i++)
        if (!is_in(reply->headers[i].name, hop_by_hop) && (!only || is_in(reply->headers[i].name, only)))
            MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    if (*kept->plain.etag && !header_of(reply, "etag"))
        MHD_add_response_header(response, "ETag", kept->plain.etag);
    if (kept->packable)
        MHD_add_response_header(response, "Vary", "Accept-Encoding");
    if (!header_of(reply, "cache-control"))
        MHD_add_response_header(response, "Cache-Control", reply->cacheable? "no-cache": "private, no-cache");
    if (!exchange->keep)
        MHD_add_response_header(response, "X-Request-Id", exchange->trace);
    if (self->stop_tick)
        MHD_add_response_header(response, "Connection", "close");
    if (!only)
        answer_security(response);
}

static kept_t *
kept_new(http_t *self, exchange_t *exchange)
{
    const event_answer_t *reply = &exchange->reply;
    zframe_t *blob = msg_take_blob(exchange->answer);
    kept_t *kept = calloc(1, sizeof *kept);
    if (!kept)
        abort();
    form_t *plain = &kept->plain;
    kept->status = (int)reply->status;
    kept->body = blob? zframe_data(blob): NULL;
    plain->size = blob? zframe_size(blob): 0;
    kept->packable = self->gzip && kept->status != MHD_HTTP_PARTIAL_CONTENT && !header_of(reply, "content-encoding")
                     && gzip_worth(header_of(reply, "content-type"), plain->size);
    make_etag(plain, reply, blob);
    plain->full = response_with(blob);
    if (!plain->full)
        abort();
    add_headers(self, plain->full, exchange, kept, NULL);
    if (*plain->etag && (kept->status == MHD_HTTP_OK || kept->status == MHD_HTTP_PARTIAL_CONTENT)) {
        plain->same = response_with(NULL);
        add_headers(self, plain->same, exchange, kept, of_same);
    }
    return kept;
}

// Queues the full answer or "not modified", in the form that the client takes; completes what the log is to say.
static enum MHD_Result
queue(http_t *self, struct MHD_Connection *connection, kept_t *kept, const char *if_none_match, access_t *access)
{
    client_t *client = client_of(connection);
    const form_t *form = kept->packable && client->head.gzip? packed_form(self, kept, if_none_match): &kept->plain;
    bool same = form->same && if_none_match && head_matches(if_none_match, form->etag);
    bool bare = same || strcmp(access->method, "HEAD") == 0;
    access->target = client->target;
    access->status = same? MHD_HTTP_NOT_MODIFIED: kept->status;
    access->bytes = bare? 0: form->size;
    client_answered(self, client);
    http_account(self, access);
    return library_queue(client, connection, (unsigned)access->status,
                         same? form->same: form->full);
}

enum MHD_Result
answer_kept(http_t *self, struct MHD_Connection *connection, const char *method, kept_t *kept, const head_t *head)
{
    char trace[MSG_TRACE_SIZE + 1] = "";
    if (head->traceparent)
        head_trace(head->traceparent, trace);
    access_t access = { .method = method, .trace = trace, .cached = true };
    size_t before = packed_bytes(kept);
    enum MHD_Result result = queue(self, connection, kept, head->if_none_match, &access);
    size_t after = packed_bytes(kept);
    if (after > before) {                       // both forms are kept from now on
        char key[KEPT_KEY_SIZE];
        cache_grow(self->cache, key, kept_key(self, client_of(connection), key), after - before);
    }
    return result;
}

enum MHD_Result
answer_exchange(http_t *self, exchange_t *exchange)
{
    struct MHD_Connection *connection = exchange->connection;
    const char *method = exchange->head_only? "HEAD": exchange->request.method;
    if (exchange->fault.status == STATUS_LEFT)
        return MHD_NO;
    if (exchange->client->metrics && exchange->sent)
        return metrics_answer(self, exchange);
    if (exchange->fault.status)
        return fault_answer(self, connection, method, &exchange->fault, exchange->trace);

    kept_t *kept = kept_new(self, exchange);
    bool conditional = strcmp(exchange->request.method, "GET") == 0;
    const char *if_none_match = conditional? event_header(&exchange->request, "if-none-match"): NULL;
    access_t access = { .method = method, .trace = exchange->trace, .ms = self->tick - exchange->started };
    enum MHD_Result result = queue(self, connection, kept, if_none_match, &access);
    char key[KEPT_KEY_SIZE];
    if (exchange->keep && cache_turn(self->cache) == exchange->turn)
        cache_put(self->cache, key, kept_key(self, exchange->client, key), kept,
                  kept->plain.size + packed_bytes(kept));
    else
        kept_destroy(kept);
    return result;
}

enum MHD_Result
answer_health(http_t *self, struct MHD_Connection *connection, const char *method)
{
    kept_t health = { .plain = { .full = self->health, .size = 3 }, .status = MHD_HTTP_OK };
    access_t access = { .method = method, .trace = "" };
    return queue(self, connection, &health, NULL, &access);
}
