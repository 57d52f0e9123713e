// Rules of routes: Otterwiki's order, methods, and what is captured; and of the comparison of a conflict
#include "unit.h"

#include "../gateway/csrf.h"
#include "../gateway/flows.h"
#include "../gateway/route.h"
#include "../gateway/textdiff.h"

#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const char *method, *path;
    web_flow_fn flow;
    const char *page, *file, *revision;
} example_t;

static const example_t examples[] = {
    { "GET", "/", flow_home, "", "", "" },
    { "GET", "", flow_home, "", "", "" },
    { "HEAD", "/notes/a", flow_view, "notes/a", "", "" },
    { "GET", "/notes/a/", flow_view, "notes/a", "", "" },
    { "GET", "/x/edit", flow_edit, "x", "", "" },
    { "GET", "/edit", flow_view, "edit", "", "" },
    { "GET", "/x/edit/edit", flow_edit, "x/edit", "", "" },
    { "GET", "/x/view/0a1b2c", flow_view, "x", "", "0a1b2c" },
    { "GET", "/x/view/HEAD", flow_view, "x", "", "HEAD" },
    { "GET", "/x/view/later", flow_view, "x/view/later", "", "" },
    { "GET", "/x/view/--help", flow_view, "x/view/--help", "", "" },
    { "GET", "/x/diff/0a1b/2c3d", flow_diff, "x", "", "0a1b" },
    { "GET", "/x/y/a/b.png", flow_file, "x/y", "b.png", "" },
    { "GET", "/x/a/b.png/0a1b2c", flow_file, "x", "b.png", "0a1b2c" },
    { "POST", "/x/save", flow_save, "x", "", "" },
    { "GET", "/-/changelog", flow_changelog, "", "", "" },
    { "GET", "/-/log/0a1b2c", flow_changelog, "", "", "0a1b2c" },
    { "GET", "/-/commit/0a1b2c", flow_commit, "", "", "0a1b2c" },
    { "GET", "/-/commit/nothex", flow_reserved, "", "", "" },
    { "GET", "/-/nothing", flow_reserved, "", "", "" },
    { "GET", "/-/index/view", flow_view, "-/index", "", "" },
    { "POST", "/-/x/save", flow_save, "-/x", "", "" },
    { "GET", "/.git", flow_git, "", "", "" },
    { "GET", "/.git/config", flow_reserved, "", "", "" },
    { "GET", "/.git/config/edit", flow_reserved, "", "", "" },
    { "GET", "/-", flow_reserved, "", "", "" },
    { "POST", "/mcp", flow_reserved, "", "", "" },
    { "GET", "/mcp/x/", flow_reserved, "", "", "" },
    { "GET", "/mcp/view", flow_view, "mcp", "", "" },
    { "GET", "/api/notes/history", flow_history, "api/notes", "", "" },
    { "GET", "/apis", flow_view, "apis", "", "" },
    { "GET", "/healthz/notes", flow_view, "healthz/notes", "", "" },
    { "GET", "/static/view", flow_view, "static", "", "" },
    { "GET", "/.well-known/x", flow_reserved, "", "", "" },
    { "GET", "/sitemap.xml/view", flow_view, "sitemap.xml", "", "" },
    { "GET", "/-/help/syntax", flow_about, "", "syntax", "" },
    { "GET", "/static/style.css", flow_static, "", "style.css", "" },
    { "GET", "/static/b/c", flow_reserved, "", "", "" },
    { "GET", "/static/a/b", flow_file, "static", "b", "" },
    { "DELETE", "/api/v1/pages", flow_reserved, "", "", "" },
    { "GET", "/healthz", flow_healthz, "", "", "" },
};

static void
test_the_first_pattern_that_fits_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example_t *example = &examples[i];
        event_request_t request = { .method = example->method };
        web_t web = { .request = &request };
        const web_route_t *route = NULL;
        char allow[64];
        if (route_find(web_routes, &web, example->path, &route, allow) != OK)
            fail_msg("%s %s has no route", example->method, example->path);
        if (route->flow != example->flow)
            fail_msg("%s %s went to %s", example->method, example->path, route->pattern);
        assert_string_equal(web.path, example->page);
        assert_string_equal(web.file, example->file);
        assert_string_equal(web.revision, example->revision);
    }
}

// Names of pages, most of which mean something else as an address.
static const char *const words[] = {
    "a", "t", "view", "edit", "save", "preview", "draft", "source", "history", "diff", "blame", "rename", "delete",
    "attachments", "inline_attachment", "attachment", "-", "api", "mcp", "static", "healthz", "readyz", "robots.txt",
    "sitemap.xml", "favicon.ico", "manifest.webmanifest", ".well-known", "index", "help", "about", "v1", "0a1b2c",
    "HEAD", "80", "x y", "x.png", "changelog", "create",
};
enum { WORDS = sizeof words / sizeof *words };
#ifdef __SANITIZE_THREAD__
enum { STEP = 101 };                            // has no threads to look at, and takes many minutes
#else
enum { STEP = 1 };
#endif

