#include "kit_store.h"

enum { TEXT_SIZE = 1 << 20 };

// "message: change file<former ...|" of each row; of all answers, with their cursors followed.
static void
read_log(kit_t *kit, store_log_options_t options, char *text, size_t *answers)
{
    store_log_t log;
    char cursor[256] = "";
    size_t size = 0;
    *answers = 0;
    text[0] = 0;
    do {
        options.cursor = cursor;
        code_t code = store_log(kit->store, &options, &log);
        if (code != OK)
            fail_msg("%s: %s", code_name(code), store_error(kit->store));
        ++*answers;
        for (size_t i = 0; i < log.count; i++) {
            const store_logged_t *row = &log.rows[i];
            size += (size_t)snprintf(text + size, TEXT_SIZE - size, "%s:", row->info.message);
            for (size_t j = 0; j < row->file_count && size < TEXT_SIZE - 4096; j++)
                size += (size_t)snprintf(text + size, TEXT_SIZE - size, " %s %s%s%s", row->files[j].change,
                                         row->files[j].file, row->files[j].from? "<": "",
                                         row->files[j].from? row->files[j].from: "");
            size += (size_t)snprintf(text + size, TEXT_SIZE - size, "|");
        }
        assert_true(!log.cursor || log.count > 0);
        (void)snprintf(cursor, sizeof cursor, "%s", log.cursor? log.cursor: "");
        store_log_clear(&log);
    } while (*cursor);
}

static void
expect_log(kit_t *kit, const char *since, const char *expected)
{
    char *text = malloc(TEXT_SIZE), from[41] = "", command[512];
    size_t answers;
    if (*since) {
        (void)snprintf(command, sizeof command, "git rev-parse %s", since);
        kit_ask(kit, command, from, sizeof from);
    }
    store_log_options_t options = { .since = from };
    read_log(kit, options, text, &answers);
    assert_string_equal(text, expected);
    options.limit = 1;
    read_log(kit, options, text, &answers);
    assert_string_equal(text, expected);
    free(text);
}

// The commits are those that git lists, in its order.
static void
expect_order_of_git(kit_t *kit, const char *since)
{
    char *expected = malloc(TEXT_SIZE), *text = malloc(TEXT_SIZE), command[512], from[41] = "";
    size_t size = 0;
    if (*since) {
        (void)snprintf(command, sizeof command, "git rev-parse %s", since);
        kit_ask(kit, command, from, sizeof from);
    }
    (void)snprintf(command, sizeof command, "cd '%s' && git rev-list --date-order --reverse HEAD %s%s", kit->repo,
                   *since? "^": "", since);
    assert_int_equal(kit_shell(command, expected, TEXT_SIZE), 0);
    store_log_t log;
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .since = from }, &log), OK);
    assert_null(log.cursor);
    assert_int_equal(log.total, log.count);
    text[0] = 0;
    for (size_t i = 0; i < log.count; i++)
        size += (size_t)snprintf(text + size, TEXT_SIZE - size, "%s\n", log.rows[i].info.commit.hex);
    assert_string_equal(text, expected);
    store_log_clear(&log);
    free(expected);
    free(text);
}

// Times differ by a second each, so that the order is certain.
static void
commit_at(kit_t *kit, int second, const char *what)
{
    kit_run(kit, "%s && git add -A && export GIT_AUTHOR_DATE='2024-01-01T00:00:%02dZ' && "
                 "GIT_COMMITTER_DATE='2024-01-01T00:00:%02dZ' git commit -q --allow-empty -m m%d",
            what, second, second, second);
}

static void
merge_at(kit_t *kit, int second, const char *options)
{
    kit_run(kit, "GIT_AUTHOR_DATE='2024-01-01T00:00:%02dZ' GIT_COMMITTER_DATE='2024-01-01T00:00:%02dZ' "
                 "git merge -q --no-ff -m m%d %s", second, second, second, options);
}

