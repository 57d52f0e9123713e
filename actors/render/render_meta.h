// render_meta - front matter: the one parser of it (contract/reference-system.md section 1.4)
#ifndef RENDER_META_H
#define RENDER_META_H
#include "render_buffer.h"
#include "render_digest.h"

enum { META_BYTES = 64 << 10, META_DEPTH = 8, META_NODES = 4096, META_ANCHORS = 256, META_TITLE_SIZE = 1024 };

typedef struct {
    size_t body;                                // where the text begins; 0: there is no front matter
    char title[META_TITLE_SIZE + 1];            // "" for none
} meta_t;

// Reads it, and writes it as a foldable table, with the types of YAML 1.1 (render_type.h). Bounded: META_BYTES,
// META_DEPTH, META_ANCHORS, META_NODES with what aliases repeat. What is no mapping, malformed, of a type that no safe
// loader knows, or over a bound is no front matter: `body` is 0, nothing is written, the page is all text.
// With a digest, it gets the same as JSON, and what render_front.h says.
void meta_read(const char *text, size_t size, meta_t *meta, buffer_t *html, digest_t *digest);
#endif
