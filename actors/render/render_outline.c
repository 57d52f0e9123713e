// render_outline - headings: anchors, plain text, and where their sections lie in the source
//
// md4c decides what is a heading, but does not say where it stands. Its texts point into the source, so the
// line of the first text is the heading's. A heading without text is looked for behind the last text that
// was seen.
#include "render_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADING_RECORD = 60, SLUG_SIZE = 200 };

static bool
is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static const char *
line_start(const char *least, const char *at)
{
    while (at > least && !is_line_end(at[-1]))
        at--;
    return at;
}

static const char *
next_line(const job_t *self, const char *at, const char *end)
{
    const char *line_feed = memchr(at, '\n', (size_t)(end - at));
    const char *line_end = line_feed? line_feed: end;
    const char *carriage = self->has_cr? memchr(at, '\r', (size_t)(line_end - at)): NULL;
    if (carriage && carriage + 1 < line_end)
        return carriage + 1;                    // a line end of its own
    return line_feed? line_feed + 1: end;
}

// Counts on from the last heading, so that all headings together read the source once.
static size_t
line_number(job_t *self, const char *start)
{
    while (self->line_at < start) {
        self->line_at = next_line(self, self->line_at, self->page + self->page_size);
        self->line++;
    }
    return self->line;
}

// Is this line, whatever quotes and lists it stands in, a heading of this level without text?
static bool
is_empty_heading(const char *line, const char *end, int level)
{
    while (line < end && strchr(" \t>*+-.)0123456789[]xX", *line))
        line++;
    int marks = 0;
    while (line < end && *line == '#')
        line++, marks++;
    while (line < end && (*line == ' ' || *line == '\t' || *line == '#'))
        line++;
    return marks == level && (line == end || is_line_end(*line));
}

static const char *
find_empty(job_t *self, int level)
{
    const char *end = self->source + self->source_size;
    const char *line = line_start(self->source, self->seen);
    if (line < self->seen)
        line = next_line(self, self->seen, end);
    const char *found = line_start(self->source, self->seen);
    while (!self->lost && line < end && !is_empty_heading(line, end, level))
        line = next_line(self, line, end);
    self->lost |= line == end;                  // a search that failed is not repeated: all together stay linear
    if (!self->lost)
        found = line;
    self->seen = next_line(self, found, end);
    while (self->map && found < end && *found != '#' && !is_line_end(*found))
        found++;                                // what was put in front of the line has no place in the page
    return found;
}

void
outline_enter(job_t *self, int level)
{
    static const char *const open[] = { "<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>" };
    static const char *const close[] = { "</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n" };
    heading_t *heading = &self->heading;
    size_t skipped = self->skipped;
    heading->active = false;
    if (fancy_title(self))
        return;
    stack_enter(self, open[level - 1], close[level - 1]);
    heading->active = self->skipped == skipped && !self->out.full && !self->in_notes;
    heading->level = level;
    heading->at = self->out.size - 1;           // in front of '>'
    heading->first_link = self->link_count;
    heading->text_size = 0;
    heading->first = NULL;
    self->has_h1 |= level == 1 && !self->in_notes;
}

void
outline_text(job_t *self, const char *text, size_t size)
{
    heading_t *heading = &self->heading;
    if (self->options->text)
        buffer_put(&self->text, text, size);
    if (!heading->active)
        return;
    size = chars_cut(text, size, HEADING_TEXT_SIZE - heading->text_size);
    memcpy(heading->text + heading->text_size, text, size);
    heading->text_size += size;
}

void
outline_break(job_t *self, char gap)
{
    const buffer_t *text = &self->text;
    char last = text->size > 0? text->data[text->size - 1]: '\n';
    if (last != '\n' && last != gap)
        buffer_put(&self->text, &gap, 1);
}

static size_t
trim_text(heading_t *heading)
{
    size_t size = heading->text_size, first = 0;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)heading->text[i] < ' ')
            heading->text[i] = ' ';
    while (size > 0 && heading->text[size - 1] == ' ')
        size--;
    while (first < size && heading->text[first] == ' ')
        first++;
    memmove(heading->text, heading->text + first, size - first);
    return heading->text_size = size - first;
}

