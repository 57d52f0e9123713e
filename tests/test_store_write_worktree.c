#include "store_write_kit.h"

static void
expect_clean(const kit_t *kit)
{
    assert_string_equal(kit_output(kit, "git status --porcelain"), "");
}

static const char *
left(const kit_t *kit, size_t *count)
{
    static char path[PAGE_ID_SIZE];
    *count = store_left(kit->store, path);
    return path;
}

static void
test_write_leaves_git_status_clean(void **state)
{
    kit_t *kit = *state;
    store_oid_t commit = kit_save(kit, "notes/deep/a", NULL, "a\n");
    expect_clean(kit);
    commit = kit_save(kit, "notes/deep/a", commit.hex, "a much longer text\n");
    expect_clean(kit);
    assert_string_equal(kit_output(kit, "cat notes/deep/a.md"), "a much longer text");
    store_action_t changes[] = { { .action = "move", .path = "notes/deep/a", .base = commit.hex, .to = "b" },
                                 { .action = "put", .path = "notes/deep", .text = "page\n", .size = 5 },
                                 { .action = "delete", .path = "home", .base = commit.hex } };
    store_write_t write = { .changes = changes, .count = 3 };
    store_written_t result;
    store_write(kit->store, &write, 1, &result);
    assert_int_equal(result.code, OK);
    store_written_clear(&result);
    expect_clean(kit);
    assert_string_equal(kit_output(kit, "find * -type f | sort"), "b.md\nnotes/deep.md");
    assert_int_equal(kit_run(kit, "test ! -e notes/deep"), 0);
    kit_sound(kit);
}

static void
test_write_leaves_a_file_changed_by_hand_alone(void **state)
{
    kit_t *kit = *state;
    size_t count;
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    kit_run(kit, "echo by hand > a.md; echo draft > new.md");
    commit = kit_save(kit, "a", commit.hex, "b\n");
    assert_string_equal(left(kit, &count), "a.md");
    assert_int_equal(count, 1);
    kit_save(kit, "new", NULL, "new\n");
    assert_string_equal(left(kit, &count), "new.md");
    assert_string_equal(kit_output(kit, "cat a.md new.md"), "by hand\ndraft");
    kit_expect(kit, "a.md", "b\n");
    kit_expect(kit, "new.md", "new\n");
    left(kit, &count);
    assert_int_equal(count, 0);
}

static void
test_write_leaves_what_is_staged_alone(void **state)
{
    kit_t *kit = *state;
    size_t count;
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    kit_run(kit, "echo staged > a.md; git add a.md; echo a > a.md");
    kit_save(kit, "a", commit.hex, "b\n");
    assert_string_equal(left(kit, &count), "a.md");
    assert_string_equal(kit_output(kit, "git show :a.md"), "staged");
}

static void
test_write_never_follows_a_link_out_of_the_work_tree(void **state)
{
    kit_t *kit = *state;
    size_t count;
    store_oid_t commit = kit_save(kit, "notes/a", NULL, "a\n");
    kit_run(kit, "mkdir ../outside && cp notes/a.md ../outside/ && rm -rf notes && ln -s ../outside notes && "
            "ln -s ../outside/z z.md");
    commit = kit_save(kit, "notes/a", commit.hex, "b\n");
    kit_save(kit, "notes/new", NULL, "new\n");
    kit_save(kit, "z", NULL, "z\n");
    left(kit, &count);
    assert_int_equal(count, 3);
    assert_string_equal(kit_output(kit, "ls ../outside; cat ../outside/a.md"), "a.md\na");
    kit_expect(kit, "notes/a.md", "b\n");
}

static void
test_write_does_without_an_index_that_another_program_holds(void **state)
{
    kit_t *kit = *state;
    size_t count;
    kit_run(kit, "touch .git/index.lock");
    kit_save(kit, "a", NULL, "a\n");
    assert_string_equal(left(kit, &count), ".git/index");
    kit_expect(kit, "a.md", "a\n");
    assert_int_equal(kit_run(kit, "test -e .git/index.lock && rm .git/index.lock"), 0);
}

static void
test_write_brings_along_what_was_left_while_another_program_held_the_index(void **state)
{
    kit_t *kit = *state;
    kit_run(kit, "touch .git/index.lock");
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    commit = kit_save(kit, "a", commit.hex, "b\n");
    kit_run(kit, "rm .git/index.lock");
    kit_save(kit, "c", NULL, "c\n");
    expect_clean(kit);
    assert_string_equal(kit_output(kit, "cat a.md c.md"), "b\nc");
}

// Work tree and index stand at the commit before the head, as after a kill.
static void
fall_behind(const kit_t *kit)
{
    assert_int_equal(kit_run(kit, "git rev-parse HEAD~1 > .git/wikibot/behind && git read-tree HEAD~1 && "
                             "git checkout -q -f -- . && git clean -qfd"), 0);
}

static void
test_open_brings_along_what_a_kill_left_behind(void **state)
{
    kit_t *kit = *state;
    store_oid_t commit = kit_save(kit, "notes/a", NULL, "a\n");
    kit_save(kit, "notes/a", commit.hex, "b\n");
    kit_save(kit, "new", NULL, "new\n");
    fall_behind(kit);
    kit_run(kit, "git rev-parse HEAD~2 > .git/wikibot/behind; echo hand > notes/by-hand.md; touch .wikibot-1-1.tmp");
    kit_reopen(kit);
    assert_string_equal(kit_output(kit, "git status --porcelain"), "?? notes/by-hand.md");
    assert_string_equal(kit_output(kit, "cat notes/a.md new.md"), "b\nnew");
}

