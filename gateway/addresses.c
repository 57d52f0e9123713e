#include "addresses.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 256 };

typedef struct { int family; unsigned char bytes[8]; } name_t;

struct address {
    address_t *next;                            // in its bucket
    name_t name;
    size_t count;
};

struct addresses {
    address_t *buckets[BUCKETS];
};

addresses_t *
addresses_new(void)
{
    return calloc(1, sizeof(addresses_t));
}

void
addresses_destroy(addresses_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        assert(!(*self)->buckets[i]);
    free(*self);
    *self = NULL;
}

static name_t
name_of(const struct sockaddr *from)
{
    name_t name;
    memset(&name, 0, sizeof name);              // names are compared as bytes
    name.family = from? from->sa_family: 0;
    if (name.family == AF_INET)
        memcpy(name.bytes, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    else if (name.family == AF_INET6)
        memcpy(name.bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, sizeof name.bytes);
    return name;
}

// There are at most as many as connections, so it does no harm if somebody chooses addresses that collide.
static address_t **
bucket_of(addresses_t *self, const name_t *name)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < sizeof name->bytes; i++)
        hash = (hash ^ name->bytes[i]) * 16777619u;
    return &self->buckets[(hash ^ hash >> 16) % BUCKETS];
}

address_t *
addresses_enter(addresses_t *self, const struct sockaddr *from)
{
    name_t name = name_of(from);
    address_t **bucket = bucket_of(self, &name);
    address_t *address = *bucket;
    while (address && memcmp(&address->name, &name, sizeof name) != 0)
        address = address->next;
    if (!address) {
        address = calloc(1, sizeof *address);
        if (!address)
            abort();
        address->name = name;
        address->next = *bucket;
        *bucket = address;
    }
    address->count++;
    return address;
}

void
addresses_leave(addresses_t *self, address_t **address)
{
    address_t *gone = *address;
    *address = NULL;
    assert(gone->count > 0);
    if (--gone->count > 0)
        return;
    address_t **link = bucket_of(self, &gone->name);
    while (*link != gone)
        link = &(*link)->next;
    *link = gone->next;
    free(gone);
}

size_t
addresses_count(const address_t *address)
{
    return address->count;
}
