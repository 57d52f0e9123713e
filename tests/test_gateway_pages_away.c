// Rules of pages that ask the index, while that is behind, being built, or not there at all
//
// A toy takes the place of the index: it answers as the test says, and counts what it is asked.
#include "pages_kit.h"

#include <stdatomic.h>

static struct {
    atomic_bool silent, behind, lasting, building;      // behind: until it is asked to follow, unless that is lasting
    atomic_int asked, followed;
} toy;

// "Late" is what the toy says of a commit that it has not seen.
static bool
is_late(const char *at_least, const char **commit, call_t *call)
{
    bool late = atomic_load(&toy.behind) && *at_least;
    atomic_fetch_add(&toy.asked, 1);
    *commit = late? "0123456789012345678901234567890123456789": arena_copy(call->arena, at_least, strlen(at_least));
    return late;
}

static code_t
toy_history(void *state, call_t *call, const void *request, void *reply)
{
    const index_history_req_t *req = request;
    index_history_rep_t *rep = reply;
    (void)state;
    if (atomic_load(&toy.silent))
        return call_fail(call, UNAVAILABLE, "there is no index");
    rep->behind = is_late(req->at_least, &rep->commit, call);
    if (strcmp(req->path, "never") == 0)
        return call_fail(call, NOT_FOUND, "there never was such a page");
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows[0] = (index_commit_row_t){ .commit = "abcdef0123456789abcdef0123456789abcdef01", .author = "<i>Ada</i>",
                                         .message = "<b>bold</b>\n\nbody", .when = 1000000000, .change = "modified" };
    rep->rows_count = 1;
    return OK;
}

static code_t
toy_list(void *state, call_t *call, const void *request, void *reply)
{
    const index_list_req_t *req = request;
    index_list_rep_t *rep = reply;
    (void)state;
    if (atomic_load(&toy.silent))
        return call_fail(call, UNAVAILABLE, "there is no index");
    rep->behind = is_late(req->at_least, &rep->commit, call);
    rep->rows = arena_alloc(call->arena, sizeof *rep->rows);
    rep->rows[0] = (index_page_row_t){ .file = "of the index.md", .page = "of the index", .when = 1000000000 };
    rep->rows_count = 1;
    rep->total = 1;
    return OK;
}

static code_t
toy_follow(void *state, call_t *call, const void *request, void *reply)
{
    index_follow_rep_t *rep = reply;
    (void)state, (void)call, (void)request;
    atomic_fetch_add(&toy.followed, 1);
    rep->behind = atomic_load(&toy.lasting);
    if (!rep->behind)
        atomic_store(&toy.behind, false);
    return OK;
}

static code_t
toy_reindex(void *state, call_t *call, const void *request, void *reply)
{
    index_reindex_rep_t *rep = reply;
    (void)state, (void)call, (void)request;
    if (atomic_load(&toy.building))
        rep->job = (index_job_t){ .id = "1", .state = "running", .done = 3, .total = 10 };
    return OK;
}

static code_t
toy_search(void *state, call_t *call, const void *request, void *reply)
{
    const index_search_req_t *req = request;
    index_search_rep_t *rep = reply;
    (void)state;
    if (atomic_load(&toy.silent))
        return call_fail(call, UNAVAILABLE, "there is no index");
    if (*req->query == '-')
        return call_fail(call, INVALID, "there is nothing to look for in <%s>", req->query);
    rep->behind = is_late(req->at_least, &rep->commit, call);
    rep->rows = arena_alloc(call->arena, 2 * sizeof *rep->rows);
    rep->rows[0] = (index_hit_t){ .file = "other.md", .page = "other", .title = "<s>Other</s>",
                                  .section = "Top > <u>Part</u>", .anchor = "part", .line = 7, .when = 1000000000,
                                  .snippet = "\2red\3 <script>x</script> \2app\3les" };
    rep->rows[1] = (index_hit_t){ .file = "apples.md", .page = "apples", .snippet = "of \2apples\3" };
    rep->rows_count = 2;
    rep->total = 45;
    rep->cursor = "<next>";
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
    { .call = &call_index_history, .handle = toy_history }, { .call = &call_index_list, .handle = toy_list },
    { .call = &call_index_follow, .handle = toy_follow }, { .call = &call_index_reindex, .handle = toy_reindex },
    { .call = &call_index_search, .handle = toy_search }, { 0 },
};
static const actor_t toy_index = { .name = "index", .open = toy_open, .close = toy_close, .routes = toy_routes };

