// Pages by what is known of them, and what links to what
#include "index_kit.h"

typedef struct {
    char text[4096];
    char last[PAGE_ID_SIZE];                    // the cursor that goes on behind it
    size_t limit, count;
} rows_t;

static void
add(rows_t *self, const char *text)
{
    size_t size = strlen(self->text);
    snprintf(self->text + size, sizeof self->text - size, "%s%s", size > 0? " ": "", text);
}

static bool
hides_secrets(void *context, const char *file)
{
    (void)context;
    return strncmp(file, "secret", 6) != 0;
}

static const index_sight_t everything = { NULL, NULL }, no_secrets = { hides_secrets, NULL };

// ---- lists --------------------------------------------------------------------------------------------------------

static bool
take_page(void *context, const indexed_page_t *row)
{
    rows_t *self = context;
    if (self->limit > 0 && self->count == self->limit)
        return false;
    self->count++;
    add(self, row->file);
    snprintf(self->last, sizeof self->last, "%s", row->file);
    return true;
}

static index_list_t
every_page(void)
{
    return (index_list_t){ .prefix = "", .category = "", .tag = "", .author = "", .only = "", .cursor = "",
                           .home = "home" };
}

// However many rows an answer has, all answers together are the same, and each says the same total.
static void
expect_list(kit_t *kit, index_list_t what, int total, const char *text)
{
    for (size_t limit = 0; limit < 4; limit++) {
        index_listed_t listed = { .more = true };
        rows_t rows = { .limit = limit };
        char cursor[PAGE_ID_SIZE] = "";
        while (listed.more) {
            what.cursor = cursor;
            rows.count = 0;
            assert_int_equal(index_list(kit->index, &what, take_page, &rows, &listed), OK);
            assert_int_equal(listed.total, total);
            memcpy(cursor, rows.last, sizeof cursor);
        }
        assert_string_equal(rows.text, text);
    }
}

static void
put_tagged(kit_t *kit, const char *file, const char *category, const char *tag)
{
    char id[PAGE_ID_SIZE];
    const page_naming_t naming = { 0 };
    assert_int_equal(page_id_of_file(&naming, file, id), OK);
    const index_page_t page = { .file = file, .page = id, .blob = "b", .title = "T", .heading = "", .front = "{}",
                                .category = category, .tags = &tag, .tag_count = *tag? 1: 0, .text = "words here",
                                .size = 10, .words = 2 };
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_page(kit->index, &page), OK);
    assert_int_equal(index_commit(kit->index), OK);
}

static void
test_pages_come_in_the_order_of_their_files(void **state)
{
    kit_t *kit = *state;
    const char *files[] = { "home.md", "a b.md", "a.md", "a/b.md", "Z.md", "\xc3\xa4.md", "a.png" };
    for (size_t i = 0; i < 6; i++)
        kit_put(kit, files[i], "x");
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_file(kit->index, files[6], "b"), OK);
    assert_int_equal(index_commit(kit->index), OK);
    index_list_t what = every_page();
    expect_list(kit, what, 6, "Z.md a b.md a.md a/b.md home.md \xc3\xa4.md");
    what.prefix = "a";
    expect_list(kit, what, 3, "a b.md a.md a/b.md");
    what.prefix = "a.md";
    expect_list(kit, what, 1, "a.md");
    what.prefix = "nothing";
    expect_list(kit, what, 0, "");
}

static void
test_filters_look_at_no_case_and_go_together(void **state)
{
    kit_t *kit = *state;
    put_tagged(kit, "a.md", "\"Recipes\"", "Cake");
    put_tagged(kit, "b.md", "\"recipes\"", "bread");
    put_tagged(kit, "c.md", "\"Stra\\u00dfe\"", "CAKE");
    put_tagged(kit, "d.md", "5", "");
    put_tagged(kit, "e.md", "[\"x\"]", "");
    put_tagged(kit, "f.md", "", "");
    index_list_t what = every_page();
    what.category = "RECIPES";
    expect_list(kit, what, 2, "a.md b.md");
    what.tag = "cake";
    expect_list(kit, what, 1, "a.md");
    what.category = "";
    expect_list(kit, what, 2, "a.md c.md");
    what.tag = "";
    what.category = "STRASSE";
    expect_list(kit, what, 1, "c.md");
    what.category = "5";
    expect_list(kit, what, 1, "d.md");
    what.category = "x";
    expect_list(kit, what, 0, "");
}

