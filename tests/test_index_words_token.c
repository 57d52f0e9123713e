// Words of a text, stems, and what a query is taken apart into
#include <sqlite3.h>
#include "unit.h"
#include "../actors/index/index_query_text.h"
#include "../actors/index/index_stem.h"
#include "../actors/index/index_token.h"

// ---- words ---------------------------------------------------------------------------------------------------------

typedef struct {
    char text[2048];
    size_t size;
} list_t;

// "first +same second"
static int
note(void *context, const token_t *token)
{
    list_t *list = context;
    list->size += (size_t)snprintf(list->text + list->size, sizeof list->text - list->size, "%s%s%.*s",
                                   list->size > 0? " ": "", token->same? "+": "", (int)token->size, token->text);
    return 0;
}

static void
check_tokens(const char *text, const char *wanted)
{
    list_t list = { .size = 0 };
    assert_int_equal(index_tokens(text, strlen(text), &list, note), 0);
    assert_string_equal(list.text, wanted);
}

static void
test_words_are_stems_with_what_was_written_beside_them(void **state)
{
    (void)state;
    check_tokens("", "");
    check_tokens(" -- ,. ", "");
    check_tokens("The cat runs", "the cat run +=runs");
    check_tokens("Connections", "connect +=connections");
}

static void
test_case_and_accents_do_not_count(void **state)
{
    (void)state;
    check_tokens("Z\xC3\xBCrich CAF\xC3\x89", "zurich cafe");
    check_tokens("cafe\xCC\x81", "cafe");                       // decomposed
    check_tokens("\xEF\xAC\x81ne", "fine");                     // a ligature
    check_tokens("stra\xC3\x9F" "e", "strass +=strasse");
    check_tokens("\xD0\x9C\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0",
                 "\xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0");
}

static void
test_identifiers_are_found_whole_and_in_parts(void **state)
{
    (void)state;
    check_tokens("snake_case", "snake +=snake_case case");
    check_tokens("getChildItem", "getchilditem +get +child +item");
    check_tokens("HTTPServer", "httpserver +http +server");
    check_tokens("C++ C# x", "c +=c++ c +=c# x");
    check_tokens("v1.2.3", "v1 +=v1.2.3 2 3");
    check_tokens("main.c: end.", "main +=main.c c end");
    check_tokens("Get-ChildItem", "get +=get-childitem childitem +child +item");
}

static void
test_writing_without_blanks_becomes_pairs(void **state)
{
    (void)state;
    check_tokens("\xE4\xB8\xAD\xE6\x96\x87\xE5\xAD\x97",
                 "\xE4\xB8\xAD\xE6\x96\x87 \xE6\x96\x87\xE5\xAD\x97 \xE5\xAD\x97");
    check_tokens("\xE4\xB8\xAD", "\xE4\xB8\xAD");
    check_tokens("git\xE6\x96\x87", "git \xE6\x96\x87");
}

static void
test_bad_bytes_end_a_word(void **state)
{
    (void)state;
    check_tokens("a\xFF" "b\xC3", "a b");
    check_tokens("a\x01" "b\x7F" "c", "a b c");
}

static void
test_a_long_word_is_cut_and_joined_ones_are_left_out(void **state)
{
    (void)state;
    char text[400], wanted[400];
    memset(text, 'x', 200);
    text[200] = 0;
    memset(wanted, 'x', 64);
    wanted[64] = 0;
    check_tokens(text, wanted);
    memcpy(text + 100, "_y", 3);
    memcpy(wanted + 64, " y", 3);
    check_tokens(text, wanted);
}

// ---- stems ---------------------------------------------------------------------------------------------------------

static int
first_token(void *context, int flags, const char *token, int size, int start, int end)
{
    (void)flags;
    (void)start;
    (void)end;
    snprintf(context, 80, "%.*s", size, token);
    return SQLITE_OK;
}

