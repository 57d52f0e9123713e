// Hunks in unified form as rows of a template: one below the other, or old and new beside each other
#include <stdlib.h>
#include <string.h>

#include "flows.h"
#include "worddiff.h"

enum { SHOWN_BYTES = 1 << 20, LINE_BYTES = 16 * 1024 };     // of all differences of a page; of one line

typedef struct {
    char sign;                                  // ' ', '-', '+' or '@'
    bool unended;                               // the last line of its file, without a line end
    side_t text;
} diff_line_t;
typedef struct {
    diff_view_t *view;
    value_t *rows;
    const diff_line_t *lines;
    size_t count;
    int64_t old_line, new_line;
    bool cut;
} rows_t;

// ---- reading -----------------------------------------------------------------------------------------------------

// A line that is too long to be shown whole ends at a character.
static size_t
shown_size(const char *text, size_t size)
{
    if (size <= LINE_BYTES)
        return size;
    for (size = LINE_BYTES; size > LINE_BYTES - 4 && ((unsigned char)text[size] & 0xC0) == 0x80; size--)
        ;
    return size;
}

static void
read_lines(rows_t *self, const char *text, size_t size, diff_line_t *lines)
{
    self->lines = lines;
    for (const char *at = text, *end = text + size; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = newline? (size_t)(newline - at): (size_t)(end - at);
        if (length > 0 && *at == '\\' && self->count > 0) {
            lines[self->count - 1].unended = true;
        } else if (length > 0 && *at != '\\') {
            size_t shown = shown_size(at + 1, length - 1);
            self->cut = self->cut || shown < length - 1;
            lines[self->count++] = (diff_line_t){ .sign = *at, .text = { at + 1, shown } };
        }
        at += length + 1;
    }
}

// The number after `sign` in "@@ -12,3 +14,4 @@"; the text has no final NUL. 1 if there is none.
static int64_t
line_after(const side_t *text, char sign)
{
    const char *at = memchr(text->text, sign, text->size), *end = text->text + text->size;
    int64_t line = 0;
    if (!at)
        return 1;
    while (++at < end && *at >= '0' && *at <= '9' && line < INT32_MAX)
        line = line * 10 + (*at - '0');
    return line;
}

// ---- rows --------------------------------------------------------------------------------------------------------

// NULL: as much as a page may hold is shown already.
static value_t *
add_row(rows_t *self, size_t size)
{
    if (self->view->lines == LIMIT_DIFF_LINES || self->view->bytes + size > SHOWN_BYTES) {
        self->cut = true;
        return NULL;
    }
    self->view->lines++;
    self->view->bytes += size;
    return value_add(self->rows);
}

static void
add_hunk(rows_t *self, const diff_line_t *line)
{
    value_t *row = add_row(self, line->text.size);
    self->old_line = line_after(&line->text, '-');
    self->new_line = line_after(&line->text, '+');
    if (row)
        value_bytes(row, KEY_hunk, line->text.text - 1, line->text.size + 1);
}

static void
add_note(rows_t *self)
{
    value_t *row = add_row(self, 0);
    if (row)
        value_text(row, KEY_hunk, "no line end at the end of the file");
}

static void
put_text(value_t *map, char sign, const word_line_t *line)
{
    value_text(map, KEY_kind, sign == '+'? "add": sign == '-'? "del": "same");
    value_text(map, KEY_marker, sign == '+'? "+": sign == '-'? "−": " ");
    value_bytes(map, KEY_text, line->text.text, line->text.size);
    value_bytes(map, KEY_html, line->html? line->html: "", line->html_size);
}

static void
add_line(rows_t *self, char sign, const word_line_t *line)
{
    value_t *row = add_row(self, line->text.size);
    if (row)
        put_text(row, sign, line);
    if (row && sign != '+')
        value_int(row, KEY_old_line, self->old_line++);
    if (row && sign != '-')
        value_int(row, KEY_new_line, self->new_line++);
}

