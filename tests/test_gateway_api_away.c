// Rules of the API while the index is away, empty or being built, and of the jobs that build it
//
// A toy takes the place of the index and answers as the test says.
#include "api_kit.h"

#include <stdatomic.h>

static struct {
    atomic_bool silent, empty;                  // empty: until it is asked to follow
    _Atomic(const char *) job;                  // state of the newest one; "": there never was one
    atomic_int asked;
} toy;

static code_t
toy_list(void *state, call_t *call, const void *request, void *reply)
{
    index_list_rep_t *rep = reply;
    (void)state, (void)request;
    atomic_fetch_add(&toy.asked, 1);
    if (atomic_load(&toy.silent) || atomic_load(&toy.empty))
        return call_fail(call, UNAVAILABLE, "there is nothing to read yet");
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows[0] = (index_page_row_t){ .file = "of the index.md", .page = "of the index" };
    rep->rows_count = 1;
    rep->total = 1;
    return OK;
}

// Of whatever else is asked.
static code_t
toy_none(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)request, (void)reply;
    return call_fail(call, UNAVAILABLE, "there is nothing to read yet");
}

static code_t
toy_follow(void *state, call_t *call, const void *request, void *reply)
{
    (void)state, (void)request, (void)reply;
    if (atomic_load(&toy.silent))
        return call_fail(call, UNAVAILABLE, "there is no index");
    atomic_store(&toy.empty, false);
    return OK;
}

static code_t
toy_reindex(void *state, call_t *call, const void *request, void *reply)
{
    const index_reindex_req_t *req = request;
    index_reindex_rep_t *rep = reply;
    const char *job = atomic_load(&toy.job);
    (void)state, (void)call;
    rep->started = strcmp(req->action, "start") == 0 && strcmp(job, "running") != 0;
    if (rep->started)
        atomic_store(&toy.job, "running");
    if (strcmp(req->action, "cancel") == 0)
        atomic_store(&toy.job, "cancelled");
    job = atomic_load(&toy.job);
    if (*job)
        rep->job = (index_job_t){ .id = "1", .state = job, .started = 1772960400000, .finished = 1772960460999,
                                  .done = 3, .total = 10, .pages = 7, .passages = 20, .text = "the disk is \"full\"" };
    return OK;
}

static code_t
toy_open(void **state, zconfig_t *config)
{
    (void)config;
    *state = &toy;
    return OK;
}

static void
toy_close(void **state)
{
    *state = NULL;
}

static const route_t toy_routes[] = {
    { .call = &call_index_list, .handle = toy_list }, { .call = &call_index_follow, .handle = toy_follow },
    { .call = &call_index_reindex, .handle = toy_reindex }, { .call = &call_index_page, .handle = toy_none },
    { .call = &call_index_graph, .handle = toy_none }, { .call = &call_index_history, .handle = toy_none },
    { .call = &call_index_match, .handle = toy_none }, { .call = &call_index_search, .handle = toy_none },
    { .call = &call_index_linkers, .handle = toy_none }, { 0 },
};
static const actor_t toy_index = { .name = "index", .open = toy_open, .close = toy_close, .routes = toy_routes };

static int
set_up(void **state)
{
    static const char *const settings[] = { "api_key", API_KEY, NULL };
    pages_kit_t *kit = kit_prepare(settings);
    atomic_store(&toy.silent, false);
    atomic_store(&toy.empty, false);
    atomic_store(&toy.job, "");
    kit->store = kit_pool(kit, &store_actor);
    kit->render = kit_pool(kit, &render_actor);
    kit->index = kit_pool(kit, &toy_index);
    assert_int_equal(gateway_actor.open(&kit->gateway, kit->config), OK);
    *state = kit;
    return 0;
}

