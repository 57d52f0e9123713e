// A writer is killed before each of its system calls that change something, and in the middle of each write. After a
// restart the repository is whole, the work tree is as git says, and the write is there or not, never half.
#include "store_write_kit.h"
#include "kill_kit.h"

enum { PAGES = 8 };

typedef struct {
    const char *name;
    const char *prepare;                        // shell commands, in the repository of kit_bare or kit_tree
    void (*act)(kit_t *kit, store_t *store);
    bool opens;                                 // what is killed begins with opening the store
    bool init;                                  // with --init
} kind_t;

typedef struct { kit_t *kit; const kind_t *kind; } job_t;

static void
write_all(store_t *store, const store_write_t *writes, size_t count)
{
    store_written_t results[PAGES];
    store_write(store, writes, count, results);
    for (size_t i = 0; i < count; i++) {
        if (results[i].code != OK) {
            fprintf(stderr, "%s: %s\n", code_name(results[i].code), results[i].why);
            _exit(1);
        }
        store_written_clear(&results[i]);
    }
}

static void
act_one(store_t *store, store_action_t change)
{
    change.size = change.text? strlen(change.text): 0;
    store_write_t write = { .name = "Ada", .email = "a@b", .client = "test", .request_id = "the-one",
                            .changes = &change, .count = 1 };
    write_all(store, &write, 1);
}

static void
act_create(kit_t *kit, store_t *store)
{
    (void)kit;
    act_one(store, (store_action_t) { .action = "put", .path = "new/folder/page", .text = "a new page\n" });
}

static const char *
base_of(const kit_t *kit)
{
    static char base[64];
    char path[400];
    snprintf(path, sizeof path, "%s/base", kit->folder);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(base, sizeof base, file))
        _exit(1);
    fclose(file);
    base[strcspn(base, "\n")] = 0;
    return base;
}

static void
act_shorten(kit_t *kit, store_t *store)
{
    act_one(store, (store_action_t) { .action = "put", .path = "d/long", .base = base_of(kit), .text = "short\n" });
}

