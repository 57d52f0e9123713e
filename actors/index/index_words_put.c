// Words of a page, put into the index and taken out
#include "index_words_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index_literal.h"
#include "index_token.h"

enum { NAME_ROOM = 4096 };                      // bytes of a page's title for search

const char index_words_schema[] =
    // Places of words; contentless, since the texts stand in `page` and `body`.
    "CREATE VIRTUAL TABLE words USING fts5(title, body, tags, content='', columnsize=0, tokenize='wikibot');"
    // title, tags: what FTS5 was given; heads, length: words of both, and of the body; cuts: of its passages.
    "CREATE TABLE word_page(page INTEGER PRIMARY KEY, title TEXT NOT NULL, tags TEXT NOT NULL, heads INTEGER NOT NULL,"
    "  length INTEGER NOT NULL, cuts BLOB NOT NULL);"
    "CREATE TABLE word_total(pages INTEGER NOT NULL, words INTEGER NOT NULL, passages INTEGER NOT NULL,"
    "  passage_words INTEGER NOT NULL);"
    "INSERT INTO word_total VALUES(0, 0, 0, 0);"
    // Signatures (index_literal.h) of SIGNS pages each.
    "CREATE TABLE sign(block INTEGER PRIMARY KEY, bits BLOB NOT NULL);"
    // Beginnings of their texts, folded (opening_t).
    "CREATE TABLE opening(block INTEGER PRIMARY KEY, texts BLOB NOT NULL);"
    // Names as page_search_key has them, a line each: the id, the title, the headings in their order.
    "CREATE TABLE name(page INTEGER PRIMARY KEY, keys TEXT NOT NULL);";

typedef struct {
    int64_t page;
    const char *text;                           // of the body
    size_t size;
    int64_t line;                               // of the source, where it begins
    const char *title, *tags;
    cut_t cuts[PASSAGES];
    size_t cut_count, next;
    uint32_t heads, length;                     // words
} draft_t;

// ---- where the passages begin --------------------------------------------------------------------------------------

// A heading and blank lines go with what comes after them.
static size_t
step_back(const char *text, size_t at, size_t least)
{
    while (at > least) {
        size_t start = at - 1;
        while (start > least && text[start - 1] != '\n')
            start--;
        size_t first = start;
        while (first < at && (text[first] == ' ' || text[first] == '\t' || text[first] == '\r'))
            first++;
        if (text[first] != '\n' && text[first] != '#')
            break;
        at = start;
    }
    return at;
}

// Several passages may begin in one line: they share what is left of it by their sizes.
static void
share_line(draft_t *self, size_t first, const size_t *sizes, size_t end)
{
    size_t all = 0, before = 0, start = self->cuts[first].byte;
    for (size_t i = first; i < self->cut_count; i++)
        all += sizes[i];
    for (size_t i = first; i < self->cut_count; i++) {
        size_t at = start + (all > 0? (size_t)((double)(end - start) * (double)before / (double)all): 0);
        while (at > start && ((unsigned char)self->text[at] & 0xC0) == 0x80)
            at--;
        self->cuts[i].byte = (uint32_t)at;
        before += sizes[i];
    }
}

typedef struct {
    size_t sizes[PASSAGES];
    size_t first;                               // of those that begin in the line that was last looked at
    size_t at, start;                           // where that line begins; where its passage does
    int64_t line;
} walk_t;

static void
add_cut(draft_t *self, walk_t *walk, int64_t line, size_t own)
{
    while (walk->line < line) {
        const char *end = memchr(self->text + walk->at, '\n', self->size - walk->at);
        if (!end)
            break;
        walk->at = (size_t)(end + 1 - self->text);
        walk->line++;
    }
    size_t begins = self->cut_count == 0? 0: step_back(self->text, walk->at, walk->start);
    if (self->cut_count > walk->first && begins > walk->start) {
        share_line(self, walk->first, walk->sizes, begins);
        walk->first = self->cut_count;
    }
    walk->start = begins > walk->start? begins: walk->start;
    walk->sizes[self->cut_count] = own;
    self->cuts[self->cut_count++].byte = (uint32_t)walk->start;
}

static code_t
find_cuts(index_t *index, draft_t *self)
{
    code_t code = OK;
    walk_t *walk = calloc(1, sizeof *walk);
    if (!walk)
        return INTERNAL;
    walk->line = self->line;
    sqlite3_stmt *row = index_bind(index, "SELECT line, size FROM passage WHERE page = ?"
                                          " ORDER BY ord", "i", self->page);
    while (self->cut_count < PASSAGES && index_row(index, row, &code)) {
        int64_t own = sqlite3_column_int64(row, 1);
        add_cut(self, walk, sqlite3_column_int64(row, 0), own > 0? (size_t)own: 0);
    }
    sqlite3_reset(row);
    if (self->cut_count > walk->first)
        share_line(self, walk->first, walk->sizes, self->size);
    if (self->cut_count == 0)
        self->cuts[self->cut_count++] = (cut_t){ 0, 0 };
    free(walk);
    return code;
}

// ---- counting ------------------------------------------------------------------------------------------------------

static int
count_body(void *context, const token_t *token)
{
    draft_t *self = context;
    if (token->same)
        return 0;
    while (self->next < self->cut_count && self->cuts[self->next].byte <= token->start)
        self->cuts[self->next++].word = self->length;
    self->length++;
    return 0;
}

static int
count_head(void *context, const token_t *token)
{
    draft_t *self = context;
    self->heads += !token->same;
    return 0;
}

