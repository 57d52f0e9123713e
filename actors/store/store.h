// store - pages in a git repository; knows nothing of messages
//
// One store_t belongs to one thread; several, in one process or many, may share a repository. Reads come from
// commits, never from a work tree. Strings that a result holds are owned by the result, freed by its own function.
// Errors: a code, and store_error() gives a text for people about the last failure on this store.
#ifndef STORE_H
#define STORE_H
#include <stdio.h>
#include "../../proto/code.h"
#include "../../proto/page.h"

typedef struct store store_t;

typedef struct {
    const char *folder;                         // repository, bare or not, or a folder inside a work tree's top
    const char *state;                          // where our own state lies; NULL: <git dir>/wikibot
    const char *home;                           // HOME_PAGE; NULL or "": home, README, index, whichever exists
    page_naming_t naming;
    bool durable;                               // fsync before a write is acknowledged
    bool init;                                  // make a repository of a plain folder that has files in it
} store_options_t;

// Opens; makes a repository with a first page of an empty or missing folder. NULL: *why (static or owned by the
// thread until the next call) says what was wrong and what to do. Read-only disks open fine and say so in
// store_writable.
store_t *store_open(const store_options_t *options, const char **why);
void store_close(store_t **self);
const char *store_error(const store_t *self);   // a view, until the next call on this store
bool store_writable(const store_t *self);

// A git object id as 40 hex digits and NUL.
typedef struct { char hex[41]; } store_oid_t;

// Until store_release all answers are of one head: for what is put together of several. Looks the ref up once.
code_t store_hold(store_t *self);
void store_release(store_t *self);

// The head, looked up again if the ref moved. Empty hex if the repository has no commit yet.
code_t store_head(store_t *self, store_oid_t *head);
// Page id of the home page at the head: HOME_PAGE, else home, README, index, else "home".
code_t store_home(store_t *self, char id[PAGE_ID_SIZE]);

// ---- reading (store_read.c, store_catalog.c, store_list.c) -------------------------------------------------------
typedef struct {
    char file[PAGE_ID_SIZE];
    char page[PAGE_ID_SIZE];                    // "" if the file is no page
    store_oid_t commit;
    store_oid_t blob;
    char *text;                                 // `size` bytes and a final NUL; NULL if only the facts were wanted
    size_t size;
    size_t total;                               // of the whole file
    bool binary;
} store_content_t;
typedef struct {
    const char *path;                           // a page in any spelling, or a file if exact
    bool exact;
    const char *commit;                         // NULL or "": the head; else a revision, as git names it: an id of 4
                                                // to 40 hex digits, HEAD, a branch or tag; ~N and ^N behind it
    size_t offset, size;                        // the part wanted; size 0: to the end
    bool stat;                                  // only the facts, no text
    size_t most;                                // TOO_LARGE if the whole file is larger; 0: as large as can be sent
} store_read_t;
// NOT_FOUND: no such page, file or commit. INVALID: no path, no revision, or an ambiguous prefix.
code_t store_read(store_t *self, const store_read_t *what, store_content_t *content);
void store_content_clear(store_content_t *content);

// Which file is this page at the head? NOT_FOUND: none; then `file` is the one that a new page would get.
code_t store_resolve(store_t *self, const char *spelling, char file[PAGE_ID_SIZE]);
typedef bool (*store_visible_fn)(void *context, const char *path);      // may the caller read this?
typedef struct {
    const char *const *paths;
    size_t count;
    store_visible_fn visible;                   // NULL: everything; what is not is missing
    void *context;
} store_paths_t;
// A digit a path, as in the contract: 0 missing, 1 page, 2 file, 3 folder; `kinds` has room for count + 1.
code_t store_exists(store_t *self, const store_paths_t *paths, char *kinds);
typedef struct {
    char *file;
    char *page;                                 // NULL: the file is no page
    store_oid_t blob;
    int64_t size;
} store_listed_t;
typedef struct {
    store_oid_t commit;
    store_listed_t *rows;
    size_t count;
    size_t total;
    char *cursor;                               // NULL: this was the last
} store_list_t;
typedef struct {
    const char *prefix, *commit, *cursor;       // NULL or "" where not wanted
    bool files;
    size_t limit;
    store_visible_fn visible;                   // NULL: everything
    void *context;
} store_list_options_t;
code_t store_list(store_t *self, const store_list_options_t *options, store_list_t *list);
void store_list_clear(store_list_t *list);

