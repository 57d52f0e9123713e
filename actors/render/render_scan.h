// render_scan - what a page may have that most pages have not, in one look at its bytes
#ifndef RENDER_SCAN_H
#define RENDER_SCAN_H
#include <stdbool.h>
#include <stddef.h>

enum {
    SCAN_EXTEND = 1,                            // something that render_extend.c is about
    SCAN_WWW = 2,                               // "www"
};
// False is certain for each.
unsigned scan_text(const char *text, size_t size);
// Is there nothing in it that means anything in HTML, or begins a wiki link, a URL or a mark? `dots` may begin URLs.
bool scan_is_plain(const char *text, size_t size, bool dots);
#endif
