#include "kit_store.h"

static void
expect_diff(kit_t *kit, const char *path, const char *from, const char *to, const char *expected)
{
    store_diff_t diff;
    code_t code = store_diff(kit->store, path, false, from, to, &diff);
    if (code != OK)
        fail_msg("%s: %s", code_name(code), store_error(kit->store));
    assert_string_equal(diff.text, expected);
    store_diff_clear(&diff);
}

static void
test_hunks_are_unified_with_three_lines_around(void **state)
{
    (void)state;
    char from[41], to[41];
    kit_t *kit = kit_with("a.md", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    kit_head(kit, from);
    kit_commit(kit, "a.md", "1\n2\n3\n4\nfive\n6\n7\n8\n9");
    kit_head(kit, to);
    expect_diff(kit, "A", from, to, "@@ -2,8 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n-9\n+9\n"
                                    "\\ No newline at end of file\n");
    expect_diff(kit, "a", from, from, "");
    expect_diff(kit, "a", "", from, "@@ -0,0 +1,9 @@\n+1\n+2\n+3\n+4\n+5\n+6\n+7\n+8\n+9\n");
    kit_destroy(&kit);
}

static void
test_a_changed_line_end_is_a_change(void **state)
{
    (void)state;
    char from[41];
    kit_t *kit = kit_with("a.md", "x\n");
    kit_head(kit, from);
    kit_commit(kit, "a.md", "x\r\n");
    expect_diff(kit, "a", from, "HEAD", "@@ -1 +1 @@\n-x\n+x\r\n");
    kit_destroy(&kit);
}

static void
test_a_page_that_was_renamed_is_compared_with_itself(void **state)
{
    (void)state;
    char from[41];
    kit_t *kit = kit_with("old.md", "x\ny\n");
    store_diff_t diff;
    kit_head(kit, from);
    kit_run(kit, "git mv old.md new.md && git commit -q -m moved");
    kit_commit(kit, "new.md", "x\nz\n");
    assert_int_equal(store_diff(kit->store, "new", false, from, "HEAD", &diff), OK);
    assert_string_equal(diff.from_file, "old.md");
    assert_string_equal(diff.to_file, "new.md");
    assert_int_equal(diff.added, 1);
    assert_int_equal(diff.removed, 1);
    store_diff_clear(&diff);
    assert_int_equal(store_diff(kit->store, "old", false, from, "HEAD", &diff), OK);
    assert_string_equal(diff.to_file, "");
    assert_int_equal(diff.removed, 2);
    store_diff_clear(&diff);
    assert_int_equal(store_diff(kit->store, "none", false, from, "HEAD", &diff), NOT_FOUND);
    assert_int_equal(store_diff(kit->store, "new", false, "no", "HEAD", &diff), NOT_FOUND);
    assert_int_equal(store_diff(kit->store, "new", false, ":/no", "HEAD", &diff), INVALID);
    kit_destroy(&kit);
}

static void
test_bytes_that_are_no_text_have_no_lines(void **state)
{
    (void)state;
    char from[41];
    kit_t *kit = kit_with("a.md", "x\n");
    store_diff_t diff;
    kit_head(kit, from);
    kit_run(kit, "printf 'a\\000b' > a.md && git commit -qam bin");
    assert_int_equal(store_diff(kit->store, "a", false, from, "HEAD", &diff), OK);
    assert_true(diff.binary);
    assert_int_equal(diff.size, 0);
    store_diff_clear(&diff);
    kit_destroy(&kit);
}

static void
test_a_long_diff_is_cut(void **state)
{
    (void)state;
    char from[41];
    kit_t *kit = kit_with("a.md", "x\n");
    store_diff_t diff;
    kit_head(kit, from);
    kit_run(kit, "seq 100000 > a.md && git commit -qam long");
    assert_int_equal(store_diff(kit->store, "a", false, from, "HEAD", &diff), OK);
    assert_true(diff.cut);
    assert_int_equal(diff.added, 100000);
    store_diff_clear(&diff);
    kit_destroy(&kit);
}

// ---- revert -----------------------------------------------------------------------------------------------------

static void
expect_change(const store_revert_t *revert, size_t index, const char *action, const char *path, const char *text)
{
    assert_true(index < revert->count);
    assert_string_equal(revert->changes[index].action, action);
    assert_string_equal(revert->changes[index].path, path);
    if (text)
        assert_string_equal(revert->changes[index].text, text);
}

static void
test_a_revert_is_the_inverse_of_a_commit(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "one\n");
    store_revert_t revert;
    kit_run(kit, "echo two > a.md && echo new > b.md && git add -A && git commit -q -m 'both of them'");
    assert_int_equal(store_revert(kit->store, "HEAD", NULL, &revert), OK);
    assert_int_equal(revert.count, 2);
    expect_change(&revert, 0, "put", "a.md", "one\n");
    expect_change(&revert, 1, "delete", "b.md", NULL);
    assert_string_equal(revert.subject, "both of them");
    store_revert_clear(&revert);
    kit_destroy(&kit);
}

static void
test_a_revert_keeps_what_came_later(void **state)
{
    (void)state;
    char bad[41];
    kit_t *kit = kit_with("a.md", "1\n2\n3\n4\n5\n6\n7\n");
    store_revert_t revert;
    kit_commit(kit, "a.md", "one\n2\n3\n4\n5\n6\n7\n");
    kit_head(kit, bad);
    kit_commit(kit, "a.md", "one\n2\n3\n4\n5\n6\nseven\n");
    assert_int_equal(store_revert(kit->store, bad, NULL, &revert), OK);
    expect_change(&revert, 0, "put", "a.md", "1\n2\n3\n4\n5\n6\nseven\n");
    store_revert_clear(&revert);
    kit_commit(kit, "a.md", "uno\n2\n3\n4\n5\n6\nseven\n");
    assert_int_equal(store_revert(kit->store, bad, NULL, &revert), CONFLICT);
    kit_destroy(&kit);
}

static void
test_a_page_goes_back_to_how_it_was(void **state)
{
    (void)state;
    char old[41];
    kit_t *kit = kit_with("a.md", "old\n");
    store_revert_t revert;
    kit_head(kit, old);
    kit_commit(kit, "a.md", "new\n");
    assert_int_equal(store_revert(kit->store, old, "A", &revert), OK);
    assert_int_equal(revert.count, 1);
    expect_change(&revert, 0, "put", "a.md", "old\n");
    assert_true(*revert.changes[0].base);
    store_revert_clear(&revert);
    assert_int_equal(store_revert(kit->store, "HEAD", "a", &revert), OK);
    assert_int_equal(revert.count, 0);
    store_revert_clear(&revert);
    kit_run(kit, "git rm -q a.md && git commit -q -m gone");
    assert_int_equal(store_revert(kit->store, old, "a", &revert), OK);
    expect_change(&revert, 0, "put", "a.md", "old\n");
    assert_string_equal(revert.changes[0].base, "");
    store_revert_clear(&revert);
    assert_int_equal(store_revert(kit->store, old, "none", &revert), NOT_FOUND);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hunks_are_unified_with_three_lines_around),
        cmocka_unit_test(test_a_changed_line_end_is_a_change),
        cmocka_unit_test(test_a_page_that_was_renamed_is_compared_with_itself),
        cmocka_unit_test(test_bytes_that_are_no_text_have_no_lines),
        cmocka_unit_test(test_a_long_diff_is_cut),
        cmocka_unit_test(test_a_revert_is_the_inverse_of_a_commit),
        cmocka_unit_test(test_a_revert_keeps_what_came_later),
        cmocka_unit_test(test_a_page_goes_back_to_how_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
