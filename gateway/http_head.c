#include "http_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "../proto/page.h"
#include "gzip.h"

enum { TRACEPARENT_SIZE = 55 };

static bool
is_named(const char *key, size_t size, const char *name, size_t name_size)
{
    return size == name_size && strncasecmp(key, name, size) == 0;
}

static bool
is_token(const char *text, size_t size)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (!c || !strchr(marks, c)))
            return false;
    }
    return size > 0;
}

static bool
has_controls(const char *text, size_t size)
{
    int found = 0;
    for (size_t i = 0; i < size; i++)
        found |= ((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f;
    return found != 0;
}

// libmicrohttpd appends a folded line to the name: "Transfer-Encodingchunked". No header has such a name in earnest.
static bool
is_folded(const char *key, size_t size)
{
    static const char *const framing[] = { "transfer-encoding", "content-length", "host" };
    for (size_t i = 0; i < sizeof framing / sizeof *framing; i++)
        if (size > strlen(framing[i]) && strncasecmp(key, framing[i], strlen(framing[i])) == 0)
            return true;
    return false;
}

// The value of the cookie that says what the browser has seen; it ends at a semicolon. NULL: there is none.
static const char *
seen_cookie(const char *cookies)
{
    static const char name[] = WEB_SEEN "=";
    for (const char *at = cookies; at; at = strchr(at, ';')) {
        at += strspn(at, "; \t");
        if (strncmp(at, name, sizeof name - 1) == 0)
            return at + sizeof name - 1;
    }
    return NULL;
}

#define NAMED(name) is_named(key, key_size, name, sizeof name - 1)

// The headers that the edge itself looks at; most names are told apart by their length alone.
static enum MHD_Result
look_at(void *context, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value, size_t value_size)
{
    head_t *head = context;
    (void)kind;
    head->count++;
    head->bytes += key_size + value_size + 4;
    if (!is_token(key, key_size) || is_folded(key, key_size) || (value && has_controls(value, value_size)))
        head->malformed = true;
    if (!value)
        return MHD_YES;
    if (NAMED("host")) {
        head->host = value;
        head->hosts++;
    } else if (NAMED("origin")) {
        head->origin = value;
    } else if (NAMED("sec-fetch-site")) {
        head->fetch_site = value;
    } else if (NAMED("if-none-match")) {
        head->if_none_match = value;
    } else if (NAMED("accept-encoding")) {
        head->gzip = gzip_allowed(value);
    } else if (NAMED("traceparent")) {
        head->traceparent = value;
    } else if (NAMED("range")) {
        head->has_range = true;
    } else if (NAMED("authorization")) {
        head->authorization = value;
        head->credentials++;
    } else if (NAMED("wiki-at-least")) {
        head->seen[SEEN_HEADER] = value;
    } else if (NAMED("cookie")) {
        const char *cookie = seen_cookie(value);
        head->seen[SEEN_COOKIE] = cookie? cookie: head->seen[SEEN_COOKIE];
    } else if (NAMED("transfer-encoding")) {
        head->chunked = strcasecmp(value, "chunked") == 0;
        head->codings++;
    } else if (NAMED("content-length")) {
        size_t digits = strspn(value, "0123456789");
        head->length = digits == value_size && digits > 0 && digits < 19? strtoull(value, NULL, 10): UINT64_MAX;
        head->lengths++;
    }
    return MHD_YES;
}

void
head_read(struct MHD_Connection *connection, head_t *head)
{
    *head = (head_t){ 0 };
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look_at, head);
}

typedef struct {
    arena_t *arena;
    http_header_t *headers;
    size_t count, room;
    bool bad;
} copy_t;

// A credential in whatever bytes is one that does not hold, not a malformed request: what is not ASCII becomes '?'. No
// key can be hit by that which would not be hit by a question mark as well.
static void
tame(char *text, size_t size)
{
    if (page_utf8_valid(text, size))
        return;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] >= 0x80)
            text[i] = '?';
}

static enum MHD_Result
copy_one(void *context, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value, size_t value_size)
{
    copy_t *copy = context;
    (void)kind;
    if (copy->count == copy->room)
        return MHD_NO;
    char *name = arena_copy(copy->arena, key, key_size);
    for (size_t i = 0; i < key_size; i++)
        name[i] = (char)tolower((unsigned char)name[i]);
    char *text = value? arena_copy(copy->arena, value, value_size): arena_alloc(copy->arena, 1);
    if (strcmp(name, "authorization") == 0)
        tame(text, value_size);
    copy->bad = copy->bad || key_size > 256 || strlen(text) != value_size || strlen(name) != key_size
                || !page_utf8_valid(text, value_size) || !page_utf8_valid(name, key_size);
    copy->headers[copy->count++] = (http_header_t){ name, text };
    return MHD_YES;
}

code_t
head_copy(struct MHD_Connection *connection, size_t count, arena_t *arena, event_request_t *request)
{
    copy_t copy = { .arena = arena, .room = count };
    copy.headers = arena_alloc(arena, (count + 1) * sizeof *copy.headers);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, copy_one, &copy);
    request->headers = copy.headers;
    request->headers_count = copy.count;
    return copy.bad? INVALID: OK;
}

bool
head_trace(const char *traceparent, char trace[MSG_TRACE_SIZE + 1])
{
    static const char zeros[] = "00000000000000000000000000000000";
    size_t size = strlen(traceparent);
    bool future = size > TRACEPARENT_SIZE && traceparent[TRACEPARENT_SIZE] == '-';
    if ((size != TRACEPARENT_SIZE && !future) || memcmp(traceparent, "ff", 2) == 0)
        return false;
    for (size_t i = 0; i < TRACEPARENT_SIZE; i++) {
        bool dash = i == 2 || i == 35 || i == 52;
        char c = traceparent[i];
        if (dash? c != '-': !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
    }
    if (memcmp(traceparent + 3, zeros, MSG_TRACE_SIZE) == 0)
        return false;
    memcpy(trace, traceparent + 3, MSG_TRACE_SIZE);
    trace[MSG_TRACE_SIZE] = '\0';
    return true;
}

bool
head_matches(const char *if_none_match, const char *etag)
{
    const char *at = if_none_match? if_none_match: "";
    size_t size = strlen(etag);
    while (size > 0 && *at) {
        at += strspn(at, " \t,");
        if (*at == '*')
            return true;
        if (strncmp(at, "W/", 2) == 0)          // weak comparison, as RFC 9110 wants it here
            at += 2;
        if (strncmp(at, etag, size) == 0 && strchr(" \t,", at[size]))
            return true;
        at += strcspn(at, ",");
    }
    return false;
}
