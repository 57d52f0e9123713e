// render_section - a section of a page by what a person calls it
#ifndef RENDER_SECTION_H
#define RENDER_SECTION_H
#include "render.h"

// "Title > Chapter > Section": the headings that the one at `index` stands below, and its own. "" if it does not fit.
void section_path(const render_t *page, size_t index, char *path, size_t room);
// Looks for a path, the end of one ("Chapter > Section", "Section") in any case, or an anchor (contract section 2.6).
// OK: *index is the heading. NOT_FOUND: there is none. CONFLICT: there are several, for each of which
// section_matches is true.
code_t section_find(const render_t *page, const char *query, size_t *index);
bool section_matches(const render_t *page, size_t index, const char *query);
#endif
