// store_order - the commits that one has and another has not, parents before their children
//
// As `git rev-list --date-order --reverse since..until` lists them. Where clocks were wrong by years it may list some
// that `since` has too; it never leaves one out.
#ifndef STORE_ORDER_H
#define STORE_ORDER_H
#include "store_raw.h"

typedef struct store_order store_order_t;
// `since` zero: all. NULL: no memory.
store_order_t *store_order_new(const git_oid *since, const git_oid *until);
void store_order_free(store_order_t **self);
bool store_order_is_of(const store_order_t *self, const git_oid *since, const git_oid *until);
// Goes on with the walk until `end` on the steady clock; *done once all is known. NOT_FOUND: there is no commit
// `until`. TOO_LARGE: more than LIMIT_COMMITS. INTERNAL.
code_t store_order_go(store_order_t *self, store_t *store, int64_t end, bool *done);

// When it is done: `since` is no ancestor of `until`, or is gone; then there are no commits.
bool store_order_rewritten(const store_order_t *self);
size_t store_order_count(const store_order_t *self);
const git_oid *store_order_at(const store_order_t *self, size_t i);
#endif
