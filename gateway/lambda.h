// lambda - an event of AWS Lambda to a request, and an answer to what Lambda wants back; pure
//
// Known are HTTP API (format 2.0), Function URL, REST API (format 1.0) and load balancer (ALB) with single or multiple
// values; contract/lambda.md A.5 tells them apart. Every field but those that tell is optional and may be null.
#ifndef LAMBDA_H
#define LAMBDA_H
#include "event.h"

typedef enum { LAMBDA_V2, LAMBDA_V1, LAMBDA_ALB, LAMBDA_ALB_MULTI } lambda_form_t;

typedef struct {
    lambda_form_t form;                         // the answer goes out in the form that the request had
    event_request_t request;                    // all its strings live in the arena
    const char *base;                           // "/Prod": stage taken off the path, belongs before links; or ""
    const char *body;                           // decoded, `body_size` bytes and a final NUL, in the arena
    size_t body_size;
} lambda_event_t;

// UNSUPPORTED: no HTTP request (a queue, a schedule, a WebSocket, a direct call). INVALID: no JSON, or a field that
// cannot be. TOO_LARGE: over EVENT_BYTES or a limit of the request's record. `why` (may be NULL) gets a static text.
code_t lambda_event_parse(lambda_event_t *self, arena_t *arena, const char *json, size_t size, const char **why);

// The answer as JSON with its final NUL, which the caller frees. Text goes as it is, all else as base64.
// TOO_LARGE: over EVENT_BYTES; nothing is returned.
code_t lambda_answer_print(const lambda_event_t *self, const event_answer_t *answer, const void *body, size_t body_size,
                           char **json);
#endif
