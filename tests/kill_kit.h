// kill_kit - runs a piece of work in a process of its own and kills it at its N-th system call that changes something
//
// The kernel itself stops the process there (ptrace), whichever library makes the call. `torn`: a write is cut in half
// first, as a kill cuts one that crosses pages.
#ifndef KILL_KIT_H
#define KILL_KIT_H
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined __x86_64__
#include <sys/user.h>
#endif

typedef struct __ptrace_syscall_info kill_call_t;

typedef struct {
    int at;                                     // the step to kill at; 0: none
    bool torn;                                  // the steps are the writes, and the last is cut
    void (*work)(void *context);                // calls kill_begin where the steps begin, and returns or exits with 1
    void *context;
    void (*look)(void *seen, pid_t pid, const kill_call_t *call);       // optional: told of each such call
    void *seen;
    pid_t pid;
    int steps;                                  // that were made, the one at which it was killed included
    int status;                                 // how it ended, as waitpid tells it
} kill_run_t;

static inline void
kill_begin(void)
{
    raise(SIGSTOP);
}

// May this process trace another? A container may forbid it.
static inline bool
kill_possible(void)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0? 1: 0);
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static inline bool
kill_is_write(uint64_t nr)
{
    return nr == SYS_write || nr == SYS_pwrite64;
}

// Does this call change what others can see, now or after a loss of power?
static inline bool
kill_changes(const kill_call_t *call)
{
    static const long changing[] = {
        SYS_writev, SYS_pwritev, SYS_pwritev2, SYS_renameat, SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_unlinkat,
        SYS_mkdirat, SYS_truncate, SYS_ftruncate, SYS_fallocate, SYS_fsync, SYS_fdatasync, SYS_syncfs,
        SYS_sync_file_range, SYS_flock, SYS_fchmod, SYS_fchmodat, SYS_utimensat, SYS_copy_file_range, SYS_sendfile,
#if defined __x86_64__
        SYS_creat, SYS_rename, SYS_link, SYS_symlink, SYS_unlink, SYS_mkdir, SYS_rmdir, SYS_chmod,
#endif
    };
    uint64_t nr = call->entry.nr;
    for (size_t i = 0; i < sizeof changing / sizeof *changing; i++)
        if (nr == (uint64_t)changing[i])
            return true;
    if (nr == SYS_openat)
        return (call->entry.args[2] & (O_CREAT | O_TRUNC)) != 0;
#if defined __x86_64__
    if (nr == SYS_open)
        return (call->entry.args[1] & (O_CREAT | O_TRUNC)) != 0;
#endif
    return kill_is_write(nr);
}

// Halves the size that a write was called with; false: it cannot be.
static inline bool
kill_tear(pid_t pid, const kill_call_t *call)
{
    if (!kill_is_write(call->entry.nr) || call->entry.args[2] < 2)
        return false;
#if defined __x86_64__
    struct user_regs_struct registers;
    struct iovec io = { &registers, sizeof registers };
    if (ptrace(PTRACE_GETREGSET, pid, (void *)1, &io) < 0)
        return false;
    registers.rdx /= 2;
    return ptrace(PTRACE_SETREGSET, pid, (void *)1, &io) == 0;
#else
    return false;
#endif
}

static inline void
kill_now(const kill_run_t *self, const kill_call_t *call)
{
    int status;
    if (self->torn && kill_tear(self->pid, call)) {
        ptrace(PTRACE_SYSCALL, self->pid, NULL, NULL);
        waitpid(self->pid, &status, 0);         // it has been done
    }
    kill(self->pid, SIGKILL);
}

// One stop of the process; false: it has ended.
static inline bool
kill_step(kill_run_t *self)
{
    kill_call_t call = { 0 };
    int signal = 0;
    if (waitpid(self->pid, &self->status, 0) != self->pid || !WIFSTOPPED(self->status))
        return false;
    if (WSTOPSIG(self->status) == (SIGTRAP | 0x80)) {
        ptrace(PTRACE_GET_SYSCALL_INFO, self->pid, sizeof call, &call);
        if (call.op == PTRACE_SYSCALL_INFO_ENTRY && kill_changes(&call) && self->look)
            self->look(self->seen, self->pid, &call);
        bool counts = self->torn? kill_is_write(call.entry.nr): kill_changes(&call);
        if (call.op == PTRACE_SYSCALL_INFO_ENTRY && counts && ++self->steps == self->at)
            kill_now(self, &call);
    } else if (WSTOPSIG(self->status) != SIGSTOP)
        signal = WSTOPSIG(self->status);
    ptrace(PTRACE_SYSCALL, self->pid, NULL, (void *)(intptr_t)signal);
    return true;
}

// True: it got through, and its work was done.
static inline bool
kill_run(kill_run_t *self)
{
    self->steps = 0;
    self->pid = fork();
    if (self->pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        self->work(self->context);
        _exit(0);
    }
    if (waitpid(self->pid, &self->status, 0) == self->pid && WIFSTOPPED(self->status)) {
        ptrace(PTRACE_SETOPTIONS, self->pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
        ptrace(PTRACE_SYSCALL, self->pid, NULL, NULL);
        while (kill_step(self))
            continue;
    }
    if (WIFEXITED(self->status) && WEXITSTATUS(self->status) != 0)
        fail_msg("the work failed with status %d after %d steps", WEXITSTATUS(self->status), self->steps);
    return WIFEXITED(self->status);
}
#endif
