#include "store_write_kit.h"

static void
expect_code(store_written_t *result, code_t code)
{
    if (result->code != code)
        fail_msg("%s: %s", code_name(result->code), result->why);
    store_written_clear(result);
}

// ---- content ----------------------------------------------------------------------------------------------------

static void
test_write_creates_a_page_as_one_commit(void **state)
{
    kit_t *kit = *state;
    store_written_t result = kit_put(kit, "notes/a", NULL, "# A\n");
    assert_int_equal(result.code, OK);
    assert_int_equal(result.file_count, 1);
    assert_string_equal(result.files[0], "notes/a.md");
    assert_string_equal(result.commit.hex, kit_head(kit));
    assert_false(result.unchanged || result.merged || result.repeated);
    store_written_clear(&result);
    kit_expect(kit, "notes/a.md", "# A\n");
    assert_string_equal(kit_output(kit, "git log --format='%%an <%%ae> %%cn %%s' -1"),
                        "Ada <ada@example.org> Ada Create notes/a");
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "2");
    assert_string_equal(kit_output(kit, "git show --format= --name-status HEAD"), "A\tnotes/a.md");
    kit_sound(kit);
}

static void
test_write_keeps_content_to_the_byte(void **state)
{
    kit_t *kit = *state;
    static const char *const texts[] = { "", "no newline", "a\r\nb\r\n", "\xef\xbb\xbf# BOM\n\n\n", "caf\xc3\xa9" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char path[32];
        snprintf(path, sizeof path, "byte%zu", i);
        kit_save(kit, path, NULL, texts[i]);
        snprintf(path, sizeof path, "byte%zu.md", i);
        kit_expect(kit, path, texts[i]);
    }
    kit_sound(kit);
}

static void
test_write_of_the_same_content_makes_no_commit(void **state)
{
    kit_t *kit = *state;
    store_oid_t first = kit_save(kit, "a", NULL, "text\n");
    store_written_t result = kit_put(kit, "a", first.hex, "text\n");
    assert_true(result.unchanged);
    assert_string_equal(result.commit.hex, first.hex);
    expect_code(&result, OK);
    assert_string_equal(kit_head(kit), first.hex);
}

static void
test_write_under_another_spelling_is_the_same_page(void **state)
{
    kit_t *kit = *state;
    kit_push(kit, "mkdir Docs && echo old > 'Docs/Read Me.md'");
    store_written_t result = kit_put(kit, "docs/read me", kit_head(kit), "new\n");
    assert_int_equal(result.code, OK);
    assert_string_equal(result.files[0], "Docs/Read Me.md");
    store_written_clear(&result);
    assert_string_equal(kit_output(kit, "git ls-tree -r --name-only HEAD"), "Docs/Read Me.md\nhome.md");
}

static void
test_write_of_a_second_file_for_one_page_is_a_conflict(void **state)
{
    kit_t *kit = *state;
    store_action_t change = { .action = "put", .path = "Home.md", .exact = true, .text = "x", .size = 1 };
    store_written_t result = kit_write(kit, &change, NULL);
    assert_string_equal(result.conflict_file, "home.md");
    expect_code(&result, CONFLICT);
}

static void
test_write_sees_pages_that_the_same_group_created(void **state)
{
    kit_t *kit = *state;
    store_action_t first = { .action = "put", .path = "Group Page", .text = "1\n", .size = 2 };
    store_action_t second = { .action = "put", .path = "group page", .text = "2\n", .size = 2 };
    store_write_t writes[] = { { .changes = &first, .count = 1 }, { .changes = &second, .count = 1 } };
    store_written_t results[2];
    store_write(kit->store, writes, 2, results);
    expect_code(&results[0], OK);
    assert_string_equal(results[1].theirs, "1\n");
    expect_code(&results[1], CONFLICT);
}

static void
test_write_refuses_paths_that_leave_or_reach_git(void **state)
{
    kit_t *kit = *state;
    static const char *const paths[] = { "../x.md", "/etc/x.md", "a/../../b.md", ".git/config", "a/.GIT/hooks/x",
                                         "a//b.md", "a\\b.md", "", ".gitmodules", "sub/.gitattributes",
                                         "git~1/config", "." };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        store_action_t change = { .action = "put", .path = paths[i], .exact = true, .text = "x", .size = 1 };
        store_written_t result = kit_write(kit, &change, NULL);
        expect_code(&result, INVALID);
    }
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "1");
}

