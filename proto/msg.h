// msg - a message of AM1: head, body, blobs (PROTOCOL.md)
//
//   frame 0   AM1 SP kind SP type SP id SP trace SP deadline      frame 1   one MessagePack map      frame 2+   blobs
//
// A message is owned by who holds the pointer; sending takes it and nulls the caller's. What msg_recv returns is well
// formed: a head that prints back to the same bytes, a body within its limit, at most BLOB_FRAMES blobs. What is not is
// dropped and counted, never returned.
#ifndef MSG_H
#define MSG_H
#include <czmq.h>
#include "record.h"

typedef enum { MSG_REQ, MSG_REP, MSG_ERR, MSG_EVT } msg_kind_t;

enum { MSG_ID_SIZE = 16, MSG_TRACE_SIZE = 32, MSG_TYPE_SIZE = 48, MSG_USER_SIZE = 40 };

typedef struct {
    msg_kind_t kind;
    char type[MSG_TYPE_SIZE + 1];               // actor.verb
    char id[MSG_ID_SIZE + 1];                   // 16 hex digits: correlates, dedupes a retry, is the span id
    char trace[MSG_TRACE_SIZE + 1];             // 32 hex digits, the W3C trace id
    int64_t deadline;                           // Unix milliseconds
} msg_head_t;

typedef struct msg msg_t;

// Writes the head as text with its final NUL into `text` of at least HEAD_BYTES + 1; returns its length.
size_t msg_head_print(const msg_head_t *self, char *text);
// INVALID unless the text is exactly what msg_head_print would give.
code_t msg_head_parse(msg_head_t *self, const char *text, size_t size);
// A fresh random id, or trace, as hex digits with the final NUL.
void msg_new_id(char id[MSG_ID_SIZE + 1]);
void msg_new_trace(char trace[MSG_TRACE_SIZE + 1]);
int64_t msg_clock_ms(void);                     // Unix milliseconds now
int64_t msg_steady_ms(void);                    // of a clock that nobody sets: by it goes what waits or measures
// When this deadline comes, on the steady clock, so that a jump of the other one from now on changes nothing. At most
// LIMIT_DEADLINE_CAP_MS from now.
int64_t msg_steady_deadline(int64_t deadline);

// A request. `trace` NULL: a new one. The deadline is absolute. NULL if the record is over a limit.
msg_t *msg_new_req(const call_type_t *call, const void *record, const char *trace, int64_t deadline);
// The answer to `request`: same type, id, trace and deadline, and its peer. NULL if the record is over a limit.
msg_t *msg_new_rep(const msg_t *request, const call_type_t *call, const void *record);
// An error as answer; never NULL. `request` gives type, id and trace.
msg_t *msg_new_err(const msg_t *request, code_t code, const char *format, ...) __attribute__((format(printf, 3, 4)));
msg_t *msg_new_error(const msg_t *request, const failure_t *error);
msg_t *msg_new_evt(const call_type_t *event, const void *record);
// From bytes, copied into exactly sized heap blocks: for tests and fuzzers. INVALID as for msg_recv.
code_t msg_from_frames(msg_t **self, size_t count, const uint8_t *const *frames, const size_t *sizes);
msg_t *msg_dup(const msg_t *self);
// A copy to be sent, whose blobs are not copied: `self` must outlive it, and neither may change them.
msg_t *msg_lend(const msg_t *self);
void msg_destroy(msg_t **self);

const msg_head_t *msg_head(const msg_t *self);
const uint8_t *msg_body(const msg_t *self, size_t *size);
// OK for a REP, the error's code for an ERR, INTERNAL for NULL and for anything else.
code_t msg_code(const msg_t *self);
// The error's text, for an ERR; else "". A view of the message.
const char *msg_error_text(const msg_t *self);
const failure_t *msg_error(const msg_t *self);    // NULL unless an ERR; a view of the message

// Reads the body of a REQ (of a REP) as the call's record. INVALID: another kind or type, or a malformed body.
// Strings are views of the message.
code_t msg_read_req(msg_t *self, const call_type_t *call, void *record, const char **why);
code_t msg_read_rep(msg_t *self, const call_type_t *call, void *record);
code_t msg_read_evt(msg_t *self, const call_type_t *event, void *record);

size_t msg_blob_count(const msg_t *self);
zframe_t *msg_blob(const msg_t *self, size_t index);    // borrowed; NULL if there is none
zframe_t *msg_take_blob(msg_t *self);           // the first one, owned by the caller; NULL if there is none
void msg_add_blob(msg_t *self, zframe_t **blob);        // takes it
// All frames and blobs, in bytes.
size_t msg_size(const msg_t *self);

// The routing frame of a ROUTER: kept with a request, used for its answer.
void msg_set_peer(msg_t *self, zframe_t **peer);        // takes it
const zframe_t *msg_peer(const msg_t *self);
// Who proved to have sent this: the public key of its CURVE connection. "" if it came over inproc, "?" if it came from
// another process that proved nothing.
const char *msg_user(const msg_t *self);

// Sends on a zsock or raw socket, a peer frame first if there is one, and never waits. BUSY: the queue is full, the
// message is still the caller's. UNAVAILABLE: the peer is gone (ROUTER_MANDATORY), still the caller's.
code_t msg_send(msg_t **self, void *socket);
// Receives without waiting; NULL if nothing waits or what came was malformed (then *malformed, if given, is set).
msg_t *msg_recv(void *socket, bool *malformed);         // DEALER, PAIR, SUB
msg_t *msg_recv_routed(void *socket, bool *malformed);  // ROUTER: the first frame becomes the peer

// The same, but waits up to `ms` for the first frame: one sleep inside libzmq instead of a look, a sleep and a look
// again. NULL: nothing came, or what came was malformed. The time stays with the socket: do not mix with other waits.
msg_t *msg_recv_within(void *socket, int64_t ms, bool *malformed);
msg_t *msg_recv_routed_within(void *socket, int64_t ms, bool *malformed);

// Head and body as one line of text for people; the caller frees it.
char *msg_print(const msg_t *self);
#endif
