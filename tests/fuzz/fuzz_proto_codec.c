// Whatever the bytes: decoding reads nothing past its end, and what it accepts encodes to something it accepts again.
// The first byte chooses the schema.
#include "../../proto/msg.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_round_trip(const schema_t *schema, const void *record)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (record_encode(schema, record, &bytes, &size) != OK)
        abort();                                // within every limit when it came in, so within when it goes out
    arena_t arena = { 0 };
    void *again = arena_alloc(&arena, schema->size);
    if (record_decode(schema, bytes, size, &arena, again, NULL) != OK)
        abort();
    free(bytes);
    arena_clear(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t schemas = 0;
    while (contract_schemas()[schemas])
        schemas++;
    const schema_t *schema = contract_schemas()[data[0] % schemas];
    uint8_t *exact = malloc(size > 1? size - 1: 1);     // so that AddressSanitizer sees one byte too many
    if (!exact)
        abort();
    memcpy(exact, data + 1, size - 1);
    arena_t arena = { 0 };
    void *record = arena_alloc(&arena, schema->size);
    if (record_decode(schema, exact, size - 1, &arena, record, NULL) == OK)
        check_round_trip(schema, record);
    free(record_print(exact, size - 1));
    msg_head_t head;
    if (msg_head_parse(&head, (const char *)exact, size - 1) == OK) {
        char text[LIMIT_HEAD_BYTES + 1];
        if (msg_head_print(&head, text) != size - 1 || memcmp(text, exact, size - 1) != 0)
            abort();
    }
    arena_clear(&arena);
    free(exact);
    return 0;
}
