#include "topology_internal.h"

#include <arpa/inet.h>
#include <sys/un.h>
#include "../../proto/contract.h"
#include "zpl.h"
#include "banned.h"

enum { WORD = 56 };                             // an actor, or a call

static bool
refuse_unknown(const reader_t *reader, const char *path, const char *name)
{
    const topology_t *self = reader->self;
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < self->actor_count && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i? ", ": "", self->actors[i].face.name);
    return topology_refuse(reader, path, 0, "there is no actor '%s'; there are %s", name, known);
}

// All children of `path` have names of `allowed` (blank before and after each), none of them twice.
static bool
check_keys(const reader_t *reader, const char *path, const char *allowed)
{
    zconfig_t *section = *path? zconfig_locate(reader->root, path): reader->root;
    for (zconfig_t *item = section? zconfig_child(section): NULL; item; item = zconfig_next(item)) {
        char full[TOPOLOGY_PATH], word[TOPOLOGY_NAME + 2];
        const char *name = zconfig_name(item);
        (void)snprintf(full, sizeof full, "%s%s%s", path, *path? "/": "", name);
        int size = snprintf(word, sizeof word, " %s ", name);
        if (allowed && (size >= (int)sizeof word || !strstr(allowed, word)))
            return topology_refuse(reader, full, 0, "unknown key '%s'; possible here are:%s", name, allowed);
        if (zpl_line(reader->text, full, 1))
            return topology_refuse(reader, full, 1, "'%s' is given twice; keep one of them", name);
    }
    return true;
}

// The next blank-separated word of *list, copied; false at the end. A word that is too long is cut: nobody
// knows it.
static bool
next_word(const char **list, char word[WORD])
{
    *list += strspn(*list, " \t,");
    size_t size = strcspn(*list, " \t,");
    (void)snprintf(word, WORD, "%.*s", (int)size, *list);
    *list += size;
    return size > 0;
}

// ---- hosts ------------------------------------------------------------------------------------------------
static bool
is_address(const char *text)
{
    struct in_addr four;
    struct in6_addr six;
    char inner[INET6_ADDRSTRLEN];
    size_t size = strlen(text);
    if (size > 2 && *text == '[' && text[size - 1] == ']' && size - 2 < sizeof inner) {
        (void)snprintf(inner, sizeof inner, "%.*s", (int)(size - 2), text + 1);
        return inet_pton(AF_INET6, inner, &six) == 1;
    }
    return inet_pton(AF_INET, text, &four) == 1;
}

static bool
is_name(const char *text)
{
    size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
    return size > 0 && !text[size];
}

static bool
read_host(const reader_t *reader, zconfig_t *section)
{
    topology_t *self = reader->self;
    char path[TOPOLOGY_PATH];
    const char *name = zconfig_name(section);
    (void)snprintf(path, sizeof path, "host/%s", name);
    if (strlen(name) >= TOPOLOGY_NAME || self->host_count == TOPOLOGY_HOSTS)
        return topology_refuse(reader, path, 0, "host '%s': a name has at most %d letters, a topology %d hosts", name,
                               TOPOLOGY_NAME - 1, TOPOLOGY_HOSTS);
    if (!check_keys(reader, path, " address bind "))
        return false;
    const char *address = zconfig_get(section, "address", "");
    const char *listen = zconfig_get(section, "bind", address);
    host_row_t *host = &self->hosts[self->host_count++];
    if ((!is_address(address) && !is_name(address)) || strlen(address) >= sizeof host->address)
        return topology_refuse(reader, path, 0, "host '%s': give it the address at which the others reach it, "
                               "as in address = 10.0.0.2", name);
    if (strcmp(listen, "*") != 0 && !is_address(listen))
        return topology_refuse(reader, path, 0, "host '%s': where it listens is an address of its own, "
                               "as in bind = 10.0.0.2, or bind = \"*\" for all", name);
    (void)snprintf(host->name, sizeof host->name, "%s", name);
    (void)snprintf(host->address, sizeof host->address, "%s", address);
    (void)snprintf(host->bind, sizeof host->bind, "%s", listen);
    return true;
}

