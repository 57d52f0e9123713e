#include "multipart.h"

#include <string.h>
#include <strings.h>
#include "../proto/page.h"

enum { BOUNDARY_MOST = 70 };                    // RFC 2046, 5.1.1

typedef struct { const char *at, *end; } span_t;

// CR LF, two hyphens and the boundary: what ends a part.
typedef struct {
    char text[BOUNDARY_MOST + 5];
    size_t size;
} delimiter_t;

static const char form_data[] = "multipart/form-data";

// ---- headers -----------------------------------------------------------------------------------------------------
static void
skip_blanks(span_t *span)
{
    while (span->at < span->end && (*span->at == ' ' || *span->at == '\t'))
        span->at++;
}

static bool
is_word(const span_t *span, const char *word)
{
    size_t size = strlen(word);
    return (size_t)(span->end - span->at) == size && strncasecmp(span->at, word, size) == 0;
}

// Up to one of these bytes, or the end.
static span_t
take_until(span_t *span, const char *stops)
{
    span_t word = { span->at, span->at };
    while (span->at < span->end && !strchr(stops, *span->at))
        span->at++;
    word.end = span->at;
    return word;
}

// A quoted string without its quotes. False: it does not end.
static bool
take_quoted(span_t *span, span_t *value)
{
    value->at = ++span->at;
    while (span->at < span->end && *span->at != '"')
        span->at += *span->at == '\\' && span->end - span->at > 1 && span->at[1] == '"'? 2: 1;
    value->end = span->at;
    return span->at++ < span->end;
}

// The next "; name=value". False: there is none; *bad is set if what follows is something else.
typedef struct { span_t name, value; } parameter_t;
static bool
next_parameter(span_t *span, parameter_t *parameter, bool *bad)
{
    skip_blanks(span);
    if (span->at == span->end)
        return false;
    *bad = *span->at++ != ';';
    skip_blanks(span);
    if (*bad || span->at == span->end)
        return false;                           // a last semicolon means nothing
    parameter->name = take_until(span, "= \t;\"");
    *bad = span->at == span->end || *span->at != '=' || parameter->name.at == parameter->name.end;
    if (*bad)
        return false;
    span->at++;
    if (span->at < span->end && *span->at == '"')
        *bad = !take_quoted(span, &parameter->value);
    else
        parameter->value = take_until(span, "; \t\"");
    return !*bad;
}

// Browsers write a quote as %22 and the ends of lines as %0D and %0A, others a quote as \"; all else stands for itself.
static const char *
unquoted(arena_t *arena, const span_t *value)
{
    static const struct { const char *from; char to; } escapes[] = {
        { "%22", '"' }, { "%0D", '\r' }, { "%0A", '\n' }, { "\\\"", '"' },
    };
    char *text = arena_alloc(arena, (size_t)(value->end - value->at) + 1), *out = text;
    for (const char *at = value->at; at < value->end;) {
        size_t i = 0, count = sizeof escapes / sizeof *escapes, size = 0;
        for (; i < count; i++) {
            size = strlen(escapes[i].from);
            if ((size_t)(value->end - at) >= size && strncasecmp(at, escapes[i].from, size) == 0)
                break;
        }
        *out++ = i < count? escapes[i].to: *at;
        at += i < count? size: 1;
    }
    *out = 0;
    return text;
}

