// Whatever bytes come to the edge, and wherever they stop: each answer is whole and guarded, nothing follows the last
// one but the end of the connection, and that comes at once. Behind the edge is an actor that is not there.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../gateway/http.h"

enum { PATIENCE_S = 20, ANSWERS_BYTES = 4 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
    if (!promise)
        abort();
}

static http_t *http;                            // one for all inputs: it must survive each of them

// Sockets must be closed before czmq's own exit handler, which waits for them.
static void
stop(void)
{
    http_stop(&http, 0);
}

static http_t *
edge(void)
{
    if (!http) {
        http_options_t options = { .gateway_endpoint = "ipc://@wikibot-fuzz-nobody", .client_ms = PATIENCE_S * 1000 };
        options.log_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
        http = http_start(&options);
        must(http != NULL);
        atexit(stop);
    }
    return http;
}

static int
dial(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(edge())) };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    struct linger at_once = { .l_onoff = 1 };   // a port is free again as soon as it is not used
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    must(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

// All that is answered until the connection ends; false: it was reset, which ends it as well.
static bool
hear(int fd, char *answers, size_t *size)
{
    for (;;) {
        ssize_t got = recv(fd, answers + *size, ANSWERS_BYTES - *size, 0);
        if (got == 0)
            return true;
        must(got > 0 || errno == ECONNRESET);   // not that nothing happened in all that time
        if (got < 0)
            return false;
        *size += (size_t)got;
        must(*size < ANSWERS_BYTES);
    }
}

// One whole answer; returns where the next one begins. The answer to HEAD has a length and no body.
static const char *
check_answer(const char *at, bool headless)
{
    must(strncmp(at, "HTTP/1.1 ", 9) == 0 || strncmp(at, "HTTP/1.0 ", 9) == 0);
    const char *end = strstr(at, "\r\n\r\n");
    must(end != NULL);
    size_t head = (size_t)(end - at);
    if (strncmp(at + 9, "100", 3) == 0)
        return end + 4;
    must(memmem(at, head, "nosniff", 7) != NULL);
    const char *length = memmem(at, head, "Content-Length: ", 16);
    must(length != NULL);
    size_t body = strtoul(length + 16, NULL, 10);
    const char *next = end + 4 + (headless && strncmp(end + 4, "HTTP/1.", 7) == 0? 0: body);
    return headless && strlen(end + 4) < body? end + 4: next;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char answers[ANSWERS_BYTES + 1];
    size_t heard = 0, said = 0;
    int fd = dial();
    while (said < size) {
        ssize_t sent = send(fd, data + said, size - said, MSG_NOSIGNAL);
        if (sent <= 0)
            break;                              // it has heard enough
        said += (size_t)sent;
    }
    shutdown(fd, SHUT_WR);
    bool whole = hear(fd, answers, &heard);
    close(fd);
    answers[heard] = '\0';
    bool headless = memmem(data, size, "HEAD", 4) != NULL;
    for (const char *at = answers; whole && *at;)
        at = check_answer(at, headless);
    must(http_alive(edge()));
    return 0;
}
