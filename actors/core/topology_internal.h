// topology_internal - the struct behind topology_t, for topology*.c alone
#ifndef TOPOLOGY_INTERNAL_H
#define TOPOLOGY_INTERNAL_H
#include <czmq.h>
#include "topology.h"

enum { TOPOLOGY_CALLS = 1024, TOPOLOGY_PATH = 256, TOPOLOGY_PORTS = 3 };       // PORTS: of each actor over tcp

// An actor as the text gave it, beside what everybody may see.
typedef struct {
    topology_actor_t face;
    bool whole[TOPOLOGY_ACTORS];                // every call of that one; else those of `calls` only
    char calls[TOPOLOGY_CALLS];                 // with a blank before and after each
    char endpoint[ENDPOINT_SIZE];               // "": by who asks it
} actor_row_t;

typedef struct {
    topology_process_t face;
    int port;                                   // of its first actor; 0: not reached over tcp
    int place[TOPOLOGY_ACTORS];                 // of each actor among its actors
    int count;
} process_row_t;

typedef struct {
    char name[TOPOLOGY_NAME];
    char address[ENDPOINT_SIZE / 2], bind[ENDPOINT_SIZE / 2];
} host_row_t;

struct topology {
    char name[TOPOLOGY_NAME];
    actor_row_t actors[TOPOLOGY_ACTORS];
    size_t actor_count;
    process_row_t processes[TOPOLOGY_PROCESSES];
    size_t process_count;
    host_row_t hosts[TOPOLOGY_HOSTS];
    size_t host_count;
    char operators[TOPOLOGY_OPERATORS][TOPOLOGY_NAME];
    size_t operator_count;
};

// While a text is read.
typedef struct {
    topology_t *self;
    const char *file, *text;
    zconfig_t *root;
    char *why;
} reader_t;

// Says what is wrong at the nth line of a path; always false, so that a check can end with it.
bool topology_refuse(const reader_t *reader, const char *path, size_t nth, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Indexes; the count if there is none of that name.
size_t topology_find_actor(const topology_t *self, const char *name);
size_t topology_find_host(const topology_t *self, const char *name);
// The sections of the text, each line alone (topology_read.c); then what only the whole shows (topology_check.c).
bool topology_read(const reader_t *reader);
bool topology_check(const reader_t *reader);
#endif
