#include "lambda.h"

#include <ctype.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "percent.h"

enum { HEADERS_MOST = 128, HEADER_NAME_BYTES = 256, METHOD_BYTES = 16, REMOTE_BYTES = 64 };

// How the text of a path or query came, and so what it needs to be a URL again.
typedef enum { ENCODED, DECODED } spelling_t;

typedef struct {
    lambda_event_t *event;
    arena_t *arena;
    json_t *root;
    json_t *context;                            // requestContext, or NULL
    size_t header_bytes;
    const char *why;
    code_t code;
} parse_t;

static void
refuse(parse_t *self, code_t code, const char *why)
{
    if (self->code != OK)
        return;
    self->code = code;
    self->why = why;
}

// A string member as C string; "" if it is absent, null, no string, or holds a NUL.
static const char *
text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);
    return text && strlen(text) == json_string_length(value)? text: "";
}

static const json_t *
member(const json_t *object, const char *outer, const char *inner)
{
    return json_object_get(json_object_get(object, outer), inner);
}

static bool
is_function_url(const parse_t *self)
{
    return strstr(text_of(self->context, "domainName"), ".lambda-url.") != NULL;
}

// Tells the event's form; the order matters (contract/lambda.md A.5).
static void
tell(parse_t *self)
{
    const json_t *root = self->root;
    bool versioned = strcmp(text_of(root, "version"), "2.0") == 0;
    bool authorizer = *text_of(root, "routeArn") || *text_of(root, "methodArn");
    if (authorizer) {
        refuse(self, UNSUPPORTED, "a question to an authorizer is no HTTP request");
    } else if (json_is_object(json_object_get(self->context, "elb"))) {
        bool multi = json_is_object(json_object_get(root, "multiValueHeaders"));
        self->event->form = multi? LAMBDA_ALB_MULTI: LAMBDA_ALB;
    } else if (versioned && json_is_object(json_object_get(self->context, "http"))) {
        self->event->form = LAMBDA_V2;
    } else if (json_object_get(self->context, "connectionId")) {
        refuse(self, UNSUPPORTED, "WebSocket events are not handled");
    } else if (*text_of(root, "httpMethod") && json_is_object(self->context)) {
        self->event->form = LAMBDA_V1;
    } else {
        refuse(self, UNSUPPORTED, "the event is no HTTP request");
    }
}

// Appends to a growing text of the arena, encoded as its spelling demands.
typedef struct {
    char *text;
    size_t used, room;
} line_t;

static bool
is_escape(const char *text, size_t size)
{
    return size >= 3 && text[0] == '%' && isxdigit((unsigned char)text[1]) && isxdigit((unsigned char)text[2]);
}

static void
append(parse_t *self, line_t *line, const char *text, size_t size)
{
    if (line->used + size > line->room) {
        refuse(self, TOO_LARGE, "the path or query is too long");
        return;
    }
    memcpy(line->text + line->used, text, size);
    line->used += size;
}

// What came decoded is encoded in full; what came encoded only where no URL may have such a byte.
static void
append_encoded(parse_t *self, line_t *line, const char *text, spelling_t spelling, percent_set_t set)
{
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i++) {
        char encoded[4];
        bool as_is = spelling == ENCODED && (is_escape(text + i, size - i) || text[i] == '+' || text[i] == '?'
                                             || text[i] == '/');
        if (as_is)
            append(self, line, text + i, 1);
        else
            append(self, line, encoded, percent_encode(text + i, 1, set, encoded));
    }
}

static line_t
line_new(parse_t *self)
{
    return (line_t){ arena_alloc(self->arena, LIMIT_REQUEST_LINE_BYTES + 1), 0, LIMIT_REQUEST_LINE_BYTES };
}

static void
append_pair(parse_t *self, line_t *line, const char *name, const json_t *value, spelling_t spelling)
{
    const char *text = json_string_value(value);
    percent_set_t set = spelling == ENCODED? PERCENT_PATH: PERCENT_FIELD;
    if (!text || strlen(text) != json_string_length(value))
        return;
    if (line->used > 0)
        append(self, line, "&", 1);
    append_encoded(self, line, name, spelling, set);
    append(self, line, "=", 1);
    append_encoded(self, line, text, spelling, set);
}

