#include "render_internal.h"
#include <string.h>

static void
push(job_t *self, const char *tag, markup_t close, bool link)
{
    self->open[self->open_count++] = (element_t) { .close = close, .tag = tag, .link = link };
    self->in_link += link;
}

// Closing tags go past the limit: there are at most MARKDOWN_NESTING of them.
static void
pop(job_t *self)
{
    const element_t *element = &self->open[--self->open_count];
    self->in_link -= element->link;
    buffer_force(&self->out, element->close.text, element->close.size);
}

static bool
is_full(const job_t *self)
{
    return self->skipped > 0 || self->open_count == LIMIT_MARKDOWN_NESTING;
}

bool
stack_may_enter(job_t *self)
{
    if (!is_full(self))
        return true;
    self->skipped++;
    self->cut = true;
    return false;
}

void
stack_entered(job_t *self, size_t mark, const char *close, bool link)
{
    if (self->out.full) {                       // md4c will stop: the tag that did not fit is never closed
        self->out.size = mark;
        return;
    }
    push(self, NULL, (markup_t) { close, strlen(close) }, link);
}

void
stack_enter_sized(job_t *self, markup_t open, markup_t close)
{
    if (!stack_may_enter(self))
        return;
    buffer_put(&self->out, open.text, open.size);
    if (!self->out.full)                        // else md4c will stop, and what did not fit is never closed
        push(self, NULL, close, false);
}

void
stack_close_tags(job_t *self)
{
    while (self->skipped == 0 && self->open_count > 0 && self->open[self->open_count - 1].tag)
        pop(self);
}

void
stack_leave(job_t *self)
{
    if (self->out.full)
        return;                                 // what is open is not what md4c thinks any more
    if (self->skipped > 0) {
        self->skipped--;
        return;
    }
    stack_close_tags(self);
    if (self->open_count > 0)
        pop(self);
}

bool
stack_may_open_tag(job_t *self)
{
    if (!is_full(self))
        return true;
    self->cut = true;
    return false;
}

void
stack_opened_tag(job_t *self, const char *tag, const char *close, bool link)
{
    push(self, tag, (markup_t) { close, strlen(close) }, link);
}

bool
stack_close_tag(job_t *self, const char *tag)
{
    if (self->skipped > 0)
        return false;
    size_t at = self->open_count;
    while (at > 0 && self->open[at - 1].tag && self->open[at - 1].tag != tag)
        at--;
    if (at == 0 || !self->open[at - 1].tag)
        return false;
    while (self->open_count >= at)
        pop(self);
    return true;
}

void
stack_close_all(job_t *self)
{
    while (self->open_count > 0)
        pop(self);
}
