#include "safe_name.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

// What str.split of Python parts words at, as far as it is ASCII.
static bool
parts_words(char byte)
{
    return byte == ' ' || byte == '/' || (byte >= '\t' && byte <= '\r') || (byte >= 0x1c && byte <= 0x1f);
}

static bool
stays(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '.' || byte == '-';
}

static bool
is_stripped(char byte)
{
    return byte == '.' || byte == '_';
}

// True: the whole name is in `name`.
static bool
keep_safe(const char *text, char name[PAGE_ID_SIZE])
{
    size_t size = 0;
    bool gap = false, word = false;             // a word has begun, even if nothing of it stayed
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x80)
            continue;
        if (parts_words(*text)) {
            gap = word;
            continue;
        }
        if (gap && size + 1 < PAGE_ID_SIZE)
            name[size++] = '_';
        gap = false;
        word = true;
        if (size + 1 >= PAGE_ID_SIZE)
            return false;
        if (stays(*text) && (size > 0 || !is_stripped(*text)))
            name[size++] = *text;
    }
    while (size > 0 && is_stripped(name[size - 1]))
        size--;
    name[size] = 0;
    size_t stripped = strspn(name, "._");
    memmove(name, name + stripped, size - stripped + 1);
    return true;
}

code_t
safe_name(const char *typed, char name[PAGE_ID_SIZE])
{
    utf8proc_uint8_t *plain = NULL;
    utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE;
    size_t size = strlen(typed);
    if (size > 4 * LIMIT_PATH_BYTES ||
        utf8proc_map((const utf8proc_uint8_t *)typed, (utf8proc_ssize_t)size, &plain, how) < 0)
        return INVALID;
    bool whole = keep_safe((const char *)plain, name);
    free(plain);
    if (!whole || !*name || strlen(name) > LIMIT_NAME_BYTES || page_is_page_file(name))
        return INVALID;
    return page_path_check(name, NULL);
}
