#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "page.h"

// One blank between words, none at the ends.
static void
tidy(char *text)
{
    char *out = text;
    for (const char *at = text; *at; at++) {
        bool blank = *at == ' ' || *at == '_' || *at == '-' || *at == '\t';
        if (!blank)
            *out++ = *at;
        else if (out > text && out[-1] != ' ')
            *out++ = ' ';
    }
    if (out > text && out[-1] == ' ')
        out--;
    *out = 0;
}

static void
fold_letters(char key[PAGE_ID_SIZE])
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_option_t how = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                            UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)key, 0, &folded, how);
    if (size >= 0) {
        size_t fits = size < PAGE_ID_SIZE? (size_t)size: PAGE_ID_SIZE - 1;
        memcpy(key, folded, fits);
        key[fits] = 0;
    }
    free(folded);
}

void
page_search_key(const char *name, char key[PAGE_ID_SIZE])
{
    size_t size = strnlen(name, PAGE_ID_SIZE - 1);
    bool ascii = true;
    for (size_t i = 0; i < size; i++) {
        char letter = name[i];
        ascii = ascii && (unsigned char)letter < 0x80;
        key[i] = letter >= 'A' && letter <= 'Z'? (char)(letter + 'a' - 'A'): letter;
    }
    key[size] = 0;
    if (!ascii)
        fold_letters(key);
    tidy(key);
}
