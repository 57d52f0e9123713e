#include "actor_internal.h"
#include "index_jobs.h"
#include "../core/banned.h"

// Raised by who changes what render.digest or index_chunk say of a page: then the index is built anew.
enum { DIGEST_VERSION = 2, CHUNK_VERSION = 1 };

static bool
is_on(zconfig_t *config, const char *path)
{
    return strcmp(zconfig_get(config, path, "false"), "true") == 0;
}

static code_t
on_open(void **state, zconfig_t *config)
{
    state_t *self = calloc(1, sizeof *self);
    if (!self)
        return INTERNAL;
    self->config = config;
    self->naming.retain_case = is_on(config, "settings/retain_page_name_case");
    self->naming.underscores = is_on(config, "settings/treat_underscore_as_space_for_titles");
    const char *links = zconfig_get(config, "settings/wikilink_style", "");
    self->style = (render_style_t){ .retain_case = self->naming.retain_case, .underscores = self->naming.underscores,
                                    .target_first = strcmp(links, "LINK_TITLE") == 0 ||
                                                    strcmp(links, "PAGE_NAME_TITLE") == 0,
                                    .new_tab = is_on(config, "settings/open_links_in_new_tab") };
    (void)snprintf(self->fingerprint, sizeof self->fingerprint, WIKIBOT_VERSION " digest %d chunks %d links %d",
                   DIGEST_VERSION, CHUNK_VERSION, self->style.target_first);
    const char *home = zconfig_get(config, "settings/home_page", "");
    if (*home && page_id(&self->naming, home, self->home) != OK)
        self->home[0] = 0;
    *state = self;
    return OK;
}

static void
on_close(void **state)
{
    state_t *self = *state;
    follow_destroy(&self->follow);
    index_close(&self->reader);
    jobs_close(&self->jobs);
    free(self);
    *state = NULL;
}

static const route_t routes[] = {
    { .call = &call_index_follow, .handle = follow_call, .serial = true },
    { .call = &call_index_reindex, .handle = jobs_call, .quick = true, .door = true },
    { .call = &call_index_about, .handle = query_on_about, .quick = true },
    { .call = &call_index_page, .handle = query_on_page, .quick = true },
    { .call = &call_index_list, .handle = query_on_list, .quick = true },
    { .call = &call_index_history, .handle = query_on_history, .quick = true },
    { .call = &call_index_graph, .handle = query_on_graph },
    { .call = &call_index_wanted, .handle = query_on_wanted },
    { .call = &call_index_broken, .handle = query_on_broken },
    { .call = &call_index_linkers, .handle = query_on_linkers, .quick = true },
    { .call = &call_index_search, .handle = words_on_search },
    { .call = &call_index_match, .handle = words_on_match },
    { .call = &call_index_find, .handle = words_on_find },
    { .call = NULL },
};

const actor_t index_actor = { .name = "index", .open = on_open, .flush = follow_flush, .tick = follow_tick,
                              .close = on_close, .routes = routes };
