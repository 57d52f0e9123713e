#include "page.h"

size_t
page_wide_blank(const char *text, size_t left)
{
    const unsigned char *at = (const unsigned char *)text;
    if (*at == 0xc2)
        return left > 1 && (at[1] == 0x85 || at[1] == 0xa0)? 2: 0;
    if (left < 3)
        return 0;
    unsigned rest = (unsigned)at[1] << 8 | at[2];
    if (*at == 0xe1)
        return rest == 0x9a80? 3: 0;            // U+1680
    if (*at == 0xe3)
        return rest == 0x8080? 3: 0;            // U+3000
    bool blank = (rest >= 0x8080 && rest <= 0x808a) || rest == 0x80a8 || rest == 0x80a9 || rest == 0x80af
                 || rest == 0x819f;             // U+2000 to 200A, 2028, 2029, 202F, 205F
    return *at == 0xe2 && blank? 3: 0;
}

size_t
page_words(const char *text, size_t size)
{
    size_t count = 0;
    bool inside = false;
    for (const char *end = text + size; text < end; ) {
        size_t blank = page_blank(text, (size_t)(end - text));
        count += blank == 0 && !inside;
        inside = blank == 0;
        text += blank? blank: 1;
    }
    return count;
}
