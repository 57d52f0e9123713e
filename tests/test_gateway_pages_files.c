// Rules of attachments and of failures: files cannot act in our name, and a text survives whatever breaks behind it
#include "pages_kit.h"

#define PUT(kit, file, text) kit_put(kit, file, text, strlen(text))

// ---- attachments ---------------------------------------------------------------------------------------------------
static void
test_an_attachment_is_served_to_the_byte(void **state)
{
    pages_kit_t *kit = *state;
    static const char bytes[] = "\x89PNG\r\n\0\xff\n";
    kit_save(kit, "/notes/bread", "# Bread\n\n![](./loaf.png)\n");
    kit_put(kit, "notes/bread/loaf.png", bytes, sizeof bytes - 1);
    static const char *const urls[] = { "/notes/bread/loaf.png", "/notes/bread/a/loaf.png", "/Notes/Bread/loaf.png",
                                        "/notes/bread/a/loaf.png/HEAD", "/notes/bread/loaf.png?revision=HEAD" };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        assert_int_equal(kit_get(kit, urls[i]), 200);
        assert_string_equal(kit_header(kit, "content-type"), "image/png");
        assert_int_equal(kit->size, sizeof bytes - 1);
        assert_memory_equal(kit->body, bytes, sizeof bytes - 1);
    }
    kit_get(kit, "/notes/bread");
    assert_false(kit_shows(kit, "class=\"missing\""));
}

static int
get_range(pages_kit_t *kit, const char *range, const char *condition)
{
    http_header_t headers[] = { { "range", range }, { "if-range", condition } };
    return kit_request(kit, "GET", "/home/loaf.bin", headers, condition? 2: 1);
}

static void
test_a_part_of_an_attachment_is_served(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const parts[][3] = {
        { "bytes=0-0", "0", "bytes 0-0/10" }, { "bytes=2-4", "234", "bytes 2-4/10" },
        { "bytes=7-", "789", "bytes 7-9/10" }, { "bytes=-3", "789", "bytes 7-9/10" },
        { "bytes=-99", "0123456789", "bytes 0-9/10" }, { "Bytes= 5-99 ", "56789", "bytes 5-9/10" },
    };
    PUT(kit, "home/loaf.bin", "0123456789");
    assert_int_equal(kit_get(kit, "/home/loaf.bin"), 200);
    const char *tag = arena_printf(&kit->arena, "%s", kit_header(kit, "etag"));
    assert_string_equal(kit_header(kit, "accept-ranges"), "bytes");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_int_equal(get_range(kit, parts[i][0], i % 2? tag: NULL), 206);
        assert_string_equal(kit->body, parts[i][1]);
        assert_string_equal(kit_header(kit, "content-range"), parts[i][2]);
        assert_string_equal(kit_header(kit, "etag"), tag);
        assert_string_equal(kit_header(kit, "content-type"), "application/octet-stream");
        assert_false(kit->reply.cacheable);
    }
}

static void
test_a_part_that_is_not_there_is_not_satisfiable(void **state)
{
    pages_kit_t *kit = *state;
    PUT(kit, "home/loaf.bin", "0123456789");
    static const char *const outside[] = { "bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999999-" };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        assert_int_equal(get_range(kit, outside[i], NULL), 416);
        assert_string_equal(kit_header(kit, "content-range"), "bytes */10");
    }
}

static void
test_what_is_no_single_part_or_out_of_date_gets_the_whole_file(void **state)
{
    pages_kit_t *kit = *state;
    PUT(kit, "home/loaf.bin", "0123456789");
    static const char *const whole[] = { "bytes=0-1,3-4", "bytes=4-2", "bytes=", "bytes=-", "bytes=a-", "lines=0-1",
                                         "bytes=1", "bytes=0-1x", "bytes=9999999999999999999-", "" };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        assert_int_equal(get_range(kit, whole[i], NULL), 200);
        assert_string_equal(kit->body, "0123456789");
    }
    assert_int_equal(get_range(kit, "bytes=0-1", "\"other\""), 200);
    assert_string_equal(kit->body, "0123456789");
}

