#include "actor.h"
#include "render.h"
#include "render_cache.h"
#include "render_digest.h"
#include "render_rewrite.h"
#include "render_section.h"
#include "render_thumbnail.h"

enum {
    ROWS_BYTES = 160 << 10,                     // what the rows of render.section may take of an answer
    DIGEST_BYTES = 216 << 10,                   // what headings and links may take of one of render.digest
    DIGEST_RECORD = 60,                         // of a heading or a link, besides its texts
};

typedef struct {
    render_cache_t *pages;
    thumbnails_t *thumbnails;                   // of the serial worker alone; NULL until the first
} state_t;

static void
on_close(void **state)
{
    state_t *self = *state;
    if (!self)
        return;
    render_cache_destroy(&self->pages);
    thumbnails_destroy(&self->thumbnails);
    free(self);
    *state = NULL;
}

static code_t
on_open(void **state, zconfig_t *config)
{
    (void)config;                               // a pure function needs no settings
    state_t *self = *state = calloc(1, sizeof *self);
    if (self)
        self->pages = render_cache_new(LIMIT_RENDER_CACHE_BYTES);
    if (self && self->pages)
        return OK;
    on_close(state);
    return INTERNAL;
}

static const char *
copy(call_t *call, const char *text)
{
    return arena_copy(call->arena, text, strlen(text));
}

static render_heading_t
heading(call_t *call, const rendered_heading_t *from)
{
    return (render_heading_t) { .level = from->level, .id = copy(call, from->id), .text = copy(call, from->text),
                                .line = (int64_t)from->line, .last_line = (int64_t)from->last_line,
                                .start = (int64_t)from->start, .end = (int64_t)from->end };
}

// The answer is encoded when the page may be gone from the cache, so it owns what it says.
static void
answer(call_t *call, const render_t *page, render_page_rep_t *rep)
{
    rep->title = copy(call, page->title);
    rep->cut = page->cut;
    rep->titled = page->titled;
    rep->headings = arena_alloc(call->arena, page->heading_count * sizeof *rep->headings + 1);
    rep->headings_count = page->heading_count;
    for (size_t i = 0; i < page->heading_count; i++)
        rep->headings[i] = heading(call, &page->headings[i]);
    rep->links = arena_alloc(call->arena, page->link_count * sizeof *rep->links + 1);
    rep->links_count = page->link_count;
    for (size_t i = 0; i < page->link_count; i++) {
        const rendered_link_t *from = &page->links[i];
        rep->links[i] = (render_link_t) { .target = copy(call, from->target), .offset = (int64_t)from->offset,
                                          .image = from->image };
    }
    zframe_t *html = zframe_new(page->html, page->html_size);
    call_add_blob(call, &html);
    zframe_t *text = page->text? zframe_new(page->text, page->text_size): NULL;
    if (text)
        call_add_blob(call, &text);
}

static render_options_t
options_of(const render_style_t *style, const char *page)
{
    return (render_options_t) { .naming = { .retain_case = style->retain_case, .underscores = style->underscores },
                                .target_first = style->target_first, .new_tab = style->new_tab, .page = page };
}

typedef struct { const char *blob; render_options_t options; render_t made; const render_t *page; } wanted_t;

// The page from the cache, or rendered from blob 0: then `made` is it, unless the cache took it.
static code_t
take_page(const state_t *self, call_t *call, wanted_t *wanted)
{
    wanted->page = *wanted->blob? render_cache_get(self->pages, wanted->blob, &wanted->options): NULL;
    if (wanted->page)
        return OK;
    if (!call->blob)
        return call_fail(call, INVALID, "no text in blob 0");
    if (call->quick && zframe_size(call->blob) > LIMIT_QUICK_BYTES)
        return LATER;
    const char *text = (const char *)zframe_data(call->blob);
    code_t code = render_page(&wanted->options, text, zframe_size(call->blob), &wanted->made);
    if (code != OK)
        return call_fail(call, code, "%s: cannot be shown as a page", wanted->options.page);
    bool kept = *wanted->blob
                && render_cache_put(self->pages, wanted->blob, &wanted->options, &wanted->made, &wanted->page);
    if (!kept)
        wanted->page = &wanted->made;
    return OK;
}

