#include "store_write_kit.h"

#include "../actors/store/store_internal.h"

// ---- merge and conflict -----------------------------------------------------------------------------------------

static void
test_write_merges_what_does_not_overlap(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "one\ntwo\nthree\nfour\nfive\n");
    kit_save(kit, "a", base.hex, "ONE\ntwo\nthree\nfour\nfive\n");
    store_written_t result = kit_put(kit, "a", base.hex, "one\ntwo\nthree\nfour\nFIVE\n");
    assert_int_equal(result.code, OK);
    assert_true(result.merged);
    assert_null(result.base);
    store_written_clear(&result);
    kit_expect(kit, "a.md", "ONE\ntwo\nthree\nfour\nFIVE\n");
}

static void
test_write_of_an_overlap_comes_back_with_all_sides(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "one\ntwo\nthree\n");
    store_oid_t theirs = kit_save(kit, "a", base.hex, "one\nTWO\nthree\n");
    store_written_t result = kit_put(kit, "a", base.hex, "one\n2\nthree\n");
    assert_int_equal(result.code, CONFLICT);
    assert_string_equal(result.commit.hex, theirs.hex);
    assert_string_equal(result.conflict_file, "a.md");
    assert_string_equal(result.base, "one\ntwo\nthree\n");
    assert_string_equal(result.ours, "one\n2\nthree\n");
    assert_string_equal(result.theirs, "one\nTWO\nthree\n");
    assert_string_equal(result.merge, "one\n<<<<<<< yours\n2\n=======\nTWO\n>>>>>>> theirs\nthree\n");
    assert_int_equal(result.merge_size, strlen(result.merge));
    assert_true(result.why[0]);
    store_written_clear(&result);
    assert_string_equal(kit_head(kit), theirs.hex);
}

static void
test_write_merges_into_what_a_write_of_the_same_group_did(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "one\ntwo\nthree\nfour\nfive\n");
    store_action_t changes[2] = { { .text = "1\ntwo\nthree\nfour\nfive\n" }, { .text = "one\ntwo\nthree\nfour\n5\n" } };
    store_write_t writes[2];
    store_written_t results[2];
    for (size_t i = 0; i < 2; i++) {
        changes[i] = (store_action_t) { .action = "put", .path = "a", .base = base.hex, .text = changes[i].text,
                                        .size = strlen(changes[i].text) };
        writes[i] = (store_write_t) { .changes = &changes[i], .count = 1 };
    }
    store_write(kit->store, writes, 2, results);
    assert_int_equal(results[0].code, OK);
    assert_int_equal(results[1].code, OK);
    assert_true(results[1].merged);
    kit_expect(kit, "a.md", "1\ntwo\nthree\nfour\n5\n");
    store_written_clear(&results[0]);
    store_written_clear(&results[1]);
    kit_sound(kit);
}

static void
test_write_that_may_not_merge_is_a_conflict(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "one\ntwo\nthree\n");
    kit_save(kit, "a", base.hex, "ONE\ntwo\nthree\n");
    store_action_t change = { .action = "put", .path = "a", .base = base.hex, .text = "one\ntwo\n3\n", .size = 10 };
    store_write_t write = { .changes = &change, .count = 1, .no_merge = true };
    store_written_t result;
    store_write(kit->store, &write, 1, &result);
    assert_int_equal(result.code, CONFLICT);
    assert_null(result.merge);
    store_written_clear(&result);
}

static void
test_write_of_a_page_deleted_meanwhile_is_a_conflict_without_theirs(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "a\n");
    store_action_t change = { .action = "delete", .path = "a", .base = base.hex };
    store_written_t result = kit_write(kit, &change, NULL);
    assert_int_equal(result.code, OK);
    store_written_clear(&result);
    result = kit_put(kit, "a", base.hex, "b\n");
    assert_int_equal(result.code, CONFLICT);
    assert_string_equal(result.base, "a\n");
    assert_string_equal(result.ours, "b\n");
    assert_null(result.theirs);
    store_written_clear(&result);
}

static void
test_write_of_a_page_created_meanwhile_is_a_conflict_with_theirs(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_base(kit);
    kit_save(kit, "a", NULL, "theirs\n");
    for (int with_base = 0; with_base < 2; with_base++) {
        store_written_t result = kit_put(kit, "a", with_base? base.hex: NULL, "mine\n");
        assert_int_equal(result.code, CONFLICT);
        assert_null(result.base);
        assert_string_equal(result.theirs, "theirs\n");
        store_written_clear(&result);
    }
}

static void
test_write_of_binary_files_never_merges(void **state)
{
    kit_t *kit = *state;
    store_action_t change = { .action = "put", .path = "x.bin", .exact = true, .text = "\0one", .size = 4 };
    store_written_t first = kit_write(kit, &change, NULL);
    change.base = first.commit.hex;
    change.text = "\0two";
    store_written_t second = kit_write(kit, &change, NULL);
    assert_int_equal(second.code, OK);
    change.text = "\0six";
    store_written_t third = kit_write(kit, &change, NULL);
    assert_int_equal(third.code, CONFLICT);
    assert_null(third.merge);
    assert_int_equal(third.theirs_size, 4);
    store_written_clear(&first);
    store_written_clear(&second);
    store_written_clear(&third);
}

