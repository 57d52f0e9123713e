// render_picture: JPEG, made smaller by the decoder, and turned as the camera says
#include "render_picture.h"

#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

enum { SCANS_PIXELS = 1 << 28 };                // a progressive picture is gone over once a scan: pixels times scans

// ---- orientation (Exif 2.3, 4.6.4: tag 274) ---------------------------------------------------------------------

typedef struct {
    bytes_t bytes;                              // the TIFF structure
    bool big;                                   // big-endian
} tiff_t;

static size_t
tiff_read(const tiff_t *self, size_t at, size_t count)
{
    size_t value = 0;
    if (at > self->bytes.size || self->bytes.size - at < count)
        return 0;
    for (size_t i = 0; i < count; i++)
        value |= (size_t)self->bytes.data[at + i] << 8 * (self->big? count - 1 - i: i);
    return value;
}

static unsigned
tiff_orientation(bytes_t bytes)
{
    tiff_t tiff = { bytes, bytes.size > 0 && *bytes.data == 'M' };
    size_t at = tiff_read(&tiff, 4, 4), count = tiff_read(&tiff, at, 2);
    for (size_t i = 0; i < count && i < 64; i++)
        if (tiff_read(&tiff, at + 2 + 12 * i, 2) == 274)
            return (unsigned)tiff_read(&tiff, at + 2 + 12 * i + 8, 2);
    return 1;
}

// 1 to 8; 1 is upright, and also what is not said.
static unsigned
orientation(bytes_t file)
{
    size_t at = 2;
    while (file.size - at >= 4 && file.data[at] == 0xff && file.data[at + 1] >= 0xe0) {
        size_t size = (size_t)file.data[at + 2] << 8 | file.data[at + 3];
        if (size < 2 || size > file.size - at - 2)
            return 1;
        if (file.data[at + 1] == 0xe1 && size > 8 && memcmp(file.data + at + 4, "Exif\0", 6) == 0) {
            unsigned turn = tiff_orientation((bytes_t) { file.data + at + 10, size - 8 });
            return turn >= 1 && turn <= 8? turn: 1;
        }
        at += 2 + size;
    }
    return 1;
}

// Where the pixel at x, y of the upright picture lies in the one that was decoded.
static size_t
source_of(const picture_t *from, unsigned turn, size_t x, size_t y)
{
    size_t column = turn >= 5? y: x, row = turn >= 5? x: y;
    if (turn == 2 || turn == 3 || turn == 7 || turn == 8)
        column = from->width - 1 - column;
    if (turn == 3 || turn == 4 || turn == 6 || turn == 7)
        row = from->height - 1 - row;
    return row * from->width + column;
}

static code_t
set_upright(picture_t *picture, unsigned turn)
{
    picture_t upright;
    if (turn == 1)
        return OK;
    bool aside = turn >= 5;
    code_t code = picture_make(&upright, aside? picture->height: picture->width,
                               aside? picture->width: picture->height);
    if (code != OK)
        return code;
    for (size_t y = 0; y < upright.height; y++)
        for (size_t x = 0; x < upright.width; x++)
            memcpy(upright.pixels + 4 * (y * upright.width + x),
                   picture->pixels + 4 * source_of(picture, turn, x, y), 4);
    picture_clear(picture);
    *picture = upright;
    return OK;
}

// ---- pixels -----------------------------------------------------------------------------------------------------

// Starts of scans; markers cannot be in the data of a scan.
static size_t
count_scans(bytes_t file)
{
    size_t count = 0;
    const uint8_t *at = file.data, *end = file.data + file.size - 1;
    while (at < end && (at = memchr(at, 0xff, (size_t)(end - at))))
        count += *++at == 0xda;
    return count;
}

// The smallest size that the decoder can give and that is not smaller than wanted.
static box_t
decoded_size(box_t whole, box_t wanted)
{
    int count = 0;
    box_t best = whole;
    const tjscalingfactor *factors = tjGetScalingFactors(&count);
    for (int i = 0; factors && i < count; i++) {
        box_t size = { (size_t)TJSCALED((int)whole.width, factors[i]),
                       (size_t)TJSCALED((int)whole.height, factors[i]) };
        if (size.width >= wanted.width && size.height >= wanted.height && size.width < best.width)
            best = size;
    }
    return best;
}

static code_t
decode(tjhandle tj, bytes_t file, box_t box, picture_t *picture)
{
    int width = 0, height = 0, sampling = 0, colours = 0;
    if (tjDecompressHeader3(tj, file.data, file.size, &width, &height, &sampling, &colours) < 0 || width < 1
        || height < 1)
        return UNSUPPORTED;
    box_t whole = { (size_t)width, (size_t)height };
    code_t code = picture_check(whole.width, whole.height);
    if (code == OK && count_scans(file) > SCANS_PIXELS / (whole.width * whole.height))
        code = TOO_LARGE;
    box_t size = decoded_size(whole, picture_fit(whole, box));
    if (code == OK)
        code = picture_make(picture, size.width, size.height);
    if (code != OK)
        return code;
    int failed = tjDecompress2(tj, file.data, file.size, picture->pixels, (int)size.width, 0, (int)size.height,
                               TJPF_RGBA, TJFLAG_LIMITSCANS | TJFLAG_NOREALLOC);
    return failed && tjGetErrorCode(tj) != TJERR_WARNING? UNSUPPORTED: OK;     // a picture that is cut is shown so far
}

code_t
picture_jpeg(bytes_t file, box_t box, picture_t *picture)
{
    tjhandle tj = tjInitDecompress();
    if (!tj)
        return INTERNAL;
    unsigned turn = orientation(file);
    if (turn >= 5)
        box = (box_t) { box.height, box.width };
    code_t code = decode(tj, file, box, picture);
    if (code == OK)
        code = set_upright(picture, turn);
    if (code != OK)
        picture_clear(picture);
    tjDestroy(tj);
    return code;
}
