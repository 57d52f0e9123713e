// Where the index lies
#include "actor_internal.h"
#include "../core/log.h"
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

static bool
name_file(const char *folder, const char *name, char path[PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return size > 0 && size < PATH_MAX - 16;    // room for the ends that SQLite gives its own
}

bool
place_find(state_t *self)
{
    char folder[PATH_MAX], value[512];
    bool spare = false;
    if (*self->file)
        return true;
    bool found = folder_of_index(self->config, folder, &spare) && name_file(folder, BUILDING_FILE, self->building) &&
                 name_file(folder, STATE_FILE, self->jobs_file) && name_file(folder, INDEX_FILE, self->file);
    if (!found)
        *self->file = '\0';
    else if (self->follow)                      // said once
        log_line(spare? LEVEL_WARNING: LEVEL_DEBUG, "index.folder", "folder=%s goes=%d text=\"%s\"",
                 log_value(folder, value, sizeof value), spare,
                 spare? "nothing else can be written, so the index goes when the program ends": "it stays");
    return found;
}