static void
test_write_after_somebody_pushed_is_judged_on_the_new_head(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "one\ntwo\nthree\n");
    kit_push(kit, "printf 'one\\ntwo\\nthree\\nfour\\n' > a.md");
    store_written_t result = kit_put(kit, "a", base.hex, "1\ntwo\nthree\n");
    assert_int_equal(result.code, OK);
    assert_true(result.merged);
    store_written_clear(&result);
    kit_expect(kit, "a.md", "1\ntwo\nthree\nfour\n");
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "4");
}

// ---- requests ---------------------------------------------------------------------------------------------------

static store_written_t
put_as(const kit_t *kit, const char *id, const char *path, const char *base, const char *text)
{
    store_action_t change = { .action = "put", .path = path, .base = base, .text = text, .size = strlen(text) };
    return kit_write(kit, &change, id);
}

static void
test_write_with_a_repeated_id_gives_the_first_answer(void **state)
{
    kit_t *kit = *state;
    store_written_t first = put_as(kit, "id-1", "a", NULL, "a\n");
    for (int reopened = 0; reopened < 2; reopened++) {
        store_written_t again = put_as(kit, "id-1", "a", NULL, "a\n");
        assert_int_equal(again.code, OK);
        assert_true(again.repeated);
        assert_false(again.merged || again.unchanged);
        assert_string_equal(again.commit.hex, first.commit.hex);
        assert_string_equal(again.files[0], "a.md");
        store_written_clear(&again);
        kit_save(kit, reopened? "x": "y", NULL, "between\n");
        kit_reopen(kit);
    }
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "4");
    store_written_clear(&first);
}

static void
test_write_repeated_by_another_process_is_known(void **state)
{
    kit_t *kit = *state;
    store_t *other = kit_store(kit, false);
    store_written_t warm = put_as(kit, "w", "w", NULL, "w\n");
    store_written_clear(&warm);
    store_action_t change = { .action = "put", .path = "a", .text = "a\n", .size = 2 };
    store_write_t write = { .name = "Ada", .email = "ada@example.org", .client = "test", .request_id = "shared",
                            .changes = &change, .count = 1 };
    store_written_t first, again;
    store_write(other, &write, 1, &first);
    assert_int_equal(first.code, OK);
    store_write(kit->store, &write, 1, &again);
    assert_true(again.repeated);
    assert_string_equal(again.commit.hex, first.commit.hex);
    store_written_clear(&first);
    store_written_clear(&again);
    store_close(&other);
}

static void
test_write_repeated_in_one_group_is_one_commit(void **state)
{
    kit_t *kit = *state;
    store_action_t change = { .action = "put", .path = "a", .text = "a\n", .size = 2 };
    store_write_t write = { .client = "test", .request_id = "twice", .changes = &change, .count = 1 };
    store_write_t writes[2] = { write, write };
    store_written_t results[2];
    store_write(kit->store, writes, 2, results);
    assert_int_equal(results[1].code, OK);
    assert_true(results[1].repeated && !results[0].repeated);
    assert_string_equal(results[0].commit.hex, results[1].commit.hex);
    store_written_clear(&results[0]);
    store_written_clear(&results[1]);
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "2");
}

static void
test_another_request_under_an_id_is_told_so_and_does_nothing(void **state)
{
    kit_t *kit = *state;
    store_written_t first = put_as(kit, "id.aa", "a", NULL, "a\n");
    for (int reopened = 0; reopened < 2; reopened++) {
        store_written_t other = put_as(kit, "id.bb", "b", NULL, "b\n"), same = put_as(kit, "id.aa", "a", NULL, "a\n");
        assert_int_equal(other.code, OK);
        assert_true(other.repeated && other.other && same.repeated && !same.other);
        assert_string_equal(other.commit.hex, first.commit.hex);
        assert_string_equal(same.commit.hex, first.commit.hex);
        store_written_clear(&other);
        store_written_clear(&same);
        kit_reopen(kit);
    }
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "2");
    store_written_clear(&first);
}

static void
test_another_request_under_an_id_is_seen_in_one_group(void **state)
{
    kit_t *kit = *state;
    store_action_t one = { .action = "put", .path = "a", .text = "a\n", .size = 2 };
    store_action_t two = { .action = "put", .path = "b", .text = "b\n", .size = 2 };
    store_write_t writes[3] = { { .client = "test", .request_id = "twice.a", .changes = &one, .count = 1 },
                                { .client = "test", .request_id = "twice.b", .changes = &two, .count = 1 },
                                { .client = "test", .request_id = "twice.a", .changes = &one, .count = 1 } };
    store_written_t results[3];
    store_write(kit->store, writes, 3, results);
    assert_true(!results[0].repeated && results[1].other && results[2].repeated && !results[2].other);
    for (size_t i = 0; i < 3; i++)
        store_written_clear(&results[i]);
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "2");
}

