// base64 - bytes as ASCII text and back (RFC 4648); pure
#ifndef BASE64_H
#define BASE64_H
#include <stddef.h>

#include "../proto/code.h"

// Decodes into `bytes`, which has room for 3 * size / 4 + 3. As Python's b64decode: what is not of the alphabet is
// passed over, and what follows the padding too. INVALID: a piece is missing or its padding, something is not ASCII,
// or there is text and not one character of it belongs to the alphabet.
code_t base64_decode(const char *text, size_t size, unsigned char *bytes, size_t *decoded);
// Encodes into `text`, which has room for base64_size(size) + 1; with the final NUL.
void base64_encode(const unsigned char *bytes, size_t size, char *text);
size_t base64_size(size_t size);
#endif
