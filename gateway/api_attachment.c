#include "api_attachment.h"

#include <string.h>
#include <strings.h>

#include "media.h"

enum { TRIES = 5 };                             // a file may change between our look and our write

// ---- what it is --------------------------------------------------------------------------------------------------
// What the web serves as something harmless instead, or has no name for.
const char *
attachment_mime(const web_t *self, const char *name)
{
    static const char *const more[][2] = {
        { "css", "text/css" }, { "js", "text/javascript" }, { "mjs", "text/javascript" }, { "zip", "application/zip" },
        { "gz", "application/gzip" }, { "tar", "application/x-tar" }, { "yaml", "application/yaml" },
        { "yml", "application/yaml" }, { "doc", "application/msword" }, { "xls", "application/vnd.ms-excel" },
        { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
        { "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
        { "odt", "application/vnd.oasis.opendocument.text" }, { "log", "text/plain" },
    };
    const char *dot = strrchr(name, '.'), *type = media_of(name)->type;
    for (size_t i = 0; dot && i < sizeof more / sizeof *more; i++)
        if (strcasecmp(dot + 1, more[i][0]) == 0)
            return more[i][1];
    return arena_copy(self->arena, type, strcspn(type, ";"));
}

// ---- finding -----------------------------------------------------------------------------------------------------
bool
attachment_page(web_t *self, attachment_t *attachment, const char *name, code_t *code)
{
    char folder[PAGE_ID_SIZE];
    *attachment = (attachment_t){ .name = name, .file = "", .found = { .commit = "" } };
    *code = api_find(self, self->api->path, &attachment->page);
    if (*code == OK && !attachment->page.found)
        *code = api_no_page(self);
    if (*code != OK || !attachment->page.found)
        return false;
    page_folder(attachment->page.file, folder);
    attachment->file = arena_printf(self->arena, "%s/%s", folder, name);
    attachment->mime = attachment_mime(self, name);
    return true;
}

code_t
attachment_find(web_t *self, attachment_t *attachment)
{
    store_read_req_t read = { .caller = self->caller, .path = attachment->file, .exact = true, .stat = true };
    attachment->found = (store_read_rep_t){ .commit = "" };
    if (strchr(attachment->name, '/') || page_path_check(attachment->file, NULL) != OK ||
        page_is_page_file(attachment->name))
        return NOT_FOUND;
    return web_ask(self, &call_store_read, &read, NULL, &attachment->found);
}

code_t
attachment_missing(web_t *self)
{
    return api_refuse_of(self, 404, "Attachment not found: %s", self->api->name);
}

// ---- changing ----------------------------------------------------------------------------------------------------
static const char *
newest_commit(web_t *self, const attachment_t *attachment)
{
    index_history_req_t ask = { .caller = self->caller, .path = attachment->file, .exact = true, .limit = 1 };
    index_history_rep_t found = { .rows_count = 0 };
    code_t code = api_index(self, &call_index_history, &ask, &found);
    return code == OK && found.rows_count > 0? found.rows[0].commit: attachment->found.commit;
}

static code_t
refuse_stale(web_t *self, attachment_t *attachment)
{
    (void)attachment_find(self, attachment);
    json_t *json = json_pack("{s:s}", "error", "Revision mismatch: page has been modified since last read.");
    json_object_set_new(json, "current_revision", json_string(newest_commit(self, attachment)));
    return api_answer(self, 409, json);
}

// The commit that the client saw, in full. NOT_FOUND: there is no such commit, or the file was not there then.
static code_t
find_base(web_t *self, const attachment_t *attachment, const char *revision, const char **base)
{
    store_read_req_t read = { .caller = self->caller, .path = attachment->file, .exact = true, .commit = revision };
    store_read_rep_t found = { .commit = "" };
    read.stat = true;
    if (!page_is_revision(revision, strlen(revision)))
        return NOT_FOUND;
    code_t code = web_ask(self, &call_store_read, &read, NULL, &found);
    *base = found.commit;
    return code;
}

typedef struct { attachment_t *attachment; const char *message, *base; zframe_t *bytes; } writing_t;

static code_t
write_once(web_t *self, const writing_t *writing)
{
    size_t size = writing->bytes? zframe_size(writing->bytes): 0;
    store_change_t change = { .action = writing->bytes? "put": "delete", .path = writing->attachment->file,
                              .exact = true, .base = writing->base, .size = (int64_t)size };
    store_commit_req_t commit = { .changes = &change, .changes_count = 1, .no_merge = true };
    store_commit_rep_t done;
    code_t code = OK;
    zframe_t *copy = writing->bytes? zframe_dup(writing->bytes): NULL;
    commit.message = writing->message;
    (void)api_commit(self, &commit, &copy, &done, &code);       // ANSWERED: OK, and nothing was written
    return code;
}

// What nobody gave a revision for takes the place of whatever is there.
static code_t
write_over(web_t *self, writing_t *writing)
{
    code_t code = CONFLICT;
    for (int i = 0; i < TRIES && code == CONFLICT; i++) {
        code = attachment_find(self, writing->attachment);
        if (code == NOT_FOUND && !writing->bytes)
            return NOT_FOUND;
        if (code != OK && code != NOT_FOUND)
            return code;
        writing->base = writing->attachment->found.commit;
        code = write_once(self, writing);
    }
    return code;
}

bool
attachment_commit(web_t *self, attachment_t *attachment, const attachment_change_t *change, zframe_t **bytes,
                  code_t *code)
{
    writing_t writing = { .attachment = attachment, .message = change->message, .bytes = bytes? *bytes: NULL };
    *code = OK;
    if (*change->revision && strlen(change->revision) < 7) {
        *code = api_refuse(self, 422, "revision must be at least 7 characters");
    } else if (*change->revision) {
        *code = find_base(self, attachment, change->revision, &writing.base);
        if (*code == OK)
            *code = write_once(self, &writing);
        if (*code == NOT_FOUND || *code == CONFLICT)
            *code = refuse_stale(self, attachment);
    } else {
        *code = write_over(self, &writing);
    }
    if (bytes)
        zframe_destroy(bytes);
    return *code == OK && self->wrote;
}

code_t
attachment_stored(web_t *self, int status, const attachment_t *attachment, size_t size)
{
    json_t *json = json_object();
    json_object_set_new(json, "filename", api_text(attachment->name));
    json_object_set_new(json, "path", api_text(attachment->page.display));
    json_object_set_new(json, "size", json_integer((json_int_t)size));
    json_object_set_new(json, "mime_type", json_string(attachment->mime));
    return api_answer(self, status, json);
}
