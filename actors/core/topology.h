// topology - who runs where, and who may ask whom; the grammar is in deploy/topology/README.md
//
// Read once at the start, never changed. What it refuses it refuses with `file:line: what is wrong; what to
// do`: unknown keys, actors and calls, an actor that runs nowhere or too often, circles of asks, numbers out
// of range, links that cannot work. It knows no actor: the composition root says which there are.
#ifndef TOPOLOGY_H
#define TOPOLOGY_H
#include <stdbool.h>
#include <stddef.h>

enum {
    TOPOLOGY_ACTORS = 16, TOPOLOGY_PROCESSES = 16, TOPOLOGY_HOSTS = 16,
    TOPOLOGY_OPERATORS = 8, TOPOLOGY_NAME = 32, TOPOLOGY_WHY = 512,
    ENDPOINT_SIZE = 160
};

// An actor of this program, with the workers it has unless a topology says otherwise.
typedef struct {
    const char *name;                           // NULL ends the table
    size_t workers;
    bool one;                                   // runs in one process only: two of it would be two truths
} topology_known_t;

typedef struct {
    char name[TOPOLOGY_NAME];
    size_t workers;
    bool one;
    bool asks[TOPOLOGY_ACTORS];                 // by index
} topology_actor_t;

typedef struct {
    char name[TOPOLOGY_NAME];
    char host[TOPOLOGY_NAME];                   // "" in a topology without hosts
    bool runs[TOPOLOGY_ACTORS];                 // by index
} topology_process_t;

// Where one process's copy of an actor is.
typedef struct {
    char call[ENDPOINT_SIZE], events[ENDPOINT_SIZE];        // of its ROUTER and of its PUB
    char door[ENDPOINT_SIZE];                   // over tcp, for operators (door.h); else ""
    bool curve;                                 // over tcp, so with CURVE
} topology_link_t;
typedef enum { LINK_BIND, LINK_CONNECT } topology_side_t;

typedef struct topology topology_t;
// NULL, with the reason in `why`, if the text cannot be used. `file` is its name for people.
topology_t *topology_parse(const char *file, const char *text, const topology_known_t *known, char why[TOPOLOGY_WHY]);
void topology_destroy(topology_t **self);

const char *topology_name(const topology_t *self);
size_t topology_process_count(const topology_t *self);
const topology_process_t *topology_process(const topology_t *self, size_t index);      // in the order of the file
// NULL if there is none of that name.
const topology_process_t *topology_process_named(const topology_t *self, const char *name);
// Hosts in the order of the file; none in a topology of one machine.
size_t topology_host_count(const topology_t *self);
const char *topology_host(const topology_t *self, size_t index);
// Names of keys whose owners may look at every actor, over tcp too.
size_t topology_operator_count(const topology_t *self);
const char *topology_operator(const topology_t *self, size_t index);
// Actors in an order in which each comes after those that it asks; indexes of `asks` and `runs`.
size_t topology_actor_count(const topology_t *self);
const topology_actor_t *topology_actor(const topology_t *self, size_t index);
// Does a process other than this one ask its copy of the actor?
bool topology_outside(const topology_t *self, const topology_process_t *process, size_t actor);
// Does this process need keys: does it ask, or is it asked, or looked at, over tcp?
bool topology_needs_keys(const topology_t *self, const topology_process_t *process);
// Where this process's copy of an actor is for other processes: as given, tcp if the process has a port, else
// ipc in the run folder. (For its own process it is at inproc://<actor>.) `call` is "" if the run folder's name is
// too long for a socket.
topology_link_t topology_link(const topology_t *self, const topology_process_t *process, size_t actor,
                              topology_side_t side, const char *run_dir);
bool topology_operates(const topology_t *self, const char *name);
// May this process (by name) make this call to this actor? sys.* may who may make any, and operators.
bool topology_may(const topology_t *self, const char *process, const char *actor, const char *call);
#endif
