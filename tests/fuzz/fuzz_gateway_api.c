// Whatever is asked of the REST API, in path, header or JSON: the answer is JSON of the one form, never a redirect, and
// what cannot be understood changes nothing. Store, renderer and index are stand-ins that say what the input says.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../../actors/core/actor.h"
#include "../../gateway/actor.h"
#include "../../proto/page.h"

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char commit_id[] = "0123456789abcdef0123456789abcdef01234567";

static code_t
on_open(void **state, zconfig_t *config)
{
    (void)config;
    *state = calloc(1, 1);
    return OK;
}

static void
on_close(void **state)
{
    free(*state);
    *state = NULL;
}

// No path comes here that is none, whatever was asked for.
static void
check_path(const char *path)
{
    if (page_path_check(path, NULL) != OK && page_path_check(path + strspn(path, "/"), NULL) != OK
        && !strstr(path, "//") && path[strlen(path) - 1] != '/')
        abort();
}

static code_t
on_read(void *state, call_t *call, const void *request, void *reply)
{
    const store_read_req_t *req = request;
    store_read_rep_t *rep = reply;
    char file[PAGE_ID_SIZE];
    page_naming_t naming = { 0 };
    (void)state;
    check_path(req->path);
    if (page_new_file(&naming, req->path, file) != OK || strlen(req->path) % 4 == 3)
        return call_fail(call, NOT_FOUND, "there is no %.100s", req->path);
    rep->file = arena_copy(call->arena, file, strlen(file));
    rep->commit = rep->blob = commit_id;
    zframe_t *text = zframe_new("one\r\ntwo\r\nx\n", 12);
    call_add_blob(call, &text);
    return OK;
}

static code_t
on_commit(void *state, call_t *call, const void *request, void *reply)
{
    const store_commit_req_t *req = request;
    store_commit_rep_t *rep = reply;
    (void)state;
    for (size_t i = 0; i < req->changes_count; i++)
        if (page_path_check(req->changes[i].path, NULL) != OK)
            abort();
    rep->commit = commit_id;
    if (req->changes_count == 0 || strlen(req->message) % 3)
        return OK;
    for (int i = 0; i < 4 && call->blob; i++) {
        zframe_t *side = zframe_dup(call->blob);
        call_add_blob(call, &side);
    }
    return call_fail(call, CONFLICT, "%.200s was changed", req->changes[0].path);
}

static code_t
on_history(void *state, call_t *call, const void *request, void *reply)
{
    store_history_rep_t *rep = reply;
    (void)state, (void)request;
    rep->commit = commit_id;
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows[0] = (store_history_row_t){ .commit = commit_id, .author = "a", .message = " m \n n ", .zone = -90 };
    rep->rows_count = 1;
    return OK;
}

static code_t
on_head(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)call, (void)request;
    ((store_head_rep_t *)reply)->commit = commit_id;
    return OK;
}

static code_t
on_changes(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)call, (void)request;
    ((store_changes_rep_t *)reply)->commit = commit_id;
    return OK;
}

static code_t
on_digest(void *state, call_t *call, const void *request, void *reply)
{
    render_digest_rep_t *rep = reply;
    (void)state, (void)request;
    rep->title = call->blob? arena_copy(call->arena, "title", 5): "";
    zframe_t *matter = zframe_new("{\"a\":[1,null]}", 14);
    call_add_blob(call, &matter);
    return OK;
}

static const char lines[] = "w1home\nw0not there\nm1other\ni2a.png\nw1\n\nw";

static code_t
on_page(void *state, call_t *call, const void *request, void *reply)
{
    const index_page_req_t *req = request;
    index_page_rep_t *rep = reply;
    (void)state;
    rep->commit = commit_id;
    rep->found = strlen(req->path) % 3 > 0;
    rep->row = (index_page_row_t){ .file = "a.md", .page = "a", .blob = commit_id, .revision = commit_id };
    rep->change = (index_commit_row_t){ .commit = commit_id, .author = "a", .message = "m" };
    for (int i = 0; i < 3; i++) {
        zframe_t *blob = zframe_new(i? lines: "{}", i? sizeof lines - 1: 2);
        call_add_blob(call, &blob);
    }
    return OK;
}

static code_t
on_follow(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)call, (void)request;
    ((index_follow_rep_t *)reply)->commit = commit_id;
    return OK;
}

static const route_t store_routes[] = {
    { .call = &call_store_read, .handle = on_read }, { .call = &call_store_commit, .handle = on_commit },
    { .call = &call_store_history, .handle = on_history }, { .call = &call_store_head, .handle = on_head },
    { .call = &call_store_changes, .handle = on_changes }, { .call = NULL },
};
static const route_t render_routes[] = { { .call = &call_render_digest, .handle = on_digest }, { .call = NULL } };
static const route_t index_routes[] = {
    { .call = &call_index_page, .handle = on_page }, { .call = &call_index_follow, .handle = on_follow },
    { .call = NULL },
};
static const actor_t actors[] = {
    { .name = "store", .open = on_open, .close = on_close, .routes = store_routes },
    { .name = "render", .open = on_open, .close = on_close, .routes = render_routes },
    { .name = "index", .open = on_open, .close = on_close, .routes = index_routes },
};
enum { ACTORS = sizeof actors / sizeof *actors };

