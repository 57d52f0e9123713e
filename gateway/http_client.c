#include "http_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SWEEP_MS = 250 };

client_t *
client_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void
client_add(http_t *self, client_t *client, struct MHD_Connection *connection)
{
    client->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    client->until = self->tick + self->client_ms;
    client->next = self->clients;
    if (client->next)
        client->next->prev = client;
    self->clients = client;
}

static void
client_remove(http_t *self, client_t *client)
{
    *(client->prev? &client->prev->next: &self->clients) = client->next;
    if (client->next)
        client->next->prev = client->prev;
    if (client->busy)
        self->busy--;
    free(client->target);
    free(client);
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

// Called with the whole request target before libmicrohttpd takes it apart: the only moment to have it as it came.
void *
client_target(void *self, const char *uri, struct MHD_Connection *connection)
{
    (void)self;
    client_t *client = client_of(connection);
    size_t size = strlen(uri);
    client->target_too_long = size > LIMIT_REQUEST_LINE_BYTES;
    if (client->target_too_long)
        size = LIMIT_REQUEST_LINE_BYTES;
    if (size >= client->target_room) {
        size_t room = size < 256? 256: LIMIT_REQUEST_LINE_BYTES + 1;
        client->target = realloc(client->target, room);
        if (!client->target)
            abort();
        client->target_room = room;
    }
    memcpy(client->target, uri, size);
    client->target[size] = '\0';
    client->target_size = size;
    return NULL;
}

void
client_begin(http_t *self, client_t *client)
{
    if (!client->busy)
        self->busy++;
    client->busy = true;
    client->until = self->tick + self->client_ms;
}

void
client_end(http_t *self, client_t *client)
{
    if (client->busy)
        self->busy--;
    client->busy = false;
    client->until = self->tick + self->client_ms;
}

void
client_allow(const http_t *self, client_t *client, int64_t since, size_t bytes)
{
    client->until = since + self->client_ms + (int64_t)(bytes / LIMIT_CLIENT_RATE);
}

// libmicrohttpd's own timer starts anew with every byte, so that one byte a second holds a connection for ever.
void
client_sweep(http_t *self)
{
    if (self->tick < self->sweep_tick)
        return;
    for (client_t *client = self->clients; client; client = client->next)
        if (self->tick > client->until) {
            shutdown(client->fd, SHUT_RDWR);    // libmicrohttpd sees it and closes
            client->until = INT64_MAX;
        }
    self->sweep_tick = self->tick + (SWEEP_MS < self->client_ms / 4? SWEEP_MS: self->client_ms / 4);
}
