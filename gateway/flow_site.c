// What is not about pages: about, robots, health, assets
#include "flows.h"

#include <string.h>

typedef struct { const char *suffix, *type; } asset_type_t;
static const asset_type_t asset_types[] = {
    { ".css", "text/css; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" }, { ".svg", "image/svg+xml" },
    { ".ico", "image/x-icon" },
};

// What the index holds, and how far it has come.
static void
add_index(web_t *self, const char *head)
{
    index_about_req_t about = { .caller = self->caller };
    index_about_rep_t found = { .commit = "" };
    bool behind = false;
    const web_index_t ask = { &call_index_about, &about, &found, &found.commit, &behind, "" };
    if (web_index(self, &ask) != OK)
        return;
    value_int(self->data, KEY_pages, found.pages);
    value_int(self->data, KEY_passages, found.passages);
    value_int(self->data, KEY_commits, found.commits);
    value_int(self->data, KEY_links_total, found.links);
    if (*found.commit)
        web_revision(self->data, found.commit);
    const char *progress = web_index_progress(self);
    value_text(self->data, KEY_index_note, progress);
    value_flag(self->data, KEY_cut, found.building);
    self->passing |= found.building || *progress || strcmp(found.commit, head) != 0;
    value_flag(self->data, KEY_same, strcmp(found.commit, head) == 0);
}

code_t
flow_about(web_t *self)
{
    const char *head = web_surround(self, "");
    add_index(self, head);
    web_title(self, "About");
    value_text(self->data, KEY_version, WIKIBOT_VERSION);
    web_cacheable(self, head);
    return web_page(self, 200, "about");
}

code_t
flow_robots(web_t *self)
{
    const char *rule = self->gateway->site.robots? "Allow: /": "Disallow: /";
    const char *text = arena_printf(self->arena, "User-agent: *\n%s\n", rule);
    return web_text(self, 200, "text/plain; charset=utf-8", text);
}

code_t
flow_healthz(web_t *self)
{
    return web_text(self, 200, "text/plain; charset=utf-8", "ok\n");
}

// What must answer before this wiki can be used: pages are read and saved without the index, so it is not among them.
// NULL, or what is wrong.
static const char *
ailment(web_t *self, code_t code, const char *what)
{
    return code == OK? NULL: arena_printf(self->arena, "%s: %s", what, code_text(code));
}

static const char *
ailment_of_render(web_t *self)
{
    sys_ping_req_t ping = { .text = "ready" };
    msg_t *answer = flow_ask(self->gateway->flow, "render", &call_sys_ping, &ping, NULL);
    code_t code = msg_code(answer);
    msg_destroy(&answer);
    return ailment(self, code, "render");
}

// "ok", or a line for each thing that is wrong.
static code_t
answer_ailments(web_t *self, const char *good, const char *const *ailments, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        if (ailments[i])
            text = arena_printf(self->arena, "%s%s\n", text, ailments[i]);
    return web_text(self, *text? 503: 200, "text/plain; charset=utf-8", *text? text: good);
}

code_t
flow_readyz(web_t *self)
{
    store_head_req_t head = { .caller = self->caller };
    store_head_rep_t found = { 0 };
    const char *ailments[2] = { ailment(self, web_ask(self, &call_store_head, &head, NULL, &found), "store") };
    ailments[1] = ailment_of_render(self);
    return answer_ailments(self, "ok\n", ailments, 2);
}

// As Otterwiki has it: can the repository be written, does its log work; and ours: is the renderer there.
code_t
flow_health(web_t *self)
{
    store_head_req_t head = { .caller = self->caller };
    store_head_rep_t found = { 0 };
    store_history_req_t history = { .caller = self->caller, .limit = 1 };
    store_history_rep_t log = { 0 };
    const char *ailments[4] = { ailment(self, web_ask(self, &call_store_head, &head, NULL, &found), "repository") };
    if (!ailments[0] && !found.writable)
        ailments[1] = "repository: it is not writable";
    ailments[2] = ailment(self, web_ask(self, &call_store_history, &history, NULL, &log), "log");
    ailments[3] = ailment_of_render(self);
    return answer_ailments(self, "ok", ailments, 4);
}

static code_t
answer_asset(web_t *self, const char *name, bool fixed)
{
    size_t size = 0;
    const char *bytes = site_asset(name, &size);
    const char *dot = strrchr(name, '.');
    const char *type = "application/octet-stream";
    if (!bytes)
        return web_refuse(self, NOT_FOUND, "There is no such file.");
    for (size_t i = 0; i < sizeof asset_types / sizeof *asset_types; i++)
        if (dot && strcmp(dot, asset_types[i].suffix) == 0)
            type = asset_types[i].type;
    code_t code = web_bytes(self, type, bytes, size);
    bool theirs = strncmp(name, "prism-", 6) == 0;      // changes with the distribution
    web_header(self, "cache-control", fixed? "public, max-age=31536000, immutable":
                                      theirs? "public, max-age=86400": "public, max-age=300");
    return code;
}

code_t
flow_static(web_t *self)
{
    char hash[ASSET_HASH_SIZE + 1] = "";
    size_t size = 0;
    const char *bytes = site_asset(self->file, &size);
    if (bytes)
        site_asset_hash(bytes, size, hash);
    return answer_asset(self, self->file, strcmp(web_query(self, "v"), hash) == 0);
}

code_t
flow_favicon(web_t *self)
{
    return answer_asset(self, "favicon.svg", false);
}

// Otterwiki's address of its repository leads home, as there.
code_t
flow_git(web_t *self)
{
    return web_redirect(self, 302, "/");
}

// Addresses of the wiki itself that this version does not know.
code_t
flow_reserved(web_t *self)
{
    return web_refuse(self, NOT_FOUND, "There is nothing at this address.");
}
