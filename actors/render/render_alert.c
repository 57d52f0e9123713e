// render_alert - "> [!NOTE]": a block quote whose first line is a word in brackets becomes an alert
#include "render_internal.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct { const char *mark, *class, *title; } alerts[] = {
    { "[!NOTE]", "note", "Note" }, { "[!TIP]", "tip", "Tip" }, { "[!IMPORTANT]", "important", "Important" },
    { "[!WARNING]", "warning", "Warning" }, { "[!CAUTION]", "caution", "Caution" },
};

void
alert_enter_quote(job_t *self)
{
    stack_enter(self, FANCY_QUOTE, "</blockquote>\n");
    self->quote_at = self->out.size;
}

void
alert_enter_paragraph(job_t *self)
{
    bool first = self->quote_at == self->out.size && self->skipped == 0;
    stack_enter(self, "<p>", "</p>\n");
    self->alert_at = first && self->skipped == 0? self->out.size: 0;
}

// The quote and its paragraph have been written; both are written anew.
bool
alert_text(job_t *self, const char *text, size_t size)
{
    size_t kind = 0;
    if (self->alert_at == 0 || self->alert_at != self->out.size || self->out.full || self->open_count < 2)
        return false;
    while (kind < sizeof alerts / sizeof *alerts
           && !(strlen(alerts[kind].mark) == size && strncasecmp(alerts[kind].mark, text, size) == 0))
        kind++;
    if (kind == sizeof alerts / sizeof *alerts)
        return false;
    char open[128];
    snprintf(open, sizeof open, "<div class=\"alert %s\">\n<p class=\"alert-title\">%s</p>\n<p>", alerts[kind].class,
             alerts[kind].title);
    self->out.size = self->quote_at - (sizeof FANCY_QUOTE - 1);
    buffer_puts(&self->out, open);
    if (self->out.full)
        self->open_count -= 2;                  // neither of them is there any more
    else
        self->open[self->open_count - 2].close = (markup_t) MARKUP("</div>\n");
    return true;
}
