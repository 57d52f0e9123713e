// follow_kit - a wiki with real store, renderer and index behind their contract, all in this process
#ifndef FOLLOW_KIT_H
#define FOLLOW_KIT_H
#include "unit.h"

#include <ftw.h>
#include <poll.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../actors/core/flow.h"
#include "../actors/index/actor.h"
#include "../actors/index/index_query.h"
#include "../actors/render/actor.h"
#include "../actors/store/actor.h"
#include "../proto/rules.h"

typedef struct {
    char folder[64], wiki[72], index[112];     // of all; of the repository; of the index
    zconfig_t *config;
    pool_t *store, *render, *indexer;
    flow_t *flow;
    arena_t arena;
    char head[65];                              // after the newest save
} kit_t;

static const rule_t kit_rule = { .glob = "**", .rights = RIGHT_ALL };

static int
kit_remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)kind, (void)where;
    return remove(path);
}

static inline pool_t *
kit_pool(kit_t *kit, const actor_t *actor, const char *suffix)
{
    char endpoint[96], path[64];
    snprintf(endpoint, sizeof endpoint, "ipc://%s/%s%s", kit->folder, actor->name, suffix);   // which can come back
    snprintf(path, sizeof path, "peers/%s%s", actor->name, suffix);
    zconfig_put(kit->config, path, endpoint);
    pool_options_t options = { .endpoint = endpoint, .workers = 2, .config = kit->config };
    pool_t *pool = actor_start(actor, &options);
    assert_non_null(pool);
    return pool;
}

static inline void
kit_new_flow(kit_t *kit)
{
    flow_destroy(&kit->flow);
    kit->flow = flow_new(kit->config);
    assert_non_null(kit->flow);
}

