#include "index_query_date.h"

#include <stdint.h>
#include <string.h>

enum { DAY = 86400 };
typedef struct {
    int64_t from, until;
} span_t;

// ---- days ----------------------------------------------------------------------------------------------------------

// Days since 1970-01-01 of a day of the Gregorian calendar; months may be 13.
static int64_t
days(int year, int month, int day)
{
    int64_t y = month > 2? year: year - 1, m = month > 2? month - 3: month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int64_t
midnight(int64_t now)
{
    return now - ((now % DAY) + DAY) % DAY;
}

static bool
digits(const char **at, const char *end, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (*at == end || **at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static int64_t
month_start(int year, int month)
{
    return (month == 13? days(year + 1, 1, 1): days(year, month, 1)) * DAY;
}

// 2026, 2026-03, 2026-03-08
static bool
calendar(const char *text, size_t size, span_t *span)
{
    const char *end = text + size;
    int year = 0, month = 0, day = 0;
    if (!digits(&text, end, 4, &year) || year < 1)
        return false;
    *span = (span_t){ month_start(year, 1), month_start(year, 13) };
    if (text == end)
        return true;
    if (*text++ != '-' || !digits(&text, end, 2, &month) || month < 1 || month > 12)
        return false;
    *span = (span_t){ month_start(year, month), month_start(year, month + 1) };
    if (text == end)
        return true;
    if (*text++ != '-' || !digits(&text, end, 2, &day) || day < 1 || text != end)
        return false;
    int64_t from = span->from + (day - 1) * (int64_t)DAY;
    if (from >= span->until)
        return false;
    *span = (span_t){ from, from + DAY };
    return true;
}

// ---- words ---------------------------------------------------------------------------------------------------------

static bool
is_word(const char *text, size_t size, const char *word)
{
    if (size != strlen(word))
        return false;
    for (size_t i = 0; i < size; i++)
        if ((text[i] | 0x20) != word[i])
            return false;
    return true;
}

// 7d, 2w, 3m, 1y: days before today, and today.
static bool
recent(const char *text, size_t size, int64_t now, span_t *span)
{
    static const char units[] = "dwmy";
    static const int lengths[] = { 1, 7, 30, 365 };
    if (size < 2 || size > 5)
        return false;
    const char *unit = memchr(units, text[size - 1] | 0x20, 4), *at = text;
    int count = 0;
    if (!unit || !digits(&at, text + size - 1, (int)size - 1, &count))
        return false;
    *span = (span_t){ midnight(now) - (int64_t)count * lengths[unit - units] * DAY, INT64_MAX };
    return true;
}

static bool
one(const char *text, size_t size, int64_t now, span_t *span)
{
    int64_t today = midnight(now);
    if (is_word(text, size, "today"))
        *span = (span_t){ today, today + DAY };
    else if (is_word(text, size, "yesterday"))
        *span = (span_t){ today - DAY, today };
    else
        return calendar(text, size, span) || recent(text, size, now, span);
    return true;
}

// ---- comparisons ---------------------------------------------------------------------------------------------------

static bool
compared(const char *text, size_t size, int64_t now, span_t *span)
{
    span_t bound;
    bool equal = size > 1 && text[1] == '=';
    size_t skip = equal? 2: 1;
    if (!one(text + skip, size - skip, now, &bound))
        return false;
    if (*text == '>')
        *span = (span_t){ equal? bound.from: bound.until, INT64_MAX };
    else
        *span = (span_t){ INT64_MIN, equal? bound.until: bound.from };
    return true;
}

static bool
between(const char *text, size_t size, const char *dots, int64_t now, span_t *span)
{
    span_t first = { INT64_MIN, INT64_MIN }, last = { INT64_MAX, INT64_MAX };
    const char *second = dots + 2, *end = text + size;
    if (dots > text && !one(text, (size_t)(dots - text), now, &first))
        return false;
    if (second < end && !one(second, (size_t)(end - second), now, &last))
        return false;
    *span = (span_t){ first.from, last.until };
    return dots > text || second < end;
}

bool
index_query_date(const char *text, size_t size, int64_t now, int64_t *from, int64_t *until)
{
    span_t span;
    const char *dots = memmem(text, size, "..", 2);
    bool fits = size > 0 && (*text == '<' || *text == '>')? compared(text, size, now, &span):
                dots? between(text, size, dots, now, &span): one(text, size, now, &span);
    if (!fits)
        return false;
    *from = span.from;
    *until = span.until;
    return true;
}
