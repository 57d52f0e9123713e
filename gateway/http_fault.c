#include "http_parts.h"

#include <stdio.h>
#include <string.h>

enum { FAULT_BYTES = 2048, TEXT_BYTES = 600 };

typedef struct {
    const char *type;
    const char *format;                         // status, text, trace
} fault_form_t;

static const fault_form_t page_form = {
    "text/html; charset=utf-8",
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>%1$d</title>\n"
    "<h1>%1$d</h1>\n<p>%2$s</p>\n<p><small>%3$s</small></p>\n<p><a href=\"/\">To the wiki</a></p>\n"
};
static const fault_form_t object_form = {
    "application/json", "{\"status\":%1$d,\"error\":\"%2$s\",\"trace\":\"%3$s\"}\n"
};
static const fault_form_t line_form = { "text/plain; charset=utf-8", "%1$d %2$s %3$s\n" };

static const fault_form_t *
form_of(struct MHD_Connection *connection)
{
    const char *target = client_of(connection)->target;
    const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "accept");
    if (target && (strncmp(target, "/api/", 5) == 0 || strncmp(target, "/-/api/", 7) == 0))
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

static struct MHD_Response *
fault_response(const fault_form_t *form, const fault_t *fault, const char *trace, size_t *body_size)
{
    char text[TEXT_BYTES * 6 + 1];
    char body[sizeof text + FAULT_BYTES];
    escape(form, fault->text, text);
    int size = snprintf(body, sizeof body, form->format, fault->status, text, trace);
    if (size < 0 || (size_t)size >= sizeof body)
        return NULL;
    *body_size = (size_t)size;
    struct MHD_Response *response = MHD_create_response_from_buffer((size_t)size, body, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return NULL;
    MHD_add_response_header(response, "Content-Type", form->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    if (*trace)
        MHD_add_response_header(response, "X-Request-Id", trace);
    if (fault->status == MHD_HTTP_SERVICE_UNAVAILABLE || fault->status == MHD_HTTP_TOO_MANY_REQUESTS)
        MHD_add_response_header(response, "Retry-After", "1");
    answer_security(response, form == &page_form);
    return response;
}

enum MHD_Result
fault_answer(http_t *self, struct MHD_Connection *connection, const char *method, const fault_t *fault,
             const char *trace)
{
    const fault_form_t *form = form_of(connection);
    size_t size = 0;
    struct MHD_Response *response = fault_response(form, fault, trace, &size);
    if (!response)
        return MHD_NO;
    client_t *client = client_of(connection);
    if (self->stop_tick || client->refused)
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)fault->status, response);
    access_t access = { .method = method, .target = client->target, .trace = trace, .status = fault->status,
                        .bytes = strcmp(method, "HEAD") == 0? 0: size };
    http_account(self, &access);
    client_answered(self, client, size);
    MHD_destroy_response(response);
    return result;
}
