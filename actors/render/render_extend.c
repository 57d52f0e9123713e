#include "render_extend.h"
#include "render_chars.h"
#include "render_lines.h"
#include "../../proto/code.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MOST = 128, TITLE_MOST = 1024, CLASS_MOST = 40, DEPTH_MOST = 3, PAD = 16, NOTE_INDENT = 4 };

typedef struct {
    extend_t *out;
    const char *at, *end;
    lines_t lines;
    size_t depth;                               // open ::: blocks
    char quote;                                 // '!' or '|': the lines before are a spoiler or a fold
    size_t note_room, abbr_room;
} reader_t;

// Room for one more; false: no memory.
static bool
grow(extend_t *self, void **items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t more = *room? *room * 2: 16;
    void *grown = realloc(*items, more * size);
    self->broken |= !grown;
    if (!grown)
        return false;
    *items = grown;
    *room = more;
    return true;
}

static void
put_line(reader_t *self, const char *at, const char *end)
{
    map_t *map = &self->out->map;
    for (size_t i = 0; i < self->depth; i++)
        buffer_put(&map->text, "> ", at < end? 2: 1);
    map_put(map, (size_t)(at - self->out->page), at, (size_t)(end - at));
    buffer_put(&map->text, "\n", 1);
}

static void
put_blank(reader_t *self)
{
    put_line(self, self->at, self->at);
}

// The first line of a block quote that is none; it counts as the line that stands at `at`.
static void
put_mark(reader_t *self, const char *before, char kind, const char *name, size_t size)
{
    char mark[CLASS_MOST + 16];
    int printed = snprintf(mark, sizeof mark, "%s<!--%c%c%.*s-->\n", before, EXTEND_MARK, kind, (int)size, name);
    put_blank(self);
    for (size_t i = 0; i < self->depth; i++)
        buffer_put(&self->out->map.text, "> ", 2);
    buffer_put(&self->out->map.text, mark, (size_t)printed);
}

static void
end_quote(reader_t *self)
{
    if (self->quote)
        put_blank(self);
    self->quote = '\0';
}

// ---- definitions

// "[name]:" behind `sign`, which is "[^" or "*[". NULL: it is something else; or what stands behind it.
static const char *
definition(const line_t *line, const char *sign, const char **name, size_t *size)
{
    if (line->indent > 3 || line->end - line->text < 5 || memcmp(line->text, sign, 2) != 0)
        return NULL;
    const char *at = *name = line->text + 2;
    while (at < line->end && *at != ']' && *at != '[' && at - *name <= NAME_MOST)
        at++;
    *size = (size_t)(at - *name);
    bool good = *size > 0 && *size <= NAME_MOST && line->end - at >= 2 && at[0] == ']' && at[1] == ':';
    for (at += 2; good && at < line->end && (*at == ' ' || *at == '\t'); at++) { }
    return good? at: NULL;
}

// A line that goes on with a paragraph although it is not indented.
static bool
is_lazy(const line_t *line)
{
    char c = *line->text;
    return (chars_is(c, CHAR_NAME) && c != '-' && !(c >= '0' && c <= '9')) || c == '(' || (unsigned char)c >= 0x80;
}

// The lines behind its first that belong to the note; NULL: none.
static const char *
note_end(reader_t *self)
{
    const char *end = NULL;
    bool blank = false;
    for (const char *at = self->at; at < self->end; ) {
        line_t line = lines_read(at, self->end);
        at = line.next;
        if (line_blank(&line)) {
            blank = true;
            continue;
        }
        if (line.indent < 2 && (blank || !is_lazy(&line)))
            break;
        blank = false;
        end = line.end;
        self->at = at;
    }
    return end;
}

static bool
take_note(reader_t *self, const line_t *line)
{
    note_t note = { 0 };
    const char *text = definition(line, "[^", &note.name, &note.name_size);
    void *items = self->out->note;
    if (!text || self->out->note_count == LIMIT_FOOTNOTES
    || !grow(self->out, &items, self->out->note_count, &self->note_room, sizeof note))
        return false;
    self->out->note = items;
    const char *end = note_end(self);
    note.at = (size_t)(text - self->out->page);
    note.end = (size_t)((end? end: line->end) - self->out->page);
    self->out->note[self->out->note_count++] = note;
    return true;
}