// ---- processes --------------------------------------------------------------------------------------------
static bool
read_actors(const reader_t *reader, process_row_t *process, const char *list)
{
    topology_t *self = reader->self;
    char path[TOPOLOGY_PATH], word[WORD];
    (void)snprintf(path, sizeof path, "process/%s/actors", process->face.name);
    while (next_word(&list, word)) {
        size_t i = topology_find_actor(self, word);
        if (i == self->actor_count)
            return refuse_unknown(reader, path, word);
        for (size_t j = 0; j < self->process_count; j++)
            if (self->processes[j].face.runs[i] && (self->actors[i].face.one || &self->processes[j] == process))
                return topology_refuse(reader, path, 0, "'%s' runs in process '%s' already; it runs in one", word,
                                       self->processes[j].face.name);
        process->face.runs[i] = true;
        process->place[i] = process->count++;
    }
    return true;
}

static bool
read_port(const reader_t *reader, process_row_t *process, const char *number)
{
    char path[TOPOLOGY_PATH];
    char *end = NULL;
    long port = strtol(number, &end, 10);
    int last = 65535 - (TOPOLOGY_PORTS * process->count - 1);
    (void)snprintf(path, sizeof path, "process/%s/port", process->face.name);
    if (end == number || *end || port < 1 || port > last)
        return topology_refuse(reader, path, 0, "port = '%s'; give a number from 1 to %d: each actor takes %d", number,
                               last, TOPOLOGY_PORTS);
    process->port = (int)port;
    return true;
}

static bool
read_where(const reader_t *reader, process_row_t *process, zconfig_t *section)
{
    topology_t *self = reader->self;
    char path[TOPOLOGY_PATH];
    const char *host = zconfig_get(section, "host", "");
    const char *port = zconfig_get(section, "port", NULL);
    (void)snprintf(path, sizeof path, "process/%s%s", process->face.name, *host? "/host": "");
    if (*host && topology_find_host(self, host) == self->host_count)
        return topology_refuse(reader, path, 0, "there is no host '%s'; give it an address in the section host", host);
    if (!*host && self->host_count > 0)
        return topology_refuse(reader, path, 0, "process '%s' runs on no host; give it host = %s", process->face.name,
                               self->hosts[0].name);
    if (!*host && port)
        return topology_refuse(reader, path, 0, "process '%s' has a port but no host; give it host = NAME, and the "
                               "section host with its address", process->face.name);
    (void)snprintf(process->face.host, TOPOLOGY_NAME, "%s", host);
    return !port || read_port(reader, process, port);
}

static bool
read_process(const reader_t *reader, zconfig_t *section)
{
    topology_t *self = reader->self;
    char path[TOPOLOGY_PATH];
    const char *name = zconfig_name(section);
    (void)snprintf(path, sizeof path, "process/%s", name);
    if (strlen(name) >= TOPOLOGY_NAME || self->process_count == TOPOLOGY_PROCESSES)
        return topology_refuse(reader, path, 0, "process '%s': a name has at most %d letters, a topology %d processes",
                               name, TOPOLOGY_NAME - 1, TOPOLOGY_PROCESSES);
    if (!check_keys(reader, path, " actors host port "))
        return false;
    process_row_t *process = &self->processes[self->process_count++];
    (void)snprintf(process->face.name, TOPOLOGY_NAME, "%s", name);
    const char *list = zconfig_get(section, "actors", "");
    if (!*list)
        return topology_refuse(reader, path, 0, "process '%s' runs nothing; give it actors = \"...\"", name);
    return read_actors(reader, process, list) && read_where(reader, process, section);
}

// ---- actors -----------------------------------------------------------------------------------------------
// One word of asks: an actor, for all its calls, or one call.
static bool
read_ask(const reader_t *reader, actor_row_t *actor, const char *path, const char *word)
{
    char name[TOPOLOGY_NAME];
    size_t length = strcspn(word, ".");
    (void)snprintf(name, sizeof name, "%.*s", (int)length, word);
    size_t i = topology_find_actor(reader->self, name);
    if (i == reader->self->actor_count)
        return refuse_unknown(reader, path, name);
    actor->face.asks[i] = true;
    if (!word[length]) {
        actor->whole[i] = true;
        return true;
    }
    const call_type_t *call = contract_find(word);
    if (!call || !call->reply)
        return topology_refuse(reader, path, 0, "there is no call '%s'; `wikibot contract` lists them", word);
    size_t used = strlen(actor->calls);
    if (used + strlen(word) + 3 > sizeof actor->calls)
        return topology_refuse(reader, path, 0, "these are too many calls; name actors instead");
    (void)snprintf(actor->calls + used, sizeof actor->calls - used, "%s%s ", used? "": " ", word);
    return true;
}

