#include "worddiff.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

// Lines are alike if a third of the smaller side is found on the other one.
enum { ALIKE = 3 };

typedef struct {
    const word_lines_t *lines;
    items_t words;                              // the end of a line is a word too
    size_t *line;                               // of each word
    bool *changed;
    size_t weight, common;                      // bytes of words that are no blanks: all, and found on the other side
} words_t;

// ---- words -------------------------------------------------------------------------------------------------------

static bool
is_blank(const side_t *word)
{
    return *word->text == ' ' || *word->text == '\t' || *word->text == '\r';
}

// Letters stand together; a sign of a script that sets no blanks between its words is a word of its own.
static bool
is_letter(unsigned char byte)
{
    bool ascii = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_';
    return ascii || (byte >= 0x80 && byte < 0xE2);
}

static size_t
word_size(const char *text, size_t size)
{
    unsigned char first = (unsigned char)*text;
    size_t end = 1;
    if (first == ' ' || first == '\t')
        while (end < size && (text[end] == ' ' || text[end] == '\t'))
            end++;
    else if (is_letter(first))
        while (end < size && is_letter((unsigned char)text[end]))
            end++;
    else if (first >= 0xE2)
        while (end < size && ((unsigned char)text[end] & 0xC0) == 0x80)
            end++;
    return end;
}

static size_t
size_of(const word_lines_t *lines)
{
    size_t size = lines->count;
    for (size_t i = 0; i < lines->count; i++)
        size += lines->lines[i].text.size;
    return size;
}

static words_t
split(const word_lines_t *lines)
{
    size_t most = size_of(lines);
    words_t self = { .lines = lines, .words = { sequence_room(most, sizeof(item_t)), 0 } };
    self.line = sequence_room(most, sizeof *self.line);
    self.changed = sequence_room(most, sizeof *self.changed);
    for (size_t i = 0; i < lines->count; i++) {
        const side_t *text = &lines->lines[i].text;
        for (size_t at = 0, size; at < text->size; at += size) {
            size = word_size(text->text + at, text->size - at);
            self.line[self.words.count] = i;
            item_t word = self.words.items[self.words.count++] = sequence_item(text->text + at, size);
            self.weight += is_blank(&word.part)? 0: size;
        }
        self.line[self.words.count] = i;
        self.words.items[self.words.count++] = sequence_item("\n", 1);
    }
    return self;
}

static void
words_clear(words_t *self)
{
    free(self->words.items);
    free(self->line);
    free(self->changed);
}

// ---- what is common ----------------------------------------------------------------------------------------------

static bool
is_word(const side_t *word)
{
    return !is_blank(word) && *word->text != '\n';
}

// Reads the script: what is changed, how much is common, and which lines belong together.
static void
apply(words_t *old, words_t *young, const char *script, size_t count)
{
    size_t i = 0, j = 0, last_old = 0, last_young = 0;
    for (size_t at = 0; at < count; at++) {
        if (script[at] != ' ') {
            *(script[at] == '-'? &old->changed[i++]: &young->changed[j++]) = true;
            continue;
        }
        const side_t *word = &old->words.items[i].part;
        size_t a = old->line[i++], b = young->line[j++];
        if (!is_word(word))
            continue;
        old->common += word->size;
        if (a < last_old || b < last_young)
            continue;                           // one of them has its counterpart already
        old->lines->lines[a].pair = b + 1;
        young->lines->lines[b].pair = a + 1;
        last_old = a + 1;
        last_young = b + 1;
    }
}

static void
pair_in_order(const word_lines_t *old, const word_lines_t *young)
{
    for (size_t i = 0; i < old->count; i++)
        old->lines[i].pair = i < young->count? i + 1: 0;
    for (size_t i = 0; i < young->count; i++)
        young->lines[i].pair = i < old->count? i + 1: 0;
}

// ---- marks -------------------------------------------------------------------------------------------------------

// A blank between two changed words is part of the change.
static void
join(words_t *self)
{
    for (size_t i = 1; i + 1 < self->words.count; i++)
        if (is_blank(&self->words.items[i].part) && self->changed[i - 1] && self->changed[i + 1] &&
            is_word(&self->words.items[i - 1].part) && is_word(&self->words.items[i + 1].part))
            self->changed[i] = true;
}

static void
mark_line(const words_t *self, size_t from, size_t to, const char *tag, output_t *out)
{
    out->size = 0;
    for (size_t i = from; i < to; i++) {
        const side_t *word = &self->words.items[i].part;
        bool begins = self->changed[i] && (i == from || !self->changed[i - 1]);
        bool ends = self->changed[i] && (i + 1 == to || !self->changed[i + 1]);
        if (begins)
            output_add(out, tag, 5);
        output_add_escaped(out, word->text, word->size);
        if (ends) {
            output_add(out, "</", 2);
            output_add(out, tag + 1, 4);
        }
    }
}

// Lines that are new or gone as a whole are not marked: their colour says it.
static void
mark(const words_t *self, const char *tag, arena_t *arena)
{
    output_t out = { 0 };
    size_t from = 0, to = 0;
    for (size_t i = 0; i < self->lines->count; i++, from = to + 1) {
        word_line_t *line = &self->lines->lines[i];
        bool some = false;
        for (to = from; *self->words.items[to].part.text != '\n'; to++)
            some = some || self->changed[to];
        if (!some || !line->pair)
            continue;
        mark_line(self, from, to, tag, &out);
        line->html = arena_copy(arena, out.bytes, out.size);
        line->html_size = out.size;
    }
    output_clear(&out);
}

void
worddiff(sequence_t *sequence, const word_lines_t *old, const word_lines_t *young, arena_t *arena)
{
    pair_in_order(old, young);
    if (old->count == 0 || young->count == 0 || size_of(old) > WORDDIFF_BYTES || size_of(young) > WORDDIFF_BYTES)
        return;
    words_t a = split(old), b = split(young);
    bool found = false;
    char *script = sequence_room(a.words.count + b.words.count, 1);
    size_t count = sequence_compare(sequence, &a.words, &b.words, script, &found);
    for (size_t i = 0; i < old->count; i++)
        old->lines[i].pair = 0;
    for (size_t i = 0; i < young->count; i++)
        young->lines[i].pair = 0;
    apply(&a, &b, script, count);
    size_t smaller = a.weight < b.weight? a.weight: b.weight;
    if (found && a.common > 0 && a.common * ALIKE >= smaller) {
        join(&a);
        join(&b);
        mark(&a, "<del>", arena);
        mark(&b, "<ins>", arena);
    } else {
        pair_in_order(old, young);
    }
    free(script);
    words_clear(&a);
    words_clear(&b);
}