static code_t
on_page(void *state, call_t *call, const void *request, void *reply)
{
    const render_page_req_t *req = request;
    wanted_t wanted = { .blob = req->blob, .options = options_of(&req->style, req->page) };
    wanted.options.text = req->text;
    code_t code = take_page(state, call, &wanted);
    if (code == OK)
        answer(call, wanted.page, reply);
    render_clear(&wanted.made);
    return code;
}

// Headings come first: the renderer bounds them, so links have room always.
static void
add_headings(call_t *call, const render_t *page, render_digest_rep_t *rep, size_t *bytes)
{
    rep->headings = arena_alloc(call->arena, page->heading_count * sizeof *rep->headings + 1);
    rep->headings_count = page->heading_count;
    for (size_t i = 0; i < page->heading_count; i++) {
        rep->headings[i] = heading(call, &page->headings[i]);
        *bytes += DIGEST_RECORD + strlen(page->headings[i].id) + strlen(page->headings[i].text);
    }
}

static void
add_links(call_t *call, const digest_t *digest, render_digest_rep_t *rep, size_t bytes)
{
    rep->links = arena_alloc(call->arena, digest->link_count * sizeof *rep->links + 1);
    for (size_t i = 0; i < digest->link_count; i++) {
        const digest_link_t *from = &digest->links[i];
        bytes += DIGEST_RECORD + strlen(from->target) + strlen(from->anchor);
        if (bytes > DIGEST_BYTES || rep->links_count == LIMIT_LINKS)
            return;
        rep->links[rep->links_count++] = (render_reference_t) {
            .target = copy(call, from->target), .anchor = copy(call, from->anchor), .line = (int64_t)from->line,
            .kind = from->kind == 'w'? "wiki": from->kind == 'i'? "image": "link" };
    }
}

// Those that did not fit into the record, as a blob.
static void
add_other_links(call_t *call, const digest_t *digest, size_t from)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = from; out && i < digest->link_count; i++) {
        const digest_link_t *link = &digest->links[i];
        fprintf(out, "%c\t%zu\t%s\t%s\n", link->kind, link->line, link->target, link->anchor);
    }
    if (out && fclose(out) == 0) {
        zframe_t *blob = zframe_new(text, size);
        call_add_blob(call, &blob);
    }
    free(text);
}

static void
answer_digest(call_t *call, const render_t *page, render_digest_rep_t *rep)
{
    size_t bytes = 0;
    const digest_t *digest = page->digest;
    const char **tags = arena_alloc(call->arena, digest->tag_count * sizeof *tags + 1);
    for (size_t i = 0; i < digest->tag_count; i++)
        tags[i] = copy(call, digest->tags[i]);
    rep->title = copy(call, digest->title);
    rep->heading = copy(call, digest->heading);
    rep->category = copy(call, digest->category);
    rep->tags = tags;
    rep->tags_count = digest->tag_count;
    rep->body = (int64_t)digest->body;
    rep->words = (int64_t)digest->words;
    rep->cut = digest->cut;
    add_headings(call, page, rep, &bytes);
    add_links(call, digest, rep, bytes);
    zframe_t *front = zframe_new(digest->front, digest->front_size);
    call_add_blob(call, &front);
    if (rep->links_count < digest->link_count)
        add_other_links(call, digest, rep->links_count);
}

static code_t
on_digest(void *state, call_t *call, const void *request, void *reply)
{
    const render_digest_req_t *req = request;
    wanted_t wanted = { .blob = req->blob, .options = options_of(&req->style, req->page) };
    wanted.options.digest = true;
    code_t code = take_page(state, call, &wanted);
    if (code == OK)
        answer_digest(call, wanted.page, reply);
    render_clear(&wanted.made);
    return code;
}

// What the section may be: those of its name, or all.
static void
add_rows(call_t *call, const render_t *page, const char *query, render_section_rep_t *rep)
{
    char path[SECTION_PATH_BYTES + 1];
    size_t bytes = 0;
    rep->rows = arena_alloc(call->arena, page->heading_count * sizeof *rep->rows + 1);
    for (size_t i = 0; i < page->heading_count && bytes < ROWS_BYTES; i++) {
        if (rep->several && !section_matches(page, i, query))
            continue;
        section_path(page, i, path, sizeof path);
        rep->rows[rep->rows_count++] = (render_section_row_t) { .path = copy(call, path),
                                                                .id = copy(call, page->headings[i].id) };
        bytes += strlen(path) + strlen(page->headings[i].id) + 24;
    }
}

