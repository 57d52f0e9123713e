// kit_store - a repository in a temporary folder, made by git itself or by the store, for tests of the store
#ifndef KIT_STORE_H
#define KIT_STORE_H
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "../actors/store/store.h"

typedef struct {
    char folder[256];                           // what mkdtemp made
    char repo[300];                             // the repository in it
    store_t *store;                             // NULL until kit_open
    page_naming_t naming;
} kit_t;

static inline int
kit_remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts;
    (void)kind;
    (void)where;
    return remove(path);
}

// Runs a line of the shell and waits for it; the begin of what it prints goes to `answer`, if given. Its exit status.
static inline int
kit_shell(const char *line, char *answer, size_t size)
{
    int ends[2], status = -1;
    size_t filled = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        if (answer)
            dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    assert_true(child > 0);
    close(ends[1]);
    char rest[4096];
    for (ssize_t count = 1; answer && count > 0;) {
        count = read(ends[0], rest, sizeof rest);
        size_t room = size - 1 - filled;
        size_t kept = count <= 0? 0: (size_t)count < room? (size_t)count: room;
        memcpy(answer + filled, rest, kept);
        filled += kept;
    }
    if (answer)
        answer[filled] = 0;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

// Runs a command of the shell in the repository's folder; it must succeed. Nobody's configuration plays a part.
__attribute__((format(printf, 2, 3))) static inline void
kit_run(const kit_t *self, const char *format, ...)
{
    char command[4096], line[6144];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    (void)snprintf(line, sizeof line,
                   "cd '%s' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_AUTHOR_NAME=Ada "
                   "GIT_AUTHOR_EMAIL=ada@example.org GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org && %s",
                   self->repo, command);
    if (kit_shell(line, NULL, 0) != 0)
        fail_msg("failed: %s", command);
}

// The first line that a command prints.
static inline void
kit_ask(const kit_t *self, const char *command, char *answer, size_t size)
{
    char line[4096];
    (void)snprintf(line, sizeof line, "cd '%s' && %s", self->repo, command);
    assert_int_equal(kit_shell(line, answer, size), 0);
    answer[strcspn(answer, "\n")] = 0;
}

// A folder with an empty one for the repository.
static inline kit_t *
kit_new(void)
{
    kit_t *self = calloc(1, sizeof *self);
    assert_non_null(self);
    const char *top = getenv("TMPDIR");
    (void)snprintf(self->folder, sizeof self->folder, "%s/wikibot-test-XXXXXX", top && *top? top: "/tmp");
    assert_non_null(mkdtemp(self->folder));
    (void)snprintf(self->repo, sizeof self->repo, "%s/wiki", self->folder);
    assert_int_equal(mkdir(self->repo, 0777), 0);
    return self;
}

static inline void
kit_destroy(kit_t **self)
{
    store_close(&(*self)->store);
    nftw((*self)->folder, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*self);
    *self = NULL;
}

static inline void
kit_open(kit_t *self)
{
    const char *why = "";
    store_options_t options = { .folder = self->repo, .naming = self->naming };
    self->store = store_open(&options, &why);
    if (!self->store)
        fail_msg("store_open: %s", why);
}

// Writes a file of the work tree and commits it with git.
static inline void
kit_commit(kit_t *self, const char *file, const char *text)
{
    char path[1400], folder[1400];
    (void)snprintf(path, sizeof path, "%s/%s", self->repo, file);
    (void)snprintf(folder, sizeof folder, "%s", file);
    char *slash = strrchr(folder, '/');
    if (slash) {
        *slash = 0;
        kit_run(self, "mkdir -p '%s'", folder);
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
    kit_run(self, "git add -A && git commit -q -m 'change %s'", file);
}

// A repository with a first commit, open.
static inline kit_t *
kit_with(const char *file, const char *text)
{
    kit_t *self = kit_new();
    kit_run(self, "git init -q -b main");
    kit_commit(self, file, text);
    kit_open(self);
    return self;
}

static inline code_t
kit_read(kit_t *self, const char *path, const char *commit, store_content_t *content)
{
    store_read_t what = { .path = path, .commit = commit };
    return store_read(self->store, &what, content);
}

static inline void
kit_head(kit_t *self, char hex[41])
{
    kit_ask(self, "git rev-parse HEAD", hex, 41);
}
#endif
