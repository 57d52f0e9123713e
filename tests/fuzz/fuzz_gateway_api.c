// Whatever is asked of the REST API, and whatever store, index and renderer say: every answer that calls itself JSON is
// JSON, errors are objects with a text, no header has a line end, and nothing is a redirect. The actors are stand-ins
// that say what the input says.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../../actors/core/actor.h"
#include "../../gateway/actor.h"

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void
add_blob(call_t *call, const char *text)
{
    zframe_t *blob = zframe_new(text, strlen(text));
    call_add_blob(call, &blob);
}

// ---- the store ---------------------------------------------------------------------------------------------------
static code_t
on_read(void *state, call_t *call, const void *request, void *reply)
{
    const store_read_req_t *req = request;
    store_read_rep_t *rep = reply;
    (void)state;
    if (strlen(req->path) % 5 == 4)
        return call_fail(call, NOT_FOUND, "there is no %.100s", req->path);
    rep->file = arena_printf(call->arena, req->exact? "%s": "%.1000s.md", req->path);
    rep->page = arena_copy(call->arena, req->path, strlen(req->path));
    rep->commit = rep->blob = commit_id;
    rep->total = (int64_t)strlen(req->path);
    if (!req->stat)
        add_blob(call, arena_printf(call->arena, "---\ntitle: x\n---\n# %s\n", req->path));
    return OK;
}

static code_t
on_list(void *state, call_t *call, const void *request, void *reply)
{
    const store_list_req_t *req = request;
    store_list_rep_t *rep = reply;
    (void)state;
    rep->commit = commit_id;
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows_count = *req->cursor? 0: 1;
    rep->rows[0] = (store_entry_t){ .file = arena_printf(call->arena, "%.1000sx", req->prefix), .size = -1 };
    return OK;
}

static code_t
on_head(void *state, call_t *call, const void *request, void *reply)
{
    store_head_rep_t *rep = reply;
    (void)state, (void)call, (void)request;
    *rep = (store_head_rep_t){ .commit = commit_id, .writable = true, .home = "home" };
    return OK;
}

static code_t
on_commit(void *state, call_t *call, const void *request, void *reply)
{
    const store_commit_req_t *req = request;
    store_commit_rep_t *rep = reply;
    (void)state;
    for (size_t i = 0; i < req->changes_count; i++) {
        size_t size = call->blob? zframe_size(call->blob): 0;
        if (req->changes[i].offset < 0 || req->changes[i].size < 0 ||
            (size_t)(req->changes[i].offset + req->changes[i].size) > size)
            abort();                            // a change outside of its blob
    }
    if (strlen(req->message) % 3 == 2)
        return call_fail(call, CONFLICT, "%.200s was changed", req->changes[0].path);
    rep->commit = commit_id;
    return OK;
}

static code_t
on_diff(void *state, call_t *call, const void *request, void *reply)
{
    const store_diff_req_t *req = request;
    store_diff_rep_t *rep = reply;
    (void)state;
    rep->from = rep->to = commit_id;
    rep->to_file = arena_copy(call->arena, req->path, strlen(req->path));
    add_blob(call, req->path);
    return OK;
}

// ---- the index ---------------------------------------------------------------------------------------------------
static code_t
on_page(void *state, call_t *call, const void *request, void *reply)
{
    const index_page_req_t *req = request;
    index_page_rep_t *rep = reply;
    (void)state;
    rep->commit = commit_id;
    rep->found = strlen(req->path) % 2;
    rep->row = (index_page_row_t){ .file = req->path, .page = req->path, .title = req->path, .revision = commit_id };
    rep->row.file = rep->row.page = rep->row.title = arena_copy(call->arena, req->path, strlen(req->path));
    rep->change = (index_commit_row_t){ .commit = commit_id, .message = rep->row.title };
    add_blob(call, rep->row.title);             // no JSON
    add_blob(call, arena_printf(call->arena, "w1%s\n\nw\nm2x\nw0", rep->row.title));
    add_blob(call, rep->row.title);
    return OK;
}