static void
assert_leads_to_view(const char *page)
{
    event_request_t request = { .method = "GET" };
    web_t web = { .request = &request };
    const web_route_t *route = NULL;
    char url[PAGE_URL_SIZE], path[PAGE_ID_SIZE], allow[64];
    page_url(page, url);
    assert_int_equal(page_url_decode(url, strlen(url), path), OK);
    if (route_find(web_routes, &web, path, &route, allow) != OK || route->flow != flow_view)
        fail_msg("%s is not read at %s", page, url);
    if (strcmp(web.path, page) != 0 || *web.revision)
        fail_msg("%s shows %s", url, web.path);
}

static void
test_the_address_of_every_page_leads_to_it(void **state)
{
    char page[128];
    (void)state;
    for (size_t i = 0; i < WORDS; i++) {
        assert_leads_to_view(words[i]);
        for (size_t j = 0; j < WORDS; j++) {
            snprintf(page, sizeof page, "%s/%s", words[i], words[j]);
            assert_leads_to_view(page);
            for (size_t k = 0; k < WORDS * WORDS; k += STEP) {
                snprintf(page, sizeof page, "%s/%s/%s/%s", words[i], words[j], words[k % WORDS], words[k / WORDS]);
                assert_leads_to_view(page);
            }
        }
    }
}

static void
test_only_names_that_mean_something_else_are_moved(void **state)
{
    static const char *const stay[] = { "home", "apis", "api.md", "healthz/x", "notes/edited", "edit", "view", "a/b",
                                        "notes/view/later", "notes/diff/0a1b", "Notes/Edit", "robots", "x/a",
                                        "xa/b/c" };
    static const char *const move[] = { "api", "api/x", "mcp", "healthz", "-", "-/x", "static/x", "x/edit", "x/a/b",
                                        "x/view/0a1b", "x/diff/0a1b/HEAD", "x/t/y/80", "robots.txt" };
    (void)state;
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
        if (page_is_moved(stay[i]))
            fail_msg("%s is moved", stay[i]);
    for (size_t i = 0; i < sizeof move / sizeof *move; i++)
        if (!page_is_moved(move[i]))
            fail_msg("%s is not moved", move[i]);
}

