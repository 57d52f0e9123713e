#include "render_picture.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>

box_t
picture_fit(box_t picture, box_t box)
{
    box_t fit = picture;
    if (fit.width > box.width) {
        fit.height = fit.height * box.width / fit.width;
        fit.width = box.width;
    }
    if (fit.height > box.height) {
        fit.width = picture.width * box.height / picture.height;
        fit.height = box.height;
    }
    fit.width += fit.width == 0;
    fit.height += fit.height == 0;
    return fit;
}

code_t
picture_check(uint64_t width, uint64_t height)
{
    if (width == 0 || height == 0)
        return UNSUPPORTED;
    return width > LIMIT_THUMBNAIL_PIXELS || height > LIMIT_THUMBNAIL_PIXELS / width? TOO_LARGE: OK;
}

code_t
picture_make(picture_t *self, size_t width, size_t height)
{
    *self = (picture_t) { .pixels = calloc(width * height, 4), .width = width, .height = height };
    return self->pixels? OK: INTERNAL;
}

void
picture_clear(picture_t *self)
{
    free(self->pixels);
    *self = (picture_t) { 0 };
}

// ---- WebP -------------------------------------------------------------------------------------------------------

code_t
picture_webp(bytes_t file, box_t box, picture_t *picture)
{
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config) || WebPGetFeatures(file.data, file.size, &config.input) != VP8_STATUS_OK
        || config.input.has_animation || config.input.width < 1 || config.input.height < 1)
        return UNSUPPORTED;
    box_t whole = { (size_t)config.input.width, (size_t)config.input.height };
    code_t code = picture_check(whole.width, whole.height);
    box_t fit = picture_fit(whole, box);
    if (code == OK)
        code = picture_make(picture, fit.width, fit.height);
    if (code != OK)
        return code;
    config.options.use_scaling = fit.width != whole.width || fit.height != whole.height;
    config.options.scaled_width = (int)fit.width;
    config.options.scaled_height = (int)fit.height;
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = picture->pixels;
    config.output.u.RGBA.stride = (int)fit.width * 4;
    config.output.u.RGBA.size = fit.width * fit.height * 4;
    bool good = WebPDecode(file.data, file.size, &config) == VP8_STATUS_OK;
    WebPFreeDecBuffer(&config.output);
    if (!good)
        picture_clear(picture);
    return good? OK: UNSUPPORTED;
}

// ---- PNG --------------------------------------------------------------------------------------------------------

enum { PNG_MARK = 8, PNG_CHUNK = 12, PNG_FIRST = PNG_MARK + PNG_CHUNK + 13 };

static uint32_t
big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// The chunks that pixels come from, and no others: texts and colour profiles could unpack to gigabytes.
static size_t
copy_chunks(bytes_t file, uint8_t *to)
{
    static const char *const wanted[] = { "IHDR", "PLTE", "tRNS", "IDAT", "IEND" };
    size_t out = PNG_MARK, at = PNG_MARK;
    memcpy(to, file.data, PNG_MARK);
    while (file.size - at >= PNG_CHUNK) {
        size_t size = big_endian(file.data + at);
        if (size > file.size - at - PNG_CHUNK)
            break;                              // cut: the library says what it thinks of it
        size += PNG_CHUNK;
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
            if (memcmp(file.data + at + 4, wanted[i], 4) != 0)
                continue;
            memcpy(to + out, file.data + at, size);
            out += size;
        }
        at += size;
    }
    return out;
}

static code_t
decode_png(const uint8_t *data, size_t size, picture_t *picture)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    code_t code = UNSUPPORTED;
    if (!png_image_begin_read_from_memory(&image, data, size))
        goto done;
    image.format = PNG_FORMAT_RGBA;
    code = picture_check(image.width, image.height);
    if (code == OK)
        code = picture_make(picture, image.width, image.height);
    if (code == OK && !png_image_finish_read(&image, NULL, picture->pixels, 0, NULL)) {
        picture_clear(picture);
        code = UNSUPPORTED;
    }
done:
    png_image_free(&image);
    return code;
}

code_t
picture_png(bytes_t file, picture_t *picture)
{
    if (file.size < PNG_FIRST || memcmp(file.data + PNG_MARK + 4, "IHDR", 4) != 0)
        return UNSUPPORTED;
    const uint8_t *head = file.data + PNG_MARK + 8;
    code_t code = picture_check(big_endian(head), big_endian(head + 4));
    uint8_t *plain = code == OK? malloc(file.size): NULL;
    if (!plain)
        return code == OK? INTERNAL: code;
    code = decode_png(plain, copy_chunks(file, plain), picture);
    free(plain);
    return code;
}

// ---- which it is ------------------------------------------------------------------------------------------------

static bool
begins(bytes_t file, size_t at, const char *mark, size_t size)
{
    return file.size >= at + size && memcmp(file.data + at, mark, size) == 0;
}

code_t
picture_read(bytes_t file, box_t box, picture_t *picture)
{
    *picture = (picture_t) { 0 };
    if (begins(file, 0, "\x89PNG\r\n\x1a\n", 8))
        return picture_png(file, picture);
    if (begins(file, 0, "\xff\xd8\xff", 3))
        return picture_jpeg(file, box, picture);
    if (begins(file, 0, "GIF87a", 6) || begins(file, 0, "GIF89a", 6))
        return picture_gif(file, picture);
    if (begins(file, 0, "RIFF", 4) && begins(file, 8, "WEBP", 4))
        return picture_webp(file, box, picture);
    return UNSUPPORTED;
}
