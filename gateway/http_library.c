// What libmicrohttpd refuses by itself - a head that is no HTTP or does not fit its memory, chunks without a size - it
// answers with pages of its own, without our headers, and sometimes twice. There is no callback for that. But it queues
// them by its public function, through the dynamic linker, so that the one below is called in its stead: it answers and
// shuts the door, so that the library's own answer finds nobody. (Refused by MHD_NO, 0.9.75 would go on with a
// connection that it has freed.) Where a linker binds the library to itself, its own pages go out as ever.
#include "http_parts.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/socket.h>

enum { DRAIN_BYTES = 1 << 20, DRAIN_STEP = 16 * 1024 };

typedef enum MHD_Result (*queue_fn)(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response);

static const fault_t faults[] = {
    { 400, "This is no HTTP request that can be understood." },
    { 413, "What was sent is too large." },
    { 414, "The address of the request is too long." },
    { 431, "The header of the request is too large." },
    { 505, "This version of HTTP is not spoken here. Use HTTP/1.1." },
};

bool
library_open(http_t *self)
{
    self->queue = dlsym(RTLD_NEXT, "MHD_queue_response");
    return self->queue != NULL;
}

static enum MHD_Result
queue_theirs(const client_t *client, struct MHD_Connection *connection, unsigned status, struct MHD_Response *response)
{
    queue_fn queue;
    memcpy(&queue, &client->http->queue, sizeof queue);         // C has no cast from an object to a function
    return queue(connection, status, response);
}

enum MHD_Result
library_queue(client_t *client, struct MHD_Connection *connection, unsigned status, struct MHD_Response *response)
{
    client->queueing = true;
    enum MHD_Result result = queue_theirs(client, connection, status, response);
    client->queueing = false;
    return result;
}

// Nothing more is sent. What is unread when a socket is closed makes the kernel reset the connection, and the answer
// would be lost.
static void
shut(const client_t *client)
{
    char bytes[DRAIN_STEP];
    shutdown(client->fd, SHUT_WR);
    for (size_t left = DRAIN_BYTES; left > 0;) {
        ssize_t got = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got <= 0)
            return;
        left -= (size_t)got < left? (size_t)got: left;
    }
}

// Called by libmicrohttpd, and by library_queue through it.
enum MHD_Result
MHD_queue_response(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response)
{
    client_t *client = client_of(connection);
    fault_t fault = { (int)status, "The request could not be handled." };
    if (client->queueing)
        return queue_theirs(client, connection, status, response);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].status == fault.status)
            fault = faults[i];
    fault_send(client->http, client, connection, &fault);
    shut(client);
    return queue_theirs(client, connection, status, response);
}
