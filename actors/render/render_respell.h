// render_respell - the path of a link, written anew in the manner of the old one
#ifndef RENDER_RESPELL_H
#define RENDER_RESPELL_H
#include "render_internal.h"
#include "render_rewrite.h"

typedef struct {
    const page_naming_t *naming;
    const render_moves_t *moves;
    char page[PAGE_ID_SIZE];                    // id of the page that holds the links, after the moves
} respell_t;

typedef struct {
    const char *written;                        // path of the target in the source, without query and anchor
    size_t size;
    const link_path_t *path;
    bool wiki;
    bool angle;                                 // between angle brackets
    bool as_is;                                 // the goal is written as it is
} respelled_t;

// What a path from the root is after the moves, spelled as the new name is; itself if no move is about it. Of a wiki
// link's path, *as_is (may be NULL) is what the move said. False: too long.
bool respell_move(const respell_t *self, const char *path, bool *as_is, char moved[PAGE_ID_SIZE]);
// Are these two the same page or file?
bool respell_same(const respell_t *self, const char *a, const char *b);
// Appends the text of a path that leads to `goal`. False: this kind of link cannot.
bool respell_write(const respell_t *self, const respelled_t *old, const char *goal, buffer_t *out);
#endif
