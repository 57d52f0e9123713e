// http_parts - what the files of the edge share: http.c (life), http_loop.c (thread), http_client.c (connections),
// http_request.c (in), http_pending.c (waiting), http_answer.c and http_fault.c (out)
#ifndef HTTP_PARTS_H
#define HTTP_PARTS_H
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include "access_log.h"
#include "addresses.h"
#include "cache.h"
#include "event.h"
#include "guard.h"
#include "gzip.h"
#include "http.h"

enum { PENDING_BUCKETS = 1024, STATUS_LEFT = 499 };

enum { SEEN_HEADER, SEEN_COOKIE };            // Wiki-At-Least of a program, the cookie of a browser

typedef struct {
    int status;                                 // 0: no fault
    const char *text;
} fault_t;

// What the edge itself looks at in the header of a request.
typedef struct {
    const char *host, *origin, *fetch_site, *if_none_match, *traceparent;
    size_t count, bytes, hosts, lengths, codings;
    uint64_t length;                            // Content-Length; UINT64_MAX: more than fits, or no number
    const char *authorization;                  // NULL: none; the last one, of several
    size_t credentials;                         // lines of Authorization
    const char *seen[2];                        // commits that the client has seen (SEEN_*), or NULL
    bool chunked, has_range, gzip;
    bool malformed;                             // a name that is none, or a value with control characters
} head_t;

// A connection: what libmicrohttpd does not know of it.
typedef struct client client_t;
struct client {
    http_t *http;
    client_t *next, *prev;
    int fd;
    bool busy;                                  // between the head of a request and the end of its answer
    bool known;                                 // has sent the head of a request, once
    bool receiving;                             // from the first line of a request until it is answered or waits
    bool metrics;                               // came in by the listener of metrics
    bool target_too_long;
    bool queueing;                              // an answer of ours, at this moment
    bool answering;                             // from then on until it has taken all
    int64_t until;                              // tick at which it is cut off
    uint64_t taken;                             // bytes, when that was last looked at
    size_t target_size, line_room;
    size_t line_size;                           // of the target as it came
    size_t hidden;                              // bytes of the head that nobody gets to see
    head_t head;                                // of the present request
    fault_t fault;
    struct exchange *exchange;                  // of the present request; NULL: it needs none
    address_t *address;
    const fault_t *refused;                     // all that it is ever told: too many are connected; NULL: come in
    const char *authority;                      // of a target in absolute form, instead of Host; NULL: there is none
    char *line;                                 // where target and authority lie
    char *target;                               // path and query of the present request, as they came; NULL: not yet
};

// A request on its way. Its target is the client's.
typedef struct exchange exchange_t;
struct exchange {
    struct MHD_Connection *connection;
    client_t *client;
    arena_t arena;                              // of the request record
    event_request_t request;
    bool head_only;                             // HEAD: asked as GET, so that its answer can be kept
    char *body;
    size_t body_size, body_room;
    size_t swallowed;                           // bytes of a body that nobody wants
    fault_t fault;
    char trace[MSG_TRACE_SIZE + 1];
    char id[MSG_ID_SIZE + 1];
    int64_t started;                            // ticks
    int64_t deadline;
    cache_ticket_t ticket;
    uint64_t turn;                              // of the cache, when the answer was read
    bool sent, waiting, keep;
    exchange_t *chain;                          // in the bucket of its id
    exchange_t *older, *newer;                  // those that wait, by deadline
    msg_t *answer;                              // NULL and no fault: not yet
    event_answer_t reply;                       // views of `answer`
};

enum { METRICS_STEPS = 11, METRICS_STATUSES = 600 };
typedef struct {
    uint64_t answers[METRICS_STATUSES];
    uint64_t steps[METRICS_STEPS + 1];          // histogram of milliseconds
    uint64_t milliseconds, bytes, cached;
    uint64_t refused;                           // connections over a limit
} metrics_t;

struct http {
    struct MHD_Daemon *daemon;
    struct MHD_Daemon *metrics_daemon;          // NULL: none
    int metrics_fd, metrics_epoll_fd, metrics_port;
    int listen_fd, epoll_fd, wake_fd, port;
    int gone_fd;                                // epoll: who has left; libmicrohttpd does not look while we suspend
    zsock_t *gateway, *events;
    pthread_t thread;
    atomic_bool alive;
    atomic_int grace_ms;                        // negative: go on
    void *queue;                                // libmicrohttpd's own MHD_queue_response; http_library.c
    guard_t guard;
    int64_t deadline_ms, client_ms;
    size_t connections, address_connections;

    // From here on, of the thread alone.
    int64_t now;                                // Unix milliseconds, read once a turn of the loop
    int64_t tick;                               // monotonic milliseconds
    int64_t stop_tick;                          // when stopping must be over; 0: not stopping
    int64_t fresh_tick;                         // when stopping: until then clients may begin who are not known yet
    int64_t sweep_tick;
    access_log_t *log;
    cache_t *cache;
    unsigned char kept_secret[32];              // of the hashes of credentials
    gzip_t *gzip;                               // NULL: nothing is compressed
    client_t *clients;
    size_t open;                                // clients
    addresses_t *addresses;
    size_t waiting;                             // exchanges that wait for their answer
    metrics_t metrics;
    size_t busy;                                // clients that are
    size_t fresh;                               // clients that are not known
    size_t body_bytes;                          // of all exchanges
    exchange_t *buckets[PENDING_BUCKETS];
    exchange_t *oldest, *newest;
    char check_id[MSG_ID_SIZE + 1];             // of the last gateway.head; "": none, or it was answered
    int64_t check_tick;                         // not before this is another one asked
    cache_ticket_t check_ticket;
    struct MHD_Response *health;
};

