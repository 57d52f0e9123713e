// multipart - forms with files (multipart/form-data, RFC 7578 and RFC 2046); pure
//
// Strict: lines end in CR LF, every part is form-data with one name, the last delimiter is there. Contents are views of
// the body, so a file is never copied; names are copies. Bounded: UPLOAD_PARTS parts, PART_HEAD_BYTES of header each.
#ifndef MULTIPART_H
#define MULTIPART_H
#include "../proto/record.h"

typedef struct {
    const char *name;
    const char *file;                           // the file's name as it was sent, perhaps ""; NULL: a plain field
    const char *bytes;                          // a view of the body
    size_t size;
} multipart_part_t;
typedef struct {
    multipart_part_t parts[LIMIT_UPLOAD_PARTS];
    size_t count;
} multipart_t;

// Is this the Content-Type of such a form? NULL is not.
bool multipart_is(const char *type);
// INVALID: malformed. TOO_LARGE: more parts, or more header of one, than there may be. Names live in the arena.
code_t multipart_parse(multipart_t *self, arena_t *arena, const char *type, const char *body, size_t size);
#endif
