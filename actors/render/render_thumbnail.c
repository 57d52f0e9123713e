#include "render_thumbnail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>

enum { QUALITY = 80, KEPT = 256, KEY_SIZE = 65 };

typedef struct { size_t left, top, right, bottom; } area_t;

// The mean of an area, where what cannot be seen has no colour.
static void
mean(const picture_t *from, const area_t *area, uint8_t *to)
{
    uint64_t sums[4] = { 0 };
    for (size_t y = area->top; y < area->bottom; y++) {
        const uint8_t *at = from->pixels + 4 * (y * from->width + area->left);
        for (size_t x = area->left; x < area->right; x++, at += 4) {
            for (size_t i = 0; i < 3; i++)
                sums[i] += (uint64_t)at[i] * at[3];
            sums[3] += at[3];
        }
    }
    uint64_t count = (area->right - area->left) * (area->bottom - area->top);
    for (size_t i = 0; i < 3; i++)
        to[i] = (uint8_t)(sums[3]? (sums[i] + sums[3] / 2) / sums[3]: 0);
    to[3] = (uint8_t)((sums[3] + count / 2) / count);
}

static code_t
shrink(const picture_t *from, box_t box, picture_t *to)
{
    code_t code = picture_make(to, box.width, box.height);
    for (size_t y = 0; code == OK && y < box.height; y++)
        for (size_t x = 0; x < box.width; x++) {
            const area_t area = { x * from->width / box.width, y * from->height / box.height,
                                  (x + 1) * from->width / box.width, (y + 1) * from->height / box.height };
            mean(from, &area, to->pixels + 4 * (y * box.width + x));
        }
    return code;
}

static code_t
encode(const picture_t *picture, thumbnail_t *thumbnail)
{
    uint8_t *webp = NULL;
    size_t size = WebPEncodeRGBA(picture->pixels, (int)picture->width, (int)picture->height, (int)picture->width * 4,
                                 QUALITY, &webp);
    thumbnail->data = size? malloc(size): NULL;
    if (thumbnail->data)
        memcpy(thumbnail->data, webp, size);
    thumbnail->size = size;
    thumbnail->box = (box_t) { picture->width, picture->height };
    WebPFree(webp);
    return thumbnail->data? OK: INTERNAL;
}

code_t
render_thumbnail(bytes_t file, box_t box, thumbnail_t *thumbnail)
{
    picture_t picture, small = { 0 };
    *thumbnail = (thumbnail_t) { 0 };
    if (box.width < 1 || box.height < 1 || box.width > LIMIT_THUMBNAIL_SIDE || box.height > LIMIT_THUMBNAIL_SIDE)
        return INVALID;
    if (file.size > LIMIT_ATTACHMENT_BYTES)
        return TOO_LARGE;
    code_t code = picture_read(file, box, &picture);
    if (code != OK)
        return code;
    box_t fit = picture_fit((box_t) { picture.width, picture.height }, box);
    code = shrink(&picture, fit, &small);
    picture_clear(&picture);
    if (code == OK)
        code = encode(&small, thumbnail);
    picture_clear(&small);
    return code;
}

void
thumbnail_clear(thumbnail_t *self)
{
    free(self->data);
    *self = (thumbnail_t) { 0 };
}

// ---- the cache --------------------------------------------------------------------------------------------------

typedef struct {
    char blob[KEY_SIZE];
    box_t box;                                  // that was asked for
    thumbnail_t thumbnail;
    uint64_t used;
} kept_t;

struct thumbnails {
    kept_t rows[KEPT];
    size_t count, bytes;
    uint64_t clock;
};

thumbnails_t *
thumbnails_new(void)
{
    return calloc(1, sizeof(thumbnails_t));
}

void
thumbnails_destroy(thumbnails_t **self)
{
    for (size_t i = 0; *self && i < (*self)->count; i++)
        thumbnail_clear(&(*self)->rows[i].thumbnail);
    free(*self);
    *self = NULL;
}

const thumbnail_t *
thumbnails_get(thumbnails_t *self, const char *blob, box_t box)
{
    for (size_t i = 0; i < self->count; i++) {
        kept_t *row = &self->rows[i];
        if (row->box.width != box.width || row->box.height != box.height || strcmp(row->blob, blob) != 0)
            continue;
        row->used = ++self->clock;
        return &row->thumbnail;
    }
    return NULL;
}

static void
drop_oldest(thumbnails_t *self)
{
    kept_t *oldest = self->rows;
    for (size_t i = 1; i < self->count; i++)
        if (self->rows[i].used < oldest->used)
            oldest = &self->rows[i];
    self->bytes -= oldest->thumbnail.size;
    thumbnail_clear(&oldest->thumbnail);
    *oldest = self->rows[--self->count];
}

const thumbnail_t *
thumbnails_put(thumbnails_t *self, const char *blob, box_t box, thumbnail_t *thumbnail)
{
    while (self->count > 0 && (self->count == KEPT || self->bytes + thumbnail->size > LIMIT_THUMBNAIL_CACHE_BYTES))
        drop_oldest(self);
    kept_t *row = &self->rows[self->count++];   // one that is larger than the limit stays until the next comes
    *row = (kept_t) { .box = box, .thumbnail = *thumbnail, .used = ++self->clock };
    snprintf(row->blob, sizeof row->blob, "%s", blob);
    self->bytes += thumbnail->size;
    *thumbnail = (thumbnail_t) { 0 };
    return &row->thumbnail;
}
