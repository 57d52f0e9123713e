// What an index keeps of a page: front matter as JSON, links with their lines, words.
#include "../actors/render/actor.h"
#include "render_kit.h"

static const render_options_t plain = { .page = "a/b", .digest = true };

// ---- front matter -------------------------------------------------------------------------------------------------
// What Flask's encoder gives for the same mapping after PyYAML's safe loader, where that does not fail.
static const struct { const char *yaml, *json; } fronts[] = {
    { "title: T", "{\"title\":\"T\"}" },
    { "z: 1\na: [1, 'two', null, ~]", "{\"a\":[1,\"two\",null,null],\"z\":1}" },
    { "d: 2026-03-13", "{\"d\":\"Fri, 13 Mar 2026 00:00:00 GMT\"}" },
    { "d: 2026-03-13 10:00:00.5 +1:30", "{\"d\":\"Fri, 13 Mar 2026 08:30:00 GMT\"}" },
    { "d: 2026-03-13t23:59:59Z", "{\"d\":\"Fri, 13 Mar 2026 23:59:59 GMT\"}" },
    { "d: 1969-12-31 23:00:00 -2", "{\"d\":\"Thu, 01 Jan 1970 01:00:00 GMT\"}" },
    { "d: 2000-02-29", "{\"d\":\"Tue, 29 Feb 2000 00:00:00 GMT\"}" },
    { "d: 0001-01-01", "{\"d\":\"Mon, 01 Jan 0001 00:00:00 GMT\"}" },
    { "d: 9999-12-31", "{\"d\":\"Fri, 31 Dec 9999 00:00:00 GMT\"}" },
    { "d: 2026-03-13 25:00:00", "{\"d\":\"2026-03-13 25:00:00\"}" },
    { "d: 0001-01-01 00:00:00 +1", "{\"d\":\"0001-01-01 00:00:00 +1\"}" },
    { "d: '2026-03-13'", "{\"d\":\"2026-03-13\"}" },
    { "1: a\ntrue: b\n~: c\n1.5: d\n2026-03-13: e",
      "{\"1\":\"a\",\"1.5\":\"d\",\"2026-03-13\":\"e\",\"null\":\"c\",\"true\":\"b\"}" },
    { "a: 1\n'1': x\n1: y", "{\"1\":\"y\",\"a\":1}" },
    { "a: 1\na: 2", "{\"a\":2}" },
    { "a: .nan\nb: .inf\nc: -.INF", "{\"a\":null,\"b\":null,\"c\":null}" },
    { "a: 0.1\nb: 1e+3\nc: 1.0e+3\nd: 1.5e-7\ne: 123456789.0\nf: 1.0e+16\ng: -0.0\nh: 1_000.5\ni: 1:30.5",
      "{\"a\":0.1,\"b\":\"1e+3\",\"c\":1000.0,\"d\":1.5e-07,\"e\":123456789.0,\"f\":1e+16,\"g\":-0.0,\"h\":1000.5,"
      "\"i\":90.5}" },
    { "a: 0x1f\nb: 0b11\nc: 017\nd: 1:30\ne: -5\nf: 1_000",
      "{\"a\":31,\"b\":3,\"c\":15,\"d\":90,\"e\":-5,\"f\":1000}" },
    { "a: 12345678901234567890123\nb: 0x10000000000000000",
      "{\"a\":1.2345678901234568e+22,\"b\":1.8446744073709552e+19}" },
    { "a: yes\nb: Off\nc: 'no'\nd: y", "{\"a\":true,\"b\":false,\"c\":\"no\",\"d\":\"y\"}" },
    { "a: \"\\0\\x01\\t\\n\\\"\\\\/\\x7f\"", "{\"a\":\"\\ufffd\\u0001\\t\\n\\\"\\\\/\\u007f\"}" },
    { "a: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "{\"a\":\"\\u00e9\\u20ac\\ud83d\\ude00\"}" },
    { "\xc3\xa9: 1\nf: 2", "{\"f\":2,\"\\u00e9\":1}" },
    { "a: {b: {c: []}}\nd: {}", "{\"a\":{\"b\":{\"c\":[]}},\"d\":{}}" },
    { "b: &x {p: 1, q: 2}\na: {<<: *x, p: 3}", "{\"a\":{\"p\":3,\"q\":2},\"b\":{\"p\":1,\"q\":2}}" },
    { "a: {<<: [{p: 1}, {p: 2, q: 2}]}", "{\"a\":{\"p\":1,\"q\":2}}" },
    { "a: !!int '5'\nb: !!float '5'\nc: !!str x\nd: !!set {y, x}",
      "{\"a\":5,\"b\":5.0,\"c\":\"x\",\"d\":[\"x\",\"y\"]}" },
    { "a: !!binary AAAA", "{\"a\":\"AAAA\"}" },
    { "{}", "{}" },
};

static void
test_front_matter_is_what_the_reference_tells(void **state)
{
    (void)state;
    char source[512];
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++) {
        snprintf(source, sizeof source, "---\n%s\n---\nx", fronts[i].yaml);
        render_t page = kit_render(&plain, source);
        assert_non_null(page.digest->front);
        assert_string_equal(page.digest->front, fronts[i].json);
        assert_int_equal(page.digest->body, strlen(source) - 1);
        assert_int_equal(page.digest->words, 1);
        render_clear(&page);
    }
}

