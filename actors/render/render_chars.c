#include "render_chars.h"
#include <string.h>

#define U CHAR_URL
#define N (CHAR_URL | CHAR_NAME)
#define H CHAR_HTML
#define B CHAR_BLANK
const uint8_t chars_class[256] = {
    [0] = H, H, H, H, H, H, H, H, H, [9] = B, [10] = B, [12] = B, [13] = B, [' '] = B,
    [11] = H, [14] = H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, [127] = H,
    ['!'] = U, ['"'] = H, ['#'] = U, ['$'] = U, ['%'] = U, ['&'] = H, ['('] = U, [')'] = U,
    ['*'] = U, ['+'] = U, [','] = U, ['-'] = N, ['.'] = U | CHAR_DOT, ['/'] = U,
    ['0'] = N, ['1'] = N, ['2'] = N, ['3'] = N, ['4'] = N, ['5'] = N, ['6'] = N, ['7'] = N, ['8'] = N, ['9'] = N,
    [':'] = U | CHAR_INLINE, [';'] = U, ['<'] = H, ['='] = U | CHAR_INLINE, ['>'] = H, ['?'] = U, ['@'] = U,
    ['A'] = N, ['B'] = N, ['C'] = N, ['D'] = N, ['E'] = N, ['F'] = N, ['G'] = N, ['H'] = N, ['I'] = N, ['J'] = N,
    ['K'] = N, ['L'] = N, ['M'] = N, ['N'] = N, ['O'] = N, ['P'] = N, ['Q'] = N, ['R'] = N, ['S'] = N, ['T'] = N,
    ['U'] = N, ['V'] = N, ['W'] = N, ['X'] = N, ['Y'] = N, ['Z'] = N, ['['] = U | CHAR_INLINE, [']'] = U, ['_'] = N,
    ['a'] = N, ['b'] = N, ['c'] = N, ['d'] = N, ['e'] = N, ['f'] = N, ['g'] = N, ['h'] = N, ['i'] = N, ['j'] = N,
    ['k'] = N, ['l'] = N, ['m'] = N, ['n'] = N, ['o'] = N, ['p'] = N, ['q'] = N, ['r'] = N, ['s'] = N, ['t'] = N,
    ['u'] = N, ['v'] = N, ['w'] = N, ['x'] = N, ['y'] = N, ['z'] = N, ['~'] = U,
};
#undef U
#undef N
#undef H
#undef B

enum { NAME_MOST = 32, CODE_POINT_LAST = 0x10ffff };

// The references that matter in URLs and headings; any other name stays as it is written, which is always safe.
static const struct { const char *name; uint32_t code; } names[] = {
    { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "nbsp", 0xa0 },
    { "colon", ':' }, { "Tab", 9 }, { "NewLine", 10 }, { "sol", '/' }, { "num", '#' }, { "quest", '?' },
    { "period", '.' }, { "percnt", '%' }, { "equals", '=' }, { "lpar", '(' }, { "rpar", ')' }, { "comma", ',' },
    { "semi", ';' }, { "excl", '!' }, { "plus", '+' }, { "commat", '@' }, { "lowbar", '_' }, { "bsol", '\\' },
    { "auml", 0xe4 }, { "ouml", 0xf6 }, { "uuml", 0xfc }, { "Auml", 0xc4 }, { "Ouml", 0xd6 }, { "Uuml", 0xdc },
    { "szlig", 0xdf }, { "eacute", 0xe9 }, { "egrave", 0xe8 }, { "agrave", 0xe0 }, { "ccedil", 0xe7 },
    { "ntilde", 0xf1 }, { "copy", 0xa9 }, { "reg", 0xae }, { "deg", 0xb0 }, { "times", 0xd7 }, { "middot", 0xb7 },
    { "ndash", 0x2013 }, { "mdash", 0x2014 }, { "hellip", 0x2026 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
    { "ldquo", 0x201c }, { "rdquo", 0x201d }, { "bull", 0x2022 }, { "rarr", 0x2192 }, { "larr", 0x2190 },
    { "euro", 0x20ac }, { "trade", 0x2122 },
};

static bool
is_digit(char c, bool hex)
{
    return (c >= '0' && c <= '9') || (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
}

static bool
is_alnum(char c)
{
    return chars_is(c, CHAR_NAME) && c != '-' && c != '_';
}

size_t
chars_reference(const char *text, size_t size)
{
    size_t at = 1;
    if (size > 3 && text[1] == '#') {
        bool hex = text[2] == 'x' || text[2] == 'X';
        size_t first = hex? 3: 2;
        for (at = first; at < size && at < first + 8 && is_digit(text[at], hex); at++) { }
        return at > first && at < size && text[at] == ';'? at + 1: 0;
    }
    while (at < size && at < NAME_MOST && is_alnum(text[at]))
        at++;
    return at > 1 && at < size && text[at] == ';' && !is_digit(text[1], false)? at + 1: 0;
}

static size_t
encode(uint32_t code, char bytes[4])
{
    if (code == 0 || code > CODE_POINT_LAST || (code >= 0xd800 && code <= 0xdfff))
        code = 0xfffd;
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800? 2: code < 0x10000? 3: 4;
    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    bytes[0] = (char)(lead[size] | code);
    return size;
}

static uint32_t
number(const char *text, size_t size, unsigned base)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size && value <= CODE_POINT_LAST; i++) {
        char c = text[i];
        unsigned digit = c <= '9'? (unsigned)(c - '0'): (unsigned)((c | 32) - 'a' + 10);
        value = value * base + digit;
    }
    return value;
}

