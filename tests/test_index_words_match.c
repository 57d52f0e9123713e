// The literal search of the reference API: what another implementation answers, to the byte
#include "words_kit.h"
#include "../actors/index/index_literal.h"

enum { LINE = 64 * 1024 };

// Cuts the line at tabs, and puts in what was escaped.
static size_t
cut_line(char *line, char *fields[4])
{
    size_t count = 1;
    char *out = line;
    fields[0] = line;
    for (const char *at = line; *at && *at != '\n'; at++) {
        if (*at == '\t' && count < 4) {
            *out++ = 0;
            fields[count++] = out;
        } else if (*at == '\\') {
            at++;
            *out++ = *at == 'n'? '\n': *at == 'r'? '\r': *at == 't'? '\t': '\\';
        } else {
            *out++ = *at;
        }
    }
    *out = 0;
    return count;
}

typedef struct {
    words_found_t found;
    size_t row;
    char query[1024];
} answer_t;

static void
ask(kit_t *kit, answer_t *answer, char *const fields[4])
{
    if (answer->row != answer->found.count)
        fail_msg("more rows than wanted: %s", answer->query);
    words_found_clear(&answer->found);
    answer->row = 0;
    snprintf(answer->query, sizeof answer->query, "%s", fields[0]);
    const index_match_t what = { .text = answer->query, .limit = 1000 };
    assert_int_equal(index_match(kit->index, &what, &answer->found), OK);
    if (answer->found.total != strtoul(fields[1], NULL, 10))
        fail_msg("%zu pages, not %s: %s", answer->found.total, fields[1], answer->query);
}

static void
check_row(answer_t *answer, char *const fields[4])
{
    assert_true(answer->row < answer->found.count);
    const words_hit_t *row = &answer->found.rows[answer->row++];
    long score = strtol(fields[1], NULL, 10);
    if (strcmp(row->file, fields[0]) != 0 || row->score != score || strcmp(row->snippet, fields[2]) != 0)
        fail_msg("%s: row %zu is\n  %s %d [%s], not\n  %s %s [%s]", answer->query, answer->row, row->file, row->score,
                 row->snippet, fields[0], fields[1], fields[2]);
}

static void
test_answers_are_those_of_the_reference(void **state)
{
    kit_t *kit = *state;
    char *line = malloc(LINE), *fields[4];
    answer_t answer = { .row = 0 };
    size_t queries = 0;
    FILE *file = fopen(SOURCE_DIR "/tests/index/match_cases.txt", "r");
    assert_non_null(file);
    while (fgets(line, LINE, file)) {
        const char kind = *line;
        cut_line(line + 2, fields);
        if (kind == 'P') {
            words_put(kit, fields[0], fields[1], fields[2]);
        } else if (kind == 'Q') {
            ask(kit, &answer, fields);
            queries++;
        } else {
            check_row(&answer, fields);
        }
    }
    assert_true(queries > 50);
    assert_int_equal(answer.row, answer.found.count);
    words_found_clear(&answer.found);
    fclose(file);
    free(line);
}

static void
test_pages_of_answers_follow_each_other(void **state)
{
    kit_t *kit = *state;
    char file[16];
    for (int i = 0; i < 300; i++) {
        snprintf(file, sizeof file, "p%03d.md", 299 - i);
        words_put(kit, file, "", i % 3 == 0? "word word": "word");
    }
    size_t shown = 0;
    char last[16] = "";
    for (size_t offset = 0; offset < 300; offset += 70) {
        words_found_t found;
        const index_match_t what = { .text = "WORD", .limit = 70, .offset = offset };
        assert_int_equal(index_match(kit->index, &what, &found), OK);
        assert_int_equal(found.total, 300);
        for (size_t i = 0; i < found.count; i++, shown++) {
            assert_true(strcmp(last, found.rows[i].file) < 0);
            snprintf(last, sizeof last, "%s", found.rows[i].file);
        }
        words_found_clear(&found);
    }
    assert_int_equal(shown, 300);
}