static code_t
on_rows(void *state, call_t *call, const void *request, void *reply)
{
    const index_list_req_t *req = request;
    index_list_rep_t *rep = reply;
    (void)state;
    static const char *const no_tags[] = { "", "\x01", "\"" };
    rep->commit = commit_id;
    rep->total = -1;
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows_count = 1;
    const char *text = arena_copy(call->arena, req->prefix, strlen(req->prefix));
    rep->rows[0] = (index_page_row_t){ .file = text, .page = text, .title = text, .category = text, .revision = text,
                                       .tags = (const char **)(uintptr_t)no_tags, .tags_count = 3, .when = INT64_MAX };
    rep->cursor = *req->cursor? "": arena_copy(call->arena, req->tag, strlen(req->tag));
    return OK;
}

static code_t
on_history(void *state, call_t *call, const void *request, void *reply)
{
    const index_history_req_t *req = request;
    index_history_rep_t *rep = reply;
    (void)state;
    const char *text = arena_copy(call->arena, req->path, strlen(req->path));
    const char **files = arena_alloc(call->arena, sizeof *files);
    *files = text;
    rep->commit = commit_id;
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows_count = 1;
    rep->rows[0] = (index_commit_row_t){ .commit = commit_id, .message = text, .author = text, .file = text,
                                         .zone = INT32_MAX, .files = files, .files_count = 1 };
    return OK;
}

static code_t
on_graph(void *state, call_t *call, const void *request, void *reply)
{
    const index_graph_req_t *req = request;
    index_graph_rep_t *rep = reply;
    (void)state;
    rep->commit = commit_id;
    add_blob(call, arena_printf(call->arena, "1%s\n\n0\n0%s\n1", req->path, req->cursor));
    add_blob(call, arena_printf(call->arena, "w%s\t%s\nw\t\nx\n\tw\nw", req->path, req->cursor));
    return OK;
}

static code_t
on_search(void *state, call_t *call, const void *request, void *reply)
{
    const index_search_req_t *req = request;
    index_search_rep_t *rep = reply;
    (void)state;
    const char *text = arena_printf(call->arena, "\2%s\3\3\2x", req->query);
    rep->commit = commit_id;
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows_count = 1;
    rep->rows[0] = (index_hit_t){ .file = "x", .page = "x", .snippet = text, .section = req->query, .score = -7 };
    rep->rows[0].section = text;
    return OK;
}

static code_t
on_match(void *state, call_t *call, const void *request, void *reply)
{
    const index_match_req_t *req = request;
    index_match_rep_t *rep = reply;
    (void)state;
    const char *text = arena_copy(call->arena, req->query, strlen(req->query));
    rep->commit = commit_id;
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows_count = 1;
    rep->rows[0] = (index_match_row_t){ .file = text, .page = text, .snippet = text, .score = 33 };
    return OK;
}

static code_t
on_nothing(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)call, (void)request, (void)reply;
    return OK;
}

// ---- the renderer ------------------------------------------------------------------------------------------------
static code_t
on_digest(void *state, call_t *call, const void *request, void *reply)
{
    const render_digest_req_t *req = request;
    render_digest_rep_t *rep = reply;
    (void)state;
    rep->headings = arena_alloc(call->arena, 2 * sizeof *rep->headings);
    rep->headings_count = 2;
    for (size_t i = 0; i < 2; i++)
        rep->headings[i] = (render_heading_t){ .level = (int64_t)(2 - i), .id = "x", .text = "y", .end = 9 };
    add_blob(call, req->page);
    return OK;
}

static code_t
on_section(void *state, call_t *call, const void *request, void *reply)
{
    const render_section_req_t *req = request;
    render_section_rep_t *rep = reply;
    (void)state, (void)call;
    size_t size = strlen(req->section);
    rep->found = size % 3 < 2;
    rep->heading = (render_heading_t){ .level = 1, .id = "x", .start = (int64_t)size % 7, .end = (int64_t)size * 3 };
    return OK;
}

