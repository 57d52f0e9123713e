// pages_kit - the gateway actor with a real store and a real renderer behind it, all in this process
//
// Requests go through actor_dispatch, as those of HTTP and Lambda do after the edge.
#ifndef PAGES_KIT_H
#define PAGES_KIT_H
#include "unit.h"

#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../actors/core/flow.h"
#include "../actors/index/actor.h"
#include "../actors/render/actor.h"
#include "../actors/store/actor.h"
#include "../gateway/actor.h"
#include "../gateway/event.h"
#include "../proto/rules.h"

typedef struct {
    char folder[64], wiki[72];
    zconfig_t *config;
    pool_t *store, *render, *index;
    void *gateway;
    msg_t *answer;                              // the newest
    event_answer_t reply;
    char *body;                                 // its body with a final NUL
    size_t size;
    char token[80];
    arena_t arena;
} pages_kit_t;

static int
kit_remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)kind, (void)where;
    return remove(path);
}

static inline pool_t *
kit_pool(pages_kit_t *kit, const actor_t *actor)
{
    char endpoint[96], path[64];
    snprintf(endpoint, sizeof endpoint, "inproc://%s-%s", kit->folder + 5, actor->name);
    snprintf(path, sizeof path, "peers/%s", actor->name);
    zconfig_put(kit->config, path, endpoint);
    pool_options_t options = { .endpoint = endpoint, .workers = 2, .config = kit->config };
    pool_t *pool = actor_start(actor, &options);
    assert_non_null(pool);
    return pool;
}

