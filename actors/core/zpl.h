// zpl - where in a ZPL text something stands, since zconfig keeps no lines
//
// Checks the same grammar as zconfig (RFC 4/ZPL): four blanks a level, `name`, `name = value`, `#` to the
// end of a line.
#ifndef ZPL_H
#define ZPL_H
#include <stdbool.h>
#include <stddef.h>

// The first line, from 1, that breaks the grammar, with a static text of what is wrong; 0 if none does.
size_t zpl_check(const char *text, const char **what);
// The line of a path like "actor/store/workers"; of its `nth` occurrence (from 0). 0: it is not there.
size_t zpl_line(const char *text, const char *path, size_t nth);
#endif
