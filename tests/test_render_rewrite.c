// Rules of rewriting links: targets and nothing else, in the manner of what stood there
#include "render_kit.h"

#include "../actors/render/render_rewrite.h"

typedef struct {
    const char *before, *after;                 // the same: nothing is to be changed
} rewrite_case_t;

static void
check(const render_options_t *options, const render_move_t *move, const rewrite_case_t *cases, size_t count)
{
    render_moves_t moves = { move, 1 };
    for (size_t i = 0; i < count; i++) {
        rewritten_t result;
        const char *before = cases[i].before;
        assert_int_equal(render_rewrite(options, &moves, before, strlen(before), &result), OK);
        assert_string_equal(result.text? result.text: before, cases[i].after);
        assert_int_equal(result.count > 0, strcmp(before, cases[i].after) != 0);
        assert_int_equal(result.missed, 0);
        rewritten_clear(&result);
    }
}
#define CHECK(options, move, cases) check(options, move, cases, sizeof cases / sizeof *cases)

static const render_move_t away = { .from = "notes/old page", .to = "Archive/New Name" };

static void
test_every_spelling_of_a_link_is_changed_in_its_manner(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home" };
    static const rewrite_case_t cases[] = {
        { "[a](/notes/old%20page)", "[a](/archive/new%20name)" },
        { "[a](/Notes/Old%20Page)", "[a](/Archive/New%20Name)" },
        { "[a](</notes/old page>)", "[a](</archive/new name>)" },
        { "[a](/notes/old%20page.md)", "[a](/archive/new%20name.md)" },
        { "[a](notes/old%20page \"a title\")", "[a](archive/new%20name \"a title\")" },
        { "[a](/notes/old%20page?revision=HEAD#x)", "[a](/archive/new%20name?revision=HEAD#x)" },
        { "[a](/notes/old%20page/sub/One#y)", "[a](/archive/new%20name/sub/One#y)" },
        { "![p](/notes/old%20page/a/my%20pic_(1).png)", "![p](/archive/new%20name/a/my%20pic_(1).png)" },
        { "![p](/notes/old%20page/Pic.png)", "![p](/archive/new%20name/Pic.png)" },
        { "[a][r] and [r]\n\n[r]: /notes/old%20page 'x'\n", "[a][r] and [r]\n\n[r]: /archive/new%20name 'x'\n" },
        { "[a](/notes/old%20page/source)", "[a](/archive/new%20name/source)" },
        { "[a](/notes/%6fld%20page)", "[a](/archive/new%20name)" },
        { "[a](/notes/old&#32;page)", "[a](/archive/new%20name)" },
        { "*[a **b** `c`](/notes/old%20page)*", "*[a **b** `c`](/archive/new%20name)*" },
        { "<a href=\"/notes/old%20page\">a</a>", "<a href=\"/archive/new%20name\">a</a>" },
        { "<p><a title=x href='/notes/old page'>a</a></p>\n", "<p><a title=x href='/archive/new%20name'>a</a></p>\n" },
        { "| [a](/notes/old%20page) |\n|---|\n| [[x|Notes/Old Page]] |\n",
          "| [a](/archive/new%20name) |\n|---|\n| [[x|Archive/New Name]] |\n" },
        { "> - # [a](/notes/old%20page)\r\n", "> - # [a](/archive/new%20name)\r\n" },
        { "a[^1]\n\n[^1]: see [a](/notes/old%20page)\n    and [[x|Notes/Old Page]]\n",
          "a[^1]\n\n[^1]: see [a](/archive/new%20name)\n    and [[x|Archive/New Name]]\n" },
        { "::: info\n# [a](/notes/old%20page)\n:::\n\n>! [a](/notes/old%20page)\n",
          "::: info\n# [a](/archive/new%20name)\n:::\n\n>! [a](/archive/new%20name)\n" },
    };
    CHECK(&options, &away, cases);
}

