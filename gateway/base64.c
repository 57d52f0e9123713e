#include "base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int
value_of(unsigned char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26;
    if (byte >= '0' && byte <= '9')
        return byte - '0' + 52;
    return byte == '+'? 62: byte == '/'? 63: -1;
}

code_t
base64_decode(const char *text, size_t size, unsigned char *bytes, size_t *decoded)
{
    unsigned held = 0, place = 0, pads = 0;     // place: of the next character among its four
    size_t out = 0, used = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        int value = value_of(byte);
        if (byte >= 0x80)
            return INVALID;
        if (byte == '=' && place >= 2 && place + ++pads >= 4) {
            place = 0;                          // the padding is whole, and so is the text
            break;
        }
        if (value < 0)
            continue;
        pads = 0;
        used++;
        held = held << 6 | (unsigned)value;
        if (place > 0)
            bytes[out++] = (unsigned char)(held >> (6 - 2 * place));
        place = (place + 1) % 4;
    }
    *decoded = out;
    return place == 0 && (used > 0 || size == 0)? OK: INVALID;
}

size_t
base64_size(size_t size)
{
    return (size + 2) / 3 * 4;
}

void
base64_encode(const unsigned char *bytes, size_t size, char *text)
{
    size_t out = 0;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned three = (unsigned)bytes[i] << 16 | (left > 1? (unsigned)bytes[i + 1] << 8: 0) |
                         (left > 2? bytes[i + 2]: 0U);
        text[out++] = alphabet[three >> 18];
        text[out++] = alphabet[three >> 12 & 63];
        text[out++] = left > 1? alphabet[three >> 6 & 63]: '=';
        text[out++] = left > 2? alphabet[three & 63]: '=';
    }
    text[out] = 0;
}
