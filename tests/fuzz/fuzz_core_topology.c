// A topology of any bytes is read or refused with a text, and what was read holds what topology.h promises.
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../actors/core/topology.h"

static const topology_known_t known[] = { { "web", 32 }, { "store", 2 }, { "paint", 2 }, { NULL, 0 } };

static void
check(const topology_t *topology)
{
    for (size_t i = 0; i < topology_actor_count(topology); i++) {
        const topology_actor_t *actor = topology_actor(topology, i);
        char endpoint[ENDPOINT_SIZE];
        assert(*actor->process && actor->workers > 0);
        (void)topology_endpoint(actor, "/run/wikibot", endpoint);
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
