// Searching by words
#include "words_kit.h"

static void
test_a_word_is_found_in_all_its_forms(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "The engine was running well");
    words_put(kit, "b.md", "", "Nothing of the kind");
    words_check(kit, "run", "a");
    words_check(kit, "RUNS", "a");
    words_check(kit, "runner", "");
}

static void
test_what_is_put_again_or_taken_out_is_found_as_it_is_now(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "Old|one", "before all that");
    words_put(kit, "a.md", "New|two", "afterwards");
    words_check(kit, "before", "");
    words_check(kit, "old", "");
    words_check(kit, "one", "");
    words_check(kit, "afterwards", "a");
    words_check(kit, "new", "a");
    words_remove(kit, "a.md");
    words_check(kit, "afterwards", "");
    words_check(kit, "-x path:a", "");
}

static void
test_titles_names_and_tags_are_searched(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "docs/nginx_setup.md", "Web server|infrastructure", "x");
    words_check(kit, "server", "docs/nginx_setup");
    words_check(kit, "nginx", "docs/nginx_setup");
    words_check(kit, "infrastructure", "docs/nginx_setup");
}

static void
test_a_title_weighs_more_and_more_words_come_first(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "banana apple cherry date elder fig grape hazel");
    words_put(kit, "b.md", "Apple", "cherry date elder fig grape hazel iris juniper");
    words_put(kit, "c.md", "", "apple pear cherry date elder fig grape hazel");
    words_put(kit, "d.md", "", "nothing of that kind is to be met in here at all");
    words_check(kit, "apple", "b a c");
    words_check(kit, "pear apple banana", "a c b");
}

static void
test_equal_pages_come_by_their_files(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "c.md", "t", "same words");
    words_put(kit, "a.md", "t", "same words");
    words_put(kit, "b.md", "t", "same words");
    words_check(kit, "same", "a b c");
}

static void
test_a_phrase_has_to_be_there(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "the quick brown fox");
    words_put(kit, "b.md", "", "brown and quick");
    words_check(kit, "\"quick brown\"", "a");
    words_check(kit, "\"quick brown", "a");
    words_check(kit, "quick -\"quick brown\"", "b");
    words_check(kit, "\"to be or not\" quick", "");
}

static void
test_negatives_take_pages_out(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "apple pear");
    words_put(kit, "b.md", "", "apple");
    words_put(kit, "c.md", "", "cherry");
    words_check(kit, "apple -pear", "b");
    words_check(kit, "-apple", "c");
    words_check(kit, "-apple -cherry", "");
    words_check(kit, "-nothing", "a b c");
}

static void
test_a_prefix_finds_what_was_written(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "running");
    words_put(kit, "b.md", "", "runtime");
    words_put(kit, "c.md", "", "ran");
    words_check(kit, "runni*", "a");
    words_check(kit, "runt*", "b");
    words_check(kit, "-run*", "c");
    words_found_t found;
    const index_search_t what = { .text = "runni", .typing = true, .limit = 5 };
    assert_int_equal(index_search(kit->index, &what, &found), OK);
    assert_int_equal(found.total, 1);
    words_found_clear(&found);
}

static void
test_identifiers_are_found_exactly(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "call get_page_id here");
    words_put(kit, "b.md", "", "a page has an id to get");
    words_put(kit, "c.md", "", "written in C++ by hand");
    words_put(kit, "d.md", "", "written in C by hand");
    words_put(kit, "e.md", "", "release v1.2.3 is out");
    words_put(kit, "f.md", "", "release v1.2.4 is out, 3 of them");
    words_put(kit, "g.md", "", "getChildItem lists");
    words_check(kit, "get_page_id", "a");
    words_check(kit, "C++", "c");
    words_check(kit, "v1.2.3", "e");
    words_check(kit, "getchilditem", "g");
    words_check(kit, "child", "g");
}

static void
test_texts_without_blanks_are_found_by_any_part(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE6\x96\x87\xE6\x9B\xB8");
    words_put(kit, "b.md", "", "\xE6\x9C\xAC\xE6\x97\xA5");
    words_check(kit, "\xE6\x97\xA5\xE6\x9C\xAC", "a");
    words_check(kit, "\xE6\x9C\xAC\xE8\xAA\x9E", "a");
    words_check(kit, "\xE6\x9B\xB8", "a");
    words_check(kit, "\xE6\x97\xA5", "b a");
    words_check(kit, "\"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\"", "a");
}

static void
test_filters_are_of_tags_paths_authors_and_times(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "docs/a.md", "|Red,blue sky", "text");
    words_put(kit, "docs/sub/b.md", "|red", "text");
    words_put(kit, "c.md", "", "text");
    kit_commit(kit, "1111111111111111111111111111111111111111", 'a', "docs/a.md", "");
    words_check(kit, "text tag:red", "docs/sub/b docs/a");
    words_check(kit, "tag:RED", "docs/a docs/sub/b");
    words_check(kit, "tag:\"blue sky\"", "docs/a");
    words_check(kit, "text -tag:red", "c");
    words_check(kit, "path:docs/sub", "docs/sub/b");
    words_check(kit, "-path:docs", "c");
    words_check(kit, "author:ada", "docs/a");
    words_check(kit, "author:bob", "");
    words_check(kit, "changed:1970", "docs/a");
    words_check(kit, "text changed:>=2026", "");
}

