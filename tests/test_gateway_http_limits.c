// The edge over real sockets: what is too large or too slow
#include "edge_kit.h"

#include <poll.h>

static void
test_body_over_the_limit_is_refused_before_it_comes(void **state)
{
    kit_t *kit = *state;
    char text[256];
    snprintf(text, sizeof text, "POST /save HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: %d\r\n\r\n",
             LIMIT_REQUEST_BODY_BYTES + 1);
    assert_int_equal(ask(kit, text).status, 413);
    answer_t answer = ask(kit, "POST /save HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n");
    assert_int_equal(answer.status / 100, 4);
    assert_int_equal(atomic_load(&kit->asked), 0);
}

static void
test_chunked_body_over_the_limit_is_refused(void **state)
{
    kit_t *kit = *state;
    enum { CHUNK = 1 << 20 };
    char *chunk = malloc(CHUNK + 32);
    int fd = dial(kit);
    int size = snprintf(chunk, 32, "%x\r\n", CHUNK);
    memset(chunk + size, 'x', CHUNK);
    memcpy(chunk + size + CHUNK, "\r\n", 3);
    say(fd, "POST /save HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i <= LIMIT_REQUEST_BODY_BYTES / CHUNK; i++)
        say(fd, chunk);
    say(fd, "0\r\n\r\n");
    assert_int_equal(hear(fd, false).status, 413);
    close(fd);
    free(chunk);
    assert_int_equal(atomic_load(&kit->asked), 0);
}

static answer_t
ask_with_header_of(const kit_t *kit, size_t size)
{
    static const char start[] = "GET /x HTTP/1.1\r\n" HOST "X-Long: ";
    char *text = calloc(1, sizeof start + size + 8);
    memcpy(text, start, sizeof start - 1);
    memset(text + sizeof start - 1, 'x', size);
    memcpy(text + sizeof start - 1 + size, "\r\n\r\n", 4);
    answer_t answer = ask(kit, text);
    free(text);
    return answer;
}

static void
test_header_over_the_limit_is_refused(void **state)
{
    assert_int_equal(ask_with_header_of(*state, LIMIT_REQUEST_HEAD_BYTES - 256).status, 200);
    assert_int_equal(ask_with_header_of(*state, LIMIT_REQUEST_HEAD_BYTES).status, 431);
    assert_int_equal(ask_with_header_of(*state, 4 * LIMIT_REQUEST_HEAD_BYTES).status, 431);
}

static void
test_address_over_the_limit_is_refused(void **state)
{
    char path[LIMIT_REQUEST_LINE_BYTES + 1];
    char text[sizeof path + 256];
    memset(path, 'x', sizeof path);
    snprintf(text, sizeof text, "GET /%.*s HTTP/1.1\r\n" HOST "\r\n", LIMIT_REQUEST_LINE_BYTES, path);
    assert_int_equal(ask(*state, text).status, 414);
}

static void
test_client_that_sends_too_slowly_is_cut_off(void **state)
{
    kit_t *kit = *state;
    start(kit, kit->endpoint, PATIENCE_S * 1000, SHORT_MS);
    int silent = dial(*state);
    int slow = dial(*state);
    int stuck = dial(*state);
    say(slow, "GET /x HTTP/1.1\r\nHos");
    say(stuck, "POST /x HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc");
    assert_int_equal(hear(slow, false).status, 408);        // who has begun is told
    assert_int_equal(hear(stuck, false).status, 408);
    assert_true(is_closed(slow));
    assert_true(is_closed(silent));
    assert_true(is_closed(stuck));
    close(slow);
    close(silent);
    close(stuck);
}

// Sends a byte every few milliseconds until it is answered; returns the answer.
static answer_t
trickle(const kit_t *kit, const char *start, const char *rest)
{
    int64_t begun = msg_clock_ms();
    int fd = dial(kit);
    struct pollfd item = { .fd = fd, .events = POLLIN };
    say(fd, start);
    while (*rest && poll(&item, 1, SHORT_MS / 20) == 0)
        say(fd, (char[]){ *rest++, '\0' });
    assert_true(*rest);                         // cut before it had said all
    answer_t answer = hear(fd, false);
    assert_true(is_closed(fd));
    assert_in_range(msg_clock_ms() - begun, SHORT_MS - 5, PATIENCE_S * 1000 / 2);
    close(fd);
    return answer;
}

static void
test_client_that_sends_a_byte_now_and_then_is_cut_off(void **state)
{
    kit_t *kit = *state;
    char rest[2048];
    memset(rest, 'x', sizeof rest);
    rest[sizeof rest - 1] = '\0';
    start(kit, kit->endpoint, PATIENCE_S * 1000, SHORT_MS);
    assert_int_equal(trickle(kit, "GET /x HTTP/1.1\r\n" HOST "X-Slow: ", rest).status, 408);
    answer_t answer = trickle(kit, "POST /x HTTP/1.1\r\n" HOST "Accept: text/html\r\nContent-Length: 9999\r\n\r\n",
                              rest);
    assert_int_equal(answer.status, 408);
    assert_non_null(strstr(answer.body, "<h1>Request Timeout</h1>"));
    assert_non_null(header(&answer, "\ncontent-security-policy: "));
    answer = trickle(kit, "PUT /api/x HTTP/1.1\r\n" HOST "Content-Length: 9999\r\n\r\n", rest);
    assert_int_equal(answer.status, 408);
    assert_non_null(strstr(answer.body, ",\"status\":408,"));
}

// What the kernel still holds for it hides from the slow reader that it was cut: that its place is free shows it.
static void
test_client_that_reads_a_byte_now_and_then_is_cut_off(void **state)
{
    kit_t *kit = *state;
    char byte;
    int status, room = 4096;
    start_with(kit, (http_options_t){ .client_ms = SHORT_MS, .address_connections = 1 });
    int64_t begun = msg_clock_ms();
    int fd = dial_from(kit, "127.0.0.2");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    say(fd, "GET /huge HTTP/1.1\r\n" HOST "\r\n");
    do {
        ssize_t got = recv(fd, &byte, 1, 0);
        (void)got;                              // it may have been cut by now
        int other = dial_from(kit, "127.0.0.2");
        say(other, "GET /x HTTP/1.1\r\n" HOST "\r\n");
        status = hear(other, false).status;
        close(other);
    } while (status == 429);
    assert_int_equal(status, 200);
    assert_in_range(msg_clock_ms() - begun, SHORT_MS, PATIENCE_S * 1000 / 2);
    close(fd);
}

static void
test_client_that_reads_steadily_gets_all_of_it(void **state)
{
    kit_t *kit = *state;
    static char bytes[64 * 1024];
    size_t left = HUGE_BYTES;
    int room = sizeof bytes;
    start(kit, kit->endpoint, PATIENCE_S * 1000, SHORT_MS);
    int fd = dial(kit);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    int64_t begun = msg_clock_ms();
    say(fd, "GET /huge HTTP/1.1\r\n" HOST "\r\n");
    size_t head = strlen(hear(fd, true).head);
    assert_true(head > 0);
    while (left > 0) {
        ssize_t got = recv(fd, bytes, left < sizeof bytes? left: sizeof bytes, 0);
        assert_true(got > 0);
        left -= (size_t)got;
        poll(NULL, 0, 5);                       // slower than it could, for longer than one may idle
    }
    assert_true(msg_clock_ms() - begun > 2 * SHORT_MS);
    close(fd);
}

static void
test_client_that_pauses_between_requests_is_cut_off_without_a_word(void **state)
{
    kit_t *kit = *state;
    start(kit, kit->endpoint, PATIENCE_S * 1000, SHORT_MS);
    int fd = dial(kit);
    say(fd, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(hear(fd, false).status, 200);
    assert_int_equal(hear(fd, false).status, 0);
    close(fd);
}

static void
test_client_that_left_is_forgotten(void **state)
{
    kit_t *kit = *state;
    char log[4096];
    for (int i = 0; i < 8; i++) {
        int fd = dial(kit);
        say(fd, "GET /never HTTP/1.1\r\n" HOST "\r\n");
        sem_wait(&kit->stuck);
        close(fd);
    }
    int64_t begun = msg_clock_ms();
    http_stop(&kit->http, PATIENCE_S * 1000);   // would wait for those eight until their deadline
    assert_true(msg_clock_ms() - begun < PATIENCE_S * 1000 / 2);
    read_log(kit, log, sizeof log);
    int left = 0;
    for (const char *at = log; (at = strstr(at, " path=\"/never\" status=499 ")); at++)
        left++;
    assert_int_equal(left, 8);
}

static void
test_answer_of_a_client_that_left_is_dropped(void **state)
{
    kit_t *kit = *state;
    int gone = dial(kit), next = dial(kit);
    say(gone, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    sem_wait(&kit->stuck);
    shutdown(gone, SHUT_WR);
    assert_true(is_closed(gone));               // noticed before any answer
    say(next, "GET /now HTTP/1.1\r\n" HOST "\r\n");      // lets the toy answer both
    assert_int_equal(hear(next, false).status, 200);
    assert_int_equal(ask(kit, "GET /x HTTP/1.1\r\n" HOST "\r\n").status, 200);
    close(gone);
    close(next);
}

static void
test_connections_of_one_address_are_limited(void **state)
{
    kit_t *kit = *state;
    start_with(kit, (http_options_t){ .address_connections = 4 });
    int fds[4];
    for (int i = 0; i < 4; i++) {
        fds[i] = dial_from(kit, "127.0.0.2");
        say(fds[i], "GET /page HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(hear(fds[i], false).status, 200);
    }
    int fifth = dial_from(kit, "127.0.0.2");
    say(fifth, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    answer_t answer = hear(fifth, false);
    assert_int_equal(answer.status, 429);
    assert_non_null(strstr(answer.body, "Too many connections"));
    assert_non_null(header(&answer, "\nconnection: close"));
    assert_true(is_closed(fifth));
    close(fifth);
    assert_int_equal(ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n").status, 200);     // others come in
    close(fds[0]);
    int64_t end = msg_clock_ms() + PATIENCE_S * 1000;
    do {                                        // until the edge has noticed that one went
        close(fifth);
        fifth = dial_from(kit, "127.0.0.2");
        say(fifth, "GET /page HTTP/1.1\r\n" HOST "\r\n");
        answer = hear(fifth, false);
    } while (answer.status == 429 && msg_clock_ms() < end);
    assert_int_equal(answer.status, 200);
    close(fifth);
    for (int i = 1; i < 4; i++)
        close(fds[i]);
}

static void
test_all_connections_together_are_limited(void **state)
{
    kit_t *kit = *state;
    start_with(kit, (http_options_t){ .connections = 4 });
    int fds[5];
    for (int i = 0; i < 5; i++) {
        fds[i] = dial(kit);
        say(fds[i], "GET /page HTTP/1.1\r\n" HOST "\r\n");
        answer_t answer = hear(fds[i], false);
        assert_int_equal(answer.status, i < 4? 200: 503);
        assert_true(i < 4 || header(&answer, "\nretry-after: "));
    }
    for (int i = 0; i < 5; i++)
        close(fds[i]);
}

static void
test_full_queue_is_busy(void **state)
{
    kit_t *kit = *state;
    enum { MANY = 200 };
    int fds[MANY], busy = 0, late = 0;
    zsock_t *deaf = zsock_new(ZMQ_ROUTER);
    zsock_set_rcvhwm(deaf, LIMIT_QUEUE);
    char endpoint[80];
    snprintf(endpoint, sizeof endpoint, "%s.deaf", kit->endpoint);
    assert_int_equal(zsock_bind(deaf, "%s", endpoint), 0);
    start(kit, endpoint, 5 * SHORT_MS, PATIENCE_S * 1000);
    for (int i = 0; i < MANY; i++) {
        fds[i] = dial(kit);
        say(fds[i], "GET /x HTTP/1.1\r\n" HOST "\r\n");
    }
    for (int i = 0; i < MANY; i++) {
        answer_t answer = hear(fds[i], false);
        busy += answer.status == 503 && header(&answer, "\nretry-after: 1");
        late += answer.status == 504;
        if (answer.status != 503 && answer.status != 504)
            print_error("connection %d: status %d, %s\n", i, answer.status, answer.head);
        close(fds[i]);
    }
    assert_int_equal(busy + late, MANY);
    assert_in_range(late, LIMIT_QUEUE, 2 * LIMIT_QUEUE);
    http_stop(&kit->http, 0);
    zsock_destroy(&deaf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_body_over_the_limit_is_refused_before_it_comes),
        TEST(test_chunked_body_over_the_limit_is_refused),
        TEST(test_header_over_the_limit_is_refused),
        TEST(test_address_over_the_limit_is_refused),
        TEST(test_client_that_left_is_forgotten),
        TEST(test_answer_of_a_client_that_left_is_dropped),
        TEST(test_client_that_pauses_between_requests_is_cut_off_without_a_word),
        TEST(test_connections_of_one_address_are_limited),
        TEST(test_all_connections_together_are_limited),
        TEST(test_full_queue_is_busy),
        TEST(test_client_that_sends_too_slowly_is_cut_off),
        TEST(test_client_that_sends_a_byte_now_and_then_is_cut_off),
        TEST(test_client_that_reads_a_byte_now_and_then_is_cut_off),
        TEST(test_client_that_reads_steadily_gets_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
