// render_thumbnail - a small picture of a large one, as WebP; and a cache of them
//
// Pure: the same bytes and box give the same picture. Nothing of the file but its pixels comes through: no names, no
// place, no camera.
#ifndef RENDER_THUMBNAIL_H
#define RENDER_THUMBNAIL_H
#include "render_picture.h"

typedef struct {
    uint8_t *data;                              // WebP
    size_t size;
    box_t box;                                  // of the picture
} thumbnail_t;

// Within `box`, whose sides are 1 to THUMBNAIL_SIDE; never larger than the picture. INVALID: no such box. TOO_LARGE:
// over ATTACHMENT_BYTES or THUMBNAIL_PIXELS. UNSUPPORTED: no JPEG, PNG, GIF or WebP, or damaged.
code_t render_thumbnail(bytes_t file, box_t box, thumbnail_t *thumbnail);
void thumbnail_clear(thumbnail_t *self);

// The newest ones, THUMBNAIL_CACHE_BYTES in all, by the git object id of the file.
typedef struct thumbnails thumbnails_t;
thumbnails_t *thumbnails_new(void);             // NULL: no memory
void thumbnails_destroy(thumbnails_t **self);
// NULL: not there. Valid until the next put.
const thumbnail_t *thumbnails_get(thumbnails_t *self, const char *blob, box_t box);
// Takes the thumbnail; what it becomes is valid until the next put.
const thumbnail_t *thumbnails_put(thumbnails_t *self, const char *blob, box_t box, thumbnail_t *thumbnail);
#endif
