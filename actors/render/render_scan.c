#include "render_scan.h"
#include "render_chars.h"
#include <stdint.h>
#include <string.h>

// Sixteen bytes at once, as gcc and clang have them for any machine.
enum { BLOCK = 16 };
typedef uint8_t block_t __attribute__((vector_size(BLOCK)));
typedef int8_t which_t __attribute__((vector_size(BLOCK)));

static inline block_t
load(const char *at)
{
    block_t block;
    memcpy(&block, at, sizeof block);
    return block;
}

static inline bool
is_any(which_t which)
{
    uint64_t halves[2];
    memcpy(halves, &which, sizeof halves);
    return halves[0] | halves[1];
}

typedef struct { which_t extend, www; } found_t;

static inline void
look(found_t *found, const char *at)
{
    block_t a = load(at), b = load(at + 1), c = load(at + 2);
    found->extend |= ((a == '[') & (b == '^')) | ((a == '*') & (b == '[')) | ((a == '>') & ((b == '!') | (b == '|')))
                     | ((a == ':') & (b == ':') & (c == ':'));
    found->www |= (a == 'w') & (b == 'w') & (c == 'w');
}

// memmem for each of these takes longer than md4c for the whole page.
unsigned
scan_text(const char *text, size_t size)
{
    found_t found = { { 0 }, { 0 } };
    char rest[2 * BLOCK + 2] = { 0 };
    for (; size >= BLOCK + 2; text += BLOCK, size -= BLOCK)
        look(&found, text);
    memcpy(rest, text, size);
    look(&found, rest);
    look(&found, rest + BLOCK);
    return (is_any(found.extend)? SCAN_EXTEND: 0u) | (is_any(found.www)? SCAN_WWW: 0u);
}

// Surely nothing special; a tab is looked at again.
static inline bool
is_plain_block(const char *at, bool dots)
{
    block_t a = load(at);
    which_t special = (a < ' ') | (a == '&') | (a == '<') | (a == '>') | (a == '"') | (a == 0x7f) | (a == '[')
                      | (a == ':') | (a == '=');
    if (dots)
        special |= a == '.';
    return !is_any(special);
}

bool
scan_is_plain(const char *text, size_t size, bool dots)
{
    int special = CHAR_HTML | CHAR_INLINE | (dots? CHAR_DOT: 0);
    const char *end = text + size;
    while (text < end) {
        bool block = end - text >= BLOCK;
        const char *stop = block? text + BLOCK: end;
        if (block && is_plain_block(text, dots)) {
            text = stop;
            continue;
        }
        for (; text < stop; text++)
            if (chars_is(*text, special))
                return false;
    }
    return true;
}
