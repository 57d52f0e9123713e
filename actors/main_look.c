#include "main_look.h"

#include <glob.h>
#include "core/rundir.h"
#include "core/banned.h"

static bool
is_there(const look_t *self, const char *process, const char *actor)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->doors[i].process, process) == 0 && strcmp(self->doors[i].actor, actor) == 0)
            return true;
    return false;
}

// "…/door-PROCESS.ACTOR"
static void
add_local(look_t *self, const char *path)
{
    const char *name = strrchr(path, '/') + 1 + strlen("door-"), *dot = strrchr(name, '.');
    if (!dot || self->count == LOOK_DOORS)
        return;
    look_door_t *door = &self->doors[self->count++];
    *door = (look_door_t){ .host = "" };
    (void)snprintf(door->process, sizeof door->process, "%.*s", (int)(dot - name), name);
    (void)snprintf(door->actor, sizeof door->actor, "%s", dot + 1);
    (void)snprintf(door->where, sizeof door->where, "ipc://%s", path);
}

void
look_local(look_t *self, const char *served)
{
    char base[RUNDIR_SIZE], pattern[RUNDIR_SIZE + 16];
    glob_t found = { 0 };
    if (!rundir_base(served, base))
        return;
    (void)snprintf(pattern, sizeof pattern, "%s-*/door-*", base);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            add_local(self, found.gl_pathv[i]);
    globfree(&found);
}

static void
add_far(look_t *self, const topology_t *topology, const topology_process_t *process, size_t index)
{
    const char *actor = topology_actor(topology, index)->name;
    topology_link_t link = topology_link(topology, process, index, LINK_CONNECT, "");
    if (!*link.door || is_there(self, process->name, actor) || self->count == LOOK_DOORS)
        return;
    look_door_t *door = &self->doors[self->count++];
    *door = (look_door_t){ .host = "" };
    (void)snprintf(door->host, sizeof door->host, "%s", process->host);
    (void)snprintf(door->process, sizeof door->process, "%s", process->name);
    (void)snprintf(door->actor, sizeof door->actor, "%s", actor);
    (void)snprintf(door->where, sizeof door->where, "%s@%s", process->name, link.door);
}

// The key with which we ask on other hosts. False, after telling, if the one that was asked for is not there.
static bool
read_key(look_t *self, const options_t *options, const topology_t *topology)
{
    char why[CURVE_WHY] = "";
    const char *folder = settings_get(options->settings, "WIKIBOT_KEYS");
    bool found = options->operator_name && curve_read_pair(folder, options->operator_name, &self->pair, why);
    for (size_t i = 0; i < topology_operator_count(topology) && !options->operator_name && !found; i++)
        found = curve_read_pair(folder, topology_operator(topology, i), &self->pair, why);
    if (found)
        self->keys = (dealer_keys_t){ .folder = folder, .own = &self->pair };
    if (!found && options->operator_name)
        fprintf(stderr, "wikibot: %s\n", why);
    return found || !options->operator_name;
}

static bool
find_far(look_t *self, const options_t *options)
{
    char why[TOPOLOGY_WHY];
    topology_t *topology = main_topology(settings_get(options->settings, "WIKIBOT_TOPOLOGY"), why);
    if (!topology) {
        fprintf(stderr, "wikibot: %s\n", why);
        return false;
    }
    bool good = read_key(self, options, topology);
    for (size_t i = 0; self->keys.own && i < topology_process_count(topology); i++)
        for (size_t j = 0; j < topology_actor_count(topology); j++)
            if (topology_process(topology, i)->runs[j])
                add_far(self, topology, topology_process(topology, i), j);
    if (good && !self->keys.own && topology_host_count(topology) > 1)
        fputs("wikibot: only this host is looked at; to see the others, name an operator in the topology and give "
              "--keys\n", stderr);
    topology_destroy(&topology);
    return good;
}

bool
look_find(look_t *self, const options_t *options)
{
    *self = (look_t){ .count = 0 };
    zsys_handler_set(NULL);
    zsys_init();
    look_local(self, settings_get(options->settings, "REPOSITORY"));
    return find_far(self, options);
}

bool
look_open(look_t *self, const options_t *options)
{
    const char *served = settings_get(options->settings, "REPOSITORY");
    if (!look_find(self, options))
        return false;
    if (self->count == 0)
        fprintf(stderr, "wikibot: nobody serves %s here; start it with: wikibot serve %s\n", served, served);
    return self->count > 0;
}

void
look_close(look_t *self)
{
    curve_forget(&self->pair);
    zsys_shutdown();
}

msg_t *
look_ask(const look_t *self, const look_door_t *door, const call_type_t *call, const void *record)
{
    msg_t *request = msg_new_req(call, record, NULL, msg_clock_ms() + LOOK_MS);
    asker_t *asker = asker_open(door->where, self->keys.own? &self->keys: NULL);
    msg_t *answer = asker? asker_ask(asker, call, &request)
                         : msg_new_err(request, UNAVAILABLE, "no way to %s", door->where);
    asker_destroy(&asker);
    msg_destroy(&request);
    return answer;
}

void
look_about(const look_t *self, const look_door_t *door, look_answer_t *answer)
{
    sys_about_req_t question = { .text = "" };
    int64_t asked_ms = msg_clock_ms();
    *answer = (look_answer_t){ .message = look_ask(self, door, &call_sys_about, &question) };
    int64_t answered_ms = msg_clock_ms();
    answer->good = msg_read_rep(answer->message, &call_sys_about, &answer->about) == OK;
    if (answer->good)
        answer->skew_ms = answer->about.clock_ms - (asked_ms + answered_ms) / 2;
    answer->skewed = llabs(answer->skew_ms) > LOOK_SKEW_MS;
}
