#include "wait.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <zmq.h>
#include "banned.h"

int
wait_fd(void *socket)
{
    int fd = -1;
    size_t size = sizeof fd;
    (void)zmq_getsockopt(socket, ZMQ_FD, &fd, &size);
    return fd;
}

bool
wait_any(struct pollfd *items, unsigned count, int64_t ms)
{
    int limit = ms < 0? 0: ms > INT_MAX? INT_MAX: (int)ms;
    for (unsigned i = 0; i < count; i++)
        items[i].revents = 0;
    return poll(items, count, limit) >= 0 || errno == EINTR;
}

void
wait_politely(void)
{
    const struct sched_param none = { 0 };
    (void)sched_setscheduler(0, SCHED_BATCH, &none);    // 0: this thread; a refusal costs only the gain
}