// Of {"name": "value"} or {"name": ["value", ...]}.
static void
read_query_map(parse_t *self, spelling_t spelling)
{
    json_t *map = json_object_get(self->root, "multiValueQueryStringParameters");
    line_t line = line_new(self);
    const char *name;
    json_t *value;
    if (!json_is_object(map) || json_object_size(map) == 0)
        map = json_object_get(self->root, "queryStringParameters");
    json_object_foreach(map, name, value) {
        if (json_is_array(value))
            for (size_t i = 0; i < json_array_size(value); i++)
                append_pair(self, &line, name, json_array_get(value, i), spelling);
        else
            append_pair(self, &line, name, value, spelling);
    }
    self->event->request.query = line.text;
}

static void
read_raw_query(parse_t *self)
{
    line_t line = line_new(self);
    append_encoded(self, &line, text_of(self->root, "rawQueryString"), ENCODED, PERCENT_PATH);
    self->event->request.query = line.text;
}

// Takes a named stage off the front of the path, and remembers it.
static const char *
without_stage(parse_t *self, const char *path)
{
    const char *stage = text_of(self->context, "stage");
    size_t size = strlen(stage);
    if (size == 0 || strcmp(stage, "$default") == 0 || path[0] != '/' || strncmp(path + 1, stage, size) != 0)
        return path;
    if (path[size + 1] != '/' && path[size + 1] != '\0')
        return path;
    self->event->base = arena_copy(self->arena, path, size + 1);
    return path + size + 1;
}

// REST API: `path` is without the stage, requestContext.path with it.
static void
read_base(parse_t *self, const char *path)
{
    const char *full = text_of(self->context, "path");
    size_t full_size = strlen(full), size = strlen(path);
    if (full_size > size && strcmp(full + full_size - size, path) == 0)
        self->event->base = arena_copy(self->arena, full, full_size - size);
}

static void
read_path(parse_t *self)
{
    bool v2 = self->event->form == LAMBDA_V2;
    bool decoded = (v2 && !is_function_url(self)) || self->event->form == LAMBDA_V1;
    const char *path = text_of(self->root, v2? "rawPath": "path");
    line_t line = line_new(self);
    if (v2)
        path = without_stage(self, path);
    else if (self->event->form == LAMBDA_V1)
        read_base(self, path);
    if (path[0] != '/')
        append(self, &line, "/", 1);
    append_encoded(self, &line, path, decoded? DECODED: ENCODED, PERCENT_PATH);
    self->event->request.path = line.text;
}

static void
read_method(parse_t *self)
{
    const json_t *http = json_object_get(self->context, "http");
    const char *method = self->event->form == LAMBDA_V2? text_of(http, "method"): text_of(self->root, "httpMethod");
    size_t size = strlen(method);
    if (size > METHOD_BYTES || strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != size)
        refuse(self, INVALID, "the method is none");
    self->event->request.method = size > 0? arena_copy(self->arena, method, size): "GET";
}

static http_header_t *
find_header(event_request_t *request, const char *name)
{
    for (size_t i = 0; i < request->headers_count; i++)
        if (strcmp(request->headers[i].name, name) == 0)
            return &request->headers[i];
    return NULL;
}

// Adds a header; further cookies go into the one there is, as HTTP/1.1 would have them.
static void
add_header(parse_t *self, const char *name, const char *value)
{
    event_request_t *request = &self->event->request;
    size_t name_size = strlen(name);
    self->header_bytes += name_size + strlen(value) + 4;
    if (request->headers_count == HEADERS_MOST || name_size > HEADER_NAME_BYTES || name_size == 0
        || self->header_bytes > LIMIT_REQUEST_HEAD_BYTES) {
        refuse(self, TOO_LARGE, "the headers are too many or too long");
        return;
    }
    char *lower = arena_copy(self->arena, name, name_size);
    for (size_t i = 0; i < name_size; i++)
        lower[i] = (char)tolower((unsigned char)lower[i]);
    http_header_t *cookie = strcmp(lower, "cookie") == 0? find_header(request, "cookie"): NULL;
    if (cookie)
        cookie->value = arena_printf(self->arena, "%s; %s", cookie->value, value);
    else
        request->headers[request->headers_count++] =
            (http_header_t){ lower, arena_copy(self->arena, value, strlen(value)) };
}

