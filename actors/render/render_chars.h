// render_chars - classes of bytes, character references, UTF-8
#ifndef RENDER_CHARS_H
#define RENDER_CHARS_H
#include <md4c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CHAR_HTML = 1,                              // & < > " and control characters: not as they are
    CHAR_URL = 2,                               // stands for itself in a URL within an attribute
    CHAR_NAME = 4,                              // letters, digits, '-', '_'
    CHAR_BLANK = 8,                             // blank, tab, line feed, form feed, carriage return
    CHAR_INLINE = 16,                           // may belong to a wiki link, a URL or a mark: [ : =
    CHAR_DOT = 32,
};
extern const uint8_t chars_class[256];

static inline bool
chars_is(char c, int which)
{
    return (chars_class[(unsigned char)c] & which) != 0;
}

// Length of the character reference ("&amp;", "&#9;", "&#x9;") that the text begins with; 0 if it begins
// with none.
size_t chars_reference(const char *text, size_t size);
// What a reference stands for, as UTF-8, in `bytes` of at least 4; 0: a name that is not known here.
size_t chars_decode(const char *reference, size_t size, char bytes[4]);
// How many of `size` bytes are at most `limit` and end between two characters.
size_t chars_cut(const char *text, size_t size, size_t limit);
// An HTML attribute value, or any text with references, decoded; unknown references stay as they are.
// False: it does not fit; what fits is there, cut between two characters, if `text` is UTF-8. *out_size is
// set always.
bool chars_decode_text(const char *text, size_t size, char *out, size_t room, size_t *out_size);
// The same for an attribute of md4c, which knows where its references are.
bool chars_decode_attribute(const MD_ATTRIBUTE *attribute, char *out, size_t room, size_t *out_size);
#endif
