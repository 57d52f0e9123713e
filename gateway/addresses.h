// addresses - how many connections each address has open; belongs to one thread
//
// An IPv6 address counts by its first 64 bits: whoever has one of these has all of them. A reverse proxy is one
// address, and says whom it speaks for only later.
#ifndef ADDRESSES_H
#define ADDRESSES_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

typedef struct addresses addresses_t;
typedef struct address address_t;

addresses_t *addresses_new(void);
void addresses_destroy(addresses_t **self);     // all of them have left
// One more connection of this address; the counter is borrowed until addresses_leave. NULL is an address like others.
address_t *addresses_enter(addresses_t *self, const struct sockaddr *from);
void addresses_leave(addresses_t *self, address_t **address);
size_t addresses_count(const address_t *address);
#endif
