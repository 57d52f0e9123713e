#include "msg_internal.h"

#include <stdarg.h>

msg_t *
msg_alloc(void)
{
    msg_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    return self;
}

// A message with an encoded record; NULL if that is over a limit.
static msg_t *
msg_new(const schema_t *schema, const void *record)
{
    msg_t *self = msg_alloc();
    if (record_encode(schema, record, &self->body, &self->body_size) != OK)
        msg_destroy(&self);
    return self;
}

static void
copy_type(msg_head_t *head, const char *type)
{
    size_t size = strlen(type);
    assert(size <= MSG_TYPE_SIZE);
    memcpy(head->type, type, size + 1);
}

msg_t *
msg_new_req(const call_type_t *call, const void *record, const char *trace, int64_t deadline)
{
    msg_t *self = msg_new(call->request, record);
    if (!self)
        return NULL;
    self->head.kind = MSG_REQ;
    self->head.deadline = deadline;
    copy_type(&self->head, call->name);
    msg_new_id(self->head.id);
    if (trace && strlen(trace) == MSG_TRACE_SIZE)
        memcpy(self->head.trace, trace, MSG_TRACE_SIZE);
    else
        msg_new_trace(self->head.trace);
    return self;
}

// Head and peer of an answer are those of the request.
static void
answer_to(msg_t *self, const msg_t *request, msg_kind_t kind)
{
    self->head = request->head;
    self->head.kind = kind;
    self->peer = request->peer? zframe_dup(request->peer): NULL;
}

msg_t *
msg_new_rep(const msg_t *request, const call_type_t *call, const void *record)
{
    msg_t *self = msg_new(call->reply, record);
    if (self)
        answer_to(self, request, MSG_REP);
    return self;
}

msg_t *
msg_new_error(const msg_t *request, const failure_t *error)
{
    msg_t *self = msg_new(&failure_schema, error);
    if (!self) {                                // a text of ours over its limit: the code alone must do
        failure_t plain = { .code = error->code };
        self = msg_new(&failure_schema, &plain);
        assert(self);
    }
    answer_to(self, request, MSG_ERR);
    return self;
}

msg_t *
msg_new_err(const msg_t *request, code_t code, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size >= (int)sizeof text)               // cut short, maybe within a character, which no receiver would accept
        for (char *last = text + sizeof text - 2; last > text && (*last & 0x80); last--)
            *last = '\0';
    failure_t error = { .code = code_name(code), .text = text };
    return msg_new_error(request, &error);
}

msg_t *
msg_new_evt(const call_type_t *event, const void *record)
{
    msg_t *self = msg_new(event->request, record);
    if (!self)
        return NULL;
    self->head.kind = MSG_EVT;
    copy_type(&self->head, event->name);
    msg_new_id(self->head.id);
    msg_new_trace(self->head.trace);
    return self;
}

code_t
msg_set_head_body(msg_t *self, const void *head, size_t head_size, const void *body, size_t body_size)
{
    if (body_size == 0 || body_size > LIMIT_BODY_BYTES)
        return INVALID;
    if (msg_head_parse(&self->head, head, head_size) != OK)
        return INVALID;
    self->body = malloc(body_size);
    if (!self->body)
        abort();
    memcpy(self->body, body, body_size);
    self->body_size = body_size;
    return OK;
}

code_t
msg_from_frames(msg_t **self, size_t count, const uint8_t *const *frames, const size_t *sizes)
{
    *self = NULL;
    if (count < 2 || count > 2 + LIMIT_BLOB_FRAMES)
        return INVALID;
    msg_t *msg = msg_alloc();
    code_t code = msg_set_head_body(msg, frames[0], sizes[0], frames[1], sizes[1]);
    for (size_t i = 2; i < count && code == OK; i++)
        if (sizes[i] > LIMIT_BLOB_BYTES)
            code = INVALID;
        else
            msg->blobs[msg->blob_count++] = zframe_new(frames[i], sizes[i]);
    if (code != OK)
        msg_destroy(&msg);
    *self = msg;
    return code;
}

static msg_t *
copy_without_blobs(const msg_t *self)
{
    msg_t *copy = msg_alloc();
    copy->head = self->head;
    copy->body = malloc(self->body_size);
    if (!copy->body)
        abort();
    memcpy(copy->body, self->body, self->body_size);
    copy->body_size = self->body_size;
    copy->peer = self->peer? zframe_dup(self->peer): NULL;
    return copy;
}

msg_t *
msg_dup(const msg_t *self)
{
    msg_t *copy = copy_without_blobs(self);
    for (size_t i = 0; i < self->blob_count; i++)
        copy->blobs[copy->blob_count++] = zframe_dup(self->blobs[i]);
    return copy;
}

