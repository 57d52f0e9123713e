// Opening a repository, and making one
#include "store_catch_up.h"
#include "store_make.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { WHY_SIZE = 1024, WINDOW_BYTES = 1 << 20, MAPPED_BYTES = 16 << 20 };
enum { TREE_CACHED_BYTES = 256 * 1024, BLOB_CACHED_BYTES = 64 * 1024 };

// store_open has no store to keep its text in when it fails.
static _Thread_local char why_text[WHY_SIZE];

// ---- libgit2 ----------------------------------------------------------------------------------------------------

// Its options belong to the process, so they are set once, and it is never shut down.
//  - By default no tree above 4 KiB and no blob at all is cached: a read costs ten times as much.
//  - Packs are looked at through small windows, few at a time: what is mapped counts as ours, and the system keeps what
//    it has read anyway.
//  - Hashes are not checked at each read, which would double its cost: zlib's checksum still finds damage, fsck the
//  rest.
//  - The owner is not checked: a wiki is normally served by a user of its own. What that check prevents, running
//    programs named in a foreign repository's configuration, cannot happen: we run none, no hook and no filter.
//  - The configuration of the user and of the system plays no part: a wiki is the same for whoever serves it.
static void
set_up_libgit2(void)
{
    if (git_libgit2_init() < 0)
        return;
    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)LIMIT_GIT_CACHE_BYTES);
    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)TREE_CACHED_BYTES);
    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_BLOB, (size_t)BLOB_CACHED_BYTES);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)WINDOW_BYTES);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)MAPPED_BYTES);
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    for (int level = GIT_CONFIG_LEVEL_SYSTEM; level <= GIT_CONFIG_LEVEL_GLOBAL; level++)
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
}

void *
store_refuse(const char **why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why_text, sizeof why_text, format, arguments);
    va_end(arguments);
    *why = why_text;
    return NULL;
}

// ---- opening ----------------------------------------------------------------------------------------------------

// A copy with a slash at its end; NULL stays NULL.
static char *
with_slash(const char *folder)
{
    char *copy = NULL;
    size_t size = folder? strlen(folder): 0;
    if (!folder || asprintf(&copy, "%s%s", folder, size > 0 && folder[size - 1] == '/'? "": "/") < 0)
        return NULL;
    return copy;
}

static bool
takes_writes(const store_t *self)
{
    char path[PATH_MAX];
    static const char *const needed[] = { "", "objects", "refs" };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        int size = snprintf(path, sizeof path, "%s%s", self->common_dir, needed[i]);
        if (size < 0 || (size_t)size >= sizeof path || faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
            return false;
    }
    return faccessat(AT_FDCWD, self->git_dir, W_OK, AT_EACCESS) == 0;
}

static bool
make_state_folder(store_t *self, const char **why)
{
    if (!self->writable || mkdir(self->state_dir, 0700) == 0 || errno == EEXIST)
        return true;
    store_refuse(why, "%s: the folder for our own state cannot be made: %s", self->state_dir, strerror(errno));
    return false;
}

// Fills in what the options and the repository say.
static bool
set_up_store(store_t *self, const store_options_t *options, const char **why)
{
    char own[PATH_MAX];
    self->naming = options->naming;
    self->durable = options->durable;
    self->git_dir = with_slash(git_repository_path(self->repo));
    self->common_dir = with_slash(git_repository_commondir(self->repo));
    self->work_tree = with_slash(git_repository_workdir(self->repo));
    snprintf(own, sizeof own, "%swikibot", git_repository_path(self->repo));
    self->state_dir = with_slash(options->state && *options->state? options->state: own);
    if (options->home && *options->home && page_id(&self->naming, options->home, self->home) != OK)
        return store_refuse(why, "HOME_PAGE: %.200s is no name of a page", options->home) != NULL;
    if (!self->git_dir || !self->common_dir || !self->state_dir)
        return store_refuse(why, "out of memory") != NULL;
    self->writable = takes_writes(self);
    return make_state_folder(self, why);
}

