#include "percent.h"

#include <string.h>

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F'? c - 'A' + 10: -1;
}

code_t
percent_decode(const char *encoded, size_t size, bool form, char *text, size_t *text_size)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = encoded[i];
        if (c == '%') {
            int high = i + 2 < size? hex_digit(encoded[i + 1]): -1;
            int low = i + 2 < size? hex_digit(encoded[i + 2]): -1;
            if (high < 0 || low < 0)
                return INVALID;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (form && c == '+') {
            c = ' ';
        }
        text[used++] = c;
    }
    text[used] = '\0';
    *text_size = used;
    return OK;
}

static bool
is_plain(char c, percent_set_t set)
{
    bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alnum || c == '-' || c == '.' || c == '_' || c == '~')
        return true;
    return set == PERCENT_PATH && c && strchr("/!$&'()*+,;=:@", c);
}

size_t
percent_encode(const char *text, size_t size, percent_set_t set, char *encoded)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (is_plain(text[i], set)) {
            encoded[used++] = text[i];
            continue;
        }
        encoded[used++] = '%';
        encoded[used++] = digits[c >> 4];
        encoded[used++] = digits[c & 15];
    }
    encoded[used] = '\0';
    return used;
}