static void
put_commit(kit_t *kit, const char *commit, const char *author, int64_t when, const char *file)
{
    const index_change_t row = { .file = file, .from = "", .change = 'm' };
    const index_log_t log = { .commit = commit, .parent = "", .author = author, .email = "", .message = "",
                              .when = when, .changes = &row, .change_count = 1 };
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_commit(kit->index, &log), OK);
    assert_int_equal(index_commit(kit->index), OK);
}

static void
test_the_newest_change_decides_author_and_date(void **state)
{
    kit_t *kit = *state;
    kit_put(kit, "a.md", "x");
    kit_put(kit, "b.md", "x");
    kit_put(kit, "new.md", "x");
    put_commit(kit, "c1", "Ada", 100, "a.md");
    put_commit(kit, "c2", "J\xc3\xb6rg", 200, "b.md");
    put_commit(kit, "c3", "Bob", 300, "a.md");
    index_list_t what = every_page();
    what.author = "ada";
    expect_list(kit, what, 0, "");
    what.author = "BOB";
    expect_list(kit, what, 1, "a.md");
    what.author = "J\xc3\x96RG";
    expect_list(kit, what, 1, "b.md");
    what.author = "";
    what.dated = true;
    what.since = 201;
    expect_list(kit, what, 2, "a.md new.md");
    what.since = 200;
    expect_list(kit, what, 3, "a.md b.md new.md");
}

static void
test_an_orphan_is_linked_by_no_other_page(void **state)
{
    kit_t *kit = *state;
    kit_put_linked(kit, "home.md", "x", "w a");
    kit_put_linked(kit, "a.md", "x", "m b/c");
    kit_put_linked(kit, "b/c.md", "x", "");
    kit_put_linked(kit, "self.md", "x", "w self w home");
    kit_put_linked(kit, "secret.md", "", "w hidden");
    kit_put_linked(kit, "hidden.md", "x", "");
    index_list_t what = every_page();
    what.only = "orphaned";
    expect_list(kit, what, 2, "secret.md self.md");
    what.sight = no_secrets;
    expect_list(kit, what, 2, "hidden.md self.md");
    what.home = "self";
    expect_list(kit, what, 1, "hidden.md");
    what.sight = everything;
    what.only = "empty";
    expect_list(kit, what, 1, "secret.md");
    what.only = "nonsense";
    index_listed_t listed;
    rows_t rows = { .text = "" };
    assert_int_equal(index_list(kit->index, &what, take_page, &rows, &listed), INVALID);
}

static void
test_what_may_not_be_seen_is_not_counted(void **state)
{
    kit_t *kit = *state;
    kit_put(kit, "a.md", "x");
    kit_put(kit, "secret/plan.md", "x");
    index_list_t what = every_page();
    what.sight = no_secrets;
    expect_list(kit, what, 1, "a.md");
}

static void
test_the_home_page_is_found_as_the_store_finds_it(void **state)
{
    kit_t *kit = *state;
    char id[PAGE_ID_SIZE];
    assert_int_equal(index_home(kit->index, "", id), OK);
    assert_string_equal(id, "home");
    kit_put(kit, "index.md", "x");
    assert_int_equal(index_home(kit->index, "", id), OK);
    assert_string_equal(id, "index");
    kit_put(kit, "README.md", "x");
    assert_int_equal(index_home(kit->index, "", id), OK);
    assert_string_equal(id, "readme");
    assert_int_equal(index_home(kit->index, "set", id), OK);
    assert_string_equal(id, "set");
}

// ---- links --------------------------------------------------------------------------------------------------------

