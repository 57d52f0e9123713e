// actor_pages - puts files of a commit into the index: texts from the store, what they hold from the renderer
#ifndef ACTOR_PAGES_H
#define ACTOR_PAGES_H
#include "../core/flow.h"
#include "index.h"

typedef struct {
    char *file;
    char blob[65];                              // "": it is gone
} changed_row_t;
// Files in the order they came, each once: what was said last counts.
typedef struct {
    changed_row_t *rows;
    size_t count, room;
    zhashx_t *places;                           // number of the row, from 1, by file
} changed_t;

void changed_put(changed_t *self, const char *file, const char *blob);
void changed_clear(changed_t *self);

typedef struct {
    flow_t *flow;
    index_t *index;
    page_naming_t naming;
    render_style_t style;
    bool passing;                               // all pages of a wiki: the renderer keeps none, for nobody reads them
    int64_t pages;                              // that were put into it, so far
    char why[256];                              // what went wrong
} pages_t;
// Puts the row at *next and some that follow, and moves *next behind them.
code_t pages_put(pages_t *self, const changed_t *changed, size_t *next);
#endif
