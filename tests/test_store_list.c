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

// "depth:kind:path|..." of the tree around a page.
static void
expect_tree(kit_t *kit, const char *page, store_visible_fn visible, const char *expected)
{
    char text[4096] = "";
    store_tree_node_t *nodes = NULL;
    size_t count = 0;
    assert_int_equal(store_tree(kit->store, page, visible, NULL, &nodes, &count), OK);
    for (size_t i = 0; i < count; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d:%d:%s|", nodes[i].depth, nodes[i].kind,
                       nodes[i].path);
    assert_string_equal(text, expected);
    store_tree_clear(&nodes, count);
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
    store_tree_node_t *nodes = NULL;
    size_t count = 0;
    kit_run(kit, "mkdir zz && for i in $(seq 1000 1400); do echo $i > p$i.md; echo $i > zz/q$i.md; done && "
                 "git add -A && git commit -q -m many");
    assert_int_equal(store_tree(kit->store, "zz/q1399", NULL, NULL, &nodes, &count), OK);
    assert_true(count <= LIMIT_SIDEBAR_ENTRIES && count > LIMIT_SIDEBAR_ENTRIES - 10);
    bool folder = false, page = false;
    size_t cut = 0;
    for (size_t i = 0; i < count; i++) {
        folder = folder || strcmp(nodes[i].path, "zz") == 0;
        page = page || strcmp(nodes[i].path, "zz/q1399") == 0;
        cut += nodes[i].kind == 5;
    }
    assert_true(folder && page);
    assert_int_equal(cut, 2);
    store_tree_clear(&nodes, count);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
