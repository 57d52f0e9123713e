// index - what is derived from the commits of a wiki, in one SQLite file; knows nothing of messages
//
// Pages with their front matter, links with anchors and kinds, headings, passages, words (FTS5), commits and what each
// changed. All of it is a function of one commit and of the fingerprint of renderer, chunker and schema; the file
// can be deleted at any time. One connection belongs to one thread; one of them writes, any number read (WAL), and a
// reader sees one commit from index_begin_read to index_end_read. Strings that a query returns are views, until the
// next call on the same connection unless it says otherwise.
//
//   index.h            the connection, and writing pages and commits
//   index_query.h      pages, links, history: reading
//   index_words.h      words: searching
//   index_chunk.h      passages of a text; pure
//   index_jobs.h       the state database: jobs
#ifndef INDEX_H
#define INDEX_H
#include "../../proto/code.h"
#include "../../proto/page.h"

typedef struct index index_t;
typedef struct {
    const char *file;                           // path of the SQLite file
    bool write;                                 // makes it if it is missing
    page_naming_t naming;
    const char *fingerprint;                    // of renderer, chunker and settings; the schema's version is added
} index_options_t;

// NULL: *why (static or owned by the thread) says what was wrong. Of a file with another fingerprint, and for a reader
// of one that is missing or empty: NULL with *code NOT_FOUND; what is no index or is damaged: UNSUPPORTED, which any
// other call may answer too, once it meets the damage: then the file is to be built anew.
index_t *index_open(const index_options_t *options, code_t *code, const char **why);
void index_close(index_t **self);
const char *index_error(const index_t *self);   // of the last failure
code_t index_begin(index_t *self);              // of the writer: all or nothing until index_commit
code_t index_commit(index_t *self);             // does not wait for the disk: what a crash loses is followed again
void index_rollback(index_t *self);             // keeps the text of index_error
// Of the writer, when it has nothing better to do: brings what was committed to its place, so that no commit has to
// wait for the disk. Left out for too long, a commit does it.
void index_tidy(index_t *self);
code_t index_begin_read(index_t *self);
void index_end_read(index_t *self);
// Puts a file that was made beside it in the place of the index, whole. Nobody may have `made` open, and no writer
// `file`; readers of the old one go on with it until they open the new one (its inode is another).
code_t index_swap_in(const char *made, const char *file);

// ---- what it stands at ------------------------------------------------------------------------------------------
// The commit, or "" for none yet.
code_t index_stands_at(index_t *self, char commit[65]);
code_t index_set_commit(index_t *self, const char *commit);
// Is this commit in the history that was indexed?
bool index_has_commit(index_t *self, const char *commit);
// The git object id that stands under this file; "" if there is none.
code_t index_blob_of(index_t *self, const char *file, char blob[65]);

// ---- of who builds and follows (index_mark.c) ------------------------------------------------------------------
// A note in the file, of at most 64 bytes; "" if it was never made.
code_t index_mark(index_t *self, const char *name, char value[65]);
code_t index_set_mark(index_t *self, const char *name, const char *value);
// Has another file taken the place of the one that is open?
bool index_moved(index_t *self);
// For one that is built from nothing: takes more memory, and less time.
code_t index_make_roomy(index_t *self);

// ---- writing: pages and files of the commit it goes to (index_put.c) --------------------------------------------
typedef struct {
    const char *text, *id;                      // anchor
    int level;
    size_t line, last_line, start, end;         // in the whole source: lines from 1, byte range of the section
} index_heading_t;
typedef struct {
    const char *target, *anchor;                // page id or file ("" for the page itself); anchor may be ""
    char kind;                                  // w [[wiki]], m Markdown, i image
    size_t line;
} index_link_t;
typedef struct {
    const char *file, *page, *blob;             // of the repository; canonical id; git object id
    const char *title, *heading;                // of the front matter; first of level 1; "" if there is none
    const char *category, *front;               // JSON; "" if there is none
    const char *const *tags;
    size_t tag_count;
    const char *text;                           // the whole source
    size_t size, body;                          // body: where the text behind the front matter begins
    size_t words;                               // of the body
    const index_heading_t *headings;
    size_t heading_count;
    const index_link_t *links;
    size_t link_count;
} index_page_t;
// Puts the page in the place of what stood there under this file: row, tags, headings, links, passages, words.
code_t index_put_page(index_t *self, const index_page_t *page);
// A file that is no page (or one that cannot be read as text): links can lead to it, that is all.
code_t index_put_file(index_t *self, const char *file, const char *blob);
// Takes a page or file out; its history stays.
code_t index_remove(index_t *self, const char *file);
// Calls for each file that stands in it, in order, until one says false: to find those that a commit has no longer.
typedef bool (*index_file_fn)(void *context, const char *file, const char *blob);
code_t index_each_file(index_t *self, index_file_fn each, void *context);

// ---- writing: commits, oldest first (index_put_commit.c) ----------------------------------------------------------
typedef struct {
    const char *file, *from;                    // from: of a rename; else ""
    char change;                                // a added, m modified, d deleted, r renamed
} index_change_t;
typedef struct {
    const char *commit, *parent, *author, *email, *message;
    int64_t when, zone;
    const index_change_t *changes;
    size_t change_count;
} index_log_t;
// The same commit may come several times, each time with further changes.
code_t index_put_commit(index_t *self, const index_log_t *log);
code_t index_forget_commits(index_t *self);     // history was rewritten
#endif
