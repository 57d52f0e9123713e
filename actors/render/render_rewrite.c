// render_rewrite - other targets for the links of a page, when pages and folders get new names
#include "render_rewrite.h"
#include "render_links.h"
#include "render_respell.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t at, size;                            // in the source
    size_t text, text_size;                     // in `texts`
} edit_t;

typedef struct {
    const render_options_t *options;
    render_options_t after;                     // the same for the page's new name
    respell_t respell;
    const char *source;
    size_t source_size;
    edit_t *edits;
    size_t count, missed;
    buffer_t texts;
    bool retold;                                // a link whose text is its target was changed
} rewrite_t;

// ---- what is to be changed --------------------------------------------------------------------------------------

typedef struct { bool as_is; char path[PAGE_ID_SIZE]; } goal_t;

// Where the link leads after the moves. False: it is none of those that moves are about.
static bool
goal_of(const rewrite_t *self, const found_link_t *link, const char *target, link_path_t *path, goal_t *goal)
{
    goal->as_is = false;
    return link_path(self->options, link->wiki, target, link->target_size, path)
           && respell_move(&self->respell, path->path, link->wiki? &goal->as_is: NULL, goal->path);
}

static bool
is_right(const rewrite_t *self, const found_link_t *link, const char *target, const char *goal)
{
    link_path_t now;
    return link_path(&self->after, link->wiki, target, link->target_size, &now)
           && respell_same(&self->respell, now.path, goal);
}

// The part of the target in the source that is its path.
static size_t
path_size(const char *written, size_t size, bool wiki)
{
    size_t kept = 0;
    while (kept < size && written[kept] != '#' && (wiki || written[kept] != '?')) {
        size_t reference = chars_reference(written + kept, size - kept);
        kept += reference? reference: 1;        // "&#32;" holds no anchor
    }
    return kept;
}

static void
change(rewrite_t *self, const found_link_t *link, const link_path_t *path, const goal_t *goal)
{
    const char *written = link->at == LINKS_NOWHERE? "": self->source + link->at;
    respelled_t old = { .written = written, .path = path, .wiki = link->wiki, .as_is = goal->as_is };
    size_t text = self->texts.size;
    old.size = path_size(written, link->size, link->wiki);
    old.angle = link->at > 0 && written[-1] == '<';
    if (link->at == LINKS_NOWHERE || !respell_write(&self->respell, &old, goal->path, &self->texts)) {
        self->texts.size = text;
        self->missed++;
        return;
    }
    self->retold |= link->sole;
    self->edits[self->count++] = (edit_t) { (size_t)link->at, old.size, text, self->texts.size - text };
}

static int
by_place(const void *a, const void *b)
{
    const edit_t *one = a, *other = b;
    return (one->at > other->at) - (one->at < other->at);
}

// A definition is met with each reference to it, and changed once.
static void
sort_edits(rewrite_t *self)
{
    size_t count = 0;
    qsort(self->edits, self->count, sizeof *self->edits, by_place);
    for (size_t i = 0; i < self->count; i++)
        if (count == 0 || self->edits[i].at >= self->edits[count - 1].at + self->edits[count - 1].size)
            self->edits[count++] = self->edits[i];
    self->count = count;
}

static void
find_edits(rewrite_t *self, const link_log_t *links)
{
    link_path_t path;
    goal_t goal;
    for (size_t i = 0; i < links->count; i++) {
        const found_link_t *link = &links->rows[i];
        const char *target = links_target(links, link);
        if (goal_of(self, link, target, &path, &goal) && !is_right(self, link, target, goal.path))
            change(self, link, &path, &goal);
    }
    sort_edits(self);
}

static code_t
apply(const rewrite_t *self, buffer_t *out)
{
    size_t done = 0;
    out->limit = LIMIT_PAGE_BYTES;
    buffer_hint(out, self->source_size + self->texts.size);
    for (size_t i = 0; i < self->count; i++) {
        const edit_t *edit = &self->edits[i];
        buffer_put(out, self->source + done, edit->at - done);
        buffer_put(out, self->texts.data + edit->text, edit->text_size);
        done = edit->at + edit->size;
    }
    buffer_put(out, self->source + done, self->source_size - done);
    buffer_end(out);
    return out->broken? INTERNAL: out->full? TOO_LARGE: OK;
}

// ---- the proof --------------------------------------------------------------------------------------------------