// Either may be missing.
static void
add_pair(rows_t *self, const word_line_t *old, const word_line_t *young, bool same)
{
    value_t *row = add_row(self, (old? old->text.size: 0) + (young? young->text.size: 0));
    if (row && same)
        value_flag(row, KEY_same, true);
    value_t *left = row && old? value_add(value_list(row, KEY_left)): NULL;
    value_t *right = row && young? value_add(value_list(row, KEY_right)): NULL;
    if (left) {
        put_text(left, same? ' ': '-', old);
        value_int(left, KEY_old_line, self->old_line++);
    }
    if (right) {
        put_text(right, same? ' ': '+', young);
        value_int(right, KEY_new_line, self->new_line++);
    }
}

// ---- blocks: lines that went, and those that came in their place -------------------------------------------------

static void
add_beside(rows_t *self, const word_lines_t *old, const word_lines_t *young)
{
    size_t i = 0, j = 0;
    while ((i < old->count || j < young->count) && !self->cut) {
        const word_line_t *left = i < old->count? &old->lines[i]: NULL;
        const word_line_t *right = j < young->count? &young->lines[j]: NULL;
        bool pair = left && right && left->pair == j + 1;
        if (!pair && left && left->pair && right)
            left = NULL;                        // waits for its counterpart
        if (!pair && left && right && right->pair)
            right = NULL;
        add_pair(self, left, right, false);
        i += left != NULL;
        j += right != NULL;
    }
}

static void
add_below(rows_t *self, char sign, const word_lines_t *lines)
{
    for (size_t i = 0; i < lines->count && !self->cut; i++)
        add_line(self, sign, &lines->lines[i]);
}

static word_lines_t
take_lines(rows_t *self, size_t from, char sign)
{
    word_lines_t taken = { NULL, 0 };
    while (from + taken.count < self->count && self->lines[from + taken.count].sign == sign)
        taken.count++;
    taken.lines = arena_alloc(self->rows->arena, (taken.count + 1) * sizeof *taken.lines);
    for (size_t i = 0; i < taken.count; i++)
        taken.lines[i] = (word_line_t){ .text = self->lines[from + i].text };
    return taken;
}

// Returns how many lines the block has.
static size_t
add_block(rows_t *self, size_t from)
{
    word_lines_t old = take_lines(self, from, '-');
    word_lines_t young = take_lines(self, from + old.count, '+');
    bool old_unended = old.count && self->lines[from + old.count - 1].unended;
    bool unended = young.count && self->lines[from + old.count + young.count - 1].unended;
    worddiff(&self->view->sequence, &old, &young, self->rows->arena);
    if (self->view->split) {
        add_beside(self, &old, &young);
        old_unended = old_unended || unended;
    } else {
        add_below(self, '-', &old);
        if (old_unended)
            add_note(self);
        add_below(self, '+', &young);
        old_unended = unended;
    }
    if (old_unended)
        add_note(self);
    return old.count + young.count;
}

static size_t
add_lines(rows_t *self, size_t at)
{
    const diff_line_t *line = &self->lines[at];
    word_line_t same = { .text = line->text };
    if (line->sign == '-' || line->sign == '+')
        return add_block(self, at);
    if (line->sign == '@')
        add_hunk(self, line);
    else if (self->view->split)
        add_pair(self, &same, &same, true);
    else
        add_line(self, ' ', &same);
    if (line->unended)
        add_note(self);
    return 1;
}

bool
diff_rows(value_t *map, const char *text, size_t size, diff_view_t *view)
{
    rows_t self = { .view = view, .rows = value_list(map, KEY_lines) };
    size_t most = 1;
    for (size_t i = 0; i < size; i++)
        most += text[i] == '\n';
    diff_line_t *lines = calloc(most + 1, sizeof *lines);
    if (!lines)
        abort();
    read_lines(&self, text, size, lines);
    bool cut = self.cut;                        // of a line, which ends nothing
    self.cut = false;
    for (size_t i = 0; i < self.count && !self.cut;)
        i += add_lines(&self, i);
    free(lines);
    return !cut && !self.cut;
}

void
diff_begin(web_t *self, diff_view_t *view)
{
    *view = (diff_view_t){ .split = strcmp(web_query(self, "view"), "split") == 0 };
    value_flag(self->data, KEY_split, view->split);
}

void
diff_end(diff_view_t *view)
{
    sequence_clear(&view->sequence);
}
