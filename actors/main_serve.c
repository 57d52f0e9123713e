#include "main.h"

#include <dirent.h>
#include <limits.h>
#include <malloc.h>
#include <sys/random.h>
#include <unistd.h>
#include "core/curve.h"
#include "core/folder.h"
#include "core/log.h"
#include "core/rundir.h"
#include "core/banned.h"

enum { SECRET_BYTES = 32 };

static bool
is_empty(const char *folder)
{
    DIR *handle = opendir(folder);
    if (!handle)
        return true;                            // missing: the store makes it, or says why not
    size_t entries = 0;
    for (struct dirent *entry; (entry = readdir(handle));)
        entries += strcmp(entry->d_name, ".wikibot-making") != 0;     // of a start that was killed (store_make.c)
    closedir(handle);
    return entries <= 2;
}

// A plain folder with files becomes a repository only if a person says so: --init, or here and now.
static bool
ask_for_init(settings_t *settings)
{
    char why[SETTINGS_WHY], line[16], git[PATH_MAX];
    const char *folder = settings_get(settings, "REPOSITORY");
    bool plain = !folder_git(folder, git) && !is_empty(folder);
    if (!plain || settings_on(settings, "WIKIBOT_INIT"))
        return true;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        fprintf(stderr, "wikibot: %s has files in it and is no git repository; "
                        "to make it one: wikibot serve %s --init\n",
                folder, folder);
        return false;
    }
    fprintf(stderr, "%s is no git repository yet. Make it one, with its files as the first commit? [y/N] ", folder);
    if (!fgets(line, sizeof line, stdin) || (line[0] != 'y' && line[0] != 'Y'))
        return false;
    return settings_set(settings, "WIKIBOT_INIT", "true", "answered here", why);
}

// A key of our own if none is given, so that forms stay valid when the process that made them is started
// again. Children find both in their environment.
static void
keep_for_children(settings_t *settings)
{
    char why[SETTINGS_WHY], hex[2 * SECRET_BYTES + 1];
    unsigned char bytes[SECRET_BYTES];
    if (!*settings_get(settings, "SECRET_KEY")) {
        if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
            abort();                            // a guessable key is worse than no program
        for (size_t i = 0; i < sizeof bytes; i++)
            (void)snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
        (void)settings_set(settings, "SECRET_KEY", hex, "made at the start", why);
        (void)setenv("SECRET_KEY", hex, 1);
    }
    (void)setenv("WIKIBOT_INIT", settings_get(settings, "WIKIBOT_INIT"), 1);
}

static const char *
served_name(const settings_t *settings, char real[PATH_MAX])
{
    const char *folder = settings_get(settings, "REPOSITORY");
    return realpath(folder, real)? real: folder;
}

// ---- which part of a topology this is ------------------------------------------------------------------------
bool
process_here(const process_t *self, const char *actor)
{
    for (size_t i = 0; i < topology_process_count(self->topology); i++) {
        const topology_process_t *process = topology_process(self->topology, i);
        for (size_t j = 0; j < topology_actor_count(self->topology); j++)
            if (process->runs[j] && strcmp(process->host, self->host) == 0 &&
                strcmp(topology_actor(self->topology, j)->name, actor) == 0)
                return true;
    }
    return false;
}

// How many processes run here; `first` is one of them.
static size_t
host_processes(const process_t *self, const topology_process_t **first)
{
    size_t count = 0;
    for (size_t i = topology_process_count(self->topology); i-- > 0;)
        if (strcmp(topology_process(self->topology, i)->host, self->host) == 0) {
            *first = topology_process(self->topology, i);
            count++;
        }
    return count;
}

static bool
find_host(process_t *self)
{
    const char *wanted = settings_get(self->settings, "WIKIBOT_HOST");
    const topology_process_t *first = NULL;
    size_t count = topology_host_count(self->topology);
    self->host = count == 1 && !*wanted? topology_host(self->topology, 0): wanted;
    if ((count == 0 && !*wanted) || (*self->host && host_processes(self, &first) > 0))
        return true;
    fprintf(stderr, "wikibot: %s%s%s ", *wanted? "nothing of this topology runs on host '": "which host is this",
            wanted, *wanted? "';": "?");
    if (count == 0)
        fputs("it knows no hosts, so leave --host out", stderr);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s--host %s", i? " or ": "give ", topology_host(self->topology, i));
    fputc('\n', stderr);
    return false;
}

