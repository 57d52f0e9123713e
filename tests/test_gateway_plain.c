// Rules of the small languages of the API: times, base64, names of attachments
#include "unit.h"

#include "../gateway/base64.h"
#include "../gateway/moment.h"
#include "../gateway/safe_name.h"

// ---- times -------------------------------------------------------------------------------------------------------
// What Python 3.11 said to each of these.
static const struct { const char *text; bool good; int64_t when; } times[] = {
    { "2026-03-08", true, 1772928000 },
    { "20260308", true, 1772928000 },
    { "2026", false, 0 },
    { "202603", false, 0 },
    { "2026-03", false, 0 },
    { "2026-03-08T10:00:00", true, 1772964000 },
    { "2026-03-08T10:00:00Z", true, 1772964000 },
    { "2026-03-08 10:00", true, 1772964000 },
    { "2026-03-08T10", true, 1772964000 },
    { "2026-03-08T1000", true, 1772964000 },
    { "2026-03-08T100000", true, 1772964000 },
    { "2026-03-08T10:00:00+01:00", true, 1772960400 },
    { "2026-03-08T10:00:00-0130", true, 1772969400 },
    { "2026-03-08T10:00:00.5Z", true, 1772964001 },
    { "2026-03-08T10:00:00,123456789", true, 1772964001 },
    { "2026-03-08T10:00:00.", false, 0 },
    { "2026-W10", true, 1772409600 },
    { "2026-W10-7", true, 1772928000 },
    { "2026W10", true, 1772409600 },
    { "2026W107", true, 1772928000 },
    { "2026W53", true, 1798416000 },
    { "2020W53", true, 1609113600 },
    { "2026-W00", false, 0 },
    { "2026-13-01", false, 0 },
    { "2026-02-29", false, 0 },
    { "2024-02-29", true, 1709164800 },
    { "2026-03-08T24:00", false, 0 },
    { "2026-03-08T", false, 0 },
    { "2026-03-08x10:00", true, 1772964000 },
    { "2026-03-08T10:00:00 00:00", false, 0 },
    { "0001-01-01", true, -62135596800 },
    { "0000-01-01", false, 0 },
    { "9999-12-31T23:59:59", true, 253402300799 },
    { "2026-0308", false, 0 },
    { "202603-08", false, 0 },
    { "2026-W10-07:00", true, 1772434800 },
    { "2026W1010", false, 0 },
    { "2026W10710", true, 1772445600 },
    { "2026W10T10", true, 1772445600 },
    { "20260308T101112+05", true, 1772946672 },
    { "2026-03-08T10:00:00+24:00", false, 0 },
    { "2026-03-08T10:00:00+23:59:59", true, 1772877601 },
    { "2026-03-08T10:00Zx", false, 0 },
    { "2026-03-08T10:00:00Z ", false, 0 },
    { "2026-03-08é10:00", true, 1772964000 },
    { "yesterday", false, 0 },
    { "", false, 0 },
    { "2026-03-08T10:0", false, 0 },
    { "2026-03-08T10:00:60", false, 0 },
    { "2026-03-08T1000:00", false, 0 },
    { "2026-03-08T10:0000", false, 0 },
    { "2026-03-08T10:00:00+1", false, 0 },
    { "2026-03-08T10:00:00+", false, 0 },
    { "-026-03-08", false, 0 },
    { "2026-W10-", false, 0 },
    { "+2026-03-08", false, 0 },
    { "20260308T10-", false, 0 },
    { "2026-03-08T10:00:00.5x", false, 0 },
    { "2026-03-08T10.5", true, 1772964001 },
    { "2026-03-08T10:30.5", true, 1772965801 },
    { "2009-W01-1", true, 1230508800 },
    { "2016-W53-7", false, 0 },
    { "0001-W01-1", true, -62135596800 },
    { "9999-W52-7", false, 0 },
};

static void
test_times_are_read_as_python_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t when = 0;
        bool good = moment_read(times[i].text, &when);
        if (good != times[i].good || (good && when != times[i].when))
            fail_msg("%s: %d %lld", times[i].text, good, (long long)when);
    }
}

