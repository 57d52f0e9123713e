// render_extend - what md4c does not know of a page's lines: footnotes, abbreviations, spoilers, folds, ::: blocks
//
// Pages that have any are read line by line before md4c sees them. Definitions are taken out; `>!` and `>|`
// lines and what stands between `::: name` and `:::` become block quotes, each with a mark as its first line
// (render_fancy.c), so that md4c keeps the order of things. Code and comments are left alone. Linear: a page
// grows by a few bytes a line at most.
#ifndef RENDER_EXTEND_H
#define RENDER_EXTEND_H
#include "render_map.h"

enum { EXTEND_MARK = 2 };                       // begins a mark's text; no page has this byte (render.c)

typedef struct {
    const char *name;                           // in the page
    size_t name_size;
    size_t at, end;                             // its text in the page
    size_t number;                              // 0: nothing refers to it yet
    size_t uses;
} note_t;

typedef struct {
    const char *key, *title;                    // in the page
    size_t key_size, title_size;
    size_t prefix;                              // index + 1 of the longest abbreviation that this one begins with
} abbr_t;

// Zero it to begin.
typedef struct extend {
    const char *page;
    size_t page_size;
    map_t map;                                  // for md4c
    bool references;                            // there may be link definitions
    note_t *note;                               // by name
    note_t **order;                             // by number
    size_t note_count, order_count;
    abbr_t *abbr;                               // by key
    size_t abbr_count;
    bool broken;                                // no memory
} extend_t;

// `text` is a whole page, whose text begins at `body`; it lives as long as `self`.
void extend_read(extend_t *self, const char *text, size_t size, size_t body);
// Adds a note as a block quote, and what md4c needs behind a text: a line end and some NULs, which do not count.
void extend_put_note(const extend_t *self, const note_t *note, map_t *map);
void extend_end(map_t *map);
void extend_clear(extend_t *self);

// ---- render_defined.c
void extend_sort(extend_t *self);
note_t *extend_find_note(const extend_t *self, const char *name, size_t size);
// The longest abbreviation that the text begins with; NULL: none.
const abbr_t *extend_find_abbr(const extend_t *self, const char *text, size_t size);
#endif
