// Rules of following: what the store has is in the index, whoever wrote it and however, and nothing else.
#include "follow_kit.h"

static void
test_a_save_is_in_the_index_when_follow_answers(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "notes.md", "---\ntitle: My notes\n---\n# Notes\n\nback [[home]]\n");
    followed_t followed = kit_follow_at(kit, "index", kit->head);
    assert_false(followed.behind);
    assert_string_equal(followed.commit, kit->head);
    assert_true(kit_indexed(kit, "page|notes.md|notes|My notes|Notes|"));
    assert_true(kit_indexed(kit, "back|home|notes|w|"));
    kit_save(kit, "notes.md", "# Other\n");
    assert_false(kit_follow_at(kit, "index", kit->head).behind);
    assert_true(kit_indexed(kit, "page|notes.md|notes||Other|"));
    assert_false(kit_indexed(kit, "back|home|notes|w|"));
    kit_assert_true_to_store(kit);
}

static void
test_what_is_known_is_answered_without_the_store(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "a.md", "a\n");
    assert_false(kit_follow_at(kit, "index", kit->head).behind);
    actor_stop(&kit->store, 1000);
    followed_t followed = kit_follow_at(kit, "index", kit->head);
    assert_false(followed.behind);
    assert_string_equal(followed.commit, kit->head);
    kit->store = kit_pool(kit, &store_actor, "");
}

static void
test_a_commit_that_is_none_leaves_it_behind(void **state)
{
    kit_t *kit = *state;
    int64_t began = msg_steady_ms();
    followed_t followed = kit_follow_at(kit, "index", "0123456789012345678901234567890123456789");
    assert_true(followed.behind);
    assert_in_range(msg_steady_ms() - began, 0, 9000);
    assert_true(kit_indexed(kit, "page|home.md|home||Home|"));
}

static void
test_commits_of_git_renames_and_deletions_are_followed(void **state)
{
    kit_t *kit = *state;
    kit_follow(kit);
    kit_write_file(kit, "a/one.md", "# One\n\nsome text that stays the same when it moves\n\n[[home]] [[two]]\n");
    kit_write_file(kit, "a/two.md", "# Two\n");
    kit_write_file(kit, "a/x.png", "no picture");
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "two pages and a file");
    GIT(kit, "mv", "a/one.md", "a/moved.md");
    GIT(kit, "rm", "-q", "a/two.md");
    GIT(kit, "commit", "-q", "-m", "one moves, one goes");
    kit_follow(kit);
    assert_true(kit_indexed(kit, "page|a/moved.md|a/moved||One|"));
    assert_false(kit_indexed(kit, "page|a/one.md|"));
    assert_false(kit_indexed(kit, "page|a/two.md|"));
    assert_true(kit_indexed(kit, "|a/moved.md|r|a/one.md|"));
    assert_true(kit_indexed(kit, "file|a/x.png|"));
    GIT(kit, "mv", "a", "b");
    GIT(kit, "commit", "-q", "-m", "the folder moves");
    kit_assert_true_to_store(kit);
}

// The side that is merged in is older and newer, changes the same page, and loses.
static void
test_a_merge_leaves_what_it_decided(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "page.md", "first\n");
    kit_follow(kit);
    GIT(kit, "reset", "-q", "--hard");
    GIT(kit, "checkout", "-q", "-b", "side");
    kit_write_file(kit, "page.md", "of the side\n");
    kit_write_file(kit, "side.md", "# Side\n");
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "side");
    GIT(kit, "checkout", "-q", "main");
    kit_write_file(kit, "page.md", "of main\n");
    GIT(kit, "commit", "-q", "-a", "-m", "main");
    GIT(kit, "merge", "-q", "-s", "ours", "-m", "ours", "side");
    kit_follow(kit);
    assert_true(kit_indexed(kit, "body|page.md|of main\n"));
    assert_false(kit_indexed(kit, "page|side.md|"));
    kit_assert_true_to_store(kit);
    GIT(kit, "checkout", "-q", "-b", "other", "HEAD~1");
    kit_write_file(kit, "other.md", "# Other\n");
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "other");
    GIT(kit, "checkout", "-q", "main");
    GIT(kit, "merge", "-q", "--no-ff", "-m", "other too", "other");
    kit_assert_true_to_store(kit);
    assert_true(kit_indexed(kit, "page|other.md|"));
}

