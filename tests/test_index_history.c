// Who changed a page, a folder or the wiki, and when
#include "index_kit.h"

// Rows as a text: "commit:change:file,file ..." and what else was said.
typedef struct {
    char text[4096];
    size_t limit, count;
} rows_t;

static bool
take(void *context, const indexed_commit_t *row)
{
    rows_t *self = context;
    size_t size = strlen(self->text);
    if (self->limit > 0 && self->count == self->limit)
        return false;
    self->count++;
    size += (size_t)snprintf(self->text + size, sizeof self->text - size, "%s%s:", size > 0? " ": "", row->commit);
    if (row->change)
        size += (size_t)snprintf(self->text + size, sizeof self->text - size, "%c:%s", row->change, row->file);
    for (size_t i = 0; i < row->files_count; i++)
        size += (size_t)snprintf(self->text + size, sizeof self->text - size, "%s%s", i > 0? ",": "", row->files[i]);
    if (!row->change)
        snprintf(self->text + size, sizeof self->text - size, "/%d", (int)row->file_count);
    return true;
}

static bool
hides_secrets(void *context, const char *file)
{
    (void)context;
    return strncmp(file, "secret/", 7) != 0;
}

static index_history_t
history_of(const char *path)
{
    return (index_history_t){ .path = path, .until = "", .cursor = "", .files = 20 };
}

static void
expect(kit_t *kit, const index_history_t *what, const char *text)
{
    rows_t rows = { .text = "" };
    char next[65];
    assert_int_equal(index_history(kit->index, what, take, &rows, next), OK);
    assert_string_equal(rows.text, text);
    assert_string_equal(next, "");
}

static void
expect_page(kit_t *kit, const char *path, const char *text)
{
    const index_history_t what = history_of(path);
    expect(kit, &what, text);
}

// All of it, in answers of so many rows.
static void
expect_paged(kit_t *kit, index_history_t what, size_t limit, const char *text)
{
    char next[65] = "", cursor[65];
    rows_t rows = { .limit = limit };
    do {
        memcpy(cursor, next, sizeof cursor);
        what.cursor = cursor;
        rows.count = 0;
        assert_int_equal(index_history(kit->index, &what, take, &rows, next), OK);
    } while (*next);
    assert_string_equal(rows.text, text);
}

static void
test_a_page_is_followed_through_its_renames(void **state)
{
    kit_t *kit = *state;
    kit_commit(kit, "c1", 'a', "a.md", "");
    kit_commit(kit, "c2", 'm', "a.md", "");
    kit_commit(kit, "c3", 'r', "b.md", "a.md");
    kit_commit(kit, "c4", 'm', "b.md", "");
    kit_commit(kit, "c5", 'r', "c/d.md", "b.md");
    kit_put(kit, "c/d.md", "x");
    expect_page(kit, "C/D", "c5:r:c/d.md c4:m:b.md c3:r:b.md c2:m:a.md c1:a:a.md");
    expect_page(kit, "a", "c3:d:a.md c2:m:a.md c1:a:a.md");
    for (size_t limit = 1; limit < 6; limit++)
        expect_paged(kit, history_of("c/d"), limit, "c5:r:c/d.md c4:m:b.md c3:r:b.md c2:m:a.md c1:a:a.md");
}

static void
test_a_page_renamed_back_and_forth_has_one_history(void **state)
{
    kit_t *kit = *state;
    kit_commit(kit, "c1", 'a', "a.md", "");
    kit_commit(kit, "c2", 'r', "b.md", "a.md");
    kit_commit(kit, "c3", 'r', "a.md", "b.md");
    kit_commit(kit, "c4", 'r', "b.md", "a.md");
    kit_commit(kit, "c5", 'r', "a.md", "b.md");
    const char *all = "c5:r:a.md c4:r:b.md c3:r:a.md c2:r:b.md c1:a:a.md";
    expect_page(kit, "a", all);
    for (size_t limit = 1; limit < 6; limit++)
        expect_paged(kit, history_of("a"), limit, all);
}

static void
test_a_page_that_was_deleted_and_made_again_has_both_lives(void **state)
{
    kit_t *kit = *state;
    kit_commit(kit, "c1", 'a', "a.md", "");
    kit_commit(kit, "c2", 'd', "a.md", "");
    expect_page(kit, "a", "c2:d:a.md c1:a:a.md");
    kit_commit(kit, "c3", 'a', "a.md", "");
    kit_put(kit, "a.md", "x");
    expect_page(kit, "a", "c3:a:a.md c2:d:a.md c1:a:a.md");
}

static void
test_a_name_that_two_pages_had_is_kept_apart_by_the_rename(void **state)
{
    kit_t *kit = *state;
    kit_commit(kit, "c1", 'a', "a.md", "");
    kit_commit(kit, "c2", 'd', "a.md", "");
    kit_commit(kit, "c3", 'a', "b.md", "");
    kit_commit(kit, "c4", 'r', "a.md", "b.md");
    expect_page(kit, "a", "c4:r:a.md c3:a:b.md");
}

