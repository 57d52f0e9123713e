#include "actor.h"
#include "actor_internal.h"
#include "../core/log.h"
#include "../core/banned.h"

// ---- what handlers share ----------------------------------------------------------------------------------------

bool
actor_allows(const state_t *self, const caller_t *caller, const char *file, int right)
{
    char id[PAGE_ID_SIZE];
    if (!rules_allow(caller, file, right))
        return false;
    if (strcmp(caller->rules[0].glob, "**") == 0)       // as nearly always: the first rule decides everything
        return true;
    return page_id(&self->naming, file, id) != OK || rules_allow(caller, id, right);
}

bool
actor_may_read(void *reader, const char *file)
{
    const reader_t *self = reader;
    return actor_allows(self->state, self->caller, file, RIGHT_READ);
}

code_t
actor_fail(const state_t *self, call_t *call, code_t code)
{
    return call_fail(call, code, "%s", store_error(self->store));
}

code_t
actor_hide(call_t *call, const char *path)
{
    return call_fail(call, NOT_FOUND, "there is no page or file called %.300s", path);
}

const char *
actor_copy(call_t *call, const char *text)
{
    return text? arena_copy(call->arena, text, strlen(text)): "";
}

void
actor_add_blob(call_t *call, const char *bytes, size_t size)
{
    zframe_t *frame = zframe_new(bytes, size);
    call_add_blob(call, &frame);
}

// ---- the actor --------------------------------------------------------------------------------------------------

static bool
is_on(zconfig_t *config, const char *path)
{
    return strcmp(zconfig_get(config, path, "false"), "true") == 0;
}

enum { PUT_OFF = 16 };                           // ticks

static code_t
on_open(void **state, zconfig_t *config)
{
    char why_text[1024], folder[512];
    const char *why = "";
    state_t *self = calloc(1, sizeof *self);
    if (!self)
        return INTERNAL;
    self->naming.retain_case = is_on(config, "settings/retain_page_name_case");
    self->naming.underscores = is_on(config, "settings/treat_underscore_as_space_for_titles");
    store_options_t options = { .folder = zconfig_get(config, "settings/repository", "."),
                                .state = zconfig_get(config, "settings/state", ""),
                                .home = zconfig_get(config, "settings/home_page", ""),
                                .naming = self->naming,
                                .durable = strcmp(zconfig_get(config, "settings/durability", "fsync"), "none") != 0,
                                .init = is_on(config, "settings/init") };
    self->store = store_open(&options, &why);
    if (!self->store) {
        log_error("store.open", "why=%s", log_value(why, why_text, sizeof why_text));
        free(self);
        return INTERNAL;
    }
    log_debug("store.open", "folder=%s writable=%d", log_value(options.folder, folder, sizeof folder),
              store_writable(self->store));
    self->ticks = PUT_OFF;
    *state = self;
    return OK;
}

static void
on_close(void **state)
{
    state_t *self = *state;
    store_close(&self->store);
    free(self);
    *state = NULL;
}

// While saves come in their writer has better to do than to tidy up, for some seconds; but one that has just started
// looks what others left behind, since it may be killed before it finds the time.
static bool
may_maintain(state_t *self)
{
    self->ticks = self->wrote? self->ticks + 1: PUT_OFF;
    self->wrote = false;
    if (self->ticks < PUT_OFF && !store_crowded(self->store))
        return false;
    self->ticks = 0;
    return true;
}

static void
on_tick(void *state)
{
    state_t *self = state;
    store_oid_t head;
    if (store_watch(self->store, &head)) {
        log_info("store.moved", "commit=%s by=others", head.hex);
        actor_publish(&event_store_moved, &(store_moved_evt_t){ .commit = head.hex });
    }
    if (may_maintain(self))
        store_maintain(self->store);
}

static const route_t routes[] = {
    { .call = &call_store_read, .handle = actor_on_read, .quick = true },
    { .call = &call_store_list, .handle = actor_on_list },
    { .call = &call_store_exists, .handle = actor_on_exists, .quick = true },
    { .call = &call_store_around, .handle = actor_on_around, .quick = true },
    { .call = &call_store_head, .handle = actor_on_head, .quick = true },
    { .call = &call_store_history, .handle = actor_on_history },
    { .call = &call_store_find, .handle = actor_on_find },
    { .call = &call_store_diff, .handle = actor_on_diff },
    { .call = &call_store_blame, .handle = actor_on_blame },
    { .call = &call_store_changes, .handle = actor_on_changes },
    { .call = &call_store_log, .handle = actor_on_log },
    { .call = &call_store_texts, .handle = actor_on_texts },
    { .call = &call_store_commit, .handle = actor_on_commit, .serial = true },
    { .call = &call_store_revert, .handle = actor_on_revert, .serial = true },
    { .call = NULL },
};

const actor_t store_actor = { .name = "store", .open = on_open, .flush = actor_flush, .tick = on_tick,
                              .close = on_close, .routes = routes };
