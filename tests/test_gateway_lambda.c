// Events of AWS Lambda to requests, and answers back
#include "unit.h"

#include <dirent.h>
#include <jansson.h>

#include "../gateway/lambda.h"

typedef struct {
    arena_t arena;
    lambda_event_t event;
} kit_t;

static int
setup(void **state)
{
    *state = calloc(1, sizeof(kit_t));
    return *state? 0: -1;
}

static int
teardown(void **state)
{
    kit_t *kit = *state;
    arena_clear(&kit->arena);
    free(kit);
    return 0;
}

static code_t
parse(kit_t *kit, const char *json)
{
    const char *why;
    return lambda_event_parse(&kit->event, &kit->arena, json, strlen(json), &why);
}

static char *
read_file(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = calloc(1, 1 << 16);
    size_t size = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

static const char *
fixtures(char folder[1024])
{
    const char *root = getenv("WIKIBOT_FIXTURES");
    snprintf(folder, 1024, "%s/lambda", root && *root? root: FIXTURES_DIR);
    DIR *dir = opendir(folder);
    if (!dir)
        return NULL;
    closedir(dir);
    return folder;
}

typedef struct {
    const char *file;
    code_t code;
    lambda_form_t form;
    const char *method, *path, *query, *cookie, *remote, *base, *body;
} expected_t;

static const expected_t expected[] = {
    { "go-alb-lambda-target-request-headers-only.json", OK, LAMBDA_ALB, "GET", "/",
      "key=hello", NULL, "25.12.198.67", "", "" },
    { "go-alb-lambda-target-request-multivalue-headers.json", OK, LAMBDA_ALB_MULTI, "GET", "/",
      "key=hello", NULL, "72.21.198.67", "", "" },
    { "go-apigw-request.json", OK, LAMBDA_V1, "POST", "/hello/world",
      "name=me", NULL, "192.168.196.186", "", NULL },
    { "go-apigw-restapi-openapi-request.json", OK, LAMBDA_V1, "POST", "/hello/world",
      "name=me", NULL, "192.168.196.186", "", "{\r\n\t\"a\": 1\r\n}" },
    { "rust-apigw_multi_value_proxy_request.json", OK, LAMBDA_V1, "POST", "/hello/world",
      "name=me&multiValueName=you&multiValueName=me", NULL, "192.168.196.186", "", NULL },
    { "rust-alb_health_check.json", OK, LAMBDA_ALB, "GET", "/",
      "", NULL, "", "", "" },
    { "rust-alb_multi_value_request.json", OK, LAMBDA_ALB_MULTI, "GET", "/",
      "myKey=val1&myKey=val2&myOtherKey=val3&myOtherKey=val4",
      "name1=value1; name2=value2", "72.21.198.66", "", "request_body" },
    { "rust-alb_multi_value_request_encoded_query_parameters.json", OK, LAMBDA_ALB_MULTI, "GET", "/",
      "myKey=%3FshowAll%3Dtrue&myKey=%3FshowAll%3Dfalse", "name1=value1; name2=value2", NULL, "", NULL },
    { "rust-alb_request_encoded_query_parameters.json", OK, LAMBDA_ALB, "GET", "/",
      "myKey=%3FshowAll%3Dtrue", NULL, NULL, "", "request_body" },
    { "rust-apigw_request_path_with_space.json", OK, LAMBDA_V2, "POST", "/my/path-with%20space",
      "parameter1=value1&parameter1=value2&parameter2=value",
      "cookie1=value1; cookie2=value2", "IP", "", "Hello from Lambda" },
    { "rust-apigw_v2_proxy_request_with_stage_in_path.json", OK, LAMBDA_V2, "POST", "/my/path",
      "parameter1=value1&parameter1=value2&parameter2=value",
      "cookie1=value1; cookie2=value2", "IP", "/Prod", "Hello from Lambda" },
    { "rust-apigw_v2_sam_local.json", OK, LAMBDA_V2, "GET", "/hello",
      "", NULL, "127.0.0.1", "", "" },
    { "rust-lambda_function_url_request.json", OK, LAMBDA_V2, "GET", "/my/path",
      "parameter1=value1&parameter1=value2&parameter2=value", "test=hi", "65.78.31.245", "", "" },
    { .file = "go-apigw-websocket-request.json", .code = UNSUPPORTED },
    { .file = "go-apigw-v2-custom-authorizer-v2-request.json", .code = UNSUPPORTED },
    { .file = "go-sqs-event.json", .code = UNSUPPORTED },
    { .file = "go-s3-event.json", .code = UNSUPPORTED },
    { .file = "go-sns-event.json", .code = UNSUPPORTED },
    { .file = "rust-example-eventbridge-schedule.json", .code = UNSUPPORTED },
    { .file = "go-apigw-response.json", .code = UNSUPPORTED },
};

static void
assert_text(const char *file, const char *what, const char *got, const char *wanted)
{
    if (wanted && (!got || strcmp(got, wanted) != 0))
        fail_msg("%s: %s is \"%s\", not \"%s\"", file, what, got? got: "(none)", wanted);
}

static void
check(kit_t *kit, const expected_t *want)
{
    const event_request_t *request = &kit->event.request;
    assert_int_equal(kit->event.form, want->form);
    assert_text(want->file, "method", request->method, want->method);
    assert_text(want->file, "path", request->path, want->path);
    assert_text(want->file, "query", request->query, want->query);
    assert_text(want->file, "cookie", event_header(request, "cookie"), want->cookie);
    assert_text(want->file, "remote", request->remote, want->remote);
    assert_text(want->file, "base", kit->event.base, want->base);
    assert_text(want->file, "body", kit->event.body, want->body);
    assert_string_equal(request->source, "lambda");
}

static void
test_recorded_events_become_the_right_requests(void **state)
{
    char folder[1024];
    if (!fixtures(folder))
        skip();
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        char *json = read_file(folder, expected[i].file);
        assert_non_null(json);
        code_t code = parse(*state, json);
        if (code != expected[i].code)
            fail_msg("%s gives %s", expected[i].file, code_name(code));
        if (code == OK)
            check(*state, &expected[i]);
        free(json);
    }
}

