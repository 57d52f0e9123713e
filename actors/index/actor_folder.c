// Where the index lies
#include "actor_internal.h"
#include "../core/folder.h"
#include "../core/banned.h"

static bool
take(const char *path, char folder[PATH_MAX])
{
    int size = snprintf(folder, PATH_MAX, "%s", path);
    return size > 0 && size < PATH_MAX && folder_usable(folder);
}

bool
folder_of_index(zconfig_t *config, char folder[PATH_MAX], bool *spare)
{
    char git[PATH_MAX], path[PATH_MAX + 16];
    const char *repository = zconfig_get(config, "settings/repository", "");
    *spare = false;
    if (take(zconfig_get(config, "settings/index", ""), folder) ||
        take(zconfig_get(config, "settings/state", ""), folder))
        return true;
    if (*repository && !folder_git(repository, git))
        return false;                           // the store is about to make it
    (void)snprintf(path, sizeof path, "%s/wikibot", git);
    if (*repository && take(path, folder))
        return true;
    *spare = true;
    return take(zconfig_get(config, "settings/spare", ""), folder);
}