static bool
take_link(void *context, const index_link_row_t *row)
{
    char text[PAGE_ID_SIZE + 3];
    snprintf(text, sizeof text, "%c%c%s", row->kind, row->presence, row->path);
    add(context, text);
    return true;
}

static void
expect_from(kit_t *kit, const index_sight_t *sight, const char *file, const char *text)
{
    rows_t rows = { .text = "" };
    index_place_t place;
    const index_name_t name = { file, true };
    assert_int_equal(index_find(kit->index, &everything, &name, &place), OK);
    assert_int_equal(index_links_from(kit->index, sight, place.id, take_link, &rows), OK);
    assert_string_equal(rows.text, text);
}

static void
expect_to(kit_t *kit, const index_sight_t *sight, const char *target, const char *text)
{
    rows_t rows = { .text = "" };
    assert_int_equal(index_links_to(kit->index, sight, target, take_link, &rows), OK);
    assert_string_equal(rows.text, text);
}

static void
test_a_link_says_what_is_there(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_file(kit->index, "a/x.png", "b"), OK);
    assert_int_equal(index_commit(kit->index), OK);
    kit_put_linked(kit, "A/Big.md", "x", "");
    kit_put_linked(kit, "home.md", "x", "w a/big m gone w a/x.png w a/x.png i a/x.png m a w home m secret/s");
    kit_put(kit, "secret/s.md", "x");
    kit_put_linked(kit, "b.md", "x", "w node.js w gone m gone");
    kit_put(kit, "Node.js.md", "x");
    expect_from(kit, &everything, "home.md", "w1A/Big m3a i2a/x.png w2a/x.png m0gone w1home m1secret/s");
    expect_from(kit, &no_secrets, "home.md", "w1A/Big m3a i2a/x.png w2a/x.png m0gone w1home m0secret/s");
    expect_from(kit, &everything, "b.md", "w1Node.js m0gone w0gone");
    expect_to(kit, &everything, "gone", "m1b w1b m1home");
    expect_to(kit, &everything, "node.js", "w1b");
    kit_put_linked(kit, "b.md", "x", "w home");
    expect_to(kit, &everything, "gone", "m1home");
    expect_to(kit, &everything, "node.js", "");
    expect_to(kit, &everything, "home", "w1b w1home");
}

static void
test_two_spellings_of_a_link_are_told_once(void **state)
{
    kit_t *kit = *state;
    kit_put(kit, "Node.js.md", "x");
    kit_put_linked(kit, "b.md", "x", "w node.js w Node.js w NODE.js");
    expect_from(kit, &everything, "b.md", "w1Node.js");
    expect_to(kit, &everything, "node.js", "w1b");
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_remove(kit->index, "b.md"), OK);
    assert_int_equal(index_commit(kit->index), OK);
    expect_to(kit, &everything, "node.js", "");
}

static bool
take_name(void *context, const char *name)
{
    rows_t *self = context;
    if (self->limit > 0 && self->count == self->limit)
        return false;
    self->count++;
    add(self, name);
    snprintf(self->last, sizeof self->last, "%s", name);
    return true;
}

static void
test_linkers_of_several_come_once_and_in_order(void **state)
{
    kit_t *kit = *state;
    const char *targets[] = { "x", "y/Pic.PNG", "Z" };
    kit_put_linked(kit, "b.md", "x", "w x m x w z");
    kit_put_linked(kit, "a.md", "x", "i y/Pic.PNG");
    kit_put_linked(kit, "a b.md", "x", "m x");
    kit_put_linked(kit, "a/b.md", "x", "w z");
    kit_put_linked(kit, "secret.md", "x", "w x");
    kit_put_linked(kit, "other.md", "x", "w other");
    for (size_t limit = 1; limit < 6; limit++) {
        index_linkers_t what = { .targets = targets, .targets_count = 3, .limit = limit, .sight = no_secrets };
        rows_t rows = { .text = "" };
        char cursor[PAGE_ID_SIZE] = "";
        bool more = true;
        while (more) {
            what.cursor = cursor;
            assert_int_equal(index_linkers(kit->index, &what, take_name, &rows, &more), OK);
            memcpy(cursor, rows.last, sizeof cursor);
        }
        assert_string_equal(rows.text, "a.md a b.md a/b.md b.md");
    }
}

