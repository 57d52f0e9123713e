// folder - where a repository is, and whether something of ours may lie in a folder
#ifndef FOLDER_H
#define FOLDER_H
#include <limits.h>
#include <stdbool.h>

// The git folder of the repository that this folder, or one above it, belongs to. False, and "": it is in none.
bool folder_git(const char *folder, char git[PATH_MAX]);
// Is it there, or can it be made, and can files be made in it?
bool folder_usable(const char *folder);
#endif