static inline void
kit_run_git(const kit_t *kit, const char *const *words)
{
    pid_t pid = fork();
    if (pid == 0) {
        setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
        setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
        if (chdir(kit->wiki) == 0)
            execvp("git", (char *const *)words);
        _exit(127);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}
#define GIT(kit, ...) \
    kit_run_git(kit, (const char *const[]){ "git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", \
                                            "safe.directory=*", __VA_ARGS__, NULL })

static inline void
kit_write_file(const kit_t *kit, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", kit->wiki, name);
    for (char *slash = strchr(path + strlen(kit->wiki) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    fclose(file);
}

static inline msg_t *
kit_ask(kit_t *kit, const char *peer, const call_type_t *call, const void *record, zframe_t **blob)
{
    flow_begin(kit->flow, &(msg_head_t){ .deadline = msg_clock_ms() + 20000 });
    return flow_ask(kit->flow, peer, call, record, blob);
}

static inline void
kit_find_head(kit_t *kit)
{
    store_head_req_t request = { .caller = { .rules = (rule_t *)&kit_rule, .rules_count = 1 } };
    store_head_rep_t reply;
    msg_t *answer = kit_ask(kit, "store", &call_store_head, &request, NULL);
    assert_int_equal(msg_code(answer), OK);
    assert_int_equal(msg_read_rep(answer, &call_store_head, &reply), OK);
    snprintf(kit->head, sizeof kit->head, "%s", reply.commit);
    msg_destroy(&answer);
}

// One change: "put" with its text, "delete", or "move" with where to.
static inline code_t
kit_change(kit_t *kit, const char *action, const char *file, const char *more)
{
    bool put = strcmp(action, "put") == 0;
    kit_find_head(kit);
    store_change_t change = { .action = action, .path = file, .exact = true, .base = kit->head,
                              .size = put? (int64_t)strlen(more): 0,
                              .to = strcmp(action, "move") == 0? more: "" };
    store_commit_req_t commit = { .caller = { .name = "Tester", .email = "t@example.org", .client = "test",
                                              .rules = (rule_t *)&kit_rule, .rules_count = 1 },
                                  .message = "a change", .changes = &change, .changes_count = 1 };
    store_commit_rep_t reply;
    zframe_t *blob = zframe_new(put? more: "", put? strlen(more): 0);
    msg_t *answer = kit_ask(kit, "store", &call_store_commit, &commit, &blob);
    code_t code = msg_code(answer);
    if (code != OK)
        print_message("%s %s: %s\n", action, file, msg_error_text(answer));
    else if (msg_read_rep(answer, &call_store_commit, &reply) == OK)
        snprintf(kit->head, sizeof kit->head, "%s", reply.commit);
    msg_destroy(&answer);
    return code;
}

static inline void
kit_save(kit_t *kit, const char *file, const char *text)
{
    assert_int_equal(kit_change(kit, "put", file, text), OK);
}

typedef struct { char commit[65]; bool behind, building; } followed_t;

static inline followed_t
kit_follow_at(kit_t *kit, const char *peer, const char *commit)
{
    index_follow_req_t request = { .commit = commit };
    index_follow_rep_t reply;
    followed_t followed = { .behind = true };
    msg_t *answer = kit_ask(kit, peer, &call_index_follow, &request, NULL);
    if (msg_code(answer) != OK)
        fail_msg("%s", msg_error_text(answer));
    assert_int_equal(msg_read_rep(answer, &call_index_follow, &reply), OK);
    snprintf(followed.commit, sizeof followed.commit, "%s", reply.commit);
    followed.behind = reply.behind;
    followed.building = reply.building;
    msg_destroy(&answer);
    return followed;
}

// Asks index.reindex; the newest job, whose strings are in the arena.
static inline index_job_t
kit_job(kit_t *kit, const char *action)
{
    index_reindex_req_t request = { .caller = { .rules = (rule_t *)&kit_rule, .rules_count = 1 }, .action = action };
    index_reindex_rep_t reply;
    msg_t *answer = kit_ask(kit, "index", &call_index_reindex, &request, NULL);
    if (msg_code(answer) != OK)
        fail_msg("%s", msg_error_text(answer));
    assert_int_equal(msg_read_rep(answer, &call_index_reindex, &reply), OK);
    index_job_t job = reply.job;
    job.id = arena_copy(&kit->arena, job.id, strlen(job.id));
    job.state = arena_copy(&kit->arena, job.state, strlen(job.state));
    job.text = arena_copy(&kit->arena, job.text, strlen(job.text));
    msg_destroy(&answer);
    return job;
}

// Asks until the newest job has ended; fails after a time that no job of a test takes.
static inline index_job_t
kit_job_end(kit_t *kit)
{
    int64_t until = msg_steady_ms() + 60000;
    index_job_t job = kit_job(kit, "");
    while (strcmp(job.state, "waiting") == 0 || strcmp(job.state, "running") == 0 || !*job.id) {
        if (msg_steady_ms() > until)
            fail_msg("the job is still %s", job.state);
        (void)poll(NULL, 0, 10);
        job = kit_job(kit, "");
    }
    return job;
}

// Brings the index to the head; it has to get there.
static inline void
kit_follow(kit_t *kit)
{
    followed_t followed = kit_follow_at(kit, "index", "");
    assert_false(followed.behind);
    assert_false(followed.building);
}


// All that the index says, as text: nothing of it depends on the way by which it got there.
static inline void
kit_dump_rows(sqlite3 *db, const char *sql, FILE *out)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            fprintf(out, "%s|", sqlite3_column_text(statement, i)? (const char *)sqlite3_column_text(statement, i): "");
        fputc('\n', out);
    }
    sqlite3_finalize(statement);
}

static inline char *
kit_dump(const kit_t *kit)
{
    static const char *const queries[] = {
        "SELECT 'at', value FROM meta WHERE key IN ('commit', 'pages', 'passages', 'links', 'commits') ORDER BY key",
        "SELECT 'file', path, blob FROM file WHERE blob IS NOT NULL ORDER BY path",
        "SELECT 'page', file, page, title, heading, category, tags, size, words, front FROM page ORDER BY file",
        "SELECT 'body', file, text FROM body JOIN page USING(id) ORDER BY file",
        "SELECT 'heading', p.file, h.ord, h.level, h.anchor, h.text, h.line FROM heading h JOIN page p ON p.id = h.page"
        " ORDER BY p.file, h.ord",
        "SELECT 'link', p.file, l.ord, l.target, l.anchor, l.kind, l.line FROM link l JOIN page p ON p.id = l.page"
        " ORDER BY p.file, l.ord",
        "SELECT 'back', target, source, kind FROM backlink ORDER BY target, source, kind",
        "SELECT 'passage', p.file, q.ord, q.line FROM passage q JOIN page p ON p.id = q.page ORDER BY p.file, q.ord",
        "SELECT 'words', p.file, w.title, w.tags, w.heads, w.length FROM word_page w JOIN page p ON p.id = w.page"
        " ORDER BY p.file",
        "SELECT 'total', pages, words, passages, passage_words FROM word_total",
        "SELECT 'commit', id, parent, message, files, pages FROM commits ORDER BY id",
        "SELECT 'younger', c.id FROM commits c JOIN commits p ON p.id = c.parent WHERE p.seq > c.seq",
        "SELECT 'change', c.id, f.path, kind, o.path FROM change h JOIN commits c USING(seq)"
        " JOIN file f ON f.id = h.file LEFT JOIN file o ON o.id = h.origin ORDER BY c.id, f.path",
    };
    sqlite3 *db = NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    if (sqlite3_open_v2(kit->index, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail_msg("%s: %s", kit->index, sqlite3_errmsg(db));
    sqlite3_busy_timeout(db, 5000);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        kit_dump_rows(db, queries[i], out);
    fclose(out);
    sqlite3_close(db);
    return text;
}

static inline bool
kit_indexed(const kit_t *kit, const char *line)
{
    char *dump = kit_dump(kit);
    bool found = strstr(dump, line) != NULL;
    free(dump);
    return found;
}

// ---- the whole --------------------------------------------------------------------------------------------------

static inline void
kit_start_index(kit_t *kit)
{
    kit->indexer = kit_pool(kit, &index_actor, "");
    kit_new_flow(kit);
}

static inline void
kit_stop_index(kit_t *kit)
{
    actor_stop(&kit->indexer, 1000);
}

static inline void
kit_start_store(kit_t *kit)
{
    kit->store = kit_pool(kit, &store_actor, "");
    kit->render = kit_pool(kit, &render_actor, "");
    kit_new_flow(kit);
}

// Nothing runs yet.
static inline kit_t *
kit_prepare(void)
{
    kit_t *kit = calloc(1, sizeof *kit);
    char path[96];
    assert_non_null(kit);
    snprintf(kit->folder, sizeof kit->folder, "/tmp/wikibot-follow-XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    snprintf(kit->wiki, sizeof kit->wiki, "%s/wiki", kit->folder);
    assert_int_equal(mkdir(kit->wiki, 0700), 0);
    snprintf(path, sizeof path, "%s/state", kit->folder);
    snprintf(kit->index, sizeof kit->index, "%s/index.db", path);
    kit->config = zconfig_new("root", NULL);
    zconfig_put(kit->config, "settings/durability", "none");
    zconfig_put(kit->config, "settings/repository", kit->wiki);
    zconfig_put(kit->config, "settings/state", path);
    return kit;
}

static inline int
kit_set_up(void **state)
{
    kit_t *kit = *state = kit_prepare();
    GIT(kit, "init", "-q", "-b", "main");
    kit_write_file(kit, "home.md", "# Home\n\nto [[notes]]\n");
    GIT(kit, "add", "-A");
    GIT(kit, "commit", "-q", "-m", "first");
    kit_start_store(kit);
    kit_start_index(kit);
    return 0;
}

static inline int
kit_tear_down(void **state)
{
    kit_t *kit = *state;
    flow_destroy(&kit->flow);
    actor_stop(&kit->indexer, 1000);
    actor_stop(&kit->render, 1000);
    actor_stop(&kit->store, 1000);
    zconfig_destroy(&kit->config);
    arena_clear(&kit->arena);
    nftw(kit->folder, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(kit);
    return 0;
}

// As if nothing had been there: a new index of what the store has.
static inline void
kit_index_anew(kit_t *kit)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    kit_stop_index(kit);
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", kit->index, ends[i]);
        unlink(path);
    }
    kit_start_index(kit);
    kit_follow(kit);
}

// What was followed is what would be built.
static inline void
kit_assert_true_to_store(kit_t *kit)
{
    kit_follow(kit);
    char *followed = kit_dump(kit);
    kit_index_anew(kit);
    char *built = kit_dump(kit);
    assert_null(strstr(built, "younger"));
    assert_null(strstr(followed, "younger"));
    assert_string_equal(followed, built);
    free(followed);
    free(built);
}
#endif
