// words_kit - pages with titles and tags for the tests of searching
#ifndef WORDS_KIT_H
#define WORDS_KIT_H
#include "index_kit.h"
#include "../actors/index/index_words.h"

// The outline of a text that has its headings at the beginning of lines: what the renderer tells of it.
static inline size_t
words_outline(const char *text, index_heading_t *rows, size_t room, char names[][128])
{
    size_t count = 0, line = 1;
    for (const char *at = text; *at; line++) {
        const char *end = strchr(at, '\n'), *name = at + strspn(at, "#");
        size_t size = end? (size_t)(end - at): strlen(at);
        if (*at == '#' && *name == ' ' && count < room) {
            snprintf(names[count], 128, "%.*s", (int)(size - (size_t)(name + 1 - at)), name + 1);
            rows[count] = (index_heading_t){ .text = names[count], .id = names[count], .level = (int)(name - at),
                                             .line = line, .start = (size_t)(at - text), .end = strlen(text) };
            count++;
        }
        at += size + (end? 1: 0);
    }
    return count;
}

// `head`: "title|tag,tag".
static inline void
words_put(kit_t *kit, const char *file, const char *head, const char *text)
{
    char id[PAGE_ID_SIZE], copy[256], names[64][128], *rest = NULL;
    const char *tags[8];
    size_t tag_count = 0;
    index_heading_t headings[64];
    const page_naming_t naming = { 0 };
    assert_int_equal(page_id_of_file(&naming, file, id), OK);
    snprintf(copy, sizeof copy, "%s", head);
    char *bar = strchr(copy, '|');
    if (bar)
        *bar++ = 0;
    for (char *tag = bar? strtok_r(bar, ",", &rest): NULL; tag; tag = strtok_r(NULL, ",", &rest))
        tags[tag_count++] = tag;
    size_t heading_count = words_outline(text, headings, 64, names);
    const char *heading = heading_count > 0 && headings[0].level == 1? headings[0].text: "";
    const index_page_t page = { .file = file, .page = id, .blob = "b", .title = copy, .heading = heading,
                                .category = "", .front = "", .tags = tags, .tag_count = tag_count, .text = text,
                                .size = strlen(text), .words = 1, .headings = headings,
                                .heading_count = heading_count };
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_put_page(kit->index, &page), OK);
    assert_int_equal(index_commit(kit->index), OK);
}

static inline void
words_remove(kit_t *kit, const char *file)
{
    assert_int_equal(index_begin(kit->index), OK);
    assert_int_equal(index_remove(kit->index, file), OK);
    assert_int_equal(index_commit(kit->index), OK);
}

static inline words_found_t
words_search(kit_t *kit, const char *text)
{
    words_found_t found;
    const index_search_t what = { .text = text, .limit = 50, .now = 1774000000 };
    assert_int_equal(index_search(kit->index, &what, &found), OK);
    return found;
}

// The pages that are found, in their order, with a blank between: "a b".
static inline void
words_check(kit_t *kit, const char *text, const char *wanted)
{
    char got[1024] = "";
    size_t size = 0;
    words_found_t found = words_search(kit, text);
    for (size_t i = 0; i < found.count; i++)
        size += (size_t)snprintf(got + size, sizeof got - size, "%s%s", i > 0? " ": "", found.rows[i].page);
    assert_string_equal(got, wanted);
    assert_int_equal(found.total, found.count);
    words_found_clear(&found);
}
#endif
