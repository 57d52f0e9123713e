// The file of the index: what is opened, what is refused, what is kept
#include "index_kit.h"
#include <sys/stat.h>
#include <sqlite3.h>

static code_t
code_of_open(const kit_t *kit, bool write)
{
    code_t code = OK;
    index_t *index = kit_open(kit, write, &code);
    index_close(&index);
    return code;
}

static void
write_file(const kit_t *kit, const char *bytes, size_t size)
{
    FILE *file = fopen(kit->file, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void
test_a_reader_does_not_make_the_file(void **state)
{
    kit_t *kit = *state;
    index_close(&kit->index);
    assert_int_equal(remove(kit->file), 0);
    assert_int_equal(code_of_open(kit, false), NOT_FOUND);
    assert_int_not_equal(access(kit->file, F_OK), 0);
}

static void
test_what_is_no_database_is_unsupported_and_left_as_it_is(void **state)
{
    kit_t *kit = *state;
    char bytes[8192];
    index_close(&kit->index);
    memset(bytes, 'x', sizeof bytes);
    write_file(kit, bytes, sizeof bytes);
    assert_int_equal(code_of_open(kit, false), UNSUPPORTED);
    assert_int_equal(code_of_open(kit, true), UNSUPPORTED);
}

static void
test_a_database_of_somebody_else_is_unsupported(void **state)
{
    kit_t *kit = *state;
    sqlite3 *other = NULL;
    index_close(&kit->index);
    assert_int_equal(remove(kit->file), 0);
    assert_int_equal(sqlite3_open(kit->file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "CREATE TABLE page(x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_int_equal(code_of_open(kit, false), UNSUPPORTED);
    assert_int_equal(code_of_open(kit, true), UNSUPPORTED);
}

static void
test_another_fingerprint_is_not_found(void **state)
{
    kit_t *kit = *state;
    const char *why = NULL;
    code_t code = OK;
    index_options_t options = kit_options(kit, true);
    options.fingerprint = "another";
    assert_null(index_open(&options, &code, &why));
    assert_int_equal(code, NOT_FOUND);
    options = kit_options(kit, false);
    options.naming.retain_case = true;
    assert_null(index_open(&options, &code, &why));
    assert_int_equal(code, NOT_FOUND);
    assert_int_equal(code_of_open(kit, false), OK);
}

static void
test_the_commit_it_stands_at_is_kept(void **state)
{
    kit_t *kit = *state;
    char commit[65];
    code_t code = OK;
    assert_int_equal(index_stands_at(kit->index, commit), OK);
    assert_string_equal(commit, "");
    kit_commit(kit, "c1", 'a', "home.md", "");
    kit_commit(kit, "c2", 'm', "home.md", "");
    index_close(&kit->index);
    kit->index = kit_open(kit, true, &code);
    assert_int_equal(index_stands_at(kit->index, commit), OK);
    assert_string_equal(commit, "c2");
    assert_true(index_has_commit(kit->index, "c1"));
    assert_false(index_has_commit(kit->index, "c3"));
}

static void
test_a_transaction_is_all_or_nothing(void **state)
{
    kit_t *kit = *state;
    index_facts_t facts;
    char blob[65];
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_file(kit->index, "a.png", "b1"), OK);
    index_rollback(kit->index);
    assert_int_equal(index_blob_of(kit->index, "a.png", blob), OK);
    assert_string_equal(blob, "");
    kit_put(kit, "home.md", "text");
    kit_put(kit, "home.md", "another");
    kit_put(kit, "b.md", "x");
    assert_int_equal(index_facts(kit->index, &facts), OK);
    assert_int_equal(facts.pages, 2);
    assert_true(facts.bytes > 0);
}

static void
test_a_reader_sees_one_commit_until_it_ends(void **state)
{
    kit_t *kit = *state;
    char commit[65];
    code_t code = OK;
    index_t *reader = kit_open(kit, false, &code);
    kit_commit(kit, "c1", 'a', "home.md", "");
    assert_int_equal(index_begin_read(reader), OK);
    assert_int_equal(index_stands_at(reader, commit), OK);
    kit_commit(kit, "c2", 'm', "home.md", "");
    assert_int_equal(index_stands_at(reader, commit), OK);
    assert_string_equal(commit, "c1");
    index_end_read(reader);
    assert_int_equal(index_stands_at(reader, commit), OK);
    assert_string_equal(commit, "c2");
    assert_int_equal(index_begin(reader), READ_ONLY);
    index_close(&reader);
}

static void
test_forgotten_commits_are_gone_and_pages_stay(void **state)
{
    kit_t *kit = *state;
    index_facts_t facts;
    kit_put(kit, "home.md", "text");
    kit_commit(kit, "c1", 'a', "home.md", "");
    kit_commit(kit, "c2", 'd', "gone.md", "");
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_forget_commits(kit->index), OK);
    assert_int_equal(index_commit(kit->index), OK);
    assert_int_equal(index_facts(kit->index, &facts), OK);
    assert_int_equal(facts.pages, 1);
    assert_int_equal(facts.commits, 0);
    assert_false(index_has_commit(kit->index, "c1"));
}

static void
test_the_new_file_takes_the_place_of_one_that_is_being_read(void **state)
{
    kit_t *kit = *state;
    kit_t made = *kit;
    char commit[65];
    code_t code = OK;
    kit_commit(kit, "old", 'a', "home.md", "");
    index_t *reader = kit_open(kit, false, &code);
    assert_int_equal(index_stands_at(reader, commit), OK);
    snprintf(made.file, sizeof made.file, "%s/index.db.building", kit->folder);
    made.index = kit_open(&made, true, &code);
    kit_commit(&made, "new", 'a', "home.md", "");
    index_close(&made.index);
    index_close(&kit->index);
    assert_int_equal(index_swap_in(made.file, kit->file), OK);
    kit->index = kit_open(kit, true, &code);
    kit_commit(kit, "newer", 'm', "home.md", "");
    assert_int_equal(index_stands_at(reader, commit), OK);
    assert_string_equal(commit, "old");
    index_close(&reader);
    index_close(&kit->index);
    kit->index = kit_open(kit, true, &code);
    assert_int_equal(index_stands_at(kit->index, commit), OK);
    assert_string_equal(commit, "newer");
}

static off_t
size_of(const char *file)
{
    struct stat facts;
    assert_int_equal(stat(file, &facts), 0);
    return facts.st_size;
}

// Three megabytes: less than what a commit sees to by itself.
static void
test_what_was_committed_is_brought_to_its_place_when_there_is_time(void **state)
{
    kit_t *kit = *state;
    enum { SIZE = 300000, PAGES = 10 };
    char *text = malloc(SIZE + 1), file[32];
    memset(text, 'x', SIZE);
    text[SIZE] = 0;
    for (int i = 0; i < PAGES; i++) {
        snprintf(file, sizeof file, "page %d.md", i);
        kit_put(kit, file, text);
    }
    free(text);
    assert_true(size_of(kit->file) < SIZE * PAGES);
    index_tidy(kit->index);
    assert_true(size_of(kit->file) > SIZE * PAGES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_reader_does_not_make_the_file),
        TEST(test_what_is_no_database_is_unsupported_and_left_as_it_is),
        TEST(test_a_database_of_somebody_else_is_unsupported),
        TEST(test_another_fingerprint_is_not_found),
        TEST(test_the_commit_it_stands_at_is_kept),
        TEST(test_a_transaction_is_all_or_nothing),
        TEST(test_a_reader_sees_one_commit_until_it_ends),
        TEST(test_forgotten_commits_are_gone_and_pages_stay),
        TEST(test_what_was_committed_is_brought_to_its_place_when_there_is_time),
        TEST(test_the_new_file_takes_the_place_of_one_that_is_being_read),
    };
    return cmocka_run_group_tests_name("index_db", tests, NULL, NULL);
}
