// bench_index_query - the calls of the index actor, on a generated index
//
// bench_index_query FOLDER PAGES COMMITS: makes the index in FOLDER unless one is there, asks each call many times, and
// prints JSON: microseconds of CPU each, message in to message out. FOLDER is not removed.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../../actors/index/actor.h"
#include "../../actors/index/actor_internal.h"
#include "bench_kit.h"

enum { LINKS = 6, HEADINGS = 4, WORDS = 180, BATCH = 1000 };

static rule_t everything[] = { { .glob = "**", .rights = 15 } };
static rule_t not_all[] = { { .glob = "topic 3/**", .rights = 0 }, { .glob = "**", .rights = 1 } };
static const caller_t guest = { .name = "Guest", .rules = not_all, .rules_count = 2 };
static const caller_t anybody = { .name = "Ada", .email = "ada@example.org", .rules = everything, .rules_count = 1 };

static uint64_t
next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static int64_t
cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void
must(code_t code, const char *what)
{
    if (code == OK)
        return;
    fprintf(stderr, "%s: %s\n", what, code_name(code));
    exit(EXIT_FAILURE);
}

// ---- the index ------------------------------------------------------------------------------------------------------

static void
file_name(size_t page, char file[64])
{
    if (page == 0)
        snprintf(file, 64, "home.md");
    else
        snprintf(file, 64, "topic %zu/part %zu/page %zu.md", page % 37, page % 11, page);
}

static void
fill_text(uint64_t *seed, char *text, size_t room, index_heading_t headings[HEADINGS])
{
    size_t size = 0;
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t word = next_random(seed) % 1000;
        if (i % (WORDS / HEADINGS) == 0) {
            size_t heading = i / (WORDS / HEADINGS);
            headings[heading] = (index_heading_t){ .text = "Part", .id = "part", .level = 2, .start = size };
            size += (size_t)snprintf(text + size, room - size, "\n\n## Part\n\n");
        }
        size += (size_t)snprintf(text + size, room - size, "word%u ", (unsigned)(word * word / 1000));
    }
}

static void
put_page(index_t *index, size_t page, size_t pages, uint64_t *seed)
{
    char file[64], id[64], blob[41], text[WORDS * 12 + 256], targets[LINKS][64], title[64];
    const char *tags[2] = { page % 10? "common": "rare", "all" };
    index_heading_t headings[HEADINGS];
    index_link_t links[LINKS];
    file_name(page, file);
    snprintf(id, sizeof id, "%.*s", (int)strlen(file) - 3, file);
    snprintf(blob, sizeof blob, "%040zx", page);
    snprintf(title, sizeof title, "Title of page %zu", page);
    fill_text(seed, text, sizeof text, headings);
    for (size_t i = 0; i < LINKS; i++) {
        file_name(i == 0? 0: next_random(seed) % (pages + pages / 20), targets[i]);
        targets[i][strlen(targets[i]) - 3] = 0;
        links[i] = (index_link_t){ .target = targets[i], .anchor = i == 1? "part": "", .kind = i % 2? 'm': 'w',
                                   .line = i };
    }
    const index_page_t row = { .file = file, .page = id, .blob = blob, .title = title, .heading = "A heading",
                               .category = "\"docs\"", .front = "{\"title\":\"x\"}", .tags = tags, .tag_count = 2,
                               .text = text, .size = strlen(text), .words = WORDS, .headings = headings,
                               .heading_count = HEADINGS, .links = links, .link_count = LINKS };
    must(index_put_page(index, &row), "put page");
}

