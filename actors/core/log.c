#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include "banned.h"

enum { LINE_BYTES = 4096, NAME_BYTES = 32 };

// The only state of a process that is not handed around: written once before threads start, only read
// afterwards. A log line may come from any depth, and a parameter for it would be in every signature of the
// program.
static struct {
    log_level_t level;
    char name[NAME_BYTES];
} log_of_process = { LEVEL_INFO, "wikibot" };

static const char *const level_names[] = { "debug", "info", "warning", "error" };

void
log_setup(log_level_t level, const char *name)
{
    log_of_process.level = level;
    (void)snprintf(log_of_process.name, sizeof log_of_process.name, "%s", name);
}

log_level_t
log_level_from_name(const char *word)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
        if (word && strcasecmp(word, level_names[i]) == 0)
            return (log_level_t)i;
    return LEVEL_INFO;
}

const char *
log_process(void)
{
    return log_of_process.name;
}

bool
log_enabled(log_level_t level)
{
    return level >= log_of_process.level;
}

static size_t
print_head(char *line, log_level_t level, const char *event)
{
    struct timespec now;
    struct tm utc;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    int size = snprintf(line, LINE_BYTES, "time=%s.%03ldZ level=%s process=%s event=%s", stamp, now.tv_nsec / 1000000,
                        level_names[level], log_of_process.name, event);
    return size < 0? 0: size < LINE_BYTES? (size_t)size: LINE_BYTES - 1;
}

void
log_line(log_level_t level, const char *event, const char *format, ...)
{
    if (!log_enabled(level))
        return;
    char line[LINE_BYTES + 1];
    size_t used = print_head(line, level, event);
    if (*format && used < LINE_BYTES - 1) {
        line[used++] = ' ';
        va_list arguments;
        va_start(arguments, format);
        int size = vsnprintf(line + used, LINE_BYTES - used, format, arguments);
        va_end(arguments);
        if (size > 0)
            used += (size_t)size < LINE_BYTES - used? (size_t)size: LINE_BYTES - used - 1;
    }
    line[used++] = '\n';
    int saved = errno;                          // logging must not change what the caller is about to look at
    ssize_t written = write(STDERR_FILENO, line, used);
    (void)written;                              // a closed standard error is nobody's business here
    errno = saved;
}

// Blanks, quotes, '=' and control characters end a bare logfmt value.
static bool
must_quote(const char *value)
{
    if (!*value)
        return true;
    for (const unsigned char *c = (const unsigned char *)value; *c; c++)
        if (*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c == 0x7f)
            return true;
    return false;
}

// One character as it stands between quotes; its length.
static size_t
escape(char c, char out[8])
{
    const char *word = c == '"'? "\\\"": c == '\\'? "\\\\": c == '\n'? "\\n": c == '\t'? "\\t": NULL;
    if (word)
        return (size_t)snprintf(out, 8, "%s", word);
    if ((unsigned char)c < ' ' || c == 0x7f)
        return (size_t)snprintf(out, 8, "\\u%04x", (unsigned)c);
    out[0] = c;
    return 1;
}

// Quoted, as much of it as fits into `size` bytes with the quotes and the final NUL.
static void
quote(const char *value, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[used++] = '"';
    for (; *value; value++) {
        char one[8];
        size_t length = escape(*value, one);
        if (used + length + 2 > size)
            break;
        memcpy(buffer + used, one, length);
        used += length;
    }
    while (*value && used > 1 && ((unsigned char)*value & 0xc0) == 0x80)    // no character is cut in two
        value--, used--;
    buffer[used++] = '"';
    buffer[used] = '\0';
}

const char *
log_value(const char *value, char *buffer, size_t size)
{
    if (!value)
        value = "";
    if (size < 3)
        return "";
    if (must_quote(value) || strlen(value) >= size)
        quote(value, buffer, size);
    else
        memcpy(buffer, value, strlen(value) + 1);
    return buffer;
}
