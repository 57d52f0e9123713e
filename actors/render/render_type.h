// render_type - what a plain scalar of front matter is, by the implicit types of YAML 1.1
#ifndef RENDER_TYPE_H
#define RENDER_TYPE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    TYPE_TEXT,
    TYPE_NULL,                                  // ~, null, nothing
    TYPE_BOOL,                                  // yes, no, on, off, true, false: `number` is 1 or 0
    TYPE_INT,                                   // 12, 0x1f, 0b11, 017, 1_000, 1:30 (sexagesimal): `number`
    TYPE_FLOAT,                                 // 1.5, 1e+3 has none: YAML 1.1 wants a point; .inf, .nan, 1:30.5
    TYPE_DATE,                                  // 2026-03-13, 2026-03-13 10:00:00 +1
} type_t;

// An integer beyond 64 bits is TYPE_FLOAT; a date that no calendar has is TYPE_TEXT.
type_t type_of(const char *text, size_t size, int64_t *number);
#endif
