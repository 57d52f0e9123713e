// http - HTTP/1.1 in, messages out: the edge of the program
//
// One thread of its own: libmicrohttpd's epoll beside a DEALER to the gateway actor and a SUB of the store's events. A
// request is checked (guard.h), answered from the cache (cache.h) or turned into gateway.handle; its connection is
// suspended until the answer or the deadline comes. It holds no wiki logic. TLS and HTTP/2 are a reverse proxy's work.
//
//   400 421 403   guard.h; what is no HTTP, or leaves open where it ends (and closes); bytes that are not UTF-8
//   413 414 431   over REQUEST_BODY_BYTES, REQUEST_LINE_BYTES, REQUEST_HEAD_BYTES or 128 lines of header
//   408           the head of a request took longer than CLIENT_MS, or its body came more slowly than CLIENT_RATE
//   501 505       a method or a transfer coding nobody knows; another HTTP than 1.0 and 1.1
//   429 503       over ADDRESS_CONNECTIONS, CONNECTIONS: told, and closed
//   503           the actor's queue is full, or it is not there (with Retry-After)                      504   deadline
//   499           in the log alone: the client left while it was waiting, and its answer was dropped
//
// /metrics has a listener of its own: what the edge counts, and what the actors tell (flow_metrics.c).
// /healthz is answered here: the edge is alive. Who takes an answer more slowly than CLIENT_RATE is cut off. Each fault
// is a page, an object under /api or a line of text, with its number and the security headers (http_fault.c). A client
// that shuts down its side while it waits has left: half-closed connections are not served.
#ifndef HTTP_H
#define HTTP_H
#include "../actors/core/curve.h"
#include "../proto/code.h"

typedef struct {
    const char *address;                        // numeric; NULL: 127.0.0.1
    int port;                                   // 0: any that is free
    int listen_fd;                              // a listening socket to take instead; 0: none
    const char *gateway_endpoint;               // where the gateway actor's ROUTER is
    const char *events_endpoint;                // where the store publishes; NULL: the head is only asked for
    const curve_pair_t *events_keys;            // over tcp: our pair, and the store's public key; NULL: not over tcp
    const char *events_key;
    const char *const *hosts;                   // names beside the loopback's that Host may have; borrowed; NULL: none
    int deadline_ms;                            // 0: DEADLINE_MS
    int client_ms;                              // 0: CLIENT_MS
    int connections;                            // 0: CONNECTIONS
    int address_connections;                    // 0: ADDRESS_CONNECTIONS
    int metrics_port;                           // /metrics (Prometheus) on the loopback; 0: none, -1: any that is free
    bool plain;                                 // no gzip
    int log_fd;                                 // access log; 0: standard error
} http_options_t;

typedef struct http http_t;
// NULL, with the reason in the log, if the port is taken or an endpoint is malformed. Accepts when it returns.
http_t *http_start(const http_options_t *options);
int http_port(const http_t *self);
int http_metrics_port(const http_t *self);      // 0: none
// False once its thread has ended by itself.
bool http_alive(const http_t *self);
// Accepts no more, finishes what is under way within grace_ms, joins the thread. Who is connected and asks meanwhile is
// served, and told to connect anew for more; who still waits at the end gets 503. Nulls the caller's pointer.
void http_stop(http_t **self, int grace_ms);
#endif
