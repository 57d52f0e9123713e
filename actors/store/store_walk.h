// store_walk - back through the history, newest first, along one file or along everything
//
// Of a merge only the parent that has the same content is followed, as git does.
#ifndef STORE_WALK_H
#define STORE_WALK_H
#include "store_raw.h"

typedef struct {
    store_step_commit_t commit;
    const char *path;                           // belongs to the walk; "": everything
    store_trail_t trail;
    void *load;                                 // of blame
} store_stop_t;

typedef struct {
    store_t *store;
    store_visible_fn visible;                   // may this former name be followed? NULL: any
    void *context;
    store_stop_t **stops;                       // a heap: the newest first
    size_t count, room;
    git_oid *seen;                              // an open hash table; a zero id is free
    size_t seen_count, seen_room;
    char **paths;
    size_t path_count;
    int64_t soft_end, end;                      // on the steady clock
} store_walk_t;

// Half of the time until the deadline may be spent on the walk.
void store_walk_begin(store_walk_t *self, store_t *store, int64_t deadline);
void store_walk_end(store_walk_t *self);
bool store_walk_late(const store_walk_t *self);
// Adds a commit to go back from; one that was there before is left out. NOT_FOUND, INTERNAL.
code_t store_walk_start(store_walk_t *self, const git_oid *commit, const char *path);
// Takes the stop. False: memory ran out.
bool store_walk_push(store_walk_t *self, store_stop_t *stop);
// The same, unless its commit was in the walk before.
bool store_walk_push_new(store_walk_t *self, store_stop_t *stop);
// The newest stop, owned by the caller (free); NULL: the walk is over.
store_stop_t *store_walk_pop(store_walk_t *self);

typedef struct {
    store_stop_t *parents[WALK_PARENTS];        // where the file comes from; owned by the caller
    size_t count;
    const char *change;                         // added, modified, deleted, renamed; NULL: nothing changed here
} store_origin_t;
// Where does the content at this stop come from? Without a path: from all parents. INTERNAL.
code_t store_walk_origin(store_walk_t *self, const store_stop_t *stop, store_origin_t *origin);
#endif
