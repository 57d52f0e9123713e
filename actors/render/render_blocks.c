// render_blocks - md4c's blocks to HTML
#include "render_internal.h"
#include <stdio.h>
#include <string.h>

enum { LANGUAGE_MOST = 40 };

static void
enter_list(job_t *self, const MD_BLOCK_OL_DETAIL *list)
{
    char open[40];
    if (list->start == 1) {
        stack_enter(self, "<ol>\n", "</ol>\n");
        return;
    }
    snprintf(open, sizeof open, "<ol start=\"%u\">\n", list->start);
    stack_enter(self, open, "</ol>\n");
}

static void
enter_item(job_t *self, const MD_BLOCK_LI_DETAIL *item)
{
    const char *open = "<li>";
    if (item->is_task)
        open = item->task_mark == ' '
            ? "<li class=\"task\"><input type=\"checkbox\" aria-label=\"to do\" disabled> "
            : "<li class=\"task\"><input type=\"checkbox\" aria-label=\"done\" disabled checked> ";
    stack_enter(self, open, "</li>\n");
}

static void
enter_cell(job_t *self, const MD_BLOCK_TD_DETAIL *cell, bool head)
{
    static const char *const open[2][4] = {
        { "<td>", "<td align=\"left\">", "<td align=\"center\">", "<td align=\"right\">" },
        { "<th>", "<th align=\"left\">", "<th align=\"center\">", "<th align=\"right\">" },
    };
    stack_enter(self, open[head][cell->align], head? "</th>": "</td>");
}

// The word behind the fence, references decoded. What is behind a '=' asks for numbers in front of the lines.
static size_t
language(const MD_ATTRIBUTE *info, char name[LANGUAGE_MOST], bool *lines)
{
    size_t size = 0, kept = 0;
    chars_decode_attribute(info, name, LANGUAGE_MOST, &size);
    while (kept < size && name[kept] != '=' && !chars_is(name[kept], CHAR_BLANK))
        kept++;
    *lines = kept < size && name[kept] == '=';
    return kept;
}

static bool
is_word(const char *word, const char *text, size_t size)
{
    return strlen(word) == size && memcmp(word, text, size) == 0;
}

static void
enter_language(job_t *self, const char *name, size_t size)
{
    if (!stack_may_enter(self))
        return;
    size_t mark = self->out.size;
    buffer_puts(&self->out, self->lines? "<pre class=\"lines\">": "<pre>");
    buffer_puts(&self->out, "<code class=\"language-");
    buffer_escape(&self->out, name, size);
    buffer_put(&self->out, "\">", 2);
    stack_entered(self, mark, "</code></pre>\n", false);
}

static void
enter_code(job_t *self, const MD_BLOCK_CODE_DETAIL *code)
{
    char name[LANGUAGE_MOST];
    bool lines = false;
    size_t size = language(&code->lang, name, &lines);
    if (is_word("mermaid", name, size)) {
        stack_enter(self, "<pre class=\"mermaid\">", "</pre>\n");
    } else if (is_word("math", name, size)) {
        stack_enter(self, "<pre class=\"math\">\\[\n", "\\]</pre>\n");
    } else if (size == 0) {
        stack_enter(self, "<pre><code>", "</code></pre>\n");
    } else {
        self->lines = self->line_start = lines;
        enter_language(self, name, size);
    }
}

// Blocks that are a tag and nothing else, by type; NULL: not one of these.
static const struct { markup_t open, close; } plain_blocks[] = {
    [MD_BLOCK_UL] = { MARKUP("<ul>\n"), MARKUP("</ul>\n") },
    [MD_BLOCK_TABLE] = { MARKUP("<table>\n"), MARKUP("</table>\n") },
    [MD_BLOCK_THEAD] = { MARKUP("<thead>\n"), MARKUP("</thead>\n") },
    [MD_BLOCK_TBODY] = { MARKUP("<tbody>\n"), MARKUP("</tbody>\n") },
    [MD_BLOCK_TR] = { MARKUP("<tr>"), MARKUP("</tr>\n") },
    [MD_BLOCK_TD] = { { NULL, 0 }, { NULL, 0 } },
};

static inline void
break_text(job_t *self, MD_BLOCKTYPE type)
{
    if (self->options->text)
        outline_break(self, type == MD_BLOCK_TH || type == MD_BLOCK_TD? ' ': '\n');
}

int
block_enter(MD_BLOCKTYPE type, void *detail, void *job)
{
    job_t *self = job;
    bool ended = false;
    break_text(self, type);
    if (self->in_notes && notes_enter(self, type, &ended))
        return ended || self->out.full;
    switch (type) {
    case MD_BLOCK_DOC:
        break;
    case MD_BLOCK_HR:
        buffer_puts(&self->out, "<hr>\n");
        break;
    case MD_BLOCK_QUOTE:
        alert_enter_quote(self);
        break;
    case MD_BLOCK_P:
        alert_enter_paragraph(self);
        break;
    case MD_BLOCK_OL:
        enter_list(self, detail);
        break;
    case MD_BLOCK_LI:
        enter_item(self, detail);
        break;
    case MD_BLOCK_H:
        outline_enter(self, (int)((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        enter_code(self, detail);
        break;
    case MD_BLOCK_HTML:
        self->in_html = true;
        self->scratch.size = 0;
        break;
    case MD_BLOCK_TH: case MD_BLOCK_TD:
        enter_cell(self, detail, type == MD_BLOCK_TH);
        break;
    default:
        stack_enter_sized(self, plain_blocks[type].open, plain_blocks[type].close);
    }
    return self->out.full;
}

int
block_leave(MD_BLOCKTYPE type, void *detail, void *job)
{
    (void)detail;
    job_t *self = job;
    break_text(self, type);
    if (self->in_notes && notes_leave(self, type))
        return self->out.full;
    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
        break;
    case MD_BLOCK_H:
        outline_leave(self);
        break;
    case MD_BLOCK_HTML:
        raw_block(self);
        self->in_html = false;
        break;
    default:
        self->lines = false;
        stack_leave(self);
    }
    return self->out.full;
}