typedef struct {
    const char *words;                          // each of them, in any case and with any accents, is part of the name
    size_t limit;                               // 0 or more than LIMIT_FOUND: LIMIT_FOUND
    store_visible_fn visible;                   // NULL: everything
    void *context;
} store_find_t;
typedef struct {
    store_oid_t commit;
    char **pages;                               // ids: those named so, those that begin so, a word of which does, ...
    size_t count, total;                        // total: of all that were found
    bool exact;                                 // the first is named so
} store_found_t;
// Pages of the head by their names; a walk through the catalog, 3 ms at 10,000 pages. (store_find.c)
code_t store_find(store_t *self, const store_find_t *what, store_found_t *found);
void store_found_clear(store_found_t *found);

typedef struct {
    store_visible_fn visible;                   // NULL: everything
    void *context;
    uint64_t class;                             // equal for all who may read the same: what they see is kept
} store_sight_t;
typedef struct {
    char folder[PAGE_ID_SIZE];                  // "" is the root
    char open[PAGE_ID_SIZE];                    // the entry that leads to the page, or is it; "" if there is none
    char *rows;                                 // as store_level of the contract
    bool more;                                  // entries were left out
} store_tree_level_t;
// The tree around a page, from the root down: at most SIDEBAR_ENTRIES, its ancestors always among them. Free with
// store_tree_clear.
code_t store_tree(store_t *self, const char *page, const store_sight_t *sight, store_tree_level_t **levels,
                  size_t *count);
void store_tree_clear(store_tree_level_t **levels, size_t count);

// ---- history (store_history.c, store_diff.c, store_blame.c, store_changes.c, store_log.c) ------------------------
typedef struct {
    store_oid_t commit;
    char *author, *email, *message;             // message without our trailers
    int64_t when;
    int zone;
    const char *change;                         // static: added, modified, deleted, renamed; "" for the wiki's history
    char **files;                               // at most 20
    size_t file_count;                          // kept in `files`
    size_t files_total;                         // that changed
    store_oid_t parent;                         // the first one; "" if there is none
} store_commit_info_t;
typedef struct {
    store_oid_t commit;
    store_commit_info_t *rows;
    size_t count;
    char *cursor;                               // NULL: this was the last
} store_history_t;
typedef struct {
    const char *path;                           // NULL or "": the wiki
    bool exact;
    const char *commit, *cursor;
    size_t limit;
    int64_t deadline;                           // Unix milliseconds
    store_visible_fn visible;
    void *context;
} store_history_options_t;
// When half of the time until the deadline is spent, the rows so far, perhaps none, come with a cursor that leads on.
// NOT_FOUND: no such commit, or there never was such a page. INVALID: no path, or a cursor that is none of ours.
code_t store_history(store_t *self, const store_history_options_t *options, store_history_t *history);
void store_history_clear(store_history_t *history);

typedef struct {
    store_oid_t from, to;                       // "" if there is none
    char from_file[PAGE_ID_SIZE], to_file[PAGE_ID_SIZE];
    char *text;                                 // hunks in unified form
    size_t size;
    size_t added, removed;
    bool binary, cut;
} store_diff_t;
code_t store_diff(store_t *self, const char *path, bool exact, const char *from, const char *to, store_diff_t *diff);
void store_diff_clear(store_diff_t *diff);

typedef struct {
    store_oid_t commit;
    char *author, *summary;
    int64_t when;
    size_t line, lines;
} store_blamed_t;
typedef struct {
    store_content_t content;
    store_blamed_t *rows;
    size_t count;
    bool partial;
} store_blame_t;
typedef struct {
    const char *path;
    bool exact;
    const char *commit;                         // NULL or "": the head
    int64_t deadline;                           // Unix milliseconds
    const char *const *commits;                 // ids of those that changed it, the newest first: no others are read
    size_t commit_count;
} store_blame_options_t;
code_t store_blame(store_t *self, const store_blame_options_t *options, store_blame_t *blame);
void store_blame_clear(store_blame_t *blame);

typedef struct {
    char *file;
    store_oid_t before, after;                  // "" where not there
} store_changed_file_t;
typedef struct {
    store_oid_t commit;
    store_changed_file_t *rows;
    size_t count;
    char *cursor;
    bool rewritten;
} store_changes_t;
// NOT_FOUND: a commit is not there (any more): begin without `since`.
code_t store_changes(store_t *self, const char *since, const char *until, const char *cursor, store_changes_t *changes);
void store_changes_clear(store_changes_t *changes);

