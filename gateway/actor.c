#include "actor.h"

#include <stdlib.h>
#include <string.h>

#include "../actors/core/log.h"
#include "api.h"
#include "flows.h"
#include "route.h"

enum { FIELDS_BYTES = 64 * 1024 };              // of all plain fields of a form with files

static void
on_close(void **state)
{
    gateway_t *self = *state;
    if (!self)
        return;
    flow_destroy(&self->flow);
    sidebar_destroy(&self->sidebar);
    templates_destroy(&self->templates);
    free(self);
    *state = NULL;
}

static code_t
on_open(void **state, zconfig_t *config)
{
    char why[256] = "", value[512];
    gateway_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    *state = self;
    site_read(&self->site, config);
    code_t code = csrf_open(&self->csrf, self->site.secret_key, self->site.state);
    self->flow = flow_new(config);
    self->templates = templates_new(ui_files, why);
    if (self->templates)
        self->sidebar = sidebar_new(self->templates, &self->site.naming);
    if (code == OK && self->flow && self->templates)
        return OK;
    log_error("gateway.open", "peers=%s templates=%s", self->flow? "good": "malformed",
              log_value(*why? why: "good", value, sizeof value));
    on_close(state);
    return INTERNAL;
}

// ---- one request -------------------------------------------------------------------------------------------------
// The plain fields of a form with files, as those of any other.
static code_t
read_fields(web_t *web)
{
    const size_t most = sizeof web->form->fields / sizeof *web->form->fields;
    size_t total = 0;
    for (size_t i = 0; i < web->files->count; i++) {
        const multipart_part_t *part = &web->files->parts[i];
        event_field_t *field = &web->form->fields[web->form->count];
        if (part->file)
            continue;
        total += part->size;
        if (web->form->count == most || total > FIELDS_BYTES)
            return web_refuse(web, TOO_LARGE, "There is too much text in this form.");
        *field = (event_field_t){ .name = part->name, .size = part->size };
        field->value = arena_copy(web->arena, part->bytes, part->size);
        web->form->count++;
    }
    return OK;
}

static code_t
read_files(web_t *web, const char *type)
{
    zframe_t *body = web->call->blob;
    if (!body)
        return INVALID;
    web->files = arena_alloc(web->arena, sizeof *web->files);
    code_t code = multipart_parse(web->files, web->arena, type, (const char *)zframe_data(body), zframe_size(body));
    if (code == TOO_LARGE)
        return web_refuse(web, TOO_LARGE, "These are too many files at once.");
    return code == OK? read_fields(web): web_refuse(web, code, "The form did not arrive as it should. Send it again.");
}

static code_t
read_form(web_t *web, const web_route_t *route)
{
    const char *type = event_header(web->request, "content-type");
    zframe_t *body = web->call->blob;
    web->form = arena_alloc(web->arena, sizeof *web->form);
    if (route->form == FORM_FILES && multipart_is(type))
        return read_files(web, type);
    if (!type || strncmp(type, "application/x-www-form-urlencoded", 33) != 0)
        return web_refuse(web, UNSUPPORTED, "This address takes forms (application/x-www-form-urlencoded) only.");
    if (!body)
        return OK;
    return event_form_parse(web->form, web->arena, (const char *)zframe_data(body), zframe_size(body));
}

// Every POST carries the token, as a field or as a header.
static code_t
check_form(web_t *web, const web_route_t *route)
{
    const char *header = event_header(web->request, "x-csrftoken");
    code_t code = read_form(web, route);
    if (code != OK)
        return code;
    web->forged = !csrf_check(&web->gateway->csrf, header? header: web_field(web, "csrf_token"));
    if (!web->forged || route->form == true)
        return OK;
    return web_refuse(web, INVALID, "The form was too old, or did not come from this wiki. Go back, load the page "
                                    "again and repeat what you did.");
}

static code_t
run_route(web_t *web, const web_route_t *route)
{
    if (route->right && !rules_allow(&web->caller, web->path, route->right))
        return web_refuse(web, FORBIDDEN, "You have no right to do this here.");
    code_t code = strcmp(route->method, "POST") == 0? check_form(web, route): OK;
    return code == OK? route->flow(web): code;
}

static code_t
refuse_method(web_t *web, const char *allow)
{
    web_title(web, "This address does not take this method");
    value_text(web->data, KEY_explain, arena_printf(web->arena, "It takes %s.", allow));
    value_text(web->data, KEY_text, "Follow a link or a button of the wiki instead of typing this address.");
    value_text(web->data, KEY_trace, web->call->head->trace);
    code_t code = web_page(web, 405, "error");
    web_header(web, "allow", arena_copy(web->arena, allow, strlen(allow)));
    return code;
}

static code_t
run(web_t *web)
{
    char path[PAGE_ID_SIZE], allow[64];
    const web_route_t *route = NULL;
    const char *raw = web->request->path;
    if (page_url_decode(raw, strlen(raw), path) != OK || !page_utf8_valid(path, strlen(path)) || *path != '/')
        return web_refuse(web, INVALID, "This address is malformed.");
    code_t code = route_find(web_routes, web, path, &route, allow);
    if (code == UNSUPPORTED)
        return refuse_method(web, allow);
    return code == OK? run_route(web, route): code;
}

static code_t
on_handle(void *state, call_t *call, const void *request, void *reply)
{
    web_t web;
    (void)request, (void)reply;                 // web takes both from the call
    web_begin(&web, state, call);
    bool api = api_is(web.request->path);
    code_t code = api? api_handle(&web): run(&web);
    if (code != OK && !api)
        code = web_failure(&web, code);
    web_end(&web);
    return code == OK? OK: call_fail(call, code, "the answer could not be written");
}

static code_t
on_head(void *state, call_t *call, const void *request, void *reply)
{
    gateway_t *self = state;
    gateway_head_rep_t *rep = reply;
    store_head_req_t head = { .caller = { .name = "Anonymous", .client = "web" } };
    store_head_rep_t found = { 0 };
    (void)request;
    flow_begin(self->flow, call->head);
    msg_t *answer = flow_ask(self->flow, "store", &call_store_head, &head, NULL);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_store_head, &found);
    if (code == OK)
        rep->commit = arena_copy(call->arena, found.commit, strlen(found.commit));
    else
        call_fail(call, code, "%s", msg_error_text(answer));
    msg_destroy(&answer);
    return code;
}

static const route_t handlers[] = {
    { .call = &call_gateway_handle, .handle = on_handle },
    { .call = &call_gateway_head, .handle = on_head },
    { 0 },
};

const actor_t gateway_actor = { .name = "gateway", .open = on_open, .close = on_close, .routes = handlers };
