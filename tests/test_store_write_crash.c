// Kills a writer at every step that touches the disk, and counts the barriers. The system calls are interposed
// here, in the test, so that the store knows nothing of it.
#include "store_write_kit.h"

#include <signal.h>
#include <sys/syscall.h>

static int steps, crash_at, syncs;

static void
step(void)
{
    if (++steps == crash_at)
        kill(getpid(), SIGKILL);
}

int
fsync(int fd)
{
    syncs++;
    step();
    return (int)syscall(SYS_fsync, fd);
}

int
rename(const char *from, const char *to)
{
    step();
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    step();
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
}

ssize_t
write(int fd, const void *data, size_t size)
{
    step();
    return (ssize_t)syscall(SYS_write, fd, data, size);
}

int
unlink(const char *path)
{
    step();
    return (int)syscall(SYS_unlink, path);
}

int
ftruncate(int fd, off_t size)
{
    step();
    return (int)syscall(SYS_ftruncate, fd, size);
}

int
flock(int fd, int operation)
{
    step();
    return (int)syscall(SYS_flock, fd, operation);
}

static store_written_t
put_twice(store_t *store, const char *id, const char *text)
{
    store_written_t result;
    store_action_t change = { .action = "put", .path = id, .text = text, .size = strlen(text) };
    store_write_t write = { .name = "Ada", .email = "a@b", .client = "test", .request_id = id, .changes = &change,
                            .count = 1 };
    store_write(store, &write, 1, &result);
    return result;
}

// One write in a process of its own that dies at the given step. True: it got through.
static bool
write_and_die(kit_t *kit, const char *id, int at)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        store_t *store = kit_store(kit, true);
        steps = 0;
        crash_at = at;
        store_written_t result = put_twice(store, id, "text\n");
        crash_at = 0;
        _exit(result.code == OK? 0: 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        assert_int_equal(WEXITSTATUS(status), 0);
    else
        assert_int_equal(WTERMSIG(status), SIGKILL);
    return WIFEXITED(status);
}

static void
check_every_step(kit_t *kit)
{
    bool through = false;
    int at = 1;
    for (; !through; at++) {
        char id[32], file[64];
        snprintf(id, sizeof id, "page-%d", at);
        snprintf(file, sizeof file, "page-%d.md", at);
        through = write_and_die(kit, id, at);
        assert_string_equal(kit_output(kit, "git fsck --strict --no-dangling 2>&1 | grep -v '^warning: '"), "");
        store_written_t again = put_twice(kit->store, id, "text\n");
        assert_int_equal(again.code, OK);
        if (through)
            assert_true(again.repeated);
        store_written_clear(&again);
        kit_expect(kit, file, "text\n");
        assert_string_equal(kit_output(kit, "git log --oneline --grep='Request-Id: %s$' | wc -l", id), "1");
    }
    assert_true(at > 10);                       // there are more steps than that
    kit_run(kit, "touch -c -d '2 hours ago' objects/pack/*");
    kit_reopen(kit);                            // sweeps
    assert_string_equal(kit_output(kit, "git count-objects -v | grep ^garbage"), "garbage: 0");
    assert_string_equal(kit_output(kit, "find . -name '*.lock' | grep -v index.lock"), "");
}

static void
test_write_killed_at_any_step_loses_nothing(void **state)
{
    check_every_step(*state);
}

static void
test_write_into_a_work_tree_killed_loses_nothing(void **state)
{
    kit_t *kit = *state;
    // A lock of the index that a killed program left is git's own affair: a person removes it. So the test does.
    bool through = false;
    for (int at = 1; !through; at++) {
        char id[32];
        snprintf(id, sizeof id, "tree-%d", at);
        through = write_and_die(kit, id, at);
        kit_run(kit, "rm -f .git/index.lock");
        store_written_t again = put_twice(kit->store, id, "text\n");
        assert_int_equal(again.code, OK);
        store_written_clear(&again);
        kit_run(kit, "rm -f .git/objects/pack/tmp_*");
        kit_sound(kit);
    }
}

static void
test_write_takes_five_syncs_for_a_whole_group(void **state)
{
    kit_t *kit = *state;
    store_t *store = kit_store(kit, true);
    store_action_t changes[32];
    store_write_t writes[32];
    store_written_t results[32];
    char paths[32][16];
    for (size_t i = 0; i < 32; i++) {
        snprintf(paths[i], sizeof paths[i], "d%zu/p%zu", i % 3, i);
        changes[i] = (store_action_t) { .action = "put", .path = paths[i], .text = paths[i], .size = 3 };
        writes[i] = (store_write_t) { .changes = &changes[i], .count = 1 };
    }
    syncs = 0;
    store_write(store, writes, 32, results);
    assert_int_equal(syncs, 5);
    for (size_t i = 0; i < 32; i++) {
        assert_int_equal(results[i].code, OK);
        store_written_clear(&results[i]);
    }
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD; ls objects/pack/*.pack | wc -l"), "33\n1");
    kit_sound(kit);
    store_close(&store);
    store = kit_store(kit, false);
    syncs = 0;
    store_written_t result = put_twice(store, "fast", "x");
    assert_int_equal(result.code, OK);
    assert_int_equal(syncs, 0);
    store_written_clear(&result);
    store_close(&store);
}

static void
test_maintain_killed_at_any_step_loses_nothing(void **state)
{
    kit_t *kit = *state;
    int status = 0, at = 1;
    for (bool through = false; !through; at++) {
        for (int i = 0; i < 40; i++) {
            char id[32];
            snprintf(id, sizeof id, "m-%d-%d", at, i);
            store_written_t result = put_twice(kit->store, id, id);
            assert_int_equal(result.code, OK);
            store_written_clear(&result);
        }
        pid_t child = fork();
        if (child == 0) {
            store_t *store = kit_store(kit, true);
            steps = 0;
            crash_at = at;
            store_maintain(store);
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        through = WIFEXITED(status);
        kit_run(kit, "rm -f objects/pack/tmp_*");
        kit_sound(kit);
        kit_run(kit, "sed -i 's/^\\(d [0-9a-f]*\\) .*/\\1 1000/' wikibot/packs");
    }
    assert_true(at > 5);
    kit_reopen(kit);
    kit_expect(kit, "m-1-0.md", "m-1-0");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_write_killed_at_any_step_loses_nothing, kit_bare, kit_end),
        cmocka_unit_test_setup_teardown(test_write_into_a_work_tree_killed_loses_nothing, kit_tree, kit_end),
        cmocka_unit_test_setup_teardown(test_write_takes_five_syncs_for_a_whole_group, kit_bare, kit_end),
        cmocka_unit_test_setup_teardown(test_maintain_killed_at_any_step_loses_nothing, kit_bare, kit_end),
    };
    return cmocka_run_group_tests_name("store_write_crash", tests, NULL, NULL);
}
