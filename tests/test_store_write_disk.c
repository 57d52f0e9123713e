#include "store_write_kit.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>

enum { PROCESSES = 4, WRITES = 25 };

static void
save_many(const kit_t *kit, const char *prefix, int count)
{
    for (int i = 0; i < count; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/p%d", prefix, i);
        kit_save(kit, path, NULL, path);
    }
}

// ---- several processes ------------------------------------------------------------------------------------------

static bool
write_as_process(const kit_t *kit, int process)
{
    bool ok = true;
    store_t *store = kit_store(kit, true);
    for (int i = 0; i < WRITES; i++) {
        char path[64], text[64], id[64];
        snprintf(path, sizeof path, "own-%d/p%d", process, i);
        snprintf(id, sizeof id, "%d-%d", process, i);
        snprintf(text, sizeof text, "text %d %d\n", process, i);
        store_action_t change = { .action = "put", .path = path, .text = text, .size = strlen(text) };
        store_write_t write = { .client = "test", .request_id = id, .changes = &change, .count = 1 };
        store_written_t result;
        store_write(store, &write, 1, &result);
        if (result.code != OK)
            fprintf(stderr, "%s: %s\n", code_name(result.code), result.why);
        ok = ok && result.code == OK;
        store_written_clear(&result);
    }
    store_close(&store);
    return ok;
}

static void
test_write_by_several_processes_loses_nothing(void **state)
{
    kit_t *kit = *state;
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(write_as_process(kit, i)? 0: 1);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "101");
    assert_string_equal(kit_output(kit, "git log --format=%%B | grep ^Request-Id | sort -u | wc -l"), "100");
    assert_string_equal(kit_output(kit, "git ls-tree -r --name-only HEAD | wc -l"), "101");
    kit_sound(kit);
}

// ---- other programs ---------------------------------------------------------------------------------------------

static void
test_write_after_pack_refs_and_gc(void **state)
{
    kit_t *kit = *state;
    save_many(kit, "a", 5);
    assert_int_equal(kit_run(kit, "git pack-refs --all && test ! -e refs/heads/main"), 0);
    save_many(kit, "b", 3);
    assert_int_equal(kit_run(kit, "git gc -q --prune=now"), 0);
    save_many(kit, "c", 3);
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "12");
    kit_expect(kit, "a/p0.md", "a/p0");
    kit_sound(kit);
}

static void
test_write_is_seen_by_stores_that_were_open(void **state)
{
    kit_t *kit = *state;
    store_t *reader = kit_store(kit, false);
    store_oid_t moved;
    assert_false(store_watch(reader, &moved));
    store_oid_t commit = kit_save(kit, "a", NULL, "a\n");
    assert_true(store_watch(reader, &moved));
    assert_string_equal(moved.hex, commit.hex);
    assert_false(store_watch(reader, &moved));
    store_content_t content;
    store_read_t read = { .path = "a" };
    assert_int_equal(store_read(reader, &read, &content), OK);
    assert_string_equal(content.text, "a\n");
    store_content_clear(&content);
    store_close(&reader);
}

static void
test_watch_sees_a_branch_that_was_reset(void **state)
{
    kit_t *kit = *state;
    store_oid_t moved;
    save_many(kit, "a", 2);
    store_watch(kit->store, &moved);
    assert_int_equal(kit_run(kit, "git update-ref refs/heads/main HEAD~1 && git pack-refs --all"), 0);
    assert_true(store_watch(kit->store, &moved));
    assert_string_equal(moved.hex, kit_output(kit, "git rev-parse HEAD"));
}

static void
test_write_waits_for_the_lock_of_another_program_until_its_deadline(void **state)
{
    kit_t *kit = *state;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    kit_run(kit, "touch refs/heads/main.lock");
    store_action_t change = { .action = "put", .path = "a", .text = "a", .size = 1 };
    store_write_t write = { .changes = &change, .count = 1,
                            .deadline = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 50 };
    store_written_t result;
    store_write(kit->store, &write, 1, &result);
    assert_int_equal(result.code, BUSY);
    assert_non_null(strstr(result.why, "main.lock"));
    store_written_clear(&result);
    store_write(kit->store, &write, 1, &result);
    assert_int_equal(result.code, TIMEOUT);
    store_written_clear(&result);
    assert_string_equal(kit_output(kit, "ls objects/pack | grep tmp_; ls refs/heads"), "main.lock");
    kit_run(kit, "rm refs/heads/main.lock");
    kit_save(kit, "a", NULL, "a\n");
}

