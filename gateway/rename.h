// rename - what a new name for a page moves, and which links of other pages change with it
//
// A page moves with what is below it, sub-pages and attachments, or alone. The index says which pages link to what
// moves; these and the pages that move are looked through. Where the index is away or behind, all pages are, for half
// the time of the request: a rename must not lose links because something is missing that can be thrown away. If that
// was too short the plan is partial, and may be carried out without links.
#ifndef RENAME_H
#define RENAME_H
#include "web.h"

// Files below a page, in the order of their names.
typedef struct {
    const char **files;                         // in the arena of the request
    size_t count;
} below_t;
// TOO_LARGE: more than one commit may change. A view of a commit; `folder` without its final slash.
code_t below_read(web_t *self, const char *folder, const char *commit, below_t *below);

// The folder that the path of the request means, as it is spelled there or else as an id: a view. NOT_FOUND: nothing
// is below it, or it is no possible path.
code_t folder_find(web_t *self, const char *commit, const char **folder, below_t *below);

typedef struct {
    const char *page;                           // id
    const char *to, *to_page;                   // as it was typed; its id
    const char *file;                           // of the page; "": there is a folder alone
    const char *folder;
    const char *commit;                         // that was read
    const char *base;                           // at which the person saw the page
    bool alone;                                 // what is below the page stays; wiki links get `to` as it is written
    store_change_t *changes;                    // moves, then pages with other links
    size_t moves, count;
    int64_t links[LIMIT_CHANGES];               // of each of the changes
    int64_t missed;                             // links that ought to change and cannot
    bool partial;                               // not all pages could be looked at
    output_t texts;                             // content of the changes; cleared by rename_clear
} rename_t;

// `page`, `to`, `base` ("": what is read) and `alone` are filled in. NOT_FOUND: no such page or folder. INVALID: the
// new name. TOO_LARGE: more than one commit may change.
code_t rename_plan(web_t *self, rename_t *plan);
// Adds the pages whose links change: each a "put" of its file as it is called after the move, in order of these.
code_t rename_plan_links(web_t *self, rename_t *plan);
void rename_clear(rename_t *plan);
#endif