// Settings are pairs of key and value, and end with NULL. Nothing runs yet: files may be put into kit->wiki.
static inline pages_kit_t *
kit_prepare(const char *const *settings)
{
    pages_kit_t *kit = calloc(1, sizeof *kit);
    char path[160];
    assert_non_null(kit);
    snprintf(kit->folder, sizeof kit->folder, "/tmp/wikibot-pages-XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    snprintf(kit->wiki, sizeof kit->wiki, "%s/wiki", kit->folder);
    assert_int_equal(mkdir(kit->wiki, 0700), 0);
    kit->config = zconfig_new("root", NULL);
    zconfig_put(kit->config, "settings/durability", "none");
    zconfig_put(kit->config, "settings/site_name", "Test wiki");
    zconfig_put(kit->config, "settings/repository", kit->wiki);
    snprintf(path, sizeof path, "%s/state", kit->folder);
    zconfig_put(kit->config, "settings/state", path);
    for (; settings && *settings; settings += 2) {
        snprintf(path, sizeof path, "settings/%s", settings[0]);
        zconfig_put(kit->config, path, settings[1]);
    }
    return kit;
}

static inline void
kit_start(pages_kit_t *kit)
{
    kit->store = kit_pool(kit, &store_actor);
    kit->render = kit_pool(kit, &render_actor);
    kit->index = kit_pool(kit, &index_actor);
    assert_int_equal(gateway_actor.open(&kit->gateway, kit->config), OK);
}

static inline pages_kit_t *
kit_new_with(const char *const *settings)
{
    pages_kit_t *kit = kit_prepare(settings);
    kit_start(kit);
    return kit;
}

static inline void
kit_forget(pages_kit_t *kit)
{
    msg_destroy(&kit->answer);
    free(kit->body);
    kit->body = NULL;
    kit->size = 0;
}

static inline void
kit_destroy(pages_kit_t *kit)
{
    kit_forget(kit);
    gateway_actor.close(&kit->gateway);
    actor_stop(&kit->index, 1000);
    actor_stop(&kit->render, 1000);
    actor_stop(&kit->store, 1000);
    zconfig_destroy(&kit->config);
    arena_clear(&kit->arena);
    nftw(kit->folder, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(kit);
}

// For tests that begin with an empty wiki, and for all of them at their end.
static inline int
kit_set_up(void **state)
{
    *state = kit_new_with(NULL);
    return 0;
}

static inline int
kit_tear_down(void **state)
{
    kit_destroy(*state);
    return 0;
}

static inline int
kit_send(pages_kit_t *kit, const event_request_t *request, const char *body, size_t size)
{
    msg_t *message = msg_new_req(&call_gateway_handle, request, NULL, msg_clock_ms() + 10000);
    assert_non_null(message);
    if (body) {
        zframe_t *blob = zframe_new(body, size);
        msg_add_blob(message, &blob);
    }
    kit_forget(kit);
    kit->answer = actor_dispatch(&gateway_actor, kit->gateway, &message);
    assert_int_equal(msg_code(kit->answer), OK);
    assert_int_equal(msg_read_rep(kit->answer, &call_gateway_handle, &kit->reply), OK);
    zframe_t *blob = msg_blob(kit->answer, 0);
    kit->size = blob? zframe_size(blob): 0;
    kit->body = calloc(1, kit->size + 1);
    assert_non_null(kit->body);
    if (kit->size)
        memcpy(kit->body, zframe_data(blob), kit->size);
    return (int)kit->reply.status;
}

static inline int
kit_request(pages_kit_t *kit, const char *method, const char *target, http_header_t *headers, size_t count)
{
    const char *question = strchr(target, '?');
    size_t size = question? (size_t)(question - target): strlen(target);
    event_request_t request = { .method = method, .query = question? question + 1: "", .source = "test" };
    request.path = arena_copy(&kit->arena, target, size);
    request.headers = headers;
    request.headers_count = count;
    return kit_send(kit, &request, NULL, 0);
}

static inline int
kit_get(pages_kit_t *kit, const char *target)
{
    return kit_request(kit, "GET", target, NULL, 0);
}

static inline const char *
kit_header(const pages_kit_t *kit, const char *name)
{
    for (size_t i = 0; i < kit->reply.headers_count; i++)
        if (strcmp(kit->reply.headers[i].name, name) == 0)
            return kit->reply.headers[i].value;
    return "";
}

static inline bool
kit_shows(const pages_kit_t *kit, const char *text)
{
    return kit->body && strstr(kit->body, text) != NULL;
}

// Every byte as %XX; returns the end.
static inline char *
kit_escape(char *out, const char *text)
{
    for (; *text; text++)
        out += snprintf(out, 4, "%%%02X", (unsigned char)*text);
    *out = 0;
    return out;
}

// A form body of pairs of name and value that end with NULL, as a browser writes it.
static inline char *
kit_form(pages_kit_t *kit, const char *const *pairs)
{
    size_t room = 16;
    for (size_t i = 0; pairs[i]; i++)
        room += 3 * strlen(pairs[i]) + 2;
    char *form = arena_alloc(&kit->arena, room), *out = form;
    for (size_t i = 0; pairs[i]; i++) {
        if (i > 0)
            *out++ = i % 2? '=': '&';
        out = kit_escape(out, pairs[i]);
    }
    return form;
}

static inline int
kit_post_raw(pages_kit_t *kit, const char *path, const char *const *pairs)
{
    http_header_t type = { "content-type", "application/x-www-form-urlencoded; charset=UTF-8" };
    event_request_t request = { .method = "POST", .path = path, .headers = &type, .headers_count = 1 };
    const char *form = kit_form(kit, pairs);
    return kit_send(kit, &request, form, strlen(form));
}

static inline const char *
kit_token(pages_kit_t *kit)
{
    static const char before[] = "<meta name=\"csrf-token\" content=\"";
    if (!*kit->token) {
        assert_int_equal(kit_get(kit, "/-/about"), 200);
        const char *at = strstr(kit->body, before);
        assert_non_null(at);
        at += sizeof before - 1;
        snprintf(kit->token, sizeof kit->token, "%.*s", (int)strcspn(at, "\""), at);
    }
    return kit->token;
}

// At most 6 pairs; the token is added.
static inline int
kit_post(pages_kit_t *kit, const char *path, const char *const *pairs)
{
    const char *all[16] = { "csrf_token", kit_token(kit) };
    for (size_t i = 0; pairs[i] && i < 13; i++)
        all[i + 2] = pairs[i];
    return kit_post_raw(kit, path, all);
}
#define POST(kit, path, ...) kit_post(kit, path, (const char *const[]){ __VA_ARGS__, NULL })

// Value of a hidden field of the newest page, in the arena.
static inline const char *
kit_hidden(pages_kit_t *kit, const char *name)
{
    char before[64];
    snprintf(before, sizeof before, "name=\"%s\" value=\"", name);
    const char *at = strstr(kit->body, before);
    assert_non_null(at);
    at += strlen(before);
    return arena_copy(&kit->arena, at, strcspn(at, "\""));
}

// Writes a file of any name as it is, past the gateway.
static inline void
kit_put(pages_kit_t *kit, const char *file, const char *bytes, size_t size)
{
    rule_t rule = { .glob = "**", .rights = RIGHT_ALL };
    store_change_t put = { .action = "put", .path = file, .exact = true, .size = (int64_t)size };
    store_commit_req_t commit = { .caller = { .name = "Tester", .client = "test", .rules = &rule, .rules_count = 1 },
                                  .changes = &put, .changes_count = 1 };
    zframe_t *blob = zframe_new(bytes, size);
    flow_t *flow = flow_new(kit->config);
    msg_t *answer = flow_ask(flow, "store", &call_store_commit, &commit, &blob);
    if (msg_code(answer) != OK)
        fail_msg("%s: %s", file, msg_error_text(answer));
    msg_destroy(&answer);
    flow_destroy(&flow);
}

// Waits until the index has been built and holds the head.
static inline void
kit_settle(pages_kit_t *kit)
{
    index_follow_req_t follow = { .commit = "" };
    index_follow_rep_t found = { .behind = true };
    flow_t *flow = flow_new(kit->config);
    for (int round = 0; found.behind && round < 100; round++) {
        flow_begin(flow, &(msg_head_t){ .deadline = msg_clock_ms() + 2000 });
        msg_t *answer = flow_ask(flow, "index", &call_index_follow, &follow, NULL);
        assert_int_equal(msg_code(answer), OK);
        assert_int_equal(msg_read_rep(answer, &call_index_follow, &found), OK);
        msg_destroy(&answer);
    }
    flow_destroy(&flow);
    assert_false(found.behind);
}

// Writes a page through its form; the base is what stands there now.
static inline int
kit_save(pages_kit_t *kit, const char *url, const char *text)
{
    const char *edit = arena_printf(&kit->arena, "%s/edit", url), *save = arena_printf(&kit->arena, "%s/save", url);
    assert_int_equal(kit_get(kit, edit), 200);
    return POST(kit, save, "content", text, "revision", kit_hidden(kit, "revision"));
}

static inline void
kit_assert_source(pages_kit_t *kit, const char *page, const char *expected)
{
    assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "%s/source?raw", page)), 200);
    assert_string_equal(kit->body, expected);
}

static inline int
kit_shell(const char *command)
{
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}
#endif
