// topology - who runs where, and who may ask whom; the grammar is in deploy/topology/README.md
//
// Read once at the start, never changed. What it refuses it refuses with `file:line: what is wrong; what to
// do`: unknown keys and actors, an actor in no process or in two, circles of asks, numbers out of range,
// endpoints that cannot work. It knows no actor: the composition root says which there are.
#ifndef TOPOLOGY_H
#define TOPOLOGY_H
#include <stdbool.h>
#include <stddef.h>

enum { TOPOLOGY_ACTORS = 16, TOPOLOGY_NAME = 32, TOPOLOGY_WHY = 512, ENDPOINT_SIZE = 160 };

// An actor of this program, with the workers it has unless a topology says otherwise.
typedef struct {
    const char *name;                           // NULL ends the table
    size_t workers;
} topology_known_t;

typedef struct {
    char name[TOPOLOGY_NAME];
    char process[TOPOLOGY_NAME];
    size_t workers;
    bool asks[TOPOLOGY_ACTORS];                 // by index
    char endpoint[ENDPOINT_SIZE];               // "": by who asks it
    bool outside;                               // somebody in another process asks it
} topology_actor_t;

typedef struct topology topology_t;
// NULL, with the reason in `why`, if the text cannot be used. `file` is its name for people.
topology_t *topology_parse(const char *file, const char *text, const topology_known_t *known, char why[TOPOLOGY_WHY]);
void topology_destroy(topology_t **self);

const char *topology_name(const topology_t *self);
size_t topology_process_count(const topology_t *self);
const char *topology_process(const topology_t *self, size_t index);     // in the order of the file
// Actors in an order in which each comes after those that it asks; indexes of topology_actor and of `asks`.
size_t topology_actor_count(const topology_t *self);
const topology_actor_t *topology_actor(const topology_t *self, size_t index);
// Where an actor's ROUTER is: as given, else inproc if only its own process asks it, else ipc in the run
// folder. False: the run folder's name is too long for a socket.
bool topology_endpoint(const topology_actor_t *actor, const char *run_dir, char endpoint[ENDPOINT_SIZE]);
#endif
