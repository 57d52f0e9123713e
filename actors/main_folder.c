#include "main.h"

#include <limits.h>
#include <sys/stat.h>
#include "core/banned.h"

static bool
exists(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat facts;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    return size > 0 && size < (int)sizeof path && stat(path, &facts) == 0;
}

bool
main_git_folder(const char *folder, char git[PATH_MAX])
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
