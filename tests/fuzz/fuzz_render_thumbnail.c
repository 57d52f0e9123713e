// Whatever is said to be a picture: no byte is read past its end, and what comes out fits its box and is WebP.
#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>

#include "../../actors/render/render_thumbnail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const box_t box = { 80, 60 };
    thumbnail_t thumbnail;
    int width = 0, height = 0;
    uint8_t *exact = malloc(size? size: 1);
    if (!exact)
        abort();
    memcpy(exact, data, size);
    code_t code = render_thumbnail((bytes_t){ exact, size }, box, &thumbnail);
    if (code == OK) {
        if (!WebPGetInfo(thumbnail.data, thumbnail.size, &width, &height) || width < 1 || width > 80 || height < 1 ||
            height > 60 || (size_t)width != thumbnail.box.width || (size_t)height != thumbnail.box.height)
            abort();
    } else if ((code != UNSUPPORTED && code != TOO_LARGE) || thumbnail.data) {
        abort();
    }
    thumbnail_clear(&thumbnail);
    free(exact);
    return 0;
}
