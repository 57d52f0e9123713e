#include "index_chunk.h"
#include "index_pieces.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    const index_heading_t *heading;             // NULL: what stands in front of the first one
    const char *name;                           // as it is written; a view of the text
    size_t name_size;
    span_t text;                                // behind the heading's line
    size_t words;
    size_t above[CHUNK_DEPTH], depth;           // sections whose names are in its path, perhaps itself
} section_t;

typedef struct {
    const chunk_source_t *source;
    char *text;                                 // the body with LF as line ends
    size_t size;
    section_t *sections;
    size_t count;
    size_t words;
    pieces_t pieces;
} job_t;

// ---- the body, with line ends of one kind -------------------------------------------------------------------------
// Behind the line end that begins here.
static size_t
line_end(const chunk_source_t *source, size_t at)
{
    bool both = source->text[at] == '\r' && at + 1 < source->size && source->text[at + 1] == '\n';
    return at + (both? 2: 1);
}

// Where headings begin is told of the source: starts[i] is the same place of the text.
static bool
read_body(job_t *self, size_t *starts)
{
    const chunk_source_t *source = self->source;
    size_t next = 0, line = 1;
    self->text = malloc(source->size - source->body + 1);
    if (!self->text)
        return false;
    for (size_t at = 0; at < source->body; ) {
        bool ends = source->text[at] == '\n' || source->text[at] == '\r';
        at = ends? line_end(source, at): at + 1;
        line += ends;
    }
    for (size_t at = source->body; at < source->size; ) {
        while (next < source->heading_count && source->headings[next].start <= at)
            starts[next++] = self->size;
        char c = source->text[at];
        bool ends = c == '\n' || c == '\r';
        self->text[self->size++] = c == '\0'? ' ': ends? '\n': c;
        at = ends? line_end(source, at): at + 1;
    }
    while (next < source->heading_count)
        starts[next++] = self->size;
    self->text[self->size] = '\0';
    pieces_begin(&self->pieces, self->text, line);
    return true;
}

// ---- sections -----------------------------------------------------------------------------------------------------
static const char *
next_line(const char *at, const char *end)
{
    const char *line_feed = memchr(at, '\n', (size_t)(end - at));
    return line_feed? line_feed + 1: end;
}

// Behind the marks of a heading of the form "## Text", whatever quote or list it stands in. NULL: it has another form.
static const char *
behind_marks(const char *line, const char *end, bool *first)
{
    const char *at = line;
    while (at < end && strchr(" \t>*+-.)0123456789", *at) && *at)
        at++;
    const char *marks = at;
    while (at < end && *at == '#')
        at++;
    *first = marks == line;
    bool good = at > marks && at - marks <= 6 && (at == end || strchr(" \t\n", *at));
    return good? at: NULL;
}

// A line of nothing but '=' or '-', in a quote or list perhaps.
static bool
is_underline(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t' || *line == '>'))
        line++;
    char mark = line < end? *line: '\0';
    while (line < end && *line == mark)
        line++;
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\n'))
        line++;
    return (mark == '=' || mark == '-') && line == end;
}

// The heading's name, and where the text behind it begins.
static const char *
read_heading(section_t *self, const char *at, const char *end)
{
    bool first;
    const char *line = next_line(at, end), *name = behind_marks(at, line, &first);
    self->name = self->heading->text;
    self->name_size = strlen(self->name);
    if (name && first) {                        // then it is what the reference sees as well, and takes as it is
        span_t trimmed = span_trim((span_t) { name, line });
        self->name = trimmed.at;
        self->name_size = (size_t)(trimmed.end - trimmed.at);
    }
    if (name)
        return line;
    for (const char *next; line < end; line = next) {
        next = next_line(line, end);
        if (is_underline(line, next))
            return next;
    }
    return next_line(at, end);
}

typedef struct { size_t sections[6], depth; } stack_t;

// The headings that this one is under, and itself; the first of them are in its path.
static void
push_heading(job_t *self, stack_t *stack, size_t index)
{
    section_t *section = &self->sections[index];
    int level = section->heading->level;
    while (stack->depth > 0 && self->sections[stack->sections[stack->depth - 1]].heading->level >= level)
        stack->depth--;
    stack->sections[stack->depth++] = index;
    section->depth = stack->depth < CHUNK_DEPTH? stack->depth: CHUNK_DEPTH;
    memcpy(section->above, stack->sections, section->depth * sizeof *section->above);
}

