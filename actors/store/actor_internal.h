// actor_internal - what the handlers of the store actor share; they translate, and decide nothing but who may
#ifndef STORE_ACTOR_INTERNAL_H
#define STORE_ACTOR_INTERNAL_H
#include "../core/actor.h"
#include "../../proto/rules.h"
#include "store.h"

// A write that waits for the flush. What it points to lives in the call's arena and message, or in `revert`.
typedef struct {
    call_t *call;
    store_write_t write;
    bool reverts;
    store_revert_t revert;
} pending_t;

typedef struct {
    store_t *store;
    page_naming_t naming;
    pending_t pending[LIMIT_BATCH];
    size_t pending_count;
    int ticks;                                  // since maintenance was put off
    bool wrote;                                 // since the last tick
} state_t;

// Who asks, for the callbacks of the store.
typedef struct {
    const state_t *state;
    const caller_t *caller;
} reader_t;

// May the caller do that to this file? Its page's id, or its folded path, has to be allowed as well as its spelling.
bool actor_allows(const state_t *self, const caller_t *caller, const char *file, int right);
// A store_visible_fn; the context is a reader_t.
bool actor_may_read(void *reader, const char *file);
// Ends a handler with what the store says of its last failure.
code_t actor_fail(const state_t *self, call_t *call, code_t code);
// As if it were not there.
code_t actor_hide(call_t *call, const char *path);
const char *actor_copy(call_t *call, const char *text);     // into the arena; NULL becomes ""
void actor_add_blob(call_t *call, const char *bytes, size_t size);

// The handlers (actor_read.c, actor_past.c, actor_log.c, actor_write.c).
code_t actor_on_read(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_find(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_list(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_exists(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_around(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_head(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_history(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_diff(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_blame(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_changes(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_log(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_texts(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_commit(void *state, call_t *call, const void *request, void *reply);
code_t actor_on_revert(void *state, call_t *call, const void *request, void *reply);
// Writes what waits, answers it, and says that the head moved.
void actor_flush(void *state);
#endif
