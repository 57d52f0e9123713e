// Rules of links when a page gets a new name: every spelling is found, by the index and without one, and nothing else
#include "pages_kit.h"
#include "../proto/page.h"

typedef struct {
    const char *file, *before, *after;          // after: NULL, the page stays as it is
} linker_t;

#define HEAD "# A page\n\nwith words, and "
static const linker_t linkers[] = {
    { "l/wiki.md", HEAD "[[Notes/Old Page]]\n", HEAD "[[Archive/New Name]]\n" },
    { "l/text.md", HEAD "[[x|notes/old page]]\n", HEAD "[[x|archive/new name]]\n" },
    { "l/rooted.md", HEAD "[[x|/Notes/Old Page.md#A b]]\n", HEAD "[[x|/Archive/New Name.md#A b]]\n" },
    { "l/escaped.md", HEAD "[[x|Notes/Old%20Page]]\n", HEAD "[[x|Archive/New%20Name]]\n" },
    { "l/dots.md", HEAD "[[x|../Notes/Old Page]]\n", HEAD "[[x|../Archive/New Name]]\n" },
    { "l/link.md", HEAD "[a](/notes/old%20page \"t\")\n", HEAD "[a](/archive/new%20name \"t\")\n" },
    { "l/case.md", HEAD "[a](/NOTES/Old%20Page)\n", HEAD "[a](/Archive/New%20Name)\n" },
    { "l/angle.md", HEAD "[a](</notes/old page>)\n", HEAD "[a](</archive/new name>)\n" },
    { "l/suffix.md", HEAD "[a](/notes/old%20page.md#x)\n", HEAD "[a](/archive/new%20name.md#x)\n" },
    { "relative.md", HEAD "[a](notes/old%20page)\n", HEAD "[a](archive/new%20name)\n" },
    { "l/up.md", HEAD "[a](../notes/old%20page)\n", HEAD "[a](../archive/new%20name)\n" },
    { "l/slashes.md", HEAD "[a](/notes//old%20page/)\n", HEAD "[a](/archive/new%20name)\n" },
    { "l/query.md", HEAD "[a](/notes/old%20page?revision=HEAD#x)\n",
      HEAD "[a](/archive/new%20name?revision=HEAD#x)\n" },
    { "l/percent.md", HEAD "[a](/notes/%6fld%20page)\n", HEAD "[a](/archive/new%20name)\n" },
    { "l/reference.md", HEAD "[a&#32;b](/notes/old&#32;page)\n", HEAD "[a&#32;b](/archive/new%20name)\n" },
    { "l/definition.md", HEAD "[a][r]\n\n[r]: /notes/old%20page 'x'\n",
      HEAD "[a][r]\n\n[r]: /archive/new%20name 'x'\n" },
    { "l/image.md", HEAD "![](/notes/old%20page/p.png)\n", HEAD "![](/archive/new%20name/p.png)\n" },
    { "l/action.md", HEAD "[a](/notes/old%20page/source)\n", HEAD "[a](/archive/new%20name/source)\n" },
    { "l/attachment.md", HEAD "![](/notes/old%20page/a/P.png)\n", HEAD "![](/archive/new%20name/a/P.png)\n" },
    { "l/html.md", HEAD "<a href=\"/notes/old%20page\">a</a>\n", HEAD "<a href=\"/archive/new%20name\">a</a>\n" },
    { "l/table.md", "| a |\n|---|\n| [[x\\|Notes/Old Page]] |\n", "| a |\n|---|\n| [[x\\|Archive/New Name]] |\n" },
    { "l/note.md", "a[^1]\n\n[^1]: [[x|Notes/Old Page]]\n", "a[^1]\n\n[^1]: [[x|Archive/New Name]]\n" },
    { "l/fold.md", ">| # t\n> [a](/notes/old%20page)\n", ">| # t\n> [a](/archive/new%20name)\n" },
    { "l/crlf.md", "a\r\n[[Notes/Old Page]]\r\nb\r\n", "a\r\n[[Archive/New Name]]\r\nb\r\n" },
    { "l/front.md", "---\nx: '[[Notes/Old Page]]'\n---\n[[Notes/Old Page]]\n",
      "---\nx: '[[Notes/Old Page]]'\n---\n[[Archive/New Name]]\n" },
    { "l/below.md", HEAD "[[x|Notes/Old Page/Sub#y]]\n", HEAD "[[x|Archive/New Name/Sub#y]]\n" },
    { "l/gone.md", HEAD "[[Notes/Old Page/not there yet]]\n", HEAD "[[Archive/New Name/not there yet]]\n" },
    { "l/several.md", "[[Notes/Old Page]]\n[a](/notes/old%20page)\n",
      "[[Archive/New Name]]\n[a](/archive/new%20name)\n" },
    { "notes/beside.md", "[a](old%20page) [b](./x)\n", "[a](../archive/new%20name) [b](./x)\n" },
    { "other/code.md",
      "`[[Notes/Old Page]]`\n\n```\n[a](/notes/old%20page)\n```\n\n<!-- [[Notes/Old Page]] -->\n", NULL },
    { "other/name.md", "[[Notes/Old Page 2]] [[Old Page]] [[x|old page]] [a](old%20page)\n", NULL },
    { "other/prefix.md", "[[Notes/Old]] [a](/notes) [b](/notes/old%20page2/x)\n", NULL },
    { "other/outside.md", "[a](https://example.org/notes/old%20page)\n", NULL },
};
enum { LINKERS = sizeof linkers / sizeof *linkers };
static const char itself[] = "# Old\n[[#own]] [[Notes/Old Page#x]] [s](./sub) [o](beside) [[Notes/Beside]]\n";
static const char sub[] = "[up](../old%20page) [[Notes/Old Page/Sub]]\n";
static const char itself_after[] =
    "# Old\n[[#own]] [[Archive/New Name#x]] [s](./sub) [o](../notes/beside) [[Notes/Beside]]\n";

