// edge_kit - the edge over real sockets, with a toy gateway actor behind it and a bare client before it
#ifndef EDGE_KIT_H
#define EDGE_KIT_H
#include "unit.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../gateway/event.h"
#include "../gateway/http.h"

enum { SHORT_MS = 300, PATIENCE_S = 20 };

typedef struct {
    char endpoint[64];
    char events[80];
    sem_t stuck;                                // posted for each request that will get no answer
    atomic_int asked;                           // gateway.handle requests
    atomic_int commit;                          // the head is "c<number>"
    msg_t *later;                               // answer that is sent with the next one; of the toy alone
    zsock_t *publisher;
    void *router;                               // bound by setup, then of the toy alone
    int toy_stop;                               // eventfd
    pthread_t toy;
    http_t *http;
    FILE *log;
} kit_t;

enum { HUGE_BYTES = 12 << 20 };                 // more than the kernel takes for a client that does not read

static inline msg_t *
huge_reply(msg_t *message)
{
    gateway_handle_rep_t reply = { .status = 200, .commit = "" };
    msg_t *answer = msg_new_rep(message, &call_gateway_handle, &reply);
    zframe_t *out = zframe_new(NULL, HUGE_BYTES);
    memset(zframe_data(out), 'x', HUGE_BYTES);
    msg_add_blob(answer, &out);
    return answer;
}

static inline msg_t *
reply_of(kit_t *kit, msg_t *message, gateway_handle_req_t *request)
{
    char commit[16];
    char body[8192];
    bool image = strncmp(request->path, "/image", 6) == 0;
    bool own = strncmp(request->path, "/api/v1/own", 11) == 0;
    bool page = own || strncmp(request->path, "/page", 5) == 0;
    bool save = strcmp(request->path, "/save") == 0;
    if (save)
        atomic_fetch_add(&kit->commit, 1);
    snprintf(commit, sizeof commit, "c%d", atomic_load(&kit->commit));
    zframe_t *blob = msg_blob(message, 0);
    snprintf(body, sizeof body, "%s %s ?%s %zu %s %s", request->method, request->path, request->query,
             blob? zframe_size(blob): 0, commit, event_header(request, "x-test")? "x-test": "");
    const char *credential = event_header(request, "authorization");
    if (own)
        snprintf(body + strlen(body), 256, "for %s", credential? credential: "nobody");
    if (strstr(request->path, "/long") || strcmp(request->path, "/part") == 0)         // 4 KiB more
        snprintf(body + strlen(body), 4097, "%04096d", 0);
    if (strcmp(request->source, "metrics") == 0)
        snprintf(body, sizeof body, "# metrics of the toy\n");
    if (strcmp(request->path, "/huge") == 0)
        return huge_reply(message);
    const char *type = page? "text/html": image? "image/png": "text/plain";
    http_header_t headers[] = { { "content-type", type }, { "set-cookie", "a=1" },
                                { "set-cookie", "b=2" }, { "connection", "upgrade" }, { "x-bad", "a\nb" } };
    bool part = strcmp(request->path, "/part") == 0 && event_header(request, "range");
    gateway_handle_rep_t reply = { .status = save? 303: part? 206: 200, .headers = headers, .headers_count = page? 1: 5,
                                   .cacheable = page, .own = own, .commit = page || save? commit: "" };
    msg_t *answer = msg_new_rep(message, &call_gateway_handle, &reply);
    zframe_t *out = zframe_new(body, strlen(body));
    msg_add_blob(answer, &out);
    return answer;
}

static inline msg_t *
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
    if (strcmp(request.path, "/never") == 0) {
        sem_post(&kit->stuck);
        return NULL;
    }
    if (strcmp(request.path, "/later") == 0) {
        sem_post(&kit->stuck);
        kit->later = msg_new_rep(message, &call_gateway_handle, &(gateway_handle_rep_t){ .status = 200 });
        return NULL;
    }
    if (strstr(request.path, "missing"))
        return msg_new_err(message, NOT_FOUND, "no page <%s>", request.path);
    if (strcmp(request.path, "/garbage") == 0) {
        gateway_head_rep_t head = { "c1" };
        return msg_new_rep(message, &call_gateway_head, &head);
    }
    return reply_of(kit, message, &request);
}

// A thread of our own, not a zactor: that is never joined, so it may still be at work when its name is to be used anew.
static inline void *
toy(void *context)
{
    kit_t *kit = context;
    zmq_pollitem_t items[] = { { kit->router, 0, ZMQ_POLLIN, 0 }, { NULL, kit->toy_stop, ZMQ_POLLIN, 0 } };
    while (zmq_poll(items, 2, -1) > 0 && !items[1].revents) {
        msg_t *message = msg_recv_routed(kit->router, NULL);
        if (!message)
            continue;
        msg_t *answer = toy_answer(kit, message);
        if (answer && kit->later && msg_send(&kit->later, kit->router) != OK)
            msg_destroy(&kit->later);
        if (answer && msg_send(&answer, kit->router) != OK)
            msg_destroy(&answer);
        msg_destroy(&message);
    }
    msg_destroy(&kit->later);
    zmq_close(kit->router);
    return NULL;
}

