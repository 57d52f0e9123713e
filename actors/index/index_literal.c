#include "index_literal.h"

#include <string.h>
#include <utf8proc.h>


// ---- characters in any case ----------------------------------------------------------------------------------------

// What is the same as another character although its small letter is not: IGNORECASE of Python 3.
typedef struct {
    utf8proc_int32_t letter, same;
} twin_t;
static const twin_t twins[] = {
    { 0x131, 'i' }, { 0x17F, 's' }, { 0x3BC, 0xB5 }, { 0x3B9, 0x345 }, { 0x3C3, 0x3C2 }, { 0x3D0, 0x3B2 },
    { 0x3D1, 0x3B8 }, { 0x3D5, 0x3C6 }, { 0x3D6, 0x3C0 }, { 0x3F0, 0x3BA }, { 0x3F1, 0x3C1 }, { 0x3F5, 0x3B5 },
    { 0x1C80, 0x432 }, { 0x1C81, 0x434 }, { 0x1C82, 0x43E }, { 0x1C83, 0x441 }, { 0x1C84, 0x442 }, { 0x1C85, 0x442 },
    { 0x1C86, 0x44A }, { 0x1C87, 0x463 }, { 0x1C88, 0xA64B }, { 0x1E9B, 0x1E61 }, { 0x1FBE, 0x345 },
    { 0x1FD3, 0x390 }, { 0x1FE3, 0x3B0 }, { 0xFB06, 0xFB05 },
};

static utf8proc_int32_t
fold_letter(utf8proc_int32_t letter)
{
    letter = utf8proc_tolower(letter);
    if (letter < 0x131 || (letter > 0x3F5 && letter < 0x1C80))
        return letter;
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        if (twins[i].letter == letter)
            return twins[i].same;
    return letter;
}

static char
fold_byte(char byte)
{
    return byte >= 'A' && byte <= 'Z'? (char)(byte + 'a' - 'A'): byte;
}

static size_t
fold_other(const char *text, size_t size, char *folded, size_t *width)
{
    utf8proc_int32_t letter = 0;
    utf8proc_ssize_t got = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &letter);
    *width = got > 0? (size_t)got: 1;
    if (got > 0)
        return (size_t)utf8proc_encode_char(fold_letter(letter), (utf8proc_uint8_t *)folded);
    *folded = *text;
    return 1;
}

enum { BLOCK = 32 };

// All of ASCII, and no CR that might have to go.
static bool
is_simple(const char *text)
{
    unsigned char odd = 0;
    for (size_t i = 0; i < BLOCK; i++)
        odd |= (unsigned char)((unsigned char)text[i] | (text[i] == '\r'? 0x80: 0));
    return odd < 0x80;
}

static void
fold_block(const char *text, char *folded)
{
    for (size_t i = 0; i < BLOCK; i++) {
        unsigned char byte = (unsigned char)text[i];
        folded[i] = (char)(byte | ((unsigned char)(byte - 'A') < 26? 0x20: 0));
    }
}

size_t
literal_fold(const char *text, size_t size, bool lines, char *folded)
{
    char *out = folded;
    for (size_t at = 0; at < size;) {
        if (size - at >= BLOCK && is_simple(text + at)) {
            fold_block(text + at, out);
            at += BLOCK;
            out += BLOCK;
        } else if (lines && text[at] == '\r') {
            *out++ = '\n';
            at += at + 1 < size && text[at + 1] == '\n'? 2: 1;
        } else if ((unsigned char)text[at] < 0x80) {
            *out++ = fold_byte(text[at++]);
        } else {
            size_t width = 0;
            out += fold_other(text + at, size - at, out, &width);
            at += width;
        }
    }
    return (size_t)(out - folded);
}

size_t
literal_characters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

size_t
literal_lines(char *text, size_t size)
{
    size_t kept = 0;
    for (size_t i = 0; i < size; i++) {
        bool pair = text[i] == '\r' && i + 1 < size && text[i + 1] == '\n';
        if (!pair)
            text[kept++] = text[i] == '\r'? '\n': text[i];
    }
    return kept;
}

size_t
literal_skip(const char *text, size_t size, size_t at, size_t characters)
{
    for (; characters > 0 && at < size; characters--)
        for (at++; at < size && ((unsigned char)text[at] & 0xC0) == 0x80; at++) { }
    return at;
}

// ---- signatures ----------------------------------------------------------------------------------------------------

static void
set_bit(uint8_t sign[SIGN_BYTES], uint32_t bytes)
{
    uint32_t bit = (bytes * 2654435761u) >> 20;             // twelve bits
    sign[bit >> 3] |= (uint8_t)(1 << (bit & 7));
}

void
literal_sign(uint8_t sign[SIGN_BYTES], const char *folded, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)folded;
    for (size_t i = 1; i < size; i++) {
        uint32_t two = (uint32_t)bytes[i - 1] << 8 | bytes[i];
        set_bit(sign, two | 1u << 24);
        if (i > 1)
            set_bit(sign, two | (uint32_t)bytes[i - 2] << 16);
    }
}

bool
literal_may_hold(const uint8_t sign[SIGN_BYTES], const uint8_t wanted[SIGN_BYTES])
{
    uint64_t missing = 0;
    for (size_t i = 0; i < SIGN_BYTES; i += sizeof missing) {
        uint64_t have = 0, want = 0;
        memcpy(&have, sign + i, sizeof have);
        memcpy(&want, wanted + i, sizeof want);
        missing |= want & ~have;
    }
    return missing == 0;
}

// ---- white space ---------------------------------------------------------------------------------------------------

size_t
literal_blank(const char *text, size_t size)
{
    unsigned char byte = size > 0? (unsigned char)*text: 'x';
    if (byte < 0x80)
        return byte == ' ' || (byte >= 9 && byte <= 13) || (byte >= 0x1C && byte <= 0x1F);
    utf8proc_int32_t letter = 0;
    utf8proc_ssize_t width = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &letter);
    if (width <= 0)
        return 0;
    bool blank = letter == 0x85 || letter == 0xA0 || letter == 0x1680 || (letter >= 0x2000 && letter <= 0x200A) ||
                 letter == 0x2028 || letter == 0x2029 || letter == 0x202F || letter == 0x205F || letter == 0x3000;
    return blank? (size_t)width: 0;
}