static int
setup(void **state)
{
    pages_kit_t *kit = kit_prepare(NULL);
    atomic_store(&toy.silent, false);
    atomic_store(&toy.behind, false);
    atomic_store(&toy.lasting, false);
    atomic_store(&toy.building, false);
    kit->store = kit_pool(kit, &store_actor);
    kit->render = kit_pool(kit, &render_actor);
    kit->index = kit_pool(kit, &toy_index);
    assert_int_equal(gateway_actor.open(&kit->gateway, kit->config), OK);
    kit_put(kit, "apples.md", "# Apples\n\nRed.\n", 15);
    kit_put(kit, "apples/a.txt", "text", 4);
    *state = kit;
    return 0;
}

static void
test_a_page_that_asks_the_index_is_kept_when_that_knows_the_head(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/apples/history"), 200);
    assert_true(kit->reply.cacheable);
    assert_true(kit_shows(kit, "&lt;b&gt;bold&lt;/b&gt;</a> <span class=\"tag\">modified"));
    assert_true(kit_shows(kit, "&lt;i&gt;Ada"));
    assert_false(kit_shows(kit, "class=\"notice\""));
    assert_int_equal(kit_get(kit, "/-/changelog"), 200);
    assert_true(kit->reply.cacheable);
}

static void
test_an_index_that_is_behind_is_brought_along_and_asked_again(void **state)
{
    pages_kit_t *kit = *state;
    atomic_store(&toy.behind, true);
    atomic_store(&toy.asked, 0);
    atomic_store(&toy.followed, 0);
    assert_int_equal(kit_get(kit, "/apples/history"), 200);
    assert_int_equal(atomic_load(&toy.asked), 2);
    assert_int_equal(atomic_load(&toy.followed), 1);
    assert_true(kit->reply.cacheable);
    assert_false(kit_shows(kit, "class=\"notice\""));
}

static void
test_an_index_that_stays_behind_is_shown_with_a_word_and_not_kept(void **state)
{
    pages_kit_t *kit = *state;
    atomic_store(&toy.behind, true);
    atomic_store(&toy.lasting, true);
    assert_int_equal(kit_get(kit, "/apples/history"), 200);
    assert_false(kit->reply.cacheable);
    assert_true(kit_shows(kit, "has not seen the newest changes yet"));
    assert_true(kit_shows(kit, "&lt;b&gt;bold"));
    assert_int_equal(kit_get(kit, "/never/history"), 200);     // who knows
    assert_true(kit_shows(kit, "has not seen the newest changes yet"));
    atomic_store(&toy.behind, false);
    atomic_store(&toy.lasting, false);
    assert_int_equal(kit_get(kit, "/never/history"), 404);
}

static void
test_a_building_says_how_far_it_has_come(void **state)
{
    pages_kit_t *kit = *state;
    atomic_store(&toy.silent, true);
    atomic_store(&toy.building, true);
    assert_int_equal(kit_get(kit, "/apples/history"), 200);
    assert_true(kit_shows(kit, "The index of this wiki is being built: 3 of 10 steps done."));
    assert_false(kit_shows(kit, "<form method=\"post\""));
    assert_int_equal(kit_get(kit, "/-/about"), 200);
    assert_true(kit_shows(kit, "3 of 10 steps"));
}

