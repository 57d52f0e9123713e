#include "kit_store.h"

static void
expect(kit_t *kit, const char *path, const char *commit, const char *text)
{
    store_content_t content;
    code_t code = kit_read(kit, path, commit, &content);
    if (code != OK)
        fail_msg("%s: %s (%s)", path, code_name(code), store_error(kit->store));
    assert_string_equal(content.text, text);
    store_content_clear(&content);
}

static void
refuse(kit_t *kit, const char *path, const char *commit, code_t expected)
{
    store_content_t content;
    code_t code = kit_read(kit, path, commit, &content);
    if (code != expected)
        fail_msg("%s: %s", path, code_name(code));
}

static void
test_a_page_is_found_under_any_spelling(void **state)
{
    (void)state;
    kit_t *kit = kit_with("Notes/Some Page.md", "# A\r\n\r\n");
    expect(kit, "Notes/Some Page", NULL, "# A\r\n\r\n");
    expect(kit, "notes/some page", NULL, "# A\r\n\r\n");
    expect(kit, "/NOTES//some page.md/", NULL, "# A\r\n\r\n");
    refuse(kit, "notes/some-page", NULL, NOT_FOUND);
    kit_destroy(&kit);
}

static void
test_of_two_files_of_one_page_the_exact_spelling_wins(void **state)
{
    (void)state;
    kit_t *kit = kit_with("Home.md", "upper");
    expect(kit, "home", NULL, "upper");
    kit_commit(kit, "home.md", "lower");
    expect(kit, "home", NULL, "lower");
    expect(kit, "Home", NULL, "upper");
    expect(kit, "HOME", NULL, "lower");
    kit_destroy(&kit);
}

static void
test_a_folder_is_not_a_page(void **state)
{
    (void)state;
    kit_t *kit = kit_with("notes/a.md", "# A");
    store_content_t content;
    store_read_t what = { .path = "notes", .exact = true };
    refuse(kit, "notes", NULL, NOT_FOUND);
    assert_int_equal(store_read(kit->store, &what, &content), NOT_FOUND);
    kit_destroy(&kit);
}

static void
test_links_and_submodules_are_never_followed(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "# A");
    kit_run(kit, "ln -s /etc/passwd link.md && ln -s a.md near.md && ln -s /etc up && git add -A && "
                 "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub.md && git commit -q -m links");
    refuse(kit, "link", NULL, NOT_FOUND);
    refuse(kit, "near", NULL, NOT_FOUND);
    refuse(kit, "sub", NULL, NOT_FOUND);
    refuse(kit, "up/passwd", NULL, NOT_FOUND);
    kit_destroy(&kit);
}

static void
test_a_path_out_of_the_repository_is_invalid(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "# A");
    static const char *const hostile[] = { "../a", ".git/config", "a/../../b", ".GIT/x", "", "/", "a\\b", "./a" };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        refuse(kit, hostile[i], NULL, INVALID);
    kit_destroy(&kit);
}

static void
test_a_commit_made_elsewhere_is_seen_at_once(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "one");
    expect(kit, "a", NULL, "one");
    kit_commit(kit, "a.md", "two");
    expect(kit, "a", NULL, "two");
    kit_run(kit, "git pack-refs --all && git gc -q");
    kit_commit(kit, "B.md", "new");
    expect(kit, "b", NULL, "new");
    kit_run(kit, "git rm -q B.md && git commit -q -m gone");
    refuse(kit, "b", NULL, NOT_FOUND);
    kit_destroy(&kit);
}

static void
test_an_old_revision_has_its_own_spelling(void **state)
{
    (void)state;
    char old[41], now[41];
    kit_t *kit = kit_with("Old/Page.md", "then");
    kit_head(kit, old);
    kit_run(kit, "git mv Old/Page.md page.md && git commit -q -m moved");
    kit_head(kit, now);
    expect(kit, "old/page", old, "then");
    refuse(kit, "old/page", now, NOT_FOUND);
    expect(kit, "page", now, "then");
    expect(kit, "page", "HEAD", "then");
    old[7] = 0;
    expect(kit, "old/page", old, "then");
    kit_destroy(&kit);
}

static void
test_a_revision_searches_nothing(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "# A");
    static const char *const bad[] = { "--all", ":/A", "HEAD^{/A}", "HEAD@{1}", "HEAD@{yesterday}", "@{-1}", "~1",
                                       "HEAD..main", "HEAD:a.md", "HEAD~0x", "HEAD^{tree}", "HEAD~1000000", "^HEAD" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse(kit, "a", bad[i], INVALID);
    static const char *const missing[] = { "abc", "xyzw", "HEAD~1", "HEAD^", "HEAD^2", "v1.0", "config",
                                           "a-branch-with-a-name-that-is-longer-than-anybody-would-type-it",
                                           "v1-2-g0123456" };
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        refuse(kit, "a", missing[i], NOT_FOUND);
    refuse(kit, "a", "0123456789abcdef0123456789abcdef01234567", NOT_FOUND);
    refuse(kit, "a", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NOT_FOUND);
    char tree[41];
    kit_ask(kit, "git rev-parse HEAD^{tree}", tree, sizeof tree);
    refuse(kit, "a", tree, NOT_FOUND);
    kit_destroy(&kit);
}