static void
test_write_refuses_pages_that_are_no_text(void **state)
{
    kit_t *kit = *state;
    store_action_t change = { .action = "put", .path = "bin", .text = "a\0b", .size = 3 };
    store_written_t result = kit_write(kit, &change, NULL);
    expect_code(&result, UNSUPPORTED);
    change = (store_action_t) { .action = "put", .path = "latin", .text = "caf\xe9", .size = 4 };
    result = kit_write(kit, &change, NULL);
    expect_code(&result, UNSUPPORTED);
    change = (store_action_t) { .action = "put", .path = "home/x.png", .exact = true, .text = "\x89PN\0", .size = 4 };
    result = kit_write(kit, &change, NULL);
    expect_code(&result, OK);
}

static void
test_write_refuses_a_page_whose_file_is_not_utf8(void **state)
{
    kit_t *kit = *state;
    kit_push(kit, "printf 'caf\\351' > old.md");
    store_written_t result = kit_put(kit, "old", kit_head(kit), "caf\xc3\xa9");
    expect_code(&result, UNSUPPORTED);
}

static void
test_write_refuses_links_and_keeps_the_mode_of_programs(void **state)
{
    kit_t *kit = *state;
    kit_push(kit, "ln -s /etc/passwd link.md && echo run > tool.sh && chmod +x tool.sh");
    store_oid_t base = kit_base(kit);
    store_action_t change = { .action = "put", .path = "link.md", .exact = true, .base = base.hex, .text = "x",
                              .size = 1 };
    store_written_t result = kit_write(kit, &change, NULL);
    expect_code(&result, UNSUPPORTED);
    change.path = "tool.sh";
    result = kit_write(kit, &change, NULL);
    expect_code(&result, OK);
    assert_string_equal(kit_output(kit, "git ls-tree HEAD tool.sh | cut -c1-6"), "100755");
}

static void
test_write_has_limits(void **state)
{
    kit_t *kit = *state;
    size_t size = LIMIT_ATTACHMENT_BYTES + 1;
    char *large = malloc(size);
    memset(large, 'x', size);
    store_action_t page = { .action = "put", .path = "large", .text = large, .size = LIMIT_PAGE_BYTES + 1 };
    store_action_t file = { .action = "put", .path = "home/large.bin", .exact = true, .text = large, .size = size };
    store_written_t result = kit_write(kit, &page, NULL);
    expect_code(&result, TOO_LARGE);
    result = kit_write(kit, &file, NULL);
    expect_code(&result, TOO_LARGE);
    page.size--;
    result = kit_write(kit, &page, NULL);
    expect_code(&result, OK);
    kit_sound(kit);
    free(large);
}

static void
test_write_of_a_file_where_a_folder_is_needed_is_a_conflict(void **state)
{
    kit_t *kit = *state;
    store_action_t file = { .action = "put", .path = "a", .exact = true, .text = "x", .size = 1 };
    store_action_t below = { .action = "put", .path = "a/b.txt", .exact = true, .text = "x", .size = 1 };
    store_written_t result = kit_write(kit, &file, NULL);
    expect_code(&result, OK);
    result = kit_write(kit, &below, NULL);
    assert_string_equal(result.conflict_file, "a/b.txt");
    expect_code(&result, CONFLICT);
    kit_sound(kit);
}

// ---- several changes --------------------------------------------------------------------------------------------

static void
test_write_of_several_changes_is_all_or_nothing(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "a\n");
    store_action_t changes[] = {
        { .action = "put", .path = "new", .text = "new\n", .size = 4 },
        { .action = "put", .path = "a", .text = "other\n", .size = 6 },         // no base: a conflict
    };
    store_write_t write = { .changes = changes, .count = 2 };
    store_written_t result;
    store_write(kit->store, &write, 1, &result);
    expect_code(&result, CONFLICT);
    assert_string_equal(kit_head(kit), base.hex);
    changes[1].base = base.hex;
    store_write(kit->store, &write, 1, &result);
    expect_code(&result, OK);
    assert_string_equal(kit_output(kit, "git show --format= --name-status HEAD"), "M\ta.md\nA\tnew.md");
    kit_sound(kit);
}

static void
test_write_may_move_a_page_and_change_it(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "one\ntwo\nthree\n");
    store_action_t changes[] = {
        { .action = "move", .path = "a", .base = base.hex, .to = "notes/b" },
        { .action = "put", .path = "notes/b", .base = base.hex, .text = "one\n2\nthree\n", .size = 12 },
        { .action = "delete", .path = "home", .base = base.hex },
    };
    store_write_t write = { .changes = changes, .count = 3, .message = "Move\n\nand more" };
    store_written_t result;
    store_write(kit->store, &write, 1, &result);
    assert_int_equal(result.file_count, 3);
    expect_code(&result, OK);
    assert_string_equal(kit_output(kit, "git ls-tree -r --name-only HEAD"), "notes/b.md");
    kit_expect(kit, "notes/b.md", "one\n2\nthree\n");
    kit_sound(kit);
}

