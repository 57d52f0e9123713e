#include "web.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    code_t code;
    const char *title, *advice;
} advice_t;

static const advice_t advices[] = {
    { NOT_FOUND, "Not found", "Check the address, or look for the page in the list of all pages." },
    { INVALID, "This request cannot be understood", "Go back, check what you entered and try again." },
    { FORBIDDEN, "Not allowed", "Ask somebody who looks after this wiki for the right to do this." },
    { CONFLICT, "Somebody else changed the same thing",
      "Look at the newest version, then make your change again on top of it." },
    { TOO_LARGE, "Too large", "Make it smaller, or split it into several pages." },
    { UNSUPPORTED, "This kind of content is not handled", "It can be downloaded, but not shown or edited here." },
    { READ_ONLY, "This wiki is read-only", "Reading works as always; changes are not taken." },
    { BUSY, "The wiki is busy", "Wait a moment and load the page again." },
    { UNAVAILABLE, "A part of the wiki is not running", "Wait a moment and load the page again." },
    { TIMEOUT, "That took too long", "Wait a moment and load the page again." },
    { NO_SPACE, "The disk is full", "Tell somebody who looks after this wiki." },
    { INTERNAL, "Something went wrong on our side",
      "Try again; if it stays so, tell somebody who looks after this wiki the number below." },
};

void
web_header(web_t *self, const char *name, const char *value)
{
    event_answer_t *reply = self->reply;
    if (!reply->headers)
        reply->headers = arena_alloc(self->arena, WEB_HEADERS * sizeof *reply->headers);
    if (reply->headers_count < WEB_HEADERS)
        reply->headers[reply->headers_count++] = (http_header_t){ .name = name, .value = value };
}

static void
begin(web_t *self, int status, const char *type)
{
    self->reply->status = status;
    self->reply->headers_count = 0;
    web_header(self, "content-type", type);
    if (status == 503)                          // an error page, or a form that comes back with what was typed
        web_header(self, "retry-after", "1");
    if (self->wrote && !self->api)              // so that another process shows at least that (http_request.c)
        web_header(self, "set-cookie",
                   arena_printf(self->arena, WEB_SEEN "=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s", self->wrote,
                                LIMIT_SEEN_S, self->request->tls? "; Secure": ""));
}

static void
add_body(web_t *self, const void *bytes, size_t size)
{
    zframe_t *blob = zframe_new(bytes, size);
    call_add_blob(self->call, &blob);
}

code_t
web_page(web_t *self, int status, const char *template)
{
    const site_t *site = &self->gateway->site;
    value_text(self->data, KEY_site_name, site->name);
    value_text(self->data, KEY_site_description, site->description);
    value_text(self->data, KEY_csrf, self->gateway->csrf.token);
    value_text(self->data, KEY_style_url, site->style_url);
    value_text(self->data, KEY_script_url, site->script_url);
    value_text(self->data, KEY_code_url, site->code_url);
    value_text(self->data, KEY_theme_url, site->theme_url);
    value_text(self->data, KEY_palette_url, site->palette_url);
    value_text(self->data, KEY_icon_url, site->icon_url);
    output_t out = { 0 };
    code_t code = templates_render(self->gateway->templates, template, self->data, &out);
    if (code == OK) {
        begin(self, status, "text/html; charset=utf-8");
        add_body(self, out.bytes, out.size);
    }
    output_clear(&out);
    return code;
}

code_t
web_bytes(web_t *self, const char *type, const void *bytes, size_t size)
{
    return web_answer(self, 200, type, bytes, size);
}

code_t
web_answer(web_t *self, int status, const char *type, const void *bytes, size_t size)
{
    begin(self, status, type);
    add_body(self, bytes, size);
    return OK;
}

code_t
web_text(web_t *self, int status, const char *type, const char *text)
{
    return web_answer(self, status, type, text, strlen(text));
}

code_t
web_redirect(web_t *self, int status, const char *url)
{
    begin(self, status, "text/plain; charset=utf-8");
    web_header(self, "location", url);
    add_body(self, url, strlen(url));
    return OK;
}

void
web_cacheable(web_t *self, const char *commit)
{
    if (self->passing)
        return;
    self->reply->cacheable = *commit != 0;
    self->reply->commit = arena_copy(self->arena, commit, strlen(commit));
}

static const advice_t *
advice_for(code_t code)
{
    size_t last = sizeof advices / sizeof *advices - 1;
    for (size_t i = 0; i < last; i++)
        if (advices[i].code == code)
            return &advices[i];
    return &advices[last];
}

// Programs ask for what lies below some roots; but /api/notes/edit is the editor of a page.
static bool
is_programs(const web_t *self)
{
    const char *path = self->request->path;
    const page_root_t *root = *path? page_root(path + 1): NULL;
    return root && root->json && page_action(path + 1) == PAGE_ACTION_NONE;
}

static code_t
failure_object(web_t *self, int status, const char *why)
{
    json_t *json = json_pack("{s:i, s:s, s:s}", "status", status, "error", why, "trace", self->call->head->trace);
    char *text = json? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII): NULL;
    code_t code = text? web_text(self, status, "application/json", text): INTERNAL;
    free(text);
    json_decref(json);
    return code;
}

static code_t
failure_page(web_t *self, code_t code, const char *why)
{
    const advice_t *found = advice_for(code);
    if (code_http_status(code) < 500 && !value_find(self->data, KEY_tree))
        web_surround(self, "");                 // nothing is broken, so the way on may be shown
    web_title(self, found->title);
    value_text(self->data, KEY_explain, why);
    value_text(self->data, KEY_text, found->advice);
    value_text(self->data, KEY_trace, self->call->head->trace);
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, code_http_status(code), "error");
}

code_t
web_failure(web_t *self, code_t code)
{
    const char *why = self->why? self->why: self->answer? msg_error_text(self->answer): "";
    if (!*why)
        why = code_text(code);
    self->reply->cacheable = false;
    self->reply->commit = NULL;
    code_t rendered = is_programs(self)? failure_object(self, code_http_status(code), why)
                                       : failure_page(self, code, why);
    if (rendered == OK && code_retryable(code) && code_http_status(code) != 503)
        web_header(self, "retry-after", "1");
    return rendered;
}
