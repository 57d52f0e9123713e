#include "http_parts.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "../proto/page.h"
#include "api_root.h"
#include "security.h"

enum { FAULT_BYTES = 2048, TEXT_BYTES = 600 };

typedef struct {
    const char *type;
    const char *format;                         // status, text, trace
} fault_form_t;

static const fault_form_t page_form = {
    "text/html; charset=utf-8",
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%1$d %4$s</title>\n"
    "<link rel=\"stylesheet\" href=\"/static/style.css\">\n</head>\n<body>\n<main>\n<h1>%4$s</h1>\n<p>%2$s</p>\n"
    "<p class=\"small\">Number of this answer: <code>%3$s</code></p>\n<p><a href=\"/\">To the wiki</a></p>\n</main>\n"
    "</body>\n</html>\n"
};
static const fault_form_t object_form = {
    "application/json", "{\"error\":\"%2$s\",\"status\":%1$d,\"trace\":\"%3$s\"}\n"
};
static const fault_form_t line_form = { "text/plain; charset=utf-8", "%1$d %2$s %3$s\n" };

// Is it an address that programs ask for, as those under /api are?
static bool
is_programs(const char *target)
{
    char path[PAGE_ID_SIZE];
    if (api_is(target))
        return true;
    snprintf(path, sizeof path, "%.*s", (int)strcspn(target, "?"), target);
    const page_root_t *root = *path == '/'? page_root(path + 1): NULL;
    return root && root->json && page_action(path + 1) == PAGE_ACTION_NONE;
}

// `connection` is NULL as long as its header is not known.
static const fault_form_t *
form_of(const client_t *client, struct MHD_Connection *connection)
{
    const char *accept = connection? MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "accept"): NULL;
    if (client->target && is_programs(client->target))
        return &object_form;
    return accept && strstr(accept, "text/html")? &page_form: &line_form;
}

// Makes the text harmless in HTML and JSON alike: what means something in either is written as a reference or a blank.
static void
escape(const fault_form_t *form, const char *text, char out[TEXT_BYTES * 6 + 1])
{
    size_t used = 0;
    for (size_t i = 0; text[i] && i < TEXT_BYTES; i++) {
        char c = text[i];
        bool special = c == '<' || c == '>' || c == '&' || c == '"' || c == '\\' || (unsigned char)c < ' ';
        if (form == &page_form && special)
            used += (size_t)snprintf(out + used, 7, "&#%d;", c);
        else if (form == &object_form && special)
            used += (size_t)snprintf(out + used, 7, "\\u%04x", (unsigned)c);
        else
            out[used++] = c;
    }
    out[used] = '\0';
}

typedef struct {
    const fault_form_t *form;
    char trace[MSG_TRACE_SIZE + 1];
    char body[TEXT_BYTES * 6 + 1 + FAULT_BYTES];
    size_t size;
} telling_t;

static bool
tell(telling_t *self, const fault_form_t *form, const fault_t *fault, const char *trace)
{
    char text[TEXT_BYTES * 6 + 1];
    self->form = form;
    if (*trace)
        memcpy(self->trace, trace, sizeof self->trace);
    else
        msg_new_trace(self->trace);
    escape(form, fault->text, text);
    int size = snprintf(self->body, sizeof self->body, form->format, fault->status, text, self->trace,
                        MHD_get_reason_phrase_for((unsigned)fault->status));
    self->size = size > 0? (size_t)size: 0;
    return size > 0 && self->size < sizeof self->body;
}

static struct MHD_Response *
response_of(const telling_t *telling, const fault_t *fault)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(telling->size, (void *)telling->body, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return NULL;
    MHD_add_response_header(response, "Content-Type", telling->form->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Request-Id", telling->trace);
    if (fault->status == MHD_HTTP_SERVICE_UNAVAILABLE || fault->status == MHD_HTTP_TOO_MANY_REQUESTS)
        MHD_add_response_header(response, "Retry-After", "1");
    answer_security(response);
    return response;
}

// Refused before it was clear where it ends: what follows could be taken for another request.
static bool
must_close(const http_t *self, const client_t *client, const fault_t *fault)
{
    const head_t *head = &client->head;
    return self->stop_tick || client->refused || fault->status == MHD_HTTP_BAD_REQUEST
           || (fault->status == MHD_HTTP_NOT_IMPLEMENTED && head->codings > 0);
}

enum MHD_Result
fault_answer(http_t *self, struct MHD_Connection *connection, const char *method, const fault_t *fault,
             const char *trace)
{
    telling_t telling;
    client_t *client = client_of(connection);
    if (!tell(&telling, form_of(client, connection), fault, trace))
        return MHD_NO;
    struct MHD_Response *response = response_of(&telling, fault);
    if (!response)
        return MHD_NO;
    if (must_close(self, client, fault))
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result = library_queue(client, connection, (unsigned)fault->status, response);
    access_t access = { .method = method, .target = client->target? client->target: "", .trace = telling.trace,
                        .status = fault->status, .bytes = strcmp(method, "HEAD") == 0? 0: telling.size };
    http_account(self, &access);
    client_answered(self, client);
    MHD_destroy_response(response);
    return result;
}

void
fault_send(http_t *self, client_t *client, struct MHD_Connection *connection, const fault_t *fault)
{
    telling_t telling;
    char answer[sizeof telling.body + FAULT_BYTES];
    if (!tell(&telling, form_of(client, connection), fault, client->exchange? client->exchange->trace: ""))
        return;
    size_t used = (size_t)snprintf(answer, sizeof answer, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: %s\r\n"
                                   "Cache-Control: no-store\r\nX-Request-Id: %s\r\nContent-Length: %zu\r\n",
                                   fault->status, MHD_get_reason_phrase_for((unsigned)fault->status),
                                   telling.form->type, telling.trace, telling.size);
    for (const security_header_t *header = security_headers(); header->name; header++)
        used += (size_t)snprintf(answer + used, sizeof answer - used, "%s: %s\r\n", header->name, header->value);
    used += (size_t)snprintf(answer + used, 3, "\r\n");
    memcpy(answer + used, telling.body, telling.size);
    ssize_t sent = send(client->fd, answer, used + telling.size, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)sent;                                 // it would be cut off anyway
    access_t access = { .method = "-", .target = client->target? client->target: "", .trace = telling.trace,
                        .status = fault->status, .bytes = telling.size };
    http_account(self, &access);
}
