#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "banned.h"

static bool
exists(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat facts;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    return size > 0 && size < (int)sizeof path && stat(path, &facts) == 0;
}

bool
folder_git(const char *folder, char git[PATH_MAX])
{
    git[0] = '\0';
    if (!realpath(folder, git))
        return false;
    if (exists(git, "HEAD") && exists(git, "objects"))
        return true;
    for (size_t size = strlen(git); size > 0; size--) {
        if (git[size] != '/' && git[size] != '\0')
            continue;
        git[size] = '\0';                       // the folder, then each one above it
        if (exists(git, ".git") && size + sizeof "/.git" <= PATH_MAX) {
            memcpy(git + size, "/.git", sizeof "/.git");
            return true;
        }
    }
    git[0] = '\0';
    return false;
}

bool
folder_usable(const char *folder)
{
    struct stat facts;
    (void)mkdir(folder, 0700);                  // if it cannot be made, that shows now
    return stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode) && access(folder, W_OK | X_OK) == 0;
}