static void
test_write_takes_the_lock_of_a_dead_process_and_no_other(void **state)
{
    kit_t *kit = *state;
    kit_run(kit, "touch refs/heads/main.lock && chmod 0744 refs/heads/main.lock");      // as ours look
    kit_save(kit, "a", NULL, "a\n");
    char path[400];
    snprintf(path, sizeof path, "%s/refs/heads/main.lock", kit->git_dir);
    int fd = open(path, O_CREAT | O_WRONLY, 0744);
    assert_int_equal(flock(fd, LOCK_EX), 0);                                             // a live owner
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    store_action_t change = { .action = "put", .path = "b", .text = "b", .size = 1 };
    store_write_t write = { .changes = &change, .count = 1,
                            .deadline = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 50 };
    store_written_t result;
    store_write(kit->store, &write, 1, &result);
    assert_int_equal(result.code, BUSY);
    store_written_clear(&result);
    close(fd);
    kit_save(kit, "b", NULL, "b\n");
}

// ---- failing disks ----------------------------------------------------------------------------------------------

static void
test_write_on_a_full_disk_is_no_space_and_leaves_nothing(void **state)
{
    kit_t *kit = *state;
    char *text = malloc(100000);
    unsigned seed = 1;
    for (int i = 0; i < 100000; i++)
        text[i] = (char)rand_r(&seed);          // does not compress to less than the limit
    struct rlimit before, small = { 20000, RLIM_INFINITY };
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    store_oid_t head = kit_base(kit);
    store_action_t changes[] = {
        { .action = "put", .path = "a/x.bin", .exact = true, .text = text, .size = 100000 },
        { .action = "put", .path = "../x", .exact = true, .text = text, .size = 1 },
    };
    store_write_t writes[] = { { .changes = &changes[0], .count = 1 }, { .changes = &changes[1], .count = 1 } };
    store_written_t results[2];
    store_write(kit->store, writes, 2, results);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(results[0].code, NO_SPACE);
    assert_int_equal(results[1].code, INVALID);
    assert_string_equal(kit_head(kit), head.hex);
    assert_string_equal(kit_output(kit, "ls objects/pack | grep tmp_; ls refs/heads"), "");
    store_written_clear(&results[0]);
    store_written_clear(&results[1]);
    kit_save(kit, "b", NULL, "b\n");
    kit_sound(kit);
    free(text);
}

static void
test_write_where_nobody_may_write_is_read_only(void **state)
{
    kit_t *kit = *state;
    if (geteuid() == 0)
        skip();
    kit_run(kit, "chmod a-w . objects refs");
    kit_reopen(kit);
    assert_false(store_writable(kit->store));
    store_written_t result = kit_put(kit, "a", NULL, "a\n");
    assert_int_equal(result.code, READ_ONLY);
    store_written_clear(&result);
}

// ---- maintenance ------------------------------------------------------------------------------------------------

static void
age_list(const kit_t *kit)
{
    kit_run(kit, "sed -i 's/^\\(d [0-9a-f]*\\) .*/\\1 1000/' wikibot/packs");
}

static void
test_maintain_joins_small_packs_and_keeps_every_object(void **state)
{
    kit_t *kit = *state;
    store_t *reader = kit_store(kit, false);
    store_oid_t head;
    store_head(reader, &head);
    save_many(kit, "a", 40);
    store_oid_t commit = kit_save(kit, "big", NULL, "1\n");
    for (int i = 0; i < 30; i++) {
        char text[32];
        snprintf(text, sizeof text, "%d\n", i + 2);
        commit = kit_save(kit, "big", commit.hex, text);
    }
    store_maintain(kit->store);
    assert_string_equal(kit_output(kit, "grep -c ^d wikibot/packs"), "71");
    kit_sound(kit);
    age_list(kit);
    save_many(kit, "b", 32);
    store_maintain(kit->store);
    assert_string_equal(kit_output(kit, "test $(ls objects/pack/*.pack | wc -l) -lt 50 && echo few"), "few");
    kit_sound(kit);
    assert_string_equal(kit_output(kit, "git rev-list --count HEAD"), "104");
    assert_string_equal(kit_output(kit, "git show HEAD~32:big.md"), "31");
    store_content_t content;                    // a store that knew only the packs that are gone
    store_read_t read = { .path = "a/p3" };
    assert_int_equal(store_read(reader, &read, &content), OK);
    store_content_clear(&content);
    store_close(&reader);
    assert_int_equal(kit_run(kit, "git clone -q . ../c && git repack -adq && git gc -q"), 0);
    kit_expect(kit, "a/p3.md", "a/p3");
}

