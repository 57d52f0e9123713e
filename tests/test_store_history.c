#include "kit_store.h"

// "change message file|..." of the history of a page, `limit` rows at a time; of the wiki, the number of files.
static void
expect_history(kit_t *kit, store_history_options_t *options, const char *expected)
{
    char text[4096] = "";
    store_history_t history;
    char *cursor = NULL;
    do {
        options->cursor = cursor;
        code_t code = store_history(kit->store, options, &history);
        if (code != OK)
            fail_msg("%s: %s", code_name(code), store_error(kit->store));
        free(cursor);
        for (size_t i = 0; i < history.count; i++) {
            const store_commit_info_t *row = &history.rows[i];
            (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s %s %s|", row->change,
                           row->message, row->file_count > 0? row->files[0]: "-");
        }
        cursor = history.cursor? strdup(history.cursor): NULL;
        store_history_clear(&history);
    } while (cursor);
    assert_string_equal(text, expected);
}

// Times differ by a second each, so that the order is certain.
static void
commit_at(kit_t *kit, int second, const char *what)
{
    kit_run(kit, "%s && git add -A && export GIT_AUTHOR_DATE='2024-01-01T00:00:%02dZ' && "
                 "GIT_COMMITTER_DATE='2024-01-01T00:00:%02dZ' git commit -q --allow-empty -m m%d",
            what, second, second, second);
}

static kit_t *
kit_with_past(void)
{
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && mkdir notes");
    commit_at(kit, 1, "echo one > notes/Page.md");
    commit_at(kit, 2, "echo other > b.md");
    commit_at(kit, 3, "echo two >> notes/Page.md");
    commit_at(kit, 4, "mkdir new && git mv notes/Page.md new/page.md");
    commit_at(kit, 5, "echo three >> new/page.md");
    commit_at(kit, 6, "git rm -q b.md");
    kit_open(kit);
    return kit;
}

static void
test_the_history_of_a_page_follows_renames(void **state)
{
    (void)state;
    kit_t *kit = kit_with_past();
    store_history_options_t options = { .path = "new/page" };
    const char *expected = "modified m5 new/page.md|renamed m4 new/page.md|modified m3 notes/Page.md|"
                           "added m1 notes/Page.md|";
    expect_history(kit, &options, expected);
    options.limit = 1;
    expect_history(kit, &options, expected);
    kit_destroy(&kit);
}

static void
test_a_rename_may_come_with_an_edit(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "seq 20 > a.md && echo unlike > b.md");
    commit_at(kit, 2, "git mv a.md c.md && echo more >> c.md && git rm -q b.md");
    commit_at(kit, 3, "git mv c.md d.md && seq 100 130 > d.md");
    kit_open(kit);
    char second[41];
    kit_ask(kit, "git rev-parse HEAD~1", second, sizeof second);
    store_history_options_t options = { .path = "c", .commit = second };
    expect_history(kit, &options, "renamed m2 c.md|added m1 a.md|");
    options.commit = NULL;
    options.path = "d";
    expect_history(kit, &options, "added m3 d.md|");
    kit_destroy(&kit);
}

static void
test_a_deleted_page_has_a_history(void **state)
{
    (void)state;
    kit_t *kit = kit_with_past();
    store_history_options_t options = { .path = "b" };
    store_history_t history;
    expect_history(kit, &options, "deleted m6 b.md|added m2 b.md|");
    options.path = "never";
    options.cursor = NULL;
    assert_int_equal(store_history(kit->store, &options, &history), NOT_FOUND);
    options.path = "../x";
    assert_int_equal(store_history(kit->store, &options, &history), INVALID);
    kit_destroy(&kit);
}

static void
test_the_history_of_the_wiki_has_all_commits(void **state)
{
    (void)state;
    kit_t *kit = kit_with_past();
    store_history_options_t options = { .limit = 2 };
    expect_history(kit, &options, " m6 b.md| m5 new/page.md| m4 new/page.md| m3 notes/Page.md| m2 b.md| "
                                  "m1 notes/Page.md|");
    kit_destroy(&kit);
}

static void
test_a_row_names_the_first_parent_also_of_a_merge(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char parent[64];
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "echo a > a.md && echo b > b.md");
    commit_at(kit, 2, "git checkout -q -b side && echo a2 > a.md");
    commit_at(kit, 3, "git checkout -q main && echo b3 > b.md");
    kit_ask(kit, "git rev-parse HEAD", parent, sizeof parent);
    kit_run(kit, "GIT_COMMITTER_DATE=2024-01-01T00:00:04Z git merge -q --no-ff -m m4 side");
    kit_open(kit);
    store_history_options_t options = { .limit = 4 };
    store_history_t history;
    assert_int_equal(store_history(kit->store, &options, &history), OK);
    assert_int_equal(history.count, 4);
    assert_string_equal(history.rows[0].parent.hex, parent);
    assert_string_equal(history.rows[3].parent.hex, "");
    store_history_clear(&history);
    kit_destroy(&kit);
}

