// Rules of the folder of keys: what is made, what is refused, what revoking leaves.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../actors/core/curve.h"

typedef struct {
    char folder[32];
    char why[CURVE_WHY];
} kit_t;

static const char *
path_of(const kit_t *kit, const char *file)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", kit->folder, file);
    return path;
}

static bool
is_there(const kit_t *kit, const char *file)
{
    return access(path_of(kit, file), F_OK) == 0;
}

static void
put(const kit_t *kit, const char *file, const char *text)
{
    FILE *out = fopen(path_of(kit, file), "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static int
set_up(void **state)
{
    kit_t *kit = calloc(1, sizeof *kit);
    (void)snprintf(kit->folder, sizeof kit->folder, "/tmp/wikibot-test-XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    *state = kit;
    return 0;
}

static int
tear_down(void **state)
{
    static const char *const files[] = { "store.public", "store.secret", "store.revoked", "web.public", "web.secret" };
    kit_t *kit = *state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        (void)unlink(path_of(kit, files[i]));
    assert_int_equal(rmdir(kit->folder), 0);    // nothing else was left
    free(kit);
    return 0;
}

static void
test_new_pair_is_read_back_and_its_secret_is_for_its_owner_alone(void **state)
{
    kit_t *kit = *state;
    curve_pair_t pair, other;
    char key[CURVE_KEY];
    struct stat facts;
    assert_true(curve_new(kit->folder, "store", kit->why));
    assert_true(curve_new(kit->folder, "web", kit->why));
    assert_true(curve_read_pair(kit->folder, "store", &pair, kit->why));
    assert_true(curve_read_pair(kit->folder, "web", &other, kit->why));
    assert_string_not_equal(pair.secret_key, other.secret_key);
    assert_true(curve_read_public(kit->folder, "store", key));
    assert_string_equal(key, pair.public_key);
    assert_int_equal(stat(path_of(kit, "store.secret"), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    curve_forget(&pair);
    assert_string_equal(pair.secret_key, "");
}

static void
test_secret_that_others_may_read_is_refused(void **state)
{
    kit_t *kit = *state;
    curve_pair_t pair;
    assert_true(curve_new(kit->folder, "store", kit->why));
    assert_int_equal(chmod(path_of(kit, "store.secret"), 0640), 0);
    assert_false(curve_read_pair(kit->folder, "store", &pair, kit->why));
    assert_non_null(strstr(kit->why, "others may read it (mode 640)"));
    assert_string_equal(pair.secret_key, "");
}

static void
test_missing_and_damaged_keys_are_refused_with_what_to_do(void **state)
{
    kit_t *kit = *state;
    curve_pair_t pair;
    char key[CURVE_KEY];
    assert_false(curve_read_pair(kit->folder, "store", &pair, kit->why));
    assert_non_null(strstr(kit->why, "wikibot keys new store"));
    assert_true(curve_new(kit->folder, "store", kit->why));
    static const char *const damaged[] = {
        "", "short\n", "0123456789012345678901234567890123456789 and more\n",
        "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
    };
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        put(kit, "store.public", damaged[i]);
        assert_false(curve_read_public(kit->folder, "store", key));
        assert_false(curve_read_pair(kit->folder, "store", &pair, kit->why));
        assert_non_null(strstr(kit->why, "missing or belongs to another key"));
    }
    put(kit, "store.secret", "nonsense\n");
    assert_false(curve_read_pair(kit->folder, "store", &pair, kit->why));
    assert_non_null(strstr(kit->why, "holds no key"));
}

static void
test_pair_that_is_there_is_not_overwritten(void **state)
{
    kit_t *kit = *state;
    assert_true(curve_new(kit->folder, "store", kit->why));
    assert_false(curve_new(kit->folder, "store", kit->why));
    assert_non_null(strstr(kit->why, "is there already"));
}

static void
test_name_that_would_leave_the_folder_is_refused(void **state)
{
    kit_t *kit = *state;
    static const char *const names[] = { "", ".", "../x", "a/b", "a.b", "a b", "01234567890123456789012345678901" };
    char key[CURVE_KEY];
    curve_pair_t pair;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(curve_name_valid(names[i]));
        assert_false(curve_new(kit->folder, names[i], kit->why));
        assert_false(curve_revoke(kit->folder, names[i], kit->why));
        assert_false(curve_read_public(kit->folder, names[i], key));
        assert_false(curve_read_pair(kit->folder, names[i], &pair, kit->why));
    }
    assert_true(curve_name_valid("paint-2_b"));
}

static void
test_revoked_key_is_kept_by_name_only_and_may_be_followed_by_another(void **state)
{
    kit_t *kit = *state;
    char key[CURVE_KEY], later[CURVE_KEY];
    assert_true(curve_new(kit->folder, "store", kit->why));
    assert_true(curve_read_public(kit->folder, "store", key));
    assert_true(curve_revoke(kit->folder, "store", kit->why));
    assert_false(is_there(kit, "store.public"));
    assert_false(is_there(kit, "store.secret"));
    assert_true(is_there(kit, "store.revoked"));
    assert_false(curve_revoke(kit->folder, "store", kit->why));
    assert_true(curve_new(kit->folder, "store", kit->why));
    assert_true(curve_read_public(kit->folder, "store", later));
    assert_string_not_equal(key, later);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_pair_is_read_back_and_its_secret_is_for_its_owner_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_secret_that_others_may_read_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_missing_and_damaged_keys_are_refused_with_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pair_that_is_there_is_not_overwritten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_name_that_would_leave_the_folder_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_revoked_key_is_kept_by_name_only_and_may_be_followed_by_another, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
