#include "topology_internal.h"

#include "banned.h"

// Depth first: `order` gets each actor after those it asks. False, with the circle in `circle`, if there is
// one.
typedef struct {
    const topology_t *self;
    int seen[TOPOLOGY_ACTORS];                  // 1: on the way down to here; 2: done
    size_t order[TOPOLOGY_ACTORS];
    size_t count;
    size_t from;                                // whose asks closed the circle
    char circle[TOPOLOGY_PATH];
} visit_t;

static bool
visit(visit_t *self, size_t actor, const char *way)
{
    char here[TOPOLOGY_PATH];
    const topology_actor_t *face = &self->self->actors[actor].face;
    (void)snprintf(here, sizeof here, "%s%s%s", way, *way? " -> ": "", face->name);
    if (self->seen[actor] == 1) {
        (void)snprintf(self->circle, sizeof self->circle, "%s", here);
        return false;
    }
    if (self->seen[actor] == 2)
        return true;
    self->seen[actor] = 1;
    for (size_t i = 0; i < self->self->actor_count; i++)
        if (face->asks[i] && !visit(self, i, here)) {
            if (self->from == TOPOLOGY_ACTORS)
                self->from = actor;
            return false;
        }
    self->seen[actor] = 2;
    self->order[self->count++] = actor;
    return true;
}

// Puts everything that goes by an actor's index into this order.
static void
reorder(topology_t *self, const size_t order[])
{
    topology_t *old = malloc(sizeof *old);
    if (!old)
        abort();
    *old = *self;
    for (size_t i = 0; i < self->actor_count; i++) {
        self->actors[i] = old->actors[order[i]];
        for (size_t j = 0; j < self->actor_count; j++) {
            self->actors[i].face.asks[j] = old->actors[order[i]].face.asks[order[j]];
            self->actors[i].whole[j] = old->actors[order[i]].whole[order[j]];
        }
        for (size_t j = 0; j < self->process_count; j++) {
            self->processes[j].face.runs[i] = old->processes[j].face.runs[order[i]];
            self->processes[j].place[i] = old->processes[j].place[order[i]];
        }
    }
    free(old);
}

// Puts the actors into the order of their asks; refuses circles.
static bool
sort_actors(const reader_t *reader)
{
    topology_t *self = reader->self;
    visit_t walk = { .self = self, .from = TOPOLOGY_ACTORS };
    for (size_t i = 0; i < self->actor_count; i++)
        if (!visit(&walk, i, "")) {
            char path[TOPOLOGY_PATH];
            (void)snprintf(path, sizeof path, "actor/%s/asks", self->actors[walk.from].face.name);
            return topology_refuse(reader, path, 0, "asks go in a circle: %s; two that wait for each other never end",
                                   walk.circle);
        }
    reorder(self, walk.order);
    return true;
}

// The first process that runs an actor; NULL if none does. `count` gets how many do.
static const process_row_t *
runner_of(const topology_t *self, size_t actor, size_t *count)
{
    const process_row_t *first = NULL;
    *count = 0;
    for (size_t i = self->process_count; i-- > 0;)
        if (self->processes[i].face.runs[actor]) {
            first = &self->processes[i];
            ++*count;
        }
    return first;
}

// An endpoint that was given fits who asks, and where it runs.
static bool
check_endpoint(const reader_t *reader, size_t i)
{
    const topology_t *self = reader->self;
    const actor_row_t *actor = &self->actors[i];
    char path[TOPOLOGY_PATH];
    size_t count = 0;
    const process_row_t *runner = runner_of(self, i, &count);
    (void)snprintf(path, sizeof path, "actor/%s/endpoint", actor->face.name);
    if (!runner)
        return topology_refuse(reader, "process", 0, "no process runs '%s'; add it to the actors of one",
                               actor->face.name);
    if (*actor->endpoint && (count > 1 || runner->port > 0))
        return topology_refuse(reader, path, 0, "an endpoint is for an actor that runs in one process, without a port; "
                               "leave it out");
    if (topology_outside(self, &runner->face, i) && strncmp(actor->endpoint, "inproc:", 7) == 0)
        return topology_refuse(reader, path, 0, "'%s' cannot be reached from another process; use ipc://",
                               actor->endpoint);
    return true;
}

// Who is asked from another host has a port.
static bool
check_reach(const reader_t *reader, const process_row_t *process, size_t actor)
{
    const topology_t *self = reader->self;
    char path[TOPOLOGY_PATH];
    (void)snprintf(path, sizeof path, "process/%s", process->face.name);
    for (size_t i = 0; i < self->process_count && process->face.runs[actor] && process->port == 0; i++) {
        const topology_process_t *other = &self->processes[i].face;
        for (size_t j = 0; j < self->actor_count; j++)
            if (other->runs[j] && self->actors[j].face.asks[actor] && strcmp(other->host, process->face.host) != 0)
                return topology_refuse(reader, path, 0, "'%s' is asked from host '%s'; give process '%s' a port",
                                       self->actors[actor].face.name, other->host, process->face.name);
    }
    return true;
}

// No two processes of one address want the same port; each actor takes some.
static bool
check_ports(const reader_t *reader, size_t index)
{
    const topology_t *self = reader->self;
    const process_row_t *process = &self->processes[index];
    char path[TOPOLOGY_PATH];
    (void)snprintf(path, sizeof path, "process/%s/port", process->face.name);
    for (size_t i = 0; i < index && process->port > 0; i++) {
        const process_row_t *other = &self->processes[i];
        bool apart = strcmp(other->face.host, process->face.host) != 0 || other->port == 0 ||
                     process->port >= other->port + TOPOLOGY_PORTS * other->count ||
                     other->port >= process->port + TOPOLOGY_PORTS * process->count;
        if (!apart)
            return topology_refuse(reader, path, 0, "process '%s' has ports %d to %d of this host; begin elsewhere",
                                   other->face.name, other->port, other->port + TOPOLOGY_PORTS * other->count - 1);
    }
    return true;
}

bool
topology_check(const reader_t *reader)
{
    const topology_t *self = reader->self;
    bool good = sort_actors(reader);
    for (size_t i = 0; i < self->actor_count && good; i++)
        good = check_endpoint(reader, i);
    for (size_t i = 0; i < self->process_count && good; i++) {
        good = check_ports(reader, i);
        for (size_t j = 0; j < self->actor_count && good; j++)
            good = check_reach(reader, &self->processes[i], j);
    }
    return good;
}
