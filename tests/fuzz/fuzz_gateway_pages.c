// Whatever is asked, posted or found in a page: the whole gateway actor answers with a well-formed page or redirect,
// and nothing of the input becomes markup. Store and renderer are stand-ins that say what the input says.
#include <stdlib.h>
#include <string.h>

#include "../../actors/core/actor.h"
#include "../../gateway/actor.h"
#include "../../gateway/csrf.h"

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// ---- stand-ins: each answers with the blob it was given, or with names made of the request -------------------------
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

static const char commit_id[] = "0123456789abcdef0123456789abcdef01234567";

static code_t
on_read(void *state, call_t *call, const void *request, void *reply)
{
    const store_read_req_t *req = request;
    store_read_rep_t *rep = reply;
    (void)state;
    if (req->exact || strlen(req->path) % 4 == 3)
        return call_fail(call, NOT_FOUND, "there is no %.100s", req->path);
    rep->file = rep->page = arena_copy(call->arena, req->path, strlen(req->path));
    rep->commit = rep->blob = commit_id;
    zframe_t *text = zframe_new(req->path, strlen(req->path));
    call_add_blob(call, &text);
    return OK;
}

static code_t
on_around(void *state, call_t *call, const void *request, void *reply)
{
    const store_around_req_t *req = request;
    store_around_rep_t *rep = reply;
    (void)state;
    rep->commit = commit_id;
    rep->home = "home";
    rep->writable = true;
    rep->levels = arena_alloc(call->arena, 30 * sizeof *rep->levels);
    rep->levels_count = strlen(req->path) % 30;
    for (size_t i = 0; i < rep->levels_count; i++) {
        const char *rows = arena_printf(call->arena, "1a\n3\n\n4%.*s\n3x\n1%s", (int)i, req->path, req->path);
        const char *open = i % 7 < 6? arena_copy(call->arena, req->path, i): "x";
        rep->levels[i] = (store_level_t){ .folder = "", .open = open, .rows = rows, .more = i % 5 == 0 };
    }
    rep->kinds = req->links_count? "0": "";
    return OK;
}

static code_t
on_diff(void *state, call_t *call, const void *request, void *reply)
{
    const store_diff_req_t *req = request;
    (void)state, (void)reply;
    zframe_t *text = zframe_new(req->path, strlen(req->path));
    call_add_blob(call, &text);
    return OK;
}

static code_t
on_commit(void *state, call_t *call, const void *request, void *reply)
{
    const store_commit_req_t *req = request;
    (void)state, (void)reply;
    for (int i = 0; i < 4 && call->blob; i++) {
        zframe_t *side = zframe_dup(call->blob);
        call_add_blob(call, &side);
    }
    return call_fail(call, CONFLICT, "%.200s was changed", req->changes[0].path);
}

static code_t
on_page(void *state, call_t *call, const void *request, void *reply)
{
    render_page_rep_t *rep = reply;
    (void)state, (void)request;
    rep->links = arena_alloc(call->arena, sizeof *rep->links);
    rep->links_count = 1;
    rep->links[0] = (render_link_t){ .target = "x", .offset = (int64_t)(call->blob? zframe_size(call->blob): 0) };
    zframe_t *html = zframe_new("<p>safe</p>", 11);
    call_add_blob(call, &html);
    return OK;
}

static const route_t store_routes[] = {
    { .call = &call_store_read, .handle = on_read }, { .call = &call_store_around, .handle = on_around },
    { .call = &call_store_diff, .handle = on_diff }, { .call = &call_store_commit, .handle = on_commit },
    { .call = NULL },
};
static const route_t render_routes[] = { { .call = &call_render_page, .handle = on_page }, { .call = NULL } };
static const actor_t store = { .name = "store", .open = on_open, .close = on_close, .routes = store_routes };
static const actor_t render = { .name = "render", .open = on_open, .close = on_close, .routes = render_routes };

// ---- the target: first line "METHOD path?query", the rest is a form -------------------------------------------------
static void *gateway;                           // one for all inputs, as libFuzzer gives no other place
static pool_t *pools[2];
static zconfig_t *config;

static pool_t *
start(const actor_t *actor, const char *endpoint)
{
    pool_options_t options = { .endpoint = endpoint, .workers = 1 };
    pool_t *pool = actor_start(actor, &options);
    if (!pool)
        abort();
    return pool;
}

// Sockets must be closed before czmq's own exit handler, which waits for them.
static void
stop(void)
{
    gateway_actor.close(&gateway);
    actor_stop(&pools[0], 100);
    actor_stop(&pools[1], 100);
    zconfig_destroy(&config);
}

int
LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    pools[0] = start(&store, "inproc://fuzz-store");
    pools[1] = start(&render, "inproc://fuzz-render");
    config = zconfig_new("root", NULL);
    zconfig_put(config, "peers/store", "inproc://fuzz-store");
    zconfig_put(config, "peers/render", "inproc://fuzz-render");
    zconfig_put(config, "settings/secret_key", "0123456789abcdef");
    if (gateway_actor.open(&gateway, config) != OK)
        abort();
    atexit(stop);
    return 0;
}

static void
check(msg_t *answer)
{
    gateway_handle_rep_t reply;
    if (msg_read_rep(answer, &call_gateway_handle, &reply) != OK)
        abort();
    for (size_t i = 0; i < reply.headers_count; i++)
        if (strpbrk(reply.headers[i].value, "\r\n"))
            abort();
    zframe_t *body = msg_blob(answer, 0);
    bool page = strncmp(reply.headers[0].value, "text/html", 9) == 0 && reply.headers_count == 1;
    if (page && body && memmem(zframe_data(body), zframe_size(body), "<fuzz", 5))
        abort();
}

static msg_t *
request_of(char *text)
{
    char *rest = strchr(text, '\n');
    csrf_t csrf;
    if (csrf_open(&csrf, "0123456789abcdef", "") != OK)
        abort();
    http_header_t headers[] = { { "content-type", "application/x-www-form-urlencoded" },
                                { "x-csrftoken", csrf.token } };
    if (rest)
        *rest++ = 0;
    char *path = strchr(text, ' ');
    char *query = path? strchr(path, '?'): NULL;
    if (query)
        *query++ = 0;
    gateway_handle_req_t request = { .method = path && *text == 'P'? "POST": "GET", .path = path? path + 1: "/",
                                     .query = query? query: "", .headers = headers, .headers_count = 2 };
    msg_t *message = msg_new_req(&call_gateway_handle, &request, NULL, msg_clock_ms() + 20000);
    zframe_t *form = rest && message? zframe_new(rest, strlen(rest)): NULL;
    if (form)
        msg_add_blob(message, &form);
    return message;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena_t arena = { 0 };
    char *text = arena_copy(&arena, (const char *)data, size);
    msg_t *request = gateway || LLVMFuzzerInitialize(NULL, NULL) == 0? request_of(text): NULL;
    if (request) {
        msg_t *answer = actor_dispatch(&gateway_actor, gateway, &request);
        if (msg_code(answer) == OK)
            check(answer);
        msg_destroy(&answer);
    }
    arena_clear(&arena);
    return 0;
}