static void
test_all_commits_come_with_all_their_files(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && mkdir notes");
    commit_at(kit, 1, "seq 30 > notes/Page.md && echo b > b.md");
    commit_at(kit, 2, "echo two >> notes/Page.md");
    commit_at(kit, 3, "mkdir new && git mv notes/Page.md new/page.md && echo c > c.md");
    commit_at(kit, 4, "true");
    commit_at(kit, 5, "git mv new/page.md last.md && echo three >> last.md && git rm -q b.md");
    kit_open(kit);
    expect_log(kit, "", "m1: added b.md added notes/Page.md|m2: modified notes/Page.md|"
                        "m3: added c.md renamed new/page.md<notes/Page.md|m4:|"
                        "m5: deleted b.md renamed last.md<new/page.md|");
    expect_log(kit, "HEAD~3", "m3: added c.md renamed new/page.md<notes/Page.md|m4:|"
                              "m5: deleted b.md renamed last.md<new/page.md|");
    expect_log(kit, "HEAD", "");
    kit_destroy(&kit);
}

static void
test_a_row_says_who_when_why_and_after_whom(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char parent[41], blob[41];
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "echo a > a.md");
    kit_ask(kit, "git rev-parse HEAD", parent, sizeof parent);
    kit_run(kit, "echo b > a.md && git commit -q -a -m 'Why\n\nClient: web\nRequest-Id: 4bf92f3577b34da6' "
                 "--date '2024-05-01T00:00:00+02:00' --author 'Bob <bob@example.org>'");
    kit_ask(kit, "git rev-parse HEAD:a.md", blob, sizeof blob);
    kit_open(kit);
    store_log_t log;
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .since = parent }, &log), OK);
    assert_int_equal(log.count, 1);
    assert_string_equal(log.rows[0].info.parent.hex, parent);
    assert_string_equal(log.rows[0].info.author, "Bob");
    assert_string_equal(log.rows[0].info.email, "bob@example.org");
    assert_string_equal(log.rows[0].info.message, "Why");
    assert_int_equal(log.rows[0].info.when, 1714514400);
    assert_int_equal(log.rows[0].info.zone, 120);
    assert_string_equal(log.rows[0].files[0].blob.hex, blob);
    assert_string_equal(log.commit.hex, log.rows[0].info.commit.hex);
    store_log_clear(&log);
    kit_destroy(&kit);
}

static void
test_a_merge_has_what_differs_from_all_its_parents(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "seq 9 > a.md && echo b > b.md && echo d > d.md");
    commit_at(kit, 2, "git checkout -q -b side && sed -i s/^1$/one/ a.md && echo side > s.md && echo x > both.md");
    commit_at(kit, 3, "git checkout -q main && sed -i s/^9$/nine/ a.md && echo main > m.md && echo y > both.md");
    kit_run(kit, "git merge -q --no-commit --no-ff side || true");
    commit_at(kit, 4, "echo z > both.md && echo evil > evil.md && git rm -q d.md");
    kit_open(kit);
    expect_log(kit, "", "m1: added a.md added b.md added d.md|m2: modified a.md added both.md added s.md|"
                        "m3: modified a.md added both.md added m.md|"
                        "m4: modified a.md modified both.md deleted d.md added evil.md|");
    expect_log(kit, "HEAD^2", "m3: modified a.md added both.md added m.md|"
                              "m4: modified a.md modified both.md deleted d.md added evil.md|");
    kit_destroy(&kit);
}

static void
test_the_order_is_that_of_git(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "echo 1 > a.md");
    commit_at(kit, 3, "git checkout -q -b side && echo 1 > s.md");
    commit_at(kit, 5, "echo 2 > s.md");
    commit_at(kit, 4, "git checkout -q main && echo 2 > a.md");
    commit_at(kit, 6, "git checkout -q -b late && echo 1 > l.md");
    merge_at(kit, 7, "side");
    commit_at(kit, 8, "git checkout -q main && echo 3 > a.md");
    merge_at(kit, 9, "side late");
    commit_at(kit, 2, "echo wrong > clock.md");
    commit_at(kit, 10, "echo 4 > a.md");
    kit_open(kit);
    expect_order_of_git(kit, "");
    expect_order_of_git(kit, "side");
    expect_order_of_git(kit, "side~1");
    expect_order_of_git(kit, "late");
    expect_order_of_git(kit, "HEAD~3");
    expect_order_of_git(kit, "HEAD~1");
    kit_destroy(&kit);
}