static bool
not_b(void *context, const char *path)
{
    (void)context;
    return strcmp(path, "b.md") != 0;
}

static void
test_a_commit_of_hidden_files_has_no_row(void **state)
{
    (void)state;
    kit_t *kit = kit_with_past();
    store_history_options_t options = { .visible = not_b };
    expect_history(kit, &options, " m5 new/page.md| m4 new/page.md| m3 notes/Page.md| m1 notes/Page.md|");
    kit_destroy(&kit);
}

static void
test_a_cursor_cannot_name_a_hidden_file(void **state)
{
    (void)state;
    char cursor[128], head[41];
    kit_t *kit = kit_with_past();
    store_history_t history;
    kit_head(kit, head);
    (void)snprintf(cursor, sizeof cursor, "%s b.md", head);
    store_history_options_t options = { .path = "new/page", .cursor = cursor, .visible = not_b };
    assert_int_equal(store_history(kit->store, &options, &history), INVALID);
    static const char *const bad[] = { "x", "@", "@zz", "zzzz b.md", " ", ", ", "0123 a.md", "@0123456789" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        options.cursor = bad[i];
        assert_int_equal(store_history(kit->store, &options, &history), INVALID);
    }
    kit_destroy(&kit);
}

static void
test_of_a_merge_the_side_with_the_content_is_followed(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "echo a > a.md && echo b > b.md");
    commit_at(kit, 2, "git checkout -q -b side && echo a2 > a.md");
    commit_at(kit, 3, "git checkout -q main && echo b3 > b.md");
    kit_run(kit, "GIT_COMMITTER_DATE=2024-01-01T00:00:04Z git merge -q --no-ff -m m4 side");
    commit_at(kit, 5, "echo a5 > a.md");
    kit_open(kit);
    store_history_options_t options = { .path = "a" };
    expect_history(kit, &options, "modified m5 a.md|modified m2 a.md|added m1 a.md|");
    options.path = "b";
    expect_history(kit, &options, "modified m3 b.md|added m1 b.md|");
    options.path = NULL;
    options.limit = 1;
    expect_history(kit, &options, " m5 a.md| m4 a.md| m3 b.md| m2 a.md| m1 a.md|");
    kit_destroy(&kit);
}

static void
test_names_that_are_no_utf8_are_shown(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    store_history_t history;
    kit_run(kit, "git init -q -b main && echo x > a.md && git add -A && "
                 "GIT_AUTHOR_NAME=$(printf 'J\\366rg') git -c i18n.commitEncoding=ISO-8859-1 commit -q "
                 "-m \"$(printf 'gr\\374n')\"");
    kit_open(kit);
    store_history_options_t options = { .path = "a" };
    assert_int_equal(store_history(kit->store, &options, &history), OK);
    assert_string_equal(history.rows[0].author, "J\xC3\xB6rg");
    assert_string_equal(history.rows[0].message, "gr\xC3\xBCn");
    assert_string_equal(history.rows[0].email, "ada@example.org");
    store_history_clear(&history);
    kit_destroy(&kit);
}

static void
test_blame_gives_each_line_to_its_commit(void **state)
{
    (void)state;
    kit_t *kit = kit_with_past();
    store_blame_t blame;
    for (int again = 0; again < 2; again++) {   // the second time from the cache
        assert_int_equal(store_blame(kit->store, &(store_blame_options_t) { .path = "new/page" }, &blame), OK);
        assert_int_equal(blame.count, 3);
        assert_false(blame.partial);
        assert_string_equal(blame.rows[0].summary, "m1");
        assert_string_equal(blame.rows[1].summary, "m3");
        assert_string_equal(blame.rows[2].summary, "m5");
        assert_int_equal(blame.rows[2].line, 3);
        assert_int_equal(blame.rows[2].lines, 1);
        assert_string_equal(blame.content.text, "one\ntwo\nthree\n");
        store_blame_clear(&blame);
    }
    kit_destroy(&kit);
}

