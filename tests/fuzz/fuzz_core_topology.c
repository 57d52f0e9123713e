// A topology of any bytes is read or refused with a text, and what was read holds what topology.h promises.
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../actors/core/topology.h"

static const topology_known_t known[] = {
    { "web", 32, false }, { "store", 2, true }, { "paint", 2, false }, { NULL, 0, false },
};

static void
check(const topology_t *topology)
{
    for (size_t i = 0; i < topology_actor_count(topology); i++) {
        const topology_actor_t *actor = topology_actor(topology, i);
        size_t runs = 0;
        for (size_t j = 0; j < topology_process_count(topology); j++)
            if (topology_process(topology, j)->runs[i]) {
                topology_link_t link = topology_link(topology, topology_process(topology, j), i, LINK_BIND, "/run/x");
                assert(link.curve == (strncmp(link.call, "tcp:", 4) == 0));
                runs++;
            }
        assert(actor->workers > 0 && (actor->one? runs == 1: runs > 0));
        for (size_t j = i; j < topology_actor_count(topology); j++)
            assert(!actor->asks[j]);            // who is asked comes before
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[TOPOLOGY_WHY] = "";
    char *text = calloc(1, size + 1);
    if (!text)
        abort();
    memcpy(text, data, size);
    topology_t *topology = topology_parse("input", text, known, why);
    assert(topology || strncmp(why, "input:", 6) == 0);
    if (topology)
        check(topology);
    topology_destroy(&topology);
    free(text);
    return 0;
}
