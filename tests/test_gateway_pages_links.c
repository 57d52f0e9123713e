// Rules of what links to what, of what is missing, and of the lists for somebody who looks after the pages
#include "pages_kit.h"

static int
setup(void **state)
{
    pages_kit_t *kit = kit_new_with(NULL);
    kit_save(kit, "/orchard", "# Orchard\n\nTo [[Cellar]], [[Quince]] and ![a](./none.png).\n");
    kit_save(kit, "/cellar", "# Cellar\n\nBack to [the trees](/orchard#trees). [[Cellar]]\n");
    kit_save(kit, "/notes/far%20%3Ci%3E", "# Far\n\n[[Quince]], [x](/cellar).\n");
    kit_save(kit, "/blank", "# \n");
    *state = kit;
    return 0;
}

static void
test_pages_that_link_here_are_told_whatever_the_kind_of_link(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/Cellar/backlinks"), 200);
    assert_true(kit->reply.cacheable);
    const char *far = strstr(kit->body, "<li><a href=\"/notes/far%20%3Ci%3E\">Notes/Far &lt;I&gt;</a>");
    assert_true(far && strstr(far, "<li><a href=\"/orchard\">Orchard</a></li>\n\n</ul>"));     // of itself is no news
    assert_true(kit_shows(kit, "<a href=\"/cellar/backlinks\" aria-current=\"page\">Backlinks</a>"));
    assert_int_equal(kit_get(kit, "/orchard/backlinks?part=1"), 200);
    assert_true(kit_shows(kit, "<ul class=\"found\">\n<li><a href=\"/cellar\">Cellar</a></li>\n"));
    assert_false(kit_shows(kit, "<html"));
    assert_int_equal(kit_get(kit, "/orchard"), 200);
    assert_true(kit_shows(kit, "data-part=\"/orchard/backlinks?part=1\""));
}

static void
test_a_page_that_is_missing_has_pages_that_want_it(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/quince/backlinks"), 200);
    assert_true(kit_shows(kit, "<li><a href=\"/orchard\">"));
    assert_int_equal(kit_get(kit, "/-/housekeeping/wanted"), 200);
    assert_true(kit_shows(kit, "<a class=\"missing\" href=\"/quince\">Quince</a> <a class=\"tag\" "
                               "href=\"/quince/backlinks\">2 pages<span"));
    assert_int_equal(kit_get(kit, "/quince"), 404);
    assert_true(kit_shows(kit, "href=\"/quince/edit\""));
    kit_save(kit, "/quince", "# Quince\n");
    assert_int_equal(kit_get(kit, "/-/housekeeping/wanted"), 200);
    assert_false(kit_shows(kit, "/quince/backlinks"));
}

static void
test_a_page_called_backlinks_can_still_be_read(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/notes/backlinks", "# Of that name\n");
    assert_int_equal(kit_get(kit, "/notes/backlinks/view"), 200);
    assert_true(kit_shows(kit, "Of that name"));
    assert_int_equal(kit_get(kit, "/-/index"), 200);
    assert_true(kit_shows(kit, "href=\"/notes/backlinks/view\""));
}

static void
test_the_lists_of_housekeeping(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/housekeeping/orphaned"), 200);
    assert_true(kit->reply.cacheable);
    assert_true(kit_shows(kit, "<a href=\"/blank\">Blank</a>"));
    assert_false(kit_shows(kit, "<a href=\"/orchard\">Orchard</a></p>"));
    assert_int_equal(kit_get(kit, "/-/housekeeping/empty"), 200);
    assert_true(kit_shows(kit, "<a href=\"/blank\">Blank</a>"));
    assert_int_equal(kit_get(kit, "/-/housekeeping/broken"), 200);
    assert_true(kit_shows(kit, "<a href=\"/cellar\">Cellar</a>, line 3</p>\n<p class=\"small\"><code>"
                               "orchard#trees</code>"
                               " · the page has no such heading"));
    assert_true(kit_shows(kit, "<code>orchard/none.png</code> · there is no such file"));
    assert_true(kit_shows(kit, "<code>quince</code> · there is no such page"));
    assert_int_equal(kit_get(kit, "/-/housekeeping"), 200);
    assert_true(kit_shows(kit, "Broken links</a> <span class=\"tag\">5</span>"));
    assert_int_equal(kit_get(kit, "/-/housekeeping/other"), 404);
}

static void
test_otterwikis_names_of_these_lists_lead_there(void **state)
{
    pages_kit_t *kit = *state;
    const char *const form[] = { "task", "brokenwikilinks", NULL };
    assert_int_equal(kit_get(kit, "/-/housekeeping?task=emptypages"), 302);
    assert_string_equal(kit_header(kit, "location"), "/-/housekeeping/empty");
    assert_int_equal(kit_post_raw(kit, "/-/housekeeping", form), 303);
    assert_string_equal(kit_header(kit, "location"), "/-/housekeeping/broken");
}

static void
test_the_page_about_the_wiki_says_what_the_index_holds(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/about"), 200);
    assert_true(kit_shows(kit, "It stands at commit <a href=\"/-/commit/"));
    assert_true(kit_shows(kit, "</code></a>, the newest one."));
    assert_true(kit_shows(kit, "<p>Pages: 5 ·"));
    assert_true(kit->reply.cacheable);
}

