// sidebar - the tree beside a page as HTML
//
// Most pages show folders that others showed just before. Their entries are kept as HTML, of the folders used last,
// found by the rows themselves, so nothing can be stale; only the entry that leads to the page is written anew.
#ifndef SIDEBAR_H
#define SIDEBAR_H
#include "../proto/contract.h"
#include "../proto/page.h"
#include "template.h"

typedef struct sidebar sidebar_t;

sidebar_t *sidebar_new(const templates_t *templates, const page_naming_t *naming);     // borrows both
void sidebar_destroy(sidebar_t **self);
// The tree as list items, nothing if it is empty; `page` is the current one. The caller clears `out`.
void sidebar_render(sidebar_t *self, const char *page, const store_around_rep_t *around, output_t *out);
#endif
