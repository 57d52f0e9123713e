#include "main.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../proto/msg.h"
#include "core/log.h"
#include "core/banned.h"

enum { BACKOFF_MS = 50, BACKOFF_MAX_MS = 5000, LIFE_MS = 10000, START_MS = 60000, STOP_MS = 5000, WORDS = 64 };

typedef struct {
    const char *name;                           // of the process in the topology
    pid_t pid;                                  // 0: not running
    int ready_fd;                               // -1: it has said that it is ready
    int64_t started_ms;
    int64_t again_ms;                           // when to start it again, if it is not running
    int backoff_ms;
    int restarts;
} child_t;

typedef struct {
    const process_t *process;
    int count;                                  // of words
    char **words;
    child_t children[TOPOLOGY_PROCESSES];
    size_t child_count;
    pid_t pid;                                  // of the supervisor itself
    int signals;                                // signalfd
    sigset_t inherited;                         // signal mask of the children
    bool told;                                  // the ready line is out
    bool failed;
    int64_t stop_ms;                            // 0: not stopping; else when patience ends
} supervisor_t;

// The words of the command again, and what a child needs beyond them; returns if that cannot be.
static void
become_child(const supervisor_t *self, const child_t *child, int ready_fd)
{
    char listen_fd[16], ready[16], restarts[16];
    char *words[WORDS + 12] = { "wikibot", "serve" };
    int used = 2;
    for (int i = 0; i < self->count && i < WORDS; i++)
        words[used++] = self->words[i];
    (void)snprintf(listen_fd, sizeof listen_fd, "%d", self->process->listen_fd);
    (void)snprintf(ready, sizeof ready, "%d", ready_fd);
    char *more[] = { "--process", (char *)child->name, "--run-dir", (char *)self->process->run_dir,
                     "--listen-fd", listen_fd, "--ready-fd", ready, NULL };
    for (size_t i = 0; more[i]; i++)
        words[used++] = more[i];
    (void)snprintf(restarts, sizeof restarts, "%d", child->restarts);
    (void)setenv("WIKIBOT_RESTARTS", restarts, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);           // a supervisor that dies takes its children with it
    if (getppid() != self->pid)
        return;                                 // it has died already
    if (self->process->listen_fd >= 0)
        fcntl(self->process->listen_fd, F_SETFD, 0);
    fcntl(ready_fd, F_SETFD, 0);
    sigprocmask(SIG_SETMASK, &self->inherited, NULL);
    execv("/proc/self/exe", words);
}

// Forks, before this process ever has a second thread.
static bool
start(supervisor_t *self, child_t *child)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        become_child(self, child, ends[1]);
        _exit(127);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return false;
    }
    child->pid = pid;
    child->ready_fd = ends[0];
    child->started_ms = msg_steady_ms();
    return true;
}

static void
stop(supervisor_t *self, int signal)
{
    if (self->stop_ms == 0)
        self->stop_ms = msg_steady_ms() + STOP_MS;
    for (size_t i = 0; i < self->child_count; i++)
        if (self->children[i].pid > 0)
            kill(self->children[i].pid, signal);
}

static void
fail(supervisor_t *self)
{
    self->failed = true;
    stop(self, SIGTERM);
}

static void
forget_pipe(child_t *child)
{
    if (child->ready_fd >= 0)
        close(child->ready_fd);
    child->ready_fd = -1;
}

// A child ended: while all are starting that is the end of the start; later it is started again, after a while.
static void
buried(supervisor_t *self, child_t *child, int status)
{
    int shown = WIFSIGNALED(status)? 128 + WTERMSIG(status): WEXITSTATUS(status);
    child->pid = 0;
    forget_pipe(child);
    if (self->stop_ms)
        return;
    if (!self->told) {
        log_error("supervisor.start", "process=%s status=%d text=\"it ended before it was ready\"", child->name, shown);
        fail(self);
        return;
    }
    child->restarts++;
    int64_t now = msg_steady_ms();
    if (now - child->started_ms >= LIFE_MS)
        child->backoff_ms = BACKOFF_MS;
    child->again_ms = now + child->backoff_ms;
    log_warning("supervisor.restart", "process=%s status=%d wait_ms=%d", child->name, shown, child->backoff_ms);
    child->backoff_ms = child->backoff_ms * 2 < BACKOFF_MAX_MS? child->backoff_ms * 2: BACKOFF_MAX_MS;
}

