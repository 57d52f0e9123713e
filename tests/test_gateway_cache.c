// When an answer may be kept, and when it may be given out
#include "unit.h"

#include "../gateway/cache.h"

enum { NOW = 1000000 };

static void
release(void *value)
{
    free(value);
}

static int
setup(void **state)
{
    *state = cache_new(64 * 1024, release);
    return *state? 0: -1;
}

static int
teardown(void **state)
{
    cache_t *cache = *state;
    cache_destroy(&cache);
    return 0;
}

static bool
learn(cache_t *cache, int64_t asked, const char *commit)
{
    cache_ticket_t ticket = cache_ticket(cache, asked);
    return cache_learn(cache, &ticket, commit);
}

static void
put(cache_t *cache, const char *key, const char *value, size_t size)
{
    cache_put(cache, key, strlen(key), strdup(value), size);
}

static const char *
get(cache_t *cache, const char *key, int64_t now)
{
    return cache_get(cache, key, strlen(key), now);
}

static void
test_nothing_is_given_out_while_the_head_is_unknown(void **state)
{
    put(*state, "/a", "A", 1);
    assert_null(get(*state, "/a", NOW));
}

static void
test_kept_answer_is_given_out(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/a", "A", 1);
    put(*state, "/b", "B", 1);
    assert_string_equal(get(*state, "/a", NOW + 10), "A");
    assert_string_equal(get(*state, "/b", NOW + 10), "B");
    assert_null(get(*state, "/ab", NOW + 10));
    put(*state, "/a", "A2", 2);
    assert_string_equal(get(*state, "/a", NOW + 10), "A2");
}

static void
test_new_head_empties_the_cache(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/a", "A", 1);
    assert_true(learn(*state, NOW + 1, "c2"));
    assert_null(get(*state, "/a", NOW + 1));
    assert_int_equal(cache_bytes(*state), 0);
}

static void
test_hint_empties_the_cache_and_says_nothing_more(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/a", "A", 1);
    cache_hint(*state, "c2");
    put(*state, "/a", "A2", 2);
    assert_null(get(*state, "/a", NOW + 1));    // nobody has confirmed c2 yet
    assert_true(learn(*state, NOW + 2, "c2"));
    assert_string_equal(get(*state, "/a", NOW + 3), "A2");
}

static void
test_hint_of_the_known_head_changes_nothing(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/a", "A", 1);
    cache_hint(*state, "c1");
    assert_string_equal(get(*state, "/a", NOW + 1), "A");
}

static void
test_answer_from_an_older_head_may_not_be_kept(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    cache_ticket_t slow = cache_ticket(*state, NOW);
    cache_hint(*state, "c2");
    assert_true(learn(*state, NOW + 1, "c2"));
    put(*state, "/b", "B", 1);
    assert_false(cache_learn(*state, &slow, "c1"));
    assert_null(get(*state, "/b", NOW + 2));    // in doubt, until somebody asks anew
    assert_true(learn(*state, NOW + 3, "c2"));
    assert_string_equal(get(*state, "/b", NOW + 3), "B");
}

static void
test_answer_to_a_save_is_not_overruled_by_a_late_hint(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    assert_true(learn(*state, NOW + 1, "c3"));  // the save
    put(*state, "/a", "A3", 2);
    cache_hint(*state, "c2");                   // of a save before it
    assert_null(get(*state, "/a", NOW + 2));
    assert_true(learn(*state, NOW + 3, "c3"));
    assert_null(get(*state, "/a", NOW + 3));    // lost, but nothing wrong was given out
}

static void
test_save_that_was_answered_late_puts_the_head_in_doubt(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    cache_ticket_t save = cache_ticket(*state, NOW);
    cache_hint(*state, "c2");
    assert_true(learn(*state, NOW + 1, "c2"));
    put(*state, "/a", "A2", 2);
    assert_false(cache_learn(*state, &save, "c3"));
    assert_null(get(*state, "/a", NOW + 2));
    assert_true(learn(*state, NOW + 3, "c3"));
    assert_null(get(*state, "/a", NOW + 3));
}

static void
test_head_must_be_confirmed_again_and_again(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/a", "A", 1);
    assert_false(cache_stale(*state, NOW + LIMIT_HEAD_CHECK_MS));
    assert_true(cache_stale(*state, NOW + LIMIT_HEAD_CHECK_MS + 1));
    assert_non_null(get(*state, "/a", NOW + 2 * LIMIT_HEAD_CHECK_MS));
    assert_null(get(*state, "/a", NOW + 2 * LIMIT_HEAD_CHECK_MS + 1));
    assert_true(learn(*state, NOW + 5000, "c1"));
    assert_non_null(get(*state, "/a", NOW + 5001));
}