static bool
leads_right(const rewrite_t *self, const link_log_t *links, const link_log_t *now, size_t i)
{
    link_path_t path, new_path;
    goal_t goal;
    const found_link_t *old_link = &links->rows[i], *new_link = &now->rows[i];
    const char *old = links_target(links, old_link), *target = links_target(now, new_link);
    if (!goal_of(self, old_link, old, &path, &goal))
        return new_link->target_size == old_link->target_size && memcmp(target, old, old_link->target_size) == 0;
    if (!link_path(&self->after, new_link->wiki, target, new_link->target_size, &new_path))
        return false;
    size_t suffix = old_link->target_size - path.suffix;
    return respell_same(&self->respell, new_path.path, goal.path) && new_link->wiki == old_link->wiki
           && new_link->target_size - new_path.suffix == suffix
           && memcmp(target + new_path.suffix, old + path.suffix, suffix) == 0;
}

// Behind the value of a link that begins here, else the same place.
static const char *
skip_value(const char *at, const char *end)
{
    static const char *const names[] = { " href=\"", " src=\"", NULL };
    for (const char *const *name = names; *name; name++) {
        size_t size = strlen(*name);
        if ((size_t)(end - at) < size || memcmp(at, *name, size) != 0)
            continue;
        const char *close = memchr(at + size, '"', (size_t)(end - at) - size);
        return close? close: end;
    }
    return at;
}

static bool
same_but_targets(const render_t *a, const render_t *b)
{
    const char *at = a->html, *end = a->html + a->html_size;
    const char *other = b->html, *other_end = b->html + b->html_size;
    while (at < end && other < other_end) {
        if (*at != *other)
            return false;
        if (*at == ' ') {
            at = skip_value(at, end);
            other = skip_value(other, other_end);
        }
        at += at < end;
        other += other < other_end;
    }
    return at == end && other == other_end;
}

static bool
prove(const rewrite_t *self, const link_log_t *links, const render_t *before, const buffer_t *text)
{
    link_log_t now = { 0 };
    render_t after = { 0 };
    code_t code = render_collect(&self->after, text->data, text->size, &now, &after);
    bool good = code == OK && !now.broken && now.count == links->count
                && (self->retold || same_but_targets(before, &after));
    for (size_t i = 0; good && i < now.count; i++)
        good = leads_right(self, links, &now, i);
    links_clear(&now);
    render_clear(&after);
    return good;
}

// ---- the whole --------------------------------------------------------------------------------------------------

static code_t
rewrite(rewrite_t *self, const link_log_t *links, const render_t *before, rewritten_t *result)
{
    buffer_t out = { 0 };
    self->edits = calloc(links->count + 1, sizeof *self->edits);
    if (!self->edits)
        return INTERNAL;
    find_edits(self, links);
    code_t code = self->count > 0? apply(self, &out): OK;
    if (code == OK && self->count > 0 && prove(self, links, before, &out)) {
        *result = (rewritten_t) { .text = out.data, .size = out.size, .count = self->count };
        out = (buffer_t) { 0 };
    }
    result->missed = self->missed + self->count - result->count;
    buffer_clear(&out);
    return code == TOO_LARGE? OK: code;         // then all of them were missed
}

code_t
render_rewrite(const render_options_t *options, const render_moves_t *moves, const char *text, size_t size,
               rewritten_t *result)
{
    char name[PAGE_ID_SIZE];
    link_log_t links = { 0 };
    render_t before = { 0 };
    const char *page = options->page? options->page: "";
    rewrite_t self = { .options = options, .after = *options, .source = text, .source_size = size,
                       .respell = { .naming = &options->naming, .moves = moves },
                       .texts = { .limit = LIMIT_PAGE_BYTES } };
    *result = (rewritten_t) { 0 };
    bool good = respell_move(&self.respell, page, NULL, name);
    if (!good || (*name && page_id(&options->naming, name, self.respell.page) != OK))
        return INVALID;
    self.after.page = self.respell.page;
    code_t code = render_collect(options, text, size, &links, &before);
    if (code == OK && links.broken)
        code = TOO_LARGE;
    if (code == OK)
        code = rewrite(&self, &links, &before, result);
    free(self.edits);
    buffer_clear(&self.texts);
    links_clear(&links);
    render_clear(&before);
    return code;
}

void
rewritten_clear(rewritten_t *self)
{
    free(self->text);
    *self = (rewritten_t) { 0 };
}