static void
fill(pages_kit_t *kit)
{
    kit_put(kit, "notes/Old Page.md", itself, strlen(itself));
    kit_put(kit, "notes/Old Page/sub.md", sub, strlen(sub));
    kit_put(kit, "notes/Old Page/P.png", "PNG", 3);
    for (size_t i = 0; i < LINKERS; i++)
        kit_put(kit, linkers[i].file, linkers[i].before, strlen(linkers[i].before));
}

static void
assert_text(pages_kit_t *kit, const char *file, const char *text)
{
    char id[PAGE_ID_SIZE], url[PAGE_URL_SIZE];
    const page_naming_t naming = { 0 };
    assert_int_equal(page_id_of_file(&naming, file, id), OK);
    page_base_url(id, url);
    kit_assert_source(kit, url, text);
}

// How often an actor has answered a call.
static int64_t
calls_of(pages_kit_t *kit, const char *actor, const char *call)
{
    flow_t *flow = flow_new(kit->config);
    sys_about_rep_t about = { 0 };
    const sys_about_req_t ask = { .text = "" };
    int64_t calls = 0;
    msg_t *answer = flow_ask(flow, actor, &call_sys_about, &ask, NULL);
    assert_int_equal(msg_read_rep(answer, &call_sys_about, &about), OK);
    for (size_t i = 0; i < about.calls_count; i++)
        if (strcmp(about.calls[i].type, call) == 0)
            calls = about.calls[i].calls;
    msg_destroy(&answer);
    flow_destroy(&flow);
    return calls;
}

static void
rename_and_look(pages_kit_t *kit)
{
    assert_int_equal(kit_get(kit, "/notes/old%20page/rename"), 200);
    POST(kit, "/notes/old%20page/rename", "new_pagename", "Archive/New Name", "update_backlinks", "y",
         "revision", kit_hidden(kit, "revision"));
    assert_int_equal(kit->reply.status, 303);
    for (size_t i = 0; i < LINKERS; i++)
        assert_text(kit, linkers[i].file, linkers[i].after? linkers[i].after: linkers[i].before);
    assert_text(kit, "archive/new name.md", itself_after);
    assert_text(kit, "archive/new name/sub.md", "[up](../new%20name) [[Archive/New Name/Sub]]\n");
    assert_int_equal(kit_get(kit, "/archive/new%20name/a/P.png"), 200);
}

