#include "topology_internal.h"

#include <stdarg.h>
#include <sys/un.h>
#include "zpl.h"
#include "banned.h"

bool
topology_refuse(const reader_t *reader, const char *path, size_t nth, const char *format, ...)
{
    size_t line = zpl_line(reader->text, path, nth);
    int used = snprintf(reader->why, TOPOLOGY_WHY, "%s:%zu: ", reader->file, line? line: 1);
    va_list arguments;
    va_start(arguments, format);
    if (used > 0 && used < TOPOLOGY_WHY)
        (void)vsnprintf(reader->why + used, TOPOLOGY_WHY - (size_t)used, format, arguments);
    va_end(arguments);
    return false;
}

topology_t *
topology_parse(const char *file, const char *text, const topology_known_t *known, char why[TOPOLOGY_WHY])
{
    const char *what = NULL;
    size_t line = zpl_check(text, &what);
    zconfig_t *root = line? NULL: zconfig_str_load(text);
    if (!root) {
        (void)snprintf(why, TOPOLOGY_WHY, "%s:%zu: %s", file, line? line: 1, what? what: "this is no ZPL text");
        return NULL;
    }
    topology_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    for (; known->name; known++) {
        assert(self->actor_count < TOPOLOGY_ACTORS);
        topology_actor_t *actor = &self->actors[self->actor_count++].face;
        (void)snprintf(actor->name, sizeof actor->name, "%s", known->name);
        actor->workers = known->workers;
        actor->one = known->one;
    }
    reader_t reader = { self, file, text, root, why };
    if (!topology_read(&reader) || !topology_check(&reader))
        topology_destroy(&self);
    zconfig_destroy(&root);
    return self;
}

void
topology_destroy(topology_t **self)
{
    free(*self);
    *self = NULL;
}

const char *
topology_name(const topology_t *self)
{
    return self->name;
}

size_t
topology_process_count(const topology_t *self)
{
    return self->process_count;
}

const topology_process_t *
topology_process(const topology_t *self, size_t index)
{
    return &self->processes[index].face;
}

const topology_process_t *
topology_process_named(const topology_t *self, const char *name)
{
    for (size_t i = 0; i < self->process_count; i++)
        if (strcmp(self->processes[i].face.name, name) == 0)
            return &self->processes[i].face;
    return NULL;
}

size_t
topology_host_count(const topology_t *self)
{
    return self->host_count;
}

const char *
topology_host(const topology_t *self, size_t index)
{
    return self->hosts[index].name;
}

size_t
topology_operator_count(const topology_t *self)
{
    return self->operator_count;
}

const char *
topology_operator(const topology_t *self, size_t index)
{
    return self->operators[index];
}

size_t
topology_actor_count(const topology_t *self)
{
    return self->actor_count;
}

const topology_actor_t *
topology_actor(const topology_t *self, size_t index)
{
    return &self->actors[index].face;
}

size_t
topology_find_actor(const topology_t *self, const char *name)
{
    size_t i = 0;
    while (i < self->actor_count && strcmp(self->actors[i].face.name, name) != 0)
        i++;
    return i;
}

size_t
topology_find_host(const topology_t *self, const char *name)
{
    size_t i = 0;
    while (i < self->host_count && strcmp(self->hosts[i].name, name) != 0)
        i++;
    return i;
}

// Does anything in this process ask the actor?
static bool
process_asks(const topology_t *self, const topology_process_t *process, size_t actor)
{
    for (size_t i = 0; i < self->actor_count; i++)
        if (process->runs[i] && self->actors[i].face.asks[actor])
            return true;
    return false;
}

bool
topology_outside(const topology_t *self, const topology_process_t *process, size_t actor)
{
    for (size_t i = 0; i < self->process_count; i++) {
        const topology_process_t *other = &self->processes[i].face;
        if (other != process && process->runs[actor] && process_asks(self, other, actor))
            return true;
    }
    return false;
}

static const process_row_t *
row_of(const topology_t *self, const topology_process_t *process)
{
    for (size_t i = 0; i < self->process_count; i++)
        if (&self->processes[i].face == process)
            return &self->processes[i];
    return NULL;
}

bool
topology_needs_keys(const topology_t *self, const topology_process_t *process)
{
    if (self->operator_count > 0 && row_of(self, process)->port > 0)
        return true;
    for (size_t i = 0; i < self->process_count; i++)
        for (size_t actor = 0; actor < self->actor_count; actor++) {
            const process_row_t *other = &self->processes[i];
            bool ours = &other->face == process;
            bool over_tcp = other->port > 0 && topology_outside(self, &other->face, actor);
            if (over_tcp && (ours || process_asks(self, process, actor)))
                return true;
        }
    return false;
}

static topology_link_t
tcp_link(const host_row_t *host, int port, topology_side_t side)
{
    topology_link_t link = { .curve = true };
    const char *name = side == LINK_BIND? host->bind: host->address;
    (void)snprintf(link.call, sizeof link.call, "tcp://%s:%d", name, port);
    (void)snprintf(link.events, sizeof link.events, "tcp://%s:%d", name, port + 1);
    (void)snprintf(link.door, sizeof link.door, "tcp://%s:%d", name, port + 2);
    return link;
}

topology_link_t
topology_link(const topology_t *self, const topology_process_t *process, size_t actor, topology_side_t side,
              const char *run_dir)
{
    struct sockaddr_un address;
    const process_row_t *row = row_of(self, process);
    const actor_row_t *asked = &self->actors[actor];
    topology_link_t link = { .curve = false };
    int size = 0;
    if (!*asked->endpoint && row->port > 0)
        return tcp_link(&self->hosts[topology_find_host(self, process->host)],
                        row->port + TOPOLOGY_PORTS * row->place[actor], side);
    if (*asked->endpoint)
        size = snprintf(link.call, sizeof link.call, "%s", asked->endpoint);
    else if (asked->face.one)
        size = snprintf(link.call, sizeof link.call, "ipc://%s/%s", run_dir, asked->face.name);
    else
        size = snprintf(link.call, sizeof link.call, "ipc://%s/%s.%s", run_dir, asked->face.name, process->name);
    size_t path = (size_t)size + strlen(".events") - strlen("ipc://");
    if (size < 0 || size >= ENDPOINT_SIZE - 8 || path >= sizeof address.sun_path)
        return (topology_link_t){ .curve = false };
    (void)snprintf(link.events, sizeof link.events, "%.*s.events", ENDPOINT_SIZE - 8, link.call);
    return link;
}

bool
topology_operates(const topology_t *self, const char *name)
{
    for (size_t i = 0; i < self->operator_count; i++)
        if (strcmp(self->operators[i], name) == 0)
            return true;
    return false;
}

bool
topology_may(const topology_t *self, const char *process, const char *actor, const char *call)
{
    const topology_process_t *caller = topology_process_named(self, process);
    size_t asked = topology_find_actor(self, actor);
    char word[TOPOLOGY_NAME + 32];
    int size = snprintf(word, sizeof word, " %s ", call);
    bool looks = strncmp(call, "sys.", 4) == 0;
    if (looks && topology_operates(self, process))
        return true;
    if (!caller || asked == self->actor_count || size >= (int)sizeof word)
        return false;
    for (size_t i = 0; i < self->actor_count; i++) {
        const actor_row_t *asker = &self->actors[i];
        if (!caller->runs[i] || !asker->face.asks[asked])
            continue;
        if (asker->whole[asked] || looks || strstr(asker->calls, word))
            return true;
    }
    return false;
}
