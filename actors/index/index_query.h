// index_query - pages, links and history: reading
//
// Everything here goes by an index of the file, and a list goes on behind the last row that was shown (its cursor), so
// that the first page of a list costs the same however long it is. What may not be seen is as if it were not there: it
// is neither told nor counted, and a link to it leads nowhere. Rows are handed to a function that takes them one by
// one; their strings are views until it returns; when it says false it has no room, and has not taken the row.
#ifndef INDEX_QUERY_H
#define INDEX_QUERY_H
#include "index.h"

typedef bool (*index_visible_fn)(void *context, const char *file);
typedef struct {
    index_visible_fn visible;                   // NULL: everything may be seen
    void *context;
} index_sight_t;
static inline bool
index_sees(const index_sight_t *sight, const char *file)
{
    return !sight->visible || sight->visible(sight->context, file);
}

// ---- all of it (index_about.c) ------------------------------------------------------------------------------------
typedef struct {
    int64_t pages, passages, links, commits, bytes;
} index_facts_t;
// The counts are kept, so this is quick.
code_t index_facts(index_t *self, index_facts_t *facts);
// A number, never 0, that is another one as soon as somebody else has written. It belongs to this connection.
code_t index_version(index_t *self, int64_t *version);

// ---- where a path leads (index_place.c) ----------------------------------------------------------------------------
// As the store answers store.exists: a page of this id, else a file, else a folder of this path.
typedef struct {
    char kind;                                  // 0 missing, 1 page, 2 file, 3 folder
    int64_t id;                                 // of 1 and 2: number of the file
    char file[PAGE_ID_SIZE];                    // of 1 and 2
    char path[PAGE_ID_SIZE];                    // of 1: the file without ".md"; else what was asked for
} index_place_t;
code_t index_place(index_t *self, const index_sight_t *sight, const char *target, index_place_t *place);
// The page of this spelling, or the file of this path; of what is gone the one that changed last. NOT_FOUND: there
// never was one, or it may not be seen.
typedef struct { const char *path; bool exact; } index_name_t;
code_t index_find(index_t *self, const index_sight_t *sight, const index_name_t *name, index_place_t *place);
// The id of the home page: `set`, or as the store finds it.
code_t index_home(index_t *self, const char *set, char id[PAGE_ID_SIZE]);

// ---- history (index_history.c) -------------------------------------------------------------------------------------
typedef struct {
    const char *commit, *parent, *author, *email, *message;
    int64_t when, zone;
    char change;                                // of a page: a m d r; else 0
    const char *file;                           // of a page: its file then
    const char *const *files;                   // of the wiki, or of a folder: by path, the first that were wanted
    size_t files_count;
    int64_t file_count;                         // that changed; both names of a rename
} indexed_commit_t;
typedef struct {
    const char *path;                           // "": the wiki
    bool exact, below, pages;
    size_t files;                               // wanted for each row of the wiki
    const char *until, *cursor;                 // commits; "" for none
    index_sight_t sight;
} index_history_t;
typedef bool (*index_commit_fn)(void *context, const indexed_commit_t *row);
// Newest first; a page's goes on with the name that it had before. `next` is the cursor for what was not taken; "" at
// the end. NOT_FOUND: there never was such a page, or `until` is no commit; INVALID: the cursor is none.
code_t index_history(index_t *self, const index_history_t *what, index_commit_fn take, void *context, char next[65]);

// ---- pages (index_page.c, index_list.c) ----------------------------------------------------------------------------
typedef struct {
    const char *file, *page, *title, *heading, *category, *front, *blob;
    const char *tags;                           // one a line
    int64_t size, words;
    const char *revision, *author;              // the newest commit that changed it; "" if there is none
    int64_t when, zone;
} indexed_page_t;
typedef bool (*index_page_fn)(void *context, const indexed_page_t *row);
// By the number of its file. NOT_FOUND: it is no page.
code_t index_page(index_t *self, int64_t id, index_page_fn take, void *context);
// The same without the front matter, as lists want it. *taken: what `take` said.
code_t index_page_row(index_t *self, int64_t id, index_page_fn take, void *context, bool *taken);

