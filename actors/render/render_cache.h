// render_cache - rendered pages, the least recently used go first when the bytes run out
//
// What a page looks like depends on its text, its place and the wiki's style alone, so an entry is never
// stale. A cache belongs to one worker.
#ifndef RENDER_CACHE_H
#define RENDER_CACHE_H
#include "render.h"

typedef struct render_cache render_cache_t;

render_cache_t *render_cache_new(size_t limit_bytes);   // NULL: no memory
void render_cache_destroy(render_cache_t **self);
// NULL: not there, or without the digest that is asked for. Valid until the next put.
const render_t *render_cache_get(render_cache_t *self, const char *blob, const render_options_t *options);
// Takes the page, in the place of one without a digest, if it returns true; then *page is zeroed and *kept is the page
// in the cache. False: it is there already, it is too large a part of the cache, or there is no memory, and the page is
// still the caller's.
bool render_cache_put(render_cache_t *self, const char *blob, const render_options_t *options, render_t *page,
                      const render_t **kept);
size_t render_cache_bytes(const render_cache_t *self);
#endif