static void
act_lengthen(kit_t *kit, store_t *store)
{
    char text[9000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    act_one(store, (store_action_t) { .action = "put", .path = "d/long", .base = base_of(kit), .text = text });
}

static void
act_delete(kit_t *kit, store_t *store)
{
    act_one(store, (store_action_t) { .action = "delete", .path = "d/long", .base = base_of(kit) });
}

static void
act_move(kit_t *kit, store_t *store)
{
    act_one(store, (store_action_t) { .action = "move", .path = "d/long", .base = base_of(kit), .to = "e/moved" });
}

static void
act_merge(kit_t *kit, store_t *store)
{
    act_one(store, (store_action_t) { .action = "put", .path = "merge", .base = base_of(kit),
                                      .text = "one\ntwo\nthree\nfour\nFIVE\n" });
}

// Eight writes that go out together: pages made, changed, removed and moved, a file that gives way to a folder.
static void
act_group(kit_t *kit, store_t *store)
{
    const char *base = base_of(kit);
    store_action_t changes[PAGES] = {
        { .action = "put", .path = "a", .text = "a\n", .size = 2 },
        { .action = "put", .path = "d/long", .base = base, .text = "changed\n", .size = 8 },
        { .action = "move", .path = "merge", .base = base, .to = "f/g/merge" },
        { .action = "delete", .path = "file.txt", .exact = true, .base = base },
        { .action = "put", .path = "file.txt/inner.txt", .exact = true, .text = "i\n", .size = 2 },
        { .action = "put", .path = "home", .base = base, .text = "# Home again\n", .size = 13 },
        { .action = "put", .path = "zz/z", .text = "z\n", .size = 2 },
        { .action = "put", .path = "a/b", .text = "ab\n", .size = 3 },
    };
    store_write_t writes[PAGES];
    char ids[PAGES][16];
    for (size_t i = 0; i < PAGES; i++) {
        snprintf(ids[i], sizeof ids[i], "the-one-%zu", i);
        writes[i] = (store_write_t) { .name = "Ada", .email = "a@b", .client = "test", .request_id = ids[i],
                                      .changes = &changes[i], .count = 1 };
    }
    write_all(store, writes, PAGES);
}

static void
act_nothing(kit_t *kit, store_t *store)
{
    (void)kit;
    (void)store;
}

static void
act_maintain(kit_t *kit, store_t *store)
{
    (void)kit;
    store_maintain(store);
}

static void
work(void *context)
{
    const job_t *job = context;
    store_options_t options = { .folder = job->kit->repo, .durable = true, .init = job->kind->init };
    const char *why = "";
    if (job->kind->opens)
        kill_begin();
    store_t *store = store_open(&options, &why);
    if (!store) {
        fprintf(stderr, "%s\n", why);
        _exit(1);
    }
    if (!job->kind->opens)
        kill_begin();
    job->kind->act(job->kit, store);
}

// What must be true after a restart whatever happened. The tree of the head.
static void
expect_whole(const kit_t *kit, char tree[64])
{
    snprintf(tree, 64, "%s", kit_output(kit, "git fsck --strict --no-dangling --no-progress 2>&1 | "
             "grep -vE '^(warning|notice): '; "
             "test $(git rev-parse --is-bare-repository) = true || git status --porcelain; "
             "find . -name '*.lock' -o -name '*.tmp' -o -name '.wikibot*'; "
             "git rev-parse -q --verify HEAD^{tree} || echo none"));
}

static void
check_after_kill(kit_t *kit, const kind_t *kind, bool through, const char *before, const char *after)
{
    char tree[64];
    const char *why = "";
    store_options_t options = { .folder = kit->repo, .durable = true, .init = kind->init };
    kit->store = store_open(&options, &why);
    if (!kit->store)
        fail_msg("it does not open again: %s", why);
    expect_whole(kit, tree);
    if (kind->act == act_maintain)
        assert_int_equal(kit_run(kit, "test -s .git/wikibot/packs"), 0);
    if (through || strcmp(tree, before) != 0)
        assert_string_equal(tree, after);
    if (!kind->opens) {                         // the client repeats what it got no answer to
        kind->act(kit, kit->store);
        assert_string_equal(kit_output(kit, "test $(git rev-parse --is-bare-repository) = true || git status "
                            "--porcelain; git log --format=%%B | grep '^Request-Id:' | sort | uniq -d; "
                            "git rev-parse HEAD^{tree}"), after);
    }
    store_close(&kit->store);
}

static void
put_back(kit_t *kit)
{
    assert_int_equal(kit_run(kit, "cd .. && rm -rf wiki && cp -a kept wiki"), 0);
}

static void
test_kind(kit_t *kit, const kind_t *kind)
{
    char before[64], after[64];
    job_t job = { kit, kind };
    kill_run_t run = { .work = work, .context = &job };
    store_close(&kit->store);
    if (!kill_possible())
        skip();
    assert_int_equal(kit_run(kit, "git rev-parse -q --verify HEAD > ../base; %s", kind->prepare), 0);
    assert_int_equal(kit_run(kit, "cd .. && cp -a wiki kept"), 0);
    snprintf(before, sizeof before, "%s",
             kit_output(kit, "git rev-parse -q --verify HEAD^{tree} 2> ../why || echo none"));
    assert_true(kill_run(&run));
    expect_whole(kit, after);
    for (int torn = 0; torn < 2; torn++) {
        bool through = false;
        run.torn = torn != 0;
        for (run.at = 1; !through; run.at++) {
            put_back(kit);
            through = kill_run(&run);
            check_after_kill(kit, kind, through, before, after);
        }
        print_message("# %s: killed at %d %s\n", kind->name, run.at - 2, torn? "cut writes": "calls");
        assert_true(run.at > 2);
    }
}

#define LONG "mkdir d; for i in $(seq 900); do echo line $i; done > d/long.md; printf '1\\n2\\n' > file.txt; " \
             "printf 'one\\ntwo\\nthree\\nfour\\nfive\\n' > merge.md; git add .; git commit -qm long; " \
             "git status > /dev/null; git rev-parse HEAD > ../base"
#define KIND(rule, how, ...)                                        \
    static void                                                     \
    rule(void **state)                                              \
    {                                                               \
        static const kind_t kind = { .name = #how, __VA_ARGS__ };   \
        test_kind(*state, &kind);                                   \
    }

KIND(test_first_commit_killed_is_there_or_not, first,
     .prepare = "rm -rf .git home.md && git init -q -b main .",
     .act = act_create)
KIND(test_create_killed_is_there_or_not, create, .prepare = "true", .act = act_create)
KIND(test_create_in_bare_killed_is_there_or_not, bare, .prepare = "true", .act = act_create)
KIND(test_shorten_killed_is_there_or_not, shorten, .prepare = LONG, .act = act_shorten)
KIND(test_lengthen_killed_is_there_or_not, lengthen, .prepare = LONG, .act = act_lengthen)
KIND(test_delete_killed_is_there_or_not, delete, .prepare = LONG, .act = act_delete)
KIND(test_move_killed_is_there_or_not, move, .prepare = LONG, .act = act_move)
KIND(test_merge_killed_is_there_or_not, merge,
     .prepare = LONG "; sed -i 's/one/ONE/' merge.md; git commit -qam one", .act = act_merge)
KIND(test_group_killed_is_there_or_not, group, .prepare = LONG, .act = act_group)
KIND(test_maintain_killed_loses_nothing, maintain,
     .prepare = "git config gc.auto 0; mkdir -p .git/wikibot; "
     "for i in $(seq 40); do git commit -q --allow-empty -m $i; "
     "n=$(git rev-list -1 --objects HEAD | cut -c 1-40 | git pack-objects -q .git/objects/pack/pack); "
     "echo p $n >> .git/wikibot/packs; done; git prune-packed -q", .act = act_maintain)
KIND(test_making_a_wiki_killed_is_made_at_the_next_start, make, .prepare = "rm -rf .git home.md", .act = act_nothing,
     .opens = true)
KIND(test_making_a_wiki_of_files_killed_is_made_at_the_next_start, init,
     .prepare = "rm -rf .git && mkdir sub && echo x > sub/x.md", .act = act_nothing, .opens = true, .init = true)
KIND(test_bringing_along_killed_is_done_at_the_next_start, behind,
     .prepare = LONG "; mkdir -p .git/wikibot; git rev-parse HEAD~1 > .git/wikibot/behind; git read-tree HEAD~1; "
                "rm d/long.md merge.md; echo other > zz.md; rm zz.md", .act = act_nothing, .opens = true)

#define TEST(name, kit) cmocka_unit_test_setup_teardown(name, kit, kit_end)

int
main(int count, char **words)
{
    if (count > 1)
        cmocka_set_test_filter(words[1]);
    if (access("/dev/shm", W_OK) == 0)          // thousands of barriers, on a disk that others write to as well
        setenv("TMPDIR", "/dev/shm", 1);
    const struct CMUnitTest tests[] = {
        TEST(test_first_commit_killed_is_there_or_not, kit_tree),
        TEST(test_create_killed_is_there_or_not, kit_tree),
        TEST(test_create_in_bare_killed_is_there_or_not, kit_bare),
        TEST(test_shorten_killed_is_there_or_not, kit_tree),
        TEST(test_lengthen_killed_is_there_or_not, kit_tree),
        TEST(test_delete_killed_is_there_or_not, kit_tree),
        TEST(test_move_killed_is_there_or_not, kit_tree),
        TEST(test_merge_killed_is_there_or_not, kit_tree),
        TEST(test_group_killed_is_there_or_not, kit_tree),
        TEST(test_maintain_killed_loses_nothing, kit_tree),
        TEST(test_making_a_wiki_killed_is_made_at_the_next_start, kit_tree),
        TEST(test_making_a_wiki_of_files_killed_is_made_at_the_next_start, kit_tree),
        TEST(test_bringing_along_killed_is_done_at_the_next_start, kit_tree),
    };
    return cmocka_run_group_tests_name("store_write_kill", tests, NULL, NULL);
}
