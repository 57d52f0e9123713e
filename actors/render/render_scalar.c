#include "render_scalar.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

enum { REAL_MOST = 400, DAY_SECONDS = 86400, DATE_SIZE = 40 };

// ---- text ---------------------------------------------------------------------------------------------------------
static void
put_unit(buffer_t *out, unsigned unit)
{
    static const char digits[] = "0123456789abcdef";
    const char text[] = { '\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15],
                          digits[unit & 15] };
    buffer_put(out, text, sizeof text);
}

static void
put_letter(buffer_t *out, utf8proc_int32_t letter)
{
    static const char names[] = "\"\\\n\r\t\f\b", after[] = "\"\\nrtfb";
    const char *name = letter < 128 && letter > 0? strchr(names, letter): NULL;
    if (name) {
        buffer_put(out, (const char[]) { '\\', after[name - names] }, 2);
    } else if (letter <= 0) {
        put_unit(out, 0xfffd);
    } else if (letter < 0x10000) {
        put_unit(out, (unsigned)letter);
    } else {
        unsigned rest = (unsigned)letter - 0x10000;
        put_unit(out, 0xd800 | rest >> 10);
        put_unit(out, 0xdc00 | (rest & 0x3ff));
    }
}

static bool
is_itself(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

void
scalar_put_text(buffer_t *out, const char *text, size_t size)
{
    const char *end = text + size;
    buffer_put(out, "\"", 1);
    while (text < end && !out->full) {
        const char *from = text;
        while (text < end && is_itself(*text))
            text++;
        buffer_put(out, from, (size_t)(text - from));
        if (text == end)
            break;
        utf8proc_int32_t letter = -1;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text, end - text, &letter);
        put_letter(out, letter);
        text += step > 0? step: 1;
    }
    buffer_put(out, "\"", 1);
}

// ---- numbers ------------------------------------------------------------------------------------------------------
// "1:30.5": each colon multiplies what is in front of it by 60.
static double
sum_sixties(char *text)
{
    double sum = 0;
    for (char *part = text, *colon; part; part = colon) {
        colon = strchr(part, ':');
        if (colon)
            *colon++ = '\0';
        sum = sum * 60 + strtod(part, NULL);
    }
    return sum;
}

static double
sum_digits(const char *text, double base)
{
    double sum = 0;
    for (; *text; text++)
        sum = sum * base + (*text <= '9'? *text - '0': (*text | 32) - 'a' + 10);
    return sum;
}

// What YAML 1.1 takes for a number that is not of 64 bits.
static double
real_of(const char *written, size_t size)
{
    char text[REAL_MOST + 1];
    size_t count = 0;
    bool negative = *written == '-';
    for (size_t i = negative || *written == '+'; i < size && count < REAL_MOST; i++)
        if (written[i] != '_')
            text[count++] = written[i];
    text[count] = '\0';
    double real;
    if (*text == '.' && (text[1] | 32) >= 'a')
        real = (text[1] | 32) == 'i'? INFINITY: NAN;
    else if (strchr(text, ':'))
        real = sum_sixties(text);
    else if (*text == '0' && !strchr(text, '.') && text[1])
        real = text[1] == 'b'? sum_digits(text + 2, 2): text[1] == 'x'? sum_digits(text + 2, 16)
                                                                       : sum_digits(text + 1, 8);
    else
        real = strtod(text, NULL);
    return negative? -real: real;
}

// The shortest text that is this number again, with a point or an exponent.
static void
print_real(double real, char text[SCALAR_NUMBER_SIZE])
{
    int digits = 0;
    do {
        snprintf(text, SCALAR_NUMBER_SIZE, "%.*e", digits, real);
    } while (strtod(text, NULL) != real && ++digits < 17);
    int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    if (exponent >= -4 && exponent < 16)
        snprintf(text, SCALAR_NUMBER_SIZE, "%.*f", digits > exponent? digits - exponent: 1, real);
}

// ---- dates --------------------------------------------------------------------------------------------------------
// Days since 1970-01-01, in the calendar of today.
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, in_era = year - era * 400;
    int64_t in_year = (153 * (month + (month > 2? -3: 9)) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static bool
print_date(int64_t seconds, char text[DATE_SIZE])
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const months[] = { "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan",
                                          "Feb" };
    int64_t day = seconds / DAY_SECONDS, second = seconds % DAY_SECONDS;
    day -= second < 0;
    second += second < 0? DAY_SECONDS: 0;
    if (day < days_of(1, 1, 1) || day > days_of(9999, 12, 31))
        return false;
    int64_t since = day + 719468, era = since / 146097, in_era = since % 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100), month = (5 * in_year + 2) / 153;
    snprintf(text, DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[((day % 7) + 7) % 7],
             (int)(in_year - (153 * month + 2) / 5 + 1), months[month], (int)(year + era * 400 + (month >= 10)),
             (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
    return true;
}

static const char *
number_at(const char *at, const char *end, int64_t *number)
{
    for (*number = 0; at < end && *at >= '0' && *at <= '9'; at++)
        *number = *number < 10000? *number * 10 + *at - '0': *number;
    return at;
}

// "+1:30" in seconds; false: no time of the world is that far off.
static bool
offset_at(const char *at, const char *end, int64_t *offset)
{
    int64_t hours, minutes = 0;
    int sign = *at == '-'? -1: 1;
    at = number_at(at + 1, end, &hours);
    if (at < end)
        number_at(at + 1, end, &minutes);
    *offset = sign * (hours * 3600 + minutes * 60);
    return hours * 3600 + minutes * 60 < DAY_SECONDS;
}

// type_of has looked at its form. False: no clock shows this time.
static bool
read_date(const char *at, size_t size, char text[DATE_SIZE])
{
    const char *end = at + size;
    int64_t year, month, day, hour = 0, minute = 0, second = 0, offset = 0;
    at = number_at(at, end, &year) + 1;
    at = number_at(at, end, &month) + 1;
    at = number_at(at, end, &day);
    while (at < end && !(*at >= '0' && *at <= '9'))
        at++;
    if (at < end) {
        at = number_at(at, end, &hour) + 1;
        at = number_at(at, end, &minute) + 1;
        at = number_at(at, end, &second);
        while (at < end && *at != '-' && *at != '+')
            at++;
    }
    if (at < end && !offset_at(at, end, &offset))
        return false;
    return hour < 24 && minute < 60 && second < 60
           && print_date(days_of(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second - offset, text);
}

// ---- all of them --------------------------------------------------------------------------------------------------
const char *
scalar_key(type_t type, int64_t number, const char *text, size_t size, char room[SCALAR_NUMBER_SIZE])
{
    if (type == TYPE_NULL)
        return "null";
    if (type == TYPE_BOOL)
        return number? "true": "false";
    if (type == TYPE_INT) {
        snprintf(room, SCALAR_NUMBER_SIZE, "%" PRId64, number);
        return room;
    }
    double real = type == TYPE_FLOAT && size <= REAL_MOST? real_of(text, size): NAN;
    if (!isfinite(real))
        return NULL;
    print_real(real, room);
    return room;
}

void
scalar_put(buffer_t *out, type_t type, int64_t number, const char *text, size_t size)
{
    char room[SCALAR_NUMBER_SIZE], date[DATE_SIZE];
    const char *plain = scalar_key(type, number, text, size, room);
    if (plain)
        buffer_puts(out, plain);
    else if (type == TYPE_FLOAT)
        buffer_puts(out, "null");
    else if (type == TYPE_DATE && read_date(text, size, date))
        scalar_put_text(out, date, strlen(date));
    else
        scalar_put_text(out, text, size);
}
