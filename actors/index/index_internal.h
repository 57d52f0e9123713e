// index_internal - what the files of the index share
#ifndef INDEX_INTERNAL_H
#define INDEX_INTERNAL_H
#include <sqlite3.h>
#include "index.h"

enum { INDEX_SCHEMA_VERSION = 4 };
extern const char index_schema[];

// What is counted, in the order of the names in index_db.c.
typedef enum { COUNT_PAGES, COUNT_PASSAGES, COUNT_LINKS, COUNT_COMMITS, COUNT_KINDS } index_count_t;

// A statement for each place in the program that asks for one; so their number is bounded by the program's text.
enum { INDEX_STATEMENTS = 256 };
typedef struct { const char *sql; sqlite3_stmt *statement; } index_statement_t;

struct index {
    sqlite3 *db;
    page_naming_t naming;
    int64_t counts[COUNT_KINDS];                // of this transaction: what comes to the kept ones
    index_statement_t statements[INDEX_STATEMENTS];
    struct index_kept *kept;                    // the last literal search (index_kept.c)
    struct places *places;                      // that a query for words is filling (index_words_fts.c)
    int log_pages;                              // of the writer: committed, and not yet at their place
    char error[256];
};

// ---- statements (index_db.c) --------------------------------------------------------------------------------------
// The statement of a string literal, ready to be bound; NULL: it cannot be prepared, and index_error says why. One
// literal is one statement: who asks for it again while it is at work begins it anew.
sqlite3_stmt *index_prepare(index_t *self, const char *literal);
// The same, its parameters bound from 1 on: t text (a view: it stays until it is reset), i int64_t, n NULL.
sqlite3_stmt *index_bind(index_t *self, const char *literal, const char *types, ...);
// True: a row. False: it is done or failed, and is reset; then *code says which, and it is not touched if OK.
bool index_row(index_t *self, sqlite3_stmt *statement, code_t *code);
// Runs to the end; rows are passed over. NULL (it could not be prepared): its failure.
code_t index_run(index_t *self, sqlite3_stmt *statement);
// The first column of the first row, which may be missing: `otherwise`.
code_t index_number(index_t *self, sqlite3_stmt *statement, int64_t otherwise, int64_t *number);
// Keeps the text of what failed last; the code that it means.
code_t index_failed(index_t *self, int error);
code_t index_refuse(index_t *self, code_t code, const char *why);
static inline const char *
index_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text? text: "";
}

// ---- names (index_names.c) ----------------------------------------------------------------------------------------
// Without case, composed; may be cut to `size`. Never fails: what is no UTF-8 is copied.
void index_fold(const char *text, char *folded, size_t size);
// What a JSON value is compared by: text or number without case; "" for anything else.
void index_fold_json(const char *json, char *folded, size_t size);
// The file without ".md".
void index_raw_path(const char *file, char raw[PAGE_ID_SIZE]);
// Has it an extension other than ".md"? The renderer asks the same of what a link leads to.
bool index_is_file_name(const char *path);

// ---- files (index_put.c) ------------------------------------------------------------------------------------------
// The number of a file, which it keeps for ever; made if it has none.
code_t index_file_id(index_t *self, const char *file, int64_t *id);
// Of index_put_page (index_put_passages.c).
code_t index_put_passages(index_t *self, int64_t id, const index_page_t *page);

// ---- words (index_words_fts.c) ------------------------------------------------------------------------------------
extern const char index_words_schema[];
// Makes our tokenizer known to a connection, before anything reads the tables.
code_t index_words_open(index_t *self);
// ---- words (index_kept.c)
void index_kept_clear(index_t *self);
// ---- words (index_words_put.c) ------------------------------------------------------------------------------------
// Of index_put_page, in its transaction: called when the rows of the page stand, and before they go.
code_t index_words_put(index_t *self, int64_t page);
code_t index_words_remove(index_t *self, int64_t page);
#endif
