// render_links - the links that the renderer meets in a page, and where each stands in the source
#ifndef RENDER_LINKS_H
#define RENDER_LINKS_H
#include "render_internal.h"

enum { LINKS_NOWHERE = -1 };

typedef struct {
    size_t target, target_size;                 // in `texts`: references decoded
    long at;                                    // in the source; LINKS_NOWHERE: not found
    size_t size;
    bool wiki;
    bool sole;                                  // a wiki link whose text is its target
} found_link_t;

// Zero it to begin.
typedef struct link_log {
    found_link_t *rows;                         // in the order of the page
    size_t count, room;
    buffer_t texts;
    size_t html;                                // behind the last one found in HTML
    size_t failures;                            // searches that found nothing: bounded
    bool broken;                                // no memory, or more than anybody can follow
} link_log_t;

static inline const char *
links_target(const link_log_t *self, const found_link_t *link)
{
    return self->texts.data? self->texts.data + link->target: "";  // none has a target
}
void links_clear(link_log_t *self);
#endif
