// render_fancy - spoilers, folds and ::: blocks: block quotes with a mark in front (render_extend.c)
//
//   >! text            <details class="spoiler"><summary>Spoiler</summary>
//   >| text            <details class="fold"><summary>Details</summary>
//   ::: name ... :::   <div class="block name">, where Otterwiki's colours have names, too
// A heading that comes first is the summary or the title; it is no section of the page.
#include "render_internal.h"
#include "render_extend.h"
#include <stdio.h>
#include <string.h>

static const struct { const char *name, *class; } blocks[] = {
    { "blue", "info" }, { "yellow", "warning" }, { "red", "danger" }, { "green", "success" },
};

static const char *
class_of(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (strlen(blocks[i].name) == size && memcmp(blocks[i].name, name, size) == 0)
            return blocks[i].class;
    return NULL;
}

// The quote that the mark stands in is written anew.
static void
rewrite_quote(job_t *self, const char *open, const char *close)
{
    self->out.size = self->quote_at - (sizeof FANCY_QUOTE - 1);
    buffer_puts(&self->out, open);
    if (self->out.full)
        self->open_count--;                     // it is not there any more
    else
        self->open[self->open_count - 1].close = (markup_t) { close, strlen(close) };
    self->title_at = self->out.size;
}

static void
open_details(job_t *self, const char *mark)
{
    bool fold = *mark == '|', heading = mark[1] == 'h';
    char open[96];
    snprintf(open, sizeof open, "<details class=\"%s\">%s\n", fold? "fold": "spoiler",
             heading? "": fold? "<summary>Details</summary>": "<summary>Spoiler</summary>");
    rewrite_quote(self, open, "</details>\n");
    self->title_open = heading? "<summary>": NULL;
    self->title_close = "</summary>\n";
}

static void
open_block(job_t *self, const char *name, size_t size)
{
    char open[96];
    const char *class = class_of(name, size);
    if (size == 4 && memcmp(name, "none", 4) == 0)
        snprintf(open, sizeof open, "<div class=\"block\">\n");
    else if (class)
        snprintf(open, sizeof open, "<div class=\"block %s\">\n", class);
    else
        snprintf(open, sizeof open, "<div class=\"block %.*s\">\n", (int)size, name);
    rewrite_quote(self, open, "</div>\n");
    self->title_open = "<p class=\"block-title\">";
    self->title_close = "</p>\n";
}

// md4c makes one block of the mark and of HTML in the lines behind it: that stays in `scratch`.
void
fancy_mark(job_t *self)
{
    static const char open[] = { '<', '!', '-', '-', EXTEND_MARK }, close[] = "-->\n";
    buffer_t *html = &self->scratch;
    if (html->size <= sizeof open || memcmp(html->data, open, sizeof open) != 0)
        return;
    const char *kind = html->data + sizeof open;
    const char *end = memmem(kind, html->size - sizeof open, close, sizeof close - 1);
    if (!end)
        return;
    // Too deep: the mark is dropped, as the quote was.
    bool quoted = !self->out.full && self->skipped == 0 && self->open_count > 0 && self->quote_at == self->out.size;
    if (quoted && *kind == ':')
        open_block(self, kind + 1, (size_t)(end - kind) - 1);
    else if (quoted)
        open_details(self, kind);
    end += sizeof close - 1;
    html->size -= (size_t)(end - html->data);
    memmove(html->data, end, html->size);
}

bool
fancy_title(job_t *self)
{
    if (!self->title_open || self->title_at != self->out.size || self->skipped > 0)
        return false;
    stack_enter(self, self->title_open, self->title_close);
    self->title_open = NULL;
    return true;
}