static void
test_no_page_fails_because_the_index_is_not_there(void **state)
{
    static const char *const targets[] = {
        "/", "/apples", "/apples/history", "/apples/blame", "/apples/attachments", "/apples/attachment/a.txt",
        "/apples/backlinks", "/apples/backlinks?part=1", "/-/changelog", "/-/log", "/-/index", "/-/search?q=apples",
        "/-/search.json?q=apples&texts=1", "/-/about", "/-/housekeeping", "/-/housekeeping/orphaned",
        "/-/housekeeping/wanted", "/-/housekeeping/empty", "/-/housekeeping/broken", "/sitemap.xml",
        "/apples/diff/HEAD/HEAD", "/-/commit/HEAD",
    };
    pages_kit_t *kit = *state;
    atomic_store(&toy.silent, true);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
            if (kit_get(kit, targets[i]) != 200)
                fail_msg("%s: %d", targets[i], (int)kit->reply.status);
        actor_stop(&kit->index, 1000);          // and now nobody answers at all
    }
}

static void
test_names_are_told_by_the_store_while_the_index_is_away(void **state)
{
    pages_kit_t *kit = *state;
    atomic_store(&toy.silent, true);
    assert_int_equal(kit_get(kit, "/-/index"), 200);
    assert_true(kit_shows(kit, "<li><a href=\"/apples\">Apples</a>"));
    assert_false(kit_shows(kit, "class=\"notice\""));
    assert_int_equal(kit_get(kit, "/-/search?q=app"), 200);
    assert_true(kit_shows(kit, "<a href=\"/apples\">Apples</a>"));
    assert_true(kit_shows(kit, "cannot be asked at the moment"));
    assert_int_equal(kit_get(kit, "/-/search.json?q=app"), 200);
    assert_string_equal(kit->body, "{\"rows\":[{\"name\":\"Apples\",\"url\":\"/apples\"}]}");
    assert_int_equal(kit_get(kit, "/sitemap.xml"), 200);
    assert_true(kit_shows(kit, "/apples</loc><priority>"));
    atomic_store(&toy.silent, false);
    assert_int_equal(kit_get(kit, "/sitemap.xml"), 200);
    assert_true(kit_shows(kit, "/of%20the%20index</loc><lastmod>2001-09-09T01:46:40Z</lastmod><priority>1.0"));
    assert_int_equal(kit_get(kit, "/-/index"), 200);
    assert_true(kit_shows(kit, "Of The Index</a>"));
}

static void
test_hits_are_shown_with_marks_and_as_nothing_but_text(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/search?q=apples"), 200);
    assert_true(kit_shows(kit, "<mark>red</mark> &lt;script&gt;x&lt;/script&gt; <mark>app</mark>les</p>"));
    assert_true(kit_shows(kit, "<a href=\"/other#part\">&lt;u&gt;Part&lt;/u&gt;</a> · "
                               "line 7 · changed <time"));
    assert_true(kit_shows(kit, "<span class=\"small\">&lt;s&gt;Other&lt;/s&gt;</span>"));
    const char *named = strstr(kit->body, "<p class=\"hit\"><a href=\"/apples\">");
    const char *other = strstr(kit->body, "<p class=\"hit\"><a href=\"/other\">");
    assert_true(named && other && named < other);       // who types a name wants that page
    assert_true(kit_shows(kit, "Pages found: 45"));
    assert_true(kit_shows(kit, "href=\"?q=apples&amp;cursor=%3Cnext%3E\" rel=\"next\""));
    assert_int_equal(kit_get(kit, "/-/search?q=apples&cursor=x"), 200);
    assert_true(strstr(kit->body, "hit\"><a href=\"/apples\">") > strstr(kit->body, "hit\"><a href=\"/other\">"));
}

static void
test_what_is_nothing_to_look_for_is_said_on_the_page(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/search?q=-%3Cb%3E"), 200);
    assert_true(kit_shows(kit, "role=\"alert\""));
    assert_true(kit_shows(kit, "nothing to look for in &lt;-&lt;b&gt;&gt;"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_page_that_asks_the_index_is_kept_when_that_knows_the_head, setup,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(test_an_index_that_is_behind_is_brought_along_and_asked_again, setup,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(test_an_index_that_stays_behind_is_shown_with_a_word_and_not_kept, setup,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_building_says_how_far_it_has_come, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_no_page_fails_because_the_index_is_not_there, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_names_are_told_by_the_store_while_the_index_is_away, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_hits_are_shown_with_marks_and_as_nothing_but_text, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_nothing_to_look_for_is_said_on_the_page, setup, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
