// render_front - front matter as JSON, and what an index wants to know of it
//
// Whatever type a page gives to a key, nothing fails: who asks for a category gets any value as JSON, who asks for tags
// gets texts. Keys that are no texts become texts; of two that are the same, the last counts; "<<" is what YAML 1.1
// merges.
#ifndef RENDER_FRONT_H
#define RENDER_FRONT_H
#include "render_digest.h"
#include <yaml.h>

enum { FRONT_CATEGORY_BYTES = 1024, FRONT_TAG_BYTES = 256 };

// The document is one that render_meta.c has found good: a mapping, within its bounds. Fills in front, category, tags.
void front_read(yaml_document_t *document, digest_t *digest);
void front_forget(digest_t *digest);             // there is no front matter after all
// A "<<", and whether its value is what may be merged: a mapping, or a list of such.
bool front_is_merge(const yaml_node_t *key);
bool front_can_merge(yaml_document_t *document, int value);
#endif
