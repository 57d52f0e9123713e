#include "lambda.h"

#include <jansson.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "../proto/page.h"
#include "security.h"

static const char *const hop_by_hop[] = { "connection", "content-length", "date", "keep-alive", "proxy-connection",
                                          "te", "trailer", "transfer-encoding", "upgrade", NULL };
static const char *const text_types[] = { "application/json", "application/javascript", "application/xml",
                                          "application/yaml", NULL };

static const char *
header_of(const event_answer_t *answer, const char *name)
{
    for (size_t i = 0; i < answer->headers_count; i++)
        if (strcmp(answer->headers[i].name, name) == 0)
            return answer->headers[i].value;
    return NULL;
}

static bool
is_in(const char *name, size_t size, const char *const *names)
{
    while (*names && (strlen(*names) != size || strncmp(*names, name, size) != 0))
        names++;
    return *names != NULL;
}

static bool
ends_with(const char *text, size_t size, const char *end)
{
    size_t end_size = strlen(end);
    return size >= end_size && memcmp(text + size - end_size, end, end_size) == 0;
}

// May the body travel as a JSON string? Else it goes as base64.
static bool
is_text(const event_answer_t *answer, const void *body, size_t body_size)
{
    const char *type = header_of(answer, "content-type");
    size_t size = type? strcspn(type, "; "): 0;
    if (size == 0 || header_of(answer, "content-encoding") || !page_utf8_valid(body, body_size))
        return false;
    return strncmp(type, "text/", 5) == 0 || is_in(type, size, text_types) || ends_with(type, size, "+json")
           || ends_with(type, size, "+xml") || ends_with(type, size, "+yaml");
}

// One string a name; what comes twice is joined by a comma.
static void
add_single(json_t *headers, const char *name, const char *value)
{
    const char *before = json_string_value(json_object_get(headers, name));
    json_object_set_new(headers, name, before? json_sprintf("%s, %s", before, value): json_string(value));
}

static void
add_multi(json_t *headers, const char *name, const char *value)
{
    json_t *values = json_object_get(headers, name);
    if (!values) {
        values = json_array();
        json_object_set_new(headers, name, values);
    }
    json_array_append_new(values, json_string(value));
}

static void
add_headers(json_t *root, const lambda_event_t *event, const event_answer_t *answer)
{
    bool multi = event->form == LAMBDA_V1 || event->form == LAMBDA_ALB_MULTI;
    json_t *headers = json_object();
    json_t *cookies = json_array();
    void (*add)(json_t *, const char *, const char *) = multi? add_multi: add_single;
    for (size_t i = 0; i < answer->headers_count; i++) {
        const http_header_t *header = &answer->headers[i];
        if (is_in(header->name, strlen(header->name), hop_by_hop))
            continue;
        if (event->form == LAMBDA_V2 && strcmp(header->name, "set-cookie") == 0)
            json_array_append_new(cookies, json_string(header->value));
        else
            add(headers, header->name, header->value);
    }
    for (const security_header_t *header = security_headers(); header->name; header++)
        if (!header_of(answer, header->name))
            add(headers, header->name, header->value);
    json_object_set_new(root, multi? "multiValueHeaders": "headers", headers);
    if (json_array_size(cookies) > 0)
        json_object_set(root, "cookies", cookies);
    json_decref(cookies);
}

static void
add_body(json_t *root, const event_answer_t *answer, const void *body, size_t size)
{
    bool text = size == 0 || is_text(answer, body, size);
    char *encoded = NULL;
    if (!text) {
        size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
        encoded = malloc(room);
        if (!encoded)
            abort();
        sodium_bin2base64(encoded, room, body, size, sodium_base64_VARIANT_ORIGINAL);
    }
    json_object_set_new(root, "isBase64Encoded", json_boolean(!text));
    json_object_set_new(root, "body", size == 0? json_string(""): text? json_stringn(body, size): json_string(encoded));
    free(encoded);
}

code_t
lambda_answer_print(const lambda_event_t *self, const event_answer_t *answer, const void *body, size_t body_size,
                    char **json)
{
    *json = NULL;
    if (body_size > LIMIT_EVENT_BYTES)
        return TOO_LARGE;
    int status = (int)answer->status;
    bool bare = status == 204 || status == 304 || strcmp(self->request.method, "HEAD") == 0;
    json_t *root = json_object();
    json_object_set_new(root, "statusCode", json_integer(status));
    if (self->form == LAMBDA_ALB || self->form == LAMBDA_ALB_MULTI)
        json_object_set_new(root, "statusDescription",
                            json_sprintf("%d %s", status, MHD_get_reason_phrase_for((unsigned)status)));
    add_headers(root, self, answer);
    add_body(root, answer, body, bare? 0: body_size);
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    if (!text)
        return INTERNAL;
    if (strlen(text) > LIMIT_EVENT_BYTES) {
        free(text);
        return TOO_LARGE;
    }
    *json = text;
    return OK;
}
