#include "topology.h"

#include <czmq.h>
#include <stdarg.h>
#include <sys/un.h>
#include "../../proto/code.h"
#include "zpl.h"
#include "banned.h"

enum { PROCESSES = TOPOLOGY_ACTORS, PATH_BYTES = 256 };

struct topology {
    char name[TOPOLOGY_NAME];
    char processes[PROCESSES][TOPOLOGY_NAME];
    size_t process_count;
    topology_actor_t actors[TOPOLOGY_ACTORS];
    size_t count;
};

// While a text is read.
typedef struct {
    topology_t *self;
    const char *file, *text;
    zconfig_t *root;
    char *why;
} reader_t;

// Says what is wrong at the nth line of a path; always false, so that a check can end with it.
static bool __attribute__((format(printf, 4, 5)))
refuse(const reader_t *reader, const char *path, size_t nth, const char *format, ...)
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

static size_t
find(const topology_t *self, const char *name)
{
    size_t i = 0;
    while (i < self->count && strcmp(self->actors[i].name, name) != 0)
        i++;
    return i;
}

static bool
refuse_unknown(const reader_t *reader, const char *path, const char *name)
{
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < reader->self->count && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i? ", ": "", reader->self->actors[i].name);
    return refuse(reader, path, 0, "there is no actor '%s'; there are %s", name, known);
}

// All children of `path` have names of `allowed` (blank before and after each), none of them twice.
static bool
check_keys(const reader_t *reader, const char *path, const char *allowed)
{
    zconfig_t *section = *path? zconfig_locate(reader->root, path): reader->root;
    for (zconfig_t *item = section? zconfig_child(section): NULL; item; item = zconfig_next(item)) {
        char full[PATH_BYTES], word[TOPOLOGY_NAME + 2];
        const char *name = zconfig_name(item);
        (void)snprintf(full, sizeof full, "%s%s%s", path, *path? "/": "", name);
        int size = snprintf(word, sizeof word, " %s ", name);
        if (allowed && (size >= (int)sizeof word || !strstr(allowed, word)))
            return refuse(reader, full, 0, "unknown key '%s'; possible here are:%s", name, allowed);
        if (zpl_line(reader->text, full, 1))
            return refuse(reader, full, 1, "'%s' is given twice; keep one of them", name);
    }
    return true;
}

// The next blank-separated word of *list, copied; false at the end. A word that is too long is cut: nobody
// knows it.
static bool
next_word(const char **list, char word[TOPOLOGY_NAME])
{
    *list += strspn(*list, " \t,");
    size_t size = strcspn(*list, " \t,");
    (void)snprintf(word, TOPOLOGY_NAME, "%.*s", (int)size, *list);
    *list += size;
    return size > 0;
}

static bool
read_process(const reader_t *reader, zconfig_t *process)
{
    topology_t *self = reader->self;
    char path[PATH_BYTES], word[TOPOLOGY_NAME];
    const char *name = zconfig_name(process);
    (void)snprintf(path, sizeof path, "process/%s", name);
    if (strlen(name) >= TOPOLOGY_NAME || self->process_count == PROCESSES)
        return refuse(reader, path, 0, "process '%s': a name has at most %d letters, a topology %d processes", name,
                      TOPOLOGY_NAME - 1, PROCESSES);
    if (!check_keys(reader, path, " actors "))
        return false;
    (void)snprintf(self->processes[self->process_count++], TOPOLOGY_NAME, "%s", name);
    const char *list = zconfig_get(process, "actors", "");
    if (!*list)
        return refuse(reader, path, 0, "process '%s' runs nothing; give it actors = \"...\"", name);
    (void)snprintf(path, sizeof path, "process/%s/actors", name);
    while (next_word(&list, word)) {
        size_t i = find(self, word);
        if (i == self->count)
            return refuse_unknown(reader, path, word);
        if (*self->actors[i].process)
            return refuse(reader, path, 0, "'%s' runs in process '%s' already; an actor runs in one", word,
                          self->actors[i].process);
        (void)snprintf(self->actors[i].process, TOPOLOGY_NAME, "%s", name);
    }
    return true;
}