static void
test_counters_of_the_actors_are_for_the_listener_of_metrics_alone(void **state)
{
    pages_kit_t *kit = *state;
    event_request_t request = { .method = "GET", .path = "/-/metrics", .source = "metrics" };
    kit_save(kit, "/home", "# Home\n");
    assert_int_equal(kit_get(kit, "/-/metrics"), 404);
    assert_int_equal(kit_send(kit, &request, NULL, 0), 200);
    assert_true(kit_shows(kit, "\nwikibot_actor_up{actor=\"store\",place=\"0\"} 1\n"));
    assert_true(kit_shows(kit, "\nwikibot_actor_workers{actor=\"render\",process=\"wikibot\"} 3\n"));
    assert_true(kit_shows(kit, "\nwikibot_calls_total{call=\"store.commit\",process=\"wikibot\"} 1\n"));
    assert_true(kit_shows(kit, "\nwikibot_call_p99_seconds{call=\"store.commit\",process=\"wikibot\"} 0."));
}

static void
test_a_file_that_could_run_scripts_is_put_into_a_sandbox(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const files[][2] = {
        { "x.html", "text/html; charset=utf-8" }, { "x.HTM", "text/html; charset=utf-8" }, { "x.svg", "image/svg+xml" },
        { "x.xml", "application/xml" }, { "x.js", "text/plain; charset=utf-8" },
        { "x.css", "text/plain; charset=utf-8" },
        { "x.weird", "application/octet-stream" }, { "noname", "application/octet-stream" },
    };
    kit_save(kit, "/home", "# Home\n");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        PUT(kit, arena_printf(&kit->arena, "home/%s", files[i][0]), "<script>alert(1)</script>");
        assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "/home/a/%s", files[i][0])), 200);
        assert_string_equal(kit_header(kit, "content-type"), files[i][1]);
        assert_int_equal(strncmp(kit_header(kit, "content-security-policy"), "sandbox;", 8), 0);
    }
    assert_int_equal(strncmp(kit_header(kit, "content-disposition"), "attachment;", 11), 0);
}

static void
test_a_file_name_cannot_break_out_of_its_header(void **state)
{
    pages_kit_t *kit = *state;
    PUT(kit, "home/a\"; filename=evil.html", "text");
    assert_int_equal(kit_get(kit, "/home/a%22;%20filename=evil.html"), 200);
    assert_string_equal(kit_header(kit, "content-disposition"),
                        "inline; filename*=UTF-8''a%22%3B%20filename%3Devil.html");
}

static void
test_attachments_of_a_page_are_listed(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/notes", "# Notes\n");
    PUT(kit, "notes/<b>.txt", "12345");
    PUT(kit, "notes/deep/other.txt", "12345");
    assert_int_equal(kit_get(kit, "/notes/attachments"), 200);
    assert_true(kit_shows(kit, "href=\"/notes/a/%3Cb%3E.txt\">&lt;b&gt;.txt</a>"));
    assert_true(kit_shows(kit, "5 bytes"));
    assert_false(kit_shows(kit, "other.txt"));
}

static void
test_a_page_in_a_folder_named_a_is_still_a_page(void **state)
{
    pages_kit_t *kit = *state;
    kit_save(kit, "/letters/a/alpha", "# Alpha\n");
    assert_int_equal(kit_get(kit, "/letters/a/alpha"), 200);
    assert_true(kit_shows(kit, "<title>Alpha"));
}

// ---- what is no text -----------------------------------------------------------------------------------------------
static void
test_a_page_that_is_not_utf8_can_be_read_and_not_edited(void **state)
{
    static const char *const settings[] = { "init", "true", NULL };
    pages_kit_t *kit = kit_prepare(settings);
    (void)state;
    FILE *file = fopen(arena_printf(&kit->arena, "%s/cafe.md", kit->wiki), "we");
    assert_non_null(file);
    fputs("# Caf\xe9\n", file);
    fclose(file);
    kit_start(kit);
    assert_int_equal(kit_get(kit, "/cafe"), 200);
    assert_string_equal(kit->body, "# Caf\xe9\n");
    assert_int_equal(kit_get(kit, "/cafe/source?raw"), 200);
    assert_int_equal(kit_get(kit, "/cafe/source"), 415);
    assert_int_equal(kit_get(kit, "/cafe/edit"), 415);
    assert_false(kit_shows(kit, "<textarea"));
    kit_destroy(kit);
}

