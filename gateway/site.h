// site - the settings of the wiki as the gateway needs them, and the names under which its assets are served
#ifndef SITE_H
#define SITE_H
#include "../proto/page.h"
#include "../actors/core/actor.h"

typedef enum { MESSAGE_OPTIONAL, MESSAGE_REQUIRED, MESSAGE_DISABLED } message_rule_t;

typedef struct {
    const char *name, *description;             // views of the settings
    const char *home_page;                      // HOME_PAGE as it was given; "" for none
    const char *default_message;                // DEFAULT_COMMIT_MESSAGE
    const char *secret_key, *state;
    const char *api_key;                        // of the REST API; "": it is closed
    const char *api_author_name, *api_author_email;
    message_rule_t message_rule;                // COMMIT_MESSAGE
    bool robots;                                // ROBOTS_TXT: may be indexed
    page_naming_t naming;
    render_style_t style;
    char style_url[64], script_url[64], edit_url[64], code_url[64], icon_url[64];
    char theme_url[64], palette_url[64];
} site_t;

// From the section "settings" of an actor's configuration, which must outlive it.
void site_read(site_t *self, zconfig_t *config);
// The hash that is part of an asset's URL, so that the URL changes with the asset.
enum { ASSET_HASH_SIZE = 12 };
void site_asset_hash(const char *bytes, size_t size, char hash[ASSET_HASH_SIZE + 1]);
// An asset (not a template) by its file name; NULL if there is none.
const char *site_asset(const char *name, size_t *size);
#endif