static void
test_wiki_links_are_changed_in_both_orders(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home" }, swapped = { .page = "home", .target_first = true };
    static const rewrite_case_t cases[] = {
        { "[[Notes/Old Page]]", "[[Archive/New Name]]" },
        { "[[notes/old page#A b]]", "[[archive/new name#A b]]" },
        { "[[Notes/Old Page|/Notes/Old Page]]", "[[Notes/Old Page|/Archive/New Name]]" },
        { "[[x|notes/old%20page]]", "[[x|archive/new%20name]]" },
        { "[[x| Notes/Old Page.md ]]", "[[x| Archive/New Name.md ]]" },
        { "[[x|Notes/Old Page/Sub]]", "[[x|Archive/New Name/Sub]]" },
    };
    static const rewrite_case_t first[] = {
        { "[[Notes/Old Page|x]]", "[[Archive/New Name|x]]" },
        { "[[Notes/Old Page|*x*]] [[Notes/Old Page]]", "[[Archive/New Name|*x*]] [[Archive/New Name]]" },
        { "[[x|notes/old page]]", "[[x|notes/old page]]" },
    };
    CHECK(&options, &away, cases);
    CHECK(&swapped, &away, first);
}

static void
test_what_is_no_link_to_it_stays(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home" };
    static const rewrite_case_t cases[] = {
        { "`[a](/notes/old%20page)` [[Notes/Old Pages]]", "`[a](/notes/old%20page)` [[Notes/Old Pages]]" },
        { "```\n[[Notes/Old Page]]\n```\n", "```\n[[Notes/Old Page]]\n```\n" },
        { "    [a](/notes/old%20page)\n", "    [a](/notes/old%20page)\n" },
        { "\\[a](/notes/old%20page) Notes/Old Page", "\\[a](/notes/old%20page) Notes/Old Page" },
        { "[a](http://h/notes/old%20page) //notes/old%20page", "[a](http://h/notes/old%20page) //notes/old%20page" },
        { "[a](//notes/old%20page)", "[a](//notes/old%20page)" },
        { "[a](#notes/old%20page) [a](/x?/notes/old%20page)", "[a](#notes/old%20page) [a](/x?/notes/old%20page)" },
        { "<!-- [[Notes/Old Page]] -->\n", "<!-- [[Notes/Old Page]] -->\n" },
        { "---\nlink: \"[[Notes/Old Page]]\"\n---\n[a](x)", "---\nlink: \"[[Notes/Old Page]]\"\n---\n[a](x)" },
        { "[a](/old%20page) [a](/notes/old%20page%20)", "[a](/old%20page) [a](/notes/old%20page%20)" },
        { "", "" },
    };
    CHECK(&options, &away, cases);
}

static void
test_relative_links_of_other_pages_follow(void **state)
{
    (void)state;
    const render_options_t options = { .page = "notes/other" }, above = { .page = "notes" };
    static const rewrite_case_t beside[] = {
        { "[a](old%20page#x)", "[a](../archive/new%20name#x)" },
        { "[a](../notes/old%20page)", "[a](../archive/new%20name)" },
        { "[[x|../notes/old page]]", "[[x|../archive/new name]]" },
    };
    static const rewrite_case_t own[] = {
        { "[a](./old%20page)", "[a](archive/new%20name)" },
        { "![](./old%20page/x.png)", "![](archive/new%20name/x.png)" },
    };
    static const render_move_t near = { .from = "notes/old page", .to = "notes/deep/New" };
    static const rewrite_case_t inside[] = { { "[a](./old%20page)", "[a](./deep/new)" } };
    CHECK(&options, &away, beside);
    CHECK(&above, &away, own);
    CHECK(&above, &near, inside);
}

static void
test_relative_links_of_the_page_itself_keep_their_goal(void **state)
{
    (void)state;
    const render_options_t options = { .page = "notes/old page" }, sub = { .page = "notes/old page/sub" };
    static const render_move_t deeper = { .from = "notes/old page", .to = "a/b/c" },
                               beside = { .from = "notes/old page", .to = "notes/new" };
    static const rewrite_case_t moved[] = {
        { "[a](other) [b](../x) [c](./sub) ![](./p.png)",
          "[a](../../notes/other) [b](../../x) [c](./sub) ![](./p.png)" },
        { "[a](old%20page#x) [b](/home)", "[a](c#x) [b](/home)" },
        { "[[Home]] [[./sub]] [[../x]]", "[[Home]] [[./sub]] [[../../x]]" },
    };
    static const rewrite_case_t near[] = { { "[a](other) [b](../x)", "[a](other) [b](../x)" } };
    static const rewrite_case_t below[] = { { "[a](../other) [b](../old%20page) [c](two)",
                                              "[a](../../../notes/other) [b](../c) [c](two)" } };
    CHECK(&options, &deeper, moved);
    CHECK(&options, &beside, near);
    CHECK(&sub, &deeper, below);
}

