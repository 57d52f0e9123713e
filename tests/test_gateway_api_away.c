// The REST API while a part of the wiki is missing: pages are read and written without the index
#include "api_kit.h"

static int
set_up(void **state)
{
    api_set_up(state);
    pages_kit_t *kit = *state;
    api_put(kit, "a", "---\ntitle: T\n---\n[[b]]\n", NULL);
    actor_stop(&kit->index, 1000);
    return 0;
}

static int
tear_down(void **state)
{
    pages_kit_t *kit = *state;
    kit->index = kit_pool(kit, &index_actor);   // what the kit stops at its end
    return kit_tear_down(state);
}

static void
test_a_page_is_read_without_the_index_and_not_kept(void **state)
{
    pages_kit_t *kit = *state;
    json_t *json = api_page(kit, "a");
    assert_string_equal(json_string_value(json_object_get(json, "name")), "T");
    assert_string_equal(json_string_value(json_object_get(json, "revision")), head(kit));
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "last_commit"), "message")),
                        "[api] Create: a");
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "frontmatter"), "title")), "T");
    assert_int_equal(json_array_size(json_object_get(json, "links_to")), 0);
    json_decref(json);
    assert_string_equal(kit_header(kit, "wiki-index"), "behind");
    assert_false(kit->reply.cacheable);
}

static void
test_a_page_is_written_without_the_index_as_carefully_as_ever(void **state)
{
    pages_kit_t *kit = *state;
    const char *first = head(kit), *second = api_put(kit, "a", "two\n", first);
    assert_int_equal(api(kit, "PUT", "/pages/a", BODY(kit, "{\"content\":\"x\",\"revision\":\"%s\"}", first)), 409);
    assert_string_equal(api_field(kit, "current_revision"), second);
    assert_int_equal(api(kit, "PATCH", "/pages/a", BODY(kit, "{\"old_string\":\"two\",\"new_string\":\"2\","
                                                             "\"revision\":\"%s\"}", second)), 200);
    assert_int_equal(api(kit, "DELETE", "/pages/a", NULL), 200);
}

// Each worker asks in vain once, and then not again for a while.
static void
test_nobody_waits_long_for_an_index_that_is_away(void **state)
{
    pages_kit_t *kit = *state;
    int64_t began = msg_steady_ms();
    json_decref(api_page(kit, "a"));
    int64_t first = msg_steady_ms() - began;
    assert_true(first < 5000);
    began = msg_steady_ms();
    for (int i = 0; i < 5; i++)
        json_decref(api_page(kit, "a"));
    assert_true(msg_steady_ms() - began < 5000);
}

static void
test_a_store_that_is_away_is_told_as_json(void **state)
{
    pages_kit_t *kit = *state;
    actor_stop(&kit->store, 1000);
    int status = api(kit, "GET", "/pages/a", NULL);
    assert_true(status == 503 || status == 504);
    assert_string_equal(kit_header(kit, "retry-after"), "1");
    json_decref(api_json(kit));
    kit->store = kit_pool(kit, &store_actor);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_page_is_read_without_the_index_and_not_kept),
        TEST(test_a_page_is_written_without_the_index_as_carefully_as_ever),
        TEST(test_nobody_waits_long_for_an_index_that_is_away),
        TEST(test_a_store_that_is_away_is_told_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