static void
test_what_is_no_front_matter_is_the_body(void **state)
{
    (void)state;
    static const char *const sources[] = { "x", "---\n---\nx y", "---\n- a\n---\n", "---\na: b: c\n---\n",
                                           "--- x\na: 1\n---\n",
                                           "---\na: {<<: 5}\n---\n", "" };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        render_t page = kit_render(&plain, sources[i]);
        assert_null(page.digest->front);
        assert_int_equal(page.digest->body, 0);
        assert_string_equal(page.digest->title, "");
        render_clear(&page);
    }
}

static const struct { const char *yaml, *title, *category, *tags; } accessors[] = {
    { "title: 42\ncategory: 7\ntags: 5", "42", "7", "5|" },
    { "title: [a]\ncategory: [a, {b: c}]\ntags: {a: b}", "", "[\"a\",{\"b\":\"c\"}]", "" },
    { "title: ~\ncategory: ~\ntags: ~", "", "", "" },
    { "title: yes\ncategory: No\ntags: ''", "true", "false", "" },
    { "tags: ' a, b ,, c d,a'", "", "", "a|b|c d|" },
    { "tags: [a, 1, 1.50, true, ~, [x], {y: z}, ' b, c ', a, '']", "", "", "a|1|1.50|true|b, c|" },
    { "category: Research", "", "\"Research\"", "" },
    { "title: a\ntitle: b\ntags: [x]\ntags: [y]", "b", "", "y|" },
};

static void
test_whatever_the_type_nothing_fails(void **state)
{
    (void)state;
    char source[512], tags[256];
    for (size_t i = 0; i < sizeof accessors / sizeof *accessors; i++) {
        snprintf(source, sizeof source, "---\n%s\n---\n", accessors[i].yaml);
        render_t page = kit_render(&plain, source);
        tags[0] = '\0';
        for (size_t tag = 0; tag < page.digest->tag_count; tag++)
            snprintf(tags + strlen(tags), sizeof tags - strlen(tags), "%s|", page.digest->tags[tag]);
        assert_string_equal(page.digest->title, accessors[i].title);
        assert_string_equal(page.digest->category, accessors[i].category);
        assert_string_equal(tags, accessors[i].tags);
        render_clear(&page);
    }
}

static void
test_a_long_category_or_tag_is_bounded(void **state)
{
    (void)state;
    size_t size;
    char *source = kit_repeat("---\ntags: '", "long ", 600, "'\ncategory: a\n---\n", &size);
    render_t page = kit_render_bytes(&plain, source, size);
    assert_int_equal(page.digest->tag_count, 1);
    assert_true(strlen(page.digest->tags[0]) <= 256);
    render_clear(&page);
    free(source);
    source = kit_repeat("---\ncategory: '", "long ", 600, "'\n---\n", &size);
    page = kit_render_bytes(&plain, source, size);
    assert_string_equal(page.digest->category, "");
    assert_true(page.digest->front_size > 3000);
    render_clear(&page);
    free(source);
    char many[2048] = "---\ntags: [";
    for (int i = 0; i < 150; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "t%d, ", i);
    snprintf(many + strlen(many), sizeof many - strlen(many), "]\n---\n");
    page = kit_render(&plain, many);
    assert_int_equal(page.digest->tag_count, LIMIT_TAGS);
    render_clear(&page);
}

