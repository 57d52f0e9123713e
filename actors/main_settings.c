#include "main_settings.h"

#include "core/log.h"
#include "core/banned.h"

typedef enum { TEXT, SWITCH, NUMBER, CHOICE, SECRET } kind_t;

typedef struct {
    const char *name;
    const char *key;                            // under "settings" in an actor's configuration
    kind_t kind;
    const char *value;                          // unless somebody says otherwise
    const char *choices;                        // CHOICE: with a blank before each; NUMBER: its range
    const char *text;
} setting_t;

static const setting_t table[] = {
    { "REPOSITORY", "repository", TEXT, ".", NULL, "folder or git repository that is served" },
    { "SITE_NAME", "site_name", TEXT, "Wiki", NULL, "name in the head of each page" },
    { "SITE_DESCRIPTION", "site_description", TEXT, "", NULL, "for search engines" },
    { "HOME_PAGE", "home_page", TEXT, "", NULL, "page shown at /; empty: home, README or index" },
    { "RETAIN_PAGE_NAME_CASE", "retain_page_name_case", SWITCH, "false", NULL, "case distinguishes pages" },
    { "TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES", "treat_underscore_as_space_for_titles", SWITCH, "false", NULL,
      "'_' in file names is a blank in titles" },
    { "WIKILINK_STYLE", "wikilink_style", CHOICE, "", " TITLE_LINK LINK_TITLE PAGE_NAME_TITLE ",
      "LINK_TITLE: [[Page|Text]]; else [[Text|Page]]" },
    { "OPEN_LINKS_IN_NEW_TAB", "open_links_in_new_tab", SWITCH, "false", NULL, "links out of the wiki" },
    { "COMMIT_MESSAGE", "commit_message", CHOICE, "OPTIONAL", " REQUIRED OPTIONAL DISABLED ", "field of the editor" },
    { "DEFAULT_COMMIT_MESSAGE", "default_commit_message", TEXT, "", NULL, "%P stands for the page" },
    { "ROBOTS_TXT", "robots_txt", TEXT, "allow", NULL, "allow; anything else forbids" },
    { "SECRET_KEY", "secret_key", SECRET, "", NULL, "signs forms; empty: a new one at each start" },
    { "WIKIBOT_API_KEY", "api_key", SECRET, "", NULL, "opens the REST API; empty: OTTERWIKI_API_KEY" },
    { "OTTERWIKI_API_KEY", "otterwiki_api_key", SECRET, "", NULL, "the same; both empty: the REST API is closed" },
    { "OTTERWIKI_API_AUTHOR_NAME", "api_author_name", TEXT, "Claude (MCP)", NULL, "author of changes by the REST API" },
    { "OTTERWIKI_API_AUTHOR_EMAIL", "api_author_email", TEXT, "claude-mcp@otterwiki.local", NULL,
      "address of that author" },
    { "LOG_LEVEL", "log_level", CHOICE, "INFO", " DEBUG INFO WARNING ERROR ", "least level that is logged" },
    { "WIKIBOT_PORT", "port", NUMBER, "8080", "0 65535", "port on 127.0.0.1; 0: any that is free" },
    { "WIKIBOT_GZIP", "gzip", SWITCH, "true", NULL, "text goes out compressed to browsers that take it" },
    { "WIKIBOT_METRICS_PORT", "metrics_port", NUMBER, "0", "0 65535",
      "port on 127.0.0.1 for /metrics (Prometheus); 0: none" },
    { "WIKIBOT_TOPOLOGY", "topology", TEXT, "single", NULL, "single, split or a file" },
    { "WIKIBOT_HOST", "host", TEXT, "", NULL, "which host of the topology this is; empty: the only one" },
    { "WIKIBOT_KEYS", "keys", TEXT, "", NULL, "folder of the keys of links between hosts (wikibot keys)" },
    { "WIKIBOT_STATE", "state", TEXT, "", NULL, "folder of our own state; empty: in the git folder" },
    { "WIKIBOT_INDEX", "index", TEXT, "", NULL, "folder of the index; empty: that of our own state" },
    { "WIKIBOT_RUN", "run", TEXT, "", NULL, "folder of sockets, without its number; empty: by what is served" },
    { "WIKIBOT_DURABILITY", "durability", CHOICE, "fsync", " fsync none ", "when a save is acknowledged" },
    { "WIKIBOT_WORKERS", "workers", NUMBER, "0", "0 64", "workers of store, render and index; 0: by the topology" },
    { "WIKIBOT_INIT", "init", SWITCH, "false", NULL, "make a repository of a plain folder" },
};
enum { COUNT = sizeof table / sizeof *table };

struct settings {
    char *values[COUNT];
    char *origins[COUNT];
};

static void
keep(settings_t *self, size_t index, const char *value, const char *origin)
{
    free(self->values[index]);
    free(self->origins[index]);
    self->values[index] = strdup(value);
    self->origins[index] = strdup(origin);
    if (!self->values[index] || !self->origins[index])
        abort();
}

settings_t *
settings_new(void)
{
    settings_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    for (size_t i = 0; i < COUNT; i++)
        keep(self, i, table[i].value, "default");
    return self;
}

void
settings_destroy(settings_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < COUNT; i++) {
        free((*self)->values[i]);
        free((*self)->origins[i]);
    }
    free(*self);
    *self = NULL;
}

static size_t
find(const char *name)
{
    size_t i = 0;
    while (i < COUNT && strcmp(table[i].name, name) != 0)
        i++;
    return i;
}

