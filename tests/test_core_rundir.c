#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../actors/core/rundir.h"

static char session[128], served[160], why[256];

static int
begin(void **state)
{
    const char *base = getenv("TMPDIR");
    (void)state;
    snprintf(session, sizeof session, "%s/wb-XXXXXX", base? base: "/tmp");
    if (!mkdtemp(session))
        return -1;
    snprintf(served, sizeof served, "%s/wiki", session);
    unsetenv("WIKIBOT_RUN");
    setenv("XDG_RUNTIME_DIR", session, 1);
    return mkdir(served, 0755);
}

static int
end(void **state)
{
    (void)state;
    rmdir(served);
    return rmdir(session);                      // fails if anything is left
}

// A program that serves `what` and is killed.
static void
serve_and_die(const char *what, char path[RUNDIR_SIZE + 16])
{
    rundir_t run;
    int status = 0, ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        bool taken = rundir_take(&run, what, why, sizeof why);
        taken = taken && write(ends[1], run.path, sizeof run.path) == sizeof run.path;
        _exit(taken? 0: 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(ends[0], path, RUNDIR_SIZE + 16), RUNDIR_SIZE + 16);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(access(path, F_OK), 0);
}

static void
test_take_sweeps_the_folders_of_killed_programs(void **state)
{
    rundir_t run;
    char same[RUNDIR_SIZE + 16], other[RUNDIR_SIZE + 16];
    (void)state;
    serve_and_die(session, other);
    serve_and_die(served, same);
    assert_string_not_equal(same, other);
    assert_true(rundir_take(&run, served, why, sizeof why));
    assert_string_equal(run.path, same);
    assert_int_equal(access(other, F_OK), -1);
    rundir_release(&run);
    assert_int_equal(access(same, F_OK), -1);
}

static void
test_take_leaves_folders_that_are_in_use_or_not_ours(void **state)
{
    rundir_t first, second;
    char strange[200], file[220];
    (void)state;
    snprintf(strange, sizeof strange, "%s/wikibot-notes-0", session);
    assert_int_equal(mkdir(strange, 0700), 0);
    snprintf(file, sizeof file, "%s/lock", strange);
    close(open(file, O_CREAT | O_WRONLY, 0600));
    assert_true(rundir_take(&first, served, why, sizeof why));
    assert_true(rundir_take(&second, served, why, sizeof why));
    assert_string_not_equal(first.path, second.path);
    assert_int_equal(access(first.path, F_OK), 0);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(strange), 0);
    rundir_release(&second);
    rundir_release(&first);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_take_sweeps_the_folders_of_killed_programs, begin, end),
        cmocka_unit_test_setup_teardown(test_take_leaves_folders_that_are_in_use_or_not_ours, begin, end),
    };
    return cmocka_run_group_tests_name("core_rundir", tests, NULL, NULL);
}