// ---- the target: "METHOD target", headers, an empty line, the body -------------------------------------------------
static void *gateway;                           // one for all inputs, as libFuzzer gives no other place
static pool_t *pools[ACTORS];
static zconfig_t *config;

// Sockets must be closed before czmq's own exit handler, which waits for them.
static void
stop(void)
{
    gateway_actor.close(&gateway);
    for (int i = 0; i < ACTORS; i++)
        actor_stop(&pools[i], 100);
    zconfig_destroy(&config);
}

int
LLVMFuzzerInitialize(int *count, char ***words)
{
    char path[32], endpoint[32];
    (void)count, (void)words;
    config = zconfig_new("root", NULL);
    for (int i = 0; i < ACTORS; i++) {
        snprintf(path, sizeof path, "peers/%s", actors[i].name);
        snprintf(endpoint, sizeof endpoint, "inproc://api-%s", actors[i].name);
        pool_options_t options = { .endpoint = endpoint, .workers = 1 };
        pools[i] = actor_start(&actors[i], &options);
        zconfig_put(config, path, endpoint);
    }
    zconfig_put(config, "settings/secret_key", "0123456789abcdef");
    zconfig_put(config, "settings/api_key", "k");
    if (!pools[0] || !pools[1] || !pools[2] || gateway_actor.open(&gateway, config) != OK)
        abort();
    atexit(stop);
    return 0;
}

static void
check_json(const gateway_handle_rep_t *reply, zframe_t *body)
{
    size_t size = body? zframe_size(body): 0;
    if (strncmp(reply->headers[0].value, "application/json", 16) != 0 || reply->status == 204)
        return;                                 // raw bytes, a feed, or nothing
    json_t *json = json_loadb((const char *)zframe_data(body), size, JSON_DECODE_ANY, NULL);
    char *again = json? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY): NULL;
    if (!again || size != strlen(again) + 1 || memcmp(again, zframe_data(body), size - 1) != 0)
        abort();
    if (reply->status >= 400 && !json_is_string(json_object_get(json, "error")))
        abort();
    free(again);
    json_decref(json);
}

static void
check(msg_t *answer)
{
    gateway_handle_rep_t reply;
    if (msg_read_rep(answer, &call_gateway_handle, &reply) != OK || reply.headers_count == 0)
        abort();
    if (reply.status / 100 == 3 || reply.status == 500 || strncmp(reply.headers[0].value, "text/html", 9) == 0)
        abort();
    for (size_t i = 0; i < reply.headers_count; i++)
        if (strpbrk(reply.headers[i].value, "\r\n"))
            abort();
    check_json(&reply, msg_blob(answer, 0));
}

// Takes the next line off the text; NULL at its end.
static char *
next_line(char **text)
{
    char *line = *text, *end = line? strchr(line, '\n'): NULL;
    if (end)
        *end++ = 0;
    *text = end;
    return line;
}

static msg_t *
request_of(arena_t *arena, char *text)
{
    http_header_t headers[8] = { { "authorization", "Bearer k" }, { "content-type", "application/json" } };
    gateway_handle_req_t request = { .query = "", .headers = headers, .headers_count = 2 };
    char *method = next_line(&text), *target = strchr(method, ' '), *line;
    if (target)
        *target++ = 0;
    char *query = target? strchr(target, '?'): NULL;
    if (query)
        *query++ = 0;
    request.method = strlen(method) <= 16? method: "GET";
    request.path = arena_printf(arena, "/api/v1%s%s", target && *target == '/'? "": "/", target? target: "");
    request.query = query? query: "";
    while ((line = next_line(&text)) && *line) {
        char *colon = strchr(line, ':');
        if (!colon || request.headers_count == 8 || colon - line > 250)
            continue;
        *colon = 0;
        headers[request.headers_count++] = (http_header_t){ line, colon + 1 };
    }
    msg_t *message = msg_new_req(&call_gateway_handle, &request, NULL, msg_clock_ms() + 20000);
    zframe_t *body = text && message? zframe_new(text, strlen(text)): NULL;
    if (body)
        msg_add_blob(message, &body);
    return message;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena_t arena = { 0 };
    char *text = arena_copy(&arena, (const char *)data, size);
    msg_t *request = gateway || LLVMFuzzerInitialize(NULL, NULL) == 0? request_of(&arena, text): NULL;
    if (request) {
        msg_t *answer = actor_dispatch(&gateway_actor, gateway, &request);
        if (msg_code(answer) == OK)
            check(answer);
        msg_destroy(&answer);
    }
    arena_clear(&arena);
    return 0;
}