static bool
is_open(void *context, const char *file)
{
    return strncmp(file, context, strlen(context)) != 0;
}

// Neither numbers nor scores may tell of pages that are hidden.
static void
test_what_is_hidden_changes_nothing(void **state)
{
    kit_t *kit = *state;
    int before[2] = { 0 };
    words_put(kit, "a.md", "", "apple pear and some more of it");
    words_put(kit, "b.md", "", "pear and other things");
    index_search_t what = { .text = "apple pear", .limit = 10, .sight = { is_open, "secret" } };
    for (int round = 0; round < 2; round++) {
        words_found_t found;
        assert_int_equal(index_search(kit->index, &what, &found), OK);
        assert_int_equal(found.total, 2);
        assert_int_equal(found.count, 2);
        for (int i = 0; i < 2; i++) {
            assert_true(round == 0 || found.rows[i].score == before[i]);
            before[i] = found.rows[i].score;
        }
        words_found_clear(&found);
        words_put(kit, "secret/a.md", "Apple", "apple apple apple");
        words_put(kit, "secret/b.md", "Apple", "a long text that has apple in it, and much else besides");
    }
}

static void
test_stop_words_count_only_alone(void **state)
{
    kit_t *kit = *state;
    words_put(kit, "a.md", "", "the who");
    words_put(kit, "b.md", "", "the band");
    words_check(kit, "the band", "b");
    words_check(kit, "the who", "a b");
    words_check(kit, "\"the who\"", "a");
}

static void
test_a_snippet_marks_what_was_found_and_says_where(void **state)
{
    kit_t *kit = *state;
    char text[8192] = "# Title\n\nNothing here.\n\n## First\n\n";
    for (int i = 0; i < 80; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "Some words of filling, number %d.\n", i);
    snprintf(text + strlen(text), sizeof text - strlen(text), "\n## Second part\n\nThe **engines** [run](http://x) w"
             "ell.\n");
    for (int i = 0; i < 80; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "Other words of filling, number %d.\n", i);
    words_put(kit, "a.md", "", text);
    words_found_t found = words_search(kit, "engine running");
    assert_int_equal(found.count, 1);
    assert_string_equal(found.rows[0].anchor, "Second part");
    assert_non_null(strstr(found.rows[0].snippet, "The \x02" "engines\x03 \x02run\x03 well."));
    assert_int_equal(found.rows[0].line, 90);
    assert_non_null(strstr(found.rows[0].section, "Second part"));
    words_found_clear(&found);
}

static void
test_nothing_to_search_for_is_invalid(void **state)
{
    static const char *const texts[] = { "", "  ", "\"\"", "-", "***", "\x01\x02", "- - -", "\xFF" };
    kit_t *kit = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        words_found_t found;
        const index_search_t what = { .text = texts[i], .limit = 5 };
        assert_int_equal(index_search(kit->index, &what, &found), INVALID);
        words_found_clear(&found);
    }
}

static void
test_pages_of_results_follow_each_other(void **state)
{
    kit_t *kit = *state;
    char file[16];
    for (int i = 0; i < 30; i++) {
        snprintf(file, sizeof file, "p%02d.md", 29 - i);
        words_put(kit, file, "t", "word");
    }
    for (size_t offset = 0; offset < 30; offset += 7) {
        words_found_t found;
        const index_search_t what = { .text = "word", .limit = 7, .offset = offset };
        assert_int_equal(index_search(kit->index, &what, &found), OK);
        assert_int_equal(found.total, 30);
        assert_int_equal(found.count, offset < 28? 7: 2);
        snprintf(file, sizeof file, "p%02zu.md", offset);
        assert_string_equal(found.rows[0].file, file);
        words_found_clear(&found);
    }
}

static void
test_a_search_ends_at_its_deadline(void **state)
{
    kit_t *kit = *state;
    words_found_t found;
    words_put(kit, "a.md", "", "word");
    const index_search_t search = { .text = "word", .limit = 1, .deadline = 1000 };
    assert_int_equal(index_search(kit->index, &search, &found), TIMEOUT);
    words_found_clear(&found);
    const index_match_t match = { .text = "word", .limit = 1, .deadline = 1000 };
    assert_int_equal(index_match(kit->index, &match, &found), TIMEOUT);
    words_found_clear(&found);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)
    const struct CMUnitTest tests[] = {
        RULE(test_a_word_is_found_in_all_its_forms),
        RULE(test_what_is_put_again_or_taken_out_is_found_as_it_is_now),
        RULE(test_titles_names_and_tags_are_searched),
        RULE(test_a_title_weighs_more_and_more_words_come_first),
        RULE(test_equal_pages_come_by_their_files),
        RULE(test_a_phrase_has_to_be_there),
        RULE(test_negatives_take_pages_out),
        RULE(test_a_prefix_finds_what_was_written),
        RULE(test_identifiers_are_found_exactly),
        RULE(test_texts_without_blanks_are_found_by_any_part),
        RULE(test_filters_are_of_tags_paths_authors_and_times),
        RULE(test_what_is_hidden_changes_nothing),
        RULE(test_stop_words_count_only_alone),
        RULE(test_a_snippet_marks_what_was_found_and_says_where),
        RULE(test_nothing_to_search_for_is_invalid),
        RULE(test_pages_of_results_follow_each_other),
        RULE(test_a_search_ends_at_its_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
