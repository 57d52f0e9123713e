// store_catch_up - a work tree that was left behind is brought along to the head
#ifndef STORE_CATCH_UP_H
#define STORE_CATCH_UP_H
#include "store_behind.h"
#include "store_writer.h"

// From where the note says to the commit `to`; the note is held, and cleared if all went well. A file is brought along
// if it holds what one of the commits in between says, or what a write of one over another leaves when it is cut off;
// likewise its entry in the index. Everything else was changed by hand: it is left alone and counted (store_left).
void store_catch_up(store_t *store, store_behind_t *behind, const git_oid *to);
// For store_open: if somebody left the work tree behind and nobody is at work there.
void store_catch_up_at_open(store_t *store);
#endif
