// route - which flow answers a method and a path, and the right that it needs
//
// The table is in order: what stands first wins, so "/x/edit" is the editor of x and never a page of that name.
// A pattern is made of segments: "*path" stands for one or more (only at the beginning), ":file" for one, ":rev" for
// one that has the form of a revision (page_is_revision), ":number" for 1 to 4 digits, a final
// "*" for whatever follows, "!" for all addresses of the wiki itself (page_root), and everything else for itself.
#ifndef ROUTE_H
#define ROUTE_H
#include "web.h"

enum { FORM_FILES = 2 };                        // its form may be multipart/form-data

typedef struct {
    const char *method;                         // GET answers HEAD too; "*" any
    const char *pattern;
    int right;                                  // of rules.h; 0: everybody
    web_flow_fn flow;
    int form;                                   // of a POST: true: gives back what was typed even without our token
} web_route_t;
extern const web_route_t web_routes[];          // ends with a NULL method

// Finds the route of a decoded path (begins with a slash) and fills in path, file and revisions.
// NOT_FOUND: no pattern fits. UNSUPPORTED: none of this method; `allow` gets the methods that there are.
code_t route_find(const web_route_t *routes, web_t *web, const char *path, const web_route_t **found, char allow[64]);
#endif