// ---- words --------------------------------------------------------------------------------------------------------
static void
test_words_are_counted_as_python_splits(void **state)
{
    (void)state;
    static const struct { const char *text; size_t words; } cases[] = {
        { "", 0 }, { " \n\t", 0 }, { "a", 1 }, { " a  b\nc\r\nd ", 4 }, { "a\xc2\xa0" "b", 2 }, { "a\xc2\x85" "b", 2 },
        { "a\xe3\x80\x80" "b", 2 }, { "a\xe2\x80\x8a" "b\xe2\x80\xa8" "c", 3 }, { "a\xe2\x80\x8b" "b", 1 },
        { "a\x1c" "b\x1f" "c", 3 },
        { "\xe1\x9a\x80" "a\xe2\x81\x9f" "b\xe2\x80\xaf", 2 }, { "\xe2\x80\xa6 \xe2\x80\x93", 2 },
        { "\xe6\x97\xa5\xe6\x9c\xac", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(page_words(cases[i].text, strlen(cases[i].text)), cases[i].words);
}

// ---- links --------------------------------------------------------------------------------------------------------
// kind target#anchor@line, a line each
static const struct { const char *source, *links; } links[] = {
    { "[[Home]] and [[T|c/D#Some Part]]\n\n[x](../y.md#z) ![](./p.png)\n",
      "w home#@1\nw c/d#some-part@1\nm y#z@3\ni a/b/p.png#@3\n" },
    { "[[x]] [[x]] [a](#b%20c) [[#D e]]\n", "w x#@1\nw x#@1\nm #b c@1\nw #d-e@1\n" },
    { "`[[no]]` and\n\n```\n[[no]] [no](no)\n```\n\n    [[no]]\n\n<!-- [[no]] -->\n\n"
      "[out](https://x.org) <mailto:a@b.c>\n", "" },
    { "text\nmore [one][r]\nand [r] ![alt][r] ![][r]\n\n[r]: /goal \"t\"\n",
      "m goal#@2\nm goal#@3\ni goal#@3\ni goal#@3\n" },
    { "[r]: /goal\n\na\n\nb\n[r]\n", "m goal#@6\n" },
    { "a\n\n[](x)\n\nb\n", "m a/x#@3\n" },
    { "| a | b |\n|--|--|\n| [[x]] | [[l\\|y]] |\n", "w x#@3\nw y#@3\n" },
    { "# Head [[x]]\n\n> q\n> [t](/u)\n> - [[v]]\n", "w x#@1\nm u#@4\nw v#@5\n" },
    { "one[^n]\n\n[^n]: note [[x]]\n\n    more ![alt](/q.png)\n\ntwo [[y]]\n", "w y#@7\nw x#@3\ni q.png#@5\n" },
    { ">! # Fold\n> [[x]]\n\n>| # Two\n> a\n> [b](/y)\n", NULL },
    { "<p>\n<a href=\"/x\">t</a>\n<img src=\"/y.png\">\n</p>\n\ninline <a href=\"/z#w\">t</a>\n",
      "m x#@2\ni y.png#@3\nm z#w@6\n" },
    { "[![pic](/i.png)](/page)\n", "m page#@1\ni i.png#@1\n" },
    { "*a*\r\n\r\n[b](/c)\r\n[d](/e)\n", "m c#@3\nm e#@4\n" },
    { "---\ntitle: x\n---\n\n[[y]]\n", "w y#@5\n" },
    { "[x](/A/b/source) ![](/a/b/a/P.png) [t](/c/t/p.png/200)\n[d](d/diff/0123/4567#x) [v](/healthz/view)\n",
      "m a/b#@1\ni a/b/P.png#@1\nm c/p.png#@1\nm a/d#x@2\nm healthz#@2\n" },
    { "[y](/-/about) [z](?q=1) [w](/) [u](/-/changelog/view)\n", "" },
};

static void
describe(const digest_t *digest, char *out, size_t room)
{
    out[0] = '\0';
    for (size_t i = 0; i < digest->link_count; i++) {
        const digest_link_t *link = &digest->links[i];
        snprintf(out + strlen(out), room - strlen(out), "%c %s#%s@%zu\n", link->kind, link->target, link->anchor,
                 link->line);
    }
}

static void
test_links_are_told_each_as_often_as_it_stands_there(void **state)
{
    (void)state;
    char told[1024];
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        render_t page = kit_render(&plain, links[i].source);
        describe(page.digest, told, sizeof told);
        if (links[i].links)
            assert_string_equal(told, links[i].links);
        else
            assert_int_equal(page.digest->link_count, 2);
        render_clear(&page);
    }
}

static void
test_the_other_order_of_wiki_links_is_read_as_such(void **state)
{
    (void)state;
    char told[1024];
    const render_options_t other = { .page = "a", .digest = true, .target_first = true };
    render_t page = kit_render(&other, "x\n\n[[Goal#A b|text *with* marks]]\n[[Plain]]\n");
    describe(page.digest, told, sizeof told);
    assert_string_equal(told, "w goal#a-b@3\nw plain#@4\n");
    render_clear(&page);
}

static void
test_the_first_heading_of_level_one_is_told(void **state)
{
    (void)state;
    render_t page = kit_render(&plain, "## two\n\nOne *and*\n===\n\n# other\n");
    assert_string_equal(page.digest->heading, "One and");
    assert_string_equal(page.digest->title, "");
    render_clear(&page);
}

static void
test_a_page_with_too_many_links_says_so(void **state)
{
    (void)state;
    size_t size;
    char *source = kit_repeat("", "[[x]]\n", LIMIT_REFERENCES + 1, "", &size);
    render_t page = kit_render_bytes(&plain, source, size);
    assert_int_equal(page.digest->link_count, LIMIT_REFERENCES);
    assert_true(page.digest->cut);
    assert_int_equal(page.digest->links[LIMIT_REFERENCES - 1].line, LIMIT_REFERENCES);
    render_clear(&page);
    free(source);
}

// ---- the call -----------------------------------------------------------------------------------------------------
static msg_t *
ask(void *actor, const call_type_t *call, const void *req, const char *text)
{
    msg_t *request = msg_new_req(call, req, NULL, msg_clock_ms() + 10000);
    zframe_t *blob = text? zframe_new(text, strlen(text)): NULL;
    if (blob)
        msg_add_blob(request, &blob);
    return actor_dispatch(&render_actor, actor, &request);
}

static void
test_a_digest_and_a_view_of_the_same_page_are_parsed_once(void **state)
{
    (void)state;
    void *actor = NULL;
    render_digest_rep_t rep;
    const render_digest_req_t digest = { .page = "a", .blob = "01" };
    const render_page_req_t view = { .page = "a", .blob = "01" };
    assert_int_equal(render_actor.open(&actor, NULL), OK);
    msg_t *reply = ask(actor, &call_render_page, &view, "---\ntags: [b, c]\n---\n# T\n[[x#y]]\n");
    msg_destroy(&reply);
    reply = ask(actor, &call_render_digest, &digest, NULL);     // a view alone has none
    assert_int_equal(msg_code(reply), INVALID);
    msg_destroy(&reply);
    reply = ask(actor, &call_render_digest, &digest, "---\ntags: [b, c]\n---\n# T\n[[x#y]]\n");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(msg_read_rep(reply, &call_render_digest, &rep), OK);
        assert_int_equal(rep.tags_count, 2);
        assert_string_equal(rep.tags[1], "c");
        assert_string_equal(rep.heading, "T");
        assert_int_equal(rep.body, 21);
        assert_int_equal(rep.words, 3);
        assert_int_equal(rep.headings_count, 1);
        assert_int_equal(rep.headings[0].start, 21);
        assert_int_equal(rep.links_count, 1);
        assert_string_equal(rep.links[0].kind, "wiki");
        assert_string_equal(rep.links[0].target, "x");
        assert_string_equal(rep.links[0].anchor, "y");
        assert_int_equal(rep.links[0].line, 5);
        assert_int_equal(zframe_size(msg_blob(reply, 0)), 18);
        assert_memory_equal(zframe_data(msg_blob(reply, 0)), "{\"tags\":[\"b\",\"c\"]}", 18);
        msg_destroy(&reply);
        reply = ask(actor, &call_render_digest, &digest, NULL);
    }
    msg_destroy(&reply);
    reply = ask(actor, &call_render_page, &view, NULL);         // and the view comes from the same
    assert_int_equal(msg_code(reply), OK);
    msg_destroy(&reply);
    render_actor.close(&actor);
}