static void
test_rewritten_history_takes_the_place_of_the_old(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "gone.md", "# Gone\n");
    kit_save(kit, "stays.md", "# Stays\n");
    kit_follow(kit);
    char before[65];
    memcpy(before, kit->head, sizeof before);
    GIT(kit, "checkout", "-q", "--orphan", "new");
    GIT(kit, "rm", "-rqf", ".");
    kit_write_file(kit, "stays.md", "# Stays\n");
    kit_write_file(kit, "new.md", "# New\n");
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "all anew");
    GIT(kit, "branch", "-q", "-f", "main", "new");
    GIT(kit, "checkout", "-q", "main");
    kit_follow(kit);
    assert_false(kit_indexed(kit, "page|gone.md|"));
    assert_true(kit_indexed(kit, "page|new.md|"));
    assert_false(kit_indexed(kit, before));
    assert_true(kit_follow_at(kit, "index", before).behind);
    kit_assert_true_to_store(kit);
    GIT(kit, "commit", "-q", "--amend", "-m", "said otherwise");
    kit_assert_true_to_store(kit);
    assert_true(kit_indexed(kit, "said otherwise"));
}

static void
test_one_bad_page_does_not_break_the_others(void **state)
{
    kit_t *kit = *state;
    char *large = calloc(1, LIMIT_PAGE_BYTES + 2);
    assert_non_null(large);
    memset(large, 'x', LIMIT_PAGE_BYTES + 1);
    kit_follow(kit);
    kit_write_file(kit, "large.md", large);
    kit_write_file(kit, "latin.md", "caf\xe9\n");
    kit_write_file(kit, "good.md", "# Good\n");
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "good and bad");
    free(large);
    kit_follow(kit);
    assert_true(kit_indexed(kit, "page|good.md|"));
    assert_false(kit_indexed(kit, "page|large.md|"));
    assert_false(kit_indexed(kit, "page|latin.md|"));
    assert_true(kit_indexed(kit, "file|large.md|"));
    assert_true(kit_indexed(kit, "file|latin.md|"));
    kit_assert_true_to_store(kit);
}

static void
test_a_push_of_many_is_followed_in_slices(void **state)
{
    kit_t *kit = *state;
    kit_follow(kit);
    char name[32], text[96];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 400; i++) {
            snprintf(name, sizeof name, "many/p%d.md", round * 300 + i);
            snprintf(text, sizeof text, "# Page %d\n\nof round %d, to [[p%d]]\n", i, round, i + 1);
            kit_write_file(kit, name, text);
        }
        GIT(kit, "add", "-A");
        GIT(kit, "commit", "-q", "-m", "many");
    }
    kit_assert_true_to_store(kit);
    assert_true(kit_indexed(kit, "body|many/p999.md|"));
}

static void
test_a_wiki_without_a_commit_has_an_index_without_pages(void **state)
{
    kit_t *kit = *state;
    kit_follow(kit);
    GIT(kit, "symbolic-ref", "HEAD", "refs/heads/unborn");
    kit_stop_index(kit);
    actor_stop(&kit->store, 1000);
    kit->store = kit_pool(kit, &store_actor, "");
    kit_start_index(kit);
    kit_save(kit, "only.md", "# Only\n");
    kit_assert_true_to_store(kit);
    assert_false(kit_indexed(kit, "page|home.md|"));
    assert_true(kit_indexed(kit, "page|only.md|"));
}

