#include "api_root.h"

#include <string.h>

static const char root[] = "/api/v1";

const char *
api_below(const char *target)
{
    while (target[0] == '/' && target[1] == '/')
        target++;
    size_t size = sizeof root - 1;
    if (strncmp(target, root, size) != 0 || (target[size] && target[size] != '/' && target[size] != '?'))
        return NULL;
    return target + size;
}

bool
api_is(const char *target)
{
    return api_below(target) != NULL;
}
