// percent - percent-encoding of URLs and forms, both ways; pure
#ifndef PERCENT_H
#define PERCENT_H
#include "../proto/code.h"

// Decodes `size` bytes into `text`, which has room for them and a final NUL; in a form '+' is a blank.
// INVALID: a '%' without two hex digits.
code_t percent_decode(const char *encoded, size_t size, bool form, char *text, size_t *text_size);

typedef enum {
    PERCENT_PATH,                               // slashes stay
    PERCENT_FIELD                               // of a query: everything but unreserved characters is encoded
} percent_set_t;
// Encodes into `encoded`, which has room for 3 * size + 1; returns the length.
size_t percent_encode(const char *text, size_t size, percent_set_t set, char *encoded);
#endif
