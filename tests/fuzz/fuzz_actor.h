// fuzz_actor - what the fuzz targets of whole actors share: the input is frames, each behind its size
#ifndef FUZZ_ACTOR_H
#define FUZZ_ACTOR_H
#include <stdio.h>
#include <stdlib.h>
#include "../../actors/core/actor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
expect(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

// A size is two bytes, the high one first; a frame that says more than there is gets what there is. Each frame lies in
// a heap block of exactly its size. NULL: the frames are no message.
static inline msg_t *
request_of(const uint8_t *data, size_t size)
{
    enum { FRAMES = 20 };
    const uint8_t *frames[FRAMES];
    size_t sizes[FRAMES], count = 0;
    msg_t *request = NULL;
    while (size >= 2 && count < FRAMES) {
        size_t frame = (size_t)data[0] << 8 | data[1];
        data += 2;
        size -= 2;
        frame = frame < size? frame: size;
        frames[count] = data;
        sizes[count++] = frame;
        data += frame;
        size -= frame;
    }
    return msg_from_frames(&request, count, frames, sizes) == OK? request: NULL;
}
#endif
