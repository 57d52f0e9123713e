// How names are compared
#include "index_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <utf8proc.h>

void
index_raw_path(const char *file, char raw[PAGE_ID_SIZE])
{
    size_t size = strnlen(file, PAGE_ID_SIZE - 1);
    if (size > 3 && strcasecmp(file + size - 3, ".md") == 0)
        size -= 3;
    memcpy(raw, file, size);
    raw[size] = 0;
}

static bool
is_name_letter(char c)
{
    return (c >= '0' && c <= '9') || c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

bool
index_is_file_name(const char *path)
{
    enum { EXTENSION_MOST = 8 };
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash? slash: path, '.');
    if (!dot || strcasecmp(dot, ".md") == 0 || strlen(dot + 1) > EXTENSION_MOST)
        return false;
    bool letter = false;
    for (const char *at = dot + 1; *at; at++) {
        if (!is_name_letter(*at))
            return false;
        letter = letter || (*at | 32) >= 'a';
    }
    return letter;
}

// Cuts at a character's boundary.
static void
copy_cut(char *out, size_t room, const char *text, size_t size)
{
    if (size >= room) {
        size = room - 1;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
    }
    memcpy(out, text, size);
    out[size] = 0;
}

static bool
fold_ascii(const char *text, char *folded, size_t size)
{
    size_t i = 0;
    for (; text[i] && i + 1 < size; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return false;
        folded[i] = text[i] >= 'A' && text[i] <= 'Z'? (char)(text[i] + 'a' - 'A'): text[i];
    }
    folded[i] = 0;
    return true;
}

void
index_fold(const char *text, char *folded, size_t size)
{
    utf8proc_uint8_t *mapped = NULL;
    if (fold_ascii(text, folded, size))
        return;
    utf8proc_ssize_t mapped_size = utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped,
        UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (mapped_size >= 0)
        copy_cut(folded, size, (const char *)mapped, (size_t)mapped_size);
    else
        copy_cut(folded, size, text, strlen(text));
    free(mapped);
}

// ---- JSON ---------------------------------------------------------------------------------------------------------

// Four hex digits; -1: they are not.
static long
hex_of(const char *text)
{
    long value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digit = text[i]? strchr("0123456789abcdef", text[i] | (text[i] >= 'A'? 32: 0)): NULL;
        if (!digit)
            return -1;
        value = value * 16 + (digit - "0123456789abcdef");
    }
    return value;
}

// What stands behind "\u", with its second half if it has one; *at goes behind it.
static size_t
unescape_point(const char **at, char out[4])
{
    long point = hex_of(*at);
    if (point < 0)
        return 0;
    *at += 4;
    if (point >= 0xd800 && point < 0xdc00 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        long low = hex_of(*at + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
            *at += 6;
        }
    }
    bool valid = point > 0 && (point < 0xd800 || point > 0xdfff);
    return valid? (size_t)utf8proc_encode_char((utf8proc_int32_t)point, (utf8proc_uint8_t *)out): 0;
}

// The text of a JSON string whose quote is behind us.
static void
unescape(const char *json, char *out, size_t room)
{
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    size_t size = 0;
    char point[4];
    while (*json && *json != '"' && size + sizeof point < room) {
        if (*json != '\\') {
            out[size++] = *json++;
        } else if (json[1] == 'u') {
            json += 2;
            size_t count = unescape_point(&json, point);
            memcpy(out + size, point, count);
            size += count;
        } else if (json[1]) {
            const char *letter = strchr(from, json[1]);
            out[size++] = letter? to[letter - from]: json[1];
            json += 2;
        } else {
            break;
        }
    }
    out[size] = 0;
}

void
index_fold_json(const char *json, char *folded, size_t size)
{
    char text[1024];
    folded[0] = 0;
    if (*json == '"')
        unescape(json + 1, text, sizeof text);
    else
        snprintf(text, sizeof text, "%s", *json == '[' || *json == '{' || strcmp(json, "null") == 0? "": json);
    index_fold(text, folded, size);
}
