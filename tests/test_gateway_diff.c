// Rules of differences as people see them: which words are marked, what stands beside what, and how much is shown
#include "pages_kit.h"

#include "../gateway/flows.h"
#include "../gateway/worddiff.h"

// ---- words -------------------------------------------------------------------------------------------------------
enum { LINES = 8 };
typedef struct {
    word_line_t room[2][LINES];
    word_lines_t old, young;
    arena_t arena;
} words_t;

static size_t
cut_lines(const char *text, word_line_t *lines)
{
    size_t count = 0;
    for (size_t size; *text; text += size + (text[size] == '|')) {
        size = strcspn(text, "|");
        assert_true(count < LINES);
        lines[count++] = (word_line_t){ .text = { text, size } };
    }
    return count;
}

// Lines end in a bar.
static void
compare(words_t *self, const char *old, const char *young)
{
    sequence_t sequence = { 0 };
    *self = (words_t){ 0 };
    self->old = (word_lines_t){ self->room[0], cut_lines(old, self->room[0]) };
    self->young = (word_lines_t){ self->room[1], cut_lines(young, self->room[1]) };
    worddiff(&sequence, &self->old, &self->young, &self->arena);
    sequence_clear(&sequence);
}

static void
assert_marked(const char *old, const char *young, const char *old_html, const char *young_html)
{
    words_t words;
    compare(&words, old, young);
    const char *left = words.old.lines[0].html, *right = words.young.lines[0].html;
    if (old_html)
        assert_string_equal(left? left: "nothing", old_html);
    else
        assert_null(left);
    if (young_html)
        assert_string_equal(right? right: "nothing", young_html);
    else
        assert_null(right);
    arena_clear(&words.arena);
}

static void
test_the_words_that_differ_are_marked(void **state)
{
    (void)state;
    assert_marked("a red apple", "a green apple", "a <del>red</del> apple", "a <ins>green</ins> apple");
    assert_marked("one two", "one two three", NULL, "one two<ins> three</ins>");
    assert_marked("Red & <b>round</b>.", "Red, green & <i>round</i>.",
                  "Red &amp; &lt;<del>b</del>&gt;round&lt;/<del>b</del>&gt;.",
                  "Red<ins>, green </ins>&amp; &lt;<ins>i</ins>&gt;round&lt;/<ins>i</ins>&gt;.");
    assert_marked("grüne Äpfel", "grüne Birnen", "grüne <del>Äpfel</del>", "grüne <ins>Birnen</ins>");
    assert_marked("红苹果很甜", "青苹果很甜", "<del>红</del>苹果很甜", "<ins>青</ins>苹果很甜");
}

static void
test_changed_words_beside_each_other_are_one_mark(void **state)
{
    (void)state;
    assert_marked("the old red house by the sea", "the new green house by the sea",
                  "the <del>old red</del> house by the sea", "the <ins>new green</ins> house by the sea");
}

static void
test_lines_that_have_little_in_common_are_not_marked(void **state)
{
    words_t words;
    (void)state;
    assert_marked("two", "2 & more", NULL, NULL);
    assert_marked("nothing here is as it was a", "but words of another kind, a", NULL, NULL);
    assert_marked("", "words", NULL, NULL);
    compare(&words, "one|two|three", "1|2");
    assert_int_equal(words.old.lines[0].pair, 1);
    assert_int_equal(words.old.lines[1].pair, 2);
    assert_int_equal(words.old.lines[2].pair, 0);
    assert_int_equal(words.young.lines[1].pair, 2);
    arena_clear(&words.arena);
    compare(&words, "", "new|lines");
    assert_int_equal(words.young.lines[0].pair, 0);
    arena_clear(&words.arena);
}

