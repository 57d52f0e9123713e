// render_notes - footnotes: [^name] becomes a number, and the notes follow the text in the order of these
//
// The notes are parsed after the text, as block quotes in front of a copy of it: so they know its link
// definitions, and parsing ends where the text would begin. What only notes refer to comes in another round.
// Ids have a colon, which no heading's and no person's id may have.
#include "render_internal.h"
#include "render_extend.h"
#include <stdio.h>
#include <stdint.h>
#include <string.h>

enum { ROUNDS = 4, NAME_MOST = 128, LETTERS = 26 };

// The note that is named at `at`, and what is behind its name; NULL: none.
static note_t *
note_at(const job_t *self, const char *at, const char *end, const char **behind)
{
    const extend_t *extend = self->extend;
    if (!extend || extend->note_count == 0 || end - at < 4 || at[1] != '^')
        return NULL;
    const char *close = memchr(at, ']', end - at > NAME_MOST + 3? NAME_MOST + 3: (size_t)(end - at));
    if (close)
        *behind = close + 1;
    return close? extend_find_note(extend, at + 2, (size_t)(close - at) - 2): NULL;
}

const char *
notes_reference(job_t *self, const char *before, const char *at, const char *end)
{
    extend_t *extend = self->extend;
    const char *behind = NULL;
    note_t *note = note_at(self, at, end, &behind);
    if (!note)
        return NULL;
    inline_text(self, before, (size_t)(at - before));
    if (note->number == 0) {
        extend->order[extend->order_count++] = note;
        note->number = extend->order_count;
    }
    char text[160], number[24] = "";
    if (++note->uses > 1)
        snprintf(number, sizeof number, "%zu", note->uses);
    size_t mark = self->out.size;
    if (self->in_link)
        snprintf(text, sizeof text, "<sup>%zu</sup>", note->number);
    else
        snprintf(text, sizeof text, "<sup class=\"footnote\" id=\"fnref%s:%zu\"><a href=\"#fn:%zu\">%zu</a></sup>",
                 number, note->number, note->number, note->number);
    buffer_puts(&self->out, text);
    if (self->out.full)
        self->out.size = mark;
    return behind;
}

// a, b ... z, aa, ab ...
static const char *
letters(size_t number, char room[16])
{
    size_t at = 15;
    room[at] = '\0';
    do {
        number--;
        room[--at] = (char)('a' + number % LETTERS);
        number /= LETTERS;
    } while (number > 0 && at > 0);
    return room + at;
}

static void
put_back(job_t *self, const note_t *note)
{
    char text[160], room[16];
    snprintf(text, sizeof text, " <a class=\"footnote-back\" href=\"#fnref:%zu\" aria-label=\"Back to the text\">"
             "\xe2\x86\xa9%s</a>", note->number, note->uses > 1? " a": "");
    buffer_puts(&self->out, text);
    for (size_t use = 2; use <= note->uses && !self->out.full; use++) {
        snprintf(text, sizeof text, " <a class=\"footnote-back\" href=\"#fnref%zu:%zu\">%s</a>", use, note->number,
                 letters(use, room));
        size_t mark = self->out.size;
        buffer_puts(&self->out, text);
        if (self->out.full)
            self->out.size = mark;
    }
}

// The links back belong to the note's last paragraph.
static void
leave_note(job_t *self)
{
    static const char close[] = "</p>\n";
    size_t size = sizeof close - 1;
    const note_t *note = self->extend->order[self->notes_next++];
    stack_close_tags(self);
    bool paragraph = !self->out.full && self->out.size > size
                     && memcmp(self->out.data + self->out.size - size, close, size) == 0;
    if (paragraph)
        self->out.size -= size;
    else
        stack_enter(self, "<p>", "");
    put_back(self, note);
    if (!paragraph)
        stack_leave(self);
    buffer_force(&self->out, close, size);
    stack_leave(self);
}

bool
notes_enter(job_t *self, MD_BLOCKTYPE type, bool *ended)
{
    *ended = false;
    if (type == MD_BLOCK_DOC || self->skipped > 0 || self->open_count > self->notes_depth)
        return false;
    *ended = type != MD_BLOCK_QUOTE || self->notes_next == self->notes_end;
    if (*ended)
        return true;
    char open[48];
    snprintf(open, sizeof open, "<li id=\"fn:%zu\">\n", self->notes_next + 1);
    stack_enter(self, open, "</li>\n");
    return true;
}

bool
notes_leave(job_t *self, MD_BLOCKTYPE type)
{
    size_t open = self->open_count;
    while (open > 0 && self->open[open - 1].tag)
        open--;
    if (type != MD_BLOCK_QUOTE || self->skipped > 0 || open != self->notes_depth + 1)
        return false;
    leave_note(self);
    return true;
}

static void
write_round(job_t *self, const MD_PARSER *markdown)
{
    const extend_t *extend = self->extend;
    map_t map = { .text.limit = UINT32_MAX / 2 };
    self->notes_end = extend->order_count;
    for (size_t i = self->notes_next; i < self->notes_end; i++)
        extend_put_note(extend, extend->order[i], &map);
    if (extend->references)
        buffer_put(&map.text, extend->map.text.data, extend->map.text.size);
    extend_end(&map);
    self->out.broken |= map.text.broken;
    self->source = map.text.data;
    self->source_size = map.text.size;
    self->map = &map;
    self->in_notes = true;
    self->scratch.size = 0;
    self->quote = '\0';
    if (!map.text.broken && md_parse(map.text.data, (MD_SIZE)map.text.size, markdown, self) < 0)
        self->out.broken = true;
    self->in_notes = false;
    map_clear(&map);
}

void
notes_write(job_t *self, const MD_PARSER *markdown)
{
    extend_t *extend = self->extend;
    if (!extend || extend->order_count == 0 || self->out.full)
        return;
    const char *source = self->source;
    const map_t *map = self->map;
    size_t source_size = self->source_size;
    stack_close_all(self);
    stack_enter(self, "<div class=\"footnotes\">\n", "</div>\n");
    stack_enter(self, "<ol>\n", "</ol>\n");
    self->notes_depth = self->open_count;
    for (size_t round = 0; round < ROUNDS && self->notes_next < extend->order_count && !self->out.full; round++)
        write_round(self, markdown);
    self->cut |= self->notes_next < extend->order_count;
    stack_close_all(self);
    self->source = source;
    self->source_size = source_size;
    self->map = map;
}