// ---- the boundary ------------------------------------------------------------------------------------------------
static bool
is_boundary(const span_t *value)
{
    static const char others[] = "'()+_,-./:=? ";
    size_t size = (size_t)(value->end - value->at);
    if (size == 0 || size > BOUNDARY_MOST || value->end[-1] == ' ')
        return false;
    for (const char *at = value->at; at < value->end; at++)
        if (!((*at >= '0' && *at <= '9') || ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z') || strchr(others, *at)))
            return false;
    return true;
}

static code_t
read_boundary(const char *type, delimiter_t *delimiter)
{
    span_t span = { type + sizeof form_data - 1, type + strlen(type) };
    parameter_t parameter, found = { 0 };
    bool bad = false;
    while (next_parameter(&span, &parameter, &bad)) {
        if (!is_word(&parameter.name, "boundary"))
            continue;
        if (found.value.at)
            return INVALID;
        found = parameter;
    }
    if (bad || !found.value.at || !is_boundary(&found.value))
        return INVALID;
    size_t size = (size_t)(found.value.end - found.value.at);
    memcpy(delimiter->text, "\r\n--", 4);
    memcpy(delimiter->text + 4, found.value.at, size);
    delimiter->size = size + 4;
    return OK;
}

bool
multipart_is(const char *type)
{
    size_t size = sizeof form_data - 1;
    return type && strncasecmp(type, form_data, size) == 0 && (type[size] == '\0' || strchr("; \t", type[size]));
}

// ---- a part ------------------------------------------------------------------------------------------------------
static code_t
read_disposition(arena_t *arena, span_t span, multipart_part_t *part)
{
    parameter_t parameter;
    bool bad = false;
    span_t kind = take_until(&span, "; \t");
    if (!is_word(&kind, "form-data"))
        return INVALID;
    while (next_parameter(&span, &parameter, &bad)) {
        const char **into = is_word(&parameter.name, "name")? &part->name:
                            is_word(&parameter.name, "filename")? &part->file: NULL;
        if (!into)
            continue;                           // RFC 7578, 4.2: filename* is not for forms
        if (*into)
            return INVALID;
        *into = unquoted(arena, &parameter.value);
        if (!page_utf8_valid(*into, strlen(*into)))
            return INVALID;
    }
    return bad? INVALID: OK;
}

static code_t
read_header(arena_t *arena, span_t line, multipart_part_t *part)
{
    span_t name = take_until(&line, ": \t");
    if (line.at == line.end || *line.at != ':' || name.at == name.end ||
        memchr(line.at, 0, (size_t)(line.end - line.at)))
        return INVALID;
    line.at++;
    skip_blanks(&line);
    if (is_word(&name, "content-disposition"))
        return part->name? INVALID: read_disposition(arena, line, part);
    if (!is_word(&name, "content-transfer-encoding"))
        return OK;
    span_t value = take_until(&line, " \t");    // nobody who writes forms today encodes; RFC 7578, 4.7
    return is_word(&value, "binary") || is_word(&value, "8bit") || is_word(&value, "7bit")? OK: INVALID;
}

// Reads the header of a part; `span` then begins at its content.
static code_t
read_head(arena_t *arena, span_t *span, multipart_part_t *part)
{
    size_t room = (size_t)(span->end - span->at);
    const char *begin = span->at;
    if (room > LIMIT_PART_HEAD_BYTES)
        room = LIMIT_PART_HEAD_BYTES;
    for (;;) {
        size_t left = room - (size_t)(span->at - begin);
        const char *end = memmem(span->at, left, "\r\n", 2);
        if (!end)
            return begin + room < span->end? TOO_LARGE: INVALID;
        span_t line = { span->at, end };
        span->at = end + 2;
        if (line.at == line.end)
            return part->name? OK: INVALID;
        code_t code = read_header(arena, line, part);
        if (code != OK)
            return code;
    }
}

// Behind a delimiter: blanks and the end of the line. False: none of ours; *last if it is the closing one.
static bool
pass_delimiter(span_t *span, bool *last)
{
    *last = span->end - span->at >= 2 && memcmp(span->at, "--", 2) == 0;
    if (*last)
        return true;                            // what follows is for nobody
    skip_blanks(span);
    bool good = span->end - span->at >= 2 && memcmp(span->at, "\r\n", 2) == 0;
    span->at += good? 2: 0;
    return good;
}

static code_t
read_part(multipart_t *self, arena_t *arena, span_t *span, const delimiter_t *delimiter)
{
    multipart_part_t part = { 0 };
    if (self->count == LIMIT_UPLOAD_PARTS)
        return TOO_LARGE;
    code_t code = read_head(arena, span, &part);
    if (code != OK)
        return code;
    // The delimiter of an empty part begins with the end of the line that ends the header.
    const char *from = span->at - 2;
    const char *end = memmem(from, (size_t)(span->end - from), delimiter->text, delimiter->size);
    if (!end)
        return INVALID;
    part.bytes = span->at;
    part.size = end > span->at? (size_t)(end - span->at): 0;
    self->parts[self->count++] = part;
    span->at = end + delimiter->size;
    return OK;
}

// To behind the first delimiter, which has no line before it if nothing is before it.
static bool
pass_preamble(span_t *span, const delimiter_t *delimiter)
{
    size_t size = (size_t)(span->end - span->at);
    if (size >= delimiter->size - 2 && memcmp(span->at, delimiter->text + 2, delimiter->size - 2) == 0) {
        span->at += delimiter->size - 2;
        return true;
    }
    const char *found = memmem(span->at, size, delimiter->text, delimiter->size);
    if (found)
        span->at = found + delimiter->size;
    return found != NULL;
}

code_t
multipart_parse(multipart_t *self, arena_t *arena, const char *type, const char *body, size_t size)
{
    delimiter_t delimiter;
    span_t span = { body, body + size };
    bool last = false;
    self->count = 0;
    if (!multipart_is(type) || read_boundary(type, &delimiter) != OK || !pass_preamble(&span, &delimiter))
        return INVALID;
    for (;;) {
        if (!pass_delimiter(&span, &last))
            return INVALID;
        if (last)
            return OK;
        code_t code = read_part(self, arena, &span, &delimiter);
        if (code != OK)
            return code;
    }
}