static void
test_a_revision_may_be_any_name_of_a_commit(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "1");
    char id[41], described[64];
    kit_run(kit, "git tag -a -m tag v1.0 && git tag light && git branch cafe");
    kit_commit(kit, "a.md", "2");
    kit_run(kit, "git checkout -q -b side v1.0");
    kit_commit(kit, "a.md", "3");
    kit_run(kit, "git checkout -q main && git merge -q -s ours --no-ff -m merge side && git update-ref "
                 "refs/remotes/origin/work side");
    kit_commit(kit, "b.md", "b");
    kit_ask(kit, "git rev-parse v1.0", id, sizeof id);
    kit_ask(kit, "git describe --long", described, sizeof described);
    static const char *const first[] = { "v1.0", "light", "cafe", "v1.0^{}", "v1.0^{commit}", "refs/tags/v1.0",
                                         "tags/light", "HEAD~3", "HEAD^^^", "main~2^", "@~1^2~1", "light~0^0" };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        expect(kit, "a", first[i], "1");
    expect(kit, "a", id, "1");                  // the tag's own
    static const char *const second[] = { "main", "@", "refs/heads/main", "heads/main", "HEAD~", "HEAD~1^1" };
    for (size_t i = 0; i < sizeof second / sizeof *second; i++)
        expect(kit, "a", second[i], "2");
    expect(kit, "a", described, "2");
    expect(kit, "a", "side", "3");
    expect(kit, "a", "origin/work", "3");
    expect(kit, "a", "main~1^2", "3");
    kit_destroy(&kit);
}

static void
test_bytes_come_as_they_are(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "x");
    kit_run(kit, "printf 'a\\r\\nb\\000c\\377' > raw.bin && printf 'no newline' > b.md && printf '\\377' > c.md && "
                 "git add -A && git commit -q -m raw");
    store_content_t content;
    store_read_t what = { .path = "raw.bin", .exact = true };
    assert_int_equal(store_read(kit->store, &what, &content), OK);
    assert_int_equal(content.size, 7);
    assert_memory_equal(content.text, "a\r\nb\0c\377", 8);
    assert_true(content.binary);
    assert_string_equal(content.page, "");
    store_content_clear(&content);
    expect(kit, "b", NULL, "no newline");
    assert_int_equal(kit_read(kit, "c", NULL, &content), OK);
    assert_true(content.binary);
    store_content_clear(&content);
    kit_destroy(&kit);
}

static void
test_a_part_ends_with_the_file(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "0123456789");
    store_content_t content;
    store_read_t what = { .path = "a", .offset = 3, .size = 4 };
    assert_int_equal(store_read(kit->store, &what, &content), OK);
    assert_string_equal(content.text, "3456");
    assert_int_equal(content.total, 10);
    store_content_clear(&content);
    what.offset = SIZE_MAX;
    assert_int_equal(store_read(kit->store, &what, &content), OK);
    assert_int_equal(content.size, 0);
    store_content_clear(&content);
    what.stat = true;
    assert_int_equal(store_read(kit->store, &what, &content), OK);
    assert_null(content.text);
    kit_destroy(&kit);
}

static void
test_a_file_larger_than_wanted_is_refused_unread(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "12345");
    store_content_t content;
    store_read_t what = { .path = "a", .most = 5 };
    assert_int_equal(store_read(kit->store, &what, &content), OK);
    store_content_clear(&content);
    what.most = 4;
    assert_int_equal(store_read(kit->store, &what, &content), TOO_LARGE);
    assert_null(content.text);
    kit_destroy(&kit);
}

static void
test_case_distinguishes_pages_where_it_is_kept(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit->naming.retain_case = true;
    kit_run(kit, "git init -q");
    kit_commit(kit, "Home.md", "upper");
    kit_open(kit);
    expect(kit, "Home", NULL, "upper");
    refuse(kit, "home", NULL, NOT_FOUND);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_is_found_under_any_spelling),
        cmocka_unit_test(test_of_two_files_of_one_page_the_exact_spelling_wins),
        cmocka_unit_test(test_a_folder_is_not_a_page),
        cmocka_unit_test(test_links_and_submodules_are_never_followed),
        cmocka_unit_test(test_a_path_out_of_the_repository_is_invalid),
        cmocka_unit_test(test_a_commit_made_elsewhere_is_seen_at_once),
        cmocka_unit_test(test_an_old_revision_has_its_own_spelling),
        cmocka_unit_test(test_a_revision_searches_nothing),
        cmocka_unit_test(test_a_revision_may_be_any_name_of_a_commit),
        cmocka_unit_test(test_bytes_come_as_they_are),
        cmocka_unit_test(test_a_part_ends_with_the_file),
        cmocka_unit_test(test_a_file_larger_than_wanted_is_refused_unread),
        cmocka_unit_test(test_case_distinguishes_pages_where_it_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
