// store_make - finding a repository, and making one so that a kill leaves none or a whole one
#ifndef STORE_MAKE_H
#define STORE_MAKE_H
#include "store_internal.h"

typedef enum { STORE_FOUND, STORE_MADE, STORE_REFUSED } store_making_t;

// Opens what is there, else makes it. Runs under a lock on the folder, since several workers open the same one.
store_making_t store_find_repository(const store_options_t *options, git_repository **repo, const char **why);
// The first commit of a repository that was made is there. Before, the next start goes on with the making.
void store_making_done(const char *folder);
// Keeps the reason for store_open's caller, on this thread; NULL. (store_open.c)
void *store_refuse(const char **why, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