static void
test_a_method_that_only_others_take_is_named(void **state)
{
    static const char *const asked[][3] = {
        { "GET", "/x/save", "POST" }, { "POST", "/x", "GET, HEAD" }, { "PUT", "/x/history", "GET, HEAD, POST" },
        { "POST", "/", "GET, HEAD" }, { "POST", "/static/style.css", "GET, HEAD" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        event_request_t request = { .method = asked[i][0] };
        web_t web = { .request = &request };
        const web_route_t *route = NULL;
        char allow[64];
        assert_int_equal(route_find(web_routes, &web, asked[i][1], &route, allow), UNSUPPORTED);
        assert_string_equal(allow, asked[i][2]);
    }
}

static void
test_a_revision_is_hex_or_head(void **state)
{
    static const char *const good[] = { "HEAD", "0a1b", "0123456789abcdef0123456789abcdef01234567" };
    static const char *const bad[] = { "", "HEA", "head", "0a1", "HEAD~1", "-0a1b", "0a1g", "main" };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(page_is_revision(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(page_is_revision(bad[i], strlen(bad[i])));
}

// ---- textdiff ----------------------------------------------------------------------------------------------------
static void
assert_diff(const char *from, const char *to, const char *expected)
{
    output_t out = { 0 };
    textdiff(&(side_t){ from, strlen(from) }, &(side_t){ to, strlen(to) }, &out);
    output_add(&out, "", 1);
    assert_string_equal(out.bytes, expected);
    output_clear(&out);
}

static void
test_a_comparison_shows_each_change_with_its_surroundings(void **state)
{
    (void)state;
    assert_diff("a\nb\nc\n", "a\nb\nc\n", "");
    assert_diff("", "", "");
    assert_diff("", "a\n", "@@ -1,0 +1,1 @@\n+a\n");
    assert_diff("a\n", "", "@@ -1,1 +1,0 @@\n-a\n");
    assert_diff("a\nb\nc\n", "a\nX\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+X\n c\n");
    assert_diff("a", "b", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n");
    assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "1\nX\n3\n4\n5\n6\n7\n8\n9\n10\nY\n12\n",
                "@@ -1,5 +1,5 @@\n 1\n-2\n+X\n 3\n 4\n 5\n@@ -8,5 +8,5 @@\n 8\n 9\n 10\n-11\n+Y\n 12\n");
    assert_diff("a\nb\nc\nd\n", "b\nc\nX\nd\ne\n", "@@ -1,4 +1,5 @@\n-a\n b\n c\n+X\n d\n+e\n");
}

typedef struct { char text[400]; size_t size; } pile_t;

static void
pile(pile_t *self, const char *text, size_t size)
{
    assert_true(self->size + size < sizeof self->text);
    memcpy(self->text + self->size, text, size);
    self->size += size;
    self->text[self->size] = 0;
}

static pile_t
random_text(unsigned *seed)
{
    static const char lines[] = "x\nx\nx\ny\nz\n";
    pile_t self = { .size = 0 };
    for (int i = rand_r(seed) % 30; i > 0; i--)
        pile(&self, lines + 2 * (rand_r(seed) % 5), 2);
    return self;
}

// What is left of both sides if one reads the hunks by their signs, and the lines between them from the first text.
static void
read_hunks(const char *diff, const pile_t *from, pile_t *left, pile_t *right)
{
    for (const char *line = diff; *line; line = strchr(line, '\n') + 1) {
        if (*line == '@') {
            size_t start = 2 * ((size_t)strtol(line + 4, NULL, 10) - 1);
            size_t gap = start - left->size;
            pile(right, from->text + left->size, gap);
            pile(left, from->text + left->size, gap);
            continue;
        }
        if (*line != '+')
            pile(left, line + 1, 2);
        if (*line != '-')
            pile(right, line + 1, 2);
    }
    pile(right, from->text + left->size, from->size - left->size);
    pile(left, from->text + left->size, from->size - left->size);
}

static void
test_a_comparison_is_right_for_any_texts(void **state)
{
    unsigned seed = 7;
    (void)state;
    for (int round = 0; round < 300; round++) {
        pile_t a = random_text(&seed), b = random_text(&seed), left = { .size = 0 }, right = { .size = 0 };
        output_t out = { 0 };
        textdiff(&(side_t){ a.text, a.size }, &(side_t){ b.text, b.size }, &out);
        output_add(&out, "", 1);
        read_hunks(out.bytes, &a, &left, &right);
        assert_string_equal(left.text, a.text);
        assert_string_equal(right.text, b.text);
        output_clear(&out);
    }
}

// ---- csrf --------------------------------------------------------------------------------------------------------
static void
test_a_token_is_the_same_for_all_workers_of_one_state(void **state)
{
    char folder[] = "/tmp/wikibot-csrf-XXXXXX", path[64];
    csrf_t one, two, other;
    struct stat facts;
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(csrf_open(&one, "", folder), OK);
    assert_int_equal(csrf_open(&two, NULL, folder), OK);
    assert_int_equal(csrf_open(&other, NULL, NULL), OK);
    assert_string_equal(one.token, two.token);
    assert_string_not_equal(one.token, other.token);
    snprintf(path, sizeof path, "%s/csrf.key", folder);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);         // nothing else was left there
}

static void
test_a_token_comes_from_the_secret_key_if_that_is_long_enough(void **state)
{
    csrf_t one, two, brief, again;
    (void)state;
    assert_int_equal(csrf_open(&one, "0123456789abcdef", ""), OK);
    assert_int_equal(csrf_open(&two, "0123456789abcdef", ""), OK);
    assert_int_equal(csrf_open(&brief, "short", ""), OK);
    assert_int_equal(csrf_open(&again, "short", ""), OK);
    assert_string_equal(one.token, two.token);
    assert_string_not_equal(brief.token, again.token);
}

static void
test_only_the_whole_token_is_good(void **state)
{
    csrf_t csrf;
    (void)state;
    assert_int_equal(csrf_open(&csrf, "0123456789abcdef", ""), OK);
    char token[CSRF_TOKEN_SIZE + 2];
    memcpy(token, csrf.token, sizeof csrf.token);
    assert_true(csrf_check(&csrf, token));
    token[5] ^= 1;
    assert_false(csrf_check(&csrf, token));
    token[5] = 0;
    assert_false(csrf_check(&csrf, token));
    assert_false(csrf_check(&csrf, ""));
    assert_false(csrf_check(&csrf, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_pattern_that_fits_decides),
        cmocka_unit_test(test_the_address_of_every_page_leads_to_it),
        cmocka_unit_test(test_only_names_that_mean_something_else_are_moved),
        cmocka_unit_test(test_a_method_that_only_others_take_is_named),
        cmocka_unit_test(test_a_revision_is_hex_or_head),
        cmocka_unit_test(test_a_comparison_shows_each_change_with_its_surroundings),
        cmocka_unit_test(test_a_comparison_is_right_for_any_texts),
        cmocka_unit_test(test_a_token_is_the_same_for_all_workers_of_one_state),
        cmocka_unit_test(test_a_token_comes_from_the_secret_key_if_that_is_long_enough),
        cmocka_unit_test(test_only_the_whole_token_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
