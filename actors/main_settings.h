// settings - what a person may set, and where each value came from: default < file < environment < flag
//
// One table: Otterwiki's names where they mean the same, ours begin with WIKIBOT_. Actors get them as the
// section "settings" of their configuration, under lower-case keys (settings_config).
#ifndef MAIN_SETTINGS_H
#define MAIN_SETTINGS_H
#include <czmq.h>

typedef struct settings settings_t;
enum { SETTINGS_WHY = 512 };

settings_t *settings_new(void);                 // the defaults
void settings_destroy(settings_t **self);
// `NAME = value` lines as in Otterwiki's settings.cfg. False, with file, line and what to do in `why`, if
// it cannot be read or a value is wrong. Unknown names are warned about in the log.
bool settings_read_file(settings_t *self, const char *path, char why[SETTINGS_WHY]);
bool settings_read_environment(settings_t *self, char why[SETTINGS_WHY]);
// `origin` is kept as it is: a static text, or one that lives as long as the settings.
bool settings_set(settings_t *self, const char *name, const char *value, const char *origin, char why[SETTINGS_WHY]);
const char *settings_get(const settings_t *self, const char *name);     // never NULL
bool settings_on(const settings_t *self, const char *name);
// Adds the section "settings" to a configuration.
void settings_config(const settings_t *self, zconfig_t *root);
// For `wikibot config show`; secrets are masked.
void settings_print(const settings_t *self, FILE *out, bool origins);
#endif