static void
test_linkers_of_all_below_a_page_are_found(void **state)
{
    kit_t *kit = *state;
    const char *targets[] = { "a b/" };
    kit_put_linked(kit, "itself.md", "x", "w zz");
    const index_link_t rows[] = { { .target = "a b/c/gone", .anchor = "", .kind = 'w' },
                                  { .target = "a b/Pic.PNG", .anchor = "", .kind = 'i' } };
    const index_page_t page = { .file = "linker.md", .page = "linker", .blob = "b", .title = "", .heading = "",
                                .text = "", .category = "", .front = "", .links = rows, .link_count = 2 };
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_page(kit->index, &page), OK);
    assert_int_equal(index_commit(kit->index), OK);
    kit_put_linked(kit, "a.md", "x", "w a0 w a");
    const index_linkers_t what = { .targets = targets, .targets_count = 1, .cursor = "", .sight = everything };
    rows_t found = { .text = "" };
    bool more = true;
    assert_int_equal(index_linkers(kit->index, &what, take_name, &found, &more), OK);
    assert_string_equal(found.text, "linker.md");
    assert_false(more);
}

static bool
take_wanted(void *context, const index_wanted_t *row)
{
    char text[PAGE_ID_SIZE * 2];
    rows_t *self = context;
    if (self->limit > 0 && self->count == self->limit)
        return false;
    self->count++;
    snprintf(text, sizeof text, "%s:%d:%s", row->page, (int)row->count, row->from[0]);
    add(self, text);
    return true;
}

static void
test_the_most_wanted_pages_come_first(void **state)
{
    kit_t *kit = *state;
    rows_t rows = { .text = "" };
    int64_t total = 0;
    kit_put_linked(kit, "a.md", "x", "w one w two m two w pic.png i three w a");
    kit_put_linked(kit, "b.md", "x", "w two w folder");
    kit_put_linked(kit, "folder/c.md", "x", "m two w three w secret/s");
    kit_put_linked(kit, "secret/s.md", "x", "w one");
    assert_int_equal(index_wanted(kit->index, &everything, 0, take_wanted, &rows, &total), OK);
    assert_string_equal(rows.text, "two:3:a one:2:a three:1:folder/c");
    assert_int_equal(total, 3);
    rows = (rows_t){ .text = "" };
    assert_int_equal(index_wanted(kit->index, &no_secrets, 1, take_wanted, &rows, &total), OK);
    assert_string_equal(rows.text, "one:1:a secret/s:1:folder/c three:1:folder/c");
    assert_int_equal(total, 4);
    rows = (rows_t){ .limit = 1 };
    assert_int_equal(index_wanted(kit->index, &everything, 1, take_wanted, &rows, &total), OK);
    assert_string_equal(rows.text, "one:2:a");
}

static bool
take_broken(void *context, const index_broken_t *row)
{
    char text[PAGE_ID_SIZE * 2];
    snprintf(text, sizeof text, "%s>%s#%s:%s:%d", row->page, row->target, row->anchor, row->why, (int)row->line);
    add(context, text);
    return true;
}

static void
test_a_link_is_broken_by_a_missing_page_file_or_heading(void **state)
{
    kit_t *kit = *state;
    rows_t rows = { .text = "" };
    int64_t total = 0;
    const index_heading_t heading = { .text = "A Part", .id = "a-part", .level = 2, .line = 1 };
    const index_page_t page = { .file = "there.md", .page = "there", .blob = "b", .title = "", .heading = "",
                                .category = "", .front = "", .text = "x <a id=\"own\"></a>", .size = 18, .words = 2,
                                .headings = &heading, .heading_count = 1 };
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_page(kit->index, &page), OK);
    assert_int_equal(index_commit(kit->index), OK);
    kit_put_linked(kit, "a.md", "x", "w there#a-part w there#A-Part w there#own w there#none w gone#x i gone m pic.png"
                                     " m a");
    kit_put_linked(kit, "secret/b.md", "x", "w gone w there#top w secret");
    assert_int_equal(index_broken(kit->index, &everything, 0, take_broken, &rows, &total), OK);
    assert_string_equal(rows.text, "a>there#none:anchor:4 a>gone#x:page:5 a>gone#:file:6 a>pic.png#:file:7 "
                                   "secret/b>gone#:page:1");
    assert_int_equal(total, 5);
    rows = (rows_t){ .text = "" };
    assert_int_equal(index_broken(kit->index, &no_secrets, 3, take_broken, &rows, &total), OK);
    assert_string_equal(rows.text, "a>pic.png#:file:7");
    assert_int_equal(total, 4);
}