// SQLite's own stemmer is another implementation of the same algorithm.
static void
test_stems_are_those_of_sqlite(void **state)
{
    (void)state;
    static const char *const endings[] = { "", "s", "es", "ed", "ing", "ies", "ied", "y", "ly", "ation", "ational",
        "izer",
        "ousness", "iveness", "fulness", "ement", "ment", "ent", "ion", "sion", "able", "ible", "al", "ally", "icate",
        "ative", "ical", "ness", "ful", "ance", "ancy", "ence", "ency", "er", "or", "ize", "ism", "ist", "iti", "ity",
        "ality", "ivity", "bility", "logi", "logy", "eed", "ate", "ous", "ive", "e", "ll", "tt", "ss", "ling",
        "pping" };
    static const char *const stems[] = { "a", "run", "hop", "fall", "controll", "fil", "agre", "plast", "motor",
        "conflat",
        "troubl", "siz", "tann", "fizz", "relat", "condition", "vale", "hesit", "digit", "radical", "vile", "analog",
        "viet", "oper", "feudal", "decis", "hope", "callous", "formal", "sensit", "tripl", "form", "electr", "good",
        "reviv", "allow", "infer", "airlin", "gyroscop", "adjust", "defens", "irrit", "replac", "depend", "adopt",
        "homolog", "commun", "activ", "angular", "effect", "bowdler", "probat", "rat", "ceas", "roll", "sky", "say",
        "boy", "toy", "yield", "syzyg", "str", "by", "wiki", "index", "pag", "link", "secti" };
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    fts5_api *api = NULL;
    void *context = NULL;
    fts5_tokenizer tokenizer;
    Fts5Tokenizer *porter = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
    assert_int_equal(api->xFindTokenizer(api, "porter", &context, &tokenizer), SQLITE_OK);
    assert_int_equal(tokenizer.xCreate(context, NULL, 0, &porter), SQLITE_OK);
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++)
        for (size_t j = 0; j < sizeof endings / sizeof *endings; j++) {
            char word[80], wanted[80] = "";
            snprintf(word, sizeof word, "%s%s", stems[i], endings[j]);
            tokenizer.xTokenize(porter, wanted, FTS5_TOKENIZE_DOCUMENT, word, (int)strlen(word), first_token);
            word[index_stem(word, strlen(word))] = 0;
            assert_string_equal(word, wanted);
        }
    tokenizer.xDelete(porter);
    sqlite3_close(db);
}

// ---- queries -------------------------------------------------------------------------------------------------------

static const int64_t now = 1774000000;          // 2026-03-20 09:46:40 UTC

static void
check_query(const char *text, const char *wanted)
{
    static const char kinds[] = "wqptfac";
    char got[1024] = "";
    size_t size = 0;
    query_t query;
    code_t code = index_query_parse(&query, text, strlen(text), now);
    assert_int_equal(code, *wanted? OK: INVALID);
    for (size_t i = 0; i < query.count; i++) {
        const query_item_t *item = &query.items[i];
        size += (size_t)snprintf(got + size, sizeof got - size, "%s%s%c:", i > 0? "|": "", item->negative? "-": "",
                                 kinds[item->kind]);
        if (item->kind == QUERY_CHANGED)
            size += (size_t)snprintf(got + size, sizeof got - size, "%lld..%lld",
                                     item->from == INT64_MIN? -1: (long long)item->from,
                                     item->until == INT64_MAX? -1: (long long)item->until);
        else
            size += (size_t)snprintf(got + size, sizeof got - size, "%.*s", (int)item->size, item->text);
    }
    assert_string_equal(got, wanted);
}

static void
test_a_query_is_words_phrases_prefixes_and_filters(void **state)
{
    (void)state;
    check_query("one two", "w:one|w:two");
    check_query("  one\t\"two three\"  four*", "w:one|q:two three|p:four");
    check_query("-one -\"two three\" -tag:x", "-w:one|-q:two three|-t:x");
    check_query("tag:a TAG:\"b c\" path:docs/x author:ada", "t:a|t:b c|f:docs/x|a:ada");
    check_query("\xE2\x80\x9Ctwo three\xE2\x80\x9D", "q:two three");
}