// The next part of an answer is of the state that is there now.
static void
test_what_was_written_meanwhile_is_in_the_next_part(void **state)
{
    kit_t *kit = *state;
    code_t code = OK;
    index_t *reader = kit_open(kit, false, &code);
    words_found_t found;
    const index_match_t what = { .text = "word", .limit = 1, .offset = 1 };
    words_put(kit, "a.md", "", "word");
    words_put(kit, "b.md", "", "word");
    for (size_t round = 0; round < 3; round++) {
        index_t *const both[] = { kit->index, reader };
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(index_match(both[i], &what, &found), OK);
            assert_int_equal(found.total, 2 + round);
            assert_string_equal(found.rows[0].file, round > 0? "aa.md": "b.md");
            words_found_clear(&found);
        }
        words_put(kit, round > 0? "c.md": "aa.md", "", "word");
    }
    index_close(&reader);
}

static bool
is_open(void *context, const char *file)
{
    return strncmp(file, context, strlen(context)) != 0;
}

static void
test_hidden_and_removed_pages_are_not_counted(void **state)
{
    kit_t *kit = *state;
    words_found_t found;
    words_put(kit, "a.md", "", "word");
    words_put(kit, "secret.md", "", "word");
    words_put(kit, "gone.md", "", "word");
    words_remove(kit, "gone.md");
    const index_match_t what = { .text = "word", .limit = 10, .sight = { is_open, "secret" } };
    assert_int_equal(index_match(kit->index, &what, &found), OK);
    assert_int_equal(found.total, 1);
    assert_string_equal(found.rows[0].file, "a.md");
    words_found_clear(&found);
}

static void
test_a_name_of_one_letter_is_found(void **state)
{
    kit_t *kit = *state;
    words_found_t found;
    words_put(kit, "q.md", "", "");
    const index_match_t what = { .text = "Q", .limit = 10 };
    assert_int_equal(index_match(kit->index, &what, &found), OK);
    assert_int_equal(found.total, 1);
    assert_int_equal(found.rows[0].score, 100);
    assert_string_equal(found.rows[0].snippet, "");
    words_found_clear(&found);
}

static void
test_blanks_alone_are_no_query(void **state)
{
    static const char *const texts[] = { "", " ", "\xC2\xA0\xE3\x80\x80", "\n\t" };
    kit_t *kit = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        words_found_t found;
        assert_int_equal(index_match(kit->index, &(index_match_t){ .text = texts[i], .limit = 9 }, &found), INVALID);
        words_found_clear(&found);
    }
}

// A text has every piece of it.
static void
test_a_signature_never_lacks_what_a_text_holds(void **state)
{
    (void)state;
    static const char text[] = "Some text with \xC3\x9Cmlaut, C++ and \xE6\x97\xA5\xE6\x9C\xAC.";
    char folded[256];
    uint8_t sign[SIGN_BYTES] = { 0 };
    size_t size = literal_fold(text, strlen(text), true, folded);
    literal_sign(sign, folded, size);
    for (size_t start = 0; start < size; start++)
        for (size_t end = start + 1; end <= size; end++) {
            uint8_t wanted[SIGN_BYTES] = { 0 };
            literal_sign(wanted, folded + start, end - start);
            assert_true(literal_may_hold(sign, wanted));
        }
    uint8_t other[SIGN_BYTES] = { 0 };
    literal_sign(other, "xyzzy", 5);
    assert_false(literal_may_hold(sign, other));
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)
    const struct CMUnitTest tests[] = {
        RULE(test_answers_are_those_of_the_reference),
        RULE(test_pages_of_answers_follow_each_other),
        RULE(test_what_was_written_meanwhile_is_in_the_next_part),
        RULE(test_hidden_and_removed_pages_are_not_counted),
        RULE(test_a_name_of_one_letter_is_found),
        RULE(test_blanks_alone_are_no_query),
        cmocka_unit_test(test_a_signature_never_lacks_what_a_text_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