static bool
read_asks(const reader_t *reader, topology_actor_t *actor, const char *list)
{
    char path[PATH_BYTES], word[TOPOLOGY_NAME];
    (void)snprintf(path, sizeof path, "actor/%s/asks", actor->name);
    while (next_word(&list, word)) {
        size_t i = find(reader->self, word);
        if (i == reader->self->count)
            return refuse_unknown(reader, path, word);
        actor->asks[i] = true;
    }
    return true;
}

static bool
read_workers(const reader_t *reader, topology_actor_t *actor, const char *number)
{
    char path[PATH_BYTES];
    char *end = NULL;
    long workers = strtol(number, &end, 10);
    (void)snprintf(path, sizeof path, "actor/%s/workers", actor->name);
    if (end == number || *end || workers < 1 || workers > LIMIT_WORKERS)
        return refuse(reader, path, 0, "workers = '%s'; give a number from 1 to %d", number, LIMIT_WORKERS);
    actor->workers = (size_t)workers;
    return true;
}

static bool
read_endpoint(const reader_t *reader, topology_actor_t *actor, const char *endpoint)
{
    char path[PATH_BYTES];
    struct sockaddr_un address;
    (void)snprintf(path, sizeof path, "actor/%s/endpoint", actor->name);
    if (strncmp(endpoint, "tcp:", 4) == 0)
        return refuse(reader, path, 0, "'%s': links over tcp need CURVE, which this version does not have; use ipc://",
                      endpoint);
    bool inside = strncmp(endpoint, "inproc://", 9) == 0 && endpoint[9];
    if (!inside && strncmp(endpoint, "ipc:///", 7) != 0)
        return refuse(reader, path, 0, "'%s': an endpoint is inproc://NAME or ipc:///absolute/path", endpoint);
    size_t size = strlen(endpoint) + strlen(".events") - strlen("ipc://");
    if (size >= sizeof address.sun_path || strlen(endpoint) >= ENDPOINT_SIZE)
        return refuse(reader, path, 0, "'%s' is too long; a socket's path has at most %zu bytes", endpoint,
                      sizeof address.sun_path - strlen(".events") - 1);
    (void)snprintf(actor->endpoint, ENDPOINT_SIZE, "%s", endpoint);
    return true;
}

static bool
read_actor(const reader_t *reader, zconfig_t *section)
{
    char path[PATH_BYTES];
    const char *name = zconfig_name(section);
    size_t i = find(reader->self, name);
    (void)snprintf(path, sizeof path, "actor/%s", name);
    if (i == reader->self->count)
        return refuse_unknown(reader, path, name);
    topology_actor_t *actor = &reader->self->actors[i];
    const char *workers = zconfig_get(section, "workers", NULL);
    const char *endpoint = zconfig_get(section, "endpoint", NULL);
    return check_keys(reader, path, " workers asks endpoint ") &&
           (!workers || read_workers(reader, actor, workers)) &&
           (!endpoint || read_endpoint(reader, actor, endpoint)) &&
           read_asks(reader, actor, zconfig_get(section, "asks", ""));
}

typedef bool (*read_fn)(const reader_t *reader, zconfig_t *section);

static bool
read_sections(const reader_t *reader, const char *path, read_fn read)
{
    zconfig_t *parent = zconfig_locate(reader->root, path);
    bool good = check_keys(reader, path, NULL);
    for (zconfig_t *item = parent? zconfig_child(parent): NULL; item && good; item = zconfig_next(item))
        good = read(reader, item);
    return good;
}

// Depth first: `order` gets each actor after those it asks. False, with the circle in `circle`, if there is
// one.
typedef struct {
    const topology_t *self;
    int seen[TOPOLOGY_ACTORS];                  // 1: on the way down to here; 2: done
    size_t order[TOPOLOGY_ACTORS];
    size_t count;
    size_t from;                                // whose asks closed the circle
    char circle[PATH_BYTES];
} visit_t;