static void
test_every_spelling_of_a_link_is_found_by_the_index(void **state)
{
    pages_kit_t *kit = *state;
    size_t linking = 2;                         // the page and its sub-page
    for (size_t i = 0; i < LINKERS; i++)
        linking += linkers[i].after != NULL;
    fill(kit);
    kit_settle(kit);
    rename_and_look(kit);
    assert_int_equal(calls_of(kit, "render", "render.rewrite"), linking);       // and no other page is looked at
}

static void
test_every_spelling_of_a_link_is_found_without_an_index(void **state)
{
    pages_kit_t *kit = *state;
    fill(kit);
    actor_stop(&kit->index, 1000);
    rename_and_look(kit);
    assert_true(calls_of(kit, "render", "render.rewrite") >= LINKERS + 2);     // every page
}

static void
test_a_link_of_the_newest_commit_is_found(void **state)
{
    pages_kit_t *kit = *state;
    fill(kit);
    kit_settle(kit);
    assert_int_equal(kit_get(kit, "/notes/old%20page/rename"), 200);
    kit_put(kit, "late.md", "[[Notes/Old Page]]\n", 19);
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "update_backlinks", "y");
    assert_int_equal(kit->reply.status, 303);
    assert_text(kit, "late.md", "[[New]]\n");
}

// A page with more links than are shown as such: the last of them counts.
static void
test_the_last_of_thousands_of_links_is_found(void **state)
{
    pages_kit_t *kit = *state;
    size_t size = 0, room = 40 * LIMIT_LINKS;
    char *text = arena_alloc(&kit->arena, room);
    for (int i = 0; i <= LIMIT_LINKS; i++)
        size += (size_t)snprintf(text + size, room - size, "- [[page %d]]\n", i);
    snprintf(text + size, room - size, "- [[Notes/Old Page]]\n");
    kit_put(kit, "notes/old page.md", "x\n", 2);
    kit_put(kit, "all.md", text, strlen(text));
    kit_settle(kit);
    assert_int_equal(kit_get(kit, "/notes/old%20page/rename"), 200);
    POST(kit, "/notes/old%20page/rename", "new_pagename", "New", "update_backlinks", "y");
    assert_int_equal(kit->reply.status, 303);
    snprintf(text + size, room - size, "- [[New]]\n");
    assert_text(kit, "all.md", text);
    assert_int_equal(calls_of(kit, "render", "render.rewrite"), 2);
}

static int
setup_of_another_wiki(void **state)
{
    static const char *const settings[] = { "treat_underscore_as_space_for_titles", "true",
                                            "wikilink_style", "LINK_TITLE",
                                            NULL };
    *state = kit_new_with(settings);
    return 0;
}

// The other order of wiki links, underscores for blanks.
static void
test_spellings_of_another_wiki_are_found(void **state)
{
    static const linker_t others[] = {
        { "a.md", "[[Old_Page|x]] [[Old Page]]\n", "[[New_Name|x]] [[New Name]]\n" },
        { "b.md", "[a](/old_page) [b](/old%20page)\n", "[a](/new_name) [b](/new%20name)\n" },
        { "c.md", "[[x|old_page]]\n", NULL },
    };
    pages_kit_t *kit = *state;
    kit_put(kit, "old_page.md", "x\n", 2);
    for (size_t i = 0; i < 3; i++)
        kit_put(kit, others[i].file, others[i].before, strlen(others[i].before));
    kit_settle(kit);
    assert_int_equal(kit_get(kit, "/old_page/rename"), 200);
    POST(kit, "/old_page/rename", "new_pagename", "New Name", "update_backlinks", "y");
    assert_int_equal(kit->reply.status, 303);
    for (size_t i = 0; i < 3; i++)
        assert_text(kit, others[i].file, others[i].after? others[i].after: others[i].before);
    assert_int_equal(calls_of(kit, "render", "render.rewrite"), 3);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, kit_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_every_spelling_of_a_link_is_found_by_the_index),
        RULE(test_every_spelling_of_a_link_is_found_without_an_index),
        RULE(test_a_link_of_the_newest_commit_is_found),
        RULE(test_the_last_of_thousands_of_links_is_found),
        cmocka_unit_test_setup_teardown(test_spellings_of_another_wiki_are_found, setup_of_another_wiki, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