// Starts the edge, anew if it runs. Times are long unless a rule is about them: machines may be busy.
static inline void
start_with(kit_t *kit, http_options_t options)
{
    const char *endpoint = options.gateway_endpoint? options.gateway_endpoint: kit->endpoint;
    options.gateway_endpoint = endpoint;
    options.events_endpoint = kit->events;
    options.log_fd = fileno(kit->log);
    if (options.deadline_ms == 0)
        options.deadline_ms = PATIENCE_S * 1000;
    if (options.client_ms == 0)
        options.client_ms = PATIENCE_S * 1000;
    http_stop(&kit->http, 0);
    kit->http = http_start(&options);
    assert_non_null(kit->http);
}

static inline void
start(kit_t *kit, const char *endpoint, int deadline_ms, int client_ms)
{
    start_with(kit, (http_options_t){ .gateway_endpoint = endpoint, .deadline_ms = deadline_ms,
                                      .client_ms = client_ms });
}

// What the log holds; the edge must have been stopped.
static inline void
read_log(kit_t *kit, char *log, size_t room)
{
    rewind(kit->log);
    size_t size = fread(log, 1, room - 1, kit->log);
    log[size] = '\0';
}

static inline int
setup(void **state)
{
    kit_t *kit = calloc(1, sizeof *kit);
    *state = kit;
    zsys_handler_set(NULL);
    sem_init(&kit->stuck, 0, 0);
    // The time: libzmq frees an inproc name some time after its socket was closed, so no name is used twice.
    snprintf(kit->endpoint, sizeof kit->endpoint, "inproc://toy-%" PRId64, zclock_usecs());
    snprintf(kit->events, sizeof kit->events, "%s.events", kit->endpoint);
    atomic_store(&kit->commit, 1);
    kit->router = zmq_socket(zsys_init(), ZMQ_ROUTER);
    assert_int_equal(zmq_bind(kit->router, kit->endpoint), 0);
    kit->toy_stop = eventfd(0, EFD_CLOEXEC);
    assert_int_equal(pthread_create(&kit->toy, NULL, toy, kit), 0);
    kit->publisher = zsock_new(ZMQ_PUB);
    assert_int_equal(zsock_bind(kit->publisher, "%s", kit->events), 0);
    kit->log = tmpfile();
    start(kit, kit->endpoint, PATIENCE_S * 1000, PATIENCE_S * 1000);
    return 0;
}

static inline int
teardown(void **state)
{
    kit_t *kit = *state;
    http_stop(&kit->http, 0);
    assert_int_equal(eventfd_write(kit->toy_stop, 1), 0);
    pthread_join(kit->toy, NULL);
    close(kit->toy_stop);
    zsock_destroy(&kit->publisher);
    sem_destroy(&kit->stuck);
    fclose(kit->log);
    free(kit);
    return 0;
}

// ---- the client ----
static inline int
dial_port(int port, const char *from)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in own = { .sin_family = AF_INET };
    assert_int_equal(inet_pton(AF_INET, from, &own.sin_addr), 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static inline int
dial_from(const kit_t *kit, const char *from)
{
    return dial_port(http_port(kit->http), from);
}

static inline int
dial(const kit_t *kit)
{
    return dial_from(kit, "127.0.0.1");
}

static inline void
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
static inline answer_t
hear(int fd, bool bodyless)
{
    answer_t answer = { 0 };
    size_t used = 0;
    while (used < sizeof answer.head - 1 && !strstr(answer.head, "\r\n\r\n"))
        if (recv(fd, answer.head + used, 1, 0) == 1)
            used++;
        else
            return (answer_t){ 0 };
    answer.status = (int)strtol(answer.head + strlen("HTTP/1.1 "), NULL, 10);
    const char *length = header(&answer, "\ncontent-length:");
    size_t size = length && !bodyless? strtoul(length, NULL, 10): 0;
    assert_true(size < sizeof answer.body);
    for (used = 0; used < size;) {
        ssize_t got = recv(fd, answer.body + used, size - used, 0);
        assert_true(got > 0);
        used += (size_t)got;
    }
    return answer;
}

#define HOST "Host: localhost\r\n"

static inline answer_t
ask(const kit_t *kit, const char *text)
{
    int fd = dial(kit);
    say(fd, text);
    answer_t answer = hear(fd, strncmp(text, "HEAD", 4) == 0);
    close(fd);
    return answer;
}

static inline bool
is_closed(int fd)
{
    char byte;
    return recv(fd, &byte, 1, 0) <= 0;
}
#endif