static void
test_a_line_stands_beside_what_it_became(void **state)
{
    words_t words;
    (void)state;
    compare(&words, "apples are red|pears are green", "a new line|apples are mostly red|pears were green");
    assert_int_equal(words.old.lines[0].pair, 2);
    assert_int_equal(words.old.lines[1].pair, 3);
    assert_int_equal(words.young.lines[0].pair, 0);
    assert_null(words.young.lines[0].html);     // it is new as a whole
    assert_string_equal(words.young.lines[2].html, "pears <ins>were</ins> green");
    arena_clear(&words.arena);
}

// What stands in the marks taken away, the old line and the new one are what they were; and pairs never cross.
static void
check_side(const word_lines_t *self, const word_lines_t *other, const char *open, const char *close)
{
    size_t last = 0;
    for (size_t i = 0; i < self->count; i++) {
        const word_line_t *line = &self->lines[i];
        char text[64] = "";
        size_t used = 0;
        for (const char *at = line->html; at && *at; at++) {
            if (strncmp(at, open, 5) == 0 || strncmp(at, close, 6) == 0)
                at += strncmp(at, open, 5) == 0? 4: 5;
            else
                text[used++] = *at;
        }
        assert_int_equal(used, line->html? line->text.size: 0);
        assert_memory_equal(text, line->text.text, used);
        assert_true(line->pair == 0 || (line->pair > last && line->pair <= other->count));
        assert_true(line->pair == 0 || other->lines[line->pair - 1].pair == i + 1);
        last = line->pair? line->pair: last;
    }
}

static void
test_marks_change_no_text_and_pairs_never_cross(void **state)
{
    unsigned seed = 11;
    (void)state;
    for (int round = 0; round < 500; round++) {
        char text[2][64] = { "", "" };
        words_t words;
        for (int side = 0; side < 2; side++)
            for (int i = rand_r(&seed) % 14, at = 0; i > 0; i--) {
                static const char *const parts[] = { "a", "b", "a b", " ", "|", ".", "ä" };
                at += snprintf(text[side] + at, sizeof text[side] - (size_t)at, "%s", parts[rand_r(&seed) % 7]);
            }
        compare(&words, text[0], text[1]);
        check_side(&words.old, &words.young, "<del>", "</del>");
        check_side(&words.young, &words.old, "<ins>", "</ins>");
        arena_clear(&words.arena);
    }
}

static void
test_the_work_of_one_page_is_bounded(void **state)
{
    enum { WORDS = 3000 };
    static char old[2 * WORDS + 1], young[2 * WORDS + 1];
    sequence_t sequence = { 0 };
    arena_t arena = { 0 };
    unsigned seed = 3;
    (void)state;
    for (int i = 0; i < WORDS; i++) {
        old[2 * i] = (char)('a' + rand_r(&seed) % 26);
        young[2 * i] = (char)('a' + rand_r(&seed) % 26);
        old[2 * i + 1] = young[2 * i + 1] = ' ';
    }
    for (int round = 0; round < 300; round++) {
        word_line_t a = { .text = { old, 2 * WORDS } }, b = { .text = { young, 2 * WORDS } };
        worddiff(&sequence, &(word_lines_t){ &a, 1 }, &(word_lines_t){ &b, 1 }, &arena);
        assert_null(a.html);                    // more differs than is told apart
        assert_int_equal(a.pair, 1);
    }
    assert_true(sequence.work > 0 && sequence.work < 2 * SEQUENCE_WORK);
    sequence_clear(&sequence);
    arena_clear(&arena);
}

// ---- pages -------------------------------------------------------------------------------------------------------
static const char *
newest(pages_kit_t *kit, const char *page)
{
    assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "%s/edit", page)), 200);
    return kit_hidden(kit, "revision");
}

// Saves both, one after the other, and returns the URL of their difference.
static const char *
change(pages_kit_t *kit, const char *old, const char *young)
{
    kit_save(kit, "/a", old);
    const char *first = newest(kit, "/a");
    kit_save(kit, "/a", young);
    return arena_printf(&kit->arena, "/a/diff/%s/%s", first, newest(kit, "/a"));
}

