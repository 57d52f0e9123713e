// render_rewrite - other targets for the links of a page, when pages and folders get new names
//
// Links are those that the renderer meets: Markdown, reference definitions, images, wiki links in both orders, HTML;
// never code. Only the path of a target is written anew, in the manner of the old one: rooted or relative, with or
// without ".md", escaped or not, lower case or not, '_' or blanks; its query and its anchor stay. A page that moves
// itself keeps its relative links pointing to where they pointed.
//
// What comes out was proven: rendered again, each link leads where it should, and nothing but targets differs (and the
// text of [[wiki links]] that have no other text than their target).
#ifndef RENDER_REWRITE_H
#define RENDER_REWRITE_H
#include "render.h"

typedef struct {
    const char *from;                           // id of the page or folder; what is below it moves with it
    const char *to;                             // its new name, as a person spells it
    bool exact;                                 // a file: nothing is below it, and its name is kept to the byte
    bool alone;                                 // the page alone moves: links to what is below it stay
    bool as_is;                                 // wiki links to it get `to` to the byte
} render_move_t;
typedef struct {
    const render_move_t *rows;
    size_t count;
} render_moves_t;

typedef struct {
    char *text;                                 // `size` bytes and a final NUL; NULL: nothing to change
    size_t size;
    size_t count;                               // links that were changed
    size_t missed;                              // links that ought to be and could not
} rewritten_t;

// `options->page` is the page as it was called before. Codes as render_page.
code_t render_rewrite(const render_options_t *options, const render_moves_t *moves, const char *text, size_t size,
                      rewritten_t *result);
void rewritten_clear(rewritten_t *self);
#endif
