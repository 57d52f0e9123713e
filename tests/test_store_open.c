#include "kit_store.h"

static store_t *
open_with(const store_options_t *options, const char **why)
{
    *why = "";
    return store_open(options, why);
}

static void
expect_clean(kit_t *kit)
{
    char answer[256];
    kit_ask(kit, "git status --porcelain", answer, sizeof answer);
    assert_string_equal(answer, "");
    kit_run(kit, "git fsck --strict --no-dangling 2>&1 >/dev/null");
}

static void
test_an_empty_folder_becomes_a_wiki_with_a_first_page(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char answer[256];
    kit_open(kit);
    store_content_t content;
    assert_int_equal(kit_read(kit, "home", NULL, &content), OK);
    assert_true(content.size > 100);
    store_content_clear(&content);
    kit_ask(kit, "git log -1 --format=%an", answer, sizeof answer);
    assert_string_equal(answer, "Wikibot");
    kit_ask(kit, "git symbolic-ref HEAD", answer, sizeof answer);
    assert_string_equal(answer, "refs/heads/main");
    expect_clean(kit);
    kit_destroy(&kit);
}

static void
test_a_missing_folder_is_made(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "cd .. && rmdir wiki");
    (void)snprintf(kit->repo + strlen(kit->repo), 32, "/deep/er");
    kit_open(kit);
    store_oid_t head;
    assert_int_equal(store_head(kit->store, &head), OK);
    assert_int_equal(strlen(head.hex), 40);
    kit_destroy(&kit);
}

static void
test_the_first_page_has_the_name_of_home_page(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    const char *why = "";
    char home[PAGE_ID_SIZE], file[PAGE_ID_SIZE];
    kit->store = open_with(&(store_options_t){ .folder = kit->repo, .home = "Start Here" }, &why);
    assert_non_null(kit->store);
    assert_int_equal(store_home(kit->store, home), OK);
    assert_string_equal(home, "start here");
    assert_int_equal(store_resolve(kit->store, home, file), OK);
    kit_destroy(&kit);
}

static void
test_opening_again_commits_nothing(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char first[41], second[41];
    kit_open(kit);
    kit_head(kit, first);
    store_close(&kit->store);
    kit_open(kit);
    kit_head(kit, second);
    assert_string_equal(first, second);
    kit_destroy(&kit);
}

static void
test_a_folder_with_files_is_refused_unless_init(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    const char *why = "";
    char answer[256];
    kit_run(kit, "mkdir notes && echo one > notes/a.md && echo two > b.txt && echo skip > c.log && "
                 "echo '*.log' > .gitignore");
    assert_null(open_with(&(store_options_t){ .folder = kit->repo }, &why));
    assert_non_null(strstr(why, "--init"));
    kit_run(kit, "test ! -e .git");
    kit->store = open_with(&(store_options_t){ .folder = kit->repo, .init = true }, &why);
    assert_non_null(kit->store);
    store_content_t content;
    assert_int_equal(kit_read(kit, "notes/a", NULL, &content), OK);
    assert_string_equal(content.text, "one\n");
    store_content_clear(&content);
    kit_ask(kit, "git rev-list --count HEAD", answer, sizeof answer);
    assert_string_equal(answer, "1");
    kit_ask(kit, "git ls-files | tr '\\n' ' '", answer, sizeof answer);
    assert_string_equal(answer, ".gitignore b.txt notes/a.md ");
    expect_clean(kit);
    store_close(&kit->store);
    kit_run(kit, "rm -r .git && git init -q");  // as if killed between the two
    kit->store = open_with(&(store_options_t){ .folder = kit->repo, .init = true }, &why);
    assert_int_equal(kit_read(kit, "notes/a", NULL, &content), OK);
    store_content_clear(&content);
    kit_destroy(&kit);
}

static void
test_init_of_nothing_writes_the_first_page(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    const char *why = "";
    store_content_t content;
    kit_run(kit, "git init -q");
    kit->store = open_with(&(store_options_t){ .folder = kit->repo, .init = true }, &why);
    assert_non_null(kit->store);
    assert_int_equal(kit_read(kit, "home", NULL, &content), OK);
    store_content_clear(&content);
    expect_clean(kit);
    kit_destroy(&kit);
}