static void
test_two_pages_that_change_names_in_one_commit_are_told_apart(void **state)
{
    kit_t *kit = *state;
    kit_commit(kit, "c1", 'a', "a.md", "");
    kit_commit(kit, "c2", 'a', "b.md", "");
    kit_commit(kit, "c3", 'r', "a.md", "b.md");
    kit_commit(kit, "c3", 'r', "b.md", "a.md");
    expect_page(kit, "a", "c3:r:a.md c2:a:b.md");
    expect_page(kit, "b", "c3:r:b.md c1:a:a.md");
    expect_page(kit, "", "c3:a.md,b.md/2 c2:b.md/1 c1:a.md/1");
}

static void
test_a_page_that_never_was_is_not_found(void **state)
{
    kit_t *kit = *state;
    index_history_t what = history_of("nothing");
    char next[65];
    rows_t rows = { .text = "" };
    kit_commit(kit, "c1", 'a', "a.md", "");
    assert_int_equal(index_history(kit->index, &what, take, &rows, next), NOT_FOUND);
    what.below = true;
    assert_int_equal(index_history(kit->index, &what, take, &rows, next), NOT_FOUND);
    what = history_of("");
    what.until = "c9";
    assert_int_equal(index_history(kit->index, &what, take, &rows, next), NOT_FOUND);
    what = history_of("");
    what.cursor = "c9";
    assert_int_equal(index_history(kit->index, &what, take, &rows, next), INVALID);
}

static void
test_a_file_that_is_no_page_has_a_history_too(void **state)
{
    kit_t *kit = *state;
    index_history_t what = history_of("a/Pic.png");
    kit_commit(kit, "c1", 'a', "a/Pic.png", "");
    what.exact = true;
    expect(kit, &what, "c1:a:a/Pic.png");
}

static void
test_the_wiki_tells_the_files_of_each_commit(void **state)
{
    kit_t *kit = *state;
    kit_commit(kit, "c1", 'a', "a.md", "");
    kit_commit(kit, "c1", 'a', "a/x.png", "");
    kit_commit(kit, "c2", 'a', "y.png", "");
    kit_commit(kit, "c3", 'r', "b.md", "a.md");
    expect_page(kit, "", "c3:a.md,b.md/2 c2:y.png/1 c1:a.md,a/x.png/2");
    index_history_t what = history_of("");
    what.pages = true;
    expect(kit, &what, "c3:a.md,b.md/2 c1:a.md/1");
    for (size_t limit = 1; limit < 3; limit++)
        expect_paged(kit, what, limit, "c3:a.md,b.md/2 c1:a.md/1");
    what.pages = false;
    what.files = 1;
    what.until = "c2";
    expect(kit, &what, "c2:y.png/1 c1:a.md/2");
}

static void
test_a_folder_has_the_commits_of_what_is_below_it(void **state)
{
    kit_t *kit = *state;
    kit_commit(kit, "c1", 'a', "Notes/a.md", "");
    kit_commit(kit, "c1", 'a', "notes.md", "");
    kit_commit(kit, "c2", 'a', "notesbook/b.md", "");
    kit_commit(kit, "c3", 'a', "notes/deep/er/c.png", "");
    kit_commit(kit, "c4", 'm', "home.md", "");
    index_history_t what = history_of("notes");
    what.below = true;
    expect(kit, &what, "c3:notes/deep/er/c.png/1 c1:Notes/a.md/1");
    what.pages = true;
    expect(kit, &what, "c1:Notes/a.md/1");
    what.path = "NOTES/Deep";
    what.pages = false;
    expect_paged(kit, what, 1, "c3:notes/deep/er/c.png/1");
}

static void
test_what_may_not_be_seen_is_neither_told_nor_counted(void **state)
{
    kit_t *kit = *state;
    index_history_t what = history_of("");
    what.sight.visible = hides_secrets;
    kit_commit(kit, "c1", 'a', "secret/plan.md", "");
    kit_commit(kit, "c2", 'a', "secret/b.md", "");
    kit_commit(kit, "c2", 'a', "open.md", "");
    kit_commit(kit, "c3", 'r', "plan.md", "secret/plan.md");
    expect(kit, &what, "c3:plan.md/1 c2:open.md/1");
    what.path = "plan";
    expect(kit, &what, "c3:r:plan.md");
    what.path = "secret/b";
    char next[65];
    rows_t rows = { .text = "" };
    assert_int_equal(index_history(kit->index, &what, take, &rows, next), NOT_FOUND);
    assert_string_equal(rows.text, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_page_is_followed_through_its_renames),
        TEST(test_a_page_renamed_back_and_forth_has_one_history),
        TEST(test_a_page_that_was_deleted_and_made_again_has_both_lives),
        TEST(test_a_name_that_two_pages_had_is_kept_apart_by_the_rename),
        TEST(test_two_pages_that_change_names_in_one_commit_are_told_apart),
        TEST(test_a_page_that_never_was_is_not_found),
        TEST(test_a_file_that_is_no_page_has_a_history_too),
        TEST(test_the_wiki_tells_the_files_of_each_commit),
        TEST(test_a_folder_has_the_commits_of_what_is_below_it),
        TEST(test_what_may_not_be_seen_is_neither_told_nor_counted),
    };
    return cmocka_run_group_tests_name("index_history", tests, NULL, NULL);
}
