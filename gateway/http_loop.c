#include "http_parts.h"

#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "../actors/core/log.h"
#include "../actors/core/wait.h"

enum { RUNS = 16, IDLE_MS = 60000, CHECK_MS = 2000 };
enum { FRESH_MS = 500 };                        // a request takes to come, of who has connected when a stop begins
enum { CLIENTS, WAKE, GONE, METRICS, GATEWAY, EVENTS, POLLED };         // what the thread sleeps on

void
http_read_clocks(http_t *self)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    self->tick = (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
    clock_gettime(CLOCK_REALTIME, &time);
    self->now = (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void
http_check_head(http_t *self)
{
    if (self->tick < self->check_tick)
        return;
    self->check_tick = self->tick + CHECK_MS;   // until then the answer to this one may come, however slow the way
    gateway_head_req_t request = { .wiki = "" };
    msg_t *message = msg_new_req(&call_gateway_head, &request, NULL, self->now + CHECK_MS);
    if (!message)
        return;
    char id[MSG_ID_SIZE + 1];
    memcpy(id, msg_head(message)->id, sizeof id);
    self->check_ticket = cache_ticket(self->cache, self->tick);
    if (msg_send(&message, self->gateway) == OK)
        memcpy(self->check_id, id, sizeof id);
    cache_await(self->cache);
    msg_destroy(&message);
}

// True if something came.
static bool
drain_gateway(http_t *self)
{
    bool malformed = false, came = false;
    msg_t *message;
    for (; (message = msg_recv(self->gateway, &malformed)) || malformed; came = true)
        if (message)
            pending_answer(self, &message);
    return came;
}

static void
drain_events(http_t *self)
{
    bool malformed = false;
    msg_t *message;
    store_moved_evt_t moved;
    while ((message = msg_recv(self->events, &malformed)) || malformed) {
        if (message && msg_read_evt(message, &event_store_moved, &moved) == OK)
            cache_hint(self->cache, moved.commit);
        msg_destroy(&message);
    }
}

static bool
daemon_has_work(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG timeout;
    return daemon && MHD_get_timeout(daemon, &timeout) == MHD_YES && timeout == 0;
}

static bool
has_work(http_t *self)
{
    return daemon_has_work(self->daemon) || daemon_has_work(self->metrics_daemon);
}

// libmicrohttpd keeps a list of its own of what is ready, since its epoll is edge-triggered. Bounded, for the answers.
static void
run_connections(http_t *self)
{
    int runs = 0;
    do {
        MHD_run(self->daemon);
        if (self->metrics_daemon)
            MHD_run(self->metrics_daemon);
    } while (++runs < RUNS && has_work(self));
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b? a: b;
}

static long
wait_ms(http_t *self)
{
    if (has_work(self))
        return 0;
    int64_t wait = earlier(IDLE_MS, pending_due(self) - self->tick);
    int64_t log_due = access_log_due(self->log);
    if (log_due != INT64_MAX)
        wait = earlier(wait, earlier(log_due - self->now, ACCESS_LOG_MS));      // that clock may be set back
    if (self->clients)
        wait = earlier(wait, self->sweep_tick - self->tick);
    if (self->stop_tick)
        wait = earlier(wait, (self->busy? self->stop_tick: self->fresh_tick) - self->tick);
    return wait > 0? (long)wait: 0;
}

// From now on nobody new comes in; who is being served is finished.
static void
begin_stop(http_t *self)
{
    int grace = atomic_load(&self->grace_ms);
    uint64_t count;
    ssize_t got = read(self->wake_fd, &count, sizeof count);
    (void)got;                                  // only woken by http_stop
    if (self->stop_tick || grace < 0)
        return;
    self->stop_tick = self->tick + grace + 1;
    self->fresh_tick = earlier(self->stop_tick, self->tick + FRESH_MS);
    int fd = MHD_quiesce_daemon(self->daemon);
    if (fd >= 0)
        close(fd);
    fd = self->metrics_daemon? MHD_quiesce_daemon(self->metrics_daemon): -1;
    if (fd >= 0)
        close(fd);
    self->listen_fd = self->metrics_fd = -1;
}

// Who has connected and not yet said a word is waited for a moment: its request may be under way, and it would take a
// closed connection for a failure. Who has been answered before knows that connections end.
static bool
is_over(const http_t *self)
{
    if (!self->stop_tick)
        return false;
    return self->tick >= self->stop_tick
        || (self->busy == 0 && (self->fresh == 0 || self->tick >= self->fresh_tick));
}

// One round of working and waiting; false when it was the last. The actor's answers are looked for once more before the
// sleep, since questions went out on the same socket (wait.h says why that matters).
static bool
turn(http_t *self, struct pollfd items[POLLED])
{
    http_read_clocks(self);
    if (items[WAKE].revents)
        begin_stop(self);
    if (items[GATEWAY].revents)
        drain_gateway(self);
    if (items[EVENTS].revents)
        drain_events(self);
    pending_expire(self, false);
    run_connections(self);
    if (items[GONE].revents)
        client_drain_gone(self);
    client_sweep(self);
    access_log_flush(self->log, self->now, false);
    if (is_over(self))
        return false;
    bool more = drain_gateway(self);
    if (wait_any(items, POLLED, more? 0: wait_ms(self)))
        return true;
    log_error("http.poll", "errno=%d", errno);
    return false;
}

void *
http_loop(void *context)
{
    http_t *self = context;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);     // signals are the main thread's
    struct pollfd items[POLLED] = {             // poll(2) passes over -1
        [CLIENTS] = { self->epoll_fd, POLLIN, 0 },
        [WAKE] = { self->wake_fd, POLLIN, 0 },
        [GONE] = { self->gone_fd, POLLIN, 0 },
        [METRICS] = { self->metrics_epoll_fd, POLLIN, 0 },
        [GATEWAY] = { wait_fd(zsock_resolve(self->gateway)), POLLIN, 0 },
        [EVENTS] = { self->events? wait_fd(zsock_resolve(self->events)): -1, POLLIN, 0 },
    };
    items[EVENTS].revents = self->events? POLLIN: 0;    // a receive comes before the first sleep
    while (turn(self, items))
        continue;
    pending_expire(self, true);                 // a suspended connection cannot be closed
    run_connections(self);
    MHD_stop_daemon(self->daemon);
    if (self->metrics_daemon)
        MHD_stop_daemon(self->metrics_daemon);
    self->daemon = self->metrics_daemon = NULL;
    self->listen_fd = self->metrics_fd = -1;
    access_log_flush(self->log, self->now, true);
    atomic_store(&self->alive, false);
    return NULL;
}
