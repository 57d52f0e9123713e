#include "index_pieces.h"
#include <stdlib.h>
#include <string.h>

struct chunk_room { char *bytes; };

// ---- the room -----------------------------------------------------------------------------------------------------
void
pieces_begin(pieces_t *self, const char *text, size_t line)
{
    self->line_at = text;
    self->line = line;
}

static bool
reserve(pieces_t *self, size_t size)
{
    if (self->room - self->size >= size)
        return true;
    size_t room = 2 * self->room + size + 1024;
    char *bytes = self->broken? NULL: realloc(self->bytes, room);
    self->broken |= !bytes;
    if (!bytes)
        return false;
    self->bytes = bytes;
    self->room = room;
    return true;
}

void
pieces_append(pieces_t *self, const char *text, size_t size)
{
    if (size == 0 || !reserve(self, size))
        return;
    memcpy(self->bytes + self->size, text, size);
    self->size += size;
}

size_t
pieces_string(pieces_t *self, const char *text, size_t size)
{
    size_t at = self->size;
    pieces_append(self, text, size);
    return at;
}

static bool
has_row(pieces_t *self)
{
    if (self->count < self->row_room)
        return true;
    size_t room = self->row_room? self->row_room * 2: 8;
    passage_t *rows = realloc(self->rows, room * sizeof *rows);
    if (rows)
        self->rows = rows;
    place_t *places = rows? realloc(self->places, room * sizeof *places): NULL;
    if (places)
        self->places = places;
    size_t *texts = places? realloc(self->texts, room * sizeof *texts): NULL;
    self->broken |= !texts;
    if (!texts)
        return false;
    self->texts = texts;
    self->row_room = room;
    return true;
}

// ---- passages -----------------------------------------------------------------------------------------------------
static size_t
line_of(pieces_t *self, const char *at)
{
    while (self->line_at < at) {
        const char *line_feed = memchr(self->line_at, '\n', (size_t)(at - self->line_at));
        self->line += line_feed != NULL;
        self->line_at = line_feed? line_feed + 1: at;
    }
    return self->line;
}

// The last words of the passage before, between single blanks.
static void
put_overlap(pieces_t *self)
{
    struct { size_t at, size; } last[CHUNK_OVERLAP];
    const passage_t *before = &self->rows[self->count - 1];
    size_t count = 0, at = self->texts[self->count - 1] + before->own;
    size_t end = self->texts[self->count - 1] + before->size, bytes = 0;
    while (at < end) {
        const char *text = self->bytes + at;
        size_t blank = page_blank(text, end - at), word = 0;
        while (blank == 0 && at + word < end && page_blank(text + word, end - at - word) == 0)
            word++;
        if (word > 0) {
            last[count % CHUNK_OVERLAP].at = at;
            last[count++ % CHUNK_OVERLAP].size = word;
        }
        at += blank + word;
    }
    size_t from = count > CHUNK_OVERLAP? count - CHUNK_OVERLAP: 0;
    for (size_t i = from; i < count; i++)
        bytes += last[i % CHUNK_OVERLAP].size + 1;
    for (size_t i = from; reserve(self, bytes) && i < count; i++) {
        pieces_append(self, self->bytes + last[i % CHUNK_OVERLAP].at, last[i % CHUNK_OVERLAP].size);
        pieces_append(self, i + 1 < count? " ": "\n\n", i + 1 < count? 1: 2);
        bytes = 2;
    }
}

static void
begin_passage(pieces_t *self, const char *at)
{
    if (self->broken || !has_row(self))
        return;
    passage_t *row = &self->rows[self->count];
    const size_t path = self->place.path;
    self->places[self->count] = self->place;
    self->texts[self->count] = self->size;
    *row = (passage_t) { .line = line_of(self, at) };
    size_t path_size = strlen(self->bytes + path);
    pieces_append(self, "[", 1);
    if (reserve(self, path_size))
        pieces_append(self, self->bytes + path, path_size);
    pieces_append(self, "] ", 2);
    if (!self->first)
        put_overlap(self);
    row->own = self->size - self->texts[self->count];
    self->open = true;
    self->words = 0;
}

static void
end_passage(pieces_t *self)
{
    if (!self->open)
        return;
    self->rows[self->count].size = self->size - self->texts[self->count];
    pieces_append(self, "", 1);
    self->count++;
    self->open = self->first = false;
}