static void
test_crlf_pages_stay_crlf(void **state)
{
    pages_kit_t *kit = *state;
    PUT(kit, "crlf.md", "one\r\ntwo\r\n");
    PUT(kit, "mixed.md", "one\r\ntwo\nthree\n");
    kit_save(kit, "/crlf", "one\r\n2\r\n");
    kit_get(kit, "/crlf/source?raw");
    assert_string_equal(kit->body, "one\r\n2\r\n");
    assert_int_equal(kit_save(kit, "/mixed", "one\r\ntwo\r\nthree\r\n"), 303);
    assert_string_equal(kit_header(kit, "location"), "/mixed?notice=unchanged");
}

// ---- failures ------------------------------------------------------------------------------------------------------
static void
test_a_text_survives_a_store_that_is_gone(void **state)
{
    pages_kit_t *kit = *state;
    const char *const form[] = { "csrf_token", kit_token(kit), "content", "typed <with> care\n", "commit", "why",
                                 "revision", "", "request_id", "0123456789abcdef", NULL };
    http_header_t type = { "content-type", "application/x-www-form-urlencoded" };
    event_request_t request = { .method = "POST", .path = "/a/save", .headers = &type, .headers_count = 1 };
    const char *body = kit_form(kit, form);
    actor_stop(&kit->store, 1000);
    msg_t *message = msg_new_req(&call_gateway_handle, &request, NULL, msg_clock_ms() + 200);
    zframe_t *blob = zframe_new(body, strlen(body));
    msg_add_blob(message, &blob);
    kit_forget(kit);
    kit->answer = actor_dispatch(&gateway_actor, kit->gateway, &message);
    assert_int_equal(msg_read_rep(kit->answer, &call_gateway_handle, &kit->reply), OK);
    zframe_t *page = msg_blob(kit->answer, 0);
    kit->body = arena_copy(&kit->arena, (char *)zframe_data(page), zframe_size(page));
    assert_in_range(kit->reply.status, 503, 504);
    assert_true(kit_shows(kit, "typed &lt;with&gt; care"));
    assert_true(kit_shows(kit, "Press Save again"));
    assert_string_equal(kit_hidden(kit, "request_id"), "0123456789abcdef");
    kit->body = NULL;                           // the arena's
    kit->store = kit_pool(kit, &store_actor);
}

static void
test_a_body_that_is_no_form_is_refused(void **state)
{
    pages_kit_t *kit = *state;
    http_header_t type = { "content-type", "multipart/form-data; boundary=x" };
    event_request_t request = { .method = "POST", .path = "/a/save", .headers = &type, .headers_count = 1 };
    assert_int_equal(kit_send(kit, &request, "x", 1), 415);
    type.value = "application/x-www-form-urlencoded";
    assert_int_equal(kit_send(kit, &request, "content=%zz", 11), 400);
    assert_int_equal(kit_send(kit, &request, NULL, 0), 400);
}

int
main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)
    const struct CMUnitTest tests[] = {
        RULE(test_an_attachment_is_served_to_the_byte),
        RULE(test_a_part_of_an_attachment_is_served),
        RULE(test_counters_of_the_actors_are_for_the_listener_of_metrics_alone),
        RULE(test_a_part_that_is_not_there_is_not_satisfiable),
        RULE(test_what_is_no_single_part_or_out_of_date_gets_the_whole_file),
        RULE(test_a_file_that_could_run_scripts_is_put_into_a_sandbox),
        RULE(test_a_file_name_cannot_break_out_of_its_header),
        RULE(test_attachments_of_a_page_are_listed),
        RULE(test_a_page_in_a_folder_named_a_is_still_a_page),
        cmocka_unit_test(test_a_page_that_is_not_utf8_can_be_read_and_not_edited),
        RULE(test_crlf_pages_stay_crlf),
        RULE(test_a_text_survives_a_store_that_is_gone),
        RULE(test_a_body_that_is_no_form_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
