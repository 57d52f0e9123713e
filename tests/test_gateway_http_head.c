// What the edge reads of a header by itself: trace ids and entity tags
#include "unit.h"

#include "../gateway/http_parts.h"

static void
test_trace_of_a_well_formed_traceparent_is_taken(void **state)
{
    (void)state;
    char trace[MSG_TRACE_SIZE + 1];
    assert_true(head_trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", trace));
    assert_string_equal(trace, "0af7651916cd43dd8448eb211c80319c");
    assert_true(head_trace("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later", trace));
}

static void
test_malformed_traceparent_is_ignored(void **state)
{
    (void)state;
    const char *const bad[] = { "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
                                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
    char trace[MSG_TRACE_SIZE + 1];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(head_trace(bad[i], trace));
}

static void
test_entity_tag_is_found_in_a_list(void **state)
{
    (void)state;
    assert_true(head_matches("\"a\"", "\"a\""));
    assert_true(head_matches("W/\"a\"", "\"a\""));
    assert_true(head_matches(" \"b\" ,W/\"c\",\t\"a\" ", "\"a\""));
    assert_true(head_matches("*", "\"a\""));
}

static void
test_other_entity_tags_do_not_match(void **state)
{
    (void)state;
    const char *const others[] = { "", ",", "\"b\"", "\"a", "a", "\"a\"b", "\"aa\"", "W/", "w/\"a\"", "\"b\", \"c\"," };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(head_matches(others[i], "\"a\""));
    assert_false(head_matches(NULL, "\"a\""));
    assert_false(head_matches("*", ""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace_of_a_well_formed_traceparent_is_taken),
        cmocka_unit_test(test_malformed_traceparent_is_ignored),
        cmocka_unit_test(test_entity_tag_is_found_in_a_list),
        cmocka_unit_test(test_other_entity_tags_do_not_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