static void
test_changes_up_to_a_commit_are_listed(void **state)
{
    pages_kit_t *kit = *state;
    char commit[41] = "";
    assert_int_equal(kit_get(kit, "/orchard/history"), 200);
    const char *at = strstr(kit->body, "/-/commit/");
    assert_non_null(at);
    snprintf(commit, sizeof commit, "%.40s", at + 10);
    assert_true(kit_shows(kit, "feed.atom?page=orchard"));
    assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "/-/changelog/%.8s", commit)), 200);
    assert_true(kit_shows(kit, commit));
    assert_false(kit_shows(kit, "href=\"/cellar\">Cellar</a> </p>"));
    assert_int_equal(kit_get(kit, "/-/log"), 200);
    assert_true(kit_shows(kit, "href=\"/cellar\">Cellar</a> </p>"));
    assert_int_equal(kit_get(kit, "/-/changelog/0123456789"), 404);
}

// How often it stands in what the page is about.
static size_t
count(const pages_kit_t *kit, const char *text)
{
    const char *main = strstr(kit->body, "<main");
    size_t found = 0;
    for (const char *at = main? main: kit->body; (at = strstr(at, text)); at++)
        found++;
    return found;
}

// The address behind "Next page", as a browser makes it of the one that is shown; NULL: there is none.
static const char *
next_page(pages_kit_t *kit, const char *path)
{
    const char *next = strstr(kit->body, "\" rel=\"next\"");
    if (!next)
        return NULL;
    const char *start = next;
    while (start[-1] != '"')
        start--;
    return arena_printf(&kit->arena, "%s%.*s", path, (int)(next - start), start);
}

static void
test_long_lists_come_in_pages_and_each_entry_once(void **state)
{
    enum { LINKERS = 130 };
    pages_kit_t *kit = *state;
    char file[32], text[32];
    size_t entries = 0, pages = 0;
    for (int i = 0; i < LINKERS; i++) {
        snprintf(file, sizeof file, "many/p%03d.md", i);
        snprintf(text, sizeof text, "[[Hub]] %03d\n", i);
        kit_put(kit, file, text, strlen(text));
    }
    kit_settle(kit);
    for (const char *url = "/hub/backlinks"; url && pages < 9; url = next_page(kit, "/hub/backlinks"), pages++) {
        assert_int_equal(kit_get(kit, url), 200);
        entries += count(kit, "<li><a href=\"/many/p");
    }
    assert_int_equal(pages, 2);
    assert_int_equal(entries, LINKERS);
    assert_int_equal(kit_get(kit, "/hub/backlinks?part=1"), 200);
    assert_int_equal(count(kit, "<li>"), 20);
    assert_true(kit_shows(kit, "<a href=\"/hub/backlinks\">All of them</a>"));
    entries = pages = 0;
    for (const char *url = "/-/changelog"; url && pages < 9; url = next_page(kit, "/-/changelog"), pages++) {
        assert_int_equal(kit_get(kit, url), 200);
        entries += count(kit, "<p class=\"what\">");
    }
    assert_int_equal(pages, 2);
    assert_int_equal(entries, LINKERS + 5);
    assert_int_equal(kit_get(kit, "/-/search?q=hub"), 200);
    assert_true(kit_shows(kit, "Pages found: 130"));
    assert_true(kit_shows(kit, "href=\"?q=hub&amp;cursor="));
}

// Who asks the store for a history makes it go through commits: no page does that.
static void
test_no_list_of_changes_walks_git(void **state)
{
    static const char *const targets[] = { "/orchard/history", "/-/changelog", "/-/log", "/orchard/blame", "/-/index",
                                           "/orchard/attachments", "/cellar/attachment/a.txt", "/sitemap.xml" };
    pages_kit_t *kit = *state;
    sys_about_req_t about = { .text = "" };
    sys_about_rep_t found = { 0 };
    kit_put(kit, "cellar/a.txt", "text", 4);
    kit_settle(kit);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        assert_int_equal(kit_get(kit, targets[i]), 200);
    flow_t *flow = flow_new(kit->config);
    msg_t *answer = flow_ask(flow, "store", &call_sys_about, &about, NULL);
    assert_int_equal(msg_read_rep(answer, &call_sys_about, &found), OK);
    for (size_t i = 0; i < found.calls_count; i++)
        if (strcmp(found.calls[i].type, "store.history") == 0)
            assert_int_equal(found.calls[i].calls, 0);
    assert_true(found.calls_count > 3);
    msg_destroy(&answer);
    flow_destroy(&flow);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pages_that_link_here_are_told_whatever_the_kind_of_link, setup,
                                        kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_page_that_is_missing_has_pages_that_want_it, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_page_called_backlinks_can_still_be_read, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_the_lists_of_housekeeping, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_otterwikis_names_of_these_lists_lead_there, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_the_page_about_the_wiki_says_what_the_index_holds, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_changes_up_to_a_commit_are_listed, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_long_lists_come_in_pages_and_each_entry_once, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_no_list_of_changes_walks_git, setup, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
