// The edge over real sockets: a table of what is malformed, smuggled or strange, each with what must come out
#include "edge_kit.h"

enum { STAYS = 0, CLOSES = 1 };

// After the answer the client sends a request for /healthz: answered next if the connection stays, never if it closes.
typedef struct {
    const char *bytes;
    size_t size;
    int status;                                 // 0: closed without a word
    bool closes;
    const char *body;                           // how it begins; NULL: whatever it says
} case_t;
#define CASE(bytes, status, closes, body) { bytes, sizeof bytes - 1, status, closes, body }
#define GET_X "GET /x HTTP/1.1\r\n"
#define POST_X "POST /x HTTP/1.1\r\n" HOST
#define CHUNKS POST_X "Transfer-Encoding: chunked\r\n\r\n"

static const case_t framing[] = {
    CASE(POST_X "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, CLOSES, "400 The request says in two ways"),
    CASE(POST_X "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length: 3, 3\r\n\r\nabc", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length: -3\r\n\r\nabc", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length: +3\r\n\r\nabc", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length: 0x3\r\n\r\nabc", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length: 3 4\r\n\r\nabc", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length:\r\n\r\n", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length: 99999999999999999999999\r\n\r\n", 413, CLOSES, "413 What was sent is too large"),
    CASE(POST_X "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400, CLOSES, NULL),
    CASE(POST_X "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400, CLOSES, NULL),
    CASE(POST_X "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, CLOSES, "501 The only transfer coding"),
    CASE(POST_X "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501, CLOSES, NULL),
    CASE(POST_X "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n", 501, CLOSES, NULL),
    CASE(POST_X "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, CLOSES, "400 A line in the header"),
    CASE(POST_X "Transfer-Encoding:\x0b" "chunked\r\n\r\n0\r\n\r\n", 400, CLOSES, NULL),
    CASE("POST /x HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, CLOSES, NULL),
    CASE(CHUNKS "zz\r\nabc\r\n0\r\n\r\n", 400, CLOSES, "400 This is no HTTP request"),
    CASE(CHUNKS "-1\r\nabc\r\n0\r\n\r\n", 400, CLOSES, NULL),
    CASE(CHUNKS "ffffffffffffffffff\r\nabc", 413, CLOSES, NULL),
    CASE(CHUNKS "3\r\nabcd\r\n0\r\n\r\n", 400, CLOSES, NULL),
    CASE(CHUNKS "3;name=value\r\nabc\r\n0\r\n\r\n", 200, STAYS, "POST /x ? 3 "),
    CASE(CHUNKS "0\r\nX-Late: 1\r\nContent-Length: 99\r\n\r\n", 200, STAYS, "POST /x ? 0 "),
    CASE(GET_X HOST "Content-Length: 24\r\n\r\nGET /smuggled HTTP/1.1\r\n", 200, STAYS, "GET /x ? 24 "),
    CASE(POST_X "Content-Length: 34\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", 200, STAYS, "POST /x ? 34 "),
    CASE(POST_X "Expect: 200-maybe\r\nContent-Length: 1\r\n\r\na", 200, STAYS, "POST /x ? 1 "),
};

static const case_t lines[] = {
    CASE(GET_X HOST "X: a\rTransfer-Encoding: chunked\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X: a\rb\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X: \x1b[2J\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X: a\x7f\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X: \xff\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X: \xc3\xa9\r\n\r\n", 200, STAYS, "GET /x "),
    CASE(GET_X HOST "X Y: x\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X : x\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X\0Y: x\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X(): x\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "nonsense\r\n\r\n", 400, CLOSES, NULL),
    CASE(GET_X " X: folded\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X-Test: a\r\n folded and long\r\n\r\n", 400, CLOSES, NULL),
    CASE(POST_X "Transfer-Encoding:\r\n chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400, CLOSES, NULL),
    CASE(POST_X "Content-Length:\r\n\t3\r\n\r\nabc", 400, CLOSES, NULL),
    CASE(GET_X HOST "X-Test: a\0what nobody is to see\r\n\r\n", 400, CLOSES, NULL),
    CASE("GET /x\0?what nobody is to see HTTP/1.1\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE("GET\0what nobody is to see /x HTTP/1.1\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE(GET_X HOST "X-Test:    1\r\nX-A:b\r\nX-C: d  \r\n\r\n", 200, STAYS, "GET /x ? 0 c1 x-test"),
    CASE(GET_X HOST "X-Test:\r\n\r\n", 200, STAYS, "GET /x ? 0 c1 x-test"),
    CASE("GET /x HTTP/1.1\nHost: localhost\n\n", 200, STAYS, "GET /x "),                // RFC 9112, 2.2: may be taken
    CASE("\r\n\r\n" GET_X HOST "\r\n", 200, STAYS, "GET /x "),
    CASE(GET_X "\r\n", 400, CLOSES, "400 The request has no Host"),
    CASE(GET_X HOST HOST "\r\n", 400, CLOSES, NULL),
    CASE(GET_X "Host: localhost, evil.com\r\n\r\n", 421, STAYS, NULL),
    CASE(GET_X "Host: localhost@evil.com\r\n\r\n", 421, STAYS, NULL),
    CASE(GET_X "Host: localhost:99999\r\n\r\n", 421, STAYS, NULL),
    CASE(GET_X "Host:\r\n\r\n", 421, STAYS, NULL),
};

static const case_t starts[] = {
    CASE("GET /x\r\n\r\n", 400, CLOSES, NULL),
    CASE("GET /x HTTP/0.9\r\n\r\n", 505, CLOSES, "505 This version"),
    CASE("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, CLOSES, NULL),
    CASE("GET /x HTTP/1.1x\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE("GET /x HTP/1.1\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE(" GET /x HTTP/1.1\r\n" HOST "\r\n", 0, CLOSES, NULL),
    CASE("GET\t/x\tHTTP/1.1\r\n" HOST "\r\n", 0, CLOSES, NULL),
    CASE("get /x HTTP/1.1\r\n" HOST "\r\n", 501, STAYS, NULL),
    CASE("CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE("TRACE /x HTTP/1.1\r\n" HOST "\r\n", 501, STAYS, NULL),
    CASE("GET /x HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200, STAYS, "GET /x "),
    CASE("GET /x HTTP/1.0\r\n\r\n", 200, CLOSES, "GET /x "),
    CASE("GET /%zz/%2e%2e/%c0%af?%zz HTTP/1.1\r\n" HOST "\r\n", 200, STAYS, "GET /%zz/%2e%2e/%c0%af ?%zz "),
    CASE("GET /a%2fb/../c//d HTTP/1.1\r\n" HOST "\r\n", 200, STAYS, "GET /a%2fb/../c//d "),      // the flows decide
    CASE("GET /\xc0\xaf HTTP/1.1\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE("GET /\xed\xa0\x80 HTTP/1.1\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE("GET \\x HTTP/1.1\r\n" HOST "\r\n", 400, CLOSES, NULL),
    CASE("GET //evil.com/x HTTP/1.1\r\n" HOST "\r\n", 200, STAYS, "GET //evil.com/x "),
    CASE("GET http://evil.com/x HTTP/1.1\r\n" HOST "\r\n", 421, STAYS, NULL),
    CASE("GET /x#y HTTP/1.1\r\n" HOST "\r\n", 200, STAYS, "GET /x#y "),
};

static void
check_case(const kit_t *kit, const case_t *row)
{
    static const char next[] = "GET /healthz HTTP/1.1\r\n" HOST "\r\n";
    int fd = dial(kit);
    assert_int_equal(send(fd, row->bytes, row->size, MSG_NOSIGNAL), (ssize_t)row->size);
    answer_t answer = hear(fd, false);
    if (answer.status != row->status || (row->body && strncmp(answer.body, row->body, strlen(row->body)) != 0))
        fail_msg("%s: %d %s", row->bytes, answer.status, answer.body);
    if (answer.status && (!header(&answer, "\nx-content-type-options: nosniff")
                          || !header(&answer, "\nreferrer-policy: ") || !header(&answer, "\nx-request-id: ")))
        fail_msg("%s: %s", row->bytes, answer.head);
    say(fd, next);
    answer = hear(fd, false);
    if (row->closes? answer.status != 0: answer.status != 200 || strcmp(answer.body, "ok\n") != 0)
        fail_msg("%s: then %d %s", row->bytes, answer.status, answer.body);
    close(fd);
}

#define CHECK_ALL(kit, rows) \
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) \
        check_case(kit, &rows[i])

static void
test_where_a_request_ends_is_never_in_doubt(void **state)
{
    CHECK_ALL(*state, framing);
}

static void
test_malformed_lines_of_a_header_are_refused(void **state)
{
    CHECK_ALL(*state, lines);
}

static void
test_strange_first_lines_are_told_what_is_wrong(void **state)
{
    CHECK_ALL(*state, starts);
}

// Text of a start, some pieces and an end; the caller frees it.
static char *
with_pieces(const char *start, const char *piece, size_t count, const char *end)
{
    size_t size = strlen(start), step = strlen(piece), more = strlen(end);
    char *text = calloc(1, size + count * step + more + 1);
    memcpy(text, start, size);
    for (size_t i = 0; i < count; i++, size += step)
        memcpy(text + size, piece, step);
    memcpy(text + size, end, more);
    return text;
}

static int
status_with(const kit_t *kit, const char *start, const char *piece, size_t count)
{
    char *text = with_pieces(start, piece, count, "\r\n\r\n");
    answer_t answer = ask(kit, text);
    free(text);
    assert_non_null(header(&answer, "\nx-content-type-options: nosniff"));
    return answer.status;
}

static void
test_what_is_too_much_is_told_in_its_own_status(void **state)
{
    kit_t *kit = *state;
    static const char line[] = "GET /x HTTP/1.1\r\nHost: localhost";
    assert_int_equal(status_with(kit, line, "\r\nX: 1", 126), 200);
    assert_int_equal(status_with(kit, line, "\r\nX: 1", 128), 431);
    assert_int_equal(status_with(kit, line, "\r\nX: 1", 20000), 431);
    assert_int_equal(status_with(kit, "GET /x HTTP/1.1\r\nHost: localhost\r\nCookie: ", "a=1; ", 5000), 431);
    assert_int_equal(status_with(kit, "GET /x HTTP/1.1\r\nHost: localhost\r\nX: ", "xxxxxxxxxx", 40000), 431);
    assert_int_equal(status_with(kit, "GET /", "xxxxxxxxxx", 20000), 414);
}

static void
test_a_thousand_fields_in_a_query_are_no_trouble(void **state)
{
    char *text = with_pieces("GET /x?", "a=&", 2000, "b=1 HTTP/1.1\r\n" HOST "\r\n");
    answer_t answer = ask(*state, text);
    free(text);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "&b=1 0 c1"));
}

static void
test_who_takes_html_is_refused_by_a_page_and_a_program_by_an_object(void **state)
{
    kit_t *kit = *state;
    answer_t answer = ask(kit, POST_X "Accept: text/html\r\nContent-Length: x\r\n\r\n");
    assert_int_equal(answer.status, 400);
    assert_non_null(strstr(answer.body, "<h1>Bad Request</h1>"));
    assert_non_null(strstr(answer.body, "Number of this answer: <code>"));
    assert_non_null(header(&answer, "\ncontent-security-policy: default-src 'self'"));
    answer = ask(kit, "POST /api/v1/pages HTTP/1.1\r\n" HOST "Accept: text/html\r\nContent-Length: x\r\n\r\n");
    assert_non_null(header(&answer, "\ncontent-type: application/json"));
    assert_non_null(strstr(answer.body, "{\"error\":\"This is no HTTP"));
}

static void
test_body_is_asked_for_by_who_waits_with_it(void **state)
{
    int fd = dial(*state);
    say(fd, POST_X "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_int_equal(hear(fd, true).status, 100);
    say(fd, "abc");
    answer_t answer = hear(fd, false);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "POST /x ? 3 c1 ");
    close(fd);
}

// A refused body of a small size is read over, a large one ends the connection; either way one answer comes.
static void
test_refusal_in_a_pipeline_is_one_answer_in_its_place(void **state)
{
    int fd = dial(*state);
    say(fd, GET_X HOST "\r\nBREW /y HTTP/1.1\r\n" HOST "\r\n" GET_X HOST "\r\n"
            "GET /z HTTP/9.9\r\n\r\n" GET_X HOST "\r\n");
    assert_int_equal(hear(fd, false).status, 200);
    assert_int_equal(hear(fd, false).status, 501);
    assert_int_equal(hear(fd, false).status, 200);
    assert_int_equal(hear(fd, false).status, 505);
    assert_true(is_closed(fd));
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_where_a_request_ends_is_never_in_doubt),
        TEST(test_malformed_lines_of_a_header_are_refused),
        TEST(test_strange_first_lines_are_told_what_is_wrong),
        TEST(test_what_is_too_much_is_told_in_its_own_status),
        TEST(test_a_thousand_fields_in_a_query_are_no_trouble),
        TEST(test_who_takes_html_is_refused_by_a_page_and_a_program_by_an_object),
        TEST(test_body_is_asked_for_by_who_waits_with_it),
        TEST(test_refusal_in_a_pipeline_is_one_answer_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
