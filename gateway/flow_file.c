// Attachments: files beside a page, served so that nothing in them can act in our name
#include "flows.h"

#include <stdio.h>
#include <string.h>

#include "api.h"
#include "attach.h"
#include "media.h"
#include "range.h"

enum { CACHE_FILE_MAX = 256 * 1024 };

static const char *
disposition(const web_t *self, const char *file, media_showing_t showing)
{
    const char *slash = strrchr(file, '/');
    const char *word = showing == MEDIA_SAVE? "attachment": "inline";
    return arena_printf(self->arena, "%s; filename*=UTF-8''%s", word, web_encode(self, slash? slash + 1: file));
}

// A file, or the part of it that the request asks for.
typedef struct {
    store_read_rep_t file;
    range_kind_t kind;
    range_t range;
} served_t;

static const char *
tag_of(const web_t *self, const store_read_rep_t *file)
{
    return arena_printf(self->arena, "\"%s\"", file->blob);
}

static code_t
answer_outside(web_t *self, const served_t *served)
{
    static const char why[] = "The file has no such part.";
    code_t code = self->api? api_refuse(self, 416, why): web_text(self, 416, "text/plain; charset=utf-8", why);
    web_header(self, "content-range", arena_printf(self->arena, "bytes */%lld", (long long)served->file.total));
    return code;
}

static code_t
answer_file(web_t *self, const served_t *served, const char *revision)
{
    const store_read_rep_t *file = &served->file;
    const media_t *kind = media_of(file->file);
    size_t size = 0;
    if (served->kind == RANGE_OUTSIDE)
        return answer_outside(self, served);
    const char *bytes = web_blob(self, 0, &size);
    bool part = served->kind == RANGE_PART;
    if (!*revision && !part && size <= CACHE_FILE_MAX)
        web_cacheable(self, file->commit);
    code_t code = web_bytes(self, kind->type, bytes, size);
    if (part) {
        long long first = served->range.first, last = first + (long long)size - 1, total = file->total;
        self->reply->status = 206;
        web_header(self, "content-range", arena_printf(self->arena, "bytes %lld-%lld/%lld", first, last, total));
    }
    web_header(self, "accept-ranges", "bytes");
    web_header(self, "etag", tag_of(self, file));
    web_header(self, "content-disposition", disposition(self, file->file, kind->showing));
    web_header(self, "cache-control", *revision? "max-age=604800, immutable": "no-cache");
    if (kind->showing != MEDIA_SHOW)
        web_header(self, "content-security-policy", media_sandbox);
    return code;
}

// The part is of what the client has the rest of, or it gets the whole file.
static range_kind_t
wanted_range(const web_t *self, served_t *served)
{
    const char *condition = event_header(self->request, "if-range");
    if (condition && strcmp(condition, tag_of(self, &served->file)) != 0)
        return RANGE_ALL;
    return range_read(event_header(self->request, "range"), served->file.total, &served->range);
}

// A request for a part asks twice: how large it is, then at the same commit for these bytes alone.
static code_t
read_exact(web_t *self, const char *path, const char *revision, served_t *served)
{
    store_read_req_t read = { .caller = self->caller, .path = path, .exact = true, .commit = revision };
    read.stat = self->box_width > 0 || event_header(self->request, "range") != NULL;
    code_t code = web_ask(self, &call_store_read, &read, NULL, &served->file);
    if (code != OK || !read.stat || self->box_width > 0)
        return code;
    served->kind = wanted_range(self, served);
    if (served->kind == RANGE_OUTSIDE)
        return OK;
    read.stat = false;
    read.commit = served->file.commit;
    if (served->kind == RANGE_PART) {
        read.offset = served->range.first;
        read.size = served->range.size;
    }
    return web_ask(self, &call_store_read, &read, NULL, &served->file);
}

// Drawings are small by nature; what is no picture has no small one.
static code_t
answer_small(web_t *self, served_t *served, const char *revision)
{
    const media_t *media = media_of(served->file.file);
    if (media->thumbnail)
        return serve_thumbnail(self, &served->file, self->box_width, self->box_height);
    self->box_width = 0;
    if (!media_is_image(media))
        return web_refuse(self, NOT_FOUND, "There is no small picture of this kind of file.");
    code_t code = read_exact(self, served->file.file, served->file.commit, served);
    return code == OK? answer_file(self, served, revision): code;
}

code_t
serve_file(web_t *self, const char *path, const char *revision)
{
    served_t served = { .kind = RANGE_ALL };
    if (self->box_width == 0)
        thumbnail_wanted(self, &self->box_width, &self->box_height);
    code_t code = page_path_check(path, NULL) == OK? read_exact(self, path, revision, &served): NOT_FOUND;
    const char *slash = strrchr(path, '/');
    if (code == NOT_FOUND && slash && slash[1]) {
        char folder[PAGE_ID_SIZE];
        const char *page = arena_copy(self->arena, path, (size_t)(slash - path));
        code = attach_page_folder(self, page, revision, folder);
        const char *there = code == OK? arena_printf(self->arena, "%s%s", folder, slash): path;
        if (code == OK && strcmp(there, path) != 0)
            code = page_path_check(there, NULL) == OK? read_exact(self, there, revision, &served): NOT_FOUND;
        else
            code = NOT_FOUND;
    }
    if (code != OK)
        return code;
    return self->box_width > 0? answer_small(self, &served, revision): answer_file(self, &served, revision);
}

code_t
flow_file(web_t *self)
{
    code_t code = web_take_revision(self);
    if (code != OK)
        return code;
    const char *path = arena_printf(self->arena, "%s/%s", self->path, self->file);
    code = serve_file(self, path, self->revision);
    if (code != NOT_FOUND)
        return code;
    int size = snprintf(self->path, sizeof self->path, "%s", arena_printf(self->arena, "%s/a/%s", self->path,
                                                                          self->file));
    return size < (int)sizeof self->path? flow_view(self): NOT_FOUND;   // a page in a folder named "a"
}