static void
test_unrelated_histories_and_many_parents_are_all_there(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char branches[1024] = "", command[256];
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "echo 1 > a.md");
    for (int i = 0; i < 18; i++) {
        (void)snprintf(command, sizeof command, "git checkout -q -b b%d main && echo %d > b%d.md", i, i, i);
        commit_at(kit, 2 + i, command);
        (void)snprintf(branches + strlen(branches), sizeof branches - strlen(branches), " b%d", i);
    }
    commit_at(kit, 20, "git checkout -q main && echo 2 > a.md");
    merge_at(kit, 21, branches);
    commit_at(kit, 22, "git checkout -q --orphan other && git rm -rqf . && echo o > o.md");
    commit_at(kit, 23, "git checkout -q main && echo 3 > a.md");
    merge_at(kit, 24, "--allow-unrelated-histories other");
    kit_open(kit);
    expect_order_of_git(kit, "");
    expect_order_of_git(kit, "main~1");
    kit_destroy(&kit);
}

static void
test_a_folder_that_moves_keeps_its_files_together(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char *text = malloc(TEXT_SIZE);
    size_t answers, renames = 0;
    kit_run(kit, "git init -q -b main && mkdir old && for i in $(seq 100); do seq $i $((i + 40)) > old/p$i.md; done && "
                 "echo same > old/x.md && echo same > old/y.md");
    commit_at(kit, 1, "true");
    commit_at(kit, 2, "git mv old new && for f in new/p*.md; do echo '[[new/x]]' >> $f; done");
    kit_open(kit);
    char first[41];
    kit_ask(kit, "git rev-parse HEAD~1", first, sizeof first);
    read_log(kit, (store_log_options_t) { .since = first }, text, &answers);
    assert_null(strstr(text, "added"));
    assert_null(strstr(text, "deleted"));
    assert_non_null(strstr(text, "renamed new/p77.md<old/p77.md"));
    assert_non_null(strstr(text, "renamed new/y.md<old/y.md"));
    for (const char *at = strstr(text, "renamed"); at; at = strstr(at + 1, "renamed"))
        renames++;
    assert_int_equal(renames, 102);
    store_history_options_t options = { .path = "new/p77" };
    store_history_t history;
    assert_int_equal(store_history(kit->store, &options, &history), OK);
    assert_int_equal(history.count, 2);
    assert_string_equal(history.rows[0].change, "renamed");
    assert_string_equal(history.rows[1].files[0], "old/p77.md");
    store_history_clear(&history);
    free(text);
    kit_destroy(&kit);
}

// All rows of the first commit together have all its files, whoever answers.
static void
test_a_large_commit_is_spread_over_several_answers(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && mkdir f && cd f && for i in $(seq 5000); do echo $i > "
                 "a-long-name-so-that-few-fit-in-one-answer-of-the-store-$i.md; done");
    commit_at(kit, 1, "true");
    commit_at(kit, 2, "echo 2 > b.md");
    kit_open(kit);
    char *text = malloc(TEXT_SIZE), cursor[256] = "", last[PAGE_ID_SIZE] = "";
    size_t files = 0, answers = 0;
    store_log_t log;
    do {
        assert_int_equal(store_log(kit->store, &(store_log_options_t) { .cursor = cursor }, &log), OK);
        assert_int_equal(log.total, 2);
        assert_string_equal(log.rows[0].info.message, "m1");
        assert_int_equal(log.rows[0].files_total, 5000);
        for (size_t i = 0; i < log.rows[0].file_count; i++) {
            assert_true(strcmp(last, log.rows[0].files[i].file) < 0);
            (void)snprintf(last, sizeof last, "%s", log.rows[0].files[i].file);
        }
        files += log.rows[0].file_count;
        answers++;
        assert_int_equal(log.rows[0].more, files < 5000);
        assert_int_equal(log.count, files < 5000? 1: 2);
        (void)snprintf(cursor, sizeof cursor, "%s", log.cursor? log.cursor: "");
        store_log_clear(&log);
        if (answers == 2) {                     // as on another worker, or after a restart
            store_close(&kit->store);
            kit_open(kit);
        }
    } while (*cursor);
    assert_int_equal(files, 5000);
    assert_true(answers >= 5);
    free(text);
    kit_destroy(&kit);
}