static void
test_a_follow_that_would_take_too_long_is_answered_in_half_of_its_time(void **state)
{
    kit_t *kit = *state;
    char name[32], text[4096];
    kit_follow(kit);
    memset(text, 0, sizeof text);
    for (int i = 0; i < 1500; i++) {
        snprintf(name, sizeof name, "many/p%d.md", i);
        for (size_t size = (size_t)snprintf(text, sizeof text, "# Page %d\n\n", i); size + 16 < sizeof text; size += 8)
            memcpy(text + size, "a word. ", 8);
        kit_write_file(kit, name, text);
    }
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "many");
    index_follow_req_t request = { .commit = "" };
    index_follow_rep_t reply;
    int64_t began = msg_steady_ms();
    flow_begin(kit->flow, &(msg_head_t){ .deadline = msg_clock_ms() + 400 });
    msg_t *answer = flow_ask(kit->flow, "index", &call_index_follow, &request, NULL);
    if (msg_code(answer) == OK) {               // on a busy machine the store may take all of its time
        assert_int_equal(msg_read_rep(answer, &call_index_follow, &reply), OK);
        assert_true(reply.behind);
        assert_false(reply.building);
    }
    assert_in_range(msg_steady_ms() - began, 0, 1000);
    msg_destroy(&answer);
    assert_false(kit_indexed(kit, "page|many/p0.md|"));         // none of it is seen before all of it is
    int64_t until = msg_steady_ms() + 60000;
    while (kit_follow_at(kit, "index", "").behind && msg_steady_ms() < until) { }
    assert_true(kit_indexed(kit, "page|many/p1499.md|"));
}

// ---- jobs -------------------------------------------------------------------------------------------------------

static void
test_a_job_builds_the_same_again_while_the_old_index_answers(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "a.md", "# A\n");
    kit_follow(kit);
    char *before = kit_dump(kit);
    index_job_t job = kit_job(kit, "start");
    assert_string_equal(job.state, "waiting");
    assert_string_equal(kit_job(kit, "start").id, job.id);
    index_job_t ended = kit_job_end(kit);
    assert_string_equal(ended.id, job.id);
    assert_string_equal(ended.state, "done");
    assert_int_equal(ended.pages, 2);
    assert_true(ended.done == ended.total && ended.total >= 4);
    char *after = kit_dump(kit);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void
test_a_job_that_is_cancelled_leaves_the_index_as_it_was(void **state)
{
    kit_t *kit = *state;
    char building[128];
    kit_follow(kit);
    char *before = kit_dump(kit);
    (void)kit_job(kit, "start");
    assert_string_equal(kit_job(kit, "cancel").state, "cancelled");
    kit_save(kit, "a.md", "# A\n");
    kit_follow(kit);
    assert_true(kit_indexed(kit, "page|a.md|"));
    snprintf(building, sizeof building, "%s.building", kit->index);
    kit_stop_index(kit);
    assert_int_not_equal(access(building, F_OK), 0);
    kit_start_index(kit);
    free(before);
}

static void
test_a_job_that_fails_says_why_and_the_old_index_stays(void **state)
{
    kit_t *kit = *state;
    kit_follow(kit);
    kit_stop_index(kit);
    zconfig_t *peers = zconfig_locate(kit->config, "peers/store");
    char *endpoint = strdup(zconfig_value(peers));
    zconfig_set_name(peers, "nobody");          // a topology that lets the index ask no store
    kit_start_index(kit);
    (void)kit_job(kit, "start");
    index_job_t job = kit_job_end(kit);
    assert_string_equal(job.state, "failed");
    assert_non_null(strstr(job.text, "does not let"));
    assert_true(kit_indexed(kit, "page|home.md|"));
    kit_stop_index(kit);
    zconfig_put(kit->config, "peers/store", endpoint);
    kit_start_index(kit);
    kit_assert_true_to_store(kit);
    free(endpoint);
}

