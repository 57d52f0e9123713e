#include "range.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

// Digits, up to 18 of them, and moves on behind them; false: there are none, or too many.
static bool
take_number(const char **at, int64_t *number)
{
    size_t digits = strspn(*at, "0123456789");
    *number = 0;
    for (size_t i = 0; i < digits && i < 18; i++)
        *number = *number * 10 + ((*at)[i] - '0');
    *at += digits;
    return digits > 0 && digits <= 18;
}

static bool
at_end(const char *at)
{
    return at[strspn(at, " \t")] == '\0';
}

// "-500": the last 500 bytes.
static range_kind_t
read_suffix(const char *at, int64_t total, range_t *range)
{
    int64_t wanted;
    if (!take_number(&at, &wanted) || !at_end(at))
        return RANGE_ALL;
    if (wanted == 0 || total == 0)
        return RANGE_OUTSIDE;
    range->size = wanted < total? wanted: total;
    range->first = total - range->size;
    return RANGE_PART;
}

range_kind_t
range_read(const char *header, int64_t total, range_t *range)
{
    int64_t last;
    if (!header || strncasecmp(header, "bytes=", 6) != 0)
        return RANGE_ALL;
    const char *at = header + 6;
    at += strspn(at, " \t");
    if (*at == '-')
        return read_suffix(at + 1, total, range);
    if (!take_number(&at, &range->first) || *at++ != '-')
        return RANGE_ALL;
    bool open = at_end(at);
    if (!open && (!take_number(&at, &last) || !at_end(at) || last < range->first))
        return RANGE_ALL;
    if (range->first >= total)
        return RANGE_OUTSIDE;
    range->size = open || last >= total? total - range->first: last - range->first + 1;
    return RANGE_PART;
}
