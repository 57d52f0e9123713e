// The whole render actor: any frames as a request, in exactly sized heap blocks. The input is the frames
// one after the other, each behind its size in two bytes. Whatever comes in, an answer goes out, and a REP
// can be read.
#include "../../actors/render/actor.h"
#include "fuzz_actor.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *state = NULL;
    msg_t *request = request_of(data, size);
    if (!request)
        return 0;
    expect(render_actor.open(&state, NULL) == OK, "cannot open");
    for (int round = 0; round < 2; round++) {   // the second one may come from the cache
        msg_t *again = msg_dup(request);
        msg_t *reply = actor_dispatch(&render_actor, state, &again);
        const call_type_t *call = contract_find(msg_head(request)->type);
        expect(reply && !again, "no answer");
        if (call && call->reply && msg_code(reply) == OK) {
            arena_t arena = { NULL };
            expect(msg_read_rep(reply, call, arena_alloc(&arena, call->reply->size)) == OK, "unreadable answer");
            arena_clear(&arena);
        }
        msg_destroy(&reply);
    }
    msg_destroy(&request);
    render_actor.close(&state);
    return 0;
}
