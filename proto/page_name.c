// What people see of a page and type for it: display names, new names, anchors
#include "page.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

// The text in a normal form, NUL at its end; NULL if it is not UTF-8. The caller frees it.
static char *
normal_form(const char *text, size_t size, utf8proc_option_t how)
{
    utf8proc_uint8_t *form = NULL;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &form,
                                           UTF8PROC_STABLE | UTF8PROC_COMPAT | how);
    if (length < 0) {
        free(form);
        return NULL;
    }
    return (char *)form;
}

// ---- display names ----------------------------------------------------------------------------------------------

// The letter at `text` and its length in bytes; 0 if it is not UTF-8. Most letters are ASCII, and most callers many.
static size_t
next_letter(const char *text, size_t size, utf8proc_int32_t *letter)
{
    *letter = (unsigned char)*text;
    if (*letter < 0x80)
        return 1;
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, letter);
    return length > 0? (size_t)length: 0;
}

static bool
is_upper(utf8proc_int32_t letter)
{
    return letter < 0x80? letter >= 'A' && letter <= 'Z': utf8proc_category(letter) == UTF8PROC_CATEGORY_LU;
}

static bool
has_upper(const char *text, size_t size)
{
    utf8proc_int32_t letter = 0;
    for (size_t i = 0, length; i < size; i += length) {
        length = next_letter(text + i, size - i, &letter);
        if (length == 0 || is_upper(letter))
            return length > 0;
    }
    return false;
}

static bool
is_cased(utf8proc_int32_t letter)
{
    if (letter < 0x80)
        return (letter | 0x20) >= 'a' && (letter | 0x20) <= 'z';
    utf8proc_category_t category = utf8proc_category(letter);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL ||
           category == UTF8PROC_CATEGORY_LT;
}

enum { SHARP_S = 0xDF };

static utf8proc_int32_t
titled(utf8proc_int32_t letter, bool inside)
{
    if (letter == SHARP_S)                      // Otterwiki keeps it, though Unicode has a capital one by now
        return letter;
    if (letter >= 0x80)
        return inside? utf8proc_tolower(letter): utf8proc_totitle(letter);
    return !is_cased(letter)? letter: inside? letter | 0x20: letter & ~0x20;
}

// As Python's str.title: the first letter of every run of letters is upper, the others are lower. What does not fit
// is left out. Returns the bytes written.
static size_t
title_case(const char *text, size_t size, char *title, size_t room)
{
    size_t out = 0;
    bool inside = false;
    utf8proc_int32_t letter = 0;
    for (size_t i = 0, length; i < size; i += length) {
        length = next_letter(text + i, size - i, &letter);
        if (length == 0)
            return out;
        utf8proc_uint8_t bytes[4];
        utf8proc_int32_t shown = titled(letter, inside);
        size_t count = shown < 0x80? 1: (size_t)utf8proc_encode_char(shown, bytes);
        if (out + count > room)
            return out;
        if (count == 1)
            title[out] = (char)shown;
        else
            memcpy(title + out, bytes, count);
        out += count;
        inside = is_cased(letter);
    }
    return out;
}

static size_t
display_component(const page_naming_t *naming, const char *text, size_t size, char *shown, size_t room)
{
    if (!naming->retain_case && !has_upper(text, size))
        return title_case(text, size, shown, room);
    size_t count = size < room? size: room;
    memcpy(shown, text, count);
    return count;
}

// Length of an id or file without ".md".
static size_t
stem_of(const char *id)
{
    size_t size = strnlen(id, PAGE_ID_SIZE - 1);
    return size == strlen(id) && page_is_page_file(id)? size - 3: size;
}

void
page_display_path(const page_naming_t *naming, const char *id, char path[PAGE_ID_SIZE])
{
    size_t out = 0;
    size_t size = stem_of(id);
    for (size_t i = 0; i < size;) {
        const char *slash = memchr(id + i, '/', size - i);
        size_t length = slash? (size_t)(slash - id) - i: size - i;
        out += display_component(naming, id + i, length, path + out, PAGE_ID_SIZE - 1 - out);
        i += length;
        if (slash && out < PAGE_ID_SIZE - 1)
            path[out++] = '/';
        i += slash? 1: 0;
    }
    path[out] = 0;
}

