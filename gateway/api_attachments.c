// Attachments as JSON: listed, read, stored, deleted
#include <string.h>

#include "api_attachment.h"
#include "api_rows.h"
#include "base64.h"
#include "safe_name.h"

// ---- the list ----------------------------------------------------------------------------------------------------
static json_t *
modified(web_t *self, const char *file)
{
    index_history_req_t ask = { .caller = self->caller, .path = file, .exact = true, .limit = 1 };
    index_history_rep_t found = { .rows_count = 0 };
    size_t kept = self->kept_count;
    ask.at_least = api_seen(self);
    code_t code = api_index(self, &call_index_history, &ask, &found);
    bool known = code == OK && found.rows_count > 0;
    json_t *when = known? api_when(found.rows[0].when, found.rows[0].zone): json_null();
    web_let_go(self, kept);
    return when;
}

static json_t *
attachment_row(web_t *self, const store_entry_t *entry)
{
    const char *name = strrchr(entry->file, '/') + 1;
    json_t *row = json_object();
    json_object_set_new(row, "filename", api_text(name));
    json_object_set_new(row, "size", json_integer(entry->size));
    json_object_set_new(row, "mime_type", json_string(attachment_mime(self, name)));
    json_object_set_new(row, "last_modified", modified(self, entry->file));
    return row;
}

// Those of the folder itself, until there are enough.
static void
take_entries(web_t *self, api_rows_t *rows, const store_list_rep_t *found, size_t prefix)
{
    for (size_t i = 0; i < found->rows_count; i++) {
        const store_entry_t *entry = &found->rows[i];
        if (rows->limit > 0 && rows->count == rows->limit)
            return;
        snprintf(rows->cursor, sizeof rows->cursor, "%s", entry->file);
        if (!strchr(entry->file + prefix, '/'))
            api_rows_add(rows, attachment_row(self, entry));
    }
}

static code_t
read_entries(web_t *self, api_rows_t *rows, const char *folder)
{
    bool more = true;
    store_list_req_t list = { .caller = self->caller, .files = true };
    list.prefix = arena_printf(self->arena, "%s/", folder);
    while (more) {
        store_list_rep_t found = { 0 };
        size_t kept = self->kept_count;
        list.cursor = arena_copy(self->arena, rows->cursor, strlen(rows->cursor));
        code_t code = web_ask(self, &call_store_list, &list, NULL, &found);
        if (code != OK)
            return code;
        take_entries(self, rows, &found, strlen(list.prefix));
        bool all = found.rows_count == 0 || strcmp(rows->cursor, found.rows[found.rows_count - 1].file) == 0;
        const char *cursor = all && !*found.cursor? "": rows->cursor;
        cursor = arena_copy(self->arena, cursor, strlen(cursor));
        more = api_rows_next(self, rows, cursor, found.commit, kept);
    }
    return OK;
}

code_t
api_attachment_list(web_t *self)
{
    char folder[PAGE_ID_SIZE];
    api_rows_t rows;
    api_page_t page;
    if (!api_rows_begin(self, &rows, "attachments"))
        return OK;
    code_t code = api_find(self, self->api->path, &page);
    if (code != OK || !page.found)
        return code == OK? api_no_page(self): code;
    page_folder(page.file, folder);
    code = read_entries(self, &rows, folder);
    if (code == OK) {
        json_t *rest = json_pack("{s:o, s:I}", "path", api_text(page.display), "total", (json_int_t)rows.count);
        return api_rows_answer(self, &rows, 1, rest);
    }
    api_rows_clear(&rows);
    return code;
}

// ---- one of them -------------------------------------------------------------------------------------------------
static code_t
answer_content(web_t *self, const attachment_t *attachment)
{
    size_t size = 0;
    const unsigned char *bytes = (const unsigned char *)web_blob(self, 0, &size);
    if (base64_size(size) > LIMIT_BLOB_BYTES - LIMIT_BODY_BYTES)
        return api_refuse_of(self, 413, "%s is too large for base64: read it at .../raw", attachment->name);
    char *text = malloc(base64_size(size) + 1);
    if (!text)
        return INTERNAL;
    base64_encode(bytes, size, text);
    json_t *json = json_pack("{s:o, s:o, s:I, s:s}", "filename", api_text(attachment->name), "content",
                             json_stringn_nocheck(text, base64_size(size)), "size", (json_int_t)size, "mime_type",
                             attachment->mime);
    free(text);
    self->api->commit = attachment->found.commit;
    return api_answer(self, 200, json);
}

