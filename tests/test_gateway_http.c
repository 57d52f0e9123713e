// The edge over real sockets, before a toy gateway actor
#include "unit.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../gateway/event.h"
#include "../gateway/http.h"

enum { DEADLINE_MS = 300, CLIENT_MS = 400, PATIENCE_S = 20 };

// ---- the toy actor ----------------------------------------------------------------------------------------------------
typedef struct {
    char endpoint[64];
    char events[80];
    atomic_int asked;                           // gateway.handle requests
    atomic_int commit;                          // the head is "c<number>"
    zsock_t *publisher;
    zactor_t *actor;
    http_t *http;
    FILE *log;
} kit_t;

static msg_t *
reply_of(kit_t *kit, msg_t *message, gateway_handle_req_t *request)
{
    char commit[16];
    char body[2048];
    bool page = strncmp(request->path, "/page", 5) == 0;
    bool save = strcmp(request->path, "/save") == 0;
    if (save)
        atomic_fetch_add(&kit->commit, 1);
    snprintf(commit, sizeof commit, "c%d", atomic_load(&kit->commit));
    zframe_t *blob = msg_blob(message, 0);
    snprintf(body, sizeof body, "%s %s ?%s %zu %s %s", request->method, request->path, request->query,
             blob? zframe_size(blob): 0, commit, event_header((event_request_t *)request, "x-test")? "x-test": "");
    http_header_t headers[] = { { "content-type", page? "text/html": "text/plain" }, { "set-cookie", "a=1" },
                                { "set-cookie", "b=2" }, { "connection", "upgrade" }, { "x-bad", "a\nb" } };
    gateway_handle_rep_t reply = { .status = save? 303: 200, .headers = headers, .headers_count = page? 1: 5,
                                   .cacheable = page, .commit = page || save? commit: "" };
    msg_t *answer = msg_new_rep(message, &call_gateway_handle, &reply);
    zframe_t *out = zframe_new(body, strlen(body));
    msg_add_blob(answer, &out);
    return answer;
}

static msg_t *
toy_answer(kit_t *kit, msg_t *message)
{
    gateway_handle_req_t request;
    if (strcmp(msg_head(message)->type, "gateway.head") == 0) {
        char commit[16];
        snprintf(commit, sizeof commit, "c%d", atomic_load(&kit->commit));
        gateway_head_rep_t head = { commit };
        return msg_new_rep(message, &call_gateway_head, &head);
    }
    if (msg_read_req(message, &call_gateway_handle, &request, NULL) != OK)
        return msg_new_err(message, INVALID, "the request cannot be read");
    atomic_fetch_add(&kit->asked, 1);
    if (strcmp(request.path, "/never") == 0)
        return NULL;
    if (strstr(request.path, "missing"))
        return msg_new_err(message, NOT_FOUND, "no page <%s>", request.path);
    if (strcmp(request.path, "/garbage") == 0) {
        gateway_head_rep_t head = { "c1" };
        return msg_new_rep(message, &call_gateway_head, &head);
    }
    return reply_of(kit, message, &request);
}

static void
toy(zsock_t *pipe, void *context)
{
    kit_t *kit = context;
    zsock_t *router = zsock_new(ZMQ_ROUTER);
    assert_int_equal(zsock_bind(router, "%s", kit->endpoint), 0);
    zpoller_t *poller = zpoller_new(router, pipe, NULL);
    zsock_signal(pipe, 0);
    while (zpoller_wait(poller, -1) == router) {
        msg_t *message = msg_recv_routed(router, NULL);
        if (!message)
            continue;
        msg_t *answer = toy_answer(kit, message);
        if (answer && msg_send(&answer, router) != OK)
            msg_destroy(&answer);
        msg_destroy(&message);
    }
    zpoller_destroy(&poller);
    zsock_destroy(&router);
}