static const char welcome[] =
    "# Welcome\n"
    "\n"
    "This is the first page of your wiki. Change it with *Edit*, or follow a link to a page that does not exist yet, "
    "such as [[My first page]], to write it.\n"
    "\n"
    "Pages are Markdown files in a git repository, and every change is a commit: *History* shows who wrote what, and "
    "nothing is ever lost.\n";

static code_t
write_first_page(store_t *self)
{
    store_action_t page = { .action = "put", .path = self->home[0]? self->home: "home", .text = welcome,
                            .size = sizeof welcome - 1 };
    store_write_t write = { .name = "Wikibot", .email = "wikibot@localhost", .message = "The first page",
                            .deadline = INT64_MAX, .changes = &page, .count = 1 };
    store_written_t result = { .code = INTERNAL };
    store_write(self, &write, 1, &result);
    code_t code = result.code;
    if (code != OK)
        store_fail(self, code, "the first page cannot be written: %s", result.why);
    store_written_clear(&result);
    return code;
}

static code_t
start_store(store_t *self, store_making_t found)
{
    code_t code = store_odb_open(self);
    if (code == OK && self->writable)
        store_sweep(self);
    if (code == OK)
        code = store_refresh(self);
    if (code == OK && self->writable)
        store_catch_up_at_open(self);
    if (code == OK && found == STORE_MADE && !self->has_head)
        code = write_first_page(self);
    self->watched = self->head;
    return code;
}

static store_t *
open_locked(const store_options_t *options, int folder, const char **why)
{
    store_t *self = calloc(1, sizeof *self);
    if (!self)
        return store_refuse(why, "out of memory");
    store_making_t found = store_find_repository(options, &self->repo, why);
    if (found == STORE_REFUSED || !set_up_store(self, options, why)) {
        store_close(&self);
        return NULL;
    }
    if (found == STORE_MADE && options->durable)
        syncfs(folder);                         // what libgit2 made of files is many and small: all of it at once
    if (start_store(self, found) != OK) {
        store_refuse(why, "%s: %s", options->folder, self->error);
        store_close(&self);
    } else if (found == STORE_MADE)
        store_making_done(options->folder);
    return self;
}

// Makes the folder itself, and those above it, like mkdir -p. 0 or errno.
static int
make_folders(const char *folder)
{
    char path[PATH_MAX];
    size_t size = strlen(folder);
    if (size >= sizeof path)
        return ENAMETOOLONG;
    memcpy(path, folder, size + 1);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(path, 0777) < 0 && errno != EEXIST)
            return errno;
        *slash = '/';
    }
    return mkdir(path, 0777) < 0 && errno != EEXIST? errno: 0;
}

store_t *
store_open(const store_options_t *options, const char **why)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up_libgit2);
    *why = "";
    if (!options->folder || !*options->folder)
        return store_refuse(why, "no folder is given");
    int folder = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 && errno == ENOENT) {
        int error = make_folders(options->folder);
        if (error)
            return store_refuse(why, "%s cannot be made: %s", options->folder, strerror(error));
        folder = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (folder < 0)
        return store_refuse(why, "%s cannot be opened: %s", options->folder, strerror(errno));
    flock(folder, LOCK_EX);                     // as well as the file system knows locks
    store_t *self = open_locked(options, folder, why);
    close(folder);
    return self;
}

void
store_close(store_t **self)
{
    store_t *store = *self;
    if (!store)
        return;
    store_writer_free(&store->writer);
    store_catalog_free(&store->catalog);
    store_catalog_free(&store->past);
    store_blames_free(&store->blames);
    store_levels_free(&store->levels);
    store_logs_free(&store->logs);
    git_tree_free(store->root);
    git_repository_free(store->repo);
    free(store->git_dir);
    free(store->common_dir);
    free(store->state_dir);
    free(store->work_tree);
    free(store);
    *self = NULL;
}
