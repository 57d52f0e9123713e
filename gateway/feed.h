// feed - changes of a wiki as RSS 2.0 or Atom (RFC 4287), one after the other; pure
//
// Links are paths of the wiki, percent-encoded; the origin is put before each. Texts are UTF-8; what XML 1.0 has no
// place for is left out of them.
#ifndef FEED_H
#define FEED_H
#include <stdint.h>

#include "output.h"

typedef enum { FEED_RSS, FEED_ATOM } feed_kind_t;
typedef struct {
    feed_kind_t kind;
    const char *origin;                         // "https://wiki.example"
    const char *self;                           // of the feed, with its query
    const char *link;                           // of what it is about, for people
    const char *title, *about;
    int64_t updated;                            // Unix seconds of the newest change; 0: there is none
} feed_t;
typedef struct {
    const char *link;                           // also its identity
    const char *title, *author, *text;
    int64_t when;
    const char *const *files;                   // links of what changed
    const char *const *types;                   // of each, what it is
    size_t file_count;
} feed_entry_t;

const char *feed_type(feed_kind_t kind);        // Content-Type
void feed_begin(output_t *out, const feed_t *feed);
void feed_add(output_t *out, const feed_t *feed, const feed_entry_t *entry);
void feed_end(output_t *out, const feed_t *feed);
#endif
