// bench_gateway_save - clients that save pages through HTTP, each over a connection of its own that is kept open
//
// bench_gateway_save PORT TOKEN REVISION CLIENTS SAVES FIRST FOLDERS: each client saves SAVES pages of the generated
// wiki (page n is f<n mod FOLDERS>/p<n>), none twice, with the message "bench save <n>" and REVISION as base. Prints
// JSON: saves that were acknowledged, their median and 99th percentile, and the seconds for all.
#include <arpa/inet.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "bench_kit.h"

enum { CLIENTS_MAX = 64, SAVES_MAX = 2000, BUFFER = 64 * 1024, LINES = 48 };

typedef struct {
    int port, saves, first, folders;
    const char *token, *revision;
    int64_t times[SAVES_MAX];
    int saved;
} client_t;

static int
connect_to(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval patience = { .tv_sec = 30 };
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(client, (struct sockaddr *)&address, sizeof address) == 0)
        return client;
    perror("connect");
    exit(EXIT_FAILURE);
}

// The request for page `number`, as a browser would send it; returns its size.
static size_t
write_request(const client_t *self, int number, char *request)
{
    static const char sentence[] = "It+was+saved+again,+with+[[f001/p00001]]+and+some+more+words+on+the+line.%0D%0A";
    char body[BUFFER / 2];
    size_t size = (size_t)snprintf(body, sizeof body,
        "csrf_token=%s&revision=%s&line_ends=lf&request_id=bench%08x%08x&commit=bench+save+%d."
        "&content=%%23+Page+%d%%0D%%0A%%0D%%0A",
        self->token, self->revision, (unsigned)number, (unsigned)getpid(), number, number);
    for (int line = 0; line < LINES; line++) {
        memcpy(body + size, sentence, sizeof sentence);
        size += sizeof sentence - 1;
    }
    return (size_t)snprintf(request, BUFFER, "POST /f%03d/p%05d/save HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s", number % self->folders,
        number, size, body);
}

// Reads one answer; its status, or -1.
static int
read_answer(int connection, char *buffer)
{
    size_t have = 0, whole = SIZE_MAX;
    while (have < whole) {
        ssize_t got = recv(connection, buffer + have, BUFFER - 1 - have, 0);
        if (got <= 0)
            return -1;
        have += (size_t)got;
        buffer[have] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        char *length = strcasestr(buffer, "\r\nContent-Length:");
        if (end && length && length < end)
            whole = (size_t)(end + 4 - buffer) + strtoul(length + 17, NULL, 10);
        else if (end)
            whole = (size_t)(end + 4 - buffer);
        if (whole > BUFFER - 1 && whole != SIZE_MAX)
            return -1;
    }
    return (int)strtol(buffer + 9, NULL, 10);
}

static void *
run_client(void *argument)
{
    client_t *self = argument;
    char *buffer = malloc(BUFFER);
    int connection = connect_to(self->port);
    for (int count = 0; buffer && count < self->saves; count++) {
        size_t size = write_request(self, self->first + count, buffer);
        int64_t start = clock_ns();
        int status = send(connection, buffer, size, MSG_NOSIGNAL) == (ssize_t)size? read_answer(connection, buffer): -1;
        if (status == 302 || status == 303)
            self->times[self->saved++] = clock_ns() - start;
        else
            fprintf(stderr, "page %d: status %d\n%.300s\n", self->first + count, status, buffer);
        if (status < 0) {
            close(connection);
            connection = connect_to(self->port);
        }
    }
    close(connection);
    free(buffer);
    return NULL;
}

static void
report(client_t *clients, int count, int64_t begin)
{
    static int64_t all[CLIENTS_MAX * SAVES_MAX];
    double seconds = (double)(clock_ns() - begin) / 1e9;
    size_t saved = 0;
    for (int number = 0; number < count; number++) {
        memcpy(all + saved, clients[number].times, (size_t)clients[number].saved * sizeof *all);
        saved += (size_t)clients[number].saved;
    }
    qsort(all, saved, sizeof *all, compare_times);
    printf("{ \"saved\": %zu, \"median_us\": %.1f, \"p99_us\": %.1f, \"seconds\": %.3f, \"per_second\": %.1f }\n",
           saved, saved? (double)all[saved / 2] / 1e3: 0, saved? (double)all[saved * 99 / 100] / 1e3: 0, seconds,
           (double)saved / seconds);
}

int
main(int argc, char **argv)
{
    static client_t clients[CLIENTS_MAX];
    static pthread_t threads[CLIENTS_MAX];
    int numbers[4] = { 0 };                         // CLIENTS SAVES FIRST FOLDERS
    for (int number = 0; argc == 8 && number < 4; number++)
        numbers[number] = (int)strtol(argv[4 + number], NULL, 10);
    int count = numbers[0], saves = numbers[1];
    if (count < 1 || count > CLIENTS_MAX || saves < 1 || saves > SAVES_MAX || numbers[3] < 1) {
        fprintf(stderr, "bench_gateway_save PORT TOKEN REVISION CLIENTS SAVES FIRST FOLDERS\n");
        return EXIT_FAILURE;
    }
    int64_t begin = clock_ns();
    for (int number = 0; number < count; number++) {
        clients[number] = (client_t){ .port = (int)strtol(argv[1], NULL, 10), .token = argv[2], .revision = argv[3],
            .saves = saves, .first = numbers[2] + number * saves, .folders = numbers[3] };
        if (pthread_create(&threads[number], NULL, run_client, &clients[number]) != 0)
            return EXIT_FAILURE;
    }
    for (int number = 0; number < count; number++)
        pthread_join(threads[number], NULL);
    report(clients, count, begin);
    return EXIT_SUCCESS;
}
