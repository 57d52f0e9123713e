// What is not about pages: about, robots, health, assets
#include "flows.h"

#include <string.h>

typedef struct { const char *suffix, *type; } asset_type_t;
static const asset_type_t asset_types[] = {
    { ".css", "text/css; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" }, { ".svg", "image/svg+xml" },
    { ".ico", "image/x-icon" },
};

code_t
flow_about(web_t *self)
{
    const char *head = web_surround(self, "");
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

code_t
flow_readyz(web_t *self)
{
    store_head_req_t head = { .caller = self->caller };
    store_head_rep_t found = { 0 };
    sys_ping_req_t ping = { .text = "ready" };
    code_t store = web_ask(self, &call_store_head, &head, NULL, &found);
    msg_t *answer = flow_ask(self->gateway->flow, "render", &call_sys_ping, &ping, NULL);
    code_t render = msg_code(answer);
    msg_destroy(&answer);
    if (store == OK && render == OK)
        return web_text(self, 200, "text/plain; charset=utf-8", "ok\n");
    const char *text = arena_printf(self->arena, "store: %s\nrender: %s\n", code_name(store), code_name(render));
    return web_text(self, 503, "text/plain; charset=utf-8", text);
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
    web_header(self, "cache-control", fixed? "public, max-age=31536000, immutable": "public, max-age=300");
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

code_t
flow_api(web_t *self)
{
    return web_text(self, 404, "application/json", "{\"error\":\"Not found\"}\n");
}

// Addresses that no page can have: technical ones that this version does not know.
code_t
flow_reserved(web_t *self)
{
    return web_refuse(self, NOT_FOUND, "There is nothing at this address.");
}
