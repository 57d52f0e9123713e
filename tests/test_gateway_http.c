// The edge over real sockets: requests, answers, errors, the log, stopping
#include "edge_kit.h"

static void
test_request_comes_to_the_actor_as_it_was_sent(void **state)
{
    answer_t answer = ask(*state, "GET /a%20b/c+d?x=%41+1&y HTTP/1.1\r\n" HOST "X-Test: 1\r\n\r\n");
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "GET /a%20b/c+d ?x=%41+1&y 0 c1 x-test");
    answer = ask(*state, "POST /save HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");
    assert_int_equal(answer.status, 303);
    assert_string_equal(answer.body, "POST /save ? 5 c2 ");
    answer = ask(*state, "DELETE /x HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(answer.body, "DELETE /x ? 0 c2 ");
}

static void
test_answer_has_security_headers_and_none_of_the_connection(void **state)
{
    answer_t answer = ask(*state, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    assert_non_null(header(&answer, "x-content-type-options: nosniff"));
    assert_non_null(header(&answer, "x-frame-options: SAMEORIGIN"));
    assert_non_null(header(&answer, "referrer-policy: same-origin"));
    assert_non_null(header(&answer, "\nset-cookie: a=1"));
    assert_non_null(header(&answer, "\nset-cookie: b=2"));
    assert_non_null(header(&answer, "\nx-request-id: "));
    assert_non_null(header(&answer, "\ndate: "));
    assert_null(header(&answer, "upgrade"));
    assert_null(header(&answer, "x-bad"));
    answer = ask(*state, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    assert_non_null(header(&answer, "content-security-policy: default-src 'self'"));
}

static void
test_foreign_host_is_misdirected(void **state)
{
    kit_t *kit = *state;
    answer_t answer = ask(kit, "GET /page HTTP/1.1\r\nHost: evil.com\r\nAccept: text/html\r\n\r\n");
    assert_int_equal(answer.status, 421);
    assert_non_null(strstr(answer.body, "<!doctype html>"));
    assert_int_equal(ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n").status, 200);
    assert_int_equal(ask(kit, "GET /page HTTP/1.1\r\nHost: evil.com\r\n\r\n").status, 421);  // kept answers too
    assert_int_equal(ask(kit, "GET /page HTTP/1.1\r\n\r\n").status, 400);
    assert_int_equal(ask(kit, "GET /page HTTP/1.1\r\n" HOST "Host: evil.com\r\n\r\n").status, 400);
    assert_int_equal(atomic_load(&kit->asked), 1);
}

static void
test_foreign_origin_may_not_write(void **state)
{
    kit_t *kit = *state;
    answer_t answer = ask(kit, "POST /save HTTP/1.1\r\n" HOST "Origin: http://evil.com\r\nContent-Length: 1\r\n\r\nx");
    assert_int_equal(answer.status, 403);
    answer = ask(kit, "PATCH /save HTTP/1.1\r\n" HOST "Sec-Fetch-Site: cross-site\r\nContent-Length: 1\r\n\r\nx");
    assert_int_equal(answer.status, 403);
    assert_int_equal(atomic_load(&kit->asked), 0);
    answer = ask(kit, "POST /save HTTP/1.1\r\n" HOST "Origin: http://localhost\r\nContent-Length: 1\r\n\r\nx");
    assert_int_equal(answer.status, 303);
}

static void
test_unknown_method_and_malformed_address_are_refused(void **state)
{
    assert_int_equal(ask(*state, "BREW /x HTTP/1.1\r\n" HOST "\r\n").status, 501);
    assert_int_equal(ask(*state, "GET x HTTP/1.1\r\n" HOST "\r\n").status, 400);
    assert_int_equal(ask(*state, "GET /\xff HTTP/1.1\r\n" HOST "\r\n").status, 400);
    assert_int_equal(ask(*state, "GET /x HTTP/1.1\r\n" HOST "X-Test: \xff\r\n\r\n").status, 400);
}

static void
test_whole_address_is_taken_for_its_host_and_path(void **state)
{
    kit_t *kit = *state;
    answer_t answer = ask(kit, "GET http://localhost:1/a%20b?x HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(answer.body, "GET /a%20b ?x 0 c1 ");
    assert_string_equal(ask(kit, "GET HTTP://127.0.0.1?x=/ HTTP/1.1\r\n" HOST "\r\n").body, "GET / ?x=/ 0 c1 ");
    assert_string_equal(ask(kit, "GET https://localhost HTTP/1.1\r\n" HOST "\r\n").body, "GET / ? 0 c1 ");
    assert_int_equal(ask(kit, "GET http://localhost/x HTTP/1.1\r\nHost: evil.com\r\n\r\n").status, 200);
    assert_int_equal(ask(kit, "GET http://evil.com/x HTTP/1.1\r\n" HOST "\r\n").status, 421);
    assert_int_equal(ask(kit, "GET http://localhost@evil.com/x HTTP/1.1\r\n" HOST "\r\n").status, 421);
    assert_int_equal(ask(kit, "GET http:///x HTTP/1.1\r\n" HOST "\r\n").status, 421);
    assert_int_equal(ask(kit, "GET http://localhost/x HTTP/1.1\r\n\r\n").status, 400);
    assert_int_equal(ask(kit, "GET ftp://localhost/x HTTP/1.1\r\n" HOST "\r\n").status, 400);
    assert_int_equal(ask(kit, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n").status, 400);
    assert_int_equal(atomic_load(&kit->asked), 4);
}

static void
test_errors_of_the_actor_become_pages(void **state)
{
    answer_t answer = ask(*state, "GET /missing HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n");
    assert_int_equal(answer.status, 404);
    assert_non_null(strstr(answer.body, "no page &#60;/missing&#62;"));
    answer = ask(*state, "GET /api/missing HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(answer.status, 404);
    assert_non_null(strstr(answer.body, "\"error\":\"no page \\u003c/api/missing\\u003e\""));
    assert_int_equal(ask(*state, "GET /garbage HTTP/1.1\r\n" HOST "\r\n").status, 500);
}

static void
test_no_answer_before_the_deadline_is_gateway_timeout(void **state)
{
    kit_t *kit = *state;
    start(kit, kit->endpoint, SHORT_MS, PATIENCE_S * 1000);
    int fd = dial(kit);
    say(fd, "GET /never HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(hear(fd, false).status, 504);
    say(fd, "GET /healthz HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(hear(fd, false).status, 200);  // the connection lives on
    close(fd);
}

static void
test_absent_actor_is_unavailable(void **state)
{
    kit_t *kit = *state;
    start(kit, "ipc://@wikibot-test-nobody", PATIENCE_S * 1000, PATIENCE_S * 1000);
    answer_t answer = ask(kit, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(answer.status, 503);
    assert_non_null(header(&answer, "\nretry-after: 1"));
    assert_int_equal(ask(kit, "GET /healthz HTTP/1.1\r\n" HOST "\r\n").status, 200);
}

static void
test_client_that_has_said_all_is_answered_and_closed_at_once(void **state)
{
    static const char *const said[] = { "", "GET /x HT", "POST /x HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nabc",
                                        "GET /healthz HTTP/1.1\r\n" HOST "\r\n" };
    int64_t begun = msg_clock_ms();
    for (size_t i = 0; i < 4; i++) {
        int fd = dial(*state);
        say(fd, said[i]);
        shutdown(fd, SHUT_WR);
        if (i == 3)
            assert_int_equal(hear(fd, false).status, 200);
        assert_true(is_closed(fd));
        close(fd);
    }
    assert_true(msg_clock_ms() - begun < PATIENCE_S * 1000 / 2);
}

static void
test_pipelined_requests_are_answered_in_order(void **state)
{
    int fd = dial(*state);
    say(fd, "GET /1 HTTP/1.1\r\n" HOST "\r\nGET /page HTTP/1.1\r\n" HOST "\r\nPOST /3 HTTP/1.1\r\n" HOST
            "Content-Length: 2\r\n\r\nabGET /page HTTP/1.1\r\n" HOST "\r\nGET /5 HTTP/1.1\r\n" HOST "\r\n");
    const char *const bodies[] = { "GET /1 ", "GET /page ", "POST /3 ? 2 ", "GET /page ", "GET /5 " };
    for (size_t i = 0; i < 5; i++) {
        answer_t answer = hear(fd, false);
        assert_int_equal(answer.status, 200);
        assert_memory_equal(answer.body, bodies[i], strlen(bodies[i]));
    }
    close(fd);
}

static void
test_chunked_body_arrives_whole(void **state)
{
    answer_t answer = ask(*state, "POST /x HTTP/1.1\r\n" HOST
                          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_string_equal(answer.body, "POST /x ? 5 c1 ");
    answer = ask(*state, "POST /x HTTP/1.1\r\n" HOST
                 "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n");
    assert_int_equal(answer.status, 400);
}

static void
test_trace_of_the_client_is_kept(void **state)
{
    answer_t answer = ask(*state, "GET /x HTTP/1.1\r\n" HOST
                          "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
    assert_non_null(header(&answer, "\nx-request-id: 0af7651916cd43dd8448eb211c80319c"));
    answer = ask(*state, "GET /x HTTP/1.1\r\n" HOST
                 "Traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r\n\r\n");
    assert_null(header(&answer, "\nx-request-id: 0000000"));
}

static void
test_each_request_is_one_line_of_the_log(void **state)
{
    kit_t *kit = *state;
    char log[4096] = "";
    ask(kit, "GET /page?\"x\\ HTTP/1.1\r\n" HOST "\r\n");
    ask(kit, "GET /page?\"x\\ HTTP/1.1\r\n" HOST "\r\n");
    ask(kit, "GET /missing HTTP/1.1\r\n" HOST "\r\n");
    http_stop(&kit->http, 1000);
    read_log(kit, log, sizeof log);
    char *rest = log;
    const char *first = strsep(&rest, "\n"), *second = strsep(&rest, "\n"), *third = strsep(&rest, "\n");
    assert_string_equal(rest, "");
    assert_non_null(strstr(first, " level=info process=wikibot event=http method=GET path=\"/page??x?\" "));
    assert_non_null(strstr(first, " status=200 bytes=20 ms="));
    assert_non_null(strstr(second, " cached=1"));
    assert_non_null(strstr(third, " status=404 "));
    assert_non_null(strstr(third, " trace="));
}

static void
test_stop_answers_who_waits(void **state)
{
    kit_t *kit = *state;
    int fd = dial(kit);
    say(fd, "GET /never HTTP/1.1\r\n" HOST "\r\n");
    sem_wait(&kit->stuck);
    http_stop(&kit->http, 1);
    assert_int_equal(hear(fd, false).status, 503);
    assert_true(is_closed(fd));
    close(fd);
}

static void *
stop_it(void *context)
{
    kit_t *kit = context;
    http_stop(&kit->http, 5 * SHORT_MS);
    return NULL;
}

static void
test_who_is_connected_is_served_while_stopping(void **state)
{
    kit_t *kit = *state;
    pthread_t stopper;
    answer_t answer;
    int64_t end = msg_clock_ms() + PATIENCE_S * 1000;
    int waiting = dial(kit), asking = dial(kit);
    say(waiting, "GET /never HTTP/1.1\r\n" HOST "\r\n");
    sem_wait(&kit->stuck);                      // keeps the edge from ending at once
    pthread_create(&stopper, NULL, stop_it, kit);
    do {
        say(asking, "GET /page HTTP/1.1\r\n" HOST "\r\n");
        answer = hear(asking, false);
        assert_int_equal(answer.status, 200);
    } while (!header(&answer, "\nconnection: close") && msg_clock_ms() < end);
    assert_true(is_closed(asking));
    assert_int_equal(hear(waiting, false).status, 503);
    pthread_join(stopper, NULL);
    close(asking);
    close(waiting);
}

static void
test_who_has_just_connected_is_served_while_stopping(void **state)
{
    kit_t *kit = *state;
    pthread_t stopper;
    answer_t answer;
    int64_t end = msg_clock_ms() + PATIENCE_S * 1000;
    int fresh = dial(kit), asking = dial(kit);
    say(asking, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(hear(asking, false).status, 200);      // so the other one, which came first, was let in too
    pthread_create(&stopper, NULL, stop_it, kit);
    do {
        say(asking, "GET /page HTTP/1.1\r\n" HOST "\r\n");
        answer = hear(asking, false);
        assert_int_equal(answer.status, 200);
    } while (!header(&answer, "\nconnection: close") && msg_clock_ms() < end);
    say(fresh, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(hear(fresh, false).status, 200);
    assert_true(is_closed(fresh));
    pthread_join(stopper, NULL);
    close(asking);
    close(fresh);
}

static void
test_port_that_is_taken_is_an_error(void **state)
{
    kit_t *kit = *state;
    http_options_t options = { .gateway_endpoint = kit->endpoint, .port = http_port(kit->http) };
    assert_null(http_start(&options));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_request_comes_to_the_actor_as_it_was_sent),
        TEST(test_answer_has_security_headers_and_none_of_the_connection),
        TEST(test_foreign_host_is_misdirected),
        TEST(test_foreign_origin_may_not_write),
        TEST(test_unknown_method_and_malformed_address_are_refused),
        TEST(test_whole_address_is_taken_for_its_host_and_path),
        TEST(test_errors_of_the_actor_become_pages),
        TEST(test_no_answer_before_the_deadline_is_gateway_timeout),
        TEST(test_absent_actor_is_unavailable),
        TEST(test_client_that_has_said_all_is_answered_and_closed_at_once),
        TEST(test_pipelined_requests_are_answered_in_order),
        TEST(test_chunked_body_arrives_whole),
        TEST(test_trace_of_the_client_is_kept),
        TEST(test_each_request_is_one_line_of_the_log),
        TEST(test_stop_answers_who_waits),
        TEST(test_who_is_connected_is_served_while_stopping),
        TEST(test_who_has_just_connected_is_served_while_stopping),
        TEST(test_port_that_is_taken_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