static void
test_a_folder_inside_another_repository_is_refused(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    const char *why = "";
    kit_run(kit, "git init -q && mkdir docs build && echo build > .gitignore && echo x > docs/a.md");
    kit_commit(kit, "top.md", "x");
    char folder[400];
    (void)snprintf(folder, sizeof folder, "%s/docs", kit->repo);
    assert_null(open_with(&(store_options_t){ .folder = folder }, &why));
    assert_non_null(strstr(why, kit->repo));
    (void)snprintf(folder, sizeof folder, "%s/missing", kit->repo);
    assert_null(open_with(&(store_options_t){ .folder = folder }, &why));
    (void)snprintf(folder, sizeof folder, "%s/build", kit->repo);       // ignored there: a folder of its own
    kit->store = open_with(&(store_options_t){ .folder = folder }, &why);
    assert_non_null(kit->store);
    kit_destroy(&kit);
}

static void
test_the_middle_of_someones_work_is_left_alone(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char before[256], after[256];
    kit_run(kit, "git init -q -b main");
    kit_commit(kit, "a.md", "one\n");
    kit_run(kit, "git checkout -q -b other && echo two > a.md && git commit -qam two && git checkout -q main && "
                 "echo three > a.md && git commit -qam three && (git merge other >/dev/null || true) && "
                 "echo new > untracked.md && echo staged > s.md && git add s.md && echo changed > s.md");
    kit_ask(kit, "(git status --porcelain; cat a.md s.md; ls .git) | sha1sum", before, sizeof before);
    kit_run(kit, "mkdir .git/wikibot");
    kit_open(kit);
    store_content_t content;
    assert_int_equal(kit_read(kit, "a", NULL, &content), OK);
    assert_string_equal(content.text, "three\n");
    store_content_clear(&content);
    assert_int_equal(kit_read(kit, "untracked", NULL, &content), NOT_FOUND);
    assert_int_equal(kit_read(kit, "s", NULL, &content), NOT_FOUND);
    kit_ask(kit, "(git status --porcelain; cat a.md s.md; ls .git | grep -v wikibot) | sha1sum", after, sizeof after);
    assert_string_equal(before, after);
    kit_destroy(&kit);
}

static void
test_a_detached_head_and_an_unborn_branch_open(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    store_oid_t head;
    store_content_t content;
    kit_run(kit, "git init -q -b main");
    kit_open(kit);
    assert_int_equal(store_head(kit->store, &head), OK);
    assert_string_equal(head.hex, "");
    assert_int_equal(kit_read(kit, "home", NULL, &content), NOT_FOUND);
    kit_commit(kit, "home.md", "born");
    assert_int_equal(kit_read(kit, "home", NULL, &content), OK);
    store_content_clear(&content);
    kit_run(kit, "git checkout -q --detach");
    store_close(&kit->store);
    kit_open(kit);
    assert_int_equal(kit_read(kit, "home", NULL, &content), OK);
    store_content_clear(&content);
    kit_destroy(&kit);
}

static void
test_a_bare_repository_opens(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    kit_commit(kit, "home.md", "bare");
    kit_run(kit, "git clone -q --bare . ../bare.git");
    (void)snprintf(kit->repo, sizeof kit->repo, "%s/bare.git", kit->folder);
    kit_open(kit);
    store_content_t content;
    assert_int_equal(kit_read(kit, "HOME", NULL, &content), OK);
    store_content_clear(&content);
    assert_true(store_writable(kit->store));
    kit_destroy(&kit);
}

static void
test_a_linked_work_tree_opens(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    kit_commit(kit, "home.md", "main");
    kit_run(kit, "git worktree add -q -b side ../side && cd ../side && echo side > home.md && git commit -qam side");
    (void)snprintf(kit->repo, sizeof kit->repo, "%s/side", kit->folder);
    kit_open(kit);
    store_content_t content;
    assert_int_equal(kit_read(kit, "home", NULL, &content), OK);
    assert_string_equal(content.text, "side\n");
    store_content_clear(&content);
    kit_destroy(&kit);
}

static void
test_what_is_no_folder_is_refused_with_a_text(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    const char *why = "";
    char path[400];
    kit_run(kit, "touch file");
    (void)snprintf(path, sizeof path, "%s/file", kit->repo);
    assert_null(open_with(&(store_options_t){ .folder = path }, &why));
    assert_non_null(strstr(why, path));
    assert_null(open_with(&(store_options_t){ .folder = "" }, &why));
    assert_true(*why);
    assert_null(open_with(&(store_options_t){ .folder = kit->repo, .init = true, .home = ".git" }, &why));
    assert_non_null(strstr(why, "HOME_PAGE"));
    kit_destroy(&kit);
}