static void
put_commit(index_t *index, size_t commit, size_t pages, uint64_t *seed)
{
    char file[64], id[41], parent[41], author[32];
    index_change_t change = { .file = file, .from = "", .change = commit < pages? 'a': 'm' };
    file_name(commit < pages? commit: next_random(seed) % 4? next_random(seed) % pages: 0, file);
    snprintf(id, sizeof id, "%040zx", commit);
    snprintf(parent, sizeof parent, "%040zx", commit - 1);
    snprintf(author, sizeof author, "Author %zu", commit % 20);
    const index_log_t log = { .commit = id, .parent = parent, .author = author, .email = "author@example.org",
                              .message = "what was changed, and why", .when = 1700000000 + (int64_t)commit,
                              .changes = &change, .change_count = 1 };
    must(index_put_commit(index, &log), "put commit");
    must(index_set_commit(index, id), "set commit");
}

static void
make(const char *folder, const char *fingerprint, size_t pages, size_t commits)
{
    char file[512];
    const char *why = "";
    code_t code = OK;
    uint64_t seed = 88172645463325252u;
    snprintf(file, sizeof file, "%s/index.db", folder);
    const index_options_t options = { .file = file, .write = true, .fingerprint = fingerprint };
    index_t *index = index_open(&options, &code, &why);
    must(code, why);
    index_begin(index);
    int64_t start = cpu_ns();
    for (size_t i = 0; i < pages; i++) {
        put_page(index, i, pages, &seed);
        if (i % BATCH == BATCH - 1) {
            must(index_commit(index), "commit");
            index_begin(index);
        }
    }
    int64_t middle = cpu_ns();
    for (size_t i = 0; i < commits; i++)
        put_commit(index, i, pages, &seed);
    must(index_commit(index), "commit");
    fprintf(stderr, "%zu pages in %.1f s of CPU, %zu commits in %.1f s\n", pages, (double)(middle - start) / 1e9,
            commits, (double)(cpu_ns() - middle) / 1e9);
    index_close(&index);
}

// ---- asking ---------------------------------------------------------------------------------------------------------

typedef struct { const char *name; const call_type_t *call; const void *record; size_t times; } ask_t;

static void
measure(void *state, const ask_t *ask, bool last)
{
    int64_t *times = calloc(ask->times, sizeof *times);
    code_t code = OK;
    for (size_t i = 0; i < ask->times && code == OK; i++) {
        msg_t *request = msg_new_req(ask->call, ask->record, NULL, msg_clock_ms() + 60000);
        int64_t start = cpu_ns();
        msg_t *reply = actor_dispatch(&index_actor, state, &request);
        times[i] = cpu_ns() - start;
        code = msg_code(reply);
        msg_destroy(&reply);
    }
    must(code, ask->name);
    qsort(times, ask->times, sizeof *times, compare_times);
    printf("  \"%s\": { \"p50_us\": %.0f, \"p99_us\": %.0f }%s\n", ask->name, (double)times[ask->times / 2] / 1e3,
           (double)times[ask->times * 99 / 100] / 1e3, last? "": ",");
    free(times);
}