static int
setup(void **state)
{
    kit_t *kit = calloc(1, sizeof *kit);
    *state = kit;
    zsys_handler_set(NULL);
    snprintf(kit->endpoint, sizeof kit->endpoint, "inproc://toy-%p", (void *)kit);
    snprintf(kit->events, sizeof kit->events, "%s.events", kit->endpoint);
    atomic_store(&kit->commit, 1);
    kit->actor = zactor_new(toy, kit);
    kit->publisher = zsock_new(ZMQ_PUB);
    assert_int_equal(zsock_bind(kit->publisher, "%s", kit->events), 0);
    kit->log = tmpfile();
    http_options_t options = { .gateway_endpoint = kit->endpoint, .events_endpoint = kit->events,
                               .deadline_ms = DEADLINE_MS, .client_ms = CLIENT_MS, .log_fd = fileno(kit->log) };
    kit->http = http_start(&options);
    return kit->http? 0: -1;
}

static int
teardown(void **state)
{
    kit_t *kit = *state;
    http_stop(&kit->http, 0);
    zactor_destroy(&kit->actor);
    zsock_destroy(&kit->publisher);
    fclose(kit->log);
    free(kit);
    return 0;
}

// ---- the client -------------------------------------------------------------------------------------------------------
static int
dial(const kit_t *kit)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(kit->http)) };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static void
say(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t sent = send(fd, text, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;                             // the other side may have had enough
        text += sent;
        size -= (size_t)sent;
    }
}

typedef struct {
    int status;                                 // 0: the connection was closed
    char head[8192];
    char body[16384];
} answer_t;

static const char *
header(const answer_t *answer, const char *name)
{
    const char *line = strcasestr(answer->head, name);
    return line? line + strlen(name): NULL;
}

// Reads one answer, byte by byte for its head, so that the next one stays in the socket.
static answer_t
hear(int fd, bool bodyless)
{
    answer_t answer = { 0 };
    size_t used = 0;
    while (used < sizeof answer.head - 1 && !strstr(answer.head, "\r\n\r\n"))
        if (recv(fd, answer.head + used, 1, 0) == 1)
            used++;
        else
            return (answer_t){ 0 };
    answer.status = atoi(answer.head + strlen("HTTP/1.1 "));
    const char *length = header(&answer, "\ncontent-length:");
    size_t size = length && !bodyless? (size_t)atoi(length): 0;
    assert_true(size < sizeof answer.body);
    for (used = 0; used < size;) {
        ssize_t got = recv(fd, answer.body + used, size - used, 0);
        assert_true(got > 0);
        used += (size_t)got;
    }
    return answer;
}

#define HOST "Host: localhost\r\n"

static answer_t
ask(const kit_t *kit, const char *text)
{
    int fd = dial(kit);
    say(fd, text);
    answer_t answer = hear(fd, strncmp(text, "HEAD", 4) == 0);
    close(fd);
    return answer;
}

static bool
is_closed(int fd)
{
    char byte;
    return recv(fd, &byte, 1, 0) <= 0;
}