// What cannot be looked at, in time or in number, stands with what was: no line is lost, and the page says so.
static void
test_blame_that_cannot_tell_all_is_partial(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    store_blame_t blame;
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "printf 'one\n' > a.md");
    commit_at(kit, 2, "printf 'two\n' >> a.md");
    char line[128];
    snprintf(line, sizeof line, "seq %d > long.md && seq %d > many.md", LIMIT_DIFF_LINES + 10, 2 * LIMIT_ROWS + 10);
    commit_at(kit, 3, line);
    commit_at(kit, 4, "sed -i '1~2s/$/ changed/' many.md");
    kit_open(kit);
    store_blame_options_t options = { .path = "a", .deadline = 1 };         // long ago
    assert_int_equal(store_blame(kit->store, &options, &blame), OK);
    assert_true(blame.partial);
    assert_int_equal(blame.count, 1);
    assert_int_equal(blame.rows[0].lines, 2);
    store_blame_clear(&blame);
    static const struct { const char *page; size_t lines; } pages[] = {
        { "long", LIMIT_DIFF_LINES + 10 }, { "many", 2 * LIMIT_ROWS + 10 } };
    for (size_t i = 0; i < 2; i++) {
        size_t lines = 0;
        assert_int_equal(store_blame(kit->store, &(store_blame_options_t) { .path = pages[i].page }, &blame), OK);
        for (size_t row = 0; row < blame.count; row++)
            lines += (size_t)blame.rows[row].lines;
        assert_int_equal(lines, pages[i].lines);
        assert_in_range(blame.count, 1, LIMIT_ROWS);
        assert_true(blame.partial);
        store_blame_clear(&blame);
    }
    kit_destroy(&kit);
}

static void
test_blame_of_a_merge_asks_both_sides(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    store_blame_t blame;
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "printf '1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9' > a.md");
    commit_at(kit, 2, "git checkout -q -b side && sed -i 's/^1$/one/' a.md");
    commit_at(kit, 3, "git checkout -q main && sed -i '8d;s/^7$/seven/' a.md");
    kit_run(kit, "GIT_COMMITTER_DATE=2024-01-01T00:00:04Z git merge -q --no-ff -m m4 side");
    commit_at(kit, 5, "sed -i '4i new' a.md");
    kit_open(kit);
    assert_int_equal(store_blame(kit->store, &(store_blame_options_t) { .path = "a" }, &blame), OK);
    const char *expected[] = { "m2", "m1", "m5", "m1", "m3", "m1" };
    assert_int_equal(blame.count, 6);
    for (size_t i = 0; i < blame.count; i++)
        assert_string_equal(blame.rows[i].summary, expected[i]);
    store_blame_clear(&blame);
    kit_destroy(&kit);
}

static void
test_changes_are_what_differs_between_two_commits(void **state)
{
    (void)state;
    char first[41], head[41];
    kit_t *kit = kit_with_past();
    store_changes_t changes;
    kit_ask(kit, "git rev-parse HEAD~4", first, sizeof first);
    kit_head(kit, head);
    assert_int_equal(store_changes(kit->store, first, NULL, NULL, &changes), OK);
    assert_string_equal(changes.commit.hex, head);
    assert_false(changes.rewritten);
    assert_int_equal(changes.count, 3);
    assert_string_equal(changes.rows[0].file, "b.md");
    assert_string_equal(changes.rows[0].after.hex, "");
    assert_string_equal(changes.rows[1].file, "new/page.md");
    assert_string_equal(changes.rows[1].before.hex, "");
    assert_string_equal(changes.rows[2].file, "notes/Page.md");
    store_changes_clear(&changes);
    assert_int_equal(store_changes(kit->store, NULL, NULL, "a", &changes), OK);
    assert_int_equal(changes.count, 1);
    store_changes_clear(&changes);
    assert_int_equal(store_changes(kit->store, head, head, NULL, &changes), OK);
    assert_int_equal(changes.count, 0);
    store_changes_clear(&changes);
    kit_destroy(&kit);
}

static void
test_a_rewritten_history_is_told(void **state)
{
    (void)state;
    char head[41];
    kit_t *kit = kit_with_past();
    store_changes_t changes;
    kit_head(kit, head);
    kit_run(kit, "git commit -q --amend -m other");
    assert_int_equal(store_changes(kit->store, head, NULL, NULL, &changes), OK);
    assert_true(changes.rewritten);
    store_changes_clear(&changes);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_history_of_a_page_follows_renames),
        cmocka_unit_test(test_a_rename_may_come_with_an_edit),
        cmocka_unit_test(test_a_deleted_page_has_a_history),
        cmocka_unit_test(test_the_history_of_the_wiki_has_all_commits),
        cmocka_unit_test(test_a_row_names_the_first_parent_also_of_a_merge),
        cmocka_unit_test(test_a_commit_of_hidden_files_has_no_row),
        cmocka_unit_test(test_a_cursor_cannot_name_a_hidden_file),
        cmocka_unit_test(test_of_a_merge_the_side_with_the_content_is_followed),
        cmocka_unit_test(test_names_that_are_no_utf8_are_shown),
        cmocka_unit_test(test_blame_gives_each_line_to_its_commit),
        cmocka_unit_test(test_blame_of_a_merge_asks_both_sides),
        cmocka_unit_test(test_blame_that_cannot_tell_all_is_partial),
        cmocka_unit_test(test_changes_are_what_differs_between_two_commits),
        cmocka_unit_test(test_a_rewritten_history_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
