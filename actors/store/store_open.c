// Opening a repository, and making one
#include "store_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { WHY_SIZE = 1024, WINDOW_BYTES = 16 << 20, MAPPED_BYTES = 256 << 20 };
enum { TREE_CACHED_BYTES = 256 * 1024, BLOB_CACHED_BYTES = 64 * 1024 };

// store_open has no store to keep its text in when it fails.
static _Thread_local char why_text[WHY_SIZE];

// ---- libgit2 ----------------------------------------------------------------------------------------------------

// Its options belong to the process, so they are set once, and it is never shut down.
//  - By default no tree above 4 KiB and no blob at all is cached: a read costs ten times as much.
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

static const char *
git_reason(void)
{
    const git_error *error = git_error_last();
    return error && error->message? error->message: "no reason given";
}

static void *
refuse(const char **why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why_text, sizeof why_text, format, arguments);
    va_end(arguments);
    *why = why_text;
    return NULL;
}

// ---- making a repository ----------------------------------------------------------------------------------------

static const char welcome[] =
    "# Welcome\n"
    "\n"
    "This is the first page of your wiki. Change it with *Edit*, or follow a link to a page that does not exist yet, "
    "such as [[My first page]], to write it.\n"
    "\n"
    "Pages are Markdown files in a git repository, and every change is a commit: *History* shows who wrote what, and "
    "nothing is ever lost.\n";

// Has the folder nothing in it? -1: it cannot be read.
static int
folder_is_empty(const char *folder)
{
    DIR *entries = opendir(folder);
    if (!entries)
        return -1;
    int empty = 1;
    for (struct dirent *entry = readdir(entries); entry && empty; entry = readdir(entries))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(entries);
    return empty;
}

// Does the folder lie in the work tree of another repository, one that does not ignore it? Then *why says which.
static bool
belongs_to_another(const char *folder, const char **why)
{
    git_repository *other = NULL;
    int ignored = 0;
    if (git_repository_open_ext(&other, folder, 0, NULL) < 0)
        return false;
    const char *top = git_repository_workdir(other);
    char *real = realpath(folder, NULL);
    size_t size = top? strlen(top): 0;
    if (top && real && strncmp(real, top, size) == 0)
        git_ignore_path_is_ignored(&ignored, other, real + size);
    bool belongs = top && !ignored;
    if (belongs)
        refuse(why, "%s lies inside the repository %s: serve that one, or make the folder a wiki of its own with "
                    "--init", folder, top);
    free(real);
    git_repository_free(other);
    return belongs;
}

// What is too large to be served is left where it is.
static int
skip_large(const char *path, const char *matched, void *repo)
{
    char full[PATH_MAX];
    struct stat facts;
    (void)matched;
    int size = snprintf(full, sizeof full, "%s%s", git_repository_workdir(repo), path);
    bool small = size > 0 && (size_t)size < sizeof full && lstat(full, &facts) == 0 &&
                 facts.st_size <= LIMIT_ATTACHMENT_BYTES;
    return small? 0: 1;
}

static code_t
add_everything(git_repository *repo, git_oid *tree)
{
    git_index *index = NULL;
    git_strarray all = { (char *[]) { "*" }, 1 };
    int error = git_repository_index(&index, repo);
    if (error == 0)
        error = git_index_add_all(index, &all, GIT_INDEX_ADD_DEFAULT, skip_large, repo);
    if (error == 0)
        error = git_index_write(index);
    if (error == 0)
        error = git_index_write_tree(tree, index);
    git_index_free(index);
    return error < 0? INTERNAL: OK;
}

// One commit of all the files that were there, so that nothing that follows can lose them.
static code_t
commit_what_is_there(git_repository *repo)
{
    git_oid tree_oid, commit;
    git_tree *tree = NULL;
    git_signature *robot = NULL;
    code_t code = add_everything(repo, &tree_oid);
    if (code != OK)
        goto done;
    code = INTERNAL;
    if (git_tree_lookup(&tree, repo, &tree_oid) < 0)
        goto done;
    code = OK;
    if (git_tree_entrycount(tree) == 0)         // nothing: the first page will be the first commit
        goto done;
    code = INTERNAL;
    if (git_signature_now(&robot, "Wikibot", "wikibot@localhost") < 0)
        goto done;
    if (git_commit_create(&commit, repo, "HEAD", robot, robot, NULL, "The files that were here\n", tree, 0, NULL) == 0)
        code = OK;
done:
    git_signature_free(robot);
    git_tree_free(tree);
    return code;
}

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

