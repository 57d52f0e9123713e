// JSON as the reference's encoder writes it, real numbers too: 0.1, where jansson says 0.10000000000000001
#include "api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 48, DIGITS = 17, FLAGS = JSON_SORT_KEYS | JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY };

static bool
has_real(const json_t *json)
{
    const char *key;
    json_t *value;
    size_t index;
    json_array_foreach((json_t *)json, index, value)
        if (has_real(value))
            return true;
    json_object_foreach((json_t *)json, key, value)
        if (has_real(value))
            return true;
    return json_is_real(json);
}

// The fewest digits that are this number again, as Python shows it: 1.0, 1e-07, 1e+16.
static void
print_real(double real, char text[NUMBER_SIZE])
{
    int digits = 0;
    do
        snprintf(text, NUMBER_SIZE, "%.*e", digits, real);
    while (strtod(text, NULL) != real && ++digits < DIGITS);
    int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    if (exponent >= -4 && exponent < DIGITS - 1)
        snprintf(text, NUMBER_SIZE, "%.*f", digits > exponent? digits - exponent: 1, real);
}

// Behind the string that begins here.
static const char *
skip_string(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        at += *at == '\\' && at[1];
    return at + (*at == '"');
}

// Numbers stand between what is no part of them.
static void
put_reals(FILE *out, const char *text)
{
    while (*text) {
        size_t other = strcspn(text, "\"-0123456789");
        fwrite(text, 1, other, out);
        text += other;
        if (*text == '"') {
            const char *end = skip_string(text);
            fwrite(text, 1, (size_t)(end - text), out);
            text = end;
            continue;
        }
        char number[NUMBER_SIZE];
        size_t size = strspn(text, "+-.eE0123456789");
        bool real = size < NUMBER_SIZE && strcspn(text, ".eE") < size;
        if (real)
            print_real(strtod(text, NULL), number);
        fwrite(real? number: text, 1, real? strlen(number): size, out);
        text += size;
    }
}

char *
api_dump(const json_t *json)
{
    char *text = json? json_dumps(json, FLAGS): NULL, *made = NULL;
    size_t size = 0;
    if (!text || !has_real(json))
        return text;
    FILE *out = open_memstream(&made, &size);
    if (out)
        put_reals(out, text);
    free(text);
    return out && fclose(out) == 0? made: NULL;
}
