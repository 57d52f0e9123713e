#include "rules.h"

#include <string.h>

enum { GLOB_SIZE = LIMIT_PATH_BYTES };

// One '?' is one character, not one byte of it.
static size_t
character_size(const char *text)
{
    size_t size = 1;
    while (((unsigned char)text[size] & 0xC0) == 0x80)
        size++;
    return size;
}

// Stars match nothing too: whoever stands before one also stands behind it.
static void
step_over_stars(const char *glob, size_t glob_size, bool *at)
{
    for (size_t i = 0; i < glob_size; i++)
        if (at[i] && glob[i] == '*')
            at[i + 1] = true;
}

// One character of the path, in place from the end, since every move goes at most one place forward. A '*' is part
// of a "**" if it has a neighbour: then it may also eat a slash.
static void
step(const char *glob, size_t glob_size, bool *at, const char *text, size_t size)
{
    for (size_t i = glob_size + 1; i-- > 0;) {
        bool star = glob[i] == '*' && i < glob_size;
        bool crosses = star && (glob[i + 1] == '*' || (i > 0 && glob[i - 1] == '*'));
        bool stays = at[i] && star && (crosses || *text != '/');
        if (at[i] && !star && i < glob_size) {
            bool any = glob[i] == '?' && *text != '/';
            size_t taken = any? 1: size;
            if (any || strncmp(glob + i, text, size) == 0)
                at[i + taken] = true;
        }
        at[i] = stays;
    }
}

bool
rules_glob_match(const char *glob, const char *path)
{
    size_t glob_size = strlen(glob);
    if (strcmp(glob, "**") == 0)
        return true;
    if (glob_size > GLOB_SIZE || (*glob != '*' && *glob != '?' && *glob != *path))
        return false;
    bool at[GLOB_SIZE + 8] = { true };          // the places of the glob that the path may have reached
    step_over_stars(glob, glob_size, at);
    for (const char *text = path; *text;) {
        size_t size = character_size(text);
        step(glob, glob_size, at, text, size);
        step_over_stars(glob, glob_size, at);
        text += size;
    }
    return at[glob_size];
}

// A rule about "a/b" is also about the file "a/b.md".
static bool
rule_matches(const char *glob, const char *path, const char *stem)
{
    return rules_glob_match(glob, path) || (stem && rules_glob_match(glob, stem));
}

bool
rules_allow(const caller_t *caller, const char *path, int right)
{
    char stem[GLOB_SIZE + 1] = "";
    size_t size = strlen(path);
    bool page = size > 3 && size <= GLOB_SIZE && strcasecmp(path + size - 3, ".md") == 0;
    if (page)
        memcpy(stem, path, size - 3);
    for (size_t i = 0; i < caller->rules_count; i++)
        if (rule_matches(caller->rules[i].glob, path, page? stem: NULL))
            return (caller->rules[i].rights & right) == right;
    return false;
}

static uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 0x100000001B3u;  // FNV-1a
    return hash;
}

uint64_t
rules_class(const caller_t *caller)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < caller->rules_count; i++) {
        const rule_t *rule = &caller->rules[i];
        uint64_t rights = (uint64_t)rule->rights;
        hash = hash_bytes(hash, rule->glob, strlen(rule->glob) + 1);
        hash = hash_bytes(hash, &rights, sizeof rights);
    }
    return hash;
}