// What comes out fits the record that the gateway actor is asked with.
static void
test_every_recorded_event_is_a_request_or_unsupported(void **state)
{
    kit_t *kit = *state;
    char folder[1024];
    if (!fixtures(folder))
        skip();
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char *json = strstr(entry->d_name, ".json")? read_file(folder, entry->d_name): NULL;
        if (!json)
            continue;
        code_t code = parse(kit, json);
        assert_true(code == OK || code == UNSUPPORTED);
        msg_t *message = code == OK? msg_new_req(&call_gateway_handle, &kit->event.request, NULL, 1): NULL;
        assert_int_equal(message != NULL, code == OK);
        gateway_handle_req_t request;
        if (message)
            assert_int_equal(msg_read_req(message, &call_gateway_handle, &request, NULL), OK);
        msg_destroy(&message);
        free(json);
    }
    closedir(dir);
}

static void
test_all_fields_but_those_that_tell_may_be_null_or_absent(void **state)
{
    kit_t *kit = *state;
    const char *const events[] = {
        "{\"version\":\"2.0\",\"requestContext\":{\"http\":{}}}",
        "{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":null}},\"rawPath\":null,"
        "\"rawQueryString\":null,\"headers\":null,\"cookies\":null,\"body\":null,\"isBase64Encoded\":null}",
        "{\"requestContext\":{\"elb\":{}},\"path\":null,\"multiValueHeaders\":null,\"queryStringParameters\":null}",
        "{\"httpMethod\":\"GET\",\"requestContext\":{\"identity\":null},"
        "\"headers\":{\"a\":null,\"b\":7,\"c\":[null,[]]}}",
        "{\"version\":\"2.0\",\"requestContext\":{\"http\":{}},\"cookies\":[1,null,{}],\"body\":{},\"headers\":[]}",
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        assert_int_equal(parse(kit, events[i]), OK);
        assert_string_equal(kit->event.request.method, "GET");
        assert_string_equal(kit->event.request.path, "/");
        assert_string_equal(kit->event.request.query, "");
        assert_int_equal(kit->event.request.headers_count, 0);
        assert_int_equal(kit->event.body_size, 0);
    }
}

