// The history of the index is the one that a walk through git finds
#include "follow_kit.h"

enum { NAMES = 10, STEPS = 45, ROWS = 100 };
static const char *const names[NAMES] = { "a.md", "b.md", "c/a.md", "c/d/e.md", "f g.md", "h.md", "i.md", "c.md",
                                          "x.png", "c/y.png" };

typedef struct {
    kit_t *kit;
    uint64_t seed;
    bool there[NAMES];
} wiki_t;

static size_t
pick(wiki_t *self, size_t count)
{
    self->seed ^= self->seed << 13;
    self->seed ^= self->seed >> 7;
    self->seed ^= self->seed << 17;
    return (size_t)(self->seed % count);
}

// No text is like another, so that git finds the renames that were meant.
static void
write_text(wiki_t *self, size_t name)
{
    char text[1200];
    size_t size = 0;
    while (size < 1000)
        size += (size_t)snprintf(text + size, sizeof text - size, "word%zu line%zu\n", pick(self, 100000),
                                 pick(self, 100000));
    kit_write_file(self->kit, names[name], text);
}

static void
commit(wiki_t *self)
{
    GIT(self->kit, "add", "-A");
    GIT(self->kit, "commit", "-q", "--allow-empty", "-m", "a change");
}

static void
step(wiki_t *self)
{
    size_t file = pick(self, NAMES), other = pick(self, NAMES);
    if (self->there[file] && !self->there[other] && pick(self, 2) == 0) {
        if (strchr(names[other], '/'))
            kit_write_file(self->kit, "c/d/keep.txt", "a folder");
        GIT(self->kit, "mv", names[file], names[other]);
        self->there[file] = false;
        self->there[other] = true;
    } else if (self->there[file] && pick(self, 4) == 0) {
        GIT(self->kit, "rm", "-q", names[file]);
        self->there[file] = false;
    } else {
        write_text(self, file);
        self->there[file] = true;
    }
    commit(self);
}

// A branch that changes a page and is merged, while the other side changes another.
static void
merge(wiki_t *self)
{
    size_t file = pick(self, NAMES), other = (file + 1) % NAMES;
    GIT(self->kit, "checkout", "-q", "-b", "side");
    write_text(self, file);
    commit(self);
    GIT(self->kit, "checkout", "-q", "main");
    write_text(self, other);
    commit(self);
    GIT(self->kit, "merge", "-q", "-m", "a merge", "side");
    GIT(self->kit, "branch", "-q", "-d", "side");
    self->there[file] = self->there[other] = true;
}

// ---- two histories --------------------------------------------------------------------------------------------------

static void
list_of_store(wiki_t *self, const char *path, bool exact, char *text, size_t size)
{
    store_history_rep_t rep;
    const store_history_req_t req = { .caller = { .rules = (rule_t *)&kit_rule, .rules_count = 1 }, .path = path,
                                      .exact = exact, .limit = ROWS };
    msg_t *answer = kit_ask(self->kit, "store", &call_store_history, &req, NULL);
    size_t used = (size_t)snprintf(text, size, "%s:", code_name(msg_code(answer)));
    if (msg_code(answer) == OK)
        assert_int_equal(msg_read_rep(answer, &call_store_history, &rep), OK);
    for (size_t i = 0; msg_code(answer) == OK && i < rep.rows_count; i++)
        used += (size_t)snprintf(text + used, size - used, " %.10s %s %s\n", rep.rows[i].commit, rep.rows[i].change,
                                 rep.rows[i].files_count > 0 && *path? rep.rows[i].files[0]: "");
    msg_destroy(&answer);
}

static void
list_of_index(wiki_t *self, const char *path, bool exact, char *text, size_t size)
{
    index_history_rep_t rep;
    const index_history_req_t req = { .caller = { .rules = (rule_t *)&kit_rule, .rules_count = 1 }, .path = path,
                                      .exact = exact, .limit = ROWS };
    msg_t *answer = kit_ask(self->kit, "index", &call_index_history, &req, NULL);
    size_t used = (size_t)snprintf(text, size, "%s:", code_name(msg_code(answer)));
    if (msg_code(answer) == OK)
        assert_int_equal(msg_read_rep(answer, &call_index_history, &rep), OK);
    for (size_t i = 0; msg_code(answer) == OK && i < rep.rows_count; i++)
        used += (size_t)snprintf(text + used, size - used, " %.10s %s %s\n", rep.rows[i].commit, rep.rows[i].change,
                                 *path? rep.rows[i].file: "");
    msg_destroy(&answer);
}

static void
expect_same(wiki_t *self, const char *path, bool exact)
{
    char of_store[ROWS * 80], of_index[ROWS * 80];
    list_of_store(self, path, exact, of_store, sizeof of_store);
    list_of_index(self, path, exact, of_index, sizeof of_index);
    if (strcmp(of_store, of_index) != 0)
        fail_msg("%s: git says\n%s\nthe index says\n%s", *path? path: "the wiki", of_store, of_index);
}

static void
test_the_index_tells_the_history_that_git_tells(void **state)
{
    wiki_t wiki = { .kit = *state };
    for (uint64_t seed = 1; seed <= 3; seed++) {
        wiki.seed = seed * 2654435761u;
        for (size_t i = 0; i < STEPS / 3; i++)
            step(&wiki);
        kit_follow(wiki.kit);
        if (seed == 1)                          // of two branches either may come first
            expect_same(&wiki, "", false);
        merge(&wiki);
        kit_follow(wiki.kit);
        for (size_t i = 0; i < NAMES; i++)
            if (wiki.there[i])
                expect_same(&wiki, names[i], true);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_index_tells_the_history_that_git_tells, kit_set_up, kit_tear_down) };
    zsys_handler_set(NULL);
    return cmocka_run_group_tests_name("index_oracle", tests, NULL, NULL);
}
