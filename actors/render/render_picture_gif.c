// render_picture: the first frame of a GIF
#include "render_picture.h"

#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    bytes_t left;
} reader_t;

static int
read_some(GifFileType *gif, GifByteType *to, int wanted)
{
    reader_t *self = gif->UserData;
    size_t size = wanted > 0? (size_t)wanted: 0;
    if (size > self->left.size)
        size = self->left.size;
    memcpy(to, self->left.data, size);
    self->left.data += size;
    self->left.size -= size;
    return (int)size;
}

// Passes an extension; what is transparent is kept in *clear.
static bool
pass_extension(GifFileType *gif, int *clear)
{
    int kind = 0;
    GifByteType *block = NULL;
    GraphicsControlBlock control;
    if (DGifGetExtension(gif, &kind, &block) == GIF_ERROR)
        return false;
    if (kind == GRAPHICS_EXT_FUNC_CODE && block && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        *clear = control.TransparentColor;
    while (block)
        if (DGifGetExtensionNext(gif, &block) == GIF_ERROR)
            return false;
    return true;
}

// To the description of the first frame.
static bool
find_frame(GifFileType *gif, int *clear)
{
    GifRecordType record;
    while (DGifGetRecordType(gif, &record) == GIF_OK) {
        if (record == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(gif) == GIF_OK;
        if (record != EXTENSION_RECORD_TYPE || !pass_extension(gif, clear))
            return false;
    }
    return false;
}

static void
put_line(picture_t *picture, size_t row, const GifPixelType *line, const ColorMapObject *colours, int clear)
{
    uint8_t *to = picture->pixels + 4 * row * picture->width;
    for (size_t x = 0; x < picture->width; x++, to += 4) {
        if (line[x] == clear || line[x] >= colours->ColorCount)
            continue;
        const GifColorType *colour = &colours->Colors[line[x]];
        to[0] = colour->Red;
        to[1] = colour->Green;
        to[2] = colour->Blue;
        to[3] = 255;
    }
}

// Rows come in four passes if they are interlaced. A frame that is cut is shown so far.
static code_t
read_lines(GifFileType *gif, const ColorMapObject *colours, int clear, picture_t *picture)
{
    static const size_t first[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };
    GifPixelType *line = malloc(picture->width);
    bool good = line != NULL, plain = !gif->Image.Interlace;
    for (size_t pass = 0; pass < (plain? 1: 4); pass++)
        for (size_t row = plain? 0: first[pass]; good && row < picture->height; row += plain? 1: step[pass]) {
            good = DGifGetLine(gif, line, (int)picture->width) == GIF_OK;
            if (good)
                put_line(picture, row, line, colours, clear);
        }
    code_t code = line? OK: INTERNAL;
    free(line);
    return code;
}

static code_t
decode(GifFileType *gif, picture_t *picture)
{
    int clear = NO_TRANSPARENT_COLOR;
    if (picture_check((uint64_t)gif->SWidth, (uint64_t)gif->SHeight) == TOO_LARGE)
        return TOO_LARGE;
    if (!find_frame(gif, &clear) || gif->Image.Width < 1 || gif->Image.Height < 1)
        return UNSUPPORTED;
    const ColorMapObject *colours = gif->Image.ColorMap? gif->Image.ColorMap: gif->SColorMap;
    if (!colours)
        return UNSUPPORTED;
    code_t code = picture_check((uint64_t)gif->Image.Width, (uint64_t)gif->Image.Height);
    if (code == OK)
        code = picture_make(picture, (size_t)gif->Image.Width, (size_t)gif->Image.Height);
    return code == OK? read_lines(gif, colours, clear, picture): code;
}

code_t
picture_gif(bytes_t file, picture_t *picture)
{
    int error = 0;
    reader_t reader = { file };
    GifFileType *gif = DGifOpen(&reader, read_some, &error);
    if (!gif)
        return UNSUPPORTED;
    code_t code = decode(gif, picture);
    if (code != OK)
        picture_clear(picture);
    DGifCloseFile(gif, &error);
    return code;
}
