#include "render_digest.h"
#include "render_internal.h"
#include <stdlib.h>

enum { ANCHOR_MOST = 256 };
static const size_t unknown = SIZE_MAX;

// ---- links --------------------------------------------------------------------------------------------------------
// Where in the page these bytes of the source stand.
static size_t
place_of(const job_t *self, const char *text)
{
    size_t at = job_origin(self, text);
    return at < self->page_size? at: self->page_size;
}

// Links since the last text begin where it does.
void
digest_text(job_t *self, const char *text)
{
    digest_t *digest = self->digest;
    digest->seen = place_of(self, text);
    if (self->in_html && self->scratch.size == 0)
        digest->html = digest->seen;
    for (; digest->unplaced < digest->link_count; digest->unplaced++)
        digest->links[digest->unplaced].at = digest->seen;
}

// A link ends, and there was no text in it.
void
digest_settle(job_t *self)
{
    digest_t *digest = self->digest;
    for (; digest->unplaced < digest->link_count; digest->unplaced++) {
        digest_link_t *link = &digest->links[digest->unplaced];
        link->at = link->at == unknown? digest->seen: link->at;
    }
}

static bool
has_room(digest_t *self)
{
    bool within = self->link_count < LIMIT_REFERENCES;
    if (within && self->link_count < self->link_room)
        return true;
    size_t room = self->link_room? self->link_room * 2: 16;
    digest_link_t *links = within? realloc(self->links, room * sizeof *links): NULL;
    if (!links)
        return false;
    self->links = links;
    self->link_room = room;
    return true;
}

static const char *
anchor_of(digest_t *self, const char *url)
{
    char text[PAGE_ID_SIZE];
    const char *hash = strchr(url, '#');
    size_t size = hash? strlen(++hash): 0;
    if (size == 0)
        return "";
    if (page_url_decode(hash, size, text) == OK) {
        hash = text;
        size = strlen(text);
    }
    size = chars_cut(hash, size, ANCHOR_MOST);
    char *anchor = names_copy(&self->strings, hash, size);
    for (size_t i = 0; anchor && i < size; i++)
        if ((unsigned char)anchor[i] < ' ')
            anchor[i] = ' ';
    return anchor;
}

// Is this target written where the link is, and not in a definition somewhere else?
static bool
is_inline(const job_t *self, const char *written)
{
    if (!job_in_source(self, written))
        return false;
    while (written > self->source && (chars_is(written[-1], CHAR_BLANK) || written[-1] == '<'))
        written--;
    return written > self->source && written[-1] != ':';
}

// Where a link stands: in an HTML block what was gathered says it, in Markdown its own bytes or the text around it.
static size_t
place_of_link(const job_t *self, const link_t *link)
{
    const digest_t *digest = self->digest;
    const char *scratch = self->scratch.data;
    bool gathered = scratch && link->written >= scratch && link->written < scratch + self->scratch.size;
    if (gathered && self->in_html)
        return digest->html + (size_t)(link->written - scratch);
    return !gathered && link->written && is_inline(self, link->written)? place_of(self, link->written): unknown;
}

void
digest_meet(job_t *self, const link_t *link, bool image)
{
    digest_t *digest = self->digest;
    bool here = link->kind == LINK_OTHER && link->url[0] == '#';
    if (!here && link->kind != LINK_PAGE && !(link->kind == LINK_OTHER && link->target[0]))
        return;
    digest->cut |= !has_room(digest);
    if (digest->cut)
        return;
    digest_link_t made = { .kind = image? 'i': link->wiki? 'w': 'm', .at = place_of_link(self, link) };
    made.target = here? "": names_copy(&digest->strings, link->target, strlen(link->target));
    made.anchor = anchor_of(digest, link->url);
    if (!made.target || !made.anchor)
        return;
    digest->links[digest->link_count++] = made;
    bool ended = image || link->wiki || link->html;      // a Markdown link goes on: its text says better where it is
    if (ended)
        digest_settle(self);
}

// ---- lines --------------------------------------------------------------------------------------------------------
static int
by_place(const void *a, const void *b)
{
    const digest_link_t *const *one = a, *const *other = b;
    return ((*one)->at > (*other)->at) - ((*one)->at < (*other)->at);
}

// All together read the source once.
static void
number_lines(job_t *self)
{
    digest_t *digest = self->digest;
    digest_link_t **links = calloc(digest->link_count + 1, sizeof *links);
    digest->cut |= !links;
    for (size_t i = 0; links && i < digest->link_count; i++) {
        links[i] = &digest->links[i];
        if (links[i]->at >= self->page_size)
            links[i]->at = self->page_size - 1;
    }
    if (links && digest->link_count > 0)
        qsort(links, digest->link_count, sizeof *links, by_place);
    self->line_at = self->page;
    self->line = 1;
    for (size_t i = 0; links && i < digest->link_count; i++)
        links[i]->line = outline_line(self, self->page + links[i]->at);
    free(links);
}

// ---- the whole ----------------------------------------------------------------------------------------------------
digest_t *
digest_new(void)
{
    digest_t *self = calloc(1, sizeof *self);
    if (self)
        self->title = self->heading = self->category = "";
    return self;
}

void
digest_finish(job_t *self, const char *title, size_t body)
{
    digest_t *digest = self->digest;
    digest_settle(self);
    number_lines(self);
    digest->cut |= self->out.full || self->headings_cut;
    digest->body = body;
    digest->words = page_words(self->page + body, self->page_size - body);
    digest->title = names_copy(&digest->strings, title, strlen(title));
    for (size_t i = 0; i < self->heading_count && !*digest->heading; i++)
        if (self->headings[i].level == 1)
            digest->heading = names_copy(&digest->strings, self->headings[i].text, strlen(self->headings[i].text));
    self->out.broken |= !digest->title || !digest->heading || !digest->category;
}

void
digest_free(digest_t **self)
{
    digest_t *digest = *self;
    if (!digest)
        return;
    free(digest->front);
    free(digest->tags);
    free(digest->links);
    names_clear(&digest->strings);
    free(digest);
    *self = NULL;
}
