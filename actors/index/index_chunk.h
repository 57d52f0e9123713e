// index_chunk - cuts a page into passages, as contract/reference-system.md 3.2 says; pure
//
// What is a heading is told by the caller, who asked the Markdown parser. Sections of fewer than 50 words are joined
// to a neighbour, those of 300 and more are cut between paragraphs or sentences into about 150 words, and each such
// piece begins with the last 35 words of the one before. A passage says where it is from: "[Title > Chapter] words".
// The same text with other line ends gives the same passages. Linear in the text; a word is what stands between white
// space, as Python's str.split has it.
#ifndef INDEX_CHUNK_H
#define INDEX_CHUNK_H
#include "index.h"

enum {
    CHUNK_TARGET = 150, CHUNK_OVERLAP = 35, CHUNK_MIN = 300, CHUNK_STUB = 50, CHUNK_DEPTH = 3,
    CHUNK_NAME = 512,                           // bytes of a title or heading in a path: a prefix repeats them
};

typedef struct {
    const char *text;                           // the whole source, UTF-8
    size_t size, body;                          // body: where the text behind the front matter begins
    const char *title;                          // of the front matter, else the page's path
    const index_heading_t *headings;            // the outline: by rising `start`
    size_t heading_count;
} chunk_source_t;

typedef struct {
    const char *section;                        // text of its heading; "" in front of the first
    const char *path;                           // title > at most three headings
    const char *anchor;                         // of that heading; "": the top of the page
    size_t line;                                // of the source, where its own text begins, from 1
    const char *text;                           // "[path] ", overlap, its own text: line ends are LF; with a final NUL
    size_t size;
    size_t own;                                 // where in `text` its own text begins: behind prefix and overlap
} passage_t;
// By order: the place in the list is the number in the id {page}::chunk_{i}.
typedef struct {
    passage_t *rows;
    size_t count;
    struct chunk_room *room;                    // of the strings
} passages_t;

// No passage for a body without words. INTERNAL: no memory; TOO_LARGE: over PAGE_BYTES.
code_t index_chunk(const chunk_source_t *source, passages_t *result);
void passages_clear(passages_t *self);
#endif