static void
test_times_are_written_in_the_zone_of_the_author(void **state)
{
    (void)state;
    char text[MOMENT_SIZE];
    moment_iso(1772960400, 60, text);
    assert_string_equal(text, "2026-03-08T10:00:00+01:00");
    moment_iso(1772960400, -570, text);
    assert_string_equal(text, "2026-03-07T23:30:00-09:30");
    moment_date(1772960400, -570, text);
    assert_string_equal(text, "2026-03-07");
    moment_utc(1772960400, text);
    assert_string_equal(text, "2026-03-08T09:00:00Z");
    moment_mail(1772960400, text);
    assert_string_equal(text, "Sun, 08 Mar 2026 09:00:00 GMT");
    moment_iso(INT64_MAX / 2, 0, text);
    assert_string_equal(text, "");
}

// ---- base64 ------------------------------------------------------------------------------------------------------
static void
assert_decodes(const char *text, const char *expected)
{
    unsigned char bytes[64];
    size_t size = 0;
    code_t code = base64_decode(text, strlen(text), bytes, &size);
    if (!expected) {
        assert_int_equal(code, INVALID);
        return;
    }
    assert_int_equal(code, OK);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(bytes, expected, size);
}

static void
test_base64_passes_over_what_is_not_of_its_alphabet(void **state)
{
    (void)state;
    assert_decodes("", "");
    assert_decodes("aGVsbG8=", "hello");
    assert_decodes("aGVs\r\nbG8=\n", "hello");
    assert_decodes("a-G*V s!bG8=", "hello");
    assert_decodes("aGVsbG8===", "hello");
    assert_decodes("=aGVsbG8=", "hello");
    assert_decodes("YWI=YWI=", "ab");
    assert_decodes("YWJj", "abc");
}

static void
test_base64_without_its_padding_or_of_junk_alone_is_refused(void **state)
{
    (void)state;
    assert_decodes("aGVsbG8", NULL);
    assert_decodes("a", NULL);
    assert_decodes("YQ=", NULL);
    assert_decodes("!!!not base64!!!", NULL);
    assert_decodes("!!!", NULL);
    assert_decodes("====", NULL);
    assert_decodes("aGVs\xc3\xa9", NULL);
}

static void
test_base64_goes_there_and_back(void **state)
{
    (void)state;
    unsigned char bytes[67], back[67 + 3];
    char text[96];
    for (size_t size = 0; size < sizeof bytes; size++) {
        size_t decoded = 0;
        bytes[size] = (unsigned char)(size * 37 + 200);
        base64_encode(bytes, size, text);
        assert_int_equal(strlen(text), base64_size(size));
        assert_int_equal(base64_decode(text, strlen(text), back, &decoded), OK);
        assert_int_equal(decoded, size);
        assert_memory_equal(bytes, back, size);
    }
}

// ---- names -------------------------------------------------------------------------------------------------------
static void
test_names_of_attachments_become_plain(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        { "report.pdf", "report.pdf" }, { "My cool movie.mov", "My_cool_movie.mov" },
        { "../../../etc/passwd", "etc_passwd" },
        { "i contain cool \xc3\xbcml\xc3\xa4uts.txt", "i_contain_cool_umlauts.txt" },
        { "a/b\\c", "a_bc" }, { "  x  y  ", "x_y" }, { "._.x._.", "x" }, { "\xe2\x91\xa0.png", "1.png" },
        { "a\tb", "a_b" }, { "a ? b", "a__b" }, { "CON", "CON" }, { "x.md.txt", "x.md.txt" }, { "? a", "a" },
    };
    char name[PAGE_ID_SIZE];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(safe_name(table[i][0], name), OK);
        assert_string_equal(name, table[i][1]);
    }
}

static void
test_names_that_cannot_be_are_refused(void **state)
{
    (void)state;
    char name[PAGE_ID_SIZE], longest[400];
    static const char *const table[] = { "", "..", "/", "???", "\xe6\x97\xa5\xe6\x9c\xac", "x.md",
                                          "a/x.MD", "._.", " " };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (safe_name(table[i], name) != INVALID)
            fail_msg("%s became %s", table[i], name);
    memset(longest, 'a', sizeof longest);
    longest[255] = 0;
    assert_int_equal(safe_name(longest, name), OK);
    longest[255] = 'a';
    longest[256] = 0;
    assert_int_equal(safe_name(longest, name), INVALID);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_read_as_python_does),
        cmocka_unit_test(test_times_are_written_in_the_zone_of_the_author),
        cmocka_unit_test(test_base64_passes_over_what_is_not_of_its_alphabet),
        cmocka_unit_test(test_base64_without_its_padding_or_of_junk_alone_is_refused),
        cmocka_unit_test(test_base64_goes_there_and_back),
        cmocka_unit_test(test_names_of_attachments_become_plain),
        cmocka_unit_test(test_names_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
