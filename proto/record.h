// record - a struct to a MessagePack map and back, by walking its schema
//
// Decoding trusts nothing: every length is checked against the bytes that are there, every limit of the schema holds,
// nesting is bounded, and what it allocates is at most a small multiple of the input. It is done by a cursor of our
// own, since msgpack-c's unpacker allocates gigabytes for five hostile bytes. Unknown keys are skipped; a key that
// comes twice, a string that is not UTF-8 or holds a NUL, and bytes after the map are refused.
#ifndef RECORD_H
#define RECORD_H
#include "contract.h"

// Memory for decoded strings and lists, and for replies under construction; freed as a whole. Zero it to begin.
typedef struct arena arena_t;
struct arena_block;
struct arena {
    struct arena_block *blocks;
};
// Zeroed, aligned for any type; never NULL: the process ends when memory does.
void *arena_alloc(arena_t *self, size_t size);
char *arena_copy(arena_t *self, const char *text, size_t size);    // adds the final NUL
char *arena_printf(arena_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
void arena_clear(arena_t *self);

// Encodes. The caller frees *bytes. TOO_LARGE, with nothing returned: over BODY_BYTES, or a string or list over its
// limit.
code_t record_encode(const schema_t *schema, const void *record, uint8_t **bytes, size_t *size);

// Decodes into `record` (schema->size bytes); its strings and lists live in `arena`. Strings are never NULL.
// INVALID: not this record; `why` (may be NULL) gets a static text.
code_t record_decode(const schema_t *schema, const uint8_t *bytes, size_t size, arena_t *arena, void *record,
                     const char **why);

// One line for a person, strings quoted and cut at 80 bytes; shows unknown keys too. The caller frees it; never NULL.
char *record_print(const uint8_t *bytes, size_t size);
#endif