static void
add_part(pieces_t *self, span_t part, const char *gap)
{
    size_t size = (size_t)(part.end - part.at), words = page_words(part.at, size);
    if (self->open && !self->whole && self->words + words > CHUNK_TARGET)
        end_passage(self);
    if (!self->open)
        begin_passage(self, part.at);
    else
        pieces_append(self, gap, strlen(gap));
    pieces_append(self, part.at, size);
    self->words += words;
}

// ---- paragraphs and sentences -------------------------------------------------------------------------------------
span_t
span_trim(span_t span)
{
    size_t blank;
    while ((blank = page_blank(span.at, (size_t)(span.end - span.at))) > 0)
        span.at += blank;
    for (const char *at = span.end; at > span.at; ) {
        do
            at--;
        while (at > span.at && ((unsigned char)*at & 0xc0) == 0x80);
        if (page_blank(at, (size_t)(span.end - at)) == 0)
            break;
        span.end = at;
    }
    return span;
}

typedef struct { const char *end; size_t lines; } gap_t;

// The white space at `at`, and how many line ends are in it.
static gap_t
gap_at(const char *at, const char *end)
{
    gap_t gap = { at, 0 };
    size_t blank;
    while ((blank = page_blank(gap.end, (size_t)(end - gap.end))) > 0) {
        gap.lines += *gap.end == '\n';
        gap.end += blank;
    }
    return gap;
}

static const char *
word_end(const char *at, const char *end)
{
    while (at < end && page_blank(at, (size_t)(end - at)) == 0)
        at++;
    return at;
}

// Where the sentence that begins here ends: in front of a line end, or of white space between its stop and a capital.
static const char *
sentence_end(const char *at, const char *end)
{
    const char *start = at;
    while (at < end) {
        gap_t gap = gap_at(at, end);
        bool stop = at > start && strchr(".!?", at[-1]) && gap.end < end && *gap.end >= 'A' && *gap.end <= 'Z';
        if (gap.end > at && (gap.lines > 0 || stop))
            return at;
        at = gap.end > at? gap.end: word_end(at + 1, end);
    }
    return end;
}

static void
add_sentences(pieces_t *self, span_t text)
{
    end_passage(self);
    while (text.at < text.end) {
        const char *end = sentence_end(text.at, text.end);
        if (end > text.at)
            add_part(self, (span_t) { text.at, end }, " ");
        text.at = gap_at(end, text.end).end;
    }
    end_passage(self);
}

static const char *
paragraph_end(const char *at, const char *end)
{
    while (at < end) {
        gap_t gap = gap_at(at, end);
        if (gap.lines > 1)
            return at;
        at = gap.end > at? gap.end: word_end(at + 1, end);
    }
    return end;
}

void
pieces_open(pieces_t *self, const place_t *place, bool whole)
{
    self->place = *place;
    self->whole = whole;
    self->open = false;
    self->first = true;
}

void
pieces_add(pieces_t *self, span_t text)
{
    while (text.at < text.end) {
        span_t part = { text.at, self->whole? text.end: paragraph_end(text.at, text.end) };
        text.at = gap_at(part.end, text.end).end;
        if (!self->whole && page_words(part.at, (size_t)(part.end - part.at)) > CHUNK_MIN)
            add_sentences(self, part);
        else
            add_part(self, part, "\n\n");
    }
}

void
pieces_close(pieces_t *self)
{
    end_passage(self);
}

bool
pieces_take(pieces_t *self, passages_t *result)
{
    struct chunk_room *room = self->broken? NULL: malloc(sizeof *room);
    if (!room)
        return false;
    room->bytes = self->bytes;
    for (size_t i = 0; i < self->count; i++) {
        passage_t *row = &self->rows[i];
        row->text = self->bytes + self->texts[i];
        row->path = self->bytes + self->places[i].path;
        row->section = self->bytes + self->places[i].section;
        row->anchor = self->bytes + self->places[i].anchor;
    }
    *result = (passages_t) { .rows = self->rows, .count = self->count, .room = room };
    self->bytes = NULL;
    self->rows = NULL;
    return true;
}

void
pieces_clear(pieces_t *self)
{
    free(self->bytes);
    free(self->rows);
    free(self->places);
    free(self->texts);
    *self = (pieces_t) { 0 };
}

void
passages_clear(passages_t *self)
{
    if (self->room)
        free(self->room->bytes);
    free(self->room);
    free(self->rows);
    *self = (passages_t) { 0 };
}
