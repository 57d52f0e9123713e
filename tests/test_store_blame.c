#include "kit_store.h"

enum { TEXT_SIZE = 1 << 16, MOST = 200 };

// "lines summary|" of each row, by a store that has answered nothing before.
static void
blame(kit_t *kit, const store_blame_options_t *options, char *text)
{
    store_blame_t found;
    store_close(&kit->store);
    kit_open(kit);
    code_t code = store_blame(kit->store, options, &found);
    if (code != OK)
        fail_msg("%s: %s", code_name(code), store_error(kit->store));
    assert_false(found.partial);
    text[0] = 0;
    size_t size = 0;
    for (size_t i = 0; i < found.count; i++)
        size += (size_t)snprintf(text + size, TEXT_SIZE - size, "%zu %s|", found.rows[i].lines, found.rows[i].summary);
    store_blame_clear(&found);
}

// The commits of a page's history, the newest first; each is to be freed.
static size_t
history_of(kit_t *kit, const char *path, char *ids[MOST])
{
    store_history_t history;
    store_history_options_t options = { .path = path, .limit = MOST };
    assert_int_equal(store_history(kit->store, &options, &history), OK);
    assert_null(history.cursor);
    for (size_t i = 0; i < history.count; i++)
        ids[i] = strdup(history.rows[i].commit.hex);
    size_t count = history.count;
    store_history_clear(&history);
    return count;
}

// The answer is the same whether the commits are known or not.
static void
expect_the_same(kit_t *kit, const char *path)
{
    char *walked = malloc(TEXT_SIZE), *known = malloc(TEXT_SIZE), *ids[MOST];
    store_blame_options_t options = { .path = path };
    blame(kit, &options, walked);
    options.commit_count = history_of(kit, path, ids);
    options.commits = (const char *const *)ids;
    blame(kit, &options, known);
    assert_string_equal(known, walked);
    assert_non_null(strchr(walked, '|'));
    for (size_t i = 0; i < options.commit_count; i++)
        free(ids[i]);
    free(walked);
    free(known);
}

static void
test_known_commits_give_the_same_answer(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && mkdir n && T=1700000000 && "
                 "c() { T=$((T + 1)); export GIT_AUTHOR_DATE=\"$T +0000\" GIT_COMMITTER_DATE=\"$T +0000\"; git add -A; "
                 "git commit -q --allow-empty -m \"m$T\"; } && "
                 "seq 40 > n/a.md && c && for i in 1 2 3 4 5; do sed -i \"$((i * 7))s/$/ $i/\" n/a.md; c; "
                 "echo $i > b.md; c; done && "
                 "git checkout -q -b side HEAD~4 && for i in 3 21 38; do sed -i \"${i}s/^/side /\" n/a.md; c; done && "
                 "git checkout -q main && git mv n/a.md moved.md && sed -i '1s/^/top /' moved.md && c && "
                 "git checkout -q side && git mv n/a.md moved.md && c && git checkout -q main && "
                 "(git merge -q --no-commit side > /dev/null 2>&1 || git checkout -q --theirs moved.md); "
                 "echo merged >> moved.md && c && echo more >> b.md && c");
    kit_open(kit);
    expect_the_same(kit, "moved");
    expect_the_same(kit, "b");
    kit_destroy(&kit);
}

// The same content was made several times, also on two branches.
static void
test_known_commits_are_not_taken_for_others_that_made_the_same(void **state)
{
    (void)state;
    kit_t *kit = kit_new();
    kit_run(kit, "git init -q -b main && T=1700000000 && "
                 "c() { T=$((T + 1)); export GIT_AUTHOR_DATE=\"$T +0000\" GIT_COMMITTER_DATE=\"$T +0000\"; git add -A; "
                 "git commit -q --allow-empty -m \"m$T\"; } && "
                 "printf 'a\\nb\\nc\\n' > p.md && c && printf 'a\\nx\\nc\\n' > p.md && c && "
                 "printf 'a\\nb\\nc\\n' > p.md && c && echo 1 > q.md && c && "
                 "printf 'a\\nx\\nc\\n' > p.md && c && git checkout -q -b side HEAD~3 && "
                 "printf 'a\\nb\\nc\\n' > p.md && c && printf 'a\\nb\\nside\\n' > p.md && c && git checkout -q main && "
                 "printf 'a\\nb\\nc\\n' > p.md && c && (git merge -q --no-commit side > /dev/null 2>&1; true) && c && "
                 "printf 'top\\na\\nb\\nside\\n' > p.md && c");
    kit_open(kit);
    expect_the_same(kit, "p");
    kit_destroy(&kit);
}

static void
test_commits_that_have_nothing_to_do_with_the_page_do_no_harm(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "one\n");
    char head[41], *walked = malloc(TEXT_SIZE), *known = malloc(TEXT_SIZE);
    kit_commit(kit, "b.md", "b\n");
    kit_head(kit, head);
    kit_commit(kit, "a.md", "one\ntwo\n");
    const char *ids[] = { head, head, "xyz", "", "1111111111111111111111111111111111111111", head };
    store_blame_options_t options = { .path = "a" };
    blame(kit, &options, walked);
    options.commits = ids;
    options.commit_count = 6;
    blame(kit, &options, known);
    assert_string_equal(known, "1 change a.md|1 change a.md|");
    assert_string_equal(known, walked);
    free(walked);
    free(known);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_commits_give_the_same_answer),
        cmocka_unit_test(test_known_commits_are_not_taken_for_others_that_made_the_same),
        cmocka_unit_test(test_commits_that_have_nothing_to_do_with_the_page_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
