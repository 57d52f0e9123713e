// store_make - finding a repository, and making one so that a kill leaves none or a whole one
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store_make.h"

#define SCRATCH ".wikibot-making"

static const char *
git_reason(void)
{
    const git_error *error = git_error_last();
    return error && error->message? error->message: "no reason given";
}

static bool
path_in(char path[PATH_MAX], const char *folder, const char *name)
{
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return size > 0 && size < PATH_MAX;
}

static int
remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
    (void)facts;
    (void)kind;
    (void)place;
    return remove(path);
}

static bool
being_made(const char *folder)
{
    char path[PATH_MAX];
    return path_in(path, folder, SCRATCH) && access(path, F_OK) == 0;
}

void
store_making_done(const char *folder)
{
    char path[PATH_MAX];
    if (being_made(folder) && path_in(path, folder, SCRATCH))
        (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

// Has the folder nothing in it, or only what a killed process made? -1: it cannot be read.
static int
folder_is_empty(const char *folder)
{
    DIR *entries = opendir(folder);
    if (!entries)
        return -1;
    int empty = 1;
    for (struct dirent *entry = readdir(entries); entry && empty; entry = readdir(entries))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                strcmp(entry->d_name, SCRATCH) == 0;
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
        store_refuse(why, "%s lies inside the repository %s: serve that one, or make the folder a wiki of its own with "
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

// In a folder of its own, so that it is whole when it gets its name. The folder stays until the first commit is there.
static int
init_repository(const char *folder, git_repository **repo)
{
    char scratch[PATH_MAX], made[PATH_MAX], named[PATH_MAX];
    git_repository_init_options how;
    git_repository_init_options_init(&how, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    how.flags = GIT_REPOSITORY_INIT_NO_REINIT | GIT_REPOSITORY_INIT_MKPATH;
    how.initial_head = "main";
    if (!path_in(scratch, folder, SCRATCH) || !path_in(made, folder, SCRATCH "/.git") ||
        !path_in(named, folder, ".git"))
        return -1;
    store_making_done(folder);                  // what a killed process left
    int error = git_repository_init_ext(repo, scratch, &how);
    git_repository_free(*repo);
    *repo = NULL;
    if (error == 0 && rename(made, named) < 0) {
        git_error_set_str(GIT_ERROR_OS, strerror(errno));
        error = -1;
    }
    return error < 0? error: git_repository_open_ext(repo, folder, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
}

static store_making_t
make_repository(const store_options_t *options, git_repository **repo, const char **why)
{
    int empty = folder_is_empty(options->folder);
    if (empty == 0 && !options->init) {
        store_refuse(why, "%s has files in it and is no git repository: `wikibot serve --init` makes one of it",
                     options->folder);
        return STORE_REFUSED;
    }
    if (empty < 0 || init_repository(options->folder, repo) < 0) {
        store_refuse(why, "%s: no repository can be made here: %s", options->folder, git_reason());
        return STORE_REFUSED;
    }
    if (empty == 0 && commit_what_is_there(*repo) != OK) {
        store_refuse(why, "%s: its files cannot be committed: %s", options->folder, git_reason());
        return STORE_REFUSED;
    }
    return STORE_MADE;
}

// Of libgit2 that was killed; it links a file to its name before it unlinks the lock. Nobody else is at work here.
static void
remove_locks(const char *folder)
{
    static const char *const locks[] = { ".git/index.lock", ".git/HEAD.lock", ".git/refs/heads/main.lock" };
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++)
        if (path_in(path, folder, locks[i]))
            (void)unlink(path);
}

// A repository without a commit, perhaps since an earlier start was killed: it was asked for what is there.
static store_making_t
fill_unborn(const store_options_t *options, git_repository *repo, const char **why)
{
    char path[PATH_MAX];
    if (being_made(options->folder))
        remove_locks(options->folder);
    if (git_repository_is_bare(repo) || git_repository_head_unborn(repo) != 1) {
        store_making_done(options->folder);
        return STORE_FOUND;
    }
    if (path_in(path, options->folder, SCRATCH) && (mkdir(path, 0700) == 0 || errno == EEXIST) &&
        commit_what_is_there(repo) == OK)
        return STORE_MADE;
    store_refuse(why, "%s: its files cannot be committed: %s", options->folder, git_reason());
    return STORE_REFUSED;
}

// Opens what is there, else makes it. Runs under a lock on the folder, since several workers open the same one.
store_making_t
store_find_repository(const store_options_t *options, git_repository **repo, const char **why)
{
    int error = git_repository_open_ext(repo, options->folder, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    if (error == 0)
        return options->init || being_made(options->folder)? fill_unborn(options, *repo, why): STORE_FOUND;
    if (error != GIT_ENOTFOUND) {
        store_refuse(why, "%s cannot be opened: %s", options->folder, git_reason());
        return STORE_REFUSED;
    }
    if (!options->init && belongs_to_another(options->folder, why))
        return STORE_REFUSED;
    return make_repository(options, repo, why);
}
