#include "sockets.h"

#include <czmq.h>
#include "banned.h"

void
socket_set(void *socket, int option, int value)
{
    int code = zmq_setsockopt(socket, option, &value, sizeof value);
    assert(code == 0);
    (void)code;
}

void *
socket_try(int type)
{
    void *socket = zmq_socket(zsys_init(), type);
    if (socket)
        socket_set(socket, ZMQ_LINGER, 0);
    return socket;
}

void *
socket_new(int type)
{
    void *socket = socket_try(type);
    if (!socket)
        abort();
    return socket;
}

void
socket_close(void **socket)
{
    if (*socket)
        (void)zmq_close(*socket);
    *socket = NULL;
}
