#include "render_section.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { PATH_ROOM = SECTION_PATH_BYTES + 8 };

static const char separator[] = " > ";

static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// The trimmed text in lower case; false: it does not fit, or is not UTF-8.
static bool
lower(const char *text, size_t size, char *out, size_t room)
{
    size_t count = 0;
    utf8proc_ssize_t step;
    while (size > 0 && is_blank(*text))
        text++, size--;
    while (size > 0 && is_blank(text[size - 1]))
        size--;
    for (size_t at = 0; at < size; at += (size_t)step) {
        utf8proc_int32_t letter;
        step = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(size - at), &letter);
        if (step <= 0 || count + 5 > room)
            return false;
        count += (size_t)utf8proc_encode_char(utf8proc_tolower(letter), (utf8proc_uint8_t *)out + count);
    }
    out[count] = '\0';
    return true;
}

void
section_path(const render_t *page, size_t index, char *path, size_t room)
{
    size_t above[6], count = 0, size = 0;
    int level = 7;
    for (size_t i = index + 1; i > 0 && level > 1; i--) {
        if (page->headings[i - 1].level < level) {
            level = page->headings[i - 1].level;
            above[count++] = i - 1;
        }
    }
    path[0] = '\0';
    while (count > 0) {
        const char *text = page->headings[above[--count]].text;
        size_t part = strlen(text), gap = size > 0? sizeof separator - 1: 0;
        if (size + gap + part >= room) {
            path[0] = '\0';
            return;
        }
        memcpy(path + size, separator, gap);
        memcpy(path + size + gap, text, part);
        size += gap + part;
        path[size] = '\0';
    }
}

static bool
matches(const render_t *page, size_t index, const char *wanted)
{
    char path[PATH_ROOM], folded[2 * PATH_ROOM];
    section_path(page, index, path, sizeof path);
    if (!*path || !lower(path, strlen(path), folded, sizeof folded))
        return false;
    size_t size = strlen(folded), end = strlen(wanted), gap = sizeof separator - 1;
    if (end > size || strcmp(folded + size - end, wanted) != 0)
        return false;
    return end == size || (size >= end + gap && memcmp(folded + size - end - gap, separator, gap) == 0);
}

bool
section_matches(const render_t *page, size_t index, const char *query)
{
    char wanted[2 * PATH_ROOM];
    return lower(query, strlen(query), wanted, sizeof wanted) && *wanted && matches(page, index, wanted);
}

code_t
section_find(const render_t *page, const char *query, size_t *index)
{
    char wanted[2 * PATH_ROOM];
    size_t found = 0;
    if (!lower(query, strlen(query), wanted, sizeof wanted) || !*wanted)
        return NOT_FOUND;
    for (size_t i = 0; i < page->heading_count && found < 2; i++) {
        if (!matches(page, i, wanted))
            continue;
        *index = i;
        found++;
    }
    const char *anchor = wanted + (*wanted == '#');
    for (size_t i = 0; i < page->heading_count && found == 0; i++) {
        if (strcmp(page->headings[i].id, anchor) != 0)
            continue;
        *index = i;
        found++;
    }
    return found == 1? OK: found? CONFLICT: NOT_FOUND;
}