typedef enum { FOUND, MADE, REFUSED } found_t;

static found_t
make_repository(const store_options_t *options, git_repository **repo, const char **why)
{
    git_repository_init_options how;
    git_repository_init_options_init(&how, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    int empty = folder_is_empty(options->folder);
    if (empty == 0 && !options->init) {
        refuse(why, "%s has files in it and is no git repository: `wikibot serve --init` makes one of it",
               options->folder);
        return REFUSED;
    }
    how.flags = GIT_REPOSITORY_INIT_NO_REINIT | GIT_REPOSITORY_INIT_MKPATH;
    how.initial_head = "main";
    if (empty < 0 || git_repository_init_ext(repo, options->folder, &how) < 0) {
        refuse(why, "%s: no repository can be made here: %s", options->folder, git_reason());
        return REFUSED;
    }
    if (empty == 0 && commit_what_is_there(*repo) != OK) {
        refuse(why, "%s: its files cannot be committed: %s", options->folder, git_reason());
        return REFUSED;
    }
    return MADE;
}

// A repository without a commit, perhaps since an earlier start was killed: it was asked for what is there.
static found_t
fill_unborn(const store_options_t *options, git_repository *repo, const char **why)
{
    if (git_repository_is_bare(repo) || git_repository_head_unborn(repo) != 1)
        return FOUND;
    if (commit_what_is_there(repo) == OK)
        return MADE;
    refuse(why, "%s: its files cannot be committed: %s", options->folder, git_reason());
    return REFUSED;
}

// Opens what is there, else makes it. Runs under a lock on the folder, since several workers open the same one.
static found_t
find_repository(const store_options_t *options, git_repository **repo, const char **why)
{
    int error = git_repository_open_ext(repo, options->folder, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    if (error == 0)
        return options->init? fill_unborn(options, *repo, why): FOUND;
    if (error != GIT_ENOTFOUND) {
        refuse(why, "%s cannot be opened: %s", options->folder, git_reason());
        return REFUSED;
    }
    if (!options->init && belongs_to_another(options->folder, why))
        return REFUSED;
    return make_repository(options, repo, why);
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
    refuse(why, "%s: the folder for our own state cannot be made: %s", self->state_dir, strerror(errno));
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
        return refuse(why, "HOME_PAGE: %.200s is no name of a page", options->home) != NULL;
    if (!self->git_dir || !self->common_dir || !self->state_dir)
        return refuse(why, "out of memory") != NULL;
    self->writable = takes_writes(self);
    return make_state_folder(self, why);
}

static code_t
start_store(store_t *self, found_t found)
{
    code_t code = store_odb_open(self);
    if (code == OK && self->writable)
        store_sweep(self);
    if (code == OK)
        code = store_refresh(self);
    if (code == OK && found == MADE && !self->has_head)
        code = write_first_page(self);
    self->watched = self->head;
    return code;
}

static store_t *
open_locked(const store_options_t *options, int folder, const char **why)
{
    store_t *self = calloc(1, sizeof *self);
    if (!self)
        return refuse(why, "out of memory");
    found_t found = find_repository(options, &self->repo, why);
    if (found == REFUSED || !set_up_store(self, options, why)) {
        store_close(&self);
        return NULL;
    }
    if (found == MADE && options->durable)
        syncfs(folder);                         // what libgit2 made of files is many and small: all of it at once
    if (start_store(self, found) != OK) {
        refuse(why, "%s: %s", options->folder, self->error);
        store_close(&self);
    }
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
        return refuse(why, "no folder is given");
    int folder = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 && errno == ENOENT) {
        int error = make_folders(options->folder);
        if (error)
            return refuse(why, "%s cannot be made: %s", options->folder, strerror(error));
        folder = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (folder < 0)
        return refuse(why, "%s cannot be opened: %s", options->folder, strerror(errno));
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
    git_tree_free(store->root);
    git_repository_free(store->repo);
    free(store->git_dir);
    free(store->common_dir);
    free(store->state_dir);
    free(store->work_tree);
    free(store);
    *self = NULL;
}