static void
test_a_difference_is_shown_below_each_other_or_side_by_side(void **state)
{
    pages_kit_t *kit = *state;
    const char *url = change(kit, "one\nred & round apples\nend\n", "one\ngreen & round apples\nmore\nend\n");
    assert_int_equal(kit_get(kit, url), 200);
    assert_true(kit_shows(kit, "<td class=\"s\">−</td><td class=\"t\"><del>red</del> &amp; round apples</td>"));
    assert_true(kit_shows(kit, "<td class=\"s\">+</td><td class=\"t\"><ins>green</ins> &amp; round apples</td>"));
    assert_true(kit_shows(kit, "<a href=\"?view=split\">"));
    assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "%s?view=split", url)), 200);
    assert_true(kit_shows(kit, "<td class=\"n del\">2</td><td class=\"t del\"><del>red</del> &amp; round apples</td>"
                               "<td class=\"n add\">2</td><td class=\"t add\"><ins>green</ins> &amp; round "));
    assert_true(kit_shows(kit, "<td class=\"t no\"></td><td class=\"n add\">3</td><td class=\"t add\">more</td>"));
    assert_true(kit_shows(kit, "<tr class=\"same\"><td class=\"n same\">3</td><td class=\"t same\">end</td>"
                               "<td class=\"n same\">4</td><td class=\"t same\">end</td></tr>"));
    assert_true(kit_shows(kit, "<a href=\"?\">"));
    assert_true(kit->reply.cacheable);
}

static void
test_a_commit_is_shown_side_by_side_too(void **state)
{
    pages_kit_t *kit = *state;
    change(kit, "a red apple\n", "a green apple");
    const char *url = arena_printf(&kit->arena, "/-/commit/%s?view=split", newest(kit, "/a"));
    assert_int_equal(kit_get(kit, url), 200);
    assert_true(kit_shows(kit, "a <ins>green</ins> apple"));
    assert_true(kit_shows(kit, "<tr class=\"hunk\"><td colspan=\"4\">no line end at the end of the file</td></tr>"));
    assert_true(kit_shows(kit, "<table class=\"code diff split\">"));
}

// However long its lines and however many they are, it can be looked at.
static void
assert_shown_in_part(pages_kit_t *kit, const char *page, const char *text, size_t size)
{
    const char *file = arena_printf(&kit->arena, "%s.md", page);
    const char *before = newest(kit, "/home");
    kit_put(kit, file, text, size);
    const char *url = arena_printf(&kit->arena, "/%s/diff/%s/%s", page, before, newest(kit, "/home"));
    for (int split = 0; split < 2; split++) {
        assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "%s%s", url, split? "?view=split": "")), 200);
        assert_true(kit_shows(kit, "only the first part is shown"));
        assert_true(kit->size < LIMIT_BLOB_BYTES);
    }
}

static void
test_a_difference_that_is_huge_is_shown_in_part(void **state)
{
    enum { MUCH = 2 << 20 };
    pages_kit_t *kit = *state;
    char *text = malloc(MUCH);
    assert_non_null(text);
    memset(text, '"', MUCH);
    assert_shown_in_part(kit, "one", text, MUCH);
    for (int i = 19; i < MUCH; i += 20)
        text[i] = '\n';
    assert_shown_in_part(kit, "many", text, MUCH);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_words_that_differ_are_marked),
        cmocka_unit_test(test_changed_words_beside_each_other_are_one_mark),
        cmocka_unit_test(test_lines_that_have_little_in_common_are_not_marked),
        cmocka_unit_test(test_a_line_stands_beside_what_it_became),
        cmocka_unit_test(test_marks_change_no_text_and_pairs_never_cross),
        cmocka_unit_test(test_the_work_of_one_page_is_bounded),
        cmocka_unit_test_setup_teardown(test_a_difference_is_shown_below_each_other_or_side_by_side,
                                        kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_commit_is_shown_side_by_side_too, kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_difference_that_is_huge_is_shown_in_part, kit_set_up, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
