// The REST API: routes, credential, errors (contract/reference-system.md, 1.2)
#include "api_kit.h"

static int
with_token(pages_kit_t *kit, const char *target, const char *authorization)
{
    http_header_t header = { "authorization", authorization };
    return api_send(kit, "GET", target, &header, authorization? 1: 0, NULL);
}

static void
test_health_needs_no_credential(void **state)
{
    assert_int_equal(with_token(*state, "/api/v1/health", NULL), 200);
    assert_body(*state, "{\"status\":\"ok\"}\n");
    assert_int_equal(with_token(*state, "/api/v1/health", "Bearer wrong"), 200);
}

static void
test_what_is_no_bearer_token_is_missing(void **state)
{
    static const char *const headers[] = { NULL, "", "Bearer", "bearer " API_KEY, "BEARER " API_KEY, "Basic dTpw",
                                           "Bearer\t" API_KEY, " Bearer " API_KEY, API_KEY };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        assert_int_equal(with_token(*state, "/api/v1/pages/x", headers[i]), 401);
        assert_error((pages_kit_t *)*state, "Missing or invalid Authorization header");
        assert_string_equal(kit_header(*state, "www-authenticate"), "");
    }
}

static void
test_a_wrong_key_is_invalid_whatever_its_length_and_letters(void **state)
{
    static const char *const headers[] = { "Bearer ", "Bearer x", ("Bearer " API_KEY "x"), ("Bearer  " API_KEY),
                                           "Bearer \xC3\xA4\xE2\x82\xAC", "Bearer the-key-of-the-test" };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        assert_int_equal(with_token(*state, "/api/v1/pages/x", headers[i]), 401);
        assert_error((pages_kit_t *)*state, "Invalid API key");
    }
}

static void
test_two_credentials_are_none(void **state)
{
    http_header_t headers[] = { { "authorization", "Bearer " API_KEY }, { "authorization", "Bearer x" } };
    assert_int_equal(api_send(*state, "GET", "/api/v1/pages/x", headers, 2, NULL), 401);
    assert_error((pages_kit_t *)*state, "Missing or invalid Authorization header");
}

static int
set_up_closed(void **state)
{
    *state = kit_new_with(NULL);
    return 0;
}

static void
test_without_a_key_of_the_server_everything_but_health_is_an_error(void **state)
{
    assert_int_equal(with_token(*state, "/api/v1/pages/x", NULL), 500);
    assert_error((pages_kit_t *)*state, "API key not configured on server");
    assert_int_equal(with_token(*state, "/api/v1/pages/x", "Bearer "), 500);
    assert_error((pages_kit_t *)*state, "API key not configured on server");
    assert_int_equal(with_token(*state, "/api/v1/health", NULL), 200);
}

static int
set_up_both(void **state)
{
    static const char *const settings[] = { "api_key", API_KEY, "otterwiki_api_key", "other", NULL };
    *state = kit_new_with(settings);
    return 0;
}

static void
test_of_two_keys_ours_wins(void **state)
{
    assert_int_equal(with_token(*state, "/api/v1/pages/x", "Bearer " API_KEY), 404);
    assert_int_equal(with_token(*state, "/api/v1/pages/x", "Bearer other"), 401);
}

static int
set_up_other(void **state)
{
    static const char *const settings[] = { "otterwiki_api_key", "other", NULL };
    *state = kit_new_with(settings);
    return 0;
}

static void
test_otterwikis_key_is_taken_as_well(void **state)
{
    assert_int_equal(with_token(*state, "/api/v1/pages/x", "Bearer other"), 404);
}

static void
test_an_unknown_address_is_not_found_as_json(void **state)
{
    static const char *const targets[] = { "/api/v1/", "/api/v1/none", "/api/v1/health/", "/api/v1/pages/",
                                           "/api/v1/Health", "/api/v1/healthy", "/api/v1/x/history", "/api/v1/x/edit",
                                           "/api/v1/none/view", "//api/v1/none", "/api/v1/pages/%zz/../.." };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        assert_int_equal(with_token(*state, targets[i], "Bearer " API_KEY), 404);
        json_t *json = api_json(*state);
        assert_non_null(json_object_get(json, "error"));
        json_decref(json);
    }
}

