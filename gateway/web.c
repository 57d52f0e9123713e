#include "web.h"

#include <stdio.h>
#include <string.h>

#include "route.h"

void
web_begin(web_t *self, gateway_t *gateway, call_t *call)
{
    *self = (web_t){ .gateway = gateway, .call = call, .request = call->request, .reply = call->reply };
    self->arena = call->arena;
    self->rule = (rule_t){ .glob = "**", .rights = RIGHT_ALL };
    self->caller = (caller_t){ .name = "Anonymous", .email = "", .client = "web" };
    self->caller.rules = &self->rule;
    self->caller.rules_count = 1;
    self->data = value_map(self->arena);
    flow_begin(gateway->flow, call->head);
}

void
web_end(web_t *self)
{
    for (size_t i = 0; i < self->kept_count; i++)
        msg_destroy(&self->kept[i]);
}

code_t
web_ask(web_t *self, const call_type_t *call, const void *request, zframe_t **blob, void *reply)
{
    char peer[32];
    const char *dot = strchr(call->name, '.');
    size_t size = dot? (size_t)(dot - call->name): 0;
    if (self->kept_count == WEB_KEPT || size >= sizeof peer) {
        if (blob)
            zframe_destroy(blob);
        return web_refuse(self, INTERNAL, "This page needs too many answers.");
    }
    memcpy(peer, call->name, size);
    peer[size] = 0;
    self->answer = flow_ask(self->gateway->flow, peer, call, request, blob);
    self->kept[self->kept_count++] = self->answer;
    code_t code = msg_code(self->answer);
    return code == OK? msg_read_rep(self->answer, call, reply): code;
}

void
web_let_go(web_t *self, size_t kept)
{
    while (self->kept_count > kept)
        msg_destroy(&self->kept[--self->kept_count]);
    self->answer = kept > 0? self->kept[kept - 1]: NULL;
}

const char *
web_blob(const web_t *self, size_t index, size_t *size)
{
    zframe_t *blob = self->answer? msg_blob(self->answer, index): NULL;
    *size = blob? zframe_size(blob): 0;
    return *size? (const char *)zframe_data(blob): "";
}

zframe_t *
web_take_body(web_t *self)
{
    self->call->blob = NULL;
    self->files = NULL;
    return msg_take_blob(self->call->message);
}

code_t
web_refuse(web_t *self, code_t code, const char *why)
{
    self->why = why;
    return code;
}

const char *
web_field(const web_t *self, const char *name)
{
    const event_field_t *field = web_field_bytes(self, name);
    return field && strlen(field->value) == field->size? field->value: "";
}

const event_field_t *
web_field_bytes(const web_t *self, const char *name)
{
    return self->form? event_form_field(self->form, name): NULL;
}

const char *
web_query(const web_t *self, const char *name)
{
    const char *value = event_query(self->request, self->arena, name);
    return value? value: "";
}

const char *
web_cursor(const web_t *self)
{
    const char *cursor = web_query(self, "cursor");
    size_t size = strlen(cursor);
    return size <= LIMIT_PATH_BYTES && page_utf8_valid(cursor, size)? cursor: "";
}

code_t
web_take_revision(web_t *self)
{
    const char *wanted = web_query(self, "revision");
    if (*self->revision || !*wanted)
        return OK;
    if (!page_is_revision(wanted, strlen(wanted)))
        return web_refuse(self, NOT_FOUND, "There is no such version.");
    snprintf(self->revision, sizeof self->revision, "%s", wanted);
    return OK;
}