static void
test_without_an_index_lists_say_so_and_writes_go_on(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const targets[] = { "/pages", "/links", "/links/a", "/graph", "/changelog", "/search?q=a",
                                           "/pages/a/history", "/search?q=a&mode=lexical", "/feed.rss" };
    atomic_store(&toy.silent, true);
    api_put(kit, "a", "# A\n", NULL);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        if (api(kit, "GET", targets[i], NULL) != 503)
            fail_msg("%s: %s", targets[i], kit->body);
        assert_true(strlen(api_field(kit, "error")) > 0);
        assert_string_equal(kit_header(kit, "retry-after"), "1");
    }
    assert_int_equal(api(kit, "GET", "/pages/a", NULL), 200);
    assert_int_equal(api(kit, "POST", "/pages/a/attachments", "{\"filename\":\"x\",\"content\":\"eA==\"}"), 201);
    assert_int_equal(api(kit, "GET", "/pages/a/attachments", NULL), 200);
    assert_body(kit, "{\"attachments\":[{\"filename\":\"x\",\"last_modified\":null,\"mime_type\":"
                     "\"application/octet-stream\",\"size\":1}],\"path\":\"A\",\"total\":1}\n");
    assert_int_equal(api(kit, "POST", "/pages/a/rename", "{\"new_path\":\"b\"}"), 200);
    assert_int_equal(api(kit, "POST", "/batch",
                         "{\"operations\":[{\"action\":\"put\",\"path\":\"c\",\"content\":\"1\"}]}"), 200);
}

static void
test_an_index_that_has_nothing_yet_is_brought_along(void **state)
{
    pages_kit_t *kit = *state;
    atomic_store(&toy.empty, true);
    atomic_store(&toy.asked, 0);
    assert_int_equal(api(kit, "GET", "/pages", NULL), 200);
    assert_true(atomic_load(&toy.asked) > 1);
    json_decref(api_json(kit));
}

static void
test_one_job_builds_the_index_at_a_time(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api(kit, "GET", "/reindex/status", NULL), 200);
    assert_body(kit, "{\"status\":\"idle\"}\n");
    assert_int_equal(api(kit, "POST", "/reindex", NULL), 202);
    assert_body(kit, "{\"status\":\"started\"}\n");
    assert_int_equal(api(kit, "POST", "/reindex", NULL), 409);
    assert_error(kit, "Reindex already in progress");
    assert_int_equal(api(kit, "GET", "/reindex/status", NULL), 200);
    assert_body(kit, "{\"done\":3,\"started_at\":\"2026-03-08T09:00:00+00:00\",\"status\":\"in_progress\","
                     "\"steps\":10}\n");
    assert_int_equal(api(kit, "DELETE", "/reindex", NULL), 200);
    assert_body(kit, "{\"completed_at\":\"2026-03-08T09:01:00+00:00\",\"status\":\"cancelled\"}\n");
    assert_int_equal(api(kit, "POST", "/reindex", NULL), 202);
}

// The reference reports a failure as complete, with zeros.
static void
test_a_job_that_failed_is_reported_as_one(void **state)
{
    pages_kit_t *kit = *state;
    atomic_store(&toy.job, "failed");
    assert_int_equal(api(kit, "GET", "/reindex/status", NULL), 200);
    assert_body(kit, "{\"completed_at\":\"2026-03-08T09:01:00+00:00\",\"error_message\":\"the disk is \\\"full\\\"\","
                     "\"status\":\"error\"}\n");
    atomic_store(&toy.job, "done");
    assert_int_equal(api(kit, "GET", "/reindex/status", NULL), 200);
    assert_body(kit, "{\"chunks_created\":20,\"completed_at\":\"2026-03-08T09:01:00+00:00\",\"pages_indexed\":7,"
                     "\"status\":\"complete\"}\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_without_an_index_lists_say_so_and_writes_go_on),
        TEST(test_an_index_that_has_nothing_yet_is_brought_along),
        TEST(test_one_job_builds_the_index_at_a_time),
        TEST(test_a_job_that_failed_is_reported_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
