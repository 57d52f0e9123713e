// Rules of editing one section: its bytes alone are shown and replaced, and all rules of saving hold
#include "pages_kit.h"

static const char page[] = "# Top\n\nintro\n\n## One\n\nfirst\n\n### Deep\n\nbelow\n\n## Two\n\nsecond\n";

static void
test_each_heading_has_a_pencil(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a%20b", "# Top\n\n## One & <b>x</b>\n\n[x](#one)\n");
    assert_int_equal(kit_get(kit, "/a%20b"), 200);
    assert_true(kit_shows(kit, "<a class=\"pencil\" href=\"/a%20b/edit?section=top\" "
                               "aria-label=\"Edit this section\"></a></h1>"));
    assert_true(kit_shows(kit, "href=\"/a%20b/edit?section=one-x\""));
    kit_get(kit, "/a%20b?revision=HEAD");
    assert_false(kit_shows(kit, "pencil"));
    POST(kit, "/a%20b/preview", "content", "# T\n");
    assert_false(kit_shows(kit, "pencil"));
}

static void
test_only_the_section_is_shown_and_replaced(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", page);
    assert_int_equal(kit_get(kit, "/a/edit?section=one"), 200);
    assert_true(kit_shows(kit, "spellcheck=\"true\">\n## One\n\nfirst\n\n### Deep\n\nbelow\n\n</textarea>"));
    assert_string_equal(kit_hidden(kit, "section"), "one");
    POST(kit, "/a/save", "content", "## One\r\n\r\nchanged", "section", "one", "revision", kit_hidden(kit, "revision"),
         "line_ends", "lf");
    assert_int_equal(kit->reply.status, 303);
    assert_string_equal(kit_header(kit, "location"), "/a#one");
    kit_assert_source(kit, "/a", "# Top\n\nintro\n\n## One\n\nchanged\n\n## Two\n\nsecond\n");
    kit_get(kit, "/a/edit?section=two");
    POST(kit, "/a/save", "content", "", "section", "two", "revision", kit_hidden(kit, "revision"));
    kit_assert_source(kit, "/a", "# Top\n\nintro\n\n## One\n\nchanged\n\n");
}

static void
test_bytes_outside_the_section_stay(void **state)
{
    pages_kit_t *kit = *state;
    static const char mixed[] = "---\nx: y\n---\n# A\r\n\r\none\n\n# B\r\n\r\ntwo\r\n\n# C\nend";
    kit_put(kit, "m.md", mixed, sizeof mixed - 1);
    kit_get(kit, "/m/edit?section=b");
    POST(kit, "/m/save", "content", "# B\n\n2\n3\n", "section", "b", "revision", kit_hidden(kit, "revision"));
    assert_int_equal(kit->reply.status, 303);
    kit_assert_source(kit, "/m", "---\nx: y\n---\n# A\r\n\r\none\n\n# B\r\n\r\n2\r\n3\r\n\r\n# C\nend");
}

static void
test_changes_to_other_sections_are_merged(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", page);
    kit_get(kit, "/a/edit?section=two");
    const char *base = kit_hidden(kit, "revision");
    kit_save(kit, "/a", "# New top\n\n## Two\n\nintro\n\n## One\n\nfirst\n\n### Deep\n\nbelow\n\n## Two\n\nsecond\n");
    POST(kit, "/a/save", "content", "## Two\n\n2nd\n", "section", "two", "revision", base);
    assert_int_equal(kit->reply.status, 303);
    assert_string_equal(kit_header(kit, "location"), "/a?notice=merged#two");
    kit_assert_source(kit, "/a", "# New top\n\n## Two\n\nintro\n\n## One\n\nfirst\n\n### Deep\n\nbelow\n\n"
                                 "## Two\n\n2nd\n");
}

static void
test_a_conflict_shows_the_whole_page(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", page);
    kit_get(kit, "/a/edit?section=two");
    const char *base = kit_hidden(kit, "revision");
    kit_save(kit, "/a", "# Top\n\n## Two\n\nother\n");
    POST(kit, "/a/save", "content", "## Two\n\nmine\n", "section", "two", "revision", base);
    assert_int_equal(kit->reply.status, 409);
    assert_true(kit_shows(kit, "mine"));
    assert_false(kit_shows(kit, "name=\"section\""));
}

static void
test_a_section_that_is_gone_opens_the_whole_page(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", page);
    static const char *const ids[] = { "gone", "%22%3E%3Cb%3E", "a%0d%0ab" };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "/a/edit?section=%s", ids[i])), 200);
        assert_true(kit_shows(kit, "no such section any more"));
        assert_true(kit_shows(kit, "spellcheck=\"true\">\n# Top\n"));
        assert_false(kit_shows(kit, "name=\"section\""));
    }
    kit_get(kit, "/a/edit");
    POST(kit, "/a/save", "content", "typed", "section", "gone", "revision", kit_hidden(kit, "revision"));
    assert_int_equal(kit->reply.status, 404);
    assert_true(kit_shows(kit, "typed\n</textarea>") || kit_shows(kit, "typed</textarea>"));
    POST(kit, "/a/save", "content", "typed", "section", "one", "revision", "");
    assert_true(kit->reply.status >= 400);
    kit_assert_source(kit, "/a", page);
}

static void
test_a_preview_keeps_the_section(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/a", page);
    POST(kit, "/a/preview", "content", "## One\n\n*more*\n", "section", "one", "revision", "HEAD");
    assert_int_equal(kit->reply.status, 200);
    assert_true(kit_shows(kit, "<em>more</em>"));
    assert_string_equal(kit_hidden(kit, "section"), "one");
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, kit_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_each_heading_has_a_pencil),
        RULE(test_only_the_section_is_shown_and_replaced),
        RULE(test_bytes_outside_the_section_stay),
        RULE(test_changes_to_other_sections_are_merged),
        RULE(test_a_conflict_shows_the_whole_page),
        RULE(test_a_section_that_is_gone_opens_the_whole_page),
        RULE(test_a_preview_keeps_the_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
