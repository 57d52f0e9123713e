// render_picture - pictures of other people's files as pixels: JPEG, PNG, GIF (its first frame), WebP
//
// By the libraries of each format, which see a file only after its own header was looked at: a picture that claims more
// than THUMBNAIL_PIXELS is not decoded. JPEG and WebP are made smaller while they are decoded.
#ifndef RENDER_PICTURE_H
#define RENDER_PICTURE_H
#include "../../proto/code.h"

typedef struct {
    uint8_t *pixels;                            // red, green, blue, opacity
    size_t width, height;
} picture_t;
typedef struct {
    const uint8_t *data;
    size_t size;
} bytes_t;
typedef struct { size_t width, height; } box_t;

// What it becomes if it is to lie within `box`; never larger than it is, never without width or height.
box_t picture_fit(box_t picture, box_t box);
// At least as large as picture_fit says. TOO_LARGE: too many pixels. UNSUPPORTED: another format, or damaged.
code_t picture_read(bytes_t file, box_t box, picture_t *picture);
void picture_clear(picture_t *self);

// ---- one a format; TOO_LARGE and UNSUPPORTED as above ------------------------------------------------------------
code_t picture_check(uint64_t width, uint64_t height);
// All zero pixels. INTERNAL: no memory.
code_t picture_make(picture_t *self, size_t width, size_t height);
code_t picture_jpeg(bytes_t file, box_t box, picture_t *picture);
code_t picture_png(bytes_t file, picture_t *picture);
code_t picture_gif(bytes_t file, picture_t *picture);
code_t picture_webp(bytes_t file, box_t box, picture_t *picture);
#endif