static void
bury(supervisor_t *self)
{
    for (size_t i = 0; i < self->child_count; i++) {
        child_t *child = &self->children[i];
        int status = 0;
        if (child->pid > 0 && waitpid(child->pid, &status, WNOHANG) == child->pid)
            buried(self, child, status);
    }
}

static void
take_signals(supervisor_t *self)
{
    struct signalfd_siginfo info;
    while (read(self->signals, &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGCHLD) {
            log_info("supervisor.stop", "signal=%u", info.ssi_signo);
            stop(self, SIGTERM);
        }
}

// A byte: it is ready. The end of the pipe without one: it has ended, and bury will see to it.
static void
take_ready(supervisor_t *self, child_t *child)
{
    char word = 0;
    if (read(child->ready_fd, &word, 1) == 1 && word == 'R')
        log_info("supervisor.ready", "process=%s ms=%lld", child->name,
                 (long long)(msg_steady_ms() - child->started_ms));
    forget_pipe(child);
    bool all = child->pid > 0 && word == 'R';
    for (size_t i = 0; i < self->child_count; i++)
        all = all && self->children[i].pid > 0 && self->children[i].ready_fd < 0;
    if (all && !self->told && !self->stop_ms) {
        self->told = true;
        print_ready(self->process);
    }
}

// How long may we sleep?
static int
patience(const supervisor_t *self)
{
    int64_t until = msg_steady_ms() + START_MS;
    for (size_t i = 0; i < self->child_count && !self->stop_ms; i++)
        if (self->children[i].pid == 0 && self->children[i].again_ms < until)
            until = self->children[i].again_ms;
    if (self->stop_ms && self->stop_ms < until)
        until = self->stop_ms;
    int64_t wait = until - msg_steady_ms();
    return wait > 0? (int)wait: 0;
}

static void
do_what_is_due(supervisor_t *self)
{
    int64_t now = msg_steady_ms();
    if (self->stop_ms) {
        if (now >= self->stop_ms)
            stop(self, SIGKILL);
        return;
    }
    for (size_t i = 0; i < self->child_count; i++) {
        child_t *child = &self->children[i];
        if (child->pid == 0 && now >= child->again_ms && !start(self, child))
            child->again_ms = now + BACKOFF_MAX_MS;
        if (!self->told && child->ready_fd >= 0 && now - child->started_ms > START_MS) {
            log_error("supervisor.start", "process=%s text=\"it was not ready after %d s\"", child->name,
                      START_MS / 1000);
            fail(self);
        }
    }
}

static bool
any_left(const supervisor_t *self)
{
    for (size_t i = 0; i < self->child_count; i++)
        if (self->children[i].pid > 0)
            return true;
    return false;
}

static void
supervise(supervisor_t *self)
{
    while (!self->stop_ms || any_left(self)) {
        struct pollfd items[TOPOLOGY_PROCESSES + 1] = { { self->signals, POLLIN, 0 } };
        for (size_t i = 0; i < self->child_count; i++)
            items[i + 1] = (struct pollfd){ self->children[i].ready_fd, POLLIN, 0 };    // -1 is passed over
        (void)poll(items, self->child_count + 1, patience(self));
        take_signals(self);
        for (size_t i = 0; i < self->child_count; i++)
            if (items[i + 1].revents && self->children[i].ready_fd >= 0)
                take_ready(self, &self->children[i]);
        bury(self);
        do_what_is_due(self);
    }
}

int
supervisor_run(const process_t *process, int count, char **words)
{
    supervisor_t self = { .process = process, .count = count, .words = words, .pid = getpid() };
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, &self.inherited);
    self.signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (self.signals < 0 || count > WORDS)
        return 1;
    for (size_t i = 0; i < topology_process_count(process->topology); i++) {
        const topology_process_t *one = topology_process(process->topology, i);
        if (strcmp(one->host, process->host) == 0)
            self.children[self.child_count++] = (child_t){
                .name = one->name, .ready_fd = -1, .backoff_ms = BACKOFF_MS,
            };
    }
    supervise(&self);
    close(self.signals);
    return self.failed? 1: 0;
}
