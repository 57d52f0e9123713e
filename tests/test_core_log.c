// Rules of log lines, of latency histograms, and of the folder for sockets.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../actors/core/log.h"
#include "../actors/core/rundir.h"
#include "../actors/core/stats.h"

static void
check_value(const char *value, size_t size, const char *expected)
{
    char *buffer = malloc(size);                // exactly sized, so that a byte too many is noticed
    assert_string_equal(log_value(value, buffer, size), expected);
    free(buffer);
}

static void
test_value_is_quoted_where_it_must_be(void **state)
{
    (void)state;
    check_value("plain", 32, "plain");
    check_value("", 32, "\"\"");
    check_value(NULL, 32, "\"\"");
    check_value("two words", 32, "\"two words\"");
    check_value("a=b", 32, "\"a=b\"");
    check_value("say \"hi\"", 32, "\"say \\\"hi\\\"\"");
    check_value("line\nbreak\x01", 32, "\"line\\nbreak\\u0001\"");
    check_value("grün", 32, "grün");
}

static void
test_value_is_cut_between_characters(void **state)
{
    (void)state;
    check_value("abcdefgh", 6, "\"abc\"");
    check_value("abü€", 6, "\"ab\"");
    check_value("abü€", 7, "\"abü\"");
    check_value("\n\n\n\n", 6, "\"\\n\"");
    check_value("ab", 3, "ab");
    check_value("abc", 3, "\"\"");
    check_value("abc", 2, "");
}

static void
test_level_comes_from_its_name(void **state)
{
    (void)state;
    assert_int_equal(log_level_from_name("debug"), LEVEL_DEBUG);
    assert_int_equal(log_level_from_name("Warning"), LEVEL_WARNING);
    assert_int_equal(log_level_from_name("loud"), LEVEL_INFO);
    assert_int_equal(log_level_from_name(NULL), LEVEL_INFO);
}

static void
test_steps_of_the_histogram_are_right_to_a_quarter(void **state)
{
    (void)state;
    for (int64_t us = 0; us < 100000000; us += 1 + us / 7) {
        size_t step = stats_step(us);
        assert_true(us <= stats_step_end(step));
        assert_true(step == 0 || us > stats_step_end(step - 1));
        assert_true(stats_step_end(step) <= us + us / 4);
    }
    assert_int_equal(stats_step(-5), 0);
    assert_int_equal(stats_step(INT64_MAX), STATS_STEPS - 1);
}

static void
test_percentiles_come_from_the_counts(void **state)
{
    (void)state;
    stats_t *stats = stats_new();
    arena_t arena = { NULL };
    call_stats_t *rows = NULL;
    for (int i = 0; i < 98; i++)
        stats_count(stats, "store.read", OK, 2);
    stats_count(stats, "store.read", BUSY, 1000);
    stats_count(stats, "store.read", BUSY, 1000);
    assert_int_equal(stats_rows(stats, &arena, &rows), 1);
    assert_int_equal(rows[0].calls, 100);
    assert_int_equal(rows[0].errors, 2);
    assert_int_equal(rows[0].p50_us, 2);
    assert_in_range(rows[0].p99_us, 1000, 1250);
    arena_clear(&arena);
    stats_destroy(&stats);
}

static void
test_kinds_of_calls_that_are_counted_are_limited(void **state)
{
    (void)state;
    stats_t *stats = stats_new();
    arena_t arena = { NULL };
    call_stats_t *rows = NULL;
    for (int i = 0; i < 1000; i++) {
        char type[32];
        snprintf(type, sizeof type, "x.%d", i);
        stats_count(stats, type, OK, 1);
    }
    assert_int_equal(stats_rows(stats, &arena, &rows), 64);
    arena_clear(&arena);
    stats_destroy(&stats);
}

static void
test_two_programs_get_two_folders_that_are_theirs_alone(void **state)
{
    (void)state;
    char parent[] = "/tmp/wikibot-test-XXXXXX", why[256], base[64];
    struct stat facts;
    rundir_t one, two;
    assert_non_null(mkdtemp(parent));
    snprintf(base, sizeof base, "%s/run", parent);
    setenv("WIKIBOT_RUN", base, 1);
    assert_true(rundir_take(&one, "/", why, sizeof why));
    assert_true(rundir_take(&two, "/", why, sizeof why));
    assert_string_not_equal(one.path, two.path);
    assert_int_equal(lstat(one.path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    rundir_release(&one);
    assert_int_equal(lstat(one.path, &facts), -1);
    rundir_release(&two);
    unsetenv("WIKIBOT_RUN");
    rmdir(parent);
}

static void
test_a_folder_that_others_may_enter_is_not_taken(void **state)
{
    (void)state;
    char parent[] = "/tmp/wikibot-test-XXXXXX", why[256], base[64], open_to_all[80], link[80];
    rundir_t mine;
    assert_non_null(mkdtemp(parent));
    snprintf(base, sizeof base, "%s/run", parent);
    snprintf(open_to_all, sizeof open_to_all, "%s-0", base);
    snprintf(link, sizeof link, "%s-1", base);
    assert_int_equal(mkdir(open_to_all, 0755), 0);
    assert_int_equal(symlink("/tmp", link), 0);
    setenv("WIKIBOT_RUN", base, 1);
    assert_true(rundir_take(&mine, "/", why, sizeof why));
    assert_string_equal(mine.path + strlen(base), "-2");
    rundir_release(&mine);
    unsetenv("WIKIBOT_RUN");
    rmdir(open_to_all);
    unlink(link);
    rmdir(parent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_is_quoted_where_it_must_be),
        cmocka_unit_test(test_value_is_cut_between_characters),
        cmocka_unit_test(test_level_comes_from_its_name),
        cmocka_unit_test(test_steps_of_the_histogram_are_right_to_a_quarter),
        cmocka_unit_test(test_percentiles_come_from_the_counts),
        cmocka_unit_test(test_kinds_of_calls_that_are_counted_are_limited),
        cmocka_unit_test(test_two_programs_get_two_folders_that_are_theirs_alone),
        cmocka_unit_test(test_a_folder_that_others_may_enter_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
