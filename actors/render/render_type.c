#include "render_type.h"
#include <string.h>

static bool
among(const char *const *words, const char *text, size_t size)
{
    for (; *words; words++)
        if (strlen(*words) == size && memcmp(*words, text, size) == 0)
            return true;
    return false;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// How many characters at `at` are of `set`.
static size_t
span(const char *at, const char *end, const char *set)
{
    size_t size = 0;
    while (at + size < end && at[size] && strchr(set, at[size]))
        size++;
    return size;
}

static int64_t
digit_of(char c)
{
    return is_digit(c)? c - '0': (c | 32) - 'a' + 10;
}

// Digits with underscores; false: more than 64 bits.
static bool
read_digits(const char *at, const char *end, int64_t base, int64_t *number)
{
    for (; at < end; at++)
        if (*at != '_' && (__builtin_mul_overflow(*number, base, number)
                           || __builtin_add_overflow(*number, digit_of(*at), number)))
            return false;
    return true;
}

// "1:30:00": each part behind a colon is below 60.
static bool
read_sixties(const char *at, const char *end, int64_t *number)
{
    while (at < end) {
        size_t digits = *at == ':'? span(at + 1, end, "0123456789"): 0;
        if (digits == 0 || digits > 2 || (digits == 2 && at[1] > '5'))
            return false;
        int64_t part = 0;
        read_digits(at + 1, at + 1 + digits, 10, &part);
        if (__builtin_mul_overflow(*number, 60, number) || __builtin_add_overflow(*number, part, number))
            return false;
        at += 1 + digits;
    }
    return true;
}

static const struct { const char *prefix, *digits; int64_t base; } bases[] = {
    { "0b", "01_", 2 }, { "0x", "0123456789abcdefABCDEF_", 16 }, { "0", "01234567_", 8 },
};

static type_t
int_type(const char *at, const char *end, int64_t *number)
{
    bool negative = at < end && *at == '-';
    bool fits = true;
    at += at < end && (*at == '-' || *at == '+');
    *number = 0;
    if (at == end || !is_digit(*at))
        return TYPE_TEXT;
    for (size_t i = 0; *at == '0' && end - at > 1 && i < sizeof bases / sizeof *bases; i++) {
        const char *from = at + strlen(bases[i].prefix);
        if (strncmp(at, bases[i].prefix, strlen(bases[i].prefix)) != 0 || from == end
            || span(from, end, bases[i].digits) != (size_t)(end - from))
            continue;
        fits = read_digits(from, end, bases[i].base, number);
        *number = negative? -*number: *number;
        return fits? TYPE_INT: TYPE_FLOAT;
    }
    const char *behind = at + span(at, end, "0123456789_");
    if (*at == '0' && behind - at > 1)
        return TYPE_TEXT;
    if (*at == '0' && behind < end)
        return TYPE_TEXT;
    fits = read_digits(at, behind, 10, number);
    if (behind < end && !(fits && read_sixties(behind, end, number)))
        return TYPE_TEXT;
    *number = negative? -*number: *number;
    return fits? TYPE_INT: TYPE_FLOAT;
}

// A number with a point, after its sign.
static bool
is_float(const char *at, const char *end)
{
    static const char *const words[] = { ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL };
    at += at < end && (*at == '-' || *at == '+');
    if (at == end || among(words, at, (size_t)(end - at)))
        return at < end;
    const char *point = at + span(at, end, "0123456789_");
    bool before = point > at && is_digit(*at);
    bool sixties = before && point < end && *point == ':';
    if (sixties)
        point += span(point, end, "0123456789_:");
    if (point == end || *point != '.' || (point > at && !before))
        return false;
    const char *behind = point + 1 + span(point + 1, end, "0123456789_");
    if (!before && (behind == point + 1 || !is_digit(point[1])))
        return false;
    if (behind == end)
        return true;
    bool exponent = !sixties && (*behind | 32) == 'e' && end - behind > 2 && (behind[1] == '-' || behind[1] == '+');
    return exponent && span(behind + 2, end, "0123456789") == (size_t)(end - behind) - 2;
}

static bool
is_day(const char *text, size_t month_size, size_t day_size)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t year = 0, month = 0, day = 0;
    const char *at = text + 5;
    read_digits(text, text + 4, 10, &year);
    read_digits(at, at + month_size, 10, &month);
    read_digits(at + month_size + 1, at + month_size + 1 + day_size, 10, &day);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
}

// "10:00:00.5 +1:30", after the day.
static bool
is_time(const char *at, const char *end)
{
    size_t hours = span(at, end, "0123456789");
    const char *rest = at + hours;
    bool good = hours >= 1 && hours <= 2 && end - rest >= 6 && rest[0] == ':' && span(rest + 1, end, "0123456789") == 2
                && rest[3] == ':' && span(rest + 4, end, "0123456789") == 2;
    if (!good)
        return false;
    rest += 6;
    if (rest < end && *rest == '.')
        rest += 1 + span(rest + 1, end, "0123456789");
    rest += span(rest, end, " \t");
    if (rest == end || (*rest == 'Z' && rest + 1 == end))
        return true;
    if (*rest != '-' && *rest != '+')
        return false;
    hours = span(rest + 1, end, "0123456789");
    rest += 1 + hours;
    return hours >= 1 && hours <= 2
           && (rest == end || (end - rest == 3 && *rest == ':' && span(rest + 1, end, "0123456789") == 2));
}

static bool
is_date(const char *text, const char *end)
{
    if (end - text < 8 || span(text, end, "0123456789") != 4 || text[4] != '-')
        return false;
    size_t month = span(text + 5, end, "0123456789");
    const char *dash = text + 5 + month;
    size_t day = dash < end && *dash == '-'? span(dash + 1, end, "0123456789"): 0;
    const char *rest = dash + 1 + day;
    if (month == 0 || month > 2 || day == 0 || day > 2 || !is_day(text, month, day))
        return false;
    if (rest == end)
        return month == 2 && day == 2;
    size_t gap = (*rest | 32) == 't'? 1: span(rest, end, " \t");
    return gap > 0 && is_time(rest + gap, end);
}

type_t
type_of(const char *text, size_t size, int64_t *number)
{
    static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
    static const char *const on[] = { "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", NULL };
    static const char *const off[] = { "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", NULL };
    *number = 0;
    if (among(nulls, text, size))
        return TYPE_NULL;
    if (among(on, text, size) || among(off, text, size)) {
        *number = among(on, text, size);
        return TYPE_BOOL;
    }
    type_t type = int_type(text, text + size, number);
    if (type == TYPE_INT)
        return type;
    *number = 0;
    if (type == TYPE_FLOAT || is_float(text, text + size))
        return TYPE_FLOAT;
    return is_date(text, text + size)? TYPE_DATE: TYPE_TEXT;
}