static void
test_a_rewritten_history_is_told(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    char old[41];
    store_log_t log;
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "echo 1 > a.md");
    commit_at(kit, 2, "echo 2 > a.md");
    kit_ask(kit, "git rev-parse HEAD", old, sizeof old);
    kit_run(kit, "git reset -q --hard HEAD~1");
    kit_open(kit);
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .since = old }, &log), OK);
    assert_true(log.rewritten && log.count == 0 && !log.cursor);
    store_log_clear(&log);
    commit_at(kit, 3, "echo 3 > a.md");
    const char *since[] = { old, "1111111111111111111111111111111111111111" };
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(store_log(kit->store, &(store_log_options_t) { .since = since[i] }, &log), OK);
        assert_true(log.rewritten && log.count == 0 && log.commit.hex[0]);
        store_log_clear(&log);
    }
    kit_run(kit, "git reset -q --hard %s", old);
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .since = old }, &log), OK);
    assert_false(log.rewritten);
    store_log_clear(&log);
    kit_destroy(&kit);
}

static void
test_a_shallow_clone_begins_where_it_ends(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && git init -q ../origin && cd ../origin && git checkout -q -b main && "
                 "for i in 1 2 3 4; do echo $i > a.md && git add . && git commit -q -m m$i; done && "
                 "cd ../wiki && git fetch -q --depth 2 \"file://$PWD/../origin\" main && "
                 "git reset -q --hard FETCH_HEAD");
    kit_open(kit);
    expect_log(kit, "", "m3: added a.md|m4: modified a.md|");
    kit_destroy(&kit);
}

static void
test_little_time_gives_fewer_rows_and_a_way_on(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    commit_at(kit, 1, "echo 1 > a.md");
    commit_at(kit, 2, "echo 2 > a.md");
    kit_open(kit);
    store_log_t log;
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .deadline = 1 }, &log), OK);
    assert_int_equal(log.count, 0);
    assert_non_null(log.cursor);
    store_log_options_t options = { .cursor = log.cursor };
    store_log_t rest;
    assert_int_equal(store_log(kit->store, &options, &rest), OK);
    assert_int_equal(rest.count, 2);
    store_log_clear(&rest);
    store_log_clear(&log);
    kit_destroy(&kit);
}

static void
test_a_cursor_of_somebody_else_is_refused(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "a");
    char head[41], cursors[4][256];
    store_log_t log;
    kit_head(kit, head);
    (void)snprintf(cursors[0], sizeof cursors[0], "x");
    (void)snprintf(cursors[1], sizeof cursors[1], "%040d %s 7 0", 0, head);
    (void)snprintf(cursors[2], sizeof cursors[2], "%040d %s 0 9", 0, head);
    (void)snprintf(cursors[3], sizeof cursors[3], "%040d %s -1 0", 0, head);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(store_log(kit->store, &(store_log_options_t) { .cursor = cursors[i] }, &log), INVALID);
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .until = "no such" }, &log), INVALID);
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .until = "1234567" }, &log), NOT_FOUND);
    kit_destroy(&kit);
}

static void
test_a_wiki_without_a_commit_has_no_log(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main");
    kit_open(kit);
    store_log_t log;
    assert_int_equal(store_log(kit->store, &(store_log_options_t) { .since = "" }, &log), OK);
    assert_int_equal(log.count, 0);
    assert_null(log.cursor);
    store_log_clear(&log);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_commits_come_with_all_their_files),
        cmocka_unit_test(test_a_row_says_who_when_why_and_after_whom),
        cmocka_unit_test(test_a_merge_has_what_differs_from_all_its_parents),
        cmocka_unit_test(test_the_order_is_that_of_git),
        cmocka_unit_test(test_unrelated_histories_and_many_parents_are_all_there),
        cmocka_unit_test(test_a_folder_that_moves_keeps_its_files_together),
        cmocka_unit_test(test_a_large_commit_is_spread_over_several_answers),
        cmocka_unit_test(test_a_rewritten_history_is_told),
        cmocka_unit_test(test_a_shallow_clone_begins_where_it_ends),
        cmocka_unit_test(test_little_time_gives_fewer_rows_and_a_way_on),
        cmocka_unit_test(test_a_cursor_of_somebody_else_is_refused),
        cmocka_unit_test(test_a_wiki_without_a_commit_has_no_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
