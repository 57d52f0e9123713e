// Rules of new names: the page, what is below it and the links to it, in one commit; nothing that was typed is lost
#include "pages_kit.h"

static int
setup(void **state)
{
    pages_kit_t *kit = *state = kit_new_with(NULL);
    kit_save(kit, "/notes/old%20page", "# Old\n[x](other) ![](./p.png)\n");
    kit_save(kit, "/notes/old%20page/sub", "[up](../old%20page) [[Notes/Old Page]]\n");
    kit_put(kit, "notes/old page/p.png", "PNG", 3);
    kit_save(kit, "/linker", "see [[Old|/Notes/Old Page#x]] and `[[Notes/Old Page]]`\n");
    kit_save(kit, "/bystander", "nothing here\n");
    return 0;
}

static void
test_a_rename_takes_all_along_in_one_commit(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/notes/old%20page/rename"), 200);
    assert_true(kit_shows(kit, "value=\"Notes/Old Page\""));
    assert_true(kit_shows(kit, "type=\"checkbox\" value=\"y\" checked"));
    POST(kit, "/notes/old%20page/rename", "new_pagename", "Archive/New Name", "update_backlinks", "y",
         "revision", kit_hidden(kit, "revision"), "message", "tidy up");
    assert_int_equal(kit->reply.status, 303);
    assert_string_equal(kit_header(kit, "location"), "/archive/new%20name");
    kit_assert_source(kit, "/archive/new%20name", "# Old\n[x](../notes/other) ![](./p.png)\n");
    kit_assert_source(kit, "/archive/new%20name/sub", "[up](../new%20name) [[Archive/New Name]]\n");
    kit_assert_source(kit, "/linker", "see [[Old|/Archive/New Name#x]] and `[[Notes/Old Page]]`\n");
    assert_int_equal(kit_get(kit, "/archive/new%20name/a/p.png"), 200);
    assert_string_equal(kit->body, "PNG");
    assert_int_equal(kit_get(kit, "/notes/old%20page"), 404);
    assert_int_equal(kit_get(kit, "/linker/history"), 200);
    assert_true(kit_shows(kit, "tidy up"));
}

static void
test_what_would_change_is_shown_and_not_done(void **state)
{
    pages_kit_t *kit = *state;
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "update_backlinks", "y", "task", "preview",
         "message", "why & how");
    assert_int_equal(kit->reply.status, 200);
    assert_true(kit_shows(kit, "<code>notes/old page/p.png</code> → <code>new/p.png</code>"));
    assert_true(kit_shows(kit, "<code>linker</code>: links changed: 1"));
    assert_true(kit_shows(kit, "<code>new/sub</code>: links changed: 2"));
    assert_false(kit_shows(kit, "bystander</code>"));
    assert_true(kit_shows(kit, "value=\"why &amp; how\""));
    assert_int_equal(kit_get(kit, "/notes/old%20page"), 200);
    assert_int_equal(kit_get(kit, "/new"), 404);
}

static void
test_links_stay_if_they_are_to_stay(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", "New"), 303);
    kit_assert_source(kit, "/linker", "see [[Old|/Notes/Old Page#x]] and `[[Notes/Old Page]]`\n");
    kit_assert_source(kit, "/new/sub", "[up](../old%20page) [[Notes/Old Page]]\n");
}

static void
test_a_name_that_is_taken_or_impossible_is_refused_with_the_form(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", "Linker", "message", "m"), 409);
    assert_true(kit_shows(kit, "exists already"));
    assert_true(kit_shows(kit, "value=\"m\""));
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", ""), 400);
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", "a?b"), 400);
    assert_true(kit_shows(kit, "name=\"new_pagename\" type=\"text\" maxlength=\"1000\" required autocomplete=\"off\" "
                               "value=\"ab\""));
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", "Notes/Old Page"), 400);
    char deep[1100] = "";
    for (int i = 0; i < 8; i++)
        snprintf(deep + strlen(deep), sizeof deep - strlen(deep), "%s%0120d", i? "/": "", i);
    snprintf(deep + strlen(deep), sizeof deep - strlen(deep), "/%050d", 1);
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", deep, "message", "kept"), 400);
    assert_true(kit_shows(kit, "too long"));
    assert_true(kit_shows(kit, "value=\"kept\""));
    assert_int_equal(POST(kit, "/nowhere/rename", "new_pagename", "x"), 404);
    assert_int_equal(kit_get(kit, "/nowhere/rename"), 404);
    assert_int_equal(kit_get(kit, "/notes/old%20page"), 200);
}