static bool
read_asks(const reader_t *reader, actor_row_t *actor, const char *list)
{
    char path[TOPOLOGY_PATH], word[WORD];
    bool good = true;
    (void)snprintf(path, sizeof path, "actor/%s/asks", actor->face.name);
    while (good && next_word(&list, word))
        good = read_ask(reader, actor, path, word);
    return good;
}

static bool
read_workers(const reader_t *reader, actor_row_t *actor, const char *number)
{
    char path[TOPOLOGY_PATH];
    char *end = NULL;
    long workers = strtol(number, &end, 10);
    (void)snprintf(path, sizeof path, "actor/%s/workers", actor->face.name);
    if (end == number || *end || workers < 1 || workers > LIMIT_WORKERS)
        return topology_refuse(reader, path, 0, "workers = '%s'; give a number from 1 to %d", number, LIMIT_WORKERS);
    actor->face.workers = (size_t)workers;
    return true;
}

static bool
read_endpoint(const reader_t *reader, actor_row_t *actor, const char *endpoint)
{
    char path[TOPOLOGY_PATH];
    struct sockaddr_un address;
    (void)snprintf(path, sizeof path, "actor/%s/endpoint", actor->face.name);
    if (strncmp(endpoint, "tcp:", 4) == 0)
        return topology_refuse(reader, path, 0, "'%s': tcp without CURVE is refused; give the process a host and a "
                               "port instead, then its links have CURVE", endpoint);
    bool inside = strncmp(endpoint, "inproc://", 9) == 0 && endpoint[9];
    if (!inside && strncmp(endpoint, "ipc:///", 7) != 0)
        return topology_refuse(reader, path, 0, "'%s': an endpoint is inproc://NAME or ipc:///absolute/path", endpoint);
    size_t size = strlen(endpoint) + strlen(".events") - strlen("ipc://");
    if (size >= sizeof address.sun_path || strlen(endpoint) >= ENDPOINT_SIZE)
        return topology_refuse(reader, path, 0, "'%s' is too long; a socket's path has at most %zu bytes", endpoint,
                               sizeof address.sun_path - strlen(".events") - 1);
    (void)snprintf(actor->endpoint, ENDPOINT_SIZE, "%s", endpoint);
    return true;
}

static bool
read_actor(const reader_t *reader, zconfig_t *section)
{
    char path[TOPOLOGY_PATH];
    const char *name = zconfig_name(section);
    size_t i = topology_find_actor(reader->self, name);
    (void)snprintf(path, sizeof path, "actor/%s", name);
    if (i == reader->self->actor_count)
        return refuse_unknown(reader, path, name);
    actor_row_t *actor = &reader->self->actors[i];
    const char *workers = zconfig_get(section, "workers", NULL);
    const char *endpoint = zconfig_get(section, "endpoint", NULL);
    return check_keys(reader, path, " workers asks endpoint ") &&
           (!workers || read_workers(reader, actor, workers)) &&
           (!endpoint || read_endpoint(reader, actor, endpoint)) &&
           read_asks(reader, actor, zconfig_get(section, "asks", ""));
}

// ---- the text ---------------------------------------------------------------------------------------------
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

static bool
read_operators(const reader_t *reader, const char *list)
{
    topology_t *self = reader->self;
    char word[WORD];
    while (next_word(&list, word)) {
        if (self->operator_count == TOPOLOGY_OPERATORS || strlen(word) >= TOPOLOGY_NAME)
            return topology_refuse(reader, "topology/operators", 0, "'%s': there are at most %d operators, with "
                                   "names of at most %d letters", word, TOPOLOGY_OPERATORS, TOPOLOGY_NAME - 1);
        memcpy(self->operators[self->operator_count++], word, strlen(word) + 1);
    }
    return true;
}

bool
topology_read(const reader_t *reader)
{
    if (!check_keys(reader, "", " topology process host actor ") || !check_keys(reader, "topology", " name operators "))
        return false;
    (void)snprintf(reader->self->name, TOPOLOGY_NAME, "%s", zconfig_get(reader->root, "topology/name", ""));
    if (!read_operators(reader, zconfig_get(reader->root, "topology/operators", "")))
        return false;
    return read_sections(reader, "host", read_host) && read_sections(reader, "process", read_process) &&
           read_sections(reader, "actor", read_actor);
}