// ---- rules ------------------------------------------------------------------------------------------------------------
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
    assert_null(header(&answer, "content-security-policy"));
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
test_body_over_the_limit_is_refused_before_it_comes(void **state)
{
    kit_t *kit = *state;
    char text[256];
    snprintf(text, sizeof text, "POST /save HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: %d\r\n\r\n",
             LIMIT_REQUEST_BODY_BYTES + 1);
    assert_int_equal(ask(kit, text).status, 413);
    assert_int_equal(ask(kit, "POST /save HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n").status / 100, 4);
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

static void
test_chunked_body_arrives_whole(void **state)
{
    answer_t answer = ask(*state, "POST /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_string_equal(answer.body, "POST /x ? 5 c1 ");
    answer = ask(*state, "POST /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n");
    assert_int_equal(answer.status, 400);
}

static answer_t
ask_with_header_of(const kit_t *kit, size_t size)
{
    char *text = malloc(size + 128);
    size_t used = (size_t)sprintf(text, "GET /x HTTP/1.1\r\n" HOST "X-Long: ");
    memset(text + used, 'x', size);
    strcpy(text + used + size, "\r\n\r\n");
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
    char text[LIMIT_REQUEST_LINE_BYTES + 256];
    int used = sprintf(text, "GET /");
    memset(text + used, 'x', LIMIT_REQUEST_LINE_BYTES);
    strcpy(text + used + LIMIT_REQUEST_LINE_BYTES, " HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(ask(*state, text).status, 414);
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
    int fd = dial(kit);
    say(fd, "GET /never HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(hear(fd, false).status, 504);
    say(fd, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(hear(fd, false).status, 200);  // the connection lives on
    close(fd);
}

static void
test_absent_actor_is_unavailable(void **state)
{
    kit_t *kit = *state;
    http_options_t options = { .gateway_endpoint = "ipc://@wikibot-test-nobody", .log_fd = fileno(kit->log) };
    http_stop(&kit->http, 0);
    kit->http = http_start(&options);
    assert_non_null(kit->http);
    answer_t answer = ask(kit, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(answer.status, 503);
    assert_non_null(header(&answer, "\nretry-after: 1"));
    assert_int_equal(ask(kit, "GET /healthz HTTP/1.1\r\n" HOST "\r\n").status, 200);
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
test_head_has_the_length_and_no_body(void **state)
{
    kit_t *kit = *state;
    int fd = dial(kit);
    for (int i = 0; i < 3; i++) {               // asked, then kept
        say(fd, "HEAD /page HTTP/1.1\r\n" HOST "\r\n");
        answer_t answer = hear(fd, true);
        assert_int_equal(answer.status, 200);
        assert_int_equal(atoi(header(&answer, "\ncontent-length:")), strlen("GET /page ? 0 c1 "));
    }
    close(fd);
    assert_int_equal(atomic_load(&kit->asked), 1);
}

static void
test_kept_answer_is_the_same_and_asks_nobody(void **state)
{
    kit_t *kit = *state;
    answer_t first = ask(kit, "GET /page?a HTTP/1.1\r\n" HOST "\r\n");
    answer_t second = ask(kit, "GET /page?a HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
    assert_int_equal(atomic_load(&kit->asked), 1);
    assert_string_equal(first.body, second.body);
    assert_string_equal(ask(kit, "GET /page?b HTTP/1.1\r\n" HOST "\r\n").body, "GET /page ?b 0 c1 ");
    assert_int_equal(ask(kit, "GET /page?a HTTP/1.1\r\n" HOST "Authorization: x\r\n\r\n").status, 200);
    assert_int_equal(atomic_load(&kit->asked), 3);
}

static void
test_known_entity_tag_is_not_modified(void **state)
{
    kit_t *kit = *state;
    char text[512];
    answer_t answer = ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    const char *etag = header(&answer, "\netag: ");
    assert_non_null(etag);
    snprintf(text, sizeof text, "GET /page HTTP/1.1\r\n" HOST "If-None-Match: \"x\", W/%.*s\r\n\r\n",
             (int)strcspn(etag, "\r"), etag);
    for (int i = 0; i < 2; i++) {               // kept, then not
        int fd = dial(kit);
        say(fd, text);
        answer_t same = hear(fd, true);
        assert_int_equal(same.status, 304);
        assert_non_null(header(&same, "\netag: "));
        assert_non_null(header(&same, "\ncache-control: no-cache"));
        say(fd, "GET /x HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(hear(fd, false).status, 200);      // nothing of a body in between
        close(fd);
        http_stop(&kit->http, 1000);
        http_options_t options = { .gateway_endpoint = kit->endpoint, .log_fd = fileno(kit->log) };
        kit->http = http_start(&options);
    }
    assert_int_equal(ask(kit, "GET /page HTTP/1.1\r\n" HOST "If-None-Match: \"x\"\r\n\r\n").status, 200);
}

static void
test_who_saved_reads_what_was_saved(void **state)
{
    for (int i = 1; i < 20; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "GET /page ? 0 c%d ", i);
        assert_string_equal(ask(*state, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, wanted);
        assert_string_equal(ask(*state, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, wanted);
        assert_int_equal(ask(*state, "POST /save HTTP/1.1\r\n" HOST "\r\n").status, 303);
    }
}

static void
test_event_of_a_moved_head_empties_the_cache(void **state)
{
    kit_t *kit = *state;
    store_moved_evt_t moved = { .commit = "c2" };
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    atomic_store(&kit->commit, 2);
    int64_t end = msg_clock_ms() + PATIENCE_S * 1000;
    answer_t answer;
    do {
        msg_t *event = msg_new_evt(&event_store_moved, &moved);
        if (msg_send(&event, kit->publisher) != OK)
            msg_destroy(&event);
        answer = ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    } while (strcmp(answer.body, "GET /page ? 0 c2 ") != 0 && msg_clock_ms() < end);
    assert_string_equal(answer.body, "GET /page ? 0 c2 ");
}

static void
test_head_that_moved_unheard_is_noticed(void **state)
{
    kit_t *kit = *state;
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    atomic_store(&kit->commit, 2);
    int64_t start = msg_clock_ms();
    while (strcmp(ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, "GET /page ? 0 c2 ") != 0)
        assert_true(msg_clock_ms() - start < PATIENCE_S * 1000);
}

static void
test_client_that_sends_too_slowly_is_cut_off(void **state)
{
    int silent = dial(*state);
    int slow = dial(*state);
    int stuck = dial(*state);
    say(slow, "GET /x HTTP/1.1\r\nHos");
    say(stuck, "POST /x HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc");
    assert_true(is_closed(slow));
    assert_true(is_closed(silent));
    assert_true(is_closed(stuck));
    close(slow);
    close(silent);
    close(stuck);
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
    rewind(kit->log);
    size_t size = fread(log, 1, sizeof log - 1, kit->log);
    log[size] = '\0';
    char *first = strtok(log, "\n"), *second = strtok(NULL, "\n"), *third = strtok(NULL, "\n");
    assert_null(strtok(NULL, "\n"));
    assert_non_null(strstr(first, " level=info event=http method=GET path=\"/page??x?\" status=200 bytes=20 ms="));
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
    int64_t end = msg_clock_ms() + PATIENCE_S * 1000;
    while (atomic_load(&kit->asked) == 0 && msg_clock_ms() < end)
        zclock_sleep(1);
    http_stop(&kit->http, 1);
    assert_int_equal(hear(fd, false).status, 503);
    assert_true(is_closed(fd));
    close(fd);
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
        TEST(test_body_over_the_limit_is_refused_before_it_comes),
        TEST(test_chunked_body_over_the_limit_is_refused),
        TEST(test_chunked_body_arrives_whole),
        TEST(test_header_over_the_limit_is_refused),
        TEST(test_address_over_the_limit_is_refused),
        TEST(test_unknown_method_and_malformed_address_are_refused),
        TEST(test_errors_of_the_actor_become_pages),
        TEST(test_no_answer_before_the_deadline_is_gateway_timeout),
        TEST(test_absent_actor_is_unavailable),
        TEST(test_pipelined_requests_are_answered_in_order),
        TEST(test_head_has_the_length_and_no_body),
        TEST(test_kept_answer_is_the_same_and_asks_nobody),
        TEST(test_known_entity_tag_is_not_modified),
        TEST(test_who_saved_reads_what_was_saved),
        TEST(test_event_of_a_moved_head_empties_the_cache),
        TEST(test_head_that_moved_unheard_is_noticed),
        TEST(test_client_that_sends_too_slowly_is_cut_off),
        TEST(test_trace_of_the_client_is_kept),
        TEST(test_each_request_is_one_line_of_the_log),
        TEST(test_stop_answers_who_waits),
        TEST(test_port_that_is_taken_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