typedef struct {
    char *file, *from;                          // from: renamed, what it was; else NULL
    const char *change;                         // static: added, modified, deleted, renamed
    store_oid_t blob;                           // after; "" if it is gone
} store_logged_file_t;
typedef struct {
    store_commit_info_t info;                   // without files
    store_logged_file_t *files;
    size_t file_count, files_total;             // of this row; of all rows of the commit
    bool more;                                  // the next answer begins with a further row of this commit
} store_logged_t;
typedef struct {
    store_oid_t commit;
    store_logged_t *rows;
    size_t count, total;                        // total: of all commits between the two
    char *cursor;                               // NULL: this was the last
    bool rewritten;
} store_log_t;
typedef struct {
    const char *since, *until, *cursor;         // NULL or "" where not wanted
    size_t limit;                               // 0: as many as fit
    int64_t deadline;                           // Unix milliseconds
} store_log_options_t;
// Every commit between two, parents before their children, with all that it changed. When half of the time until the
// deadline is spent, the rows so far, perhaps none, come with a cursor that leads on. A cursor is good in every
// process; the store that gave it goes on at once. NOT_FOUND: there is no `until`. INVALID: no revision, or a cursor
// that is none of ours. (store_log.c)
code_t store_log(store_t *self, const store_log_options_t *options, store_log_t *log);
void store_log_clear(store_log_t *log);

typedef struct {
    char kind;                                  // a letter, as in the contract
    char *text;                                 // `size` bytes; NULL unless it is t
    size_t size;
} store_text_of_t;
// The contents of objects, by id; texts[i] belongs to ids[i]. Beyond LIMIT_PAGE_BYTES together, or when half of the
// time is spent, the rest is left out, but never all of them. INTERNAL, NO_SPACE. (store_texts.c)
code_t store_texts(store_t *self, const char *const *ids, size_t count, int64_t deadline, store_text_of_t *texts);
void store_texts_clear(store_text_of_t *texts, size_t count);

// ---- writing (store_write.c, store_merge.c, store_pack.c, store_worktree.c) --------------------------------------
typedef struct {
    const char *action;                         // put, delete, move
    const char *path;
    bool exact;
    const char *base;
    const char *to;
    const char *text;                           // put: the content, borrowed
    size_t size;
} store_action_t;
typedef struct {
    const char *name, *email, *client;          // of the principal
    const char *message;
    const char *request_id;
    bool no_merge;
    int64_t deadline;
    const store_action_t *changes;
    size_t count;
} store_write_t;
typedef struct {
    code_t code;                                // OK, CONFLICT, INVALID, NOT_FOUND, READ_ONLY, NO_SPACE, TIMEOUT, ...
    char why[512];
    store_oid_t commit;                         // the new commit; CONFLICT: the head judged against
    char **files;                               // one a change
    size_t file_count;
    bool unchanged, merged, repeated;
    bool other;                                 // this Request-Id answered another request: nothing was done
    // CONFLICT: the first file in conflict, and its sides; NULL where a side has no file
    char conflict_file[PAGE_ID_SIZE];
    char *base, *ours, *theirs, *merge;         // ours = what the writer sent, theirs = the head's; merge has markers
    size_t base_size, ours_size, theirs_size, merge_size;
} store_written_t;
// Writes that waited together: each becomes a commit of its own, in order; all of them one small pack, one set of
// fsyncs and one move of the ref. results[i] belongs to writes[i]; one that fails does not disturb the others.
void store_write(store_t *self, const store_write_t *writes, size_t count, store_written_t *results);
void store_written_clear(store_written_t *result);
// The changes that undo `commit` (or bring `path` back to how it was at it), as a write against the head. The caller
// fills in author and message, runs store_write, and frees with store_revert_clear. CONFLICT where later changes
// overlap.
typedef struct {
    store_action_t *changes;
    size_t count;
    store_oid_t base;
    char subject[256];                          // first line of the reverted commit's message
} store_revert_t;
code_t store_revert(store_t *self, const char *commit, const char *path, store_revert_t *revert);
void store_revert_clear(store_revert_t *revert);

// Housekeeping, called when idle: true if the head has moved since the last call, and *head is the new one.
bool store_watch(store_t *self, store_oid_t *head);
// How many files of the work tree were left as somebody had changed them, since the last call, and the first of them.
size_t store_left(store_t *self, char path[PAGE_ID_SIZE]);
// Concatenates small packs if there are many, removes what nobody can use any more. Cheap when there is nothing to do.
void store_maintain(store_t *self);
// So many small packs were written since then that the next call should not be put off.
bool store_crowded(const store_t *self);
#endif