code_t
api_attachment_get(web_t *self)
{
    attachment_t attachment;
    code_t code;
    if (!attachment_page(self, &attachment, self->api->name, &code))
        return code;
    code = attachment_find(self, &attachment);
    if (code == OK) {
        store_read_req_t read = { .caller = self->caller, .path = attachment.file, .exact = true };
        read.commit = attachment.found.commit;
        code = web_ask(self, &call_store_read, &read, NULL, &attachment.found);
    }
    if (code == NOT_FOUND)
        return attachment_missing(self);
    return code == OK? answer_content(self, &attachment): code;
}

// ---- changes -----------------------------------------------------------------------------------------------------
// The fields that every change may have. False: the request has been refused.
static bool
read_change(web_t *self, const char *action, const char *name, attachment_change_t *change)
{
    if (!api_string(self, "commit_message", &change->message, NULL) ||
        !api_string(self, "revision", &change->revision, NULL) || !api_take_key(self))
        return false;
    change->revision = change->revision? change->revision: "";
    if (!change->message || !*change->message)
        change->message = arena_printf(self->arena, "[api] %s: %s", action, name);
    if (strlen(change->message) <= LIMIT_MESSAGE_TEXT_BYTES)
        return true;
    api_refuse_of(self, 422, "commit_message has more than %d bytes", LIMIT_MESSAGE_TEXT_BYTES);
    return false;
}

// The bytes of `content`. NULL: the request has been refused.
static zframe_t *
read_content(web_t *self, const char *text, size_t size)
{
    unsigned char *bytes = malloc(3 * (size / 4) + 6);
    size_t decoded = 0;
    zframe_t *frame = NULL;
    if (!bytes)
        abort();
    if (base64_decode(text, size, bytes, &decoded) != OK)
        api_refuse(self, 422, "Invalid base64 content");
    else if (decoded > LIMIT_ATTACHMENT_BYTES)
        api_refuse(self, 422, "Attachment too large (max 10MB)");
    else
        frame = zframe_new(bytes, decoded);
    free(bytes);
    return frame;
}

static code_t
store_content(web_t *self, const char *name, zframe_t **bytes)
{
    attachment_t attachment;
    attachment_change_t change;
    code_t code = OK;
    size_t size = zframe_size(*bytes);
    if (!attachment_page(self, &attachment, name, &code))
        return code;
    if (page_path_check(attachment.file, NULL) != OK)
        return api_refuse(self, 422, "Invalid filename");
    if (!read_change(self, "Attach", name, &change) ||
        !attachment_commit(self, &attachment, &change, bytes, &code))
        return code;
    return attachment_stored(self, 201, &attachment, size);
}

code_t
api_attachment_post(web_t *self)
{
    static const char missing[] = "Request body must include 'filename' and 'content' fields";
    char name[PAGE_ID_SIZE];
    const json_t *body = api_body(self);
    const json_t *filename = json_object_get(body, "filename"), *content = json_object_get(body, "content");
    if (!json_is_string(filename) || !json_is_string(content))
        return api_refuse(self, 422, missing);
    zframe_t *bytes = read_content(self, json_string_value(content), json_string_length(content));
    if (!bytes)
        return OK;
    code_t code = safe_name(json_string_value(filename), name) == OK? store_content(self, name, &bytes)
                                                                    : api_refuse(self, 422, "Invalid filename");
    zframe_destroy(&bytes);
    return code;
}

code_t
api_attachment_delete(web_t *self)
{
    attachment_t attachment;
    attachment_change_t change;
    code_t code;
    if (!attachment_page(self, &attachment, self->api->name, &code))
        return code;
    code = attachment_find(self, &attachment);
    if (code == NOT_FOUND)
        return attachment_missing(self);
    if (code != OK || !read_change(self, "Delete attachment", attachment.name, &change))
        return code;
    if (!attachment_commit(self, &attachment, &change, NULL, &code))
        return code == NOT_FOUND? attachment_missing(self): code;
    json_t *json = json_pack("{s:b, s:o}", "deleted", 1, "filename", api_text(attachment.name));
    return api_answer(self, 200, json);
}
