// Any query over any text, which stand in the input with a NUL between: the query is never FTS5 syntax, snippets are
// UTF-8 with their marks in pairs, and the literal search finds what a plain look finds.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../actors/index/index_literal.h"
#include "../../actors/index/index_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool good, const char *why)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", why);
    abort();
}

static index_t *
open_index(void)
{
    code_t code = OK;
    const char *why = "";
    const index_options_t options = { .file = ":memory:", .write = true, .fingerprint = "fuzz" };
    index_t *index = index_open(&options, &code, &why);
    expect(index, why);
    return index;
}

static void
put(index_t *index, const char *text, size_t size)
{
    const index_page_t page = { .file = "name.md", .page = "name", .blob = "b", .title = "", .heading = "",
                                .category = "", .front = "", .text = text, .size = size, .words = 1 };
    expect(index_begin(index) == OK && index_put_page(index, &page) == OK && index_commit(index) == OK,
           index_error(index));
}

static void
check_snippet(const char *snippet)
{
    bool on = false;
    expect(page_utf8_valid(snippet, strlen(snippet)), "a snippet is not UTF-8");
    for (; *snippet; snippet++) {
        expect(*snippet != '\x02' || !on, "a mark in a mark");
        expect(*snippet != '\x03' || on, "a mark ends that never began");
        on = *snippet == '\x02' || (on && *snippet != '\x03');
    }
    expect(!on, "a mark never ends");
}

static void
check_search(index_t *index, const char *query, bool typing)
{
    words_found_t found;
    const index_search_t what = { .text = query, .typing = typing, .limit = 10, .now = 1774000000 };
    code_t code = index_search(index, &what, &found);
    expect(code == OK || code == INVALID, index_error(index));
    expect(code == OK || found.count == 0, "found in nothing");
    for (size_t i = 0; i < found.count; i++) {
        expect(found.rows[i].score >= 0 && found.rows[i].score <= 10000, "a score out of its range");
        check_snippet(found.rows[i].snippet);
    }
    words_found_clear(&found);
}

// Does the text or the name hold any term, looked for one by one?
static bool
holds_any(const char *query, const char *text, size_t size)
{
    size_t length = strlen(query), end = 0;
    char *folded = malloc(literal_room(size)), *term = malloc(literal_room(length));
    size_t folded_size = literal_fold(text, size, true, folded);
    bool held = false;
    for (size_t at = 0; at < length && !held; at = end) {
        size_t blank = literal_blank(query + at, length - at);
        for (end = at + blank; blank == 0 && end < length && literal_blank(query + end, length - end) == 0;)
            end++;
        size_t term_size = literal_fold(query + at, end - at, false, term);
        held = blank == 0 && (memmem(folded, folded_size, term, term_size) || memmem("name", 4, term, term_size));
    }
    free(folded);
    free(term);
    return held;
}

static void
check_match(index_t *index, const char *query, const char *text, size_t size)
{
    words_found_t found;
    code_t code = index_match(index, &(index_match_t){ .text = query, .limit = 10 }, &found);
    expect(code == OK || code == INVALID, index_error(index));
    expect((found.total == 1) == (code == OK && holds_any(query, text, size)), "the signature hides a page");
    for (size_t i = 0; i < found.count; i++)
        expect(page_utf8_valid(found.rows[i].snippet, strlen(found.rows[i].snippet)), "a snippet is not UTF-8");
    words_found_clear(&found);
}

static void
check_find(index_t *index, const char *query)
{
    words_names_t names;
    expect(index_find_names(index, &(index_find_t){ .words = query, .limit = 5 }, &names) == OK, "no names");
    words_names_clear(&names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = memchr(data, 0, size);
    if (!nul || (size_t)(nul - data) > LIMIT_QUERY_BYTES || !page_utf8_valid((const char *)data, (size_t)(nul - data)))
        return 0;
    size_t length = size - (size_t)(nul + 1 - data);
    char *query = strdup((const char *)data), *text = malloc(length + 1);
    if (!query || !text)
        abort();
    memcpy(text, nul + 1, length);
    text[length] = 0;
    if (page_utf8_valid(text, length) && !memchr(text, 0, length)) {
        index_t *index = open_index();
        put(index, text, length);
        check_search(index, query, false);
        check_search(index, query, true);
        check_match(index, query, text, length);
        check_find(index, query);
        index_close(&index);
    }
    free(query);
    free(text);
    return 0;
}
