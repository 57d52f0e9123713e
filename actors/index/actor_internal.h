// actor_internal - what the handlers of the index actor share; they translate, and decide nothing but who may
// Names that are shared begin with follow_, index_ or reader_: the store has its own actor_.
//
//   actor.c            the actor: opening, closing, routes, a reader's connection
//   actor_folder.c     where the index lies
//   actor_follow.c     the serial worker: follows the store
#ifndef INDEX_ACTOR_INTERNAL_H
#define INDEX_ACTOR_INTERNAL_H
#include <limits.h>
#include "../core/actor.h"
#include "../core/flow.h"
#include "index.h"

#define INDEX_FILE "index.db"

typedef struct follow follow_t;
typedef struct {
    zconfig_t *config;                          // borrowed; outlives the worker
    page_naming_t naming;
    follow_t *follow;                           // of the serial worker alone; NULL elsewhere, and until it is needed
} state_t;

// The folder of the index: the setting, else our own state, else in the git folder, else (where nothing of these can be
// written, or there is no repository on this host) one that goes when the program ends; *spare says so. False: not yet,
// since the repository is not there yet; or nowhere.
bool folder_of_index(zconfig_t *config, char folder[PATH_MAX], bool *spare);

// ---- the serial worker (actor_follow.c) -------------------------------------------------------------------------
code_t follow_call(void *state, call_t *call, const void *request, void *reply);
void follow_flush(void *state);
void follow_tick(void *state);
void follow_destroy(follow_t **self);
#endif