static void
test_open_leaves_a_file_changed_by_hand_alone(void **state)
{
    kit_t *kit = *state;
    size_t count;
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    kit_save(kit, "a", commit.hex, "b\n");
    fall_behind(kit);
    kit_run(kit, "echo by hand > a.md");
    kit_reopen(kit);
    assert_string_equal(left(kit, &count), "a.md");
    assert_string_equal(kit_output(kit, "cat a.md"), "by hand");
    kit_reopen(kit);
    left(kit, &count);
    assert_int_equal(count, 0);                 // that has been said
}

static void
test_open_undoes_no_soft_reset(void **state)
{
    kit_t *kit = *state;
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    kit_save(kit, "a", commit.hex, "b\n");
    kit_run(kit, "git rev-parse HEAD > .git/wikibot/behind; git reset -q --soft HEAD~1");
    kit_reopen(kit);
    assert_string_equal(kit_output(kit, "git status --porcelain; cat a.md"), "M  a.md\nb");
}

static void
test_open_mends_an_index_that_was_being_changed_in_its_place(void **state)
{
    kit_t *kit = *state;
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    kit_save(kit, "a", commit.hex, "b\n");
    fall_behind(kit);
    kit_run(kit, "printf xxx | dd of=.git/index bs=1 seek=54 conv=notrunc 2>/dev/null");
    kit_reopen(kit);
    assert_string_equal(kit_output(kit, "git status --porcelain; git fsck --strict --no-dangling"), "");
}

static void
test_write_into_a_repository_without_a_commit(void **state)
{
    kit_t *kit = *state;
    kit_run(kit, "rm -rf .git home.md && git init -q -b trunk .");
    kit_reopen(kit);
    kit_save(kit, "first/page", NULL, "1\n");
    expect_clean(kit);
    assert_string_equal(kit_output(kit, "git log --format=%%s trunk"), "Create first/page");
    kit_sound(kit);
}

static void
test_write_keeps_the_reflog(void **state)
{
    kit_t *kit = *state;
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    kit_save(kit, "a", commit.hex, "b\n");
    const char *lines = "commit: Update a\ncommit: Create a\ncommit (initial): first";
    assert_string_equal(kit_output(kit, "git reflog --format=%%gs"), lines);
    assert_string_equal(kit_output(kit, "git reflog show main --format=%%gs"), lines);
    assert_string_equal(kit_output(kit, "git rev-parse main@{1}"), commit.hex);
}

static void
test_write_follows_an_index_of_many_files(void **state)
{
    kit_t *kit = *state;
    kit_run(kit, "mkdir -p d && for i in $(seq 300); do echo $i > d/p$i.md; done && git add . && "
            "git commit -q -m many && git status >/dev/null");
    store_oid_t base = kit_base(kit);
    kit_save(kit, "d/p1", base.hex, "changed\n");
    expect_clean(kit);
    kit_save(kit, "d/p300", base.hex, "changed\n");
    kit_save(kit, "d/a", NULL, "new\n");
    kit_save(kit, "zzz", NULL, "new\n");
    expect_clean(kit);
    assert_string_equal(kit_output(kit, "git ls-files | wc -l"), "303");
    kit_sound(kit);
}

static void
test_write_on_a_detached_head_moves_it(void **state)
{
    kit_t *kit = *state;
    kit_run(kit, "git checkout -q --detach");
    kit_save(kit, "a", NULL, "a\n");
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD; git rev-list --count main"), "2\n1");
    expect_clean(kit);
    kit_run(kit, "git checkout -q main");
    kit_save(kit, "b", NULL, "b\n");
    assert_string_equal(kit_output(kit, "git rev-list --count main"), "2");
}

static void
test_write_works_beside_git_commit(void **state)
{
    kit_t *kit = *state;
    for (int i = 0; i < 5; i++) {
        char path[16];
        snprintf(path, sizeof path, "p%d", i);
        kit_save(kit, path, NULL, "ours\n");
        assert_int_equal(kit_run(kit, "echo %d >> home.md && git commit -qam theirs", i), 0);
    }
    expect_clean(kit);
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "11");
    kit_sound(kit);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_tree, kit_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_leaves_git_status_clean),
        TEST(test_write_leaves_a_file_changed_by_hand_alone),
        TEST(test_write_leaves_what_is_staged_alone),
        TEST(test_write_never_follows_a_link_out_of_the_work_tree),
        TEST(test_write_does_without_an_index_that_another_program_holds),
        TEST(test_write_brings_along_what_was_left_while_another_program_held_the_index),
        TEST(test_open_brings_along_what_a_kill_left_behind),
        TEST(test_open_leaves_a_file_changed_by_hand_alone),
        TEST(test_open_undoes_no_soft_reset),
        TEST(test_open_mends_an_index_that_was_being_changed_in_its_place),
        TEST(test_write_into_a_repository_without_a_commit),
        TEST(test_write_keeps_the_reflog),
        TEST(test_write_follows_an_index_of_many_files),
        TEST(test_write_on_a_detached_head_moves_it),
        TEST(test_write_works_beside_git_commit),
    };
    return cmocka_run_group_tests_name("store_write_worktree", tests, NULL, NULL);
}