static void
test_what_is_no_event_is_refused(void **state)
{
    assert_int_equal(parse(*state, ""), INVALID);
    assert_int_equal(parse(*state, "{"), INVALID);
    assert_int_equal(parse(*state, "[]"), UNSUPPORTED);
    assert_int_equal(parse(*state, "{}"), UNSUPPORTED);
    assert_int_equal(parse(*state, "{\"op\":\"reindex\"}"), UNSUPPORTED);
    assert_int_equal(parse(*state, "{\"httpMethod\":\"GET\"}"), UNSUPPORTED);
    assert_int_equal(parse(*state, "{\"httpMethod\":\"get it\",\"requestContext\":{}}"), INVALID);
    assert_int_equal(parse(*state, "{\"httpMethod\":\"GET\",\"requestContext\":{},\"body\":\"*\","
                                   "\"isBase64Encoded\":true}"), INVALID);
}

static void
test_decoded_paths_and_queries_are_encoded_again(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(parse(kit, "{\"httpMethod\":\"GET\",\"requestContext\":{},\"path\":\"/a b%?#\xc3\xa9\","
                                "\"queryStringParameters\":{\"a&b\":\"c=d e+f%\"}}"), OK);
    assert_string_equal(kit->event.request.path, "/a%20b%25%3F%23%C3%A9");
    assert_string_equal(kit->event.request.query, "a%26b=c%3Dd%20e%2Bf%25");
}

static void
test_encoded_paths_stay_as_they_came(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(parse(kit, "{\"version\":\"2.0\",\"rawPath\":\"/a%2Fb c%zz\",\"rawQueryString\":\"q=%41+b\","
                                "\"requestContext\":{\"http\":{},\"domainName\":\"x.lambda-url.eu-west-2.on.aws\"}}"),
                     OK);
    assert_string_equal(kit->event.request.path, "/a%2Fb%20c%25zz");
    assert_string_equal(kit->event.request.query, "q=%41+b");
}

static void
test_body_of_base64_is_decoded(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(parse(kit, "{\"httpMethod\":\"POST\",\"requestContext\":{},\"body\":\"AAECZg==\","
                                "\"isBase64Encoded\":true}"), OK);
    assert_int_equal(kit->event.body_size, 4);
    assert_memory_equal(kit->event.body, "\0\1\2f", 4);
}

static void
test_too_many_headers_are_too_large(void **state)
{
    char *json = NULL;
    json_t *root = json_pack("{s:s,s:{},s:{}}", "httpMethod", "GET", "requestContext", "headers");
    char name[32];
    for (int i = 0; i < 129; i++) {
        snprintf(name, sizeof name, "h%d", i);
        json_object_set_new(json_object_get(root, "headers"), name, json_string("v"));
    }
    json = json_dumps(root, 0);
    assert_int_equal(parse(*state, json), TOO_LARGE);
    free(json);
    json_decref(root);
}

static json_t *
answered(kit_t *kit, lambda_form_t form, const char *type, const void *body, size_t size)
{
    http_header_t headers[] = { { "content-type", type }, { "set-cookie", "a=1" }, { "set-cookie", "b=2" },
                                { "vary", "accept" }, { "vary", "cookie" }, { "content-length", "7" } };
    event_answer_t answer = { .status = 200, .headers = headers, .headers_count = 6 };
    char *json;
    kit->event.form = form;
    kit->event.request.method = "GET";
    assert_int_equal(lambda_answer_print(&kit->event, &answer, body, size, &json), OK);
    json_t *root = json_loads(json, 0, NULL);
    free(json);
    assert_int_equal(json_integer_value(json_object_get(root, "statusCode")), 200);
    assert_null(json_object_get(json_object_get(root, "headers"), "content-length"));
    return root;
}

