#include "main.h"

#include "core/banned.h"

typedef struct {
    const char *flag;
    const char *setting;                        // NULL: not a setting, see take
    bool alone;                                 // takes no value
} flag_t;

static const flag_t flags[] = {
    { "--port", "WIKIBOT_PORT", false },
    { "--topology", "WIKIBOT_TOPOLOGY", false },
    { "--host", "WIKIBOT_HOST", false },
    { "--keys", "WIKIBOT_KEYS", false },
    { "--state", "WIKIBOT_STATE", false },
    { "--init", "WIKIBOT_INIT", true },
    { "--durability", "WIKIBOT_DURABILITY", false },
    { "--config", NULL, false },
    { "--actor", NULL, false },
    { "--as", NULL, false },
    { "--calls", NULL, true },
    { "--origin", NULL, true },
    { "--status", NULL, true },
    { "--cancel", NULL, true },
    { "--process", NULL, false },               // these four are between the supervisor and its children
    { "--run-dir", NULL, false },
    { "--listen-fd", NULL, false },
    { "--ready-fd", NULL, false },
};

// One flag of the command line with its value.
typedef struct {
    const flag_t *flag;                         // NULL: the folder
    const char *value;
} word_t;

static const flag_t *
find(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strlen(flags[i].flag) == size && memcmp(flags[i].flag, word, size) == 0)
            return &flags[i];
    return NULL;
}

// The next flag and its value, as two words or as --flag=value; false after telling what is wrong.
static bool
next(int count, char **words, int *at, word_t *result)
{
    char *word = words[(*at)++];
    *result = (word_t){ NULL, word };
    if (word[0] != '-')
        return true;
    size_t size = strcspn(word, "=");
    result->flag = find(word, size);
    if (!result->flag) {
        fprintf(stderr, "wikibot: there is no option %.*s; --help lists what there is\n", (int)size, word);
        return false;
    }
    bool joined = word[size] == '=';
    if (result->flag->alone && joined) {
        fprintf(stderr, "wikibot: %s takes no value\n", result->flag->flag);
        return false;
    }
    if (!result->flag->alone && !joined && *at == count) {
        fprintf(stderr, "wikibot: %s needs a value after it; --help shows an example\n", result->flag->flag);
        return false;
    }
    result->value = result->flag->alone? "true": joined? word + size + 1: words[(*at)++];
    return true;
}

static void
take(options_t *self, const word_t *word)
{
    const char *flag = word->flag->flag;
    if (strcmp(flag, "--config") == 0)
        self->config = word->value;
    else if (strcmp(flag, "--actor") == 0)
        self->actor = word->value;
    else if (strcmp(flag, "--as") == 0)
        self->operator_name = word->value;
    else if (strcmp(flag, "--calls") == 0)
        self->calls = true;
    else if (strcmp(flag, "--origin") == 0)
        self->origin = true;
    else if (strcmp(flag, "--status") == 0)
        self->only_status = true;
    else if (strcmp(flag, "--cancel") == 0)
        self->cancel = true;
    else if (strcmp(flag, "--process") == 0)
        self->process = word->value;
    else if (strcmp(flag, "--run-dir") == 0)
        self->run_dir = word->value;
    else if (strcmp(flag, "--listen-fd") == 0)
        self->listen_fd = (int)strtol(word->value, NULL, 10);
    else
        self->ready_fd = (int)strtol(word->value, NULL, 10);
}

// Goes over the command line: first for what is no setting (the file among it), then for the settings.
static bool
read_words(options_t *self, int count, char **words, bool settings)
{
    char why[SETTINGS_WHY];
    int folders = 0;
    for (int at = 0; at < count;) {
        word_t word;
        if (!next(count, words, &at, &word))
            return false;
        if (!word.flag && ++folders > 1) {
            fprintf(stderr, "wikibot: '%s' is one folder too many; one is served\n", word.value);
            return false;
        }
        const char *name = word.flag? word.flag->setting: "REPOSITORY";
        if (!name)
            take(self, &word);
        else if (settings && !settings_set(self->settings, name, word.value, "command line", why)) {
            fprintf(stderr, "wikibot: %s\n", why);
            return false;
        }
    }
    return true;
}

bool
options_read(options_t *self, int count, char **words)
{
    char why[SETTINGS_WHY];
    *self = (options_t){ .settings = settings_new(), .listen_fd = -1, .ready_fd = -1 };
    if (!read_words(self, count, words, false))
        return false;
    const char *file = self->config? self->config: getenv("OTTERWIKI_SETTINGS");
    if (!file)
        file = getenv("WIKIBOT_CONFIG");
    bool good = (!file || !*file || settings_read_file(self->settings, file, why)) &&
                settings_read_environment(self->settings, why);
    if (!good)
        fprintf(stderr, "wikibot: %s\n", why);
    good = good && read_words(self, count, words, true);
    if (good && *settings_get(self->settings, "WIKIBOT_RUN"))
        (void)setenv("WIKIBOT_RUN", settings_get(self->settings, "WIKIBOT_RUN"), 1);       // rundir.h
    return good;
}

void
options_clear(options_t *self)
{
    settings_destroy(&self->settings);
}