static void
end_section(section_t *section, const char *at, const char *end)
{
    section->text = span_trim((span_t) { at < end? at: end, end });
    section->words = page_words(section->text.at, (size_t)(section->text.end - section->text.at));
}

static bool
read_sections(job_t *self)
{
    const chunk_source_t *source = self->source;
    stack_t stack = { .depth = 0 };
    size_t *starts = calloc(source->heading_count + 1, sizeof *starts);
    self->sections = calloc(source->heading_count + 1, sizeof *self->sections);
    bool good = starts && self->sections && read_body(self, starts);
    const char *at = self->text, *end = good? self->text + self->size: NULL;
    self->count = 1;
    for (size_t i = 0; good && i < source->heading_count; i++) {
        if (source->headings[i].start < source->body)
            continue;
        const char *start = self->text + starts[i];
        end_section(&self->sections[self->count - 1], at, start);
        self->sections[self->count] = (section_t) { .heading = &source->headings[i] };
        at = read_heading(&self->sections[self->count], start, end);
        push_heading(self, &stack, self->count++);
    }
    if (good)
        end_section(&self->sections[self->count - 1], at, end);
    free(starts);
    return good;
}

// At most so many bytes of a name, and no half of a letter.
static size_t
cut(const char *name, size_t size)
{
    if (size <= CHUNK_NAME)
        return size;
    for (size = CHUNK_NAME; size > 0 && ((unsigned char)name[size] & 0xc0) == 0x80; size--) { }
    return size;
}

// ---- passages -----------------------------------------------------------------------------------------------------
static bool
is_stub(const section_t *section)
{
    return section->heading && section->words < CHUNK_STUB;
}

// "Title > Chapter > Part"
static size_t
put_path(job_t *self, const section_t *section)
{
    const char *title = self->source->title;
    pieces_t *pieces = &self->pieces;
    size_t path = pieces_string(pieces, title, cut(title, strlen(title)));
    for (size_t i = 0; i < section->depth; i++) {
        const section_t *above = &self->sections[section->above[i]];
        pieces_append(pieces, " > ", 3);
        pieces_append(pieces, above->name, cut(above->name, above->name_size));
    }
    pieces_append(pieces, "", 1);
    return path;
}

// The sections `from` to `to` as passages under the name of one of them.
static void
put_group(job_t *self, size_t from, size_t to, const section_t *name)
{
    pieces_t *pieces = &self->pieces;
    size_t words = 0;
    for (size_t i = from; i < to; i++)
        words += self->sections[i].words;
    if (words == 0)
        return;
    place_t place = { .path = put_path(self, name) };
    place.section = pieces_string(pieces, name->name, cut(name->name, name->name_size));
    pieces_append(pieces, "", 1);
    const char *anchor = name->heading? name->heading->id: "";
    place.anchor = pieces_string(pieces, anchor, strlen(anchor) + 1);
    pieces_open(pieces, &place, self->words < CHUNK_MIN || words < CHUNK_MIN);
    for (size_t i = from; i < to; i++)
        if (self->sections[i].words > 0)
            pieces_add(pieces, self->sections[i].text);
    pieces_close(pieces);
}

// Stubs go to the section behind them; the last ones to the last that is none, if it has a heading.
static void
put_sections(job_t *self)
{
    size_t last = self->count;
    while (last > 0 && is_stub(&self->sections[last - 1]))
        last--;
    bool taken = last > 0 && self->sections[last - 1].heading;
    for (size_t i = 0, from = 0; i < self->count; i++) {
        const section_t *section = &self->sections[i];
        if (i < last && is_stub(section))
            continue;
        bool absorbs = taken && i + 1 == last;
        put_group(self, from, absorbs? self->count: i + 1, section);
        from = i + 1;
        if (absorbs)
            return;
    }
}

code_t
index_chunk(const chunk_source_t *source, passages_t *result)
{
    job_t self = { .source = source };
    *result = (passages_t) { 0 };
    if (source->size > LIMIT_PAGE_BYTES || source->body > source->size)
        return TOO_LARGE;
    bool good = read_sections(&self);
    if (good) {
        self.words = page_words(self.text, self.size);
        put_sections(&self);
        good = pieces_take(&self.pieces, result);
    }
    pieces_clear(&self.pieces);
    free(self.sections);
    free(self.text);
    return good? OK: INTERNAL;
}