static size_t
lines_of(zframe_t *blob)
{
    size_t lines = 0;
    assert_non_null(blob);
    for (size_t i = 0; i < zframe_size(blob); i++)
        lines += zframe_data(blob)[i] == '\n';
    return lines;
}

static void
test_links_that_do_not_fit_come_beside_the_record(void **state)
{
    (void)state;
    void *actor = NULL;
    size_t size;
    render_digest_rep_t rep;
    const render_digest_req_t digest = { .page = "a" };
    char *text = kit_repeat("", "[[x]]\n", LIMIT_LINKS, "\n![](/y.png#q%09r)\n[[z#a b]]\n", &size);
    assert_int_equal(render_actor.open(&actor, NULL), OK);
    msg_t *reply = ask(actor, &call_render_digest, &digest, text);
    assert_int_equal(msg_read_rep(reply, &call_render_digest, &rep), OK);
    assert_int_equal(rep.links_count, LIMIT_LINKS);
    assert_false(rep.cut);
    static const char others[] = "i\t2002\ty.png\tq r\nw\t2003\tz\ta-b\n";
    assert_int_equal(zframe_size(msg_blob(reply, 1)), strlen(others));
    assert_memory_equal(zframe_data(msg_blob(reply, 1)), others, strlen(others));
    msg_destroy(&reply);
    render_actor.close(&actor);
    free(text);
}

