// gzip - text made smaller for its way to the browser; belongs to one thread
//
// BREACH: who can put text into a page and see the length of its compressed form learns, guess by guess, a secret on
// the same page. Today's pages hold none: the token of visitors without a session is one constant that everybody can
// read. Pages with the token of a session must come without compression, or with the token masked anew in each answer.
#ifndef GZIP_H
#define GZIP_H
#include <stdbool.h>
#include <stddef.h>

enum {
    GZIP_LEAST = 1024,                          // less fits a packet or two anyway
    GZIP_MOST = 1 << 20                         // more would hold up everybody else
};

typedef struct gzip gzip_t;
gzip_t *gzip_new(void);                         // NULL: no memory
void gzip_destroy(gzip_t **self);
// The caller frees it. NULL: it would not be smaller.
void *gzip_pack(gzip_t *self, const void *bytes, size_t size, size_t *packed_size);

// Is a body of this type (a Content-Type header; may be NULL) and size worth the while?
bool gzip_worth(const char *type, size_t size);
// Does this Accept-Encoding header allow it?
bool gzip_allowed(const char *accept_encoding);
#endif