static void
test_every_text_is_a_query(void **state)
{
    (void)state;
    check_query("", "");
    check_query(" \t\n\x01 ", "");
    check_query("- * \" \"\" -- + ( ) ^ :", "");
    check_query("\"never closed", "q:never closed");
    check_query("a AND b OR NOT c NEAR(d e)", "w:a|w:AND|w:b|w:OR|w:NOT|w:c|w:NEAR(d|w:e)");
    check_query("tag: tag:\"\" x", "w:tag:|w:tag:|w:x");
    check_query("a\"b c\"d", "w:a|q:b c|w:d");
    check_query("title:x {y} z'", "w:title:x|w:{y}|w:z'");
    check_query("--verbose", "w:--verbose");
    check_query("changed:never", "w:changed:never");
}

static void
test_changed_takes_dates_and_words(void **state)
{
    (void)state;
    check_query("changed:2026", "c:1767225600..1798761600");
    check_query("changed:2026-03", "c:1772323200..1775001600");
    check_query("changed:2026-03-08", "c:1772928000..1773014400");
    check_query("changed:>=2026-03", "c:1772323200..-1");
    check_query("changed:>2026-03", "c:1775001600..-1");
    check_query("changed:<2026-03", "c:-1..1772323200");
    check_query("changed:<=2026-03", "c:-1..1775001600");
    check_query("changed:2026-03..2026-04-01", "c:1772323200..1775088000");
    check_query("changed:..2026-03", "c:-1..1775001600");
    check_query("changed:today", "c:1773964800..1774051200");
    check_query("changed:Yesterday", "c:1773878400..1773964800");
    check_query("changed:7d", "c:1773360000..-1");
    check_query("changed:2024-02-29", "c:1709164800..1709251200");
    check_query("changed:2026-02-29 changed:2026-13 changed:.. changed:> changed:7x changed:20260308",
                "w:changed:2026-02-29|w:changed:2026-13|w:changed:..|w:changed:>|w:changed:7x|w:changed:20260308");
}

static void
test_only_a_last_word_may_be_a_beginning(void **state)
{
    (void)state;
    query_t query;
    assert_int_equal(index_query_parse(&query, "one tw", 6, now), OK);
    assert_true(query.open);
    assert_int_equal(index_query_parse(&query, "one tw ", 7, now), OK);
    assert_false(query.open);
    assert_int_equal(index_query_parse(&query, "one -tw", 7, now), OK);
    assert_false(query.open);
}

static void
test_a_thousand_words_are_cut(void **state)
{
    (void)state;
    char text[4001];
    query_t query;
    for (size_t i = 0; i < 1000; i++)
        memcpy(text + 4 * i, "abc ", 4);
    assert_int_equal(index_query_parse(&query, text, 4000, now), OK);
    assert_int_equal(query.count, QUERY_ITEMS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_stems_with_what_was_written_beside_them),
        cmocka_unit_test(test_case_and_accents_do_not_count),
        cmocka_unit_test(test_identifiers_are_found_whole_and_in_parts),
        cmocka_unit_test(test_writing_without_blanks_becomes_pairs),
        cmocka_unit_test(test_bad_bytes_end_a_word),
        cmocka_unit_test(test_a_long_word_is_cut_and_joined_ones_are_left_out),
        cmocka_unit_test(test_stems_are_those_of_sqlite),
        cmocka_unit_test(test_a_query_is_words_phrases_prefixes_and_filters),
        cmocka_unit_test(test_every_text_is_a_query),
        cmocka_unit_test(test_changed_takes_dates_and_words),
        cmocka_unit_test(test_only_a_last_word_may_be_a_beginning),
        cmocka_unit_test(test_a_thousand_words_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
