// store_write_kit - a repository in a temporary folder, and short words for writing to it
#ifndef STORE_WRITE_KIT_H
#define STORE_WRITE_KIT_H
#include "unit.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../actors/store/store.h"

typedef struct {
    char folder[256];                           // holds everything; removed at the end
    char repo[280];
    char git_dir[300];
    store_t *store;
} kit_t;

extern char **environ;

// The exit status of a shell command.
static inline int
kit_shell(const char *command)
{
    pid_t child;
    int status = -1;
    char *arguments[] = { "sh", "-c", (char *)(uintptr_t)command, NULL };
    if (posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) != 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status)? WEXITSTATUS(status): -1;
}

// Runs a shell command with $R = the repository; the exit status.
__attribute__((format(printf, 2, 3))) static inline int
kit_run(const kit_t *kit, const char *format, ...)
{
    char command[4096], full[5000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    snprintf(full, sizeof full,
             "export R='%s' HOME='%s' GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=G GIT_AUTHOR_EMAIL=g@h "
             "GIT_COMMITTER_NAME=G GIT_COMMITTER_EMAIL=g@h; cd \"$R\" && { %s; }", kit->repo, kit->folder, command);
    return kit_shell(full);
}

// The output of a shell command without its last newline; valid until the next call.
__attribute__((format(printf, 2, 3))) static inline const char *
kit_output(const kit_t *kit, const char *format, ...)
{
    static char text[8192];
    char command[4096], path[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "%s/output", kit->folder);
    (void)kit_run(kit, "{ %s; } > '%s' 2>&1", command, path);
    FILE *file = fopen(path, "r");
    size_t size = file? fread(text, 1, sizeof text - 1, file): 0;
    if (file)
        fclose(file);
    while (size && text[size - 1] == '\n')
        size--;
    text[size] = 0;
    return text;
}

static inline store_t *
kit_store(const kit_t *kit, bool durable)
{
    const char *why = "";
    store_options_t options = { .folder = kit->repo, .durable = durable };
    store_t *store = store_open(&options, &why);
    if (!store)
        fail_msg("%s", why);
    return store;
}

static inline void
kit_reopen(kit_t *kit)
{
    store_close(&kit->store);
    kit->store = kit_store(kit, false);
}

// A repository with one commit: home.md.
static inline int
kit_begin(void **state, bool bare)
{
    kit_t *kit = calloc(1, sizeof *kit);
    const char *base = getenv("TMPDIR");
    snprintf(kit->folder, sizeof kit->folder, "%s/wikibot-write-XXXXXX", base? base: "/tmp");
    if (!mkdtemp(kit->folder))
        return -1;
    snprintf(kit->repo, sizeof kit->repo, "%s/wiki", kit->folder);
    snprintf(kit->git_dir, sizeof kit->git_dir, "%s%s", kit->repo, bare? "": "/.git");
    mkdir(kit->repo, 0755);
    *state = kit;
    if (kit_run(kit, "git init -q -b main %s && cd %s && printf '# Home\\n' > home.md && git add home.md && "
                "git commit -q -m first && cd - >/dev/null", bare? "../first": ".", bare? "../first": ".") != 0)
        return -1;
    if (bare && kit_run(kit, "cd .. && rm -rf wiki && git clone -q --bare first wiki") != 0)
        return -1;
    kit->store = kit_store(kit, false);
    return 0;
}

// A commit that somebody else pushes, made by shell commands in a clone. Only into a bare repository.
static inline void
kit_push(const kit_t *kit, const char *commands)
{
    assert_int_equal(kit_run(kit, "rm -rf ../c && git clone -q --no-local . ../c && cd ../c && { %s; } && git add . && "
                             "git commit -q -m theirs && git push -q", commands), 0);
}

static inline int
kit_bare(void **state)
{
    return kit_begin(state, true);
}

static inline int
kit_tree(void **state)
{
    return kit_begin(state, false);
}

static inline int
kit_end(void **state)
{
    kit_t *kit = *state;
    char command[600];
    store_close(&kit->store);
    snprintf(command, sizeof command, "chmod -R u+w '%s'; rm -rf '%s'", kit->folder, kit->folder);
    free(kit);
    return kit_shell(command);
}

// The head as text; valid until the next call.
static inline const char *
kit_head(const kit_t *kit)
{
    static store_oid_t head;
    assert_int_equal(store_head(kit->store, &head), OK);
    return head.hex;
}

// The same as a value that stays.
static inline store_oid_t
kit_base(const kit_t *kit)
{
    store_oid_t head;
    assert_int_equal(store_head(kit->store, &head), OK);
    return head;
}

// One change in one write. The result is the caller's to clear.
static inline store_written_t
kit_write(const kit_t *kit, const store_action_t *change, const char *id)
{
    store_written_t result;
    store_write_t write = { .name = "Ada", .email = "ada@example.org", .client = "test", .request_id = id,
                            .changes = change, .count = 1 };
    store_write(kit->store, &write, 1, &result);
    return result;
}

static inline store_written_t
kit_put(const kit_t *kit, const char *path, const char *base, const char *text)
{
    store_action_t change = { .action = "put", .path = path, .base = base, .text = text, .size = strlen(text) };
    return kit_write(kit, &change, NULL);
}

// A put that must succeed; the commit.
static inline store_oid_t
kit_save(const kit_t *kit, const char *path, const char *base, const char *text)
{
    store_written_t result = kit_put(kit, path, base, text);
    if (result.code != OK)
        fail_msg("%s: %s", code_name(result.code), result.why);
    store_oid_t commit = result.commit;
    store_written_clear(&result);
    return commit;
}

static inline void
kit_expect(const kit_t *kit, const char *file, const char *text)
{
    store_content_t content;
    store_read_t read = { .path = file, .exact = true };
    assert_int_equal(store_read(kit->store, &read, &content), OK);
    assert_int_equal(content.size, strlen(text));
    assert_memory_equal(content.text, text, content.size);
    store_content_clear(&content);
}

static inline void
kit_sound(const kit_t *kit)
{
    assert_string_equal(kit_output(kit, "git fsck --strict --no-dangling"), "");
}
#endif