msg_t *
msg_lend(const msg_t *self)
{
    msg_t *copy = copy_without_blobs(self);
    memcpy(copy->blobs, self->blobs, sizeof copy->blobs);
    copy->blob_count = self->blob_count;
    copy->lent = true;
    return copy;
}

void
msg_destroy(msg_t **self)
{
    msg_t *msg = *self;
    if (!msg)
        return;
    *self = NULL;
    for (size_t i = 0; i < msg->blob_count && !msg->lent; i++)
        zframe_destroy(&msg->blobs[i]);
    zframe_destroy(&msg->peer);
    arena_clear(&msg->arena);
    free(msg->body);
    free(msg);
}

const msg_head_t *
msg_head(const msg_t *self)
{
    return &self->head;
}

const uint8_t *
msg_body(const msg_t *self, size_t *size)
{
    *size = self->body_size;
    return self->body;
}

const failure_t *
msg_error(const msg_t *self)
{
    if (!self || self->head.kind != MSG_ERR)
        return NULL;
    msg_t *cache = (msg_t *)self;               // decoding an error once does not change what the message says
    if (!cache->error_read) {
        cache->error_read = true;
        if (record_decode(&failure_schema, self->body, self->body_size, &cache->arena, &cache->error, NULL) != OK)
            cache->error = (failure_t){ code_name(INTERNAL), "an error came back that cannot be read", "", "" };
    }
    return &self->error;
}

code_t
msg_code(const msg_t *self)
{
    if (self && self->head.kind == MSG_REP)
        return OK;
    const failure_t *error = msg_error(self);
    code_t code = error? code_from_name(error->code): INTERNAL;
    return code == OK? INTERNAL: code;          // an error that says OK is a lie
}

const char *
msg_error_text(const msg_t *self)
{
    const failure_t *error = msg_error(self);
    return error? error->text: "";
}

static code_t
msg_read(msg_t *self, msg_kind_t kind, const call_type_t *call, const schema_t *schema, void *record, const char **why)
{
    if (why)
        *why = "another kind or type of message was expected";
    if (!self || self->head.kind != kind || strcmp(self->head.type, call->name) != 0)
        return INVALID;
    return record_decode(schema, self->body, self->body_size, &self->arena, record, why);
}

code_t
msg_read_req(msg_t *self, const call_type_t *call, void *record, const char **why)
{
    return msg_read(self, MSG_REQ, call, call->request, record, why);
}

code_t
msg_read_rep(msg_t *self, const call_type_t *call, void *record)
{
    return msg_read(self, MSG_REP, call, call->reply, record, NULL);
}

code_t
msg_read_evt(msg_t *self, const call_type_t *event, void *record)
{
    return msg_read(self, MSG_EVT, event, event->request, record, NULL);
}

size_t
msg_blob_count(const msg_t *self)
{
    return self->blob_count;
}

zframe_t *
msg_blob(const msg_t *self, size_t index)
{
    return index < self->blob_count? self->blobs[index]: NULL;
}

zframe_t *
msg_take_blob(msg_t *self)
{
    if (self->blob_count == 0)
        return NULL;
    zframe_t *first = self->blobs[0];
    self->blob_count--;
    memmove(self->blobs, self->blobs + 1, self->blob_count * sizeof *self->blobs);
    return first;
}

void
msg_add_blob(msg_t *self, zframe_t **blob)
{
    assert(self->blob_count < LIMIT_BLOB_FRAMES);
    self->blobs[self->blob_count++] = *blob;
    *blob = NULL;
}

size_t
msg_size(const msg_t *self)
{
    size_t size = LIMIT_HEAD_BYTES + self->body_size;
    for (size_t i = 0; i < self->blob_count; i++)
        size += zframe_size(self->blobs[i]);
    return size;
}

void
msg_set_peer(msg_t *self, zframe_t **peer)
{
    zframe_destroy(&self->peer);
    self->peer = *peer;
    *peer = NULL;
}

const char *
msg_user(const msg_t *self)
{
    return self->user;
}

const zframe_t *
msg_peer(const msg_t *self)
{
    return self->peer;
}

char *
msg_print(const msg_t *self)
{
    char head[LIMIT_HEAD_BYTES + 1];
    msg_head_print(&self->head, head);
    char *body = record_print(self->body, self->body_size);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort();
    fprintf(out, "%s %s", head, body);
    for (size_t i = 0; i < self->blob_count; i++)
        fprintf(out, " blob=%zu", zframe_size(self->blobs[i]));
    if (fclose(out) != 0)
        abort();
    free(body);
    return text;
}
