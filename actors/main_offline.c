#include "main_offline.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/folder.h"
#include "main_look.h"
#include "core/banned.h"

enum { START_MS = 60000 };

static const char *
served_by(const options_t *options)
{
    return settings_get(options->settings, "REPOSITORY");
}

// The words of the command again, for a process with store, renderer and index alone.
static void
become_child(const offline_t *self, const options_t *options, bool spare, int ready_fd)
{
    char ready[16], index[sizeof self->run_dir.path + 16];
    (void)snprintf(ready, sizeof ready, "%d", ready_fd);
    const char *state = settings_get(options->settings, "WIKIBOT_STATE"), *config = options->config;
    char *words[] = { "wikibot", "serve", (char *)served_by(options), "--topology", "offline", "--host=", "--state",
                      (char *)state, "--process", "wikibot", "--run-dir", (char *)self->run_dir.path, "--ready-fd",
                      ready, config? "--config": NULL, (char *)config, NULL };
    (void)snprintf(index, sizeof index, "%s/" RUNDIR_SPARE, self->run_dir.path);
    if (spare)
        (void)setenv("WIKIBOT_INDEX", index, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv("/proc/self/exe", words);
}

static bool
await_child(int fd)
{
    char word = 0;
    struct pollfd item = { fd, POLLIN, 0 };
    return poll(&item, 1, START_MS) > 0 && read(fd, &word, 1) == 1 && word == 'R';
}

bool
offline_start(offline_t *self, const options_t *options, bool spare)
{
    char why[SETTINGS_WHY], git[PATH_MAX];
    const char *served = served_by(options);
    int ends[2];
    *self = (offline_t){ .run_dir = { .lock = -1 } };
    if (!folder_git(served, git)) {
        fprintf(stderr, "wikibot: there is no wiki in %s\n", served);
        return false;
    }
    if (!rundir_take(&self->run_dir, served, why, sizeof why)) {
        fprintf(stderr, "wikibot: %s\n", why);
        return false;
    }
    if (pipe(ends) < 0)
        return false;
    self->child = fork();
    if (self->child == 0) {
        close(ends[0]);
        become_child(self, options, spare, ends[1]);
        _exit(127);
    }
    close(ends[1]);
    bool ready = self->child > 0 && await_child(ends[0]);
    close(ends[0]);
    if (!ready)
        fputs("wikibot: the index could not be started; the lines above say why\n", stderr);
    return ready;
}

void
offline_endpoint(const offline_t *self, char endpoint[ENDPOINT_SIZE])
{
    (void)snprintf(endpoint, ENDPOINT_SIZE, "ipc://%s/index", self->run_dir.path);
}

void
offline_end(offline_t *self)
{
    int status = 0;
    if (self->child > 0 && kill(self->child, SIGTERM) == 0)
        (void)waitpid(self->child, &status, 0);
    rundir_release(&self->run_dir);
}

bool
offline_is_alone(const options_t *options)
{
    char why[TOPOLOGY_WHY];
    look_t look = { .count = 0 };
    look_local(&look, served_by(options));
    topology_t *topology = main_topology(settings_get(options->settings, "WIKIBOT_TOPOLOGY"), why);
    bool alone = look.count == 0 && topology && topology_host_count(topology) == 0;
    topology_destroy(&topology);
    return alone;
}