// As the workers of an actor do, and the processes of several hosts.
static void
test_many_may_open_a_new_folder_at_once(void **state)
{
    (void)state;
    enum { OPENERS = 6 };
    char answer[256];
    pid_t openers[OPENERS];
    kit_t *kit = kit_new();
    for (int i = 0; i < OPENERS; i++) {
        openers[i] = fork();
        if (openers[i] == 0) {
            const char *why = "";
            store_t *store = open_with(&(store_options_t){ .folder = kit->repo }, &why);
            bool opened = store != NULL;
            store_close(&store);
            _exit(opened? 0: 1);
        }
    }
    for (int i = 0; i < OPENERS; i++) {
        int status = -1;
        waitpid(openers[i], &status, 0);
        assert_int_equal(status, 0);
    }
    kit_ask(kit, "git rev-list --count HEAD", answer, sizeof answer);
    assert_string_equal(answer, "1");
    expect_clean(kit);
    kit_destroy(&kit);
}

// Opens as somebody who may read the repository and no more. 0: it is served read-only.
static int
open_as_nobody(const kit_t *kit)
{
    enum { NOBODY = 65534 };
    const char *why = "";
    store_content_t content;
    store_read_t what = { .path = "home" };
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return 2;
    store_t *store = open_with(&(store_options_t){ .folder = kit->repo }, &why);
    if (!store || store_writable(store) || store_read(store, &what, &content) != OK)
        return 1;
    store_content_clear(&content);
    store_action_t page = { .action = "put", .path = "new", .text = "x", .size = 1 };
    store_write_t write = { .name = "Eve", .deadline = INT64_MAX, .changes = &page, .count = 1 };
    store_written_t result = { .code = OK };
    store_write(store, &write, 1, &result);
    int refused = result.code == READ_ONLY? 0: 3;
    store_written_clear(&result);
    store_close(&store);
    return refused;
}

static void
test_what_cannot_be_written_is_served_read_only(void **state)
{
    (void)state;
    int status = -1;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    kit_commit(kit, "home.md", "x");
    kit_run(kit, "chmod a+rx .. && chmod -R a+rX,a-w .");
    pid_t child = fork();
    if (child == 0)
        _exit(open_as_nobody(kit));
    waitpid(child, &status, 0);
    kit_run(kit, "chmod -R u+w .");
    assert_int_equal(status, 0);
    kit_destroy(&kit);
}

static void
test_home_is_home_readme_or_index(void **state)
{
    (void)state;
    char home[PAGE_ID_SIZE];
    kit_t *kit = kit_with("a.md", "x");
    assert_int_equal(store_home(kit->store, home), OK);
    assert_string_equal(home, "home");
    kit_commit(kit, "index.md", "x");
    assert_int_equal(store_home(kit->store, home), OK);
    assert_string_equal(home, "index");
    kit_commit(kit, "README.md", "x");
    assert_int_equal(store_home(kit->store, home), OK);
    assert_string_equal(home, "readme");
    kit_commit(kit, "Home.md", "x");
    assert_int_equal(store_home(kit->store, home), OK);
    assert_string_equal(home, "home");
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_folder_becomes_a_wiki_with_a_first_page),
        cmocka_unit_test(test_a_missing_folder_is_made),
        cmocka_unit_test(test_the_first_page_has_the_name_of_home_page),
        cmocka_unit_test(test_opening_again_commits_nothing),
        cmocka_unit_test(test_a_folder_with_files_is_refused_unless_init),
        cmocka_unit_test(test_init_of_nothing_writes_the_first_page),
        cmocka_unit_test(test_a_folder_inside_another_repository_is_refused),
        cmocka_unit_test(test_the_middle_of_someones_work_is_left_alone),
        cmocka_unit_test(test_a_detached_head_and_an_unborn_branch_open),
        cmocka_unit_test(test_a_bare_repository_opens),
        cmocka_unit_test(test_a_linked_work_tree_opens),
        cmocka_unit_test(test_what_is_no_folder_is_refused_with_a_text),
        cmocka_unit_test(test_many_may_open_a_new_folder_at_once),
        cmocka_unit_test(test_what_cannot_be_written_is_served_read_only),
        cmocka_unit_test(test_home_is_home_readme_or_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
