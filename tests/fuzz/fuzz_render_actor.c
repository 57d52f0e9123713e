// The whole render actor: any frames as a request, in exactly sized heap blocks. The input is the frames
// one after the other, each behind its size in two bytes. Whatever comes in, an answer goes out, and a REP
// can be read.
#include "../../actors/render/actor.h"
#include <stdio.h>
#include <stdlib.h>

enum { FRAMES = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static size_t
split(const uint8_t *data, size_t size, const uint8_t **frames, size_t *sizes)
{
    size_t count = 0;
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
    return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *frames[FRAMES];
    size_t sizes[FRAMES];
    void *state = NULL;
    msg_t *request = NULL;
    size_t count = split(data, size, frames, sizes);
    if (msg_from_frames(&request, count, frames, sizes) != OK)
        return 0;
    expect(render_actor.open(&state, NULL) == OK, "cannot open");
    for (int round = 0; round < 2; round++) {   // the second one may come from the cache
        msg_t *again = msg_dup(request);
        msg_t *reply = actor_dispatch(&render_actor, state, &again);
        render_page_rep_t rep;
        expect(reply && !again, "no answer");
        expect(msg_code(reply) != OK || msg_read_rep(reply, &call_render_page, &rep) == OK, "unreadable answer");
        msg_destroy(&reply);
    }
    msg_destroy(&request);
    render_actor.close(&state);
    return 0;
}
