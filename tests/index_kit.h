// index_kit - an index in a folder of its own, for the unit tests of the index
#ifndef INDEX_KIT_H
#define INDEX_KIT_H
#include <ftw.h>
#include <unistd.h>
#include "unit.h"
#include "../actors/index/index.h"
#include "../actors/index/index_query.h"

typedef struct {
    char folder[64], file[96];
    index_t *index;
} kit_t;

static inline index_options_t
kit_options(const kit_t *kit, bool write)
{
    return (index_options_t){ .file = kit->file, .write = write, .fingerprint = "test" };
}

static inline index_t *
kit_open(const kit_t *kit, bool write, code_t *code)
{
    const char *why = NULL;
    const index_options_t options = kit_options(kit, write);
    index_t *index = index_open(&options, code, &why);
    if (!index)
        assert_true(*why);
    return index;
}

static inline int
kit_setup(void **state)
{
    kit_t *kit = calloc(1, sizeof *kit);
    const char *top = getenv("TMPDIR");
    code_t code = OK;
    snprintf(kit->folder, sizeof kit->folder, "%s/wikibot-index-XXXXXX", top && strlen(top) < 30? top: "/tmp");
    assert_non_null(mkdtemp(kit->folder));
    snprintf(kit->file, sizeof kit->file, "%s/index.db", kit->folder);
    kit->index = kit_open(kit, true, &code);
    assert_non_null(kit->index);
    *state = kit;
    return 0;
}

static inline int
kit_remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline int
kit_teardown(void **state)
{
    kit_t *kit = *state;
    index_close(&kit->index);
    nftw(kit->folder, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(kit);
    return 0;
}

// A page of this text, in a transaction of its own. `links`: "w target#anchor" after each other, with blanks between.
static inline void
kit_put_linked(kit_t *kit, const char *file, const char *text, const char *links)
{
    char id[PAGE_ID_SIZE], copy[1024], *rest = NULL;
    index_link_t rows[32];
    size_t count = 0;
    const page_naming_t naming = { 0 };
    assert_int_equal(page_id_of_file(&naming, file, id), OK);
    snprintf(copy, sizeof copy, "%s", links);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        const char kind = *word;
        word = strtok_r(NULL, " ", &rest);
        char *hash = strchr(word, '#');
        if (hash)
            *hash++ = 0;
        rows[count] = (index_link_t){ .target = word, .anchor = hash? hash: "", .kind = kind, .line = count + 1 };
        count++;
    }
    const index_page_t page = { .file = file, .page = id, .blob = "b", .title = "", .heading = "", .category = "",
                                .front = "", .text = text, .size = strlen(text), .words = *text? 1: 0,
                                .links = rows, .link_count = count };
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_page(kit->index, &page), OK);
    assert_int_equal(index_commit(kit->index), OK);
}

static inline void
kit_put(kit_t *kit, const char *file, const char *text)
{
    kit_put_linked(kit, file, text, "");
}

// A commit of one change, in a transaction of its own; `from` is "" unless it is a rename.
static inline void
kit_commit(kit_t *kit, const char *commit, char change, const char *file, const char *from)
{
    const index_change_t row = { .file = file, .from = from, .change = change };
    const index_log_t log = { .commit = commit, .parent = "", .author = "Ada", .email = "ada@example.org",
                              .message = commit, .when = 1000, .changes = &row,
                              .change_count = 1 };
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_commit(kit->index, &log), OK);
    assert_int_equal(index_set_commit(kit->index, commit), OK);
    assert_int_equal(index_commit(kit->index), OK);
}
#endif
