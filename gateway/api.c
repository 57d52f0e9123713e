#include "api.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- answering ---------------------------------------------------------------------------------------------------
// Of the bytes and of the revision, so that either change gives another one.
static void
add_etag(web_t *self, const char *revision, const char *bytes, size_t size)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "wikibot api v1";
    unsigned char hash[crypto_shorthash_BYTES];
    char hex[2 * sizeof hash + 1];
    crypto_shorthash(hash, (const unsigned char *)bytes, size, key);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    web_header(self, "etag", arena_printf(self->arena, "\"%s.%s\"", revision, hex));
}

code_t
api_answer_text(web_t *self, int status, const char *text, size_t size)
{
    web_answer(self, status, "application/json", text, size);
    web_header(self, "cache-control", status < 400? "private, no-cache": "no-store");
    web_header(self, "vary", "Authorization");
    const char *commit = self->wrote? self->wrote: self->api->commit;
    if (commit && *commit)
        web_header(self, "wiki-commit", arena_copy(self->arena, commit, strlen(commit)));
    return OK;
}

static code_t
answer(web_t *self, int status, json_t *json, const char *revision)
{
    char *text = api_dump(json);
    json_decref(json);
    if (!text)
        return INTERNAL;
    size_t size = strlen(text);
    text[size] = '\n';                          // in the place of the NUL: the body has its size
    code_t code = api_answer_text(self, status, text, size + 1);
    if (revision)
        add_etag(self, revision, text, size + 1);
    free(text);
    return code;
}

code_t
api_answer(web_t *self, int status, json_t *json)
{
    return answer(self, status, json, NULL);
}

code_t
api_answer_tagged(web_t *self, json_t *json, const char *revision)
{
    return answer(self, 200, json, revision);
}

code_t
api_refuse(web_t *self, int status, const char *text)
{
    json_t *json = json_object();
    json_object_set_new(json, "error", api_text(text));
    return api_answer(self, status, json);
}

code_t
api_refuse_of(web_t *self, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        abort();
    va_end(args);
    code_t code = api_refuse(self, status, text);
    free(text);
    return code;
}

code_t
api_fail(web_t *self, code_t code)
{
    const char *why = self->why? self->why: self->answer? msg_error_text(self->answer): "";
    int status = code_http_status(code);
    self->reply->cacheable = false;
    code_t answered = api_refuse(self, status, *why? why: code_text(code));
    if (answered == OK && code_retryable(code) && status != 503)
        web_header(self, "retry-after", "1");   // a 503 has it already
    return answered;
}

void
api_cacheable(web_t *self, const char *commit)
{
    web_cacheable(self, commit);
    self->reply->own = !(self->api->route->flags & API_OPEN);
}

// ---- routing -----------------------------------------------------------------------------------------------------
typedef struct { const char *path, *name; size_t path_size, name_size; } found_t;

// Does the rest of a pattern, behind "*path", fit the whole of this text?
static bool
fits_end(const char *pattern, const char *text, size_t size, found_t *found)
{
    const char *colon = strchr(pattern, ':'), *rest = colon? colon + strlen(":name"): "";
    size_t fixed = colon? (size_t)(colon - pattern): strlen(pattern);
    if (size < fixed || strncmp(text, pattern, fixed) != 0)
        return false;
    if (!colon)
        return size == fixed;
    const char *slash = memchr(text + fixed, '/', size - fixed);
    found->name = text + fixed;
    found->name_size = slash? (size_t)(slash - found->name): size - fixed;
    size_t left = size - fixed - found->name_size;
    return found->name_size > 0 && left == strlen(rest) && memcmp(rest, found->name + found->name_size, left) == 0;
}

static bool
fits(const char *pattern, const char *path, found_t *found)
{
    const char *star = strchr(pattern, '*');
    size_t size = strlen(path), fixed = star? (size_t)(star - pattern): 0;
    *found = (found_t){ .path = "", .name = "" };
    if (!star)
        return fits_end(pattern, path, size, found);
    if (size <= fixed || strncmp(path, pattern, fixed) != 0)
        return false;
    const char *end = star + strlen("*path");
    for (size_t i = size; i > fixed; i--) {     // the end is short, so it is looked for from behind
        if ((i == size || path[i] == '/') && fits_end(end, path + i, size - i, found)) {
            found->path = path + fixed;
            found->path_size = i - fixed;
            return true;
        }
    }
    return false;
}

// The route of this method, else the methods of all that fit.
static const api_route_t *
find_route(const char *method, const char *path, found_t *found, char allow[64])
{
    const char *meant = strcmp(method, "HEAD") == 0? "GET": method;
    allow[0] = 0;
    for (const api_route_t *route = api_routes; route->id; route++) {
        if (!fits(route->pattern, path, found))
            continue;
        if (strcmp(route->method, meant) == 0)
            return route;
        size_t used = strlen(allow);
        if (!strstr(allow, route->method))
            snprintf(allow + used, 64 - used, "%s%s", used? ", ": "",
                     strcmp(route->method, "GET") == 0? "GET, HEAD": route->method);
    }
    return NULL;
}

static code_t
answer_methods(web_t *self, const char *allow)
{
    bool asked = strcmp(self->request->method, "OPTIONS") == 0;
    if (!*allow)
        return api_refuse(self, 404, "Not found");
    if (asked)
        web_text(self, 204, "application/json", "");
    else
        api_refuse(self, 405, "Method not allowed");
    web_header(self, "allow", arena_printf(self->arena, "%s, OPTIONS", allow));
    return OK;
}

static code_t
run_route(web_t *self, const api_route_t *route, const found_t *found)
{
    api_t *api = self->api;
    api->route = route;
    api->path = api_decode(self, found->path, found->path_size);
    api->name = api_decode(self, found->name, found->name_size);
    if (!api_credential(self))
        return OK;
    if (!api->path || !api->name)
        return api_refuse(self, 400, "The path is not UTF-8.");
    if (!(route->flags & API_OPEN) && !api_at_least(self))
        return OK;                              // nobody without a key makes us wait
    return route->flow(self);
}

code_t
api_handle(web_t *self)
{
    char allow[64];
    found_t found;
    api_t api = { .path = "", .name = "" };
    const char *raw = api_below(self->request->path);
    self->api = &api;
    const char *path = api_decode(self, raw, strlen(raw));
    const api_route_t *route = path? find_route(self->request->method, path, &found, allow): NULL;
    code_t code = !path? api_refuse(self, 400, "The path is not UTF-8."):
                  route? run_route(self, route, &found): answer_methods(self, allow);
    if (code != OK)
        code = api_fail(self, code);
    json_decref(api.body);
    self->api = NULL;
    return code;
}

code_t
api_health(web_t *self)
{
    return api_answer(self, 200, json_pack("{s:s}", "status", "ok"));
}