typedef struct {
    const char *prefix, *category, *tag, *author, *only, *cursor;   // "": any; cursor: the last file that was taken
    bool dated;
    int64_t since;
    const char *home;                           // id, for only = orphaned
    int64_t known;                              // the total, plus 1, if it need not be counted again; else 0
    index_sight_t sight;
} index_list_t;
typedef struct { int64_t total; bool more; } index_listed_t;    // more: rows were not taken
// In order of the code points of their files. To count those that fit may mean to look at all pages.
code_t index_list(index_t *self, const index_list_t *what, index_page_fn take, void *context, index_listed_t *listed);

// ---- links (index_links.c) -----------------------------------------------------------------------------------------
typedef struct {
    char kind;                                  // w [[wiki]], m Markdown, i image
    char presence;                              // of what is there, as index_place_t
    const char *path;                           // of the page without ".md", the file, or what is missing
} index_link_row_t;
typedef bool (*index_link_fn)(void *context, const index_link_row_t *row);
// By path and kind, each once.
code_t index_links_from(index_t *self, const index_sight_t *sight, int64_t page, index_link_fn take, void *context);
code_t index_links_to(index_t *self, const index_sight_t *sight, const char *target, index_link_fn take, void *context);

// Has the page more than so many, or are there more that lead to the target? Asked where there is no time to tell them.
code_t index_has_many_links(index_t *self, int64_t page, const char *target, int64_t most, bool *many);

typedef struct {
    const char *const *targets;                 // ids of pages, and files; "a/": all below a
    size_t targets_count, limit;                // limit 0: ROWS
    const char *cursor;                         // the last file that was taken
    index_sight_t sight;
} index_linkers_t;
typedef bool (*index_name_fn)(void *context, const char *name);
// Files of the pages that link to any of them, by their path without ".md".
code_t index_linkers(index_t *self, const index_linkers_t *what, index_name_fn take, void *context, bool *more);

// ---- what leads nowhere (index_broken.c) ---------------------------------------------------------------------------
enum { WANTED_FROM = 5 };
typedef struct {
    const char *page;                           // the id that is missing
    int64_t count;                              // pages that link to it
    const char *from[WANTED_FROM];              // ids of some of them
    size_t from_count;
} index_wanted_t;
typedef bool (*index_wanted_fn)(void *context, const index_wanted_t *row);
// The most wanted first. All of them are looked for, so *total is known; `skip` of them were told before.
code_t index_wanted(index_t *self, const index_sight_t *sight, size_t skip, index_wanted_fn take, void *context,
                    int64_t *total);

typedef struct {
    const char *page, *target, *anchor;         // page: the id
    char kind;                                  // of the link
    const char *why;                            // page, file or anchor: what is missing
    int64_t line;
} index_broken_t;
typedef bool (*index_broken_fn)(void *context, const index_broken_t *row);
// By the file of the page and the place in it; the others as of index_wanted.
code_t index_broken(index_t *self, const index_sight_t *sight, size_t skip, index_broken_fn take, void *context,
                    int64_t *total);

// ---- all of them together (index_graph.c) --------------------------------------------------------------------------
typedef struct {
    const char *path;                           // around this page; "": everything
    int64_t depth;                              // links away from it
    bool all;                                   // Markdown links too
    size_t limit;                               // nodes from which edges are told
    const char *cursor;                         // the last file whose edges were told
    index_sight_t sight;
} index_graph_t;
typedef bool (*index_node_fn)(void *context, char presence, const char *path);
typedef bool (*index_edge_fn)(void *context, char kind, const char *from, const char *to);
typedef struct {
    index_node_fn node;
    index_edge_fn edge;
    void *context;
} index_graph_taker_t;
// Nodes by path, each once, and then edges by theirs. `next`: file after which it goes on; "" at the end.
code_t index_graph(index_t *self, const index_graph_t *what, const index_graph_taker_t *taker, char next[PAGE_ID_SIZE]);
#endif
