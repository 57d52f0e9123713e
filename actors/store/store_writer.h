// store_writer - what a store keeps for its writes, and one group of writes on its way
#ifndef STORE_WRITER_H
#define STORE_WRITER_H
#include "store_behind.h"
#include "store_patch.h"
#include "store_ref.h"
#include "store_requests.h"
#include <nettle/sha1.h>

// The index of the work tree as we left it (store_index.c).
typedef struct {
    bool valid;
    dev_t device;
    ino_t inode;
    struct timespec mtime;
    size_t size, count;
    uint8_t sum[20];                            // its checksum
    uint32_t *offsets;
    struct sha1_ctx *sums;                      // SHA-1 of what is before each STORE_INDEX_STEP bytes
    int64_t held;                               // when a lock was waited for in vain (store_steady); 0: never
} store_index_memory_t;

struct store_writer {
    store_index_memory_t index;
    store_requests_t *requests;
    bool ordered;                               // the file system keeps the order of renames (store_journal.h)
    bool log_refs, log_all;                     // core.logAllRefUpdates: make logs of branches, of every ref
    unsigned unique;                            // part of temporary names
    size_t packs;                               // that we wrote since they were last counted
    int64_t maintained;                         // when, on the steady clock; 0: never
    size_t left;                                // work-tree files that were left alone since store_left
    char left_path[PAGE_ID_SIZE];               // the first of them
};
// The writer of this store, made at its first use. NULL: no memory.
store_writer_t *store_writer_get(store_t *store);

// ---- files as a group of writes sees them (store_group.c) -------------------------------------------------------
typedef struct {
    unsigned mode;                              // 0: there is no file
    git_oid oid;
} store_state_t;

// A file that the group has looked at. A write changes `next`; when all of it went well that becomes `now`.
typedef struct store_file_entry {
    char *path;
    uint32_t path_hash, page_hash;              // page_hash 0: no page
    store_state_t old, now, next;               // before the group, after the last write, within this write
    bool pending;                               // `next` counts
    const struct store_file_entry *origin;      // of a move: where the file of `next` was before
} store_file_entry_t;

// What became of one write of a group.
typedef struct {
    bool made;                                  // it has a commit
    bool keyed;
    store_request_key_t key;
    git_oid parent, commit;                     // parent is zero for the first commit
    store_person_t person;
    char subject[128];                          // of its message, for the reflog
} store_step_t;

typedef struct {
    store_t *store;
    store_writer_t *writer;
    const store_write_t *writes;
    store_written_t *results;
    store_step_t *steps;                        // one a write
    size_t count;
    bool has_head;                              // the running head: with the writes so far
    git_oid head, root;
    store_objects_t objects;
    store_file_entry_t **files;
    size_t file_count, file_room;
    store_behind_t behind;                      // of the work tree, while it is being written
    bool ahead;                                 // another process was at work in the work tree, and stays there
} store_group_t;

// Judges and applies all writes to the head that the store knows; nothing is on disk yet. May be repeated after
// store_group_forget, on another head.
void store_group_apply(store_group_t *group);
void store_group_forget(store_group_t *group);
// Is there a commit to be written?
bool store_group_made(const store_group_t *group);
static inline const store_state_t *
store_file_state(const store_file_entry_t *file)
{
    return file->pending? &file->next: &file->now;
}
// The file at a path. INVALID: no path for a file of ours.
code_t store_group_file(store_group_t *group, const char *path, store_file_entry_t **file);
// The file that a page means, or the one that a new page gets; if exact the file of that path.
code_t store_group_resolve(store_group_t *group, const char *path, bool exact, store_file_entry_t **file);
// A file that exists and is the same page as this one, by another spelling; NULL: there is none.
code_t store_group_twin(store_group_t *group, const store_file_entry_t *file, store_file_entry_t **twin);

// ---- one write --------------------------------------------------------------------------------------------------
// Applied to the running head; the step and the result say what came of it. (store_apply.c)
code_t store_apply(store_group_t *group, size_t index);
// One change, into `next` of its files. (store_change.c)
typedef struct {
    store_group_t *group;
    const store_write_t *write;
    store_written_t *result;
    bool base_known;                            // base_root is the tree of this base revision
    char base[GIT_OID_HEXSZ + 1];
    git_oid base_root;
} store_apply_t;
code_t store_change_apply(store_apply_t *self, const store_action_t *change, store_file_entry_t **file);

// ---- to the disk ------------------------------------------------------------------------------------------------
// Objects, pack and ref, in the order that survives a crash. (store_publish.c)
code_t store_group_publish(store_group_t *group, store_ref_lock_t *lock);
// Lines in logs/HEAD and logs/<ref>, where the repository keeps them. (store_reflog.c)
void store_reflog(store_group_t *group, const char *ref);
// The work tree, in four steps (store_worktree.c): nobody else is at work there, and it is not behind;
void store_worktree_begin(store_group_t *group);
// the branch is about to move away from `parent`;
void store_worktree_note(store_group_t *group, const git_oid *parent);
// it has moved: work tree and index are brought along, where they were as the old head says;
void store_worktree_update(store_group_t *group);
void store_worktree_end(store_group_t *group);
#endif
