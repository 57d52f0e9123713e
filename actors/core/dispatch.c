#include "dispatch.h"

#include <stdarg.h>
#include "../../proto/page.h"
#include "banned.h"

enum { ERROR_TEXT_BYTES = 2048 };               // of contract.def: failure.text

// Makes a text fit its field: cut, but never inside a character, and without bytes that are no UTF-8 (a
// file's name may have them), for which the peer would refuse the whole error.
static void
tidy_text(char *text, size_t limit)
{
    size_t size = strlen(text);
    if (size > limit) {
        size = limit;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
        text[size] = '\0';
    }
    if (!page_utf8_valid(text, size))
        for (char *c = text; *c; c++)
            if ((unsigned char)*c >= 0x80)
                *c = '?';
}

code_t
call_fail(call_t *self, code_t code, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES + 8];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    tidy_text(text, ERROR_TEXT_BYTES);
    self->error.code = code_name(code);
    self->error.text = arena_copy(self->arena, text, strlen(text));
    return code;
}

void
call_add_blob(call_t *self, zframe_t **blob)
{
    assert(self->blobs_out_count < LIMIT_BLOB_FRAMES);
    self->blobs_out[self->blobs_out_count++] = *blob;
    *blob = NULL;
}

const route_t *
dispatch_route(const actor_t *actor, const char *type)
{
    for (const route_t *route = actor->routes; route->call; route++)
        if (strcmp(route->call->name, type) == 0)
            return route;
    return NULL;
}

msg_t *
dispatch_refuse(const actor_t *actor, const msg_t *request, const route_t **route)
{
    const msg_head_t *head = msg_head(request);
    *route = NULL;
    if (head->kind != MSG_REQ)
        return msg_new_err(request, INVALID, "only a REQ can be answered");
    *route = dispatch_route(actor, head->type);
    if (!*route)
        return msg_new_err(request, UNSUPPORTED, "%s does not answer %s", actor->name, head->type);
    if (head->deadline <= msg_clock_ms())
        return msg_new_err(request, TIMEOUT, "the deadline of %s passed while it waited", head->type);
    return NULL;
}

static work_t *
work_new(const route_t *route, msg_t **request, void *worker)
{
    work_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->route = route;
    self->request = *request;
    *request = NULL;
    self->head = *msg_head(self->request);
    int64_t cap = msg_clock_ms() + LIMIT_DEADLINE_CAP_MS;
    if (self->head.deadline > cap)
        self->head.deadline = cap;
    self->call.head = &self->head;
    self->call.arena = &self->arena;
    self->call.message = self->request;
    self->call.blob = msg_blob(self->request, 0);
    self->call.reply = arena_alloc(&self->arena, route->call->reply->size);
    self->call.worker = worker;
    return self;
}

static void
work_destroy(work_t **self)
{
    work_t *work = *self;
    *self = NULL;
    for (size_t i = 0; i < work->call.blobs_out_count; i++)
        zframe_destroy(&work->call.blobs_out[i]);
    msg_destroy(&work->request);
    arena_clear(&work->arena);
    free(work);
}

static msg_t *
reply_of(const work_t *self)
{
    msg_t *answer = msg_new_rep(self->request, self->route->call, self->call.reply);
    return answer? answer: msg_new_err(self->request, TOO_LARGE, "the answer of %s is over a limit", self->head.type);
}

static msg_t *
error_of(const work_t *self)
{
    code_t code = self->call.code;
    failure_t error = self->call.error;
    if (code < OK || code >= CODE_COUNT)
        code = INTERNAL;                        // LATER without a flush, or a code that is none
    error.code = code_name(code);
    if (!error.text || !*error.text)
        error.text = code_text(code);
    return msg_new_error(self->request, &error);
}

msg_t *
work_answer(work_t **self)
{
    call_t *call = &(*self)->call;
    msg_t *answer = call->code == OK? reply_of(*self): error_of(*self);
    for (size_t i = 0; i < call->blobs_out_count; i++)
        msg_add_blob(answer, &call->blobs_out[i]);
    call->blobs_out_count = 0;
    work_destroy(self);
    return answer;
}

// Sets the code of the call: what the handler returns.
static void
run(work_t *self, void *state)
{
    call_t *call = &self->call;
    const call_type_t *type = self->route->call;
    void *record = arena_alloc(&self->arena, type->request->size);
    const char *why = NULL;
    call->request = record;
    if (msg_read_req(self->request, type, record, &why) == OK)
        call->code = self->route->handle(state, call, record, call->reply);
    else
        call->code = call_fail(call, INVALID, "%s: %s", type->name, why? why: "malformed");
}

msg_t *
dispatch_run(const route_t *route, void *state, msg_t **request, void *worker, work_t **later)
{
    work_t *work = work_new(route, request, worker);
    *later = NULL;
    run(work, state);
    if (work->call.code != LATER)
        return work_answer(&work);
    *later = work;
    return NULL;
}

msg_t *
dispatch_quick(const route_t *route, void *state, msg_t **request)
{
    work_t *work = work_new(route, request, NULL);
    work->call.quick = true;
    run(work, state);
    if (work->call.code != LATER)
        return work_answer(&work);
    *request = work->request;
    work->request = NULL;
    work_destroy(&work);
    return NULL;
}

msg_t *
actor_dispatch(const actor_t *actor, void *state, msg_t **request)
{
    const route_t *route = NULL;
    work_t *later = NULL;
    msg_t *answer = dispatch_refuse(actor, *request, &route);
    if (answer)
        msg_destroy(request);
    else
        answer = dispatch_run(route, state, request, NULL, &later);
    if (!later)
        return answer;
    if (actor->flush)
        actor->flush(state);
    return work_answer(&later);
}