static void
test_underscores_are_kept_where_they_are_blanks(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home", .naming = { .underscores = true } };
    const render_options_t kept = { .page = "home", .naming = { .retain_case = true } };
    static const render_move_t move = { .from = "old_page", .to = "New Name" };
    static const render_move_t cased = { .from = "Old Page", .to = "New Name" };
    static const rewrite_case_t cases[] = {
        { "[a](/old_page) [[Old Page]] [[x|old_page]]", "[a](/new_name) [[New Name]] [[x|new_name]]" },
        { "[a](/old%20page)", "[a](/new%20name)" },
    };
    static const rewrite_case_t exact[] = { { "[[old page]] [[Old Page]]", "[[old page]] [[New Name]]" } };
    CHECK(&options, &move, cases);
    CHECK(&kept, &cased, exact);
}

static void
test_letters_beyond_ascii_stay_as_they_were_written(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home" };
    static const render_move_t move = { .from = "käse", .to = "Öl [50%]" };
    static const rewrite_case_t cases[] = {
        { "[a](/käse)", "[a](/öl%20%5B50%25%5D)" },
        { "[a](/k%C3%A4se)", "[a](/%C3%B6l%20%5B50%25%5D)" },
        { "[[Käse]]", "[[Öl %5B50%25%5D]]" },
    };
    CHECK(&options, &move, cases);
}

static void
test_a_link_that_cannot_be_changed_is_counted(void **state)
{
    (void)state;
    const render_options_t options = { .page = "a/b" };
    static const render_move_t move = { .from = "x", .to = "y" };
    const render_moves_t moves = { &move, 1 };
    static const char text[] = "[a](/x&#x23;f)";
    rewritten_t result;
    assert_int_equal(render_rewrite(&options, &moves, text, strlen(text), &result), OK);
    assert_null(result.text);
    assert_int_equal(result.missed, 1);
    assert_int_equal(render_rewrite(&options, &moves, "\xff", 1, &result), UNSUPPORTED);
}

static void
test_thousands_of_links_take_linear_time(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home" };
    static const render_move_t move = { .from = "x", .to = "yy" };
    const render_moves_t moves = { &move, 1 };
    rewritten_t result;
    size_t size;
    char *text = kit_repeat("", "[a](/x) [b](/&#120;) <a href=\"/x\">c</a>\n\n", 2000, "", &size);
    assert_int_equal(render_rewrite(&options, &moves, text, size, &result), OK);
    assert_int_equal(result.count, 6000);
    assert_int_equal(result.missed, 0);
    rewritten_clear(&result);
    free(text);
}

static void
test_a_file_keeps_the_case_of_its_new_name(void **state)
{
    (void)state;
    const render_options_t options = { .page = "notes/bread" };
    static const render_move_t move = { .from = "notes/bread/loaf.png", .to = "notes/bread/My Loaf (2).PNG",
                                        .exact = true };
    static const render_move_t cased = { .from = "notes/bread/loaf.png", .to = "notes/bread/Loaf.png", .exact = true };
    static const rewrite_case_t cases[] = {
        { "![](./loaf.png)", "![](./My%20Loaf%20%282%29.PNG)" },
        { "[a](/Notes/Bread/loaf.png#x \"t\")", "[a](/notes/bread/My%20Loaf%20%282%29.PNG#x \"t\")" },
        { "[[Loaf|/Notes/Bread/loaf.png]] `./loaf.png`", "[[Loaf|/notes/bread/My Loaf (2).PNG]] `./loaf.png`" },
        { "![](./Loaf.png) ![](./loaf.png/x) ![](loaf.png)", "![](./Loaf.png) ![](./loaf.png/x) ![](loaf.png)" },
        { "<img src=\"./loaf.png\">", "<img src=\"./My%20Loaf%20%282%29.PNG\">" },
    };
    static const rewrite_case_t other[] = { { "![](./loaf.png) ![](./LOAF.png)", "![](./Loaf.png) ![](./LOAF.png)" } };
    CHECK(&options, &move, cases);
    CHECK(&options, &cased, other);
}

