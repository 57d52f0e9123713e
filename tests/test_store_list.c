#include "kit_store.h"

static kit_t *
kit_of_files(void)
{
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && mkdir -p a/deep b pics 'C c' && echo x > a.md && echo x > a/one.md && "
                 "echo x > a/two.md && echo xx > a/pic.png && echo x > a/deep/er.md && echo x > b/x.md && "
                 "echo x > pics.md && echo x > pics/p.jpg && echo x > 'C c/Y.md' && echo x > README.md && "
                 "echo x > a-b.md && git add -A && git commit -q -m files");
    kit_open(kit);
    return kit;
}

static bool
not_in_b(void *context, const char *path)
{
    (void)context;
    return strncmp(path, "b/", 2) != 0;
}

// "file file ..." of a list, page by page.
static void
expect_list(kit_t *kit, store_list_options_t *options, const char *expected)
{
    char text[1024] = "";
    store_list_t list;
    char *cursor = NULL;
    do {
        options->cursor = cursor;
        assert_int_equal(store_list(kit->store, options, &list), OK);
        free(cursor);
        for (size_t i = 0; i < list.count; i++)
            (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", list.rows[i].file);
        cursor = list.cursor? strdup(list.cursor): NULL;
        store_list_clear(&list);
    } while (cursor);
    assert_string_equal(text, expected);
}

static void
test_pages_are_listed_in_byte_order(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    store_list_options_t options = { .limit = 3 };
    expect_list(kit, &options, "C c/Y.md|README.md|a-b.md|a.md|a/deep/er.md|a/one.md|a/two.md|b/x.md|pics.md|");
    options.prefix = "a/";
    expect_list(kit, &options, "a/deep/er.md|a/one.md|a/two.md|");
    options.prefix = "zzz";
    expect_list(kit, &options, "");
    kit_destroy(&kit);
}

static void
test_files_have_sizes_and_no_page(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    store_list_options_t options = { .files = true };
    store_list_t list;
    assert_int_equal(store_list(kit->store, &options, &list), OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.total, 2);
    assert_string_equal(list.rows[0].file, "a/pic.png");
    assert_int_equal(list.rows[0].size, 3);
    assert_null(list.rows[0].page);
    assert_null(list.cursor);
    store_list_clear(&list);
    kit_destroy(&kit);
}

static void
test_what_one_may_not_read_is_not_listed(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    store_list_options_t options = { .prefix = "b", .visible = not_in_b };
    expect_list(kit, &options, "");
    kit_destroy(&kit);
}

static void
test_a_list_of_an_old_commit_is_of_then(void **state)
{
    (void)state;
    char old[41];
    kit_t *kit = kit_of_files();
    kit_head(kit, old);
    kit_run(kit, "git rm -q -r a && git commit -q -m gone");
    store_list_options_t options = { .prefix = "a" };
    expect_list(kit, &options, "a-b.md|a.md|");
    options.commit = old;
    expect_list(kit, &options, "a-b.md|a.md|a/deep/er.md|a/one.md|a/two.md|");
    kit_destroy(&kit);
}

static void
test_exists_tells_pages_files_and_folders(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    const char *names[] = { "a", "A.md", "/a/One", "a/pic.png", "b", "b/", "nope", "../x", "", "c c/y", "a/pic.PNG",
                            "readme", "a//two", ".git/config" };
    char kinds[32];
    store_paths_t paths = { .paths = names, .count = sizeof names / sizeof *names };
    assert_int_equal(store_exists(kit->store, &paths, kinds), OK);
    assert_string_equal(kinds, "11123300010110");
    kit_destroy(&kit);
}

static void
expect_exists(kit_t *kit, const char *path, const char *kind)
{
    char kinds[2];
    store_paths_t paths = { .paths = &path, .count = 1 };
    assert_int_equal(store_exists(kit->store, &paths, kinds), OK);
    assert_string_equal(kinds, kind);
}

// The catalog follows the head by what differs: it has to come to what a new one would be.
static void
test_the_catalog_follows_the_head(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    expect_exists(kit, "b/x", "1");
    for (int i = 0; i < 120; i++)
        kit_run(kit, "mkdir -p n%d && echo %d > n%d/page.md", i % 7, i, i % 7);
    kit_run(kit, "for i in $(seq 200); do echo $i > n1/p$i.md; done; git rm -q -r b && git mv a.md z.md && "
                 "rm -r pics && echo now a file > pics && git add -A && git commit -q -m more");
    expect_exists(kit, "b/x", "0");
    expect_exists(kit, "b", "0");
    expect_exists(kit, "n1/P200", "1");
    expect_exists(kit, "z", "1");
    expect_exists(kit, "pics", "1");
    kit_run(kit, "git rm -q -r n1 && git commit -q -m less");
    expect_exists(kit, "n1/p200", "0");
    expect_exists(kit, "n2/page", "1");
    store_list_options_t options = { .limit = 0 };
    expect_list(kit, &options, "C c/Y.md|README.md|a-b.md|a/deep/er.md|a/one.md|a/two.md|n0/page.md|n2/page.md|"
                               "n3/page.md|n4/page.md|n5/page.md|n6/page.md|pics.md|z.md|");
    kit_run(kit, "git checkout -q --orphan new && git rm -q -r --cached . && git commit -q --allow-empty -m nothing");
    expect_exists(kit, "z", "0");
    kit_destroy(&kit);
}

// Writes "depth:kind:path|..." of a level; what the next one holds comes after the entry that is open.
static void
print_tree(const store_tree_level_t *levels, size_t count, size_t depth, FILE *out)
{
    for (const char *row = levels[depth].rows; *row; row += strcspn(row, "\n") + 1) {
        int size = (int)strcspn(row, "\n") - 1;
        const char *open = levels[depth].open;
        (void)fprintf(out, "%zu:%c:%.*s|", depth, *row, size, row + 1);
        if (strlen(open) == (size_t)size && strncmp(row + 1, open, (size_t)size) == 0 && depth + 1 < count)
            print_tree(levels, count, depth + 1, out);
    }
    if (levels[depth].more)
        (void)fprintf(out, "%zu:5:%s|", depth, levels[depth].folder);
}

// The caller frees it.
static char *
tree_text(kit_t *kit, const char *page, store_visible_fn visible)
{
    char *text = NULL;
    size_t size = 0, count = 0;
    store_tree_level_t *levels = NULL;
    const store_sight_t sight = { .visible = visible, .class = visible != NULL };
    assert_int_equal(store_tree(kit->store, page, &sight, &levels, &count), OK);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    if (count > 0)
        print_tree(levels, count, 0, out);
    assert_int_equal(fclose(out), 0);
    store_tree_clear(&levels, count);
    return text;
}

static void
expect_tree(kit_t *kit, const char *page, store_visible_fn visible, const char *expected)
{
    char *text = tree_text(kit, page, visible);
    assert_string_equal(text, expected);
    free(text);
}

static size_t
count_in(const char *text, const char *part)
{
    size_t count = 0;
    while ((text = strstr(text, part))) {
        text += strlen(part);
        count++;
    }
    return count;
}

static void
test_the_tree_shows_ancestors_and_siblings(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    expect_tree(kit, "", NULL, "0:4:a|0:1:a-b|0:3:b|0:3:C c|0:1:pics|0:1:readme|");
    expect_tree(kit, "A", NULL, "0:4:a|1:3:a/deep|1:1:a/one|1:1:a/two|0:1:a-b|0:3:b|0:3:C c|0:1:pics|0:1:readme|");
    expect_tree(kit, "a/deep/er", NULL, "0:4:a|1:3:a/deep|2:1:a/deep/er|1:1:a/one|1:1:a/two|0:1:a-b|0:3:b|0:3:C c|"
                                        "0:1:pics|0:1:readme|");
    expect_tree(kit, "c c/y", NULL, "0:4:a|0:1:a-b|0:3:b|0:3:C c|1:1:c c/y|0:1:pics|0:1:readme|");
    expect_tree(kit, "a/not/there", not_in_b, "0:4:a|1:3:a/deep|1:1:a/one|1:1:a/two|0:1:a-b|0:3:C c|0:1:pics|"
                                              "0:1:readme|");
    kit_destroy(&kit);
}

static void
test_a_large_tree_is_cut_and_keeps_the_ancestors(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    kit_run(kit, "mkdir zz && for i in $(seq 1000 1400); do echo $i > p$i.md; echo $i > zz/q$i.md; done && "
                 "git add -A && git commit -q -m many");
    char *text = tree_text(kit, "zz/q1399", NULL);
    size_t count = count_in(text, "|");
    assert_true(count <= LIMIT_SIDEBAR_ENTRIES && count > LIMIT_SIDEBAR_ENTRIES - 10);
    assert_non_null(strstr(text, "|0:3:zz|1:1:zz/q1000|"));
    assert_non_null(strstr(text, "|1:1:zz/q1399|1:5:zz|"));
    assert_int_equal(count_in(text, ":5:"), 2);
    free(text);
    text = tree_text(kit, "zz", not_in_b);
    assert_null(strstr(text, ":b|"));
    assert_int_equal(count_in(text, ":5:"), 2);
    free(text);
    kit_destroy(&kit);
}

// What the folders look like is kept; it goes with the head it was of.
static void
test_the_tree_follows_the_head(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    expect_tree(kit, "b/x", not_in_b, "0:4:a|0:1:a-b|0:3:C c|0:1:pics|0:1:readme|");
    expect_tree(kit, "c c/y", NULL, "0:4:a|0:1:a-b|0:3:b|0:3:C c|1:1:c c/y|0:1:pics|0:1:readme|");
    kit_run(kit, "git rm -q -r a a-b.md pics.md && echo 1 > b/new.md && git add -A && git commit -q -m less");
    expect_tree(kit, "c c/y", NULL, "0:1:a|0:3:b|0:3:C c|1:1:c c/y|0:1:readme|");
    expect_tree(kit, "b/new", NULL, "0:1:a|0:3:b|1:1:b/new|1:1:b/x|0:3:C c|0:1:readme|");
    kit_run(kit, "git checkout -q --orphan new && git rm -q -r --cached . && git commit -q --allow-empty -m nothing");
    expect_tree(kit, "c c/y", NULL, "");
    kit_destroy(&kit);
}

// What comes after all that is looked at in a large folder still stands where it belongs.
static void
test_a_cut_level_keeps_its_order(void **state)
{
    (void)state;
    kit_t *kit = kit_of_files();
    kit_run(kit, "mkdir m m/n1050 && for i in $(seq 1000 1450); do echo $i > m/N$i.md; done && "
                 "echo x > m/n1050/x.md && echo x > m/'n1050 b.md' && git add -A && git commit -q -m many");
    char *text = tree_text(kit, "m/n1050 b", NULL);
    assert_non_null(strstr(text, "|1:1:m/n1050|1:1:m/n1050 b|1:1:m/n1051|"));
    assert_non_null(strstr(text, "|1:5:m|"));
    free(text);
    text = tree_text(kit, "m/n1050/x", NULL);
    assert_non_null(strstr(text, "|1:4:m/n1050|2:1:m/n1050/x|1:1:m/n1051|"));
    free(text);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_are_listed_in_byte_order),
        cmocka_unit_test(test_files_have_sizes_and_no_page),
        cmocka_unit_test(test_what_one_may_not_read_is_not_listed),
        cmocka_unit_test(test_a_list_of_an_old_commit_is_of_then),
        cmocka_unit_test(test_exists_tells_pages_files_and_folders),
        cmocka_unit_test(test_the_catalog_follows_the_head),
        cmocka_unit_test(test_the_tree_shows_ancestors_and_siblings),
        cmocka_unit_test(test_a_large_tree_is_cut_and_keeps_the_ancestors),
        cmocka_unit_test(test_the_tree_follows_the_head),
        cmocka_unit_test(test_a_cut_level_keeps_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