static void
test_write_repeated_says_again_that_it_merged(void **state)
{
    kit_t *kit = *state;
    store_oid_t base = kit_save(kit, "a", NULL, "one\ntwo\nthree\n");
    kit_save(kit, "a", base.hex, "ONE\ntwo\nthree\n");
    store_written_t first = put_as(kit, "m", "a", base.hex, "one\ntwo\nTHREE\n");
    assert_true(first.merged);
    kit_reopen(kit);
    store_written_t again = put_as(kit, "m", "a", base.hex, "one\ntwo\nTHREE\n");
    assert_true(again.repeated && again.merged);
    store_written_clear(&first);
    store_written_clear(&again);
}

static void
test_write_with_the_id_of_somebody_else_is_its_own(void **state)
{
    kit_t *kit = *state;
    store_written_t first = put_as(kit, "same", "a", NULL, "a\n");
    store_action_t change = { .action = "put", .path = "b", .text = "b\n", .size = 2 };
    store_write_t write = { .name = "Eve", .email = "eve@example.org", .client = "test", .request_id = "same",
                            .changes = &change, .count = 1 };
    store_written_t second;
    store_write(kit->store, &write, 1, &second);
    assert_int_equal(second.code, OK);
    assert_false(second.repeated);
    store_written_clear(&first);
    store_written_clear(&second);
}

// ---- messages ---------------------------------------------------------------------------------------------------

static void
test_message_hides_our_trailers_and_no_other(void **state)
{
    (void)state;
    static const struct { const char *message; size_t length; } cases[] = {
        { "Subject\n\nClient: web\nRequest-Id: 1\n", 7 },
        { "Subject\n\nBody\n\nClient: web\nRequest-Id: 1\n", 13 },
        { "Subject\n\nClient: web\nRequest-Id: 1", 7 },
        { "Subject\n\nClient: mine\n", 22 },
        { "Subject\n\nRequest-Id: 1\n", 23 },
        { "Subject\n\nReviewed-by: x\nClient: web\nRequest-Id: 1\n", 50 },
        { "Client: web\nRequest-Id: 1\n", 26 },
        { "S\n\nClient: mine\nRequest-Id: 9\n\nClient: web\nRequest-Id: 1\n", 29 },
        { "", 0 },
        { "\n", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(store_message_length(cases[i].message), cases[i].length);
}

static void
test_write_puts_trailers_and_cleans_names(void **state)
{
    kit_t *kit = *state;
    store_action_t change = { .action = "put", .path = "a", .text = "a\n", .size = 2 };
    store_write_t write = { .name = "  <Eve>\nX: \xc3\xa9. ", .email = "<e v@x>", .client = "we\nb",
                            .request_id = "r/1", .message = "Hello\r\n\r\nworld  \n\n",
                            .changes = &change, .count = 1 };
    store_written_t result;
    store_write(kit->store, &write, 1, &result);
    assert_int_equal(result.code, OK);
    store_written_clear(&result);
    assert_string_equal(kit_output(kit, "git log -1 --format='%%an|%%ae|%%B'"),
                        "EveX: \xc3\xa9|ev@x|Hello\n\nworld\n\nClient: we b\nRequest-Id: r/1");
    write = (store_write_t) { .changes = &change, .count = 1 };
    change.path = "b";
    store_write(kit->store, &write, 1, &result);
    store_written_clear(&result);
    assert_string_equal(kit_output(kit, "git log -1 --format='%%an|%%ae|%%s'"),
                        "Anonymous|anonymous@wikibot.invalid|Create b");
    kit_sound(kit);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_bare, kit_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_merges_what_does_not_overlap),
        TEST(test_write_of_an_overlap_comes_back_with_all_sides),
        TEST(test_write_merges_into_what_a_write_of_the_same_group_did),
        TEST(test_write_that_may_not_merge_is_a_conflict),
        TEST(test_write_of_a_page_deleted_meanwhile_is_a_conflict_without_theirs),
        TEST(test_write_of_a_page_created_meanwhile_is_a_conflict_with_theirs),
        TEST(test_write_of_binary_files_never_merges),
        TEST(test_write_after_somebody_pushed_is_judged_on_the_new_head),
        TEST(test_write_with_a_repeated_id_gives_the_first_answer),
        TEST(test_write_repeated_by_another_process_is_known),
        TEST(test_write_repeated_in_one_group_is_one_commit),
        TEST(test_another_request_under_an_id_is_told_so_and_does_nothing),
        TEST(test_another_request_under_an_id_is_seen_in_one_group),
        TEST(test_write_repeated_says_again_that_it_merged),
        TEST(test_write_with_the_id_of_somebody_else_is_its_own),
        cmocka_unit_test(test_message_hides_our_trailers_and_no_other),
        TEST(test_write_puts_trailers_and_cleans_names),
    };
    return cmocka_run_group_tests_name("store_write_conflict", tests, NULL, NULL);
}