// The sections that a heading of this level ends.
static void
close_sections(job_t *self, int level, size_t end, size_t last_line)
{
    for (int i = level - 1; i < 6; i++) {
        rendered_heading_t *open = self->open_headings[i]? &self->headings[self->open_headings[i] - 1]: NULL;
        if (open) {
            open->end = end;
            open->last_line = last_line > open->line? last_line: open->line;
        }
        self->open_headings[i] = 0;
    }
}

static bool
has_room(job_t *self, size_t bytes)
{
    if (self->heading_count == LIMIT_HEADINGS || self->reported + bytes > REPORT_BYTES) {
        self->cut = self->headings_cut = true;
        return false;
    }
    if (self->heading_count < self->heading_room)
        return true;
    size_t room = self->heading_room? self->heading_room * 2: 16;
    rendered_heading_t *headings = realloc(self->headings, room * sizeof *headings);
    if (!headings)
        return false;
    self->headings = headings;
    self->heading_room = room;
    return true;
}

static void
report(job_t *self, const char *id, const char *start)
{
    heading_t *heading = &self->heading;
    size_t bytes = HEADING_RECORD + strlen(id) + heading->text_size;
    size_t offset = (size_t)(start - self->page), line = line_number(self, start);
    close_sections(self, heading->level, offset, line - 1);
    if (!has_room(self, bytes))
        return;
    rendered_heading_t made = { .level = heading->level, .line = line, .start = offset,
                              .end = self->page_size, .id = id,
                              .text = names_copy(&self->strings, heading->text, heading->text_size) };
    if (!made.text)
        return;
    self->headings[self->heading_count++] = made;
    self->open_headings[heading->level - 1] = self->heading_count;
    self->reported += bytes;
}

// Puts the id into the tag that stands already, and the link to it behind the text.
static void
write_anchor(job_t *self, const char *id)
{
    char attribute[HEADING_ID_SIZE + 8] = " id=\"";
    size_t id_size = strlen(id), size = id_size + 6;
    size_t mark = self->out.size;
    memcpy(attribute + 5, id, id_size);
    attribute[size - 1] = '"';
    buffer_insert(&self->out, self->heading.at, attribute, size);
    if (self->out.full) {
        self->out.size = mark;
        return;
    }
    for (size_t i = self->heading.first_link; i < self->link_count; i++)
        self->links[i].offset += size;
    if (self->in_link > 0)
        return;
    mark = self->out.size;
    buffer_puts(&self->out, "<a class=\"anchor\" href=\"#");
    buffer_put(&self->out, id, id_size);
    buffer_puts(&self->out, "\" aria-label=\"Link to this section\"></a>");
    if (self->out.full)
        self->out.size = mark;
}

void
outline_leave(job_t *self)
{
    heading_t *heading = &self->heading;
    char id[HEADING_ID_SIZE];
    if (!heading->active) {
        stack_leave(self);
        return;
    }
    heading->active = false;
    stack_close_tags(self);
    const char *first = heading->first? heading->first: find_empty(self, heading->level);
    const char *start = line_start(self->page, self->page + job_origin(self, first));
    if (start < self->line_at)
        start = self->line_at;                  // never in front of the heading before
    page_slug(heading->text, trim_text(heading), id, SLUG_SIZE);
    if (*id == '\0')
        memcpy(id, "section", sizeof "section");
    const char *claimed = self->ids.count < 2 * LIMIT_HEADINGS? ids_claim_numbered(&self->ids, id, sizeof id): NULL;
    if (claimed) {
        report(self, claimed, start);
        write_anchor(self, claimed);
    } else {
        close_sections(self, heading->level, (size_t)(start - self->page), line_number(self, start) - 1);
        self->cut = true;
    }
    stack_leave(self);
}

void
outline_finish(job_t *self)
{
    if (self->heading_count > 0)
        close_sections(self, 1, self->page_size, line_number(self, self->page + self->page_size) - 1);
}

size_t
outline_line(job_t *self, const char *at)
{
    const char *start = line_start(self->line_at, at);
    return line_number(self, start);
}
