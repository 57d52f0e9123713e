// store_internal - what the files of the store share; nobody outside this folder includes it
//
// The reading half (open, catalog, read, list, history) and the writing half (ref, odb, pack, patch, write, merge) meet
// here. Whoever changes `head` goes through store_refresh, so that head, root and catalog are always of one commit.
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H
#include <git2.h>
#include <sys/stat.h>
#include <time.h>
#include "store.h"

typedef struct store_catalog store_catalog_t;   // store_catalog.c
typedef struct store_writer store_writer_t;     // store_writer.h
typedef struct store_recent store_recent_t;     // store_odb.c
typedef struct store_blames store_blames_t;     // store_blame_cache.c
typedef struct store_levels store_levels_t;     // store_level_cache.c
typedef struct store_logs store_logs_t;         // store_log.c

enum { STORE_REF_SIZE = 512 };

// What HEAD leads to (store_ref.c).
typedef struct {
    char name[STORE_REF_SIZE];                  // "refs/heads/main"; "HEAD" if it is detached
    bool exists;                                // false: a branch without a commit
    git_oid oid;
} store_ref_t;

struct store {
    git_repository *repo;
    git_odb *odb;                               // borrowed from repo's; store_odb_open sets and replaces it
    page_naming_t naming;
    bool durable;
    bool writable;
    char *git_dir;                              // these end with '/'; HEAD, index and logs/HEAD are here
    char *common_dir;                           // objects, refs and packed-refs; git_dir unless a linked work tree
    char *state_dir;
    char *work_tree;                            // NULL: a bare repository
    char home[PAGE_ID_SIZE];                    // HOME_PAGE as a page id; "" if not set

    bool held;                                  // store_hold: the head stays as it is
    bool has_head;                              // false: no commit yet; then head is zero and root is NULL
    git_oid head;
    git_tree *root;                             // of head
    store_catalog_t *catalog;
    store_catalog_t *past;                      // of another commit, the last one that was asked for
    store_writer_t *writer;                     // NULL until the first write
    store_recent_t *recent;                     // of store_odb.c, belongs to odb
    store_blames_t *blames;                     // NULL until the first blame
    store_levels_t *levels;                     // NULL until the first tree
    store_logs_t *logs;                         // NULL unless a log goes on
    unsigned odb_moves;                         // moves of the head since odb was opened

    struct timespec head_mtime, packed_mtime;   // of store_ref.c: what it remembers of HEAD and packed-refs
    ino_t head_inode, packed_inode;
    char ref_name[STORE_REF_SIZE];
    bool packed_known, packed_exists;
    git_oid packed_oid;                         // of ref_name
    git_oid watched;                            // head at the last store_watch
    char error[512];
};

// ---- reading half ------------------------------------------------------------------------------------------------
// Keeps the text for store_error and returns `code`. (store_open.c)
code_t store_fail(store_t *self, code_t code, const char *format, ...) __attribute__((format(printf, 3, 4)));
// The code for a failed libgit2 call or errno, with the text "what: reason". (store_open.c)
code_t store_fail_git(store_t *self, int error, const char *what);
// Reads the ref again; if it moved, head and root follow, the catalog at its next use. Microseconds if nothing moved.
code_t store_refresh(store_t *self);
// A commit by "" (the head), HEAD or 4 to 64 hex digits; the caller frees it. INVALID, NOT_FOUND. Does not refresh.
code_t store_commit_lookup(store_t *self, const char *revision, git_commit **commit);
// The same, also by the name of a branch or tag, and by its ancestors: main, v1.0^{}, HEAD~2, 1234567^2. What would
// search or read a reflog is INVALID. (store_revision.c)
code_t store_revision_lookup(store_t *self, const char *revision, git_commit **commit);
// The file of self->head that `path` means: if exact the path itself, else the page's file through the catalog.
// NOT_FOUND: there is none, and `file` is the one that a new page would get. INVALID: no path. Does not refresh.
code_t store_resolve_at(store_t *self, const char *path, bool exact, char file[PAGE_ID_SIZE]);
// Lets go of what was read for a former head. (store_catalog.c)
void store_catalog_free(store_catalog_t **self);
void store_blames_free(store_blames_t **self);
void store_levels_free(store_levels_t **self);
void store_logs_free(store_logs_t **self);

// ---- writing half ------------------------------------------------------------------------------------------------
// HEAD, loose ref and packed-refs, from the files themselves; 3 system calls if HEAD did not change. (store_ref.c)
code_t store_ref_read(store_t *self, store_ref_t *ref);
// Opens the object database with our list of recent objects in front, or opens it afresh: libgit2 keeps a file
// descriptor for every pack it ever saw. store_open calls it; INTERNAL. (store_odb.c)
code_t store_odb_open(store_t *self);
// To be called when the head moved: opens the database afresh after many moves. Trees held stay valid.
void store_odb_moved(store_t *self);
// Frees the writer; for store_close, before the repository goes. NULL is fine. (store_write.c)
void store_writer_free(store_writer_t **self);
// Sweeps temporary files and locks that a killed process left; for store_open if the repository is writable.
// (store_maintain.c)
void store_sweep(store_t *self);

// Three-way merge of text by lines; the caller frees *text. `clean` is false if it holds conflict markers.
// INTERNAL. (store_merge.c)
typedef struct { const char *text; size_t size; } store_text_t;
typedef struct { store_text_t base, ours, theirs; const char *ours_label, *theirs_label; } store_sides_t;
code_t store_merge_text(store_t *self, const store_sides_t *sides, char **text, size_t *size, bool *clean);
// Not UTF-8, or holds a NUL: can be read, not edited as text. (store_merge.c)
bool store_is_binary(const char *text, size_t size);

// Length of a commit message without our trailers and without the blank lines before them. (store_message.c)
size_t store_message_length(const char *message);
#endif
