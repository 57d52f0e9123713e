// event - one struct for a request and one for an answer, whatever they came from
//
// A request of a browser, a program, a Lambda event or standard input becomes a gateway_handle_req (contract.def), is
// asked of the gateway actor as any call, and its answer goes back in the form of its source. Flows see nothing else.
#ifndef EVENT_H
#define EVENT_H
#include "../actors/core/actor.h"

#define WEB_SEEN "wikibot_seen"                  // cookie: the last commit that this browser made

typedef gateway_handle_req_t event_request_t;
typedef gateway_handle_rep_t event_answer_t;

// A header's value by its lower-case name; NULL if it is not there. A view of the request.
const char *event_header(const event_request_t *request, const char *name);
// A field of the query, or of a form body (application/x-www-form-urlencoded): decoded into the arena; NULL if absent.
// INVALID escapes and NUL bytes make it absent.
const char *event_query(const event_request_t *request, arena_t *arena, const char *name);
// Form fields of a body; values are binary-safe, with a final NUL. At most 64 fields.
typedef struct { const char *name; const char *value; size_t size; } event_field_t;
typedef struct { event_field_t fields[64]; size_t count; } event_form_t;
// INVALID: not a form, bad escapes. TOO_LARGE: more fields than that. Strings live in the arena.
code_t event_form_parse(event_form_t *self, arena_t *arena, const char *body, size_t size);
const event_field_t *event_form_field(const event_form_t *self, const char *name);    // NULL if absent
#endif
