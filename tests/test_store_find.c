// Rules of finding pages by their names
#include "kit_store.h"

static kit_t *
kit_of_pages(void)
{
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && mkdir -p apple 'Old stuff' other && for p in apple apples 'big apple' "
                 "pineapple 'apple/seed' 'Old stuff/Äpfel' 'old_fig-tree' other/thing; do echo x > \"$p.md\"; done && "
                 "echo x > apple/apple.png && git add -A && git commit -q -m files");
    kit_open(kit);
    return kit;
}

static bool
not_in_apple(void *context, const char *path)
{
    (void)context;
    return strncmp(path, "apple/", 6) != 0;
}

static void
expect_found(kit_t *kit, const store_find_t *what, bool exact, const char *expected)
{
    char text[1024] = "";
    store_found_t found;
    assert_int_equal(store_find(kit->store, what, &found), OK);
    for (size_t i = 0; i < found.count; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", found.pages[i]);
    assert_string_equal(text, expected);
    assert_int_equal(found.exact, exact);
    assert_true(found.total >= found.count);
    store_found_clear(&found);
}

static void
test_the_better_a_name_fits_the_earlier_it_comes(void **state)
{
    (void)state;
    kit_t *kit = kit_of_pages();
    expect_found(kit, &(store_find_t){ .words = "apple" }, true, "apple|apples|big apple|pineapple|apple/seed|");
    expect_found(kit, &(store_find_t){ .words = "appl" }, false, "apple|apples|big apple|pineapple|apple/seed|");
    expect_found(kit, &(store_find_t){ .words = "seed" }, true, "apple/seed|");
    kit_destroy(&kit);
}

static void
test_case_accents_and_signs_between_words_do_not_count(void **state)
{
    (void)state;
    kit_t *kit = kit_of_pages();
    expect_found(kit, &(store_find_t){ .words = "APFEL" }, true, "old stuff/\u00e4pfel|");
    expect_found(kit, &(store_find_t){ .words = "A\u0308pfel" }, true, "old stuff/\u00e4pfel|");
    expect_found(kit, &(store_find_t){ .words = "Fig Tree" }, false, "old_fig-tree|");
    expect_found(kit, &(store_find_t){ .words = "  tree   old " }, false, "old_fig-tree|");
    expect_found(kit, &(store_find_t){ .words = "old stuff/apfel" }, true, "old stuff/\u00e4pfel|");
    kit_destroy(&kit);
}

static void
test_nothing_is_found_by_nothing(void **state)
{
    static const char *const nothing[] = { "", "   ", "-_-", "zebra", "apple zebra", "\xff\xfe" };
    (void)state;
    kit_t *kit = kit_of_pages();
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        expect_found(kit, &(store_find_t){ .words = nothing[i] }, false, "");
    kit_destroy(&kit);
}

static void
test_what_may_not_be_read_is_not_found(void **state)
{
    (void)state;
    kit_t *kit = kit_of_pages();
    expect_found(kit, &(store_find_t){ .words = "seed", .visible = not_in_apple }, false, "");
    kit_destroy(&kit);
}

static void
test_only_the_best_come_and_all_are_counted(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && i=0 && while [ $i -lt 400 ]; do echo x > page$i.md; i=$((i + 1)); done && "
                 "git add -A && git commit -q -m files");
    kit_open(kit);
    store_found_t found;
    expect_found(kit, &(store_find_t){ .words = "page", .limit = 3 }, false, "page0|page1|page2|");
    expect_found(kit, &(store_find_t){ .words = "age39", .limit = 3 }, false, "page39|page390|page391|");
    assert_int_equal(store_find(kit->store, &(store_find_t){ .words = "page", .limit = 100000 }, &found), OK);
    assert_int_equal(found.count, LIMIT_FOUND);
    assert_int_equal(found.total, 400);
    store_found_clear(&found);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_better_a_name_fits_the_earlier_it_comes),
        cmocka_unit_test(test_case_accents_and_signs_between_words_do_not_count),
        cmocka_unit_test(test_nothing_is_found_by_nothing),
        cmocka_unit_test(test_what_may_not_be_read_is_not_found),
        cmocka_unit_test(test_only_the_best_come_and_all_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
