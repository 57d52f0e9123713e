#include "http.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>
#include "../actors/core/log.h"
#include "http_parts.h"

// Memory of a connection for header and address, and libmicrohttpd's own lists of both; touched only as it is used.
enum { POOL_BYTES = LIMIT_REQUEST_HEAD_BYTES + LIMIT_REQUEST_LINE_BYTES + 24 * 1024 };
// Connections over the limit that are told so; beyond these, clients wait in the queue of the listening socket.
enum { SPARE = 64, METRICS_CONNECTIONS = 16 };
enum { DESCRIPTORS = 512 };                     // of all that are not connections

// Binds and listens; -1 with the reason in the log.
static int
listen_on(const char *address, int port, const char *setting)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char service[8];
    int fd = -1;
    int on = 1;
    snprintf(service, sizeof service, "%d", port);
    int failed = getaddrinfo(address, service, &hints, &found);
    if (failed) {
        log_error("http.listen", "address=%s problem=\"%s\"", address, gai_strerror(failed));
        return -1;
    }
    fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
        || bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, LIMIT_CONNECTIONS) < 0) {
        log_error("http.listen", "address=%s port=%d problem=\"%s\" hint=\"choose another port with %s\"", address,
                  port, strerror(errno), setting);
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static int
port_of(int fd)
{
    struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)&address)->sin_port);
    return address.ss_family == AF_INET6? ntohs(((const struct sockaddr_in6 *)&address)->sin6_port): 0;
}

static bool
open_sockets(http_t *self, const http_options_t *options)
{
    self->gateway = zsock_new(ZMQ_DEALER);
    if (!self->gateway)
        return false;
    zsock_set_sndhwm(self->gateway, LIMIT_QUEUE);
    zsock_set_rcvhwm(self->gateway, 2 * LIMIT_CONNECTIONS);
    zsock_set_linger(self->gateway, 0);
    zsock_set_immediate(self->gateway, 1);      // an actor that is not there is BUSY, not a queue in the dark
    if (zsock_connect(self->gateway, "%s", options->gateway_endpoint) < 0)
        return false;
    if (!options->events_endpoint)
        return true;
    self->events = zsock_new(ZMQ_SUB);
    if (!self->events)
        return false;
    zsock_set_linger(self->events, 0);
    zsock_set_subscribe(self->events, "AM1 EVT store.moved ");
    if (options->events_keys) {
        curve_call(zsock_resolve(self->events), options->events_keys, options->events_key);
        curve_watch(zsock_resolve(self->events));
    }
    return zsock_connect(self->events, "%s", options->events_endpoint) == 0;
}

static bool
start_daemon(http_t *self)
{
    self->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, request_handle, self,
        MHD_OPTION_LISTEN_SOCKET, self->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)self->connections + SPARE,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
        MHD_OPTION_NOTIFY_CONNECTION, client_notify, self,
        MHD_OPTION_NOTIFY_COMPLETED, request_completed, self,
        MHD_OPTION_URI_LOG_CALLBACK, client_target, self,
        MHD_OPTION_UNESCAPE_CALLBACK, request_unescape, self,
        MHD_OPTION_END);
    if (!self->daemon)
        return false;
    self->epoll_fd = MHD_get_daemon_info(self->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return true;
}

static bool
start_metrics(http_t *self, int port)
{
    if (port == 0)
        return true;
    self->metrics_fd = listen_on("127.0.0.1", port > 0? port: 0, "WIKIBOT_METRICS_PORT");
    if (self->metrics_fd < 0)
        return false;
    self->metrics_port = port_of(self->metrics_fd);
    self->metrics_daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, request_handle, self,
        MHD_OPTION_LISTEN_SOCKET, self->metrics_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)METRICS_CONNECTIONS,
        MHD_OPTION_NOTIFY_CONNECTION, client_notify, self,
        MHD_OPTION_NOTIFY_COMPLETED, request_completed, self,
        MHD_OPTION_URI_LOG_CALLBACK, client_target, self,
        MHD_OPTION_UNESCAPE_CALLBACK, request_unescape, self,
        MHD_OPTION_END);
    if (!self->metrics_daemon)
        return false;
    self->metrics_epoll_fd = MHD_get_daemon_info(self->metrics_daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return true;
}

