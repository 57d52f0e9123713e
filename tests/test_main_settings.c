// Rules of settings and of the compiled-in topologies. The files of main are no library: the program is
// made of them, so the test is too.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>
#include "../actors/main.h"
#include "../actors/main_settings.c"

static void
write_file(char path[], const char *text)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void
test_file_is_read_as_otterwiki_writes_it(void **state)
{
    (void)state;
    char path[] = "/tmp/wikibot-test-XXXXXX", why[SETTINGS_WHY] = "";
    write_file(path, "# our wiki\nSITE_NAME = 'Our \"wiki\"'  # quoted\nRETAIN_PAGE_NAME_CASE=True\n\n"
                     "HOME_PAGE = start # not quoted\nCOMMIT_MESSAGE = \"required\"\nWIKILINK_STYLE=''\nLEGACY = 1\n");
    settings_t *settings = settings_new();
    assert_true(settings_read_file(settings, path, why));
    assert_string_equal(settings_get(settings, "SITE_NAME"), "Our \"wiki\"");
    assert_true(settings_on(settings, "RETAIN_PAGE_NAME_CASE"));
    assert_string_equal(settings_get(settings, "HOME_PAGE"), "start");
    assert_string_equal(settings_get(settings, "COMMIT_MESSAGE"), "REQUIRED");
    settings_destroy(&settings);
    unlink(path);
}

static void
test_what_is_wrong_in_a_file_is_said_with_its_line(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        { "\nSITE_NAME\n", ":2: a line is NAME = value" },
        { "SITE_NAME = 'x\n", ":1: a line is NAME = value" },
        { "\n\nRETAIN_PAGE_NAME_CASE = maybe\n", ":3: RETAIN_PAGE_NAME_CASE = 'maybe' is neither True nor False" },
        { "WIKIBOT_PORT = 70000\n", ":1: WIKIBOT_PORT = '70000'; give a number in the range 0 65535" },
        { "WIKIBOT_DURABILITY = some\n", ":1: WIKIBOT_DURABILITY = 'some'; possible are fsync none" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char path[] = "/tmp/wikibot-test-XXXXXX", why[SETTINGS_WHY] = "";
        settings_t *settings = settings_new();
        write_file(path, bad[i][0]);
        assert_false(settings_read_file(settings, path, why));
        assert_memory_equal(why, path, strlen(path));
        if (!strstr(why, bad[i][1]))
            fail_msg("%s is not in: %s", bad[i][1], why);
        settings_destroy(&settings);
        unlink(path);
    }
}

static void
test_missing_file_is_an_error(void **state)
{
    (void)state;
    char why[SETTINGS_WHY] = "";
    settings_t *settings = settings_new();
    assert_false(settings_read_file(settings, "/nowhere/settings.cfg", why));
    assert_non_null(strstr(why, "/nowhere/settings.cfg"));
    settings_destroy(&settings);
}

static void
test_environment_goes_before_the_file_and_an_empty_value_is_the_default(void **state)
{
    (void)state;
    char path[] = "/tmp/wikibot-test-XXXXXX", why[SETTINGS_WHY] = "";
    write_file(path, "SITE_NAME = one\nWIKIBOT_PORT = 1\n");
    settings_t *settings = settings_new();
    setenv("SITE_NAME", "two", 1);
    setenv("WIKIBOT_PORT", "", 1);
    assert_true(settings_read_file(settings, path, why));
    assert_true(settings_read_environment(settings, why));
    assert_string_equal(settings_get(settings, "SITE_NAME"), "two");
    assert_string_equal(settings_get(settings, "WIKIBOT_PORT"), "8080");
    unsetenv("SITE_NAME");
    unsetenv("WIKIBOT_PORT");
    settings_destroy(&settings);
    unlink(path);
}

static void
test_secret_is_masked_and_origin_is_told(void **state)
{
    (void)state;
    char why[SETTINGS_WHY] = "", *text = NULL;
    size_t size = 0;
    settings_t *settings = settings_new();
    assert_true(settings_set(settings, "SECRET_KEY", "hidden", "command line", why));
    FILE *out = open_memstream(&text, &size);
    settings_print(settings, out, true);
    fclose(out);
    assert_null(strstr(text, "hidden"));
    assert_non_null(strstr(text, "SECRET_KEY = '********'    # command line: "));
    assert_non_null(strstr(text, "SITE_NAME = 'Wiki'    # default: "));
    free(text);
    settings_destroy(&settings);
}

static void
test_actors_find_them_under_lower_case_keys(void **state)
{
    (void)state;
    settings_t *settings = settings_new();
    zconfig_t *root = zconfig_new("root", NULL);
    settings_config(settings, root);
    assert_string_equal(zconfig_get(root, "settings/site_name", ""), "Wiki");
    assert_string_equal(zconfig_get(root, "settings/durability", ""), "fsync");
    zconfig_destroy(&root);
    settings_destroy(&settings);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_is_read_as_otterwiki_writes_it),
        cmocka_unit_test(test_what_is_wrong_in_a_file_is_said_with_its_line),
        cmocka_unit_test(test_missing_file_is_an_error),
        cmocka_unit_test(test_environment_goes_before_the_file_and_an_empty_value_is_the_default),
        cmocka_unit_test(test_secret_is_masked_and_origin_is_told),
        cmocka_unit_test(test_actors_find_them_under_lower_case_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
