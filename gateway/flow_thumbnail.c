// Small pictures of attachments: made by the renderer, which keeps them by the file's content
#include "flows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "media.h"

enum { SIDE = 80 };

// A number of the query, 0 if there is none, within what a thumbnail may have.
static int64_t
query_side(const web_t *self, const char *name)
{
    const char *text = web_query(self, name);
    int64_t side = strspn(text, "0123456789") == strlen(text)? strtoll(text, NULL, 10): 0;
    return side < LIMIT_THUMBNAIL_SIDE? side: LIMIT_THUMBNAIL_SIDE;
}

static int64_t
or_most(int64_t side)
{
    return side > 0? side: LIMIT_THUMBNAIL_SIDE;
}

bool
thumbnail_wanted(const web_t *self, int64_t *width, int64_t *height)
{
    bool bare = event_query(self->request, self->arena, "thumbnail") != NULL;
    int64_t box = query_side(self, "thumbnail");
    if (box == 0)
        box = query_side(self, "size");
    *width = query_side(self, "width");
    *height = query_side(self, "height");
    if (!bare && !box && !*width && !*height)
        return false;
    bool sides = *width > 0 || *height > 0;
    *width = sides? or_most(*width): box > 0? box: SIDE;
    *height = sides? or_most(*height): box > 0? box: SIDE;
    return true;
}

// Asks the renderer, first without the file: it may have the picture.
static code_t
ask_thumbnail(web_t *self, const store_read_rep_t *file, render_thumbnail_req_t *wanted)
{
    render_thumbnail_rep_t made = { 0 };
    store_read_rep_t whole = { 0 };
    wanted->blob = file->blob;
    code_t code = web_ask(self, &call_render_thumbnail, wanted, NULL, &made);
    if (code != NOT_FOUND)
        return code;
    store_read_req_t read = { .caller = self->caller, .path = file->file, .exact = true, .commit = file->commit };
    code = web_ask(self, &call_store_read, &read, NULL, &whole);
    zframe_t *blob = code == OK? msg_take_blob(self->answer): NULL;
    return blob? web_ask(self, &call_render_thumbnail, wanted, &blob, &made): code == OK? UNSUPPORTED: code;
}

code_t
serve_thumbnail(web_t *self, const store_read_rep_t *file, int64_t width, int64_t height)
{
    size_t size = 0;
    render_thumbnail_req_t wanted = { .width = width, .height = height };
    code_t code = file->total > LIMIT_ATTACHMENT_BYTES? TOO_LARGE: ask_thumbnail(self, file, &wanted);
    if (code == UNSUPPORTED || code == TOO_LARGE)
        return web_refuse(self, code, "There can be no small picture of this file.");
    if (code != OK)
        return code;
    const char *bytes = web_blob(self, 0, &size);
    code = web_bytes(self, "image/webp", bytes, size);
    if (!*self->revision)
        web_cacheable(self, file->commit);
    // Pages name the content that they mean ("v"), so that theirs can be kept by browsers; as long as Otterwiki's.
    web_header(self, "cache-control", *web_query(self, "v")? "max-age=3600": "no-cache");
    return code;
}

code_t
flow_thumbnail(web_t *self)
{
    code_t code = web_take_revision(self);
    if (code != OK)
        return code;
    int64_t side = *self->number? strtoll(self->number, NULL, 10): SIDE;
    self->box_width = self->box_height = side < 1? 1: side < LIMIT_THUMBNAIL_SIDE? side: LIMIT_THUMBNAIL_SIDE;
    const char *path = arena_printf(self->arena, "%s/%s", self->path, self->file);
    code = serve_file(self, path, self->revision);
    if (code != NOT_FOUND)
        return code;
    const char *number = *self->number? arena_printf(self->arena, "/%s", self->number): "";
    int size = snprintf(self->path, sizeof self->path, "%s",
                        arena_printf(self->arena, "%s/t/%s%s", self->path, self->file, number));
    self->box_width = self->box_height = 0;
    return size < (int)sizeof self->path? flow_view(self): NOT_FOUND;   // a page in a folder named "t"
}