size_t
chars_decode(const char *reference, size_t size, char bytes[4])
{
    if (size < 3)
        return 0;
    if (reference[1] == '#') {
        bool hex = reference[2] == 'x' || reference[2] == 'X';
        size_t first = hex? 3: 2;
        return encode(number(reference + first, size - first - 1, hex? 16: 10), bytes);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == size - 2 && memcmp(names[i].name, reference + 1, size - 2) == 0)
            return encode(names[i].code, bytes);
    return 0;
}

size_t
chars_cut(const char *text, size_t size, size_t limit)
{
    if (size <= limit)
        return size;
    while (limit > 0 && ((unsigned char)text[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

// Appends to out[*size]; false if it did not all fit.
static bool
append(char *out, size_t room, size_t *size, const char *text, size_t count)
{
    size_t fits = chars_cut(text, count, room - *size);
    memcpy(out + *size, text, fits);
    *size += fits;
    return fits == count;
}

static bool
append_reference(char *out, size_t room, size_t *size, const char *reference, size_t count)
{
    char bytes[4];
    size_t decoded = chars_decode(reference, count, bytes);
    if (decoded)
        return append(out, room, size, bytes, decoded);
    return append(out, room, size, reference, count);
}

bool
chars_decode_text(const char *text, size_t size, char *out, size_t room, size_t *out_size)
{
    *out_size = 0;
    for (size_t at = 0; at < size; ) {
        const char *amp = memchr(text + at, '&', size - at);
        size_t run = amp? (size_t)(amp - text) - at: size - at;
        if (!append(out, room, out_size, text + at, run))
            return false;
        at += run;
        if (at == size)
            break;
        size_t reference = chars_reference(text + at, size - at);
        bool fits = reference? append_reference(out, room, out_size, text + at, reference)
                             : append(out, room, out_size, "&", 1);
        if (!fits)
            return false;
        at += reference? reference: 1;
    }
    return true;
}

bool
chars_decode_attribute(const MD_ATTRIBUTE *attribute, char *out, size_t room, size_t *out_size)
{
    *out_size = 0;
    if (attribute->size == 0)
        return true;
    for (size_t i = 0; attribute->substr_offsets[i] < attribute->size; i++) {
        size_t from = attribute->substr_offsets[i];
        size_t count = attribute->substr_offsets[i + 1] - from;
        const char *text = attribute->text + from;
        bool fits = attribute->substr_types[i] == MD_TEXT_ENTITY? append_reference(out, room, out_size, text, count)
                                                                  : append(out, room, out_size, text, count);
        if (!fits)
            return false;
    }
    return true;
}