static void
test_a_page_that_was_changed_meanwhile_stays_and_the_form_comes_back(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/notes/old%20page/rename");
    const char *base = kit_hidden(kit, "revision");
    kit_save(kit, "/notes/old%20page", "changed\n");
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "revision", base, "message", "keep me");
    assert_int_equal(kit->reply.status, 409);
    assert_true(kit_shows(kit, "keep me"));
    const char *now = kit_hidden(kit, "revision");
    assert_string_not_equal(now, base);
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "revision", now), 303);
}

static void
test_a_folder_without_a_page_can_be_renamed(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(kit_get(kit, "/notes/rename"), 200);
    POST(kit, "/notes/rename", "new_pagename", "Papers", "update_backlinks", "y");
    assert_int_equal(kit->reply.status, 303);
    assert_int_equal(kit_get(kit, "/papers/old%20page/sub"), 200);
    kit_assert_source(kit, "/linker", "see [[Old|/Papers/Old Page#x]] and `[[Notes/Old Page]]`\n");
}

static void
test_a_rename_that_is_repeated_leads_to_the_new_page(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/notes/old%20page/rename");
    const char *base = kit_hidden(kit, "revision"), *id = kit_hidden(kit, "request_id");
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "revision", base, "request_id", id, "task", "preview");
    assert_string_equal(kit_hidden(kit, "request_id"), id);
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "revision", base, "request_id", id);
    assert_int_equal(kit->reply.status, 303);
    const char *commit = arena_copy(&kit->arena, kit->reply.commit, strlen(kit->reply.commit));
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "revision", base, "request_id", id);
    assert_int_equal(kit->reply.status, 303);
    assert_string_equal(kit_header(kit, "location"), "/new");
    assert_string_equal(kit->reply.commit, commit);
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", "New"), 409);
    assert_int_equal(POST(kit, "/notes/old%20page/rename", "new_pagename", "Newer"), 404);
}

static void
test_a_form_that_has_done_its_work_does_nothing_else(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/notes/old%20page/rename");
    const char *base = kit_hidden(kit, "revision"), *id = kit_hidden(kit, "request_id");
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "revision", base, "request_id", id);
    POST(kit, "/notes/old%20page/rename", "new_pagename", "Other", "revision", base, "request_id", id);
    assert_int_equal(kit->reply.status, 404);
    assert_int_equal(POST(kit, "/new/rename", "new_pagename", "Notes/Old Page"), 303);
    POST(kit, "/notes/old%20page/rename", "new_pagename", "Other", "revision", base, "request_id", id);
    assert_int_equal(kit->reply.status, 409);
    assert_true(kit_shows(kit, "has been used before"));
    POST(kit, "/notes/old%20page/rename", "new_pagename", "Other", "revision", kit_hidden(kit, "revision"),
         "request_id", kit_hidden(kit, "request_id"));
    assert_int_equal(kit->reply.status, 303);
    assert_string_equal(kit_header(kit, "location"), "/other");
}

static void
test_a_form_without_our_token_renames_nothing(void **state)
{
    pages_kit_t *kit = *state;
    const char *const form[] = { "csrf_token", "wrong", "new_pagename", "New", NULL };
    assert_int_equal(kit_post_raw(kit, "/notes/old%20page/rename", form), 400);
    assert_int_equal(kit_get(kit, "/notes/old%20page"), 200);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_a_rename_takes_all_along_in_one_commit),
        RULE(test_what_would_change_is_shown_and_not_done),
        RULE(test_links_stay_if_they_are_to_stay),
        RULE(test_a_name_that_is_taken_or_impossible_is_refused_with_the_form),
        RULE(test_a_page_that_was_changed_meanwhile_stays_and_the_form_comes_back),
        RULE(test_a_folder_without_a_page_can_be_renamed),
        RULE(test_a_rename_that_is_repeated_leads_to_the_new_page),
        RULE(test_a_form_that_has_done_its_work_does_nothing_else),
        RULE(test_a_form_without_our_token_renames_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
