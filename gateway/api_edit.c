// One piece of a text replaced by another, whatever the line ends of either side
#include "api_edit.h"

#include <string.h>

// A text with LF for CRLF and CR. `at[i]` is where byte i came from; NULL: the text had no CR, so nothing is different.
typedef struct {
    const char *text;
    size_t size;
    size_t *at;
} plain_t;

static plain_t
plain_of(arena_t *arena, const char *text, size_t size, bool places)
{
    if (size == 0 || !memchr(text, '\r', size))
        return (plain_t){ text, size, NULL };
    char *out = arena_alloc(arena, size + 1);
    plain_t plain = { .text = out, .at = places? arena_alloc(arena, (size + 1) * sizeof *plain.at): NULL };
    for (size_t i = 0; i < size; i++) {
        if (plain.at)
            plain.at[plain.size] = i;
        out[plain.size++] = text[i] == '\r'? '\n': text[i];
        if (text[i] == '\r' && i + 1 < size && text[i + 1] == '\n')
            i++;
    }
    if (plain.at)
        plain.at[plain.size] = size;
    return plain;
}

static size_t
count_of(const plain_t *text, const plain_t *piece, size_t *first)
{
    size_t count = 0;
    const char *end = text->text + text->size;
    for (const char *at = text->text; (at = memmem(at, (size_t)(end - at), piece->text, piece->size));
         at += piece->size)
        if (count++ == 0)
            *first = (size_t)(at - text->text);
    return count;
}

// Are most line ends of the page CRLF?
static bool
is_crlf(const char *text, size_t size)
{
    size_t crlf = 0, lf = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\n')
            ++*(i > 0 && text[i - 1] == '\r'? &crlf: &lf);
    return crlf > lf;
}

// The new piece with the line ends of the page; one without any CR is not touched.
static side_t
in_kind(arena_t *arena, const side_t *text, const side_t *piece)
{
    if (!is_crlf(text->text, text->size))
        return *piece;
    plain_t plain = plain_of(arena, piece->text, piece->size, false);
    char *out = arena_alloc(arena, 2 * plain.size + 1);
    size_t used = 0;
    for (size_t i = 0; i < plain.size; i++) {
        if (plain.text[i] == '\n')
            out[used++] = '\r';
        out[used++] = plain.text[i];
    }
    return (side_t){ out, used };
}

size_t
api_replace(arena_t *arena, const side_t *text, const side_t *old, const side_t *young, side_t *result)
{
    size_t first = 0;
    plain_t page = plain_of(arena, text->text, text->size, true), piece = plain_of(arena, old->text, old->size, false);
    size_t count = count_of(&page, &piece, &first);
    if (count != 1)
        return count;
    size_t start = page.at? page.at[first]: first;
    size_t end = page.at? page.at[first + piece.size]: first + piece.size;
    side_t put = in_kind(arena, text, young);
    size_t size = text->size - (end - start) + put.size;
    char *out = arena_alloc(arena, size + 1);
    memcpy(out, text->text, start);
    memcpy(out + start, put.text, put.size);
    memcpy(out + start + put.size, text->text + end, text->size - end);
    *result = (side_t){ out, size };
    return 1;
}
