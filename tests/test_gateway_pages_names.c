// Pages whose names mean something else as an address: they stay reachable, and every link to them leads there
#include "pages_kit.h"

typedef struct { const char *page, *url, *base; } moved_t;
static const moved_t moved[] = {
    { "healthz", "/healthz/view", "/healthz" },
    { "mcp", "/mcp/view", "/mcp" },
    { "api", "/api/view", "/api" },
    { "api/notes", "/api/notes/view", "/api/notes" },
    { "api/v1/users", "/%61pi/v1/users/view", "/%61pi/v1/users" },
    { "static", "/static/view", "/static" },
    { "-/plan", "/-/plan/view", "/-/plan" },
    { "robots.txt", "/robots.txt/view", "/robots.txt" },
    { "notes/edit", "/notes/edit/view", "/notes/edit" },
    { "notes/blame/0a1b", "/notes/blame/0a1b/view", "/notes/blame/0a1b" },
};
enum { MOVED = sizeof moved / sizeof *moved };

static int
setup(void **state)
{
    pages_kit_t *kit = kit_new_with(NULL);
    *state = kit;
    for (size_t i = 0; i < MOVED; i++) {
        const char *text = arena_printf(&kit->arena, "A page called *%s*.\n", moved[i].page);
        kit_put(kit, arena_printf(&kit->arena, "%s.md", moved[i].page), text, strlen(text));
    }
    kit_put(kit, "api/notes/x.png", "PNG", 3);
    return 0;
}

static bool
links_to(const pages_kit_t *kit, const char *url)
{
    char link[128];
    snprintf(link, sizeof link, "href=\"%s\"", url);
    return kit_shows(kit, link);
}

static void
test_a_page_of_a_reserved_name_is_read_below_it(void **state)
{
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < MOVED; i++) {
        const char *words = arena_printf(&kit->arena, "A page called <em>%s</em>.", moved[i].page);
        kit_get(kit, moved[i].base);
        assert_false(kit_shows(kit, words));
        assert_int_equal(kit_get(kit, moved[i].url), 200);
        assert_true(kit_shows(kit, words));
        assert_true(links_to(kit, moved[i].url));
        assert_true(links_to(kit, arena_printf(&kit->arena, "%s/edit", moved[i].base)));
        assert_false(links_to(kit, moved[i].base));
    }
}

static void
test_everything_can_be_done_with_a_page_of_a_reserved_name(void **state)
{
    static const char *const views[] = { "/edit", "/source", "/history", "/blame", "/attachments", "/rename",
                                         "/delete" };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < MOVED; i++) {
        for (size_t j = 0; j < sizeof views / sizeof *views; j++) {
            const char *url = arena_printf(&kit->arena, "%s%s", moved[i].base, views[j]);
            if (kit_get(kit, url) != 200)
                fail_msg("%s: %d", url, (int)kit->reply.status);
        }
        assert_int_equal(kit_save(kit, moved[i].base, "New words.\n"), 303);
        assert_string_equal(kit_header(kit, "location"), moved[i].url);
        assert_int_equal(kit_get(kit, moved[i].url), 200);
        assert_true(kit_shows(kit, "New words."));
    }
}

static void
test_links_to_a_page_of_a_reserved_name_lead_to_it(void **state)
{
    pages_kit_t *kit = *state;
    static const char text[] = "[[healthz]] [[MCP]] [[api/notes]] [n](api/notes) ![p](/api/notes/x.png)"
                               " [about](/-/about) [[Notes/Edit]]\n";
    static const char *const lists[] = { "/-/index", "/links" };
    kit_put(kit, "links.md", text, sizeof text - 1);
    for (size_t i = 0; i < 2; i++) {            // the second has them in the text and in the tree
        assert_int_equal(kit_get(kit, lists[i]), 200);
        assert_true(links_to(kit, "/healthz/view"));
        assert_true(links_to(kit, "/mcp/view"));
        assert_true(links_to(kit, "/api/view"));
        assert_false(links_to(kit, "/healthz"));
        assert_false(links_to(kit, "/mcp"));
        assert_false(links_to(kit, "/api/notes"));
    }
    assert_true(links_to(kit, "/notes/edit/view"));
    assert_true(links_to(kit, "/api/notes/view"));
    assert_true(links_to(kit, "/-/about"));     // who spells the address means it
    assert_true(kit_shows(kit, "src=\"/api/notes/x.png/view\""));
    assert_false(kit_shows(kit, "class=\"missing\""));
    assert_int_equal(kit_get(kit, "/api/notes/x.png/view"), 200);
    assert_string_equal(kit_header(kit, "content-type"), "image/png");
}

static void
test_who_makes_a_page_of_a_reserved_name_is_told_where_it_will_be(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(POST(kit, "/-/create", "pagename", "readyz"), 302);
    assert_string_equal(kit_header(kit, "location"), "/readyz/edit");
    assert_int_equal(kit_get(kit, "/readyz/edit"), 200);
    assert_true(kit_shows(kit, "<code>/readyz/view</code>"));
    assert_int_equal(kit_get(kit, "/plain/edit"), 200);
    assert_false(kit_shows(kit, "belongs to the wiki itself"));
    assert_int_equal(POST(kit, "/-/create", "pagename", "mcp"), 409);
    assert_true(links_to(kit, "/mcp/view"));
}

static void
test_failures_below_the_api_are_objects(void **state)
{
    static const char *const targets[] = { "/api", "/api/v2/pages", "/mcp", "/-/api/v1/pull/x", "/api/%zz" };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        int status = kit_get(kit, targets[i]);
        assert_int_equal(status, i < 4? 404: 400);
        assert_string_equal(kit_header(kit, "content-type"), "application/json");
        assert_true(kit_shows(kit, "\"error\":\""));
        assert_true(kit_shows(kit, "\"trace\":\""));
    }
    assert_int_equal(kit_get(kit, "/api/none/view"), 404);      // a page that is not there
    assert_true(kit_shows(kit, "</html>"));
}

static void
test_health_answers_as_in_otterwiki(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/healthz"), 200);
    assert_string_equal(kit->body, "ok");
    assert_memory_equal(kit_header(kit, "content-type"), "text/plain", 10);
    assert_int_equal(kit_get(kit, "/.git"), 302);
    assert_string_equal(kit_header(kit, "location"), "/");
    actor_stop(&kit->render, 1000);
    assert_int_equal(kit_get(kit, "/-/healthz"), 503);
    assert_memory_equal(kit->body, "render: ", 8);
    actor_stop(&kit->store, 1000);
    assert_int_equal(kit_get(kit, "/-/healthz"), 503);
    assert_true(kit_shows(kit, "repository: "));
    assert_true(kit_shows(kit, "log: "));
}

int
main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, setup, kit_tear_down)
    const struct CMUnitTest tests[] = {
        RULE(test_a_page_of_a_reserved_name_is_read_below_it),
        RULE(test_everything_can_be_done_with_a_page_of_a_reserved_name),
        RULE(test_links_to_a_page_of_a_reserved_name_lead_to_it),
        RULE(test_who_makes_a_page_of_a_reserved_name_is_told_where_it_will_be),
        RULE(test_failures_below_the_api_are_objects),
        RULE(test_health_answers_as_in_otterwiki),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
