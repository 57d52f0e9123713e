// The same flows from recorded events of AWS Lambda: nothing in them knows of HTTP sockets
#include "pages_kit.h"

#include <sodium.h>

#include "../gateway/lambda.h"

static char *
read_fixture(pages_kit_t *kit, const char *name, size_t *size)
{
    char path[512];
    const char *folder = getenv("WIKIBOT_FIXTURES");
    snprintf(path, sizeof path, "%s/lambda/%s", folder && *folder? folder: FIXTURES_DIR, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *text = arena_alloc(&kit->arena, 1 << 20);
    *size = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

// Recorded events, the wiki's answer to each, and the path that the flow saw.
static const char *const events[] = {
    "rust-apigw_v2_proxy_request.json", "rust-apigw_v2_proxy_request_minimal.json", "rust-apigw_proxy_request.json",
    "rust-apigw_v2_proxy_request_with_stage_in_path.json", "rust-alb_request.json",
    "rust-alb_multi_value_request.json",
    "rust-lambda_function_url_request.json", "go-apigw-v2-request-no-authorizer.json", "go-lambda-urls-request.json",
};

static void
test_recorded_events_are_answered_with_pages(void **state)
{
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        size_t size = 0;
        lambda_event_t event;
        const char *why = "";
        char *json = read_fixture(kit, events[i], &size);
        if (!json)
            skip();
        if (lambda_event_parse(&event, &kit->arena, json, size, &why) != OK)
            fail_msg("%s: %s", events[i], why);
        int status = kit_send(kit, &event.request, event.body, event.body_size);
        if (status != 200 && status != 404 && status != 405 && status != 400 && status != 415)
            fail_msg("%s: %s %s gave %d", events[i], event.request.method, event.request.path, status);
        assert_true(kit_shows(kit, "</html>"));
        char *text = NULL;
        assert_int_equal(lambda_answer_print(&event, &kit->reply, kit->body, kit->size, &text), OK);
        assert_non_null(strstr(text, "\"statusCode\""));
        free(text);
    }
}

// An event of a kind (head with path and method, headers with a type), with a body of base64.
static char *
format_event(pages_kit_t *kit, const char *const kind[2], const char *const say[4])
{
    char *out = arena_alloc(&kit->arena, 8192);
    int used = snprintf(out, 8192, kind[0], say[0], say[1], say[0]);
    used += snprintf(out + used, 8192 - (size_t)used, kind[1], say[2]);
    snprintf(out + used, 8192 - (size_t)used, ",\"body\":\"%s\",\"isBase64Encoded\":true}", say[3]);
    return out;
}

static void
test_a_page_is_read_and_saved_by_events(void **state)
{
    pages_kit_t *kit = *state;
    static const char get[] = "{\"version\":\"2.0\",\"rawPath\":\"/notes/a\",\"rawQueryString\":\"\",\"headers\":{},"
                              "\"requestContext\":{\"http\":{\"method\":\"GET\",\"path\":\"/notes/a\"}}}";
    const char *const pairs[] = { "csrf_token", kit_token(kit), "content", "by event\n", NULL };
    const char *form = kit_form(kit, pairs);
    char *post = arena_printf(&kit->arena,
        "{\"version\":\"2.0\",\"rawPath\":\"/notes/a/save\",\"rawQueryString\":\"\",\"body\":\"%s\",\"headers\":"
        "{\"content-type\":\"application/x-www-form-urlencoded\"},\"isBase64Encoded\":false,"
        "\"requestContext\":{\"http\":{\"method\":\"POST\",\"path\":\"/notes/a/save\"}}}", form);
    lambda_event_t event;
    assert_int_equal(lambda_event_parse(&event, &kit->arena, post, strlen(post), NULL), OK);
    assert_int_equal(kit_send(kit, &event.request, event.body, event.body_size), 303);
    assert_int_equal(lambda_event_parse(&event, &kit->arena, get, strlen(get), NULL), OK);
    assert_int_equal(kit_send(kit, &event.request, event.body, event.body_size), 200);
    assert_true(kit_shows(kit, "by event"));
}

// Any bytes in, as a form with a file, and the same bytes out, of each kind of event.
static void
test_a_file_is_stored_and_served_by_events(void **state)
{
    static const char *const kinds[][2] = {
        { "{\"version\":\"2.0\",\"rawPath\":\"%s\",\"rawQueryString\":\"\","
          "\"requestContext\":{\"http\":{\"method\":\"%s\",\"path\":\"%s\"}},",
          "\"headers\":{\"content-type\":\"%s\"}" },
        { "{\"version\":\"1.0\",\"resource\":\"/{proxy+}\",\"path\":\"%s\",\"httpMethod\":\"%s\","
          "\"requestContext\":{\"path\":\"%s\"},",
          "\"headers\":{\"Content-Type\":\"%s\"}" },
        { "{\"requestContext\":{\"elb\":{\"targetGroupArn\":\"x\"}},\"path\":\"%s\",\"httpMethod\":\"%s\","
          "\"ignored\":\"%s\",\"queryStringParameters\":{},",
          "\"headers\":{\"content-type\":\"%s\"}" },
    };
    static const unsigned char bytes[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0xff, '-', '-', 'X', 0 };
    pages_kit_t *kit = *state;
    lambda_event_t event;
    char base64[2048];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char *name = arena_printf(&kit->arena, "f%zu.png", i);
        char *body = arena_alloc(&kit->arena, 1024);
        int used = snprintf(body, 1024, "--X\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n%s\r\n"
                            "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                            "Content-Type: image/png\r\n\r\n", kit_token(kit), name);
        memcpy(body + used, bytes, sizeof bytes);
        used += (int)sizeof bytes;
        used += snprintf(body + used, 64, "\r\n--X--\r\n");
        sodium_bin2base64(base64, sizeof base64, (unsigned char *)body, (size_t)used, sodium_base64_VARIANT_ORIGINAL);
        char *post = format_event(kit, kinds[i], (const char *const[]){ "/home/attachments", "POST",
            "multipart/form-data; boundary=X", base64 });
        assert_int_equal(lambda_event_parse(&event, &kit->arena, post, strlen(post), NULL), OK);
        assert_int_equal(kit_send(kit, &event.request, event.body, event.body_size), 303);

        char *get = format_event(kit, kinds[i], (const char *const[]){
            arena_printf(&kit->arena, "/home/a/%s", name), "GET", "x", "" });
        assert_int_equal(lambda_event_parse(&event, &kit->arena, get, strlen(get), NULL), OK);
        assert_int_equal(kit_send(kit, &event.request, NULL, 0), 200);
        char *text = NULL;
        assert_int_equal(lambda_answer_print(&event, &kit->reply, kit->body, kit->size, &text), OK);
        sodium_bin2base64(base64, sizeof base64, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
        assert_non_null(strstr(text, arena_printf(&kit->arena, "\"body\":\"%s\"", base64)));
        assert_non_null(strstr(text, "\"isBase64Encoded\":true"));
        assert_non_null(strstr(text, "image/png"));
        free(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_recorded_events_are_answered_with_pages, kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_page_is_read_and_saved_by_events, kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(test_a_file_is_stored_and_served_by_events, kit_set_up, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
