#include "http_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "tcp.h"

enum { SWEEP_MS = 250, GONE = 64 };

static const fault_t many_here = { 429, "Too many connections from your address are open. Close some and try again." };
static const fault_t late = { 408, "The request came too slowly. Try again, perhaps over a better connection." };
static const fault_t many = { 503, "Too many connections are open. Try again in a moment." };

client_t *
client_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static const fault_t *
refusal(const http_t *self, const client_t *client)
{
    if (addresses_count(client->address) > self->address_connections)
        return &many_here;
    return self->open > self->connections? &many: NULL;
}

static void
client_add(http_t *self, client_t *client, struct MHD_Connection *connection)
{
    client->http = self;
    client->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    client->until = self->tick + self->client_ms;
    client->next = self->clients;
    if (client->next)
        client->next->prev = client;
    self->clients = client;
    self->open++;
    self->fresh++;
    client->address = addresses_enter(
        self->addresses, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    struct MHD_Daemon *daemon = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_DAEMON)->daemon;
    client->metrics = daemon == self->metrics_daemon;
    client->refused = client->metrics? NULL: refusal(self, client);
    self->metrics.refused += client->refused != NULL;
    // Edge-triggered: told once, when the peer shuts down. That costs one call a connection and none a request.
    struct epoll_event event = { .events = EPOLLRDHUP | EPOLLET, .data.ptr = client };
    epoll_ctl(self->gone_fd, EPOLL_CTL_ADD, client->fd, &event);
}

static void
client_remove(http_t *self, client_t *client)
{
    *(client->prev? &client->prev->next: &self->clients) = client->next;
    if (client->next)
        client->next->prev = client->prev;
    if (client->busy)
        self->busy--;
    if (!client->known)
        self->fresh--;
    self->open--;
    addresses_leave(self->addresses, &client->address);
    epoll_ctl(self->gone_fd, EPOLL_CTL_DEL, client->fd, NULL);
    free(client->line);
    free(client);
}

void
client_drain_gone(http_t *self)
{
    struct epoll_event events[GONE];
    int count = epoll_wait(self->gone_fd, events, GONE, 0);
    for (int i = 0; i < count; i++) {
        client_t *client = events[i].data.ptr;
        if (client->exchange)
            pending_leave(self, client->exchange);
        shutdown(client->fd, SHUT_RD);          // wakes libmicrohttpd, which read what there was and missed the end
    }
}

void
client_notify(void *self, struct MHD_Connection *connection, void **context,
              enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context)
            client_remove(self, *context);
        *context = NULL;
        return;
    }
    client_t *client = calloc(1, sizeof *client);
    if (!client)
        abort();
    client_add(self, client, connection);
    *context = client;
}

static void
make_room(client_t *client, size_t size)
{
    if (size < client->line_room)
        return;
    size_t room = size < 256? 256: LIMIT_REQUEST_LINE_BYTES + 1;
    client->line = realloc(client->line, room);
    if (!client->line)
        abort();
    client->line_room = room;
}

// "http://host/path", which every server must take: the host moves to the left, so that there is room for its NUL and
// for the slash that may be missing.
static void
split_absolute(client_t *client)
{
    char *line = client->line;
    size_t scheme = strncasecmp(line, "http://", 7) == 0? 7: strncasecmp(line, "https://", 8) == 0? 8: 0;
    if (scheme == 0)
        return;
    size_t host = strcspn(line + scheme, "/?");
    char *authority = line + scheme - 2;
    bool slash = line[scheme + host] == '/';
    memmove(authority, line + scheme, host);
    authority[host] = '\0';
    client->authority = authority;
    client->target = line + scheme + host - (slash? 0: 1);
    client->target[0] = '/';
    client->target_size -= (size_t)(client->target - line);
}

// Called with the whole request target before libmicrohttpd takes it apart: the only moment to have it as it came.
void *
client_target(void *self, const char *uri, struct MHD_Connection *connection)
{
    (void)self;
    client_t *client = client_of(connection);
    size_t size = strlen(uri);
    client->line_size = size;
    client->target_too_long = size > LIMIT_REQUEST_LINE_BYTES;
    if (client->target_too_long)
        size = LIMIT_REQUEST_LINE_BYTES;
    make_room(client, size);
    memcpy(client->line, uri, size);
    client->line[size] = '\0';
    client->target = client->line;
    client->target_size = size;
    client->authority = NULL;
    client->receiving = true;
    if (size > 0 && *uri != '/')
        split_absolute(client);
    char *query = strchr((char *)uri, '?');     // its own buffer, in which it is about to take the query apart: nobody
    if (query)                                  // needs that, and a thousand fields would not fit its memory
        query[1] = '\0';
    return NULL;
}

void
client_begin(http_t *self, client_t *client)
{
    if (!client->busy)
        self->busy++;
    if (!client->known)
        self->fresh--;
    client->busy = client->known = true;
    client->until = self->tick + self->client_ms;
}

void
client_end(http_t *self, client_t *client)
{
    if (client->busy)
        self->busy--;
    client->busy = client->receiving = client->answering = false;
    client->target = NULL;
    client->until = self->tick + self->client_ms;
}

void
client_earn(const http_t *self, client_t *client, uint64_t bytes)
{
    int64_t most = self->tick + self->client_ms;
    int64_t earned = client->until + (int64_t)(bytes / LIMIT_CLIENT_RATE);
    client->until = earned < most? earned: most;
}

void
client_answered(const http_t *self, client_t *client)
{
    client->receiving = false;
    client->answering = true;
    client->until = self->tick + self->client_ms;
}

// How much of its answer it has taken, only the kernel knows. What it took of earlier ones counts once.
static void
earn_by_taking(const http_t *self, client_t *client)
{
    uint64_t taken = tcp_taken(client->fd);
    client_earn(self, client, taken - client->taken);
    client->taken = taken;
}

// libmicrohttpd's own timer starts anew with every byte, so that one byte a second holds a connection for ever.
void
client_sweep(http_t *self)
{
    if (self->tick < self->sweep_tick)
        return;
    for (client_t *client = self->clients; client; client = client->next) {
        if (self->tick > client->until && client->answering)
            earn_by_taking(self, client);
        if (self->tick > client->until) {
            if (client->receiving)              // nothing else is being sent to it
                fault_send(self, client, client->exchange? client->exchange->connection: NULL, &late);
            shutdown(client->fd, SHUT_RDWR);    // libmicrohttpd sees it and closes
            client->until = INT64_MAX;
        }
    }
    self->sweep_tick = self->tick + (SWEEP_MS < self->client_ms / 4? SWEEP_MS: self->client_ms / 4);
}