static void
test_bytes_are_bounded_and_the_least_used_goes_first(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    char key[32];
    put(*state, "/often", "X", 1000);
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "/page/%d", i);
        put(*state, key, key, 1000);
        assert_true(cache_bytes(*state) <= 64 * 1024);
        assert_non_null(get(*state, "/often", NOW));
    }
    assert_string_equal(get(*state, key, NOW), key);
    assert_null(get(*state, "/page/0", NOW));
}

static void
test_answer_that_would_fill_the_cache_is_not_kept(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/small", "S", 1);
    put(*state, "/large", "L", 60 * 1024);
    assert_null(get(*state, "/large", NOW));
    assert_non_null(get(*state, "/small", NOW));
}

static void
test_entry_that_grew_is_counted(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/old", "O", 1000);
    put(*state, "/a", "A", 1000);
    size_t before = cache_bytes(*state);
    cache_grow(*state, "/a", 2, 5000);
    cache_grow(*state, "/b", 2, 5000);
    assert_int_equal(cache_bytes(*state), before + 5000);
    cache_grow(*state, "/a", 2, 54 * 1024);
    assert_true(cache_bytes(*state) <= 64 * 1024);
    assert_null(get(*state, "/old", NOW));
    assert_string_equal(get(*state, "/a", NOW), "A");
    assert_true(learn(*state, NOW, "c2"));
    assert_int_equal(cache_bytes(*state), 0);
}

static void
test_empty_commit_teaches_nothing(void **state)
{
    assert_false(learn(*state, NOW, ""));
    assert_true(learn(*state, NOW, "c1"));
    assert_false(learn(*state, NOW, ""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

// A page and a save may be answered in one breath: the page must not be put after the save has moved the head.
static void
test_the_turn_tells_whether_an_answer_may_still_be_put(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    uint64_t turn = cache_turn(*state);
    assert_true(learn(*state, NOW + 1, "c1"));
    assert_int_equal(cache_turn(*state), turn);
    cache_ticket_t page = cache_ticket(*state, NOW + 2), save = cache_ticket(*state, NOW + 2);
    assert_true(cache_learn(*state, &page, "c1"));
    turn = cache_turn(*state);
    assert_true(cache_learn(*state, &save, "c2"));
    assert_int_not_equal(cache_turn(*state), turn);
    turn = cache_turn(*state);
    cache_hint(*state, "c3");
    assert_int_not_equal(cache_turn(*state), turn);
    turn = cache_turn(*state);
    assert_false(cache_learn(*state, &page, "c1"));     // doubt
    assert_int_not_equal(cache_turn(*state), turn);
}

static void
test_kept_answers_go_on_while_nobody_can_confirm_the_head(void **state)
{
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/a", "A", 1);
    cache_await(*state);
    assert_non_null(get(*state, "/a", NOW + LIMIT_HEAD_AWAY_MS));
    assert_null(get(*state, "/a", NOW + LIMIT_HEAD_AWAY_MS + 1));
    assert_true(learn(*state, NOW + 10, "c1"));         // somebody is there again
    assert_null(get(*state, "/a", NOW + 10 + 2 * LIMIT_HEAD_CHECK_MS + 1));
}

static void
test_a_head_in_doubt_is_not_good_enough_while_it_is_awaited(void **state)
{
    cache_ticket_t early = cache_ticket(*state, NOW);
    assert_true(learn(*state, NOW, "c1"));
    put(*state, "/a", "A", 1);
    assert_false(cache_learn(*state, &early, "c0"));
    cache_await(*state);
    assert_null(get(*state, "/a", NOW + 1));
    cache_await(*state);
    cache_hint(*state, "c2");
    assert_null(get(*state, "/a", NOW + 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_is_given_out_while_the_head_is_unknown),
        TEST(test_kept_answer_is_given_out),
        TEST(test_new_head_empties_the_cache),
        TEST(test_hint_empties_the_cache_and_says_nothing_more),
        TEST(test_hint_of_the_known_head_changes_nothing),
        TEST(test_answer_from_an_older_head_may_not_be_kept),
        TEST(test_answer_to_a_save_is_not_overruled_by_a_late_hint),
        TEST(test_save_that_was_answered_late_puts_the_head_in_doubt),
        TEST(test_head_must_be_confirmed_again_and_again),
        TEST(test_bytes_are_bounded_and_the_least_used_goes_first),
        TEST(test_answer_that_would_fill_the_cache_is_not_kept),
        TEST(test_entry_that_grew_is_counted),
        TEST(test_empty_commit_teaches_nothing),
        TEST(test_the_turn_tells_whether_an_answer_may_still_be_put),
        TEST(test_kept_answers_go_on_while_nobody_can_confirm_the_head),
        TEST(test_a_head_in_doubt_is_not_good_enough_while_it_is_awaited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
