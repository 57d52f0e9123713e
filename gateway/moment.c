#include "moment.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY = 24 * 60 * 60 };

// ---- the calendar ------------------------------------------------------------------------------------------------
static bool
is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year));
}

// Days from 1970-01-01 to the first of January.
static int64_t
days_to_year(int year)
{
    int64_t past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

static bool
days_to_date(int year, int month, int day, int64_t *days)
{
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return false;
    *days = days_to_year(year) + day - 1;
    for (int i = 1; i < month; i++)
        *days += days_of_month(year, i);
    return true;
}

// ISO weeks begin on Monday; the first is that of the fourth of January.
static bool
days_to_week(int year, int week, int day, int64_t *days)
{
    if (year < 1 || week < 1 || day < 1 || day > 7)
        return false;
    int64_t first = days_to_year(year);
    int weekday = (int)(((first + 3) % 7 + 7) % 7);             // of 1 January; 0: Monday
    bool long_year = weekday == 3 || (weekday == 2 && is_leap(year));
    if (week > 53 || (week == 53 && !long_year))
        return false;
    int64_t monday = first - weekday + (weekday > 3? 7: 0);
    *days = monday + (week - 1) * 7 + day - 1;
    return *days >= days_to_year(1) && *days < days_to_year(10000);
}

// ---- reading -----------------------------------------------------------------------------------------------------
static bool
is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

// Exactly `count` digits; moves on.
static bool
take_number(const char **at, int count, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (!is_digit(**at))
            return false;
        *number = *number * 10 + (**at - '0');
    }
    return true;
}

// Where the date ends, and one character, whatever it is, parts it from the time. `size` is at least 7.
static size_t
date_size(const char *text, size_t size)
{
    size_t digits = 7;
    if (size == 7)
        return 7;
    if (text[4] == '-' && text[5] != 'W')
        return 10;
    if (text[4] == '-')                                         // 2026-W10, 2026-W10-7; after 2026-W10-07 it is a time
        return size > 8 && text[8] == '-' && !(size > 10 && is_digit(text[10]))? 10: 8;
    if (text[4] != 'W')
        return 8;
    while (digits < size && is_digit(text[digits]))             // 2026W10, 2026W107, and digits of a time
        digits++;
    return digits < 9? digits: digits % 2 == 0? 7: 8;
}

static bool
read_date(const char *text, size_t size, int64_t *days)
{
    int year, month, day = 1;
    const char *at = text, *end = text + size;
    if (!take_number(&at, 4, &year))
        return false;
    bool dashes = *at == '-';
    at += dashes;
    bool week = *at == 'W';
    at += week;
    if (!take_number(&at, 2, &month))
        return false;
    if (!week || at < end) {
        if ((*at == '-') != dashes)
            return false;
        at += dashes;
        if (!take_number(&at, week? 1: 2, &day))
            return false;
    }
    return at == end && (week? days_to_week(year, month, day, days): days_to_date(year, month, day, days));
}

// HH, HH:MM, HHMM, HH:MM:SS, HHMMSS; after any a fraction behind '.' or ','.
typedef struct {
    int part[3];                                // hours, minutes, seconds
    bool fraction;                              // more than the seconds
} daytime_t;

static bool
read_fraction(const char *at, const char *end, daytime_t *clock)
{
    if ((*at != '.' && *at != ',') || at + 1 == end)
        return false;
    for (at++; at < end; at++) {
        if (!is_digit(*at))
            return false;
        clock->fraction = clock->fraction || *at != '0';
    }
    return true;
}

static bool
read_clock(const char *at, const char *end, daytime_t *clock)
{
    bool colons = false;
    *clock = (daytime_t){ .fraction = false };
    for (int i = 0; i < 3; i++) {
        if (end - at < 2 || !take_number(&at, 2, &clock->part[i]))
            return false;
        if (i == 0)
            colons = *at == ':';
        if (at == end)
            return true;
        if (i == 2 || *at == '.' || *at == ',')
            break;
        if (colons && *at != ':')
            return false;
        at += colons;
    }
    return read_fraction(at, end, clock);
}

static bool
is_daytime(const daytime_t *clock)
{
    return clock->part[0] < 24 && clock->part[1] < 60 && clock->part[2] < 60;
}

static bool
read_zone(const char *sign, const char *end, int64_t *offset)
{
    daytime_t zone;
    if (*sign == 'Z' && sign + 1 == end)
        return true;
    if (*sign == 'Z' || !read_clock(sign + 1, end, &zone) || !is_daytime(&zone))
        return false;
    int seconds = (zone.part[0] * 60 + zone.part[1]) * 60 + zone.part[2];
    *offset = *sign == '-'? -seconds: seconds;
    return true;
}

static bool
read_time(const char *at, const char *end, int64_t *seconds)
{
    daytime_t clock;
    int64_t offset = 0;
    size_t size = strcspn(at, "+-Z");
    const char *sign = at + size;
    if (!read_clock(at, sign, &clock) || !is_daytime(&clock))
        return false;
    if (sign < end && !read_zone(sign, end, &offset))
        return false;
    *seconds = (clock.part[0] * 60 + clock.part[1]) * 60 + clock.part[2] + clock.fraction - offset;
    return true;
}

bool
moment_read(const char *text, int64_t *when)
{
    size_t size = strlen(text), date;
    int64_t days, seconds = 0;
    if (size < 7)
        return false;
    date = date_size(text, size);
    if (date > size || !read_date(text, date, &days))
        return false;
    if (size > date) {
        const char *time = text + date + 1;                     // one character may be several bytes
        while ((*time & 0xc0) == 0x80)
            time++;
        if (!read_time(time, text + size, &seconds))
            return false;
    }
    *when = days * DAY + seconds;
    return true;
}

// ---- writing -----------------------------------------------------------------------------------------------------
static size_t
print(int64_t when, const char *format, char text[MOMENT_SIZE])
{
    struct tm tm;
    time_t time = (time_t)when;
    bool known = when > -62135596800 && when < 253402300800 && gmtime_r(&time, &tm);
    size_t size = known? strftime(text, MOMENT_SIZE, format, &tm): 0;
    text[size] = 0;
    return size;
}

void
moment_iso(int64_t when, int64_t zone, char text[MOMENT_SIZE])
{
    size_t size = print(when + zone * 60, "%Y-%m-%dT%H:%M:%S", text);
    int minutes = (int)((zone < 0? -zone: zone) % (24 * 60));
    if (size > 0)
        snprintf(text + size, MOMENT_SIZE - size, "%c%02d:%02d", zone < 0? '-': '+', minutes / 60, minutes % 60);
}

void
moment_date(int64_t when, int64_t zone, char text[MOMENT_SIZE])
{
    print(when + zone * 60, "%Y-%m-%d", text);
}

void
moment_utc(int64_t when, char text[MOMENT_SIZE])
{
    print(when, "%Y-%m-%dT%H:%M:%SZ", text);
}

// Names of days and months are English, whatever the locale.
void
moment_mail(int64_t when, char text[MOMENT_SIZE])
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm;
    time_t time = (time_t)when;
    text[0] = 0;
    if (when > -62135596800 && when < 253402300800 && gmtime_r(&time, &tm))
        snprintf(text, MOMENT_SIZE, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * tm.tm_wday, tm.tm_mday,
                 months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
