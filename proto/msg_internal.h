// msg_internal - the struct behind msg_t, for msg.c and msg_io.c alone
#ifndef MSG_INTERNAL_H
#define MSG_INTERNAL_H
#include "msg.h"

struct msg {
    msg_head_t head;
    uint8_t *body;                              // owned; malloc
    size_t body_size;
    zframe_t *blobs[LIMIT_BLOB_FRAMES];         // owned, unless lent
    bool lent;                                  // the blobs are those of the message that this is a copy of
    size_t blob_count;
    zframe_t *peer;                             // owned; routing frame of a ROUTER, or NULL
    char user[MSG_USER_SIZE + 1];               // msg_user
    arena_t arena;                              // strings of the records read from the body
    failure_t error;                              // decoded on first use, for an ERR
    bool error_read;
};

msg_t *msg_alloc(void);
// Fills head and body from bytes; the body is copied into a block of exactly its size. INVALID: head malformed, or over
// a limit.
code_t msg_set_head_body(msg_t *self, const void *head, size_t head_size, const void *body, size_t body_size);
#endif
