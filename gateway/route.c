#include "route.h"

#include <stdio.h>
#include <string.h>

enum { PARTS = 12 };

typedef struct { const char *text; size_t size; } part_t;

// The last `want` parts of a path, in order; false if it has fewer. *rest is the length of what is before them.
static bool
last_parts(const char *path, size_t size, part_t *parts, size_t want, size_t *rest)
{
    for (size_t i = want; i > 0; i--) {
        const char *slash = memrchr(path, '/', size);
        if (!slash || (size_t)(slash - path) + 1 == size)
            return false;
        parts[i - 1].text = slash + 1;
        parts[i - 1].size = size - (size_t)(slash - path) - 1;
        size = (size_t)(slash - path);
    }
    *rest = size;
    return true;
}

static size_t
split_pattern(const char *pattern, part_t *parts)
{
    size_t count = 0;
    while (*pattern && count < PARTS) {
        if (*pattern == '/')
            pattern++;
        parts[count].text = pattern;
        parts[count].size = strcspn(pattern, "/");
        pattern += parts[count++].size;
    }
    return count;
}

static bool
part_fits(const part_t *pattern, const part_t *part)
{
    if (*pattern->text != ':')
        return part->size == pattern->size && memcmp(part->text, pattern->text, part->size) == 0;
    if (strncmp(pattern->text, ":number", 7) == 0)
        return part->size <= 4 && strspn(part->text, "0123456789") >= part->size;
    return strncmp(pattern->text, ":rev", 4) != 0 || page_is_revision(part->text, part->size);
}

static void
take(char *to, size_t room, const part_t *part)
{
    snprintf(to, room, "%.*s", (int)part->size, part->text);
}

static void
capture(web_t *web, const part_t *pattern, const part_t *part)
{
    if (strncmp(pattern->text, ":file", 5) == 0)
        take(web->file, sizeof web->file, part);
    else if (strncmp(pattern->text, ":number", 7) == 0)
        take(web->number, sizeof web->number, part);
    else if (strncmp(pattern->text, ":rev", 4) == 0)
        take(*web->revision? web->revision2: web->revision, WEB_REVISION_SIZE, part);
}

static bool
fits_below(const char *pattern, size_t prefix, const char *path, size_t size)
{
    return size > prefix && memcmp(path, pattern, prefix) == 0;
}

static bool
is_root(const char *path, size_t size)
{
    char text[PAGE_ID_SIZE];
    snprintf(text, sizeof text, "%.*s", size > 0? (int)size - 1: 0, path + 1);
    return page_root(text) != NULL;
}

static bool
fits(const char *pattern, web_t *web, const char *path, size_t size)
{
    size_t length = strlen(pattern);
    if (*pattern == '!')
        return is_root(path, size);
    if (length > 2 && strcmp(pattern + length - 2, "/*") == 0)
        return fits_below(pattern, length - 1, path, size);
    part_t want[PARTS], have[PARTS];
    size_t rest = 0;
    size_t count = split_pattern(pattern, want);
    bool open = count > 0 && want[0].text[0] == '*';
    size_t tail = open? count - 1: count;
    part_t *first = open? want + 1: want;
    if (!last_parts(path, size, have, tail, &rest) || (open? rest < 2: rest > 0))
        return false;
    for (size_t i = 0; i < tail; i++)
        if (!part_fits(&first[i], &have[i]))
            return false;
    web->path[0] = web->file[0] = web->revision[0] = web->revision2[0] = web->number[0] = 0;
    for (size_t i = 0; i < tail; i++)
        capture(web, &first[i], &have[i]);
    if (open)
        take(web->path, sizeof web->path, &(part_t){ path + 1, rest - 1 });
    return true;
}

// All methods of a pattern; those of the table are next to each other.
static code_t
find_method(const web_route_t *route, const char *method, const web_route_t **found, char allow[64])
{
    const char *pattern = route->pattern;
    const char *meant = strcmp(method, "HEAD") == 0? "GET": method;
    allow[0] = 0;
    for (; route->method && strcmp(route->pattern, pattern) == 0; route++) {
        if (strcmp(route->method, meant) == 0 || *route->method == '*') {
            *found = route;
            return OK;
        }
        size_t used = strlen(allow);
        snprintf(allow + used, 64 - used, "%s%s", used? ", ": "",
                 strcmp(route->method, "GET") == 0? "GET, HEAD": route->method);
    }
    return UNSUPPORTED;
}

code_t
route_find(const web_route_t *routes, web_t *web, const char *path, const web_route_t **found, char allow[64])
{
    size_t size = strlen(path);
    while (size > 0 && path[size - 1] == '/')
        size--;
    for (const web_route_t *route = routes; route->method; route++)
        if (fits(route->pattern, web, path, size))
            return find_method(route, web->request->method, found, allow);
    return NOT_FOUND;
}
