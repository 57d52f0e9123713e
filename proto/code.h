// code - the results of calls and the limits of the system; the one header of proto/, beside page.h,
// that domain code may include
#ifndef CODE_H
#define CODE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
#define CODE(name, status, retry, text) name,
#include "codes.def"
#undef CODE
    CODE_COUNT,
    LATER = -1                                  // never travels: a handler says that flush will answer
} code_t;

enum {
#define LIMIT(name, value, text) LIMIT_##name = (value),
#include "limits.def"
#undef LIMIT
};

// The word on the wire, for a log and for a person ("NOT_FOUND").
const char *code_name(code_t self);
const char *code_text(code_t self);
int code_http_status(code_t self);
bool code_retryable(code_t self);
// INTERNAL for a word that this version does not know.
code_t code_from_name(const char *name);

// The limits as a table, for `wikibot contract`; ends with a NULL name.
typedef struct {
    const char *name;
    int64_t value;
    const char *text;
} limit_t;
const limit_t *limits(void);
#endif