static void
http_free(http_t *self)
{
    if (self->daemon)
        MHD_stop_daemon(self->daemon);          // closes the listening socket
    else if (self->listen_fd >= 0)
        close(self->listen_fd);
    if (self->metrics_daemon)
        MHD_stop_daemon(self->metrics_daemon);
    else if (self->metrics_fd >= 0)
        close(self->metrics_fd);
    if (self->wake_fd >= 0)
        close(self->wake_fd);
    if (self->gone_fd >= 0)
        close(self->gone_fd);
    addresses_destroy(&self->addresses);
    if (self->health)
        MHD_destroy_response(self->health);
    zsock_destroy(&self->gateway);
    zsock_destroy(&self->events);
    cache_destroy(&self->cache);
    gzip_destroy(&self->gzip);
    access_log_destroy(&self->log);
    free(self);
}

// A shell gives a program 1,024 descriptors; it may take as many as its hard limit says.
static void
make_descriptors(http_t *self)
{
    struct rlimit limit;
    size_t want = self->connections + SPARE + DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= want)
        return;
    limit.rlim_cur = limit.rlim_max < want? limit.rlim_max: want;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= want)
        return;
    self->connections = limit.rlim_cur / 2;
    log_warning("http.limit", "descriptors=%llu connections=%zu hint=\"raise the limit of open files\"",
                (unsigned long long)limit.rlim_cur, self->connections);
}

static bool
prepare(http_t *self, const http_options_t *options)
{
    self->guard.hosts = options->hosts;
    self->deadline_ms = options->deadline_ms > 0? options->deadline_ms: LIMIT_DEADLINE_MS;
    self->client_ms = options->client_ms > 0? options->client_ms: LIMIT_CLIENT_MS;
    self->connections = (size_t)(options->connections > 0? options->connections: LIMIT_CONNECTIONS);
    self->address_connections = (size_t)(options->address_connections > 0? options->address_connections
                                                                         : LIMIT_ADDRESS_CONNECTIONS);
    make_descriptors(self);
    self->log = access_log_new(options->log_fd > 0? options->log_fd: STDERR_FILENO, log_enabled(LEVEL_INFO),
                               log_process());
    self->gzip = options->plain? NULL: gzip_new();
    randombytes_buf(self->kept_secret, sizeof self->kept_secret);
    self->cache = cache_new(LIMIT_CACHE_BYTES, kept_destroy);
    self->addresses = addresses_new();
    self->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    self->gone_fd = epoll_create1(EPOLL_CLOEXEC);
    self->health = MHD_create_response_from_buffer(3, "ok\n", MHD_RESPMEM_MUST_COPY);
    if (!self->log || !self->cache || !self->addresses || self->wake_fd < 0 || self->gone_fd < 0 || !self->health)
        return false;
    MHD_add_response_header(self->health, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(self->health, "Cache-Control", "no-store");
    answer_security(self->health);
    self->listen_fd = options->listen_fd > 0? options->listen_fd
                                            : listen_on(options->address? options->address: "127.0.0.1", options->port,
                                                        "--port");
    if (self->listen_fd < 0)
        return false;
    self->port = port_of(self->listen_fd);
    http_read_clocks(self);
    return library_open(self);
}

http_t *
http_start(const http_options_t *options)
{
    http_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->listen_fd = self->wake_fd = self->gone_fd = self->metrics_fd = self->metrics_epoll_fd = -1;
    atomic_init(&self->grace_ms, -1);
    atomic_init(&self->alive, true);
    if (!prepare(self, options))
        goto failed;
    if (!open_sockets(self, options)) {
        log_error("http.start", "problem=\"an endpoint is malformed\"");
        goto failed;
    }
    if (!start_daemon(self) || !start_metrics(self, options->metrics_port)
        || pthread_create(&self->thread, NULL, http_loop, self) != 0) {
        log_error("http.start", "problem=\"the thread of the edge cannot be started\"");
        goto failed;
    }
    (void)pthread_setname_np(self->thread, "http");
    return self;
failed:
    http_free(self);
    return NULL;
}

int
http_port(const http_t *self)
{
    return self->port;
}

int
http_metrics_port(const http_t *self)
{
    return self->metrics_port;
}

bool
http_alive(const http_t *self)
{
    return atomic_load(&self->alive);
}

void
http_stop(http_t **self, int grace_ms)
{
    if (!*self)
        return;
    uint64_t one = 1;
    atomic_store(&(*self)->grace_ms, grace_ms > 0? grace_ms: 0);
    ssize_t written = write((*self)->wake_fd, &one, sizeof one);
    (void)written;                              // an eventfd takes a 1
    pthread_join((*self)->thread, NULL);
    http_free(*self);
    *self = NULL;
}
