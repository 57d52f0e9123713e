// Rules of finding pages: by words and by name, with scripts and without, and as a list for search engines
#include "pages_kit.h"

static int
setup(void **state)
{
    pages_kit_t *kit = kit_new_with(NULL);
    kit_save(kit, "/apples", "# Apples\n");
    kit_save(kit, "/fruit/green%20apples", "# Green\n");
    kit_save(kit, "/fruit/pears%20%26%20more", "# Pears\n");
    *state = kit;
    return 0;
}

static void
test_pages_are_found_by_name_without_script(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/"), 200);
    assert_true(kit_shows(kit, "<form class=\"find\" action=\"/-/search\""));
    assert_int_equal(kit_get(kit, "/-/search?q=apples"), 200);
    const char *first = strstr(kit->body, "<p class=\"hit\"><a href=\"/apples\">Apples</a>");
    const char *second = strstr(kit->body, "<p class=\"hit\"><a href=\"/fruit/green%20apples\">Fruit/Green Apples</a>");
    assert_true(first && second && first < second);
    assert_true(kit_shows(kit, "value=\"apples\""));
    assert_false(kit_shows(kit, "Write it"));   // there is such a page
    assert_int_equal(kit_get(kit, "/-/search/PEARS"), 200);
    assert_true(kit_shows(kit, "href=\"/fruit/pears%20%26%20more\""));
    assert_int_equal(kit_get(kit, "/-/search"), 200);
    assert_false(kit_shows(kit, "Pages found"));
}

static void
test_pages_are_found_by_what_they_say(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/cellar", "# Cellar\n\nDry.\n\n## Old shelves\n\nThe russet <b>keeps</b> until April.\n");
    assert_int_equal(kit_get(kit, "/-/search?q=russet"), 200);
    assert_true(kit_shows(kit, "Pages found: 1"));
    assert_true(kit_shows(kit, "<p class=\"hit\"><a href=\"/cellar\">Cellar</a>"));
    assert_true(kit_shows(kit, "<mark>russet</mark>"));
    assert_true(kit_shows(kit, "href=\"/cellar#old-shelves\""));
    assert_true(kit_shows(kit, "line "));
    assert_false(kit_shows(kit, "<b>keeps"));
    assert_int_equal(kit_get(kit, "/-/search?q=russet%20-april"), 200);
    assert_true(kit_shows(kit, "No page has this in its text or in its name"));
    assert_int_equal(kit_get(kit, "/-/search.json?q=russ&texts=1"), 200);
    assert_true(kit_shows(kit, "\"url\":\"/cellar#old-shelves\""));
    assert_true(kit_shows(kit, "\"russet\""));
}

static void
test_a_name_that_no_page_has_may_become_one(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/-/search?q=%3Cb%3Enew%3C%2Fb%3E"), 200);
    assert_true(kit_shows(kit, "No page has this in its text or in its name"));
    assert_true(kit_shows(kit, "“&lt;b&gt;new&lt;/b&gt;”"));
    assert_true(kit_shows(kit, "/edit\" rel=\"nofollow\">Write it</a>"));
    assert_false(kit_shows(kit, "<b>new"));
    assert_int_equal(kit_get(kit, "/-/search?q=..%2F..%2Fetc"), 200);
}

static void
test_names_and_headings_are_offered_as_json(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/cellar", "# Cellar\n\n## Pearl barley\n");
    assert_int_equal(kit_get(kit, "/-/search.json?q=pear"), 200);
    assert_string_equal(kit_header(kit, "content-type"), "application/json");
    assert_string_equal(kit->body, "{\"rows\":[{\"name\":\"Fruit/Pears & More\",\"url\":"
                                   "\"/fruit/pears%20%26%20more\"},"
                                   "{\"name\":\"Pears\",\"note\":\"Fruit/Pears & More\",\"url\":"
                                   "\"/fruit/pears%20%26%20more#pears\"},"
                                   "{\"name\":\"Pearl barley\",\"note\":\"Cellar\",\"url\":"
                                   "\"/cellar#pearl-barley\"}]}");
    assert_int_equal(kit_get(kit, "/-/search.json?q="), 200);
    assert_string_equal(kit->body, "{\"rows\":[]}");
    assert_int_equal(kit_get(kit, "/-/search.json?texts=1&q=%22%22%20-%20%2A"), 200);
}

static void
test_otterwikis_form_leads_to_the_address_of_the_search(void **state)
{
    pages_kit_t *kit = *state;
    const char *const form[] = { "query", "green & red", "is_regexp", "y", NULL };
    assert_int_equal(kit_post_raw(kit, "/-/search", form), 303);
    assert_string_equal(kit_header(kit, "location"), "/-/search?q=green%20%26%20red");
}

static void
test_the_sitemap_names_every_page_once(void **state)
{
    pages_kit_t *kit = *state;
    http_header_t host = { "host", "wiki.example:8080" };
    assert_int_equal(kit_request(kit, "GET", "/sitemap.xml", &host, 1), 200);
    assert_string_equal(kit_header(kit, "content-type"), "application/xml");
    assert_true(kit_shows(kit, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"));
    assert_true(kit_shows(kit, "<url><loc>http://wiki.example:8080/</loc><lastmod>"));
    assert_true(kit_shows(kit, "<url><loc>http://wiki.example:8080/apples</loc><lastmod>2"));
    assert_true(kit_shows(kit, "Z</lastmod><priority>1.0</priority></url>"));
    assert_true(kit_shows(kit, "8080/fruit/pears%20%26%20more</loc><lastmod>"));
    assert_true(kit_shows(kit, "<priority>0.9</priority></url>"));
    assert_false(kit_shows(kit, "/home<"));
    size_t count = 0;
    for (const char *at = kit->body; (at = strstr(at, "<url>")); at++)
        count++;
    assert_int_equal(count, 4);
    assert_false(kit->reply.cacheable);         // the Host is not part of what an answer is kept under
    assert_int_equal(kit_request(kit, "GET", "/sitemap.xml?after=apples.md", &host, 1), 200);
    assert_false(kit_shows(kit, "/apples<"));
    assert_true(kit_shows(kit, "/fruit/green%20apples<"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pages_are_found_by_name_without_script, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_name_that_no_page_has_may_become_one, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_pages_are_found_by_what_they_say, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_names_and_headings_are_offered_as_json, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_otterwikis_form_leads_to_the_address_of_the_search, setup, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_the_sitemap_names_every_page_once, setup, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
