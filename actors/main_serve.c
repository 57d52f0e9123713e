#include "main.h"

#include <dirent.h>
#include <limits.h>
#include <malloc.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/log.h"
#include "core/rundir.h"
#include "core/banned.h"

enum { SECRET_BYTES = 32 };

static bool
exists(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat facts;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    return size > 0 && size < (int)sizeof path && stat(path, &facts) == 0;
}

// Does this folder, or one above it, belong to a repository?
static bool
in_repository(const char *folder)
{
    char at[PATH_MAX];
    if (!realpath(folder, at))
        return false;
    if (exists(at, "HEAD") && exists(at, "objects"))
        return true;
    for (size_t size = strlen(at); size > 0; size--) {
        if (at[size] != '/' && at[size] != '\0')
            continue;
        at[size] = '\0';                        // the folder, then each one above it
        if (exists(at, ".git"))
            return true;
    }
    return false;
}

static bool
is_empty(const char *folder)
{
    DIR *handle = opendir(folder);
    if (!handle)
        return true;                            // missing: the store makes it, or says why not
    size_t entries = 0;
    while (readdir(handle))
        entries++;
    closedir(handle);
    return entries <= 2;
}

// A plain folder with files becomes a repository only if a person says so: --init, or here and now.
static bool
ask_for_init(settings_t *settings)
{
    char why[SETTINGS_WHY], line[16];
    const char *folder = settings_get(settings, "REPOSITORY");
    bool plain = !in_repository(folder) && !is_empty(folder);
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

// One of the supervisor's children: everything was decided and opened by it.
static int
serve_child(const options_t *options, process_t *process)
{
    process->process = options->process;
    process->run_dir = options->run_dir;
    process->listen_fd = options->listen_fd;
    process->ready_fd = options->ready_fd;
    return process_run(process);
}

static int
serve_all(options_t *options, process_t *process, int count, char **words)
{
    rundir_t run_dir = { .lock = -1 };
    char why[SETTINGS_WHY];
    int status = 1;
    bool split = topology_process_count(process->topology) > 1;
    if (!ask_for_init(options->settings))
        return 1;
    keep_for_children(options->settings);
    int port = (int)strtol(settings_get(options->settings, "WIKIBOT_PORT"), NULL, 10);
    process->listen_fd = listen_open(port, &process->port);
    if (process->listen_fd < 0)
        return 1;
    if (rundir_take(&run_dir, settings_get(options->settings, "REPOSITORY"), why, sizeof why))
        process->run_dir = run_dir.path;
    if (split && !process->run_dir)
        fprintf(stderr, "wikibot: %s\n", why);
    else if (split)
        status = supervisor_run(process, count, words);
    else {
        if (!process->run_dir)
            log_warning("serve.tap", "text=\"no taps: %s\"", why);
        process->process = topology_process(process->topology, 0);
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
    status = options.process? serve_child(&options, &process): serve_all(&options, &process, count, words);
done:
    topology_destroy(&topology);
    options_clear(&options);
    return status;
}