static void
test_write_may_change_the_case_of_a_page(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_base(kit);
    store_action_t change = { .action = "move", .path = "home.md", .exact = true, .base = base.hex, .to = "Home.md" };
    store_written_t result = kit_write(kit, &change, NULL);
    expect_code(&result, OK);
    assert_string_equal(kit_output(kit, "git ls-tree -r --name-only HEAD"), "Home.md");
}

static void
test_write_of_the_last_deletion_leaves_an_empty_tree(void **state)
{
    kit_t *kit = *state;
    store_action_t change = { .action = "delete", .path = "home", .base = kit_head(kit) };
    store_written_t result = kit_write(kit, &change, NULL);
    expect_code(&result, OK);
    assert_string_equal(kit_output(kit, "git ls-tree -r HEAD"), "");
    kit_save(kit, "home", NULL, "again\n");
    kit_sound(kit);
}

static void
test_write_deletes_only_what_the_author_saw(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "a\n");
    kit_save(kit, "a", base.hex, "b\n");
    store_action_t change = { .action = "delete", .path = "a" };
    store_written_t result = kit_write(kit, &change, NULL);
    expect_code(&result, INVALID);
    change.base = base.hex;
    result = kit_write(kit, &change, NULL);
    assert_string_equal(result.base, "a\n");
    assert_string_equal(result.theirs, "b\n");
    assert_null(result.ours);
    expect_code(&result, CONFLICT);
    change.path = "nothing";
    result = kit_write(kit, &change, NULL);
    expect_code(&result, NOT_FOUND);
}

static void
test_write_moves_only_onto_nothing(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "a\n");
    store_action_t change = { .action = "move", .path = "a", .base = base.hex, .to = "Home" };
    store_written_t result = kit_write(kit, &change, NULL);
    assert_string_equal(result.conflict_file, "home.md");
    assert_string_equal(result.theirs, "# Home\n");
    expect_code(&result, CONFLICT);
}

static void
test_write_refuses_nonsense(void **state)
{
    kit_t *kit = *state;
    store_action_t change = { .action = "burn", .path = "a" };
    store_written_t result = kit_write(kit, &change, NULL);
    expect_code(&result, INVALID);
    change = (store_action_t) { .action = "put", .path = "home", .base = "dddddddddd", .text = "x", .size = 1 };
    result = kit_write(kit, &change, NULL);
    expect_code(&result, INVALID);
    change.base = "HEAD";
    result = kit_write(kit, &change, NULL);
    expect_code(&result, INVALID);
    result = kit_write(kit, &change, "bad id\nClient: x");
    expect_code(&result, INVALID);
    store_write_t write = { .changes = &change, .count = 0 };
    store_write(kit->store, &write, 1, &result);
    expect_code(&result, INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_bare, kit_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_creates_a_page_as_one_commit),
        TEST(test_write_keeps_content_to_the_byte),
        TEST(test_write_of_the_same_content_makes_no_commit),
        TEST(test_write_under_another_spelling_is_the_same_page),
        TEST(test_write_of_a_second_file_for_one_page_is_a_conflict),
        TEST(test_write_sees_pages_that_the_same_group_created),
        TEST(test_write_refuses_paths_that_leave_or_reach_git),
        TEST(test_write_refuses_pages_that_are_no_text),
        TEST(test_write_refuses_a_page_whose_file_is_not_utf8),
        TEST(test_write_refuses_links_and_keeps_the_mode_of_programs),
        TEST(test_write_has_limits),
        TEST(test_write_of_a_file_where_a_folder_is_needed_is_a_conflict),
        TEST(test_write_of_several_changes_is_all_or_nothing),
        TEST(test_write_may_move_a_page_and_change_it),
        TEST(test_write_may_change_the_case_of_a_page),
        TEST(test_write_of_the_last_deletion_leaves_an_empty_tree),
        TEST(test_write_deletes_only_what_the_author_saw),
        TEST(test_write_moves_only_onto_nothing),
        TEST(test_write_refuses_nonsense),
    };
    return cmocka_run_group_tests_name("store_write", tests, NULL, NULL);
}