static void
ask_all(void *state)
{
    const char *home[] = { "home" };
    const index_history_req_t changelog = { .caller = anybody }, pages = { .caller = anybody, .pages = true },
                              page = { .caller = anybody, .path = "home" }, changes = { .caller = guest },
                              folder = { .caller = anybody, .path = "topic 7", .below = true };
    const index_list_req_t list = { .caller = anybody, .limit = 50 }, far = { .caller = anybody, .limit = 50,
                                    .cursor = "topic 5" }, tag = { .caller = anybody, .limit = 50, .tag = "RARE" },
                           author = { .caller = anybody, .limit = 50, .author = "author 7" },
                           orphaned = { .caller = anybody, .limit = 50, .only = "orphaned" },
                           whole = { .caller = anybody, .brief = true }, seen = { .caller = guest, .limit = 50 };
    const index_linkers_req_t few = { .caller = anybody, .targets = home, .targets_count = 1, .limit = 50 };
    const index_page_req_t one = { .caller = anybody, .path = "topic 7/part 7/page 7" };
    const index_page_req_t popular = { .caller = anybody, .path = "home" };
    const index_wanted_req_t wanted = { .caller = anybody };
    const index_broken_req_t broken = { .caller = anybody };
    const index_graph_req_t graph = { .caller = anybody, .all = true }, around = { .caller = anybody, .depth = 1,
                                      .path = "topic 7/part 7/page 7" };
    const index_about_req_t about = { .caller = anybody };
    const ask_t asks[] = {
        { "about", &call_index_about, &about, 1000 }, { "history of a page", &call_index_history, &page, 1000 },
        { "history of a folder", &call_index_history, &folder, 1000 },
        { "changelog", &call_index_history, &changelog, 1000 },
        { "changelog of pages", &call_index_history, &pages, 1000 },
        { "changelog for a guest", &call_index_history, &changes, 1000 },
        { "list for a guest", &call_index_list, &seen, 50 },
        { "list", &call_index_list, &list, 1000 }, { "list, far", &call_index_list, &far, 1000 },
        { "list by tag", &call_index_list, &tag, 1000 }, { "list by author", &call_index_list, &author, 20 },
        { "list of orphans", &call_index_list, &orphaned, 20 },
        { "list, brief, as many as fit", &call_index_list, &whole, 50 },
        { "backlinks", &call_index_linkers, &few, 1000 }, { "a page", &call_index_page, &one, 1000 },
        { "a page with all its backlinks", &call_index_page, &popular, 50 },
        { "wanted", &call_index_wanted, &wanted, 10 },
        { "broken", &call_index_broken, &broken, 10 }, { "graph", &call_index_graph, &graph, 5 },
        { "graph around a page", &call_index_graph, &around, 200 } };
    const size_t count = sizeof asks / sizeof *asks;
    printf("{\n");
    for (size_t i = 0; i < count; i++)
        measure(state, &asks[i], i + 1 == count);
    printf("}\n");
}

// One page saved: what the index does of it, on the clock, as the next answer waits for it.
static void
save(const char *file, const char *fingerprint, size_t pages, size_t commits)
{
    enum { TIMES = 300 };
    int64_t times[TIMES];
    const char *why = "";
    code_t code = OK;
    uint64_t seed = 1234567;
    const index_options_t options = { .file = file, .write = true, .fingerprint = fingerprint };
    index_t *index = index_open(&options, &code, &why);
    must(code, why);
    for (size_t i = 0; i < TIMES; i++) {
        int64_t start = clock_ns();
        index_begin(index);
        put_page(index, next_random(&seed) % pages, pages, &seed);
        put_commit(index, commits + i, pages, &seed);
        must(index_commit(index), "commit");
        times[i] = clock_ns() - start;
        index_tidy(index);
    }
    index_close(&index);
    qsort(times, TIMES, sizeof *times, compare_times);
    fprintf(stderr, "a save: p50 %.0f us, p99 %.0f us\n", (double)times[TIMES / 2] / 1e3,
            (double)times[TIMES * 99 / 100] / 1e3);
}

int
main(int argc, char **argv)
{
    char file[512];
    void *state = NULL;
    if (argc != 4) {
        fprintf(stderr, "bench_index_query FOLDER PAGES COMMITS\n");
        return EXIT_FAILURE;
    }
    snprintf(file, sizeof file, "%s/index.db", argv[1]);
    zconfig_t *config = zconfig_new("root", NULL);
    zconfig_put(config, "settings/index", argv[1]);
    must(index_actor.open(&state, config), "open");
    FILE *there = fopen(file, "rb");
    if (there)
        fclose(there);
    else
        make(argv[1], ((state_t *)state)->fingerprint, strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
    ask_all(state);
    save(file, ((state_t *)state)->fingerprint, strtoul(argv[2], NULL, 10),
         strtoul(argv[3], NULL, 10) + (size_t)getpid() * 1000);
    index_actor.close(&state);
    zconfig_destroy(&config);
    return EXIT_SUCCESS;
}