// As programs leave it that are killed again and again before they come to tidy up.
static void
test_a_backlog_of_packs_is_gone_after_two_rounds(void **state)
{
    kit_t *kit = *state;
    assert_false(store_crowded(kit->store));
    save_many(kit, "a", 300);
    assert_true(store_crowded(kit->store));
    for (int i = 0; i < 2; i++) {
        kit_reopen(kit);
        store_maintain(kit->store);
        age_list(kit);
    }
    assert_string_equal(kit_output(kit, "test $(ls objects/pack/*.pack | wc -l) -lt 10 && echo few"), "few");
    kit_sound(kit);
}

static long long
bytes_of_packs(const kit_t *kit)
{
    return strtoll(kit_output(kit, "du -cb objects/pack/*.pack | tail -1 | cut -f1"), NULL, 10);
}

static void
test_maintain_makes_trees_small(void **state)
{
    kit_t *kit = *state;
    kit_push(kit, "for i in $(seq 400); do mkdir d$i; echo $i > d$i/p.md; done");
    for (int i = 1; i <= 64; i++) {
        char path[32];
        snprintf(path, sizeof path, "d%d/q", i);
        kit_save(kit, path, NULL, "q\n");
    }
    long long before = bytes_of_packs(kit);
    store_maintain(kit->store);
    age_list(kit);
    save_many(kit, "z", 32);
    store_maintain(kit->store);
    age_list(kit);
    save_many(kit, "y", 32);
    store_maintain(kit->store);
    assert_true(bytes_of_packs(kit) < before);
    kit_sound(kit);
}

static void
test_maintain_touches_only_packs_of_ours(void **state)
{
    kit_t *kit = *state;
    save_many(kit, "a", 35);
    kit_push(kit, "echo x > x && git repack -adq && cp -f .git/objects/pack/pack-*.* $R/objects/pack/ && "
             "ls .git/objects/pack/ | grep pack$ > ../foreign");
    kit_run(kit, "ls objects/pack/*.pack | grep -v -f ../foreign | head -1 > ../kept; "
            "touch $(sed s/pack$/keep/ ../kept)");
    store_maintain(kit->store);
    age_list(kit);
    save_many(kit, "b", 35);
    store_maintain(kit->store);
    assert_int_equal(kit_run(kit, "ls $(cat ../kept) objects/pack/$(cat ../foreign) > ../there"), 0);
    kit_sound(kit);
}

static void
test_open_sweeps_temporary_files_of_the_dead(void **state)
{
    kit_t *kit = *state;
    kit_run(kit, "cd objects/pack && touch -d '2 hours ago' tmp_pack_old tmp_idx_old && touch tmp_pack_new && "
            "touch -d '5 minutes ago' tmp_pack_wikibot_4194303_0x1_1 tmp_pack_wikibot_%d_0x1_1", (int)getppid());
    kit_reopen(kit);
    char expected[200];
    snprintf(expected, sizeof expected, "tmp_pack_new\ntmp_pack_wikibot_%d_0x1_1", (int)getppid());
    assert_string_equal(kit_output(kit, "ls objects/pack | grep tmp_"), expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_bare, kit_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_by_several_processes_loses_nothing),
        TEST(test_write_after_pack_refs_and_gc),
        TEST(test_write_is_seen_by_stores_that_were_open),
        TEST(test_watch_sees_a_branch_that_was_reset),
        TEST(test_write_waits_for_the_lock_of_another_program_until_its_deadline),
        TEST(test_write_takes_the_lock_of_a_dead_process_and_no_other),
        TEST(test_write_on_a_full_disk_is_no_space_and_leaves_nothing),
        TEST(test_write_where_nobody_may_write_is_read_only),
        TEST(test_maintain_joins_small_packs_and_keeps_every_object),
        TEST(test_a_backlog_of_packs_is_gone_after_two_rounds),
        TEST(test_maintain_makes_trees_small),
        TEST(test_maintain_touches_only_packs_of_ours),
        TEST(test_open_sweeps_temporary_files_of_the_dead),
    };
    return cmocka_run_group_tests_name("store_write_disk", tests, NULL, NULL);
}