static code_t
on_section(void *state, call_t *call, const void *request, void *reply)
{
    const render_section_req_t *req = request;
    render_section_rep_t *rep = reply;
    wanted_t wanted = { .blob = req->blob, .options = { .page = "" } };
    char path[SECTION_PATH_BYTES + 1];
    size_t index = 0;
    code_t code = take_page(state, call, &wanted);
    if (code != OK)
        return code;
    code_t found = section_find(wanted.page, req->section, &index);
    rep->found = found == OK;
    rep->several = found == CONFLICT;
    if (rep->found) {
        section_path(wanted.page, index, path, sizeof path);
        rep->path = copy(call, path);
        rep->heading = heading(call, &wanted.page->headings[index]);
    } else {
        add_rows(call, wanted.page, req->section, rep);
    }
    render_clear(&wanted.made);
    return OK;
}

static code_t
on_rewrite(void *state, call_t *call, const void *request, void *reply)
{
    (void)state;
    const render_rewrite_req_t *req = request;
    render_rewrite_rep_t *rep = reply;
    const render_options_t options = options_of(&req->style, req->page);
    render_move_t *rows = arena_alloc(call->arena, req->moves_count * sizeof *rows + 1);
    const render_moves_t moves = { .rows = rows, .count = req->moves_count };
    rewritten_t text;
    for (size_t i = 0; i < moves.count; i++)
        rows[i] = (render_move_t) { .from = req->moves[i].from, .to = req->moves[i].to,
                                    .exact = req->moves[i].exact, .alone = req->moves[i].alone,
                                    .as_is = req->moves[i].as_is };
    if (!call->blob)
        return call_fail(call, INVALID, "render.rewrite: no text in blob 0");
    code_t code = render_rewrite(&options, &moves, (const char *)zframe_data(call->blob), zframe_size(call->blob),
                                 &text);
    if (code != OK)
        return call_fail(call, code, "%s: its links cannot be followed", req->page);
    rep->count = (int64_t)text.count;
    rep->missed = (int64_t)text.missed;
    zframe_t *blob = text.text? zframe_new(text.text, text.size): NULL;
    if (blob)
        call_add_blob(call, &blob);
    rewritten_clear(&text);
    return OK;
}

// One at a time, on a worker of its own: many pixels are held for a moment, and pages do not wait for it.
static code_t
on_thumbnail(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const render_thumbnail_req_t *req = request;
    render_thumbnail_rep_t *rep = reply;
    if (req->width < 1 || req->height < 1)
        return call_fail(call, INVALID, "a thumbnail has at least one pixel");
    const box_t box = { (size_t)req->width, (size_t)req->height };
    thumbnail_t made = { 0 };
    if (!self->thumbnails && !(self->thumbnails = thumbnails_new()))
        return INTERNAL;
    const thumbnail_t *kept = *req->blob? thumbnails_get(self->thumbnails, req->blob, box): NULL;
    if (!kept && !call->blob)
        return call_fail(call, NOT_FOUND, "render.thumbnail: no picture in blob 0, and none is kept");
    bytes_t file = { call->blob? zframe_data(call->blob): NULL, call->blob? zframe_size(call->blob): 0 };
    code_t code = kept? OK: render_thumbnail(file, box, &made);
    if (code != OK)
        return call_fail(call, code, code == TOO_LARGE? "the picture is too large to be made small":
                                     "this is no picture that can be made small");
    if (!kept)
        kept = *req->blob? thumbnails_put(self->thumbnails, req->blob, box, &made): &made;
    rep->width = (int64_t)kept->box.width;
    rep->height = (int64_t)kept->box.height;
    zframe_t *webp = zframe_new(kept->data, kept->size);
    call_add_blob(call, &webp);
    thumbnail_clear(&made);
    return OK;
}

static const route_t routes[] = {
    { .call = &call_render_page, .handle = on_page, .quick = true },
    { .call = &call_render_digest, .handle = on_digest, .quick = true },
    { .call = &call_render_rewrite, .handle = on_rewrite },
    { .call = &call_render_section, .handle = on_section },
    { .call = &call_render_thumbnail, .handle = on_thumbnail, .serial = true },
    { .call = NULL },
};

const actor_t render_actor = { .name = "render", .open = on_open, .close = on_close, .routes = routes };
