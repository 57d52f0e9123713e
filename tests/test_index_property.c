// However an index came to its state, it is the one that is built anew from that state
#include "index_kit.h"
#include <sqlite3.h>

enum { NAMES = 14, STEPS = 60, RUNS = 25, COMMITS = STEPS * 2 };

// ---- a wiki in memory -----------------------------------------------------------------------------------------------

static const char *const names[NAMES] = { "home.md", "a.md", "A.md", "a b.md", "a/b.md", "a/B.MD", "a/x.png",
                                          "node.js.md", "node.js", "secret/s.md", "deep/er/page.md", "deep/er.md",
                                          "z.md", "z/z.png" };
static const char *const targets[] = { "home", "a", "a/b", "a/x.png", "node.js", "Node.js", "gone", "deep/er", "z",
                                       "" };
enum { TARGETS = sizeof targets / sizeof *targets };

typedef struct { char commit[24], file[32], from[32]; char change; } past_t;
typedef struct {
    uint64_t seed;
    unsigned there[NAMES];                      // version of its content; 0: it is not there
    past_t past[COMMITS];
    size_t past_count;
    unsigned version;
} wiki_t;

static size_t
pick(wiki_t *self, size_t count)
{
    self->seed ^= self->seed << 13;
    self->seed ^= self->seed >> 7;
    self->seed ^= self->seed << 17;
    return (size_t)(self->seed % count);
}

// Everything about a page follows from its name and version.
static void
put(index_t *index, size_t name, unsigned version)
{
    wiki_t dice = { .seed = version * 7919u + name + 1 };
    char id[PAGE_ID_SIZE], blob[16], text[256], title[32];
    const page_naming_t naming = { 0 };
    index_link_t links[6];
    const size_t link_count = pick(&dice, 7), heading_count = pick(&dice, 3);
    const char *tags[] = { pick(&dice, 2)? "One": "one", "two" };
    index_heading_t headings[2];
    snprintf(blob, sizeof blob, "b%u", version);
    if (!page_is_page_file(names[name])) {
        assert_int_equal(index_put_file(index, names[name], blob), OK);
        return;
    }
    assert_int_equal(page_id_of_file(&naming, names[name], id), OK);
    title[0] = 0;
    if (version % 3)
        snprintf(title, sizeof title, "Title %u", version);
    snprintf(text, sizeof text, "---\ntitle: x\n---\nwords of version %u of %s\n## Part\n"
                                "foo_bar \xe4\xb8\xad\xe6\x96\x87\n", version, names[name]);
    for (size_t i = 0; i < link_count; i++)
        links[i] = (index_link_t){ .target = targets[pick(&dice, TARGETS)], .anchor = pick(&dice, 3)? "": "part",
                                   .kind = "wmi"[pick(&dice, 3)], .line = i + 1 };
    for (size_t i = 0; i < heading_count; i++)
        headings[i] = (index_heading_t){ .text = "Part", .id = i? "part-1": "part", .level = 2, .line = 5,
                                         .start = strlen(text) - 15, .end = strlen(text) };
    const index_page_t page = { .file = names[name], .page = id, .blob = blob, .title = title,
                                .heading = heading_count? "Part": "", .category = version % 2? "\"Kind\"": "",
                                .front = "{}", .tags = tags, .tag_count = pick(&dice, 3), .text = text,
                                .size = strlen(text), .body = 17, .words = version % 4, .headings = headings,
                                .heading_count = heading_count, .links = links, .link_count = link_count };
    assert_int_equal(index_put_page(index, &page), OK);
}

static void
put_past(index_t *index, const past_t *past)
{
    const index_change_t change = { .file = past->file, .from = past->from, .change = past->change };
    const index_log_t log = { .commit = past->commit, .parent = "", .author = past->commit[1] % 2? "Ada": "Bob",
                              .email = "", .message = past->commit, .when = past->commit[1], .changes = &change,
                              .change_count = 1 };
    assert_int_equal(index_put_commit(index, &log), OK);
}

// ---- steps ----------------------------------------------------------------------------------------------------------

static past_t *
new_past(wiki_t *self, char change, size_t file, const char *from)
{
    past_t *past = &self->past[self->past_count];
    *past = (past_t){ .change = change };
    snprintf(past->commit, sizeof past->commit, "c%zu", self->past_count / 2);  // two changes a commit
    snprintf(past->file, sizeof past->file, "%s", names[file]);
    snprintf(past->from, sizeof past->from, "%s", from);
    self->past_count++;
    return past;
}

// One change of the wiki, as it is told to the index that follows.
static void
step(wiki_t *self, index_t *index)
{
    size_t file = pick(self, NAMES), other = pick(self, NAMES);
    past_t *past = NULL;
    if (self->there[file] && !self->there[other] && pick(self, 3) == 0) {
        past = new_past(self, 'r', other, names[file]);
        self->there[other] = self->there[file];
        self->there[file] = 0;
        assert_int_equal(index_remove(index, names[file]), OK);
        put(index, other, self->there[other]);
    } else if (self->there[file] && pick(self, 3) == 0) {
        past = new_past(self, 'd', file, "");
        self->there[file] = 0;
        assert_int_equal(index_remove(index, names[file]), OK);
    } else {
        past = new_past(self, self->there[file]? 'm': 'a', file, "");
        self->there[file] = ++self->version;
        put(index, file, self->version);
    }
    put_past(index, past);
}

