// The files beside a page: their list, and new ones; several at once are one commit
#include "flows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "media.h"

enum { ROWS = 100, FACTS_MS = 300, NAMES_MOST = 50 };

// What a redirect after a change wants to say; the query names one of these and nothing else.
static void
add_notice(web_t *self)
{
    static const char *const notices[][2] = {
        { "added", "Stored." },
        { "replaced", "The new version is stored. The one before is in the history of the file." },
        { "renamed", "The file has its new name, and links to it on this page lead there." },
        { "deleted", "The file is gone. Its history stays, so it can be brought back by undoing the change." },
    };
    const char *wanted = web_query(self, "notice");
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
        if (strcmp(wanted, notices[i][0]) == 0)
            value_text(self->data, KEY_notice, notices[i][1]);
}

static code_t
read_rows(web_t *self, const char *id, const char *folder, store_list_rep_t *found)
{
    const char *prefix = arena_printf(self->arena, "%s/", folder);
    store_list_req_t list = { .caller = self->caller, .prefix = prefix, .files = true, .limit = ROWS };
    list.cursor = web_cursor(self);
    code_t code = web_ask(self, &call_store_list, &list, NULL, found);
    if (code != OK)
        return code;
    int64_t until = msg_steady_ms() + FACTS_MS;
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = 0; i < found->rows_count; i++) {
        const store_entry_t *entry = &found->rows[i];
        if (strchr(entry->file + strlen(prefix), '/'))
            continue;                           // of a sub-page
        value_t *row = value_add(rows);
        attach_row(self, row, id, entry);
        attach_last_change(self, row, entry->file, found->commit, until);
    }
    web_pager(self, "", found->cursor);
    return OK;
}

// The list with its form; `alert` says what went wrong, NULL: nothing.
static code_t
attachments_page(web_t *self, const char *id, int status, const char *alert)
{
    char folder[PAGE_ID_SIZE];
    store_list_rep_t found = { 0 };
    code_t code = attach_folder(self, id, "", folder);
    if (code == OK)
        code = read_rows(self, id, folder, &found);
    if (code != OK)
        return code;
    const char *head = web_surround(self, id);
    web_title(self, arena_printf(self->arena, "Attachments of %s", web_name(self, id)));
    value_text(self->data, KEY_alert, alert);
    value_text(self->data, KEY_revision, found.commit);
    value_text(self->data, KEY_message, web_field(self, "message"));
    value_int(self->data, KEY_limit, LIMIT_ATTACHMENT_BYTES >> 20);
    value_flag(self->data, KEY_at_attachments, true);
    value_flag(self->data, KEY_noindex, true);
    add_notice(self);
    if (strcmp(head, found.commit) == 0 && status == 200)
        web_cacheable(self, head);
    return web_page(self, status, "attachments");
}

code_t
flow_attachments(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    return code == OK? attachments_page(self, id, 200, NULL): code;
}

// Why an upload failed, as the page that it was sent from.
static code_t
answer_refused(web_t *self, const upload_t *upload, code_t code)
{
    if (!upload->why)
        return code;
    self->why = NULL;
    return attachments_page(self, upload->page, code_http_status(code), upload->why);
}

// To the page of this request; lives as long as it.
static code_t
begin_upload(web_t *self, upload_t **upload)
{
    char *id = arena_alloc(self->arena, PAGE_ID_SIZE), *folder = arena_alloc(self->arena, PAGE_ID_SIZE);
    code_t code = web_page_id(self, id);
    if (code == OK)
        code = attach_folder(self, id, "", folder);
    *upload = arena_alloc(self->arena, sizeof **upload);
    **upload = (upload_t){ .page = id, .folder = folder };
    return code;
}

code_t
flow_attachments_post(web_t *self)
{
    upload_t *upload = NULL;
    code_t code = begin_upload(self, &upload);
    if (code != OK)
        return code;
    upload->only = web_field(self, "filename");
    code = upload_read(self, upload);
    if (code == OK)
        code = upload_commit(self, upload, web_field(self, "message"));
    if (code != OK)
        return answer_refused(self, upload, code);
    const char *suffix = *upload->only? "/attachments?notice=replaced": "/attachments?notice=added";
    return web_redirect(self, 303, web_url(self, upload->page, suffix));
}

// ---- pasted and dropped into the editor --------------------------------------------------------------------------
static code_t
answer_json(web_t *self, int status, json_t *json)
{
    char *text = json? json_dumps(json, JSON_COMPACT): NULL;
    json_decref(json);
    if (!text)
        return INTERNAL;
    code_t code = web_text(self, status, "application/json", text);
    free(text);
    return code;
}

static code_t
answer_stored(web_t *self, const upload_t *upload)
{
    json_t *all = json_array();
    for (size_t i = 0; i < upload->count; i++)
        json_array_append_new(all, json_pack("{s:s, s:s}", "filename", upload->names[i], "url",
                                             attach_url(self, upload->page, "/a/", upload->names[i])));
    const char *last = upload->names[upload->count - 1];
    return answer_json(self, 200, json_pack("{s:s, s:o}", "filename", arena_printf(self->arena, "./%s", last),
                                            "attachments", all));
}

// "picture-2.png" if there is a picture.png: what is pasted never takes the place of something else.
static code_t
free_name(web_t *self, upload_t *upload, size_t index)
{
    const char *paths[NAMES_MOST], *name = upload->names[index], *dot = strrchr(name, '.');
    int stem = (int)(dot && dot > name? (size_t)(dot - name): strlen(name));
    store_exists_req_t exists = { .caller = self->caller, .paths = paths };
    store_exists_rep_t found = { 0 };
    paths[0] = upload->changes[index].path;
    for (exists.paths_count = 1; exists.paths_count < NAMES_MOST; exists.paths_count++) {
        size_t i = exists.paths_count;
        paths[i] = arena_printf(self->arena, "%s/%.*s-%zu%s", upload->folder, stem, name, i + 1, name + stem);
        if (page_path_check(paths[i], NULL) != OK)
            break;
    }
    code_t code = web_ask(self, &call_store_exists, &exists, NULL, &found);
    size_t chosen = code == OK? strcspn(found.kinds, "0"): 0;
    if (code == OK && chosen >= exists.paths_count) {
        upload->why = "There are too many files of this name already.";
        return CONFLICT;
    }
    upload->changes[index].path = paths[chosen];
    upload->changes[index].base = "";
    upload->names[index] = paths[chosen] + strlen(upload->folder) + 1;
    return code;
}

code_t
flow_inline_attachment(web_t *self)
{
    upload_t *upload = NULL;
    code_t code = begin_upload(self, &upload);
    if (code != OK)
        return code;
    code = upload_read(self, upload);
    for (size_t i = 0; code == OK && i < upload->count; i++)
        code = free_name(self, upload, i);
    if (code == OK)
        code = upload_commit(self, upload, "Uploaded via inline attachment");
    if (code == OK)
        return answer_stored(self, upload);
    const char *why = upload->why? upload->why: code_text(code);
    return answer_json(self, code_http_status(code), json_pack("{s:s}", "error", why));
}