// "true" or "false" for the words that mean it; NULL for others.
static const char *
switch_value(const char *value)
{
    static const char *const on[] = { "true", "1", "yes", "on" }, *const off[] = { "false", "0", "no", "off" };
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        if (strcasecmp(value, on[i]) == 0)
            return "true";
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        if (strcasecmp(value, off[i]) == 0)
            return "false";
    return NULL;
}

// The word of a blank-separated list that equals the value but for case, copied; false if there is none.
static bool
choice_value(const char *choices, const char *value, char word[64])
{
    while (*choices) {
        size_t size = strcspn(choices, " ");
        if (size == strlen(value) && strncasecmp(choices, value, size) == 0) {
            (void)snprintf(word, 64, "%.*s", (int)size, choices);
            return true;
        }
        choices += size + (choices[size] == ' ');
    }
    return false;
}

static bool
number_fits(const char *range, const char *value)
{
    char *end = NULL;
    long low = strtol(range, &end, 10), high = strtol(end, NULL, 10);
    long number = strtol(value, &end, 10);
    return *value && !*end && number >= low && number <= high;
}

bool
settings_set(settings_t *self, const char *name, const char *value, const char *origin, char why[SETTINGS_WHY])
{
    size_t i = find(name);
    char word[64];
    assert(i < COUNT);
    const setting_t *setting = &table[i];
    if (!*value)                                // NAME='' means: as if it were not there
        value = setting->value;
    if (setting->kind == SWITCH && !switch_value(value)) {
        (void)snprintf(why, SETTINGS_WHY, "%s: %s = '%.100s' is neither True nor False", origin, name, value);
        return false;
    }
    if (setting->kind == SWITCH)
        value = switch_value(value);
    if (setting->kind == NUMBER && !number_fits(setting->choices, value)) {
        (void)snprintf(why, SETTINGS_WHY, "%s: %s = '%.100s'; give a number in the range %s", origin, name, value,
                       setting->choices);
        return false;
    }
    if (setting->kind == CHOICE && *value && !choice_value(setting->choices, value, word)) {
        (void)snprintf(why, SETTINGS_WHY, "%s: %s = '%.100s'; possible are%s", origin, name, value, setting->choices);
        return false;
    }
    keep(self, i, setting->kind == CHOICE && *value? word: value, origin);
    return true;
}

bool
settings_read_environment(settings_t *self, char why[SETTINGS_WHY])
{
    for (size_t i = 0; i < COUNT; i++) {
        const char *value = getenv(table[i].name);
        if (value && !settings_set(self, table[i].name, value, "environment", why))
            return false;
    }
    return true;
}

const char *
settings_get(const settings_t *self, const char *name)
{
    size_t i = find(name);
    assert(i < COUNT);
    return self->values[i];
}

bool
settings_on(const settings_t *self, const char *name)
{
    return strcmp(settings_get(self, name), "true") == 0;
}

void
settings_config(const settings_t *self, zconfig_t *root)
{
    for (size_t i = 0; i < COUNT; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "settings/%s", table[i].key);
        zconfig_put(root, path, self->values[i]);
    }
}

void
settings_print(const settings_t *self, FILE *out, bool origins)
{
    for (size_t i = 0; i < COUNT; i++) {
        bool mask = table[i].kind == SECRET && *self->values[i];
        fprintf(out, "%s = '%s'", table[i].name, mask? "********": self->values[i]);
        if (origins)
            fprintf(out, "    # %s: %s", self->origins[i], table[i].text);
        fputc('\n', out);
    }
}

// ---- the file ---------------------------------------------------------------------------------------------
static char *
trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r\n", text[size - 1]))
        size--;
    text[size] = '\0';
    return text;
}

// A value without its quotes and the comment after it; NULL if a quote is not closed.
static char *
unquote(char *value)
{
    char quote = *value;
    if (quote != '"' && quote != '\'') {
        char *comment = strstr(value, " #");
        if (comment)
            *comment = '\0';
        return trim(value);
    }
    char *close = strchr(value + 1, quote);
    if (!close)
        return NULL;
    *close = '\0';
    return value + 1;
}

// One line of the file; `where` is "file:line".
static bool
read_line(settings_t *self, char *line, const char *where, char why[SETTINGS_WHY])
{
    char *name = trim(line);
    if (!*name || *name == '#')
        return true;
    char *equals = strchr(name, '=');
    char *value = equals? unquote(trim(equals + 1)): NULL;
    if (!value) {
        (void)snprintf(why, SETTINGS_WHY, "%s: a line is NAME = value, with both quotes or none", where);
        return false;
    }
    *equals = '\0';
    name = trim(name);
    if (find(name) < COUNT)
        return settings_set(self, name, value, where, why);
    char shown[128];
    log_warning("settings.unknown", "at=%s name=%s text=\"not a setting of this version; it is ignored\"", where,
                log_value(name, shown, sizeof shown));
    return true;
}

bool
settings_read_file(settings_t *self, const char *path, char why[SETTINGS_WHY])
{
    FILE *file = fopen(path, "re");
    if (!file) {
        (void)snprintf(why, SETTINGS_WHY, "%.300s: cannot be read: %s; name another file with --config", path,
                       strerror(errno));
        return false;
    }
    char line[4096], where[400];
    bool good = true;
    for (int number = 1; good && fgets(line, sizeof line, file); number++) {
        (void)snprintf(where, sizeof where, "%.350s:%d", path, number);
        good = read_line(self, line, where, why);
    }
    fclose(file);
    return good;
}
