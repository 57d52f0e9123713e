// render_digest - what an index keeps of a page: made on the way to its HTML, from the same parse
#ifndef RENDER_DIGEST_H
#define RENDER_DIGEST_H
#include "render.h"

typedef struct {
    const char *target, *anchor;                // page id or file, "" for the page itself; anchor may be ""
    char kind;                                  // w [[wiki]], m Markdown or HTML, i image
    size_t line;                                // of the source, from 1
    size_t at;                                  // byte of the source, in that line
} digest_link_t;

typedef struct digest {
    char *front;                                // JSON, by key; NULL: there is no front matter
    size_t front_size;
    const char *title, *heading;                // of the front matter; the first of level 1; "" for none
    const char *category;                       // as JSON; "" for none
    const char **tags;                          // each once
    size_t tag_count;
    size_t body, words;                         // where the text behind the front matter begins; its words
    digest_link_t *links;                       // in the order of the page, footnotes last
    size_t link_count, link_room;
    bool cut;                                   // more links than REFERENCES, or no memory; or not all headings
    names_t strings;                            // of all above

    size_t unplaced;                            // while it is made: links from here on wait for the text behind them
    size_t seen;                                // byte of the source that the last text came from
    size_t html;                                // and the first of the HTML block that is being read
} digest_t;

void digest_free(digest_t **self);
#endif