// ---- the graph ----------------------------------------------------------------------------------------------------

static bool
take_node(void *context, char presence, const char *path)
{
    char text[PAGE_ID_SIZE + 2];
    snprintf(text, sizeof text, "%c%s", presence, path);
    add(context, text);
    return true;
}

static bool
take_edge(void *context, char kind, const char *from, const char *to)
{
    char text[PAGE_ID_SIZE * 2];
    snprintf(text, sizeof text, "%c%s>%s", kind, from, to);
    add(context, text);
    return true;
}

static void
expect_graph(kit_t *kit, const index_graph_t *what, const char *text, const char *next)
{
    rows_t rows = { .text = "" };
    char cursor[PAGE_ID_SIZE];
    const index_graph_taker_t taker = { take_node, take_edge, &rows };
    assert_int_equal(index_graph(kit->index, what, &taker, cursor), OK);
    assert_string_equal(rows.text, text);
    assert_string_equal(cursor, next);
}

static void
test_the_graph_is_all_of_it_in_parts_or_what_is_around_a_page(void **state)
{
    kit_t *kit = *state;
    kit_put_linked(kit, "a.md", "x", "w b m c");
    kit_put_linked(kit, "b.md", "x", "w c w gone");
    kit_put_linked(kit, "c.md", "x", "w d");
    kit_put_linked(kit, "d.md", "x", "");
    kit_put_linked(kit, "secret.md", "x", "w d");
    index_graph_t what = { .path = "", .cursor = "" };
    expect_graph(kit, &what, "1a 1b 1c 1d 0gone 1secret wa>b wb>c wb>gone wc>d wsecret>d", "");
    what.all = true;
    what.sight = no_secrets;
    what.limit = 2;
    expect_graph(kit, &what, "1a 1b 1c 0gone wa>b ma>c wb>c wb>gone", "b.md");
    what.cursor = "b.md";
    expect_graph(kit, &what, "1c 1d wc>d", "");
    what = (index_graph_t){ .path = "C", .cursor = "", .depth = 1 };
    expect_graph(kit, &what, "1b 1c 1d wb>c wc>d", "");
    what.depth = 2;
    expect_graph(kit, &what, "1a 1b 1c 1d 0gone 1secret wa>b wb>c wb>gone wc>d wsecret>d", "");
    what.path = "Gone";
    what.depth = 1;
    expect_graph(kit, &what, "1b 0gone wb>gone", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_pages_come_in_the_order_of_their_files),
        TEST(test_filters_look_at_no_case_and_go_together),
        TEST(test_the_newest_change_decides_author_and_date),
        TEST(test_an_orphan_is_linked_by_no_other_page),
        TEST(test_what_may_not_be_seen_is_not_counted),
        TEST(test_the_home_page_is_found_as_the_store_finds_it),
        TEST(test_a_link_says_what_is_there),
        TEST(test_two_spellings_of_a_link_are_told_once),
        TEST(test_linkers_of_several_come_once_and_in_order),
        TEST(test_linkers_of_all_below_a_page_are_found),
        TEST(test_the_most_wanted_pages_come_first),
        TEST(test_a_link_is_broken_by_a_missing_page_file_or_heading),
        TEST(test_the_graph_is_all_of_it_in_parts_or_what_is_around_a_page),
    };
    return cmocka_run_group_tests_name("index_list", tests, NULL, NULL);
}