static void
test_v2_answer_has_cookies_apart(void **state)
{
    json_t *root = answered(*state, LAMBDA_V2, "text/html; charset=utf-8", "<p>", 3);
    json_t *headers = json_object_get(root, "headers");
    assert_string_equal(json_string_value(json_object_get(headers, "vary")), "accept, cookie");
    assert_null(json_object_get(headers, "set-cookie"));
    assert_string_equal(json_string_value(json_array_get(json_object_get(root, "cookies"), 1)), "b=2");
    assert_string_equal(json_string_value(json_object_get(root, "body")), "<p>");
    assert_true(json_is_false(json_object_get(root, "isBase64Encoded")));
    assert_non_null(json_object_get(headers, "content-security-policy"));
    assert_null(json_object_get(root, "multiValueHeaders"));
    json_decref(root);
}

static void
test_answers_of_many_values_leave_headers_out(void **state)
{
    for (int i = 0; i < 2; i++) {
        json_t *root = answered(*state, i? LAMBDA_V1: LAMBDA_ALB_MULTI, "application/json", "{}", 2);
        json_t *headers = json_object_get(root, "multiValueHeaders");
        assert_int_equal(json_array_size(json_object_get(headers, "set-cookie")), 2);
        assert_int_equal(json_array_size(json_object_get(headers, "content-security-policy")), 1);
        assert_null(json_object_get(root, "headers"));
        assert_int_equal(json_object_get(root, "statusDescription") == NULL, i);
        json_decref(root);
    }
}

static void
test_what_is_no_text_goes_as_base64(void **state)
{
    json_t *root = answered(*state, LAMBDA_ALB, "image/png", "\x89PNG", 4);
    assert_string_equal(json_string_value(json_object_get(root, "body")), "iVBORw==");
    assert_true(json_is_true(json_object_get(root, "isBase64Encoded")));
    assert_string_equal(json_string_value(json_object_get(root, "statusDescription")), "200 OK");
    json_decref(root);
    root = answered(*state, LAMBDA_V2, "text/plain", "\xff", 1);
    assert_string_equal(json_string_value(json_object_get(root, "body")), "/w==");
    json_decref(root);
}

static void
test_head_and_not_modified_have_no_body(void **state)
{
    kit_t *kit = *state;
    event_answer_t answer = { .status = 304 };
    char *json;
    kit->event.request.method = "GET";
    assert_int_equal(lambda_answer_print(&kit->event, &answer, "x", 1, &json), OK);
    assert_non_null(strstr(json, "\"body\":\"\""));
    free(json);
    answer.status = 200;
    kit->event.request.method = "HEAD";
    assert_int_equal(lambda_answer_print(&kit->event, &answer, "x", 1, &json), OK);
    assert_non_null(strstr(json, "\"body\":\"\""));
    free(json);
}

static void
test_answer_over_the_limit_is_too_large(void **state)
{
    kit_t *kit = *state;
    event_answer_t answer = { .status = 200 };
    char *body = calloc(1, LIMIT_EVENT_BYTES);
    char *json;
    kit->event.request.method = "GET";
    assert_int_equal(lambda_answer_print(&kit->event, &answer, body, LIMIT_EVENT_BYTES, &json), TOO_LARGE);
    assert_null(json);
    free(body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_recorded_events_become_the_right_requests),
        TEST(test_every_recorded_event_is_a_request_or_unsupported),
        TEST(test_all_fields_but_those_that_tell_may_be_null_or_absent),
        TEST(test_what_is_no_event_is_refused),
        TEST(test_decoded_paths_and_queries_are_encoded_again),
        TEST(test_encoded_paths_stay_as_they_came),
        TEST(test_body_of_base64_is_decoded),
        TEST(test_too_many_headers_are_too_large),
        TEST(test_v2_answer_has_cookies_apart),
        TEST(test_answers_of_many_values_leave_headers_out),
        TEST(test_what_is_no_text_goes_as_base64),
        TEST(test_head_and_not_modified_have_no_body),
        TEST(test_answer_over_the_limit_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
