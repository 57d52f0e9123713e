// actor_bring - brings an index to the commit that the store stands at, in steps
//
// Commits come from store.log, and with them what each changed: the last state of a file counts. Where history is not
// one line, store.changes tells what differs in the end. Of an index without a commit, and after history was rewritten,
// every file of the commit is looked at (store.list) and those that are as before are passed over by their blob. Texts
// come from store.texts, what they hold from render.digest. All of it is one transaction, which may take several steps;
// of a long line of commits it is several, each of which ends at a commit.
//
// What is no text, is too large, or cannot be understood is a file: one bad page never breaks the others.
#ifndef ACTOR_BRING_H
#define ACTOR_BRING_H
#include "../core/flow.h"
#include "index.h"

typedef struct bring bring_t;
typedef struct {
    flow_t *flow;                               // borrowed, as is the index
    page_naming_t naming;
    render_style_t style;
    bool build;                                 // nobody reads it: what was done is kept before it is whole
} bring_options_t;
typedef struct {
    int64_t done, total;                        // commits and files, of those that are to be looked at
    int64_t pages;                              // put into the index
} bring_progress_t;

bring_t *bring_new(const bring_options_t *options);
void bring_destroy(bring_t **self);
// Goes on, or begins anew if nothing is at work. OK: the index stands at what was the head when it began, or later.
// LATER: `until` (of msg_steady_ms) has come; what was begun is kept, and the next call goes on with it. BUSY,
// UNAVAILABLE, TIMEOUT: the same, since store or renderer are away. CONFLICT: another file has taken the place of the
// index: open it anew. Any other code: what was begun is undone, and bring_why tells the reason. `trace` may be "".
code_t bring_step(bring_t *self, index_t *index, const char *trace, int64_t until);
// Another file is the index from now on: what does it stand at?
void bring_look(bring_t *self, index_t *index);
// Undoes what was begun.
void bring_drop(bring_t *self, index_t *index);
bool bring_at_work(const bring_t *self);
const char *bring_commit(const bring_t *self);          // that it stands at, as far as we know; "" for none
const char *bring_why(const bring_t *self);             // what went wrong
const bring_progress_t *bring_progress(const bring_t *self);
#endif