static bool
visit(visit_t *self, size_t actor, const char *way)
{
    char here[PATH_BYTES];
    const char *name = self->self->actors[actor].name;
    (void)snprintf(here, sizeof here, "%s%s%s", way, *way? " -> ": "", name);
    if (self->seen[actor] == 1) {
        (void)snprintf(self->circle, sizeof self->circle, "%s", here);
        return false;
    }
    if (self->seen[actor] == 2)
        return true;
    self->seen[actor] = 1;
    for (size_t i = 0; i < self->self->count; i++)
        if (self->self->actors[actor].asks[i] && !visit(self, i, here)) {
            if (self->from == TOPOLOGY_ACTORS)
                self->from = actor;
            return false;
        }
    self->seen[actor] = 2;
    self->order[self->count++] = actor;
    return true;
}

// Puts the actors into the order of their asks; refuses circles.
static bool
sort_actors(const reader_t *reader)
{
    topology_t *self = reader->self;
    visit_t walk = { .self = self, .from = TOPOLOGY_ACTORS };
    for (size_t i = 0; i < self->count; i++)
        if (!visit(&walk, i, "")) {
            char path[PATH_BYTES];
            (void)snprintf(path, sizeof path, "actor/%s/asks", self->actors[walk.from].name);
            return refuse(reader, path, 0, "asks go in a circle: %s; two that wait for each other never end",
                          walk.circle);
        }
    topology_t sorted = *self;
    for (size_t i = 0; i < self->count; i++) {
        sorted.actors[i] = self->actors[walk.order[i]];
        for (size_t j = 0; j < self->count; j++)
            sorted.actors[i].asks[j] = self->actors[walk.order[i]].asks[walk.order[j]];
    }
    *self = sorted;
    return true;
}

// What only the whole shows: everybody runs somewhere, and can be reached by who asks.
static bool
check_whole(const reader_t *reader)
{
    topology_t *self = reader->self;
    for (size_t i = 0; i < self->count; i++) {
        topology_actor_t *actor = &self->actors[i];
        if (!*actor->process)
            return refuse(reader, "process", 0, "no process runs '%s'; add it to the actors of one", actor->name);
        for (size_t j = 0; j < self->count; j++)
            actor->outside |= self->actors[j].asks[i] && strcmp(self->actors[j].process, actor->process) != 0;
        if (actor->outside && strncmp(actor->endpoint, "inproc:", 7) == 0) {
            char path[PATH_BYTES];
            (void)snprintf(path, sizeof path, "actor/%s/endpoint", actor->name);
            return refuse(reader, path, 0, "'%s' cannot be reached from another process; use ipc://", actor->endpoint);
        }
    }
    return true;
}

static bool
read_all(const reader_t *reader)
{
    if (!check_keys(reader, "", " topology process actor ") || !check_keys(reader, "topology", " name "))
        return false;
    (void)snprintf(reader->self->name, TOPOLOGY_NAME, "%s", zconfig_get(reader->root, "topology/name", ""));
    return read_sections(reader, "process", read_process) && read_sections(reader, "actor", read_actor) &&
           sort_actors(reader) && check_whole(reader);
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
        assert(self->count < TOPOLOGY_ACTORS);
        topology_actor_t *actor = &self->actors[self->count++];
        (void)snprintf(actor->name, sizeof actor->name, "%s", known->name);
        actor->workers = known->workers;
    }
    reader_t reader = { self, file, text, root, why };
    if (!read_all(&reader))
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

const char *
topology_process(const topology_t *self, size_t index)
{
    return self->processes[index];
}

size_t
topology_actor_count(const topology_t *self)
{
    return self->count;
}

const topology_actor_t *
topology_actor(const topology_t *self, size_t index)
{
    return &self->actors[index];
}

bool
topology_endpoint(const topology_actor_t *actor, const char *run_dir, char endpoint[ENDPOINT_SIZE])
{
    struct sockaddr_un address;
    int size = 0;
    if (*actor->endpoint)
        size = snprintf(endpoint, ENDPOINT_SIZE, "%s", actor->endpoint);
    else if (!actor->outside)
        size = snprintf(endpoint, ENDPOINT_SIZE, "inproc://%s", actor->name);
    else
        size = snprintf(endpoint, ENDPOINT_SIZE, "ipc://%s/%s", run_dir, actor->name);
    size_t path = (size_t)size + strlen(".events") - strlen("ipc://");
    return size > 0 && size < ENDPOINT_SIZE && path < sizeof address.sun_path;
}