static bool
take_abbr(reader_t *self, const line_t *line)
{
    abbr_t abbr = { 0 };
    abbr.title = definition(line, "*[", &abbr.key, &abbr.key_size);
    void *items = self->out->abbr;
    if (!abbr.title || self->out->abbr_count == LIMIT_ABBREVIATIONS
    || !grow(self->out, &items, self->out->abbr_count, &self->abbr_room, sizeof abbr))
        return false;
    self->out->abbr = items;
    abbr.title_size = chars_cut(abbr.title, (size_t)(line->end - abbr.title), TITLE_MOST);
    self->out->abbr[self->out->abbr_count++] = abbr;
    return true;
}

// ---- blocks

// ">!" and ">|": the sign becomes the '>', and the '>' a blank, so that nothing moves.
static bool
take_quote(reader_t *self, const line_t *line)
{
    const char *text = line->text;
    if (line->indent > 2 || line->end - text < 2 || text[0] != '>' || (text[1] != '!' && text[1] != '|'))
        return false;
    if (self->quote != text[1]) {
        line_t first = lines_read(text + 2, line->end);
        bool heading = !line_blank(&first) && *first.text == '#' && first.indent < 4;
        end_quote(self);
        put_mark(self, "> ", text[1], "h", heading);
        self->quote = text[1];
    }
    size_t at = self->out->map.text.size + 2 * self->depth + (size_t)(text - line->at);
    put_line(self, line->at, line->end);
    if (!self->out->map.text.full)
        memcpy(self->out->map.text.data + at, " >", 2);
    return true;
}

static bool
take_fancy(reader_t *self, const line_t *line)
{
    const char *name = line->text, *end = line->end;
    if (line->indent > 3 || end - name < 3 || memcmp(name, ":::", 3) != 0)
        return false;
    while (name < end && *name == ':')
        name++;
    while (name < end && chars_is(*name, CHAR_BLANK))
        name++;
    while (end > name && chars_is(end[-1], CHAR_BLANK))
        end--;
    for (const char *at = name; at < end; at++)
        if (!chars_is(*at, CHAR_NAME))
            return false;
    if (name == end? self->depth == 0: (end - name > CLASS_MOST || self->depth == DEPTH_MOST))
        return false;
    if (name == end) {
        self->depth--;
        put_blank(self);
    } else {
        put_blank(self);
        self->depth++;
        put_mark(self, "", ':', name, (size_t)(end - name));
    }
    return true;
}

static void
read_line(reader_t *self)
{
    line_t line = lines_read(self->at, self->end);
    self->at = line.next;
    if (lines_verbatim(&self->lines, &line)) {
        end_quote(self);
        put_line(self, line.at, line.end);
        return;
    }
    if (take_quote(self, &line))
        return;
    end_quote(self);
    if (take_fancy(self, &line))
        return;
    if (take_note(self, &line) || take_abbr(self, &line))
        put_blank(self);
    else
        put_line(self, line.at, line.end);
}

void
extend_end(map_t *map)
{
    buffer_force(&map->text, "\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", PAD);
    map->text.size -= PAD;
}

void
extend_read(extend_t *self, const char *text, size_t size, size_t body)
{
    reader_t reader = { .out = self, .at = text + body, .end = text + size };
    self->page = text;
    self->page_size = size;
    self->references = memmem(text, size, "]:", 2);
    self->map.text.limit = UINT32_MAX / 2;
    buffer_hint(&self->map.text, size + size / 8 + PAD);
    while (reader.at < reader.end && !self->map.text.full)
        read_line(&reader);
    extend_end(&self->map);
    extend_sort(self);
    self->broken |= self->map.text.broken;
}

static const char *
dedent(const line_t *line)
{
    const char *at = line->at;
    for (size_t columns = 0; at < line->text && columns < NOTE_INDENT; at++)
        columns += *at == '\t'? NOTE_INDENT: 1;
    return at;
}

void
extend_put_note(const extend_t *self, const note_t *note, map_t *map)
{
    const char *end = self->page + note->end;
    for (const char *at = self->page + note->at; at <= end; ) {
        line_t line = lines_read(at, end);
        const char *text = at == self->page + note->at? line.text: dedent(&line);
        buffer_put(&map->text, "> ", 2);
        map_put(map, (size_t)(text - self->page), text, (size_t)(line.end - text));
        buffer_put(&map->text, "\n", 1);
        at = line.end == end? end + 1: line.next;
    }
    buffer_put(&map->text, "\n", 1);
}

void
extend_clear(extend_t *self)
{
    map_clear(&self->map);
    free(self->note);
    free(self->order);
    free(self->abbr);
    *self = (extend_t) { 0 };
}