static const route_t store_routes[] = {
    { .call = &call_store_read, .handle = on_read }, { .call = &call_store_list, .handle = on_list },
    { .call = &call_store_head, .handle = on_head }, { .call = &call_store_commit, .handle = on_commit },
    { .call = &call_store_diff, .handle = on_diff }, { .call = NULL },
};
static const route_t index_routes[] = {
    { .call = &call_index_page, .handle = on_page }, { .call = &call_index_list, .handle = on_rows },
    { .call = &call_index_history, .handle = on_history }, { .call = &call_index_graph, .handle = on_graph },
    { .call = &call_index_search, .handle = on_search }, { .call = &call_index_match, .handle = on_match },
    { .call = &call_index_follow, .handle = on_nothing }, { .call = &call_index_reindex, .handle = on_nothing },
    { .call = &call_index_wanted, .handle = on_nothing }, { .call = &call_index_broken, .handle = on_nothing },
    { .call = &call_index_linkers, .handle = on_nothing }, { .call = NULL },
};
static const route_t render_routes[] = {
    { .call = &call_render_digest, .handle = on_digest }, { .call = &call_render_section, .handle = on_section },
    { .call = &call_render_rewrite, .handle = on_nothing }, { .call = NULL },
};
static const actor_t actors[] = {
    { .name = "store", .open = on_open, .close = on_close, .routes = store_routes },
    { .name = "index", .open = on_open, .close = on_close, .routes = index_routes },
    { .name = "render", .open = on_open, .close = on_close, .routes = render_routes },
};
enum { ACTORS = sizeof actors / sizeof *actors };

// ---- the target: first line "METHOD path?query", the rest is the body ----------------------------------------------
static void *gateway;                           // one for all inputs, as libFuzzer gives no other place
static pool_t *pools[ACTORS];
static zconfig_t *config;

// Sockets must be closed before czmq's own exit handler, which waits for them.
static void
stop(void)
{
    gateway_actor.close(&gateway);
    for (size_t i = 0; i < ACTORS; i++)
        actor_stop(&pools[i], 100);
    zconfig_destroy(&config);
}

int
LLVMFuzzerInitialize(int *count, char ***words)
{
    char endpoint[64], path[64];
    (void)count, (void)words;
    config = zconfig_new("root", NULL);
    zconfig_put(config, "settings/api_key", "k");
    for (size_t i = 0; i < ACTORS; i++) {
        snprintf(endpoint, sizeof endpoint, "inproc://fuzz-api-%s", actors[i].name);
        snprintf(path, sizeof path, "peers/%s", actors[i].name);
        zconfig_put(config, path, endpoint);
        pool_options_t options = { .endpoint = endpoint, .workers = 1 };
        pools[i] = actor_start(&actors[i], &options);
        if (!pools[i])
            abort();
    }
    if (gateway_actor.open(&gateway, config) != OK)
        abort();
    atexit(stop);
    return 0;
}

static void
check_json(const gateway_handle_rep_t *reply, zframe_t *body)
{
    json_t *json = body? json_loadb((const char *)zframe_data(body), zframe_size(body), JSON_ALLOW_NUL, NULL): NULL;
    bool error = reply->status >= 400;
    if (reply->status != 204 && (!json || (error && !json_is_string(json_object_get(json, "error")))))
        abort();
    json_decref(json);
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
    if ((reply.status >= 300 && reply.status < 400) || reply.headers_count == 0)
        abort();
    if (reply.status >= 400 || strcmp(reply.headers[0].value, "application/json") == 0)
        check_json(&reply, msg_blob(answer, 0));
}

static msg_t *
request_of(arena_t *arena, char *text)
{
    static http_header_t headers[] = { { "authorization", "Bearer k" }, { "content-type", "application/json" },
                                       { "range", "bytes=1-" } };
    char *rest = strchr(text, '\n'), *path = strchr(text, ' ');
    if (!rest || !path || path > rest || path[1] != '/')
        return NULL;
    *rest++ = *path++ = 0;
    char *query = strchr(path, '?');
    if (query)
        *query++ = 0;
    gateway_handle_req_t request = { .method = text, .query = query? query: "", .headers = headers };
    request.path = arena_printf(arena, "/api/v1%s", path);
    request.headers_count = strlen(path) % 2? 3: 2;
    msg_t *message = msg_new_req(&call_gateway_handle, &request, NULL, msg_clock_ms() + 20000);
    zframe_t *body = *rest && message? zframe_new(rest, strlen(rest)): NULL;
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
