#include "main.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include "core/curve.h"
#include "core/banned.h"

// What lies in the folder of one name.
typedef struct {
    char name[TOPOLOGY_NAME];
    char key[CURVE_KEY];                        // "": no public key that can be read
    bool revoked;                               // NAME.revoked is there
    int mode;                                   // of NAME.secret; -1: it is not there
} held_t;

static bool
has_file(const char *folder, const char *name, const char *ending, struct stat *facts)
{
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    return size > 0 && size < (int)sizeof path && stat(path, facts) == 0;
}

static void
print_held(const char *folder, const char *name)
{
    struct stat facts;
    held_t held = { .mode = -1 };
    bool good = curve_read_public(folder, name, held.key);
    held.revoked = has_file(folder, name, "revoked", &facts);
    if (has_file(folder, name, "secret", &facts))
        held.mode = facts.st_mode & 0777;
    const char *state = good? "valid": held.revoked? "revoked": "damaged";
    const char *secret = held.mode < 0? "": held.mode & 077? "  secret key here, and OTHERS MAY READ IT: chmod 600"
                                                           : "  secret key here";
    printf("%-31s %-8s %-40s%s\n", name, state, good? held.key: "-", secret);
}

static int
is_key(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && dot != entry->d_name &&
           (strcmp(dot, ".public") == 0 || strcmp(dot, ".secret") == 0 || strcmp(dot, ".revoked") == 0);
}

// One line a name; its files stand beside each other.
static int
list(const char *folder)
{
    struct dirent **entries = NULL;
    char last[NAME_MAX + 1] = "";
    int count = scandir(folder, &entries, is_key, alphasort);
    if (count < 0) {
        fprintf(stderr, "wikibot: %s: %s; wikibot keys new NAME --keys FOLDER makes it\n", folder, strerror(errno));
        return 1;
    }
    for (int i = 0; i < count; i++) {
        char *name = entries[i]->d_name;
        *strrchr(name, '.') = '\0';
        if (strcmp(name, last) != 0 && curve_name_valid(name))
            print_held(folder, name);
        (void)snprintf(last, sizeof last, "%s", name);
        free(entries[i]);
    }
    free(entries);
    return 0;
}

static int
make(const char *folder, const char *name)
{
    char why[CURVE_WHY], key[CURVE_KEY] = "";
    if (!curve_new(folder, name, why)) {
        fprintf(stderr, "wikibot: %s\n", why);
        return 1;
    }
    (void)curve_read_public(folder, name, key);
    printf("%s %s\n", name, key);
    printf("  %s/%s.public goes to every host of the topology\n", folder, name);
    printf("  %s/%s.secret goes to the host that runs '%s', and nowhere else\n", folder, name, name);
    return 0;
}

static int
take_away(const char *folder, const char *name)
{
    char why[CURVE_WHY];
    if (!curve_revoke(folder, name, why)) {
        fprintf(stderr, "wikibot: %s\n", why);
        return 1;
    }
    printf("%s is revoked on this host, within a second and without a restart; do it on the others too\n", name);
    return 0;
}

// new, list or revoke; 2 if it is none of them, or one without a name.
static int
run(const char *folder, const char *verb, const char *name)
{
    if (strcmp(verb, "list") == 0 && !name)
        return list(folder);
    if (strcmp(verb, "new") == 0 && name)
        return make(folder, name);
    if (strcmp(verb, "revoke") == 0 && name)
        return take_away(folder, name);
    fputs("wikibot: what about the keys? wikibot keys new NAME, list, or revoke NAME\n", stderr);
    return 2;
}

int
main_keys(int count, char **words)
{
    const char *verb = count > 0? words[0]: "";
    bool named = count > 1 && words[1][0] != '-';
    int used = count > 0? 1 + named: 0;
    options_t options;
    int status = 2;
    if (!options_read(&options, count - used, words + used))
        goto done;
    const char *folder = settings_get(options.settings, "WIKIBOT_KEYS");
    if (*folder)
        status = run(folder, verb, named? words[1]: NULL);
    else
        fputs("wikibot: in which folder are the keys? give --keys FOLDER, or set WIKIBOT_KEYS\n", stderr);
done:
    options_clear(&options);
    return status;
}
