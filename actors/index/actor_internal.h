// actor_internal - what the handlers of the index actor share; they translate, and decide nothing but who may
// Names that are shared begin with follow_, reader_, query_ or words_: the store has its own actor_.
//
//   actor.c            the actor: opening, closing, routes
//   actor_folder.c     where the index lies
//   actor_follow.c     the serial worker: follows the store
//   actor_bring.c      brings an index to a commit; actor_pages.c, actor_sources.c
//   actor_build.c      a thread that makes a new index beside the old one
//   actor_jobs.c       index.reindex
//   actor_reader.c     a worker's connection, and who may see what
//   actor_query.c      pages, lists
//   actor_past.c       history
//   actor_links.c      what links to what
//   actor_words.c      words
#ifndef INDEX_ACTOR_INTERNAL_H
#define INDEX_ACTOR_INTERNAL_H
#include <limits.h>
#include <sys/types.h>
#include "../core/actor.h"
#include "../core/flow.h"
#include "../../proto/rules.h"
#include "index.h"
#include "index_query.h"

// In the folder of the index. The second becomes the first once it is whole.
#define INDEX_FILE "index.db"
#define BUILDING_FILE INDEX_FILE ".building"
#define STATE_FILE "state.db"
#define JOB_REINDEX "reindex"

enum { READER_COUNTED = 8 };
typedef struct follow follow_t;
typedef struct {
    zconfig_t *config;                          // borrowed; outlives the worker
    page_naming_t naming;
    render_style_t style;
    follow_t *follow;                           // of the serial worker alone; NULL elsewhere, and until it is needed
    char home[PAGE_ID_SIZE];                    // id of the home page that is set; "": as the store finds it
    char fingerprint[128];                      // of renderer and chunker
    char file[PATH_MAX];                        // of the index; "": not known yet
    char building[PATH_MAX], jobs_file[PATH_MAX];       // beside it
    struct jobs *jobs;                          // of who starts and cancels them; NULL: not opened yet
    index_t *reader;                            // NULL: not opened yet, or there is no index yet
    struct { uint64_t rules; int64_t version, total; } counted[READER_COUNTED];      // pages that some may see
    size_t counted_next;
    dev_t device;                               // of the file that the reader has open
    ino_t inode;
} state_t;

// Who asks, for the callbacks of the index.
typedef struct {
    const state_t *state;
    const caller_t *caller;
} reader_t;

// The folder of the index: the setting, else our own state, else in the git folder, else (where nothing of these can be
// written, or there is no repository on this host) one that goes when the program ends; *spare says so. False: not yet,
// since the repository is not there yet; or nowhere.
bool folder_of_index(zconfig_t *config, char folder[PATH_MAX], bool *spare);
// Names its files, once. False: not yet.
bool place_find(state_t *self);

// ---- the serial worker (actor_follow.c) -------------------------------------------------------------------------
code_t follow_call(void *state, call_t *call, const void *request, void *reply);
void follow_flush(void *state);
void follow_tick(void *state);
void follow_destroy(follow_t **self);

// ---- jobs (actor_jobs.c) ------------------------------------------------------------------------------------------
code_t jobs_call(void *state, call_t *call, const void *request, void *reply);

// ---- what reads (actor_reader.c) --------------------------------------------------------------------------------
// Begins to read one state of the index, the newest whole one; *index is a view until reader_end. UNAVAILABLE (with its
// text in the call): there is none yet.
code_t reader_begin(state_t *self, call_t *call, index_t **index);
// Ends it and the handler: `code` as it is, with the index's own text if it is not OK and has none.
code_t reader_end(state_t *self, call_t *call, code_t code);
// Has a reader found that the file is damaged? Told once: then it is to be built anew.
bool reader_found_damage(const state_t *self);
// What every answer says of the state it is of.
code_t reader_stands(index_t *index, call_t *call, const char *at_least, const char **commit, bool *behind);
// May the caller read this file? As in the store: its page's id, or its folded path, has to be allowed as well.
bool reader_may_read(void *reader, const char *file);
// What the caller may see; `reader` has to live as long. Without a callback if it is everything.
index_sight_t reader_sight(reader_t *reader, const state_t *state, const caller_t *caller);
const char *reader_copy(call_t *call, const char *text);    // into the arena; NULL becomes ""

// Is there room for one more row, of so many bytes of text? Counts it.
typedef struct {
    call_t *call;
    size_t count, limit, bytes;
} reader_room_t;
reader_room_t reader_room(call_t *call, int64_t limit, int64_t usual);      // limit 0: `usual`; no more than ROWS
bool reader_fits(reader_room_t *self, size_t text);
// What a call of the owning thread may ask for at most: a list of so many rows takes about 100 us.
enum { READER_QUICK = 50 };

// ---- handlers (actor_query.c, actor_past.c, actor_links.c) ---------------------------------------------------------
code_t query_on_about(void *state, call_t *call, const void *request, void *reply);
code_t query_on_page(void *state, call_t *call, const void *request, void *reply);
code_t query_on_list(void *state, call_t *call, const void *request, void *reply);
code_t query_on_history(void *state, call_t *call, const void *request, void *reply);
code_t query_on_graph(void *state, call_t *call, const void *request, void *reply);
code_t query_on_wanted(void *state, call_t *call, const void *request, void *reply);
code_t query_on_broken(void *state, call_t *call, const void *request, void *reply);
code_t query_on_linkers(void *state, call_t *call, const void *request, void *reply);
// What the contract says of a commit. Its strings are copied.
index_commit_row_t query_commit_row(call_t *call, const indexed_commit_t *from);
// ---- handlers (actor_words.c) -----------------------------------------------------------------------------------
code_t words_on_search(void *state, call_t *call, const void *request, void *reply);
code_t words_on_match(void *state, call_t *call, const void *request, void *reply);
code_t words_on_find(void *state, call_t *call, const void *request, void *reply);
#endif