// Missing or careless keys are told here, once, before anything starts.
static bool
check_keys(const process_t *self)
{
    char why[CURVE_WHY];
    const char *folder = settings_get(self->settings, "WIKIBOT_KEYS");
    for (size_t i = 0; i < topology_process_count(self->topology); i++) {
        const topology_process_t *process = topology_process(self->topology, i);
        curve_pair_t pair;
        if (strcmp(process->host, self->host) != 0 || !topology_needs_keys(self->topology, process))
            continue;
        if (!*folder) {
            fprintf(stderr, "wikibot: process '%s' has links over tcp, and tcp without CURVE is refused; make keys "
                            "with `wikibot keys new NAME --keys FOLDER`, then serve with --keys FOLDER\n",
                    process->name);
            return false;
        }
        if (!curve_read_pair(folder, process->name, &pair, why)) {
            fprintf(stderr, "wikibot: %s\n", why);
            return false;
        }
        curve_forget(&pair);
    }
    return true;
}

// ---- serving ---------------------------------------------------------------------------------------------------
// One of the supervisor's children: everything was decided and opened by it.
static int
serve_child(const options_t *options, process_t *process)
{
    process->process = options->process;
    process->run_dir = options->run_dir;
    process->listen_fd = options->listen_fd;
    process->ready_fd = options->ready_fd;
    if (topology_process_named(process->topology, options->process))
        return process_run(process);
    fprintf(stderr, "wikibot: there is no process '%s' in this topology\n", options->process);
    return 2;
}

static bool
open_edge(process_t *process)
{
    int port = (int)strtol(settings_get(process->settings, "WIKIBOT_PORT"), NULL, 10);
    if (!process_here(process, "gateway"))
        return true;
    process->listen_fd = listen_open(port, &process->port);
    return process->listen_fd >= 0;
}

static int
serve_all(options_t *options, process_t *process, int count, char **words)
{
    rundir_t run_dir = { .lock = -1 };
    char why[SETTINGS_WHY];
    int status = 1;
    const topology_process_t *first = NULL;
    bool several = host_processes(process, &first) > 1;
    if (!check_keys(process) || (process_here(process, "store") && !ask_for_init(options->settings)))
        return 1;
    keep_for_children(options->settings);
    if (!open_edge(process))
        return 1;
    if (rundir_take(&run_dir, settings_get(options->settings, "REPOSITORY"), why, sizeof why))
        process->run_dir = run_dir.path;
    if (several && !process->run_dir)
        fprintf(stderr, "wikibot: %s\n", why);
    else if (several)
        status = supervisor_run(process, count, words);
    else {
        if (!process->run_dir)
            log_warning("serve.doors", "text=\"nobody can look at this program: %s\"", why);
        process->process = first->name;
        status = process_run(process);
    }
    rundir_release(&run_dir);
    return status;
}

int
main_serve(int count, char **words)
{
    // Each arena of glibc's malloc keeps what its threads once needed, so 50 threads must not have one each. With two
    // they wait for each other's locks (15 % more CPU a page view than with eight, and no less memory).
    mallopt(M_ARENA_MAX, 8);
    // Set, it stays: else each large block that is freed makes larger ones come from arenas, which keep them.
    mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    options_t options;
    topology_t *topology = NULL;
    char real[PATH_MAX], why[TOPOLOGY_WHY];
    int status = 2;
    if (!options_read(&options, count, words))
        goto done;
    topology = main_topology(settings_get(options.settings, "WIKIBOT_TOPOLOGY"), why);
    if (!topology) {
        fprintf(stderr, "wikibot: %s\n", why);
        goto done;
    }
    log_setup(log_level_from_name(settings_get(options.settings, "LOG_LEVEL")),
              options.process? options.process: "wikibot");
    process_t process = { .settings = options.settings, .topology = topology, .listen_fd = -1, .ready_fd = -1 };
    process.served = served_name(options.settings, real);
    if (!find_host(&process))
        goto done;
    status = options.process? serve_child(&options, &process): serve_all(&options, &process, count, words);
done:
    topology_destroy(&topology);
    options_clear(&options);
    return status;
}