// Commits are told before or after the pages, and now and then all of them anew, as after a forced push.
static void
live(wiki_t *self, index_t *index)
{
    assert_int_equal(index_begin(index), OK);
    for (size_t i = 0; i < STEPS; i++) {
        step(self, index);
        if (pick(self, 10) == 0) {
            assert_int_equal(index_commit(index), OK);
            assert_int_equal(index_begin(index), OK);
        }
        if (pick(self, 40) == 0) {
            assert_int_equal(index_forget_commits(index), OK);
            for (size_t j = 0; j < self->past_count; j++)
                put_past(index, &self->past[j]);
        }
    }
    assert_int_equal(index_commit(index), OK);
}

static void
build(const wiki_t *self, index_t *index, bool commits_first)
{
    assert_int_equal(index_begin(index), OK);
    for (size_t i = 0; i < self->past_count && commits_first; i++)
        put_past(index, &self->past[i]);
    for (size_t i = 0; i < NAMES; i++)
        if (self->there[i])
            put(index, i, self->there[i]);
    for (size_t i = 0; i < self->past_count && !commits_first; i++)
        put_past(index, &self->past[i]);
    assert_int_equal(index_commit(index), OK);
}

// ---- what it holds --------------------------------------------------------------------------------------------------

// All of it, without the numbers that depend on the order in which things came.
static const char *const tables[] = {
    "SELECT key, value FROM meta WHERE key != 'commit' ORDER BY key",
    "SELECT path, page, blob FROM file WHERE blob IS NOT NULL ORDER BY path",
    "SELECT file, page, title, heading, category, category_key, tags, size, words, blob, revision, at, zone, front"
    " FROM page ORDER BY file",
    "SELECT p.file, b.line, b.text FROM body b JOIN page p ON p.id = b.id ORDER BY p.file",
    "SELECT file, folded, tag FROM tag ORDER BY file, folded",
    "SELECT p.file, h.ord, h.level, h.anchor, h.text, h.line FROM heading h JOIN page p ON p.id = h.page ORDER BY 1, 2",
    "SELECT p.file, l.ord, l.target, l.anchor, l.kind, l.line FROM link l JOIN page p ON p.id = l.page ORDER BY 1, 2",
    "SELECT target, source, kind, p.file FROM backlink JOIN page p ON p.id = backlink.page ORDER BY 1, 2, 3, 4",
    "SELECT count(*) FROM backlink",
    "SELECT p.file, a.ord, a.section, a.path, a.anchor, a.line, a.size FROM passage a JOIN page p ON p.id = a.page"
    " ORDER BY 1, 2",
    "SELECT c.id, p.name, c.at, c.message, c.files, c.pages FROM commits c JOIN person p ON p.id = c.person"
    " ORDER BY c.seq",
    "SELECT f.path, c.id, h.kind, o.path FROM change h JOIN file f ON f.id = h.file JOIN commits c ON c.seq = h.seq"
    " LEFT JOIN file o ON o.id = h.origin ORDER BY f.path, c.seq",
    "SELECT d.path, c.id, h.files, h.pages FROM folder_change h JOIN folder d ON d.id = h.folder"
    " JOIN commits c ON c.seq = h.seq ORDER BY d.path, c.seq",
    "SELECT p.file, w.title, w.tags, w.heads, w.length, w.cuts FROM word_page w JOIN page p ON p.id = w.page"
    " ORDER BY 1",
    "SELECT * FROM word_total",
    "SELECT p.file, n.keys FROM name n JOIN page p ON p.id = n.page ORDER BY 1",
    "SELECT count(*) FROM word_page",
    "SELECT count(*) FROM heading",
};

static void
dump_table(sqlite3 *db, const char *sql, FILE *out)
{
    sqlite3_stmt *rows = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    fprintf(out, "-- %s\n", sql);
    while (sqlite3_step(rows) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const void *bytes = sqlite3_column_blob(rows, i);
            if (bytes)
                fwrite(bytes, 1, (size_t)sqlite3_column_bytes(rows, i), out);
            fputc(i + 1 < sqlite3_column_count(rows)? '|': '\n', out);
        }
    sqlite3_finalize(rows);
}

static char *
dump(const kit_t *kit, size_t *size)
{
    sqlite3 *db = NULL;
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    assert_int_equal(sqlite3_open_v2(kit->file, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        dump_table(db, tables[i], out);
    sqlite3_close(db);
    fclose(out);
    return text;
}

static void
expect_same(const kit_t *kit, const kit_t *other, uint64_t seed)
{
    size_t size = 0, other_size = 0;
    char *text = dump(kit, &size), *other_text = dump(other, &other_size);
    if (size != other_size || memcmp(text, other_text, size) != 0)
        fail_msg("seed %llu:\n%s\nbut built anew:\n%s", (unsigned long long)seed, text, other_text);
    free(text);
    free(other_text);
}

static void
expect_built_anew_is_the_same(const wiki_t *wiki, const kit_t *kit, bool commits_first, uint64_t seed)
{
    void *other_state = NULL;
    kit_setup(&other_state);
    kit_t *other = other_state;
    build(wiki, other->index, commits_first);
    expect_same(kit, other, seed);
    kit_teardown(&other_state);
}

static void
test_an_index_that_followed_is_the_one_that_is_built_anew(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        wiki_t *wiki = calloc(1, sizeof *wiki);
        void *kit_state = NULL;
        wiki->seed = seed * 2654435761u;
        kit_setup(&kit_state);
        kit_t *kit = kit_state;
        live(wiki, kit->index);
        expect_built_anew_is_the_same(wiki, kit, true, seed);
        expect_built_anew_is_the_same(wiki, kit, false, seed);
        kit_teardown(&kit_state);
        free(wiki);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_an_index_that_followed_is_the_one_that_is_built_anew) };
    return cmocka_run_group_tests_name("index_property", tests, NULL, NULL);
}
