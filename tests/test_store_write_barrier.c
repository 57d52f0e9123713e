// What a loss of power may take: everything that was not synced, and names in any order. So the system calls of a write
// are followed (ptrace), and each must find on the disk what it builds on.
#include "store_write_kit.h"
#include "kill_kit.h"

enum { FILES = 64, NAME = 512 };

typedef struct {
    char path[NAME];
    bool dirty;                                 // written and not synced; of a folder: it got a name
} file_t;

typedef struct {
    file_t files[FILES];
    size_t count;
    int renames, faults;
    char fault[2 * NAME];                       // the first
} disk_t;

static file_t *
file_at(disk_t *disk, const char *path)
{
    for (size_t i = 0; i < disk->count; i++)
        if (strcmp(disk->files[i].path, path) == 0)
            return &disk->files[i];
    if (disk->count == FILES)
        return &disk->files[FILES - 1];
    snprintf(disk->files[disk->count].path, NAME, "%s", path);
    return &disk->files[disk->count++];
}

static void
path_of_descriptor(pid_t pid, uint64_t fd, char path[NAME])
{
    char link[64];
    snprintf(link, sizeof link, "/proc/%ld/fd/%llu", (long)pid, (unsigned long long)fd);
    ssize_t size = readlink(link, path, NAME - 1);
    path[size > 0? size: 0] = 0;
}

static void
text_at(pid_t pid, uint64_t address, char text[NAME])
{
    struct iovec here = { text, NAME - 1 }, there = { (void *)(uintptr_t)address, NAME - 1 };
    ssize_t size = process_vm_readv(pid, &here, 1, &there, 1, 0);
    text[size > 0? size: 0] = 0;
}

static void
complain(disk_t *disk, const char *what, const char *path)
{
    if (disk->faults++ == 0)
        snprintf(disk->fault, sizeof disk->fault, "%s: %s", what, path);
}

static void
look_at_rename(disk_t *disk, const char *from, const char *to)
{
    char folder[NAME];
    bool ref = strstr(to, "/refs/heads/") != NULL;
    if (!ref && !strstr(to, "/objects/pack/"))
        return;
    disk->renames++;
    if (file_at(disk, from)->dirty)
        complain(disk, "named before its content is on the disk", to);
    snprintf(folder, sizeof folder, "%s", to);
    *strrchr(folder, '/') = 0;
    for (size_t i = 0; ref && i < disk->count; i++)
        if (disk->files[i].dirty && strstr(disk->files[i].path, "/objects/pack"))
            complain(disk, "the branch moves before this is on the disk", disk->files[i].path);
    file_at(disk, folder)->dirty = true;
}

static void
look(void *seen, pid_t pid, const kill_call_t *call)
{
    disk_t *disk = seen;
    char path[NAME], to[NAME];
    uint64_t nr = call->entry.nr;
    const uint64_t *args = (const uint64_t *)call->entry.args;
    if (nr == SYS_fsync || nr == SYS_fdatasync || kill_is_write(nr) || nr == SYS_ftruncate) {
        path_of_descriptor(pid, args[0], path);
        file_at(disk, path)->dirty = nr != SYS_fsync && nr != SYS_fdatasync;
        return;
    }
    bool at = nr == SYS_renameat || nr == SYS_renameat2;
#if defined SYS_rename
    if (nr == SYS_rename) {
        text_at(pid, args[0], path);
        text_at(pid, args[1], to);
        look_at_rename(disk, path, to);
    }
#endif
    if (at) {
        text_at(pid, args[1], path);
        text_at(pid, args[3], to);
        look_at_rename(disk, path, to);
    }
}

static void
save(void *context)
{
    const kit_t *kit = context;
    store_t *store = kit_store(kit, true);
    store_action_t change = { .action = "put", .path = "a/b", .text = "text\n", .size = 5 };
    store_write_t write = { .name = "Ada", .email = "a@b", .changes = &change, .count = 1 };
    store_written_t result;
    kill_begin();
    store_write(store, &write, 1, &result);
    _exit(result.code == OK? 0: 1);
}

static void
test_write_is_on_the_disk_in_the_order_of_what_builds_on_what(void **state)
{
    kit_t *kit = *state;
    disk_t disk = { .count = 0 };
    kill_run_t run = { .work = save, .context = kit, .look = look, .seen = &disk };
    if (!kill_possible())
        skip();
    assert_true(kill_run(&run));
    assert_string_equal(disk.fault, "");
    assert_int_equal(disk.renames, 3);          // pack, its index, branch
    for (size_t i = 0; i < disk.count; i++)     // acknowledged: all of it is on the disk
        if (strstr(disk.files[i].path, "/objects/pack") || strstr(disk.files[i].path, "/.git/refs/"))
            assert_false(disk.files[i].dirty);
}

static void
maintain(void *context)
{
    store_t *store = kit_store(context, true);
    kill_begin();
    store_maintain(store);
    _exit(0);
}

static void
test_packs_are_joined_on_the_disk_before_the_branch_needs_them(void **state)
{
    kit_t *kit = *state;
    disk_t disk = { .count = 0 };
    kill_run_t run = { .work = maintain, .context = kit, .look = look, .seen = &disk };
    char id[16];
    if (!kill_possible())
        skip();
    for (int i = 0; i < 40; i++) {
        snprintf(id, sizeof id, "p%d", i);
        kit_save(kit, id, NULL, id);
    }
    assert_true(kill_run(&run));
    assert_string_equal(disk.fault, "");
    assert_int_equal(disk.renames, 2);
    for (size_t i = 0; i < disk.count; i++)
        if (strstr(disk.files[i].path, "/objects/pack"))
            assert_false(disk.files[i].dirty);
}

#define TEST(name, kit) cmocka_unit_test_setup_teardown(name, kit, kit_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_is_on_the_disk_in_the_order_of_what_builds_on_what, kit_tree),
        TEST(test_packs_are_joined_on_the_disk_before_the_branch_needs_them, kit_bare),
    };
    if (access("/dev/shm", W_OK) == 0)          // it keeps no order of names, so the strict one must be kept
        setenv("TMPDIR", "/dev/shm", 1);
    return cmocka_run_group_tests_name("store_write_barrier", tests, NULL, NULL);
}