// http_loop.c
void *http_loop(void *self);
void http_read_clocks(http_t *self);
// Asks for the head, so that what is kept can go on being used; does nothing if that was done a moment ago.
void http_check_head(http_t *self);

// http_client.c: callbacks of libmicrohttpd, and the sweep
void client_notify(void *self, struct MHD_Connection *connection, void **context,
                   enum MHD_ConnectionNotificationCode what);
void *client_target(void *self, const char *uri, struct MHD_Connection *connection);
client_t *client_of(struct MHD_Connection *connection);
void client_begin(http_t *self, client_t *client);
void client_end(http_t *self, client_t *client);
// Has sent or taken so many bytes, and may have as much more time as these are worth, but never more than CLIENT_MS
// from now on: so neither a byte a second nor a fast beginning holds a connection.
void client_earn(const http_t *self, client_t *client, uint64_t bytes);
// It is being answered, and has time to take what it gets.
void client_answered(const http_t *self, client_t *client);
void client_sweep(http_t *self);
// Ends the waiting of those that have left.
void client_drain_gone(http_t *self);

// http_request.c: callbacks of libmicrohttpd
enum MHD_Result request_handle(void *self, struct MHD_Connection *connection, const char *url, const char *method,
                               const char *version, const char *body, size_t *body_size, void **context);
void request_completed(void *self, struct MHD_Connection *connection, void **context,
                       enum MHD_RequestTerminationCode how);
size_t request_unescape(void *self, struct MHD_Connection *connection, char *text);

// http_head.c: one pass over the header of a request
void head_read(struct MHD_Connection *connection, head_t *head);
// The lower-cased header as records of the arena. INVALID: a name or value that may not travel in a message.
code_t head_copy(struct MHD_Connection *connection, size_t count, arena_t *arena, event_request_t *request);
// The trace id of a well-formed W3C traceparent; false: it is not.
bool head_trace(const char *traceparent, char trace[MSG_TRACE_SIZE + 1]);
// Does an If-None-Match header (may be NULL) name this entity tag?
bool head_matches(const char *if_none_match, const char *etag);

// http_pending.c
// Sends the request and lets it wait; at once a fault if it cannot be sent.
void pending_ask(http_t *self, exchange_t *exchange);
// Takes what came from the gateway actor; takes the message.
void pending_answer(http_t *self, msg_t **message);
// Ends those whose deadline has passed, or all of them if we stop.
void pending_expire(http_t *self, bool all);
int64_t pending_due(const http_t *self);        // tick; INT64_MAX: nothing waits
// Its client has left: nobody is answered any more. Does nothing if it does not wait.
void pending_leave(http_t *self, exchange_t *exchange);
void pending_forget(http_t *self, exchange_t *exchange);
void pending_drop_body(http_t *self, exchange_t *exchange);

// http_answer.c
enum { ETAG_SIZE = 128 };
typedef struct {
    struct MHD_Response *full;
    struct MHD_Response *same;                  // 304; NULL: the answer has no entity tag
    size_t size;                                // of the body
    char etag[ETAG_SIZE];                       // with its quotes; "": none
} form_t;
typedef struct {
    form_t plain, packed;
    const void *body;                           // of `plain`, which holds it
    int status;
    bool packable;                              // it may go out compressed, which is done when somebody first wants it
} kept_t;
enum MHD_Result answer_kept(http_t *self, struct MHD_Connection *connection, const char *method, kept_t *kept,
                            const head_t *head);
enum MHD_Result answer_exchange(http_t *self, exchange_t *exchange);
enum MHD_Result answer_health(http_t *self, struct MHD_Connection *connection, const char *method);
void kept_destroy(void *kept);
void answer_security(struct MHD_Response *response);

// http_packed.c: the compressed form of an answer
// The form for who takes gzip, or plain if that is none the smaller; made when it is first wanted. `tag` is the
// If-None-Match header or NULL.
const form_t *packed_form(http_t *self, kept_t *kept, const char *tag);
// Bytes of what was made, as the cache counts them; 0: nothing was.
size_t packed_bytes(const kept_t *kept);

// http_kept.c: what is kept for whom
enum { KEPT_KEY_SIZE = LIMIT_REQUEST_LINE_BYTES + 64 };
// The key of the cache for the client's present request: its target and, if it has a credential, a hash of that.
size_t kept_key(const http_t *self, const client_t *client, char key[KEPT_KEY_SIZE]);
// What is kept for it, if that is not older than what the client has seen; else NULL.
kept_t *kept_for(http_t *self, const client_t *client);
// May this answer be kept, and for this client?
bool kept_may(const http_t *self, const exchange_t *exchange);
// An answer from this head was given, so whatever the client has seen lies before that head.
void kept_note_seen(http_t *self, const client_t *client);

// http_metrics.c
// Counts an answer and logs it.
void http_account(http_t *self, const access_t *access);
enum MHD_Result metrics_answer(http_t *self, exchange_t *exchange);

// http_fault.c: a page, a JSON object or a line of text that says what was wrong
// `trace` may be "": then it gets one.
enum MHD_Result fault_answer(http_t *self, struct MHD_Connection *connection, const char *method, const fault_t *fault,
                             const char *trace);
// Past libmicrohttpd, to a client that it is still reading from; does not wait. `connection` is NULL if its header may
// not have been read yet.
void fault_send(http_t *self, client_t *client, struct MHD_Connection *connection, const fault_t *fault);

// http_library.c: what libmicrohttpd refuses by itself
bool library_open(http_t *self);
enum MHD_Result library_queue(client_t *client, struct MHD_Connection *connection, unsigned status,
                              struct MHD_Response *response);
#endif
