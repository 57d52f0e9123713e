#include "site.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ui.h"

static const char *
setting(zconfig_t *settings, const char *name, const char *otherwise)
{
    const char *value = settings? zconfig_get(settings, name, otherwise): otherwise;
    return value && *value? value: otherwise;
}

static bool
is_on(const char *value)
{
    static const char *const words[] = { "true", "1", "yes", "on" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(value, words[i]) == 0)
            return true;
    return false;
}

static message_rule_t
message_rule(const char *word)
{
    if (strcasecmp(word, "REQUIRED") == 0)
        return MESSAGE_REQUIRED;
    return strcasecmp(word, "DISABLED") == 0? MESSAGE_DISABLED: MESSAGE_OPTIONAL;
}

const char *
site_asset(const char *name, size_t *size)
{
    const char *dot = strrchr(name, '.');
    if (!dot || strcmp(dot, ".html") == 0)
        return NULL;
    for (const ui_file_t *file = ui_files; file->name; file++) {
        if (strcmp(file->name, name) != 0)
            continue;
        *size = file->size;
        return file->bytes;
    }
    return NULL;
}

void
site_asset_hash(const char *bytes, size_t size, char hash[ASSET_HASH_SIZE + 1])
{
    unsigned char digest[crypto_generichash_BYTES];
    crypto_generichash(digest, sizeof digest, (const unsigned char *)bytes, size, NULL, 0);
    sodium_bin2hex(hash, ASSET_HASH_SIZE + 1, digest, ASSET_HASH_SIZE / 2);
}

static void
asset_url(const char *name, char url[64])
{
    char hash[ASSET_HASH_SIZE + 1] = "";
    size_t size = 0;
    const char *bytes = site_asset(name, &size);
    if (bytes)
        site_asset_hash(bytes, size, hash);
    snprintf(url, 64, "/static/%s?v=%s", name, hash);
}

void
site_read(site_t *self, zconfig_t *config)
{
    zconfig_t *settings = config? zconfig_locate(config, "settings"): NULL;
    self->name = setting(settings, "site_name", "Wiki");
    self->description = setting(settings, "site_description", "");
    self->home_page = setting(settings, "home_page", "");
    self->default_message = setting(settings, "default_commit_message", "");
    self->secret_key = setting(settings, "secret_key", "");
    self->state = setting(settings, "state", "");
    self->api_key = setting(settings, "api_key", setting(settings, "otterwiki_api_key", ""));
    self->api_author_name = setting(settings, "api_author_name", "Claude (MCP)");
    self->api_author_email = setting(settings, "api_author_email", "claude-mcp@otterwiki.local");
    self->message_rule = message_rule(setting(settings, "commit_message", "OPTIONAL"));
    self->robots = strcasecmp(setting(settings, "robots_txt", "allow"), "allow") == 0;
    self->naming.retain_case = is_on(setting(settings, "retain_page_name_case", "false"));
    self->naming.underscores = is_on(setting(settings, "treat_underscore_as_space_for_titles", "false"));
    const char *links = setting(settings, "wikilink_style", "");
    self->style.retain_case = self->naming.retain_case;
    self->style.underscores = self->naming.underscores;
    self->style.target_first = strcasecmp(links, "LINK_TITLE") == 0 || strcasecmp(links, "PAGE_NAME_TITLE") == 0;
    self->style.new_tab = is_on(setting(settings, "open_links_in_new_tab", "false"));
    asset_url("style.css", self->style_url);
    asset_url("script.js", self->script_url);
    asset_url("edit.js", self->edit_url);
    asset_url("code.js", self->code_url);
    asset_url("theme.js", self->theme_url);
    asset_url("palette.js", self->palette_url);
    asset_url("favicon.svg", self->icon_url);
}
