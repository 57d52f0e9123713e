// Queries and forms as flows see them
#include "unit.h"

#include "../gateway/event.h"
#include "../gateway/percent.h"

static void
test_header_is_found_by_its_lower_case_name(void **state)
{
    (void)state;
    http_header_t headers[] = { { "host", "localhost" }, { "accept", "text/html" } };
    event_request_t request = { .headers = headers, .headers_count = 2 };
    assert_string_equal(event_header(&request, "accept"), "text/html");
    assert_null(event_header(&request, "cookie"));
}

static void
test_query_field_is_decoded(void **state)
{
    (void)state;
    arena_t arena = { 0 };
    event_request_t request = { .query = "a=1&b=x%20y+z&%63=caf%C3%A9&d&e=" };
    assert_string_equal(event_query(&request, &arena, "a"), "1");
    assert_string_equal(event_query(&request, &arena, "b"), "x y z");
    assert_string_equal(event_query(&request, &arena, "c"), "caf\xc3\xa9");
    assert_string_equal(event_query(&request, &arena, "d"), "");
    assert_string_equal(event_query(&request, &arena, "e"), "");
    assert_null(event_query(&request, &arena, "f"));
    arena_clear(&arena);
}

static void
test_query_field_with_bad_escape_or_nul_is_absent(void **state)
{
    (void)state;
    arena_t arena = { 0 };
    event_request_t request = { .query = "a=%&b=%4&c=%zz&d=x%00y" };
    for (const char *name = "abcd"; *name; name++)
        assert_null(event_query(&request, &arena, (char[]){ *name, '\0' }));
    request.query = NULL;
    assert_null(event_query(&request, &arena, "a"));
    arena_clear(&arena);
}

static void
test_form_values_are_binary_safe(void **state)
{
    (void)state;
    static const char body[] = "content=line+1%0D%0Aline%2B2&raw=a%00b&&revision=";
    arena_t arena = { 0 };
    event_form_t form;
    assert_int_equal(event_form_parse(&form, &arena, body, sizeof body - 1), OK);
    assert_int_equal(form.count, 3);
    assert_string_equal(event_form_field(&form, "content")->value, "line 1\r\nline+2");
    assert_int_equal(event_form_field(&form, "raw")->size, 3);
    assert_memory_equal(event_form_field(&form, "raw")->value, "a\0b", 4);
    assert_string_equal(event_form_field(&form, "revision")->value, "");
    assert_null(event_form_field(&form, "csrf_token"));
    arena_clear(&arena);
}

static void
test_form_with_bad_escape_is_invalid(void **state)
{
    (void)state;
    arena_t arena = { 0 };
    event_form_t form;
    assert_int_equal(event_form_parse(&form, &arena, "a=%g0", 5), INVALID);
    assert_int_equal(event_form_parse(&form, &arena, "a%00=1", 6), INVALID);
    assert_int_equal(event_form_parse(&form, &arena, "a=%4", 4), INVALID);
    assert_int_equal(event_form_parse(&form, &arena, NULL, 0), OK);
    arena_clear(&arena);
}

static void
test_form_of_65_fields_is_too_large(void **state)
{
    (void)state;
    char body[65 * 4];
    arena_t arena = { 0 };
    event_form_t form;
    for (int i = 0; i < 65; i++)
        memcpy(body + 4 * i, "a=1&", 4);
    assert_int_equal(event_form_parse(&form, &arena, body, 64 * 4), OK);
    assert_int_equal(event_form_parse(&form, &arena, body, 65 * 4), TOO_LARGE);
    arena_clear(&arena);
}

static void
test_percent_encoding_comes_back(void **state)
{
    (void)state;
    char text[256], encoded[3 * 256 + 1], decoded[256];
    size_t size;
    for (int i = 0; i < 256; i++)
        text[i] = (char)i;
    for (int set = PERCENT_PATH; set <= PERCENT_FIELD; set++) {
        size_t encoded_size = percent_encode(text, 255, (percent_set_t)set, encoded);
        assert_int_equal(percent_decode(encoded, encoded_size, set == PERCENT_FIELD, decoded, &size), OK);
        assert_int_equal(size, 255);
        assert_memory_equal(decoded, text, 255);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header_is_found_by_its_lower_case_name),
        cmocka_unit_test(test_query_field_is_decoded),
        cmocka_unit_test(test_query_field_with_bad_escape_or_nul_is_absent),
        cmocka_unit_test(test_form_values_are_binary_safe),
        cmocka_unit_test(test_form_with_bad_escape_is_invalid),
        cmocka_unit_test(test_form_of_65_fields_is_too_large),
        cmocka_unit_test(test_percent_encoding_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
