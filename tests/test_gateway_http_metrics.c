// The listener of /metrics, over real sockets
#include "edge_kit.h"

static answer_t
scrape(kit_t *kit, const char *text)
{
    int fd = dial_port(http_metrics_port(kit->http), "127.0.0.1");
    say(fd, text);
    answer_t answer = hear(fd, strncmp(text, "HEAD", 4) == 0);
    close(fd);
    return answer;
}

#define SCRAPE "GET /metrics HTTP/1.1\r\n" HOST "\r\n"

static void
test_answers_are_counted(void **state)
{
    kit_t *kit = *state;
    start_with(kit, (http_options_t){ .metrics_port = -1 });
    for (int i = 0; i < 3; i++)
        ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    ask(kit, "GET /missing HTTP/1.1\r\n" HOST "\r\n");
    ask(kit, "GET /page HTTP/1.1\r\nHost: evil.com\r\n\r\n");
    int fd = dial(kit);
    say(fd, "GET /never HTTP/1.1\r\n" HOST "\r\n");
    sem_wait(&kit->stuck);
    static const char *const lines[] = {
        "\nwikibot_http_answers_total{class=\"2xx\",status=\"200\"} 3\n",
        "\nwikibot_http_answers_total{class=\"4xx\",status=\"404\"} 1\n",
        "\nwikibot_http_answers_total{class=\"4xx\",status=\"421\"} 1\n",
        "\nwikibot_http_seconds_bucket{le=\"+Inf\"} 5\n", "\nwikibot_http_seconds_count 5\n",
        "\nwikibot_http_cached_answers_total 2\n", "\nwikibot_http_pending 1\n",
        "\nwikibot_gateway_up 1\n", "metrics of the toy",
    };
    answer_t answer = scrape(kit, SCRAPE);
    assert_int_equal(answer.status, 200);
    assert_non_null(header(&answer, "\ncontent-type: text/plain; version=0.0.4"));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(answer.body, lines[i]))
            fail_msg("no line %s in\n%s", lines[i], answer.body);
    assert_int_equal(scrape(kit, "HEAD /metrics HTTP/1.1\r\n" HOST "\r\n").status, 200);
    close(fd);
}

static void
test_metrics_have_nothing_else_beside_them(void **state)
{
    kit_t *kit = *state;
    start_with(kit, (http_options_t){ .metrics_port = -1 });
    assert_int_equal(scrape(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n").status, 404);
    assert_int_equal(scrape(kit, "POST /metrics HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx").status, 404);
    assert_int_equal(scrape(kit, "GET /metrics HTTP/1.1\r\nHost: evil.com\r\n\r\n").status, 421);
    assert_string_equal(ask(kit, SCRAPE).body, "GET /metrics ? 0 c1 ");         // no metrics on the port of the wiki
    assert_string_equal(ask(kit, "GET /-/metrics HTTP/1.1\r\n" HOST "\r\n").body, "GET /-/metrics ? 0 c1 ");
}

static void
test_metrics_of_the_edge_need_no_actor(void **state)
{
    kit_t *kit = *state;
    start_with(kit, (http_options_t){ .metrics_port = -1, .gateway_endpoint = "ipc://@wikibot-test-nobody" });
    answer_t answer = scrape(kit, SCRAPE);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "\nwikibot_gateway_up 0\n"));
    assert_non_null(strstr(answer.body, "\nwikibot_http_connections 1\n"));
}

static void
test_no_port_is_opened_unless_it_is_wanted(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(http_metrics_port(kit->http), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answers_are_counted),
        TEST(test_metrics_have_nothing_else_beside_them),
        TEST(test_metrics_of_the_edge_need_no_actor),
        TEST(test_no_port_is_opened_unless_it_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