static void
test_the_largest_digest_fits_an_answer(void **state)
{
    (void)state;
    void *actor = NULL;
    render_digest_rep_t rep;
    const render_digest_req_t digest = { .page = "a" };
    size_t room = 1 << 20;
    char *text = malloc(room);
    assert_non_null(text);
    size_t size = (size_t)snprintf(text, room, "---\ntags: [");
    for (int i = 0; i < LIMIT_TAGS; i++)
        size += (size_t)snprintf(text + size, room - size, "%0250d, ", i);
    size += (size_t)snprintf(text + size, room - size, "]\ncategory: %01000d\ntitle: %01000d\n---\n# %01000d\n\n",
                             1, 2, 3);
    for (int i = 0; i < LIMIT_LINKS; i++)
        size += (size_t)snprintf(text + size, room - size, "# %0*d [[%0*d#%090d]]\n\n", 50 + i % 20, i, 60 + i % 40,
                                 i, i);
    assert_int_equal(render_actor.open(&actor, NULL), OK);
    msg_t *reply = ask(actor, &call_render_digest, &digest, text);
    if (msg_code(reply) == LATER)
        fail_msg("a digest is answered at once");
    assert_int_equal(msg_read_rep(reply, &call_render_digest, &rep), OK);
    assert_true(rep.cut);                       // not all headings
    assert_true(rep.links_count > 100);
    assert_int_equal(rep.tags_count, LIMIT_TAGS);
    assert_int_equal(lines_of(msg_blob(reply, 1)) + rep.links_count, LIMIT_LINKS);
    msg_destroy(&reply);
    render_actor.close(&actor);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_front_matter_is_what_the_reference_tells),
        cmocka_unit_test(test_what_is_no_front_matter_is_the_body),
        cmocka_unit_test(test_whatever_the_type_nothing_fails),
        cmocka_unit_test(test_a_long_category_or_tag_is_bounded),
        cmocka_unit_test(test_words_are_counted_as_python_splits),
        cmocka_unit_test(test_links_are_told_each_as_often_as_it_stands_there),
        cmocka_unit_test(test_the_other_order_of_wiki_links_is_read_as_such),
        cmocka_unit_test(test_the_first_heading_of_level_one_is_told),
        cmocka_unit_test(test_a_page_with_too_many_links_says_so),
        cmocka_unit_test(test_a_digest_and_a_view_of_the_same_page_are_parsed_once),
        cmocka_unit_test(test_links_that_do_not_fit_come_beside_the_record),
        cmocka_unit_test(test_the_largest_digest_fits_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
