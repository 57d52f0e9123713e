#include "zpl.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "banned.h"

enum { LEVELS = 8, INDENT = 4, NAME_BYTES = 64, PATH_BYTES = LEVELS * NAME_BYTES };

typedef struct {
    const char *next;                           // rest of the text
    size_t line;                                // number of the line that was read last
    size_t level;
    bool indented;                              // by whole levels
    const char *start, *end;                    // what is on it: name and value
    size_t name_size;
} walk_t;

static bool
name_char(char c)
{
    return c && (isalnum((unsigned char)c) || strchr("$-_@.&+/", c));
}

// Goes to the next line that is not blank or a comment; false at the end.
static bool
next_line(walk_t *self)
{
    while (*self->next) {
        const char *start = self->next;
        const char *end = start + strcspn(start, "\n");
        self->next = *end? end + 1: end;
        self->line++;
        size_t blanks = strspn(start, " ");
        self->start = start + blanks;
        self->end = end;
        self->level = blanks / INDENT;
        self->indented = blanks % INDENT == 0;
        self->name_size = 0;
        while (name_char(self->start[self->name_size]))
            self->name_size++;
        if (self->start < end && *self->start != '#' && *self->start != '\r')
            return true;
    }
    return false;
}

static const char *
skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

// What is wrong with what follows the name; NULL if nothing.
static const char *
check_value(const walk_t *self)
{
    const char *at = skip_blanks(self->start + self->name_size, self->end);
    if (at == self->end || *at == '#')
        return NULL;
    if (*at != '=')
        return "after a name comes '=' and a value, or nothing";
    at = skip_blanks(at + 1, self->end);
    if (at == self->end || (*at != '"' && *at != '\''))
        return NULL;
    const char *close = memchr(at + 1, *at, (size_t)(self->end - at - 1));
    if (!close)
        return "a quote is not closed";
    at = skip_blanks(close + 1, self->end);
    return at == self->end || *at == '#'? NULL: "something follows the closing quote";
}

size_t
zpl_check(const char *text, const char **what)
{
    walk_t walk = { .next = text };
    size_t deepest = 0;                         // level that the next line may have
    while (next_line(&walk)) {
        *what = NULL;
        if (*walk.start == '\t' || !walk.indented)
            *what = "a line is indented by four blanks a level";
        else if (walk.level > deepest || walk.level >= LEVELS)
            *what = "this line is indented more than one level below the line before";
        else if (walk.name_size == 0 || walk.name_size >= NAME_BYTES)
            *what = "a line begins with a name of letters, digits and $-_@.&+/";
        else
            *what = check_value(&walk);
        if (*what)
            return walk.line;
        deepest = walk.level + 1;
    }
    return 0;
}

size_t
zpl_line(const char *text, const char *path, size_t nth)
{
    walk_t walk = { .next = text };
    char here[PATH_BYTES] = "";
    size_t ends[LEVELS + 1] = { 0 };            // bytes of `here` above each level
    while (next_line(&walk)) {
        if (walk.level >= LEVELS)
            continue;
        size_t used = ends[walk.level];
        int size = snprintf(here + used, sizeof here - used, "%s%.*s", used? "/": "", (int)walk.name_size, walk.start);
        if (size < 0 || (size_t)size >= sizeof here - used)
            continue;
        ends[walk.level + 1] = used + (size_t)size;
        if (strcmp(here, path) == 0 && nth-- == 0)
            return walk.line;
    }
    return 0;
}