static void
test_what_is_below_a_page_that_moves_alone_stays(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home" }, itself = { .page = "notes/old page" };
    static const render_move_t move = { .from = "notes/old page", .to = "Archive/New", .alone = true };
    static const rewrite_case_t cases[] = {
        { "[[Notes/Old Page]] [[Notes/Old Page/Sub]] [a](/notes/old%20page.md) [b](/notes/old%20page/p.png)",
          "[[Archive/New]] [[Notes/Old Page/Sub]] [a](/archive/new.md) [b](/notes/old%20page/p.png)" },
    };
    static const rewrite_case_t own[] = {
        { "[[Notes/Old Page#x]] ![](./p.png) [s](./sub) [o](other) [[#y]]",
          "[[Archive/New#x]] ![](../notes/old%20page/p.png) [s](../notes/old%20page/sub) [o](../notes/other) [[#y]]" },
    };
    CHECK(&options, &move, cases);
    CHECK(&itself, &move, own);
}

static void
test_wiki_links_get_a_name_as_it_is_where_that_is_wanted(void **state)
{
    (void)state;
    const render_options_t options = { .page = "home" }, other = { .page = "home", .target_first = true };
    static const render_move_t move = { .from = "notes/old page", .to = "Archive/New-Name", .alone = true,
                                        .as_is = true };
    static const rewrite_case_t cases[] = {
        { "[[notes/old page]] [[x|/Notes/Old Page.md#A b]] [a](/notes/old%20page)",
          "[[Archive/New-Name]] [[x|Archive/New-Name#A b]] [a](/archive/new-name)" },
        { "[[ Notes/Old Page | notes/OLD page ]]", "[[ Notes/Old Page | Archive/New-Name ]]" },
    };
    static const render_move_t odd = { .from = "a", .to = "B & c~d! @e, f's (g)+h=i;&amp;", .alone = true,
                                       .as_is = true };
    static const rewrite_case_t letters[] = {
        { "[[a]] ~x~ [[t|/a#y]] | `[[a]]`",
          "[[B & c~d! @e, f's (g)+h=i;%26amp;]] ~x~ [[t|B & c~d! @e, f's (g)+h=i;%26amp;#y]] | `[[a]]`" },
    };
    static const render_move_t below = { .from = "x/ü y", .to = "Z/Ü y", .alone = true, .as_is = true };
    static const rewrite_case_t tails[] = { { "[[t|x/%C3%BC%20y]]", "[[t|Z/Ü y]]" } };
    CHECK(&options, &odd, letters);
    CHECK(&options, &below, tails);
    static const rewrite_case_t first[] = { { "[[notes/old page|x]]", "[[Archive/New-Name|x]]" } };
    CHECK(&options, &move, cases);
    CHECK(&other, &move, first);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_spelling_of_a_link_is_changed_in_its_manner),
        cmocka_unit_test(test_wiki_links_are_changed_in_both_orders),
        cmocka_unit_test(test_what_is_no_link_to_it_stays),
        cmocka_unit_test(test_relative_links_of_other_pages_follow),
        cmocka_unit_test(test_what_is_below_a_page_that_moves_alone_stays),
        cmocka_unit_test(test_wiki_links_get_a_name_as_it_is_where_that_is_wanted),
        cmocka_unit_test(test_relative_links_of_the_page_itself_keep_their_goal),
        cmocka_unit_test(test_underscores_are_kept_where_they_are_blanks),
        cmocka_unit_test(test_letters_beyond_ascii_stay_as_they_were_written),
        cmocka_unit_test(test_a_link_that_cannot_be_changed_is_counted),
        cmocka_unit_test(test_thousands_of_links_take_linear_time),
        cmocka_unit_test(test_a_file_keeps_the_case_of_its_new_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
