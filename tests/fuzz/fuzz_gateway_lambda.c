// Whatever JSON comes as an event: what is accepted fits the record that the gateway actor is asked with, and an answer
// in its form is JSON. The arena's blocks let AddressSanitizer see one byte too many.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../../gateway/lambda.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_request(const lambda_event_t *event)
{
    gateway_handle_req_t request;
    msg_t *message = msg_new_req(&call_gateway_handle, &event->request, NULL, 1);
    if (!message || msg_read_req(message, &call_gateway_handle, &request, NULL) != OK)
        abort();
    if (request.path[0] != '/' || event->body[event->body_size] != '\0')
        abort();
    msg_destroy(&message);
}

// The body of the request comes back as the body of the answer.
static void
check_answer(const lambda_event_t *event)
{
    char *json = NULL;
    event_answer_t answer = { .status = 200, .headers = event->request.headers,
                              .headers_count = event->request.headers_count };
    if (lambda_answer_print(event, &answer, event->body, event->body_size, &json) != OK)
        return;
    json_t *root = json_loads(json, JSON_ALLOW_NUL, NULL);
    if (!root || !json_is_string(json_object_get(root, "body")))
        abort();
    json_decref(root);
    free(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *exact = malloc(size > 0? size: 1);
    if (!exact)
        abort();
    if (size > 0)
        memcpy(exact, data, size);
    arena_t arena = { 0 };
    lambda_event_t event;
    if (lambda_event_parse(&event, &arena, exact, size, NULL) == OK) {
        check_request(&event);
        check_answer(&event);
    }
    arena_clear(&arena);
    free(exact);
    return 0;
}