void
page_display_name(const page_naming_t *naming, const char *id, char name[PAGE_ID_SIZE])
{
    size_t size = stem_of(id);
    const char *slash = memrchr(id, '/', size);
    const char *last = slash? slash + 1: id;
    size_t out = display_component(naming, last, size - (size_t)(last - id), name, PAGE_ID_SIZE - 1);
    for (size_t i = 0; i < out && naming->underscores; i++)
        if (name[i] == '_')
            name[i] = ' ';
    name[out] = 0;
}

// ---- names that people type -------------------------------------------------------------------------------------

static bool
is_blank(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

// Removes what a new name may not hold.
static void
drop_forbidden(char *text)
{
    char *out = text;
    for (const char *at = text; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte >= 0x20 && byte != 0x7F && !strchr("?|$.!#\\", byte))
            *out++ = (char)byte;
    }
    *out = 0;
}

// Copies the components without outer blanks, and without those that are then empty; the whole begins with neither
// '-' nor '/'. False if there is no room.
static bool
copy_components(const char *text, char spelling[PAGE_ID_SIZE])
{
    size_t out = 0;
    while (*text) {
        while (*text == '/' || *text == ' ' || (out == 0 && *text == '-'))
            text++;
        size_t size = strcspn(text, "/");
        size_t kept = size;
        while (kept > 0 && text[kept - 1] == ' ')
            kept--;
        if (out + kept + 2 > PAGE_ID_SIZE)
            return false;
        if (kept > 0 && out > 0)
            spelling[out++] = '/';
        memcpy(spelling + out, text, kept);
        out += kept;
        text += size;
    }
    spelling[out] = 0;
    return true;
}

code_t
page_sanitise(const char *typed, char spelling[PAGE_ID_SIZE])
{
    size_t size = strlen(typed);
    while (size > 0 && is_blank((unsigned char)typed[size - 1]))
        size--;
    if (size >= 3 && strncasecmp(typed + size - 3, ".md", 3) == 0)
        size -= 3;
    if (size == 0 || size > 4 * LIMIT_PATH_BYTES)
        return INVALID;
    char *text = normal_form(typed, size, UTF8PROC_COMPOSE | UTF8PROC_STRIPCC);
    if (!text)
        return INVALID;
    drop_forbidden(text);
    bool fits = copy_components(text, spelling);
    free(text);
    return fits? page_path_check(spelling, NULL): INVALID;
}

// ---- anchors ----------------------------------------------------------------------------------------------------

static bool
is_word(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

// The rule of Django's slugify, which Otterwiki uses: letters, digits, '_' stay; runs of blanks and '-' become one '-'.
static size_t
slug_bytes(const char *text, size_t size, char *slug, size_t room)
{
    size_t out = 0;
    for (size_t i = 0; i < size && out < room; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (is_word(byte) && (out > 0 || byte != '_'))
            slug[out++] = (char)(byte >= 'A' && byte <= 'Z'? byte + 'a' - 'A': byte);
        else if ((byte == '-' || is_blank(byte)) && out > 0 && slug[out - 1] != '-')
            slug[out++] = '-';
    }
    while (out > 0 && (slug[out - 1] == '-' || slug[out - 1] == '_'))
        out--;
    return out;
}

static bool
is_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

void
page_slug(const char *text, size_t size, char *slug, size_t slug_size)
{
    if (slug_size == 0)
        return;
    slug[0] = 0;
    char *form = NULL;
    if (is_ascii(text, size))
        slug[slug_bytes(text, size, slug, slug_size - 1)] = 0;
    else if ((form = normal_form(text, size, UTF8PROC_DECOMPOSE)))
        slug[slug_bytes(form, strlen(form), slug, slug_size - 1)] = 0;
    free(form);
}