static void
test_a_method_that_is_none_here_is_told_with_those_that_are(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api_send(kit, "POST", "/api/v1/health", NULL, 0, NULL), 405);
    assert_error(kit, "Method not allowed");
    assert_string_equal(kit_header(kit, "allow"), "GET, HEAD, OPTIONS");
    assert_int_equal(api_send(kit, "POST", "/api/v1/pages/x", NULL, 0, NULL), 405);
    assert_string_equal(kit_header(kit, "allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
}

static void
test_options_tells_methods_and_lets_no_other_site_in(void **state)
{
    pages_kit_t *kit = *state;
    http_header_t headers[] = { { "origin", "https://example.org" }, { "access-control-request-method", "PUT" } };
    assert_int_equal(api_send(kit, "OPTIONS", "/api/v1/pages/x", headers, 2, NULL), 204);
    assert_string_equal(kit_header(kit, "allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    for (size_t i = 0; i < kit->reply.headers_count; i++)
        assert_null(strstr(kit->reply.headers[i].name, "access-control"));
    assert_int_equal(api_send(kit, "OPTIONS", "/api/v1/none", NULL, 0, NULL), 404);
}

static void
test_a_page_that_is_not_there_is_named_as_it_was_asked_for(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(api(kit, "GET", "/pages/No/Such%20Page", NULL), 404);
    assert_error(kit, "Page not found: No/Such Page");
    assert_int_equal(api(kit, "GET", "/pages/100%2525", NULL), 404);    // decoded twice
    assert_error(kit, "Page not found: 100%");
    assert_int_equal(api(kit, "GET", "/pages/a%22%0A", NULL), 404);
    assert_body(kit, "{\"error\":\"Page not found: a\\\"\\n\"}\n");
}

static void
test_traversal_finds_nothing(void **state)
{
    static const char *const targets[] = {
        "%2e%2e/x", "../x", "a/../../x", "%252e%252e/x", ".git/config", "a/.git/x", ".GIT/config", "%2egit/hooks/evil",
        "a%00b", "a%2500b", "a%5cb", "a%0ab", "%01", "./x", ".git%20/x", "git~1/x", "%ff%fe", "%25ff"
    };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        int status = api(kit, "GET", arena_printf(&kit->arena, "/pages/%s", targets[i]), NULL);
        assert_true(status == 404 || status == 400);
        json_decref(api_json(kit));
    }
}

static void
test_no_answer_is_a_redirect(void **state)
{
    static const char *const targets[] = { "/pages/a%20b", "/pages//a", "/pages/a//b", "//pages/a", "/pages/a/",
                                           "/pages/a b" };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        assert_int_equal(api(kit, "GET", targets[i], NULL), 404);
}

#define WITH(name, up) cmocka_unit_test_setup_teardown(name, up, kit_tear_down)
#define TEST(name) WITH(name, api_set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_health_needs_no_credential),
        TEST(test_what_is_no_bearer_token_is_missing),
        TEST(test_a_wrong_key_is_invalid_whatever_its_length_and_letters),
        TEST(test_two_credentials_are_none),
        WITH(test_without_a_key_of_the_server_everything_but_health_is_an_error, set_up_closed),
        WITH(test_of_two_keys_ours_wins, set_up_both),
        WITH(test_otterwikis_key_is_taken_as_well, set_up_other),
        TEST(test_an_unknown_address_is_not_found_as_json),
        TEST(test_a_method_that_is_none_here_is_told_with_those_that_are),
        TEST(test_options_tells_methods_and_lets_no_other_site_in),
        TEST(test_a_page_that_is_not_there_is_named_as_it_was_asked_for),
        TEST(test_traversal_finds_nothing),
        TEST(test_no_answer_is_a_redirect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