static void
count(draft_t *self)
{
    index_tokens(self->text, self->size, self, count_body);
    while (self->next < self->cut_count)
        self->cuts[self->next++].word = self->length;
    index_tokens(self->title, strlen(self->title), self, count_head);
    index_tokens(self->tags, strlen(self->tags), self, count_head);
}

// ---- rows ----------------------------------------------------------------------------------------------------------

static code_t
put_words(index_t *index, const draft_t *self)
{
    sqlite3_stmt *insert = index_bind(index, "INSERT INTO words(rowid, title, tags, body) VALUES(?, ?, ?, ?)", "itt",
                                      self->page, self->title, self->tags);
    if (insert)
        sqlite3_bind_text(insert, 4, self->text, (int)self->size, SQLITE_STATIC);
    code_t code = index_run(index, insert);
    if (code != OK)
        return code;
    insert = index_bind(index, "INSERT INTO word_page(page, title, tags, heads, length, cuts) VALUES(?, ?, ?, ?, ?, ?)",
                        "ittii", self->page, self->title, self->tags, (int64_t)self->heads, (int64_t)self->length);
    if (insert)
        sqlite3_bind_blob(insert, 6, self->cuts, (int)(self->cut_count * sizeof *self->cuts), SQLITE_STATIC);
    return index_run(index, insert);
}

static code_t
add_totals(index_t *index, const draft_t *self, int sign)
{
    int64_t heads = self->heads, cuts = (int64_t)self->cut_count, length = self->length;
    return index_run(index, index_bind(index, "UPDATE word_total SET pages = pages + ?, words = words + ?,"
        " passages = passages + ?, passage_words = passage_words + ?", "iiii", (int64_t)sign, sign * (heads + length),
        sign * cuts, sign * (length + heads * cuts)));
}

// The title, and the name where that says more.
static void
make_title(const char *page, const char *title, const char *heading, char text[NAME_ROOM])
{
    char name[PAGE_ID_SIZE], key[PAGE_ID_SIZE], other[PAGE_ID_SIZE];
    const char *slash = strrchr(page, '/'), *shown = *title? title: heading;
    page_search_key(slash? slash + 1: page, name);
    page_search_key(shown, key);
    page_search_key(heading, other);
    bool says_more = strcmp(name, key) != 0;
    bool heads = *title && *heading && strcmp(key, other) != 0 && strcmp(name, other) != 0;
    snprintf(text, NAME_ROOM, "%.1300s%s%s%s%.1300s", shown, says_more? "\n": "", says_more? name: "", heads? "\n": "",
             heads? heading: "");
}

static code_t
put_draft(index_t *index, draft_t *self)
{
    code_t code = find_cuts(index, self);
    if (code != OK)
        return code;
    count(self);
    code = put_words(index, self);
    return code == OK? add_totals(index, self, 1): code;
}

code_t
index_words_put(index_t *self, int64_t page)
{
    char title[NAME_ROOM];
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self, "SELECT b.text, b.line, p.page, p.title, p.heading, p.tags FROM page p"
                                         " JOIN body b ON b.id = p.id WHERE p.id = ?", "i", page);
    draft_t *draft = calloc(1, sizeof *draft);
    if (!draft)
        return INTERNAL;
    if (index_row(self, row, &code)) {
        make_title(index_text(row, 2), index_text(row, 3), index_text(row, 4), title);
        *draft = (draft_t){ .page = page, .text = index_text(row, 0), .size = (size_t)sqlite3_column_bytes(row, 0),
                            .line = sqlite3_column_int64(row, 1), .title = title, .tags = index_text(row, 5) };
        code = put_draft(self, draft);
        if (code == OK)
            code = index_sign_put(self, page, draft->text, draft->size);
        if (code == OK)
            code = index_names_put(self, page);
        sqlite3_reset(row);
    }
    free(draft);
    return code;
}

// FTS5 takes out what it is told that it was given.
static code_t
take_out(index_t *self, int64_t page, sqlite3_stmt *row)
{
    draft_t totals = { .heads = (uint32_t)sqlite3_column_int64(row, 3),
                       .length = (uint32_t)sqlite3_column_int64(row, 4),
                       .cut_count = (size_t)sqlite3_column_int64(row, 5) / sizeof(cut_t) };
    sqlite3_stmt *out = index_bind(self, "INSERT INTO words(words, rowid, title, tags, body)"
                                         " VALUES('delete', ?, ?, ?, ?)", "itt", page, index_text(row, 1),
                                   index_text(row, 2));
    if (out)
        sqlite3_bind_text(out, 4, index_text(row, 0), sqlite3_column_bytes(row, 0), SQLITE_STATIC);
    code_t code = index_run(self, out);
    return code == OK? add_totals(self, &totals, -1): code;
}

code_t
index_words_remove(index_t *self, int64_t page)
{
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self, "SELECT b.text, w.title, w.tags, w.heads, w.length, length(w.cuts)"
                                         " FROM word_page w JOIN body b ON b.id = w.page WHERE w.page = ?", "i", page);
    if (!index_row(self, row, &code))
        return code;
    code = take_out(self, page, row);
    sqlite3_reset(row);
    if (code == OK)
        code = index_sign_put(self, page, NULL, 0);
    if (code == OK)
        code = index_run(self, index_bind(self, "DELETE FROM name WHERE page = ?", "i", page));
    return code == OK? index_run(self, index_bind(self, "DELETE FROM word_page WHERE page = ?", "i", page)): code;
}