static void
test_who_may_not_administer_starts_nothing(void **state)
{
    kit_t *kit = *state;
    rule_t rule = { .glob = "**", .rights = RIGHT_READ | RIGHT_WRITE };
    index_reindex_req_t request = { .caller = { .rules = &rule, .rules_count = 1 }, .action = "start" };
    kit_follow(kit);
    const char *id = kit_job(kit, "").id;
    msg_t *answer = kit_ask(kit, "index", &call_index_reindex, &request, NULL);
    assert_int_equal(msg_code(answer), FORBIDDEN);
    msg_destroy(&answer);
    assert_string_equal(kit_job(kit, "").id, id);
}

// ---- the file is gone, foreign or damaged -----------------------------------------------------------------------

static void
test_a_deleted_index_is_built_anew(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "a.md", "# A\n");
    kit_follow(kit);
    char *before = kit_dump(kit);
    assert_int_equal(unlink(kit->index), 0);
    kit_follow(kit);
    char *after = kit_dump(kit);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void
test_a_damaged_index_is_built_anew(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "a.md", "# A\n");
    kit_follow(kit);
    char *before = kit_dump(kit);
    kit_stop_index(kit);
    FILE *file = fopen(kit->index, "r+");
    assert_non_null(file);
    for (int i = 0; i < 5000; i++)
        fputs("damaged ", file);
    fclose(file);
    kit_start_index(kit);
    kit_follow(kit);
    char *after = kit_dump(kit);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void
test_an_index_with_other_settings_is_built_anew(void **state)
{
    kit_t *kit = *state;
    kit_save(kit, "a.md", "to [[Left|Right]]\n");
    kit_follow(kit);
    assert_true(kit_indexed(kit, "|right|"));
    kit_stop_index(kit);
    zconfig_put(kit->config, "settings/wikilink_style", "LINK_TITLE");
    kit_start_index(kit);
    kit_follow(kit);
    assert_true(kit_indexed(kit, "|left|"));
    assert_false(kit_indexed(kit, "|right|"));
}

static void
test_it_follows_again_when_the_store_is_back(void **state)
{
    kit_t *kit = *state;
    kit_follow(kit);
    actor_stop(&kit->store, 1000);
    kit_write_file(kit, "a.md", "# A\n");
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "while it is away");
    index_follow_req_t request = { .commit = "" };
    index_follow_rep_t reply;
    flow_begin(kit->flow, &(msg_head_t){ .deadline = msg_clock_ms() + 3000 });
    msg_t *answer = flow_ask(kit->flow, "index", &call_index_follow, &request, NULL);
    assert_int_equal(msg_read_rep(answer, &call_index_follow, &reply), OK);
    assert_true(reply.behind);
    msg_destroy(&answer);
    kit->store = kit_pool(kit, &store_actor, "");
    kit_new_flow(kit);
    kit_follow(kit);
    assert_true(kit_indexed(kit, "page|a.md|"));
    kit_assert_true_to_store(kit);
}

#define RULE(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_a_save_is_in_the_index_when_follow_answers),
        RULE(test_what_is_known_is_answered_without_the_store),
        RULE(test_a_commit_that_is_none_leaves_it_behind),
        RULE(test_commits_of_git_renames_and_deletions_are_followed),
        RULE(test_a_merge_leaves_what_it_decided),
        RULE(test_rewritten_history_takes_the_place_of_the_old),
        RULE(test_one_bad_page_does_not_break_the_others),
        RULE(test_a_push_of_many_is_followed_in_slices),
        RULE(test_a_wiki_without_a_commit_has_an_index_without_pages),
        RULE(test_a_follow_that_would_take_too_long_is_answered_in_half_of_its_time),
        RULE(test_a_job_builds_the_same_again_while_the_old_index_answers),
        RULE(test_a_job_that_is_cancelled_leaves_the_index_as_it_was),
        RULE(test_a_job_that_fails_says_why_and_the_old_index_stays),
        RULE(test_who_may_not_administer_starts_nothing),
        RULE(test_a_deleted_index_is_built_anew),
        RULE(test_a_damaged_index_is_built_anew),
        RULE(test_an_index_with_other_settings_is_built_anew),
        RULE(test_it_follows_again_when_the_store_is_back),
    };
    zsys_handler_set(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