static void
add_value(parse_t *self, const char *name, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text && strlen(text) == json_string_length(value) && !strpbrk(text, "\r\n"))
        add_header(self, name, text);
}

static void
read_headers(parse_t *self)
{
    json_t *map = json_object_get(self->root, "multiValueHeaders");
    const json_t *cookies = json_object_get(self->root, "cookies");
    bool own_cookies = self->event->form == LAMBDA_V2 && json_array_size(cookies) > 0;
    const char *name;
    json_t *value;
    self->event->request.headers = arena_alloc(self->arena, HEADERS_MOST * sizeof(http_header_t));
    if (!json_is_object(map) || json_object_size(map) == 0)
        map = json_object_get(self->root, "headers");
    json_object_foreach(map, name, value) {
        if (own_cookies && strcasecmp(name, "cookie") == 0)
            continue;                           // a Function URL gives them twice
        if (json_is_array(value))
            for (size_t i = 0; i < json_array_size(value); i++)
                add_value(self, name, json_array_get(value, i));
        else
            add_value(self, name, value);
    }
    for (size_t i = 0; own_cookies && i < json_array_size(cookies); i++)
        add_value(self, "cookie", json_array_get(cookies, i));
}

// Who sent it; behind a load balancer the last hop of what the balancer says.
static void
read_client(parse_t *self)
{
    event_request_t *request = &self->event->request;
    const char *forwarded = event_header(request, "x-forwarded-for");
    const char *proto = event_header(request, "x-forwarded-proto");
    const char *outer = self->event->form == LAMBDA_V2? "http": "identity";
    const char *remote = json_string_value(member(self->context, outer, "sourceIp"));
    bool balancer = self->event->form == LAMBDA_ALB || self->event->form == LAMBDA_ALB_MULTI;
    if (balancer && forwarded) {
        const char *comma = strrchr(forwarded, ',');
        remote = comma? comma + 1 + strspn(comma + 1, " "): forwarded;
    }
    size_t size = remote? strlen(remote): 0;
    request->remote = size <= REMOTE_BYTES? arena_copy(self->arena, remote? remote: "", size): "";
    request->tls = proto? strcmp(proto, "https") == 0: !balancer;
    request->source = "lambda";
}

static void
read_body(parse_t *self)
{
    const json_t *body = json_object_get(self->root, "body");
    size_t size = json_string_length(body);
    self->event->body = "";
    if (size == 0)
        return;
    if (!json_is_true(json_object_get(self->root, "isBase64Encoded"))) {
        self->event->body = arena_copy(self->arena, json_string_value(body), size);
        self->event->body_size = size;
        return;
    }
    unsigned char *bytes = arena_alloc(self->arena, size + 1);
    size_t used = 0;
    const char *text = json_string_value(body);
    if (sodium_base642bin(bytes, size, text, size, "\r\n", &used, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        refuse(self, INVALID, "the body is no base64");
    bytes[used] = '\0';
    self->event->body = (const char *)bytes;
    self->event->body_size = used;
}

static void
read_event(parse_t *self)
{
    read_method(self);
    read_path(self);
    if (self->event->form == LAMBDA_V2)
        read_raw_query(self);
    else
        read_query_map(self, self->event->form == LAMBDA_V1? DECODED: ENCODED);
    read_headers(self);
    read_client(self);
    read_body(self);
}

code_t
lambda_event_parse(lambda_event_t *self, arena_t *arena, const char *json, size_t size, const char **why)
{
    parse_t parse = { .event = self, .arena = arena, .code = OK, .why = "" };
    *self = (lambda_event_t){ .base = "", .body = "" };
    if (size > LIMIT_EVENT_BYTES)
        refuse(&parse, TOO_LARGE, "the event is too large");
    else
        parse.root = json_loadb(json, size, JSON_ALLOW_NUL, NULL);
    if (parse.code == OK && !parse.root)
        refuse(&parse, INVALID, "the event is no JSON");
    parse.context = json_object_get(parse.root, "requestContext");
    if (parse.code == OK)
        tell(&parse);
    if (parse.code == OK)
        read_event(&parse);
    json_decref(parse.root);
    if (why)
        *why = parse.why;
    return parse.code;
}
