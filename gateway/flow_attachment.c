// One file beside a page: its versions, a new version, another name, and its end
#include "flows.h"

#include <stdio.h>
#include <string.h>

#include "attach.h"
#include "media.h"

enum { HISTORY_ROWS = 50 };

// The file that the URL names.
typedef struct {
    char id[PAGE_ID_SIZE], folder[PAGE_ID_SIZE];
    store_entry_t entry;
    const char *commit;                         // that was read
} attachment_t;

static code_t
find_attachment(web_t *self, attachment_t *file)
{
    store_read_rep_t found = { 0 };
    code_t code = web_page_id(self, file->id);
    if (code == OK)
        code = attach_folder(self, file->id, "", file->folder);
    if (code != OK)
        return code;
    const char *path = arena_printf(self->arena, "%s/%s", file->folder, self->file);
    store_read_req_t read = { .caller = self->caller, .path = path, .exact = true, .stat = true };
    if (page_path_check(path, NULL) != OK || page_is_page_file(path))
        return web_refuse(self, NOT_FOUND, "There is no such file beside this page.");
    code = web_ask(self, &call_store_read, &read, NULL, &found);
    if (code == NOT_FOUND)
        return web_refuse(self, NOT_FOUND, "There is no such file beside this page.");
    file->entry = (store_entry_t){ .file = found.file, .blob = found.blob, .size = found.total };
    file->commit = found.commit;
    return code;
}

static code_t
add_history(web_t *self, const attachment_t *file)
{
    index_history_req_t history = { .caller = self->caller, .path = file->entry.file, .exact = true };
    history.at_least = file->commit;
    history.limit = HISTORY_ROWS;
    history.cursor = web_index_cursor(self);
    index_history_rep_t found = { 0 };
    code_t code = history_ask(self, &history, &found);
    if (code != OK && code != UNAVAILABLE)
        return code;
    value_t *rows = value_list(self->data, KEY_rows);
    value_flag(self->data, KEY_has_rows, found.rows_count > 0);
    for (size_t i = 0; i < found.rows_count; i++) {
        const index_commit_row_t *from = &found.rows[i];
        value_t *row = history_row(rows, from);
        // A version of before a rename lies under the name of then.
        const char *then = *from->file? from->file: file->entry.file;
        const char *name = strrchr(then, '/')? strrchr(then, '/') + 1: then;
        if (strcmp(from->change, "deleted") != 0)
            value_text(row, KEY_url, arena_printf(self->arena, "%s/%s", attach_url(self, file->id, "/a/", name),
                                                  from->commit));
    }
    web_pager(self, "", found.cursor);
    return OK;
}

// The file's own page; `alert` says what went wrong, NULL: nothing.
static code_t
attachment_page(web_t *self, const attachment_t *file, int status, const char *alert)
{
    code_t code = add_history(self, file);
    if (code != OK)
        return code;
    const char *head = web_surround(self, file->id);
    web_title(self, arena_printf(self->arena, "%s of %s", self->file, web_name(self, file->id)));
    value_t *row = value_add(value_list(self->data, KEY_files));
    attach_row(self, row, file->id, &file->entry);
    const char *typed = web_field(self, "new_filename");
    value_text(self->data, KEY_new_name, *typed? typed: self->file);
    value_text(self->data, KEY_message, web_field(self, "message"));
    value_text(self->data, KEY_alert, alert);
    value_text(self->data, KEY_revision, file->commit);
    value_int(self->data, KEY_limit, LIMIT_ATTACHMENT_BYTES >> 20);
    value_flag(self->data, KEY_at_attachments, true);
    value_flag(self->data, KEY_noindex, true);
    if (status == 200 && strcmp(head, file->commit) == 0)
        web_cacheable(self, head);
    return web_page(self, status, "attachment");
}

code_t
flow_attachment(web_t *self)
{
    attachment_t *file = arena_alloc(self->arena, sizeof *file);
    code_t code = find_attachment(self, file);
    return code == OK? attachment_page(self, file, 200, NULL): code;
}

// ---- what can be done with it ------------------------------------------------------------------------------------
static const char *
base_of(const web_t *self, const attachment_t *file)
{
    const char *base = upload_base(self);
    return *base? base: file->commit;
}

static code_t
answer_done(web_t *self, const attachment_t *file, const char *commit, const char *notice)
{
    web_follow(self, commit);
    return web_redirect(self, 303, web_url(self, file->id, notice));
}

static code_t
answer_failed(web_t *self, const attachment_t *file, code_t code)
{
    const char *why = self->why? self->why: self->answer? msg_error_text(self->answer): "";
    const char *text = arena_printf(self->arena, "Nothing was changed: %s.", *why? why: code_text(code));
    if (code == CONFLICT)
        text = "Somebody changed this file, or what it is to be called, after you opened the form. Nothing was "
               "changed. Look at it as it is now and try again.";
    return attachment_page(self, file, code_http_status(code), text);
}

static code_t
replace(web_t *self, const attachment_t *file)
{
    upload_t *upload = arena_alloc(self->arena, sizeof *upload);
    *upload = (upload_t){ .page = file->id, .folder = file->folder, .only = self->file };
    code_t code = upload_read(self, upload);
    if (code == OK && !*upload->changes[0].base)
        upload->changes[0].base = file->commit;
    if (code == OK)
        code = upload_commit(self, upload, web_field(self, "message"));
    if (code == OK)
        return answer_done(self, file, upload->commit, "/attachments?notice=replaced");
    return attachment_page(self, file, code_http_status(code), upload->why);
}

static code_t
delete(web_t *self, const attachment_t *file)
{
    store_change_t gone = { .action = "delete", .path = file->entry.file, .exact = true, .base = base_of(self, file) };
    store_commit_req_t commit = { .caller = self->caller, .changes = &gone, .changes_count = 1 };
    store_commit_rep_t done = { 0 };
    char id[MSG_ID_SIZE + 1];
    msg_new_id(id);
    commit.request_id = id;
    commit.message = web_field(self, "message");
    if (!*commit.message)
        commit.message = arena_printf(self->arena, "Deleted attachment: %s.", self->file);
    code_t code = web_ask(self, &call_store_commit, &commit, NULL, &done);
    if (code == OK)
        return answer_done(self, file, done.commit, "/attachments?notice=deleted");
    return answer_failed(self, file, code);
}

// The page with its links to the file leading to the new name, in *text; NULL: there is nothing to change.
static code_t
rewrite_links(web_t *self, const attachment_t *file, const char *name, store_change_t *put, zframe_t **text)
{
    page_move_t moves[2] = { { .exact = true }, { .exact = true } };
    store_read_req_t read = { .caller = self->caller, .path = file->id, .commit = file->commit };
    store_read_rep_t page = { 0 };
    render_rewrite_rep_t done = { 0 };
    code_t code = web_ask(self, &call_store_read, &read, NULL, &page);
    if (code != OK || page.binary)
        return code == OK || code == NOT_FOUND? OK: code;
    zframe_t *blob = msg_take_blob(self->answer);
    moves[0].from = arena_printf(self->arena, "%s/%s", file->id, self->file);
    moves[0].to = arena_printf(self->arena, "%s/%s", file->id, name);
    moves[1].from = arena_printf(self->arena, "%s/a/%s", file->id, self->file);
    moves[1].to = arena_printf(self->arena, "%s/a/%s", file->id, name);
    render_rewrite_req_t rewrite = { .page = page.page, .style = self->gateway->site.style, .moves = moves,
                                     .moves_count = 2 };
    code = web_ask(self, &call_render_rewrite, &rewrite, &blob, &done);
    if (code == OK && done.count > 0)
        *text = msg_take_blob(self->answer);
    if (*text)
        *put = (store_change_t){ .action = "put", .path = page.file, .exact = true, .base = page.commit,
                                 .size = (int64_t)zframe_size(*text) };
    return OK;                                  // a page whose links cannot be followed is left as it is
}

static code_t
rename_to(web_t *self, const attachment_t *file, const char *name)
{
    store_change_t changes[2] = { { .action = "move", .path = file->entry.file, .exact = true } };
    store_commit_req_t commit = { .caller = self->caller, .changes = changes, .changes_count = 1 };
    store_commit_rep_t done = { 0 };
    zframe_t *text = NULL;
    char id[MSG_ID_SIZE + 1];
    changes[0].to = arena_printf(self->arena, "%s/%s", file->folder, name);
    changes[0].base = base_of(self, file);
    code_t code = rewrite_links(self, file, name, &changes[1], &text);
    if (code != OK)
        return code;
    msg_new_id(id);
    commit.request_id = id;
    commit.changes_count = text? 2: 1;
    commit.message = web_field(self, "message");
    if (!*commit.message)
        commit.message = arena_printf(self->arena, "Renamed attachment: %s to %s.", self->file, name);
    code = web_ask(self, &call_store_commit, &commit, &text, &done);
    if (code == OK)
        return answer_done(self, file, done.commit, "/attachments?notice=renamed");
    return answer_failed(self, file, code);
}

static code_t
rename_file(web_t *self, const attachment_t *file, const char *typed)
{
    char name[PAGE_ID_SIZE];
    const char *why = "a name has no slash in it";
    if (strpbrk(typed, "/\\") || attach_name(self, typed, name, &why) != OK)
        return attachment_page(self, file, 400,
                               arena_printf(self->arena, "“%s” cannot be the name of a file: %s.", typed, why));
    if (strcmp(name, self->file) == 0)
        return attachment_page(self, file, 400, "The file has this name already.");
    const char *path = arena_printf(self->arena, "%s/%s", file->folder, name);
    if (page_path_check(path, &why) != OK)
        return attachment_page(self, file, 400, arena_printf(self->arena, "“%s” is not possible: %s.", name, why));
    store_exists_req_t exists = { .caller = self->caller, .paths = &path, .paths_count = 1 };
    store_exists_rep_t found = { 0 };
    code_t code = web_ask(self, &call_store_exists, &exists, NULL, &found);
    if (code != OK)
        return code;
    if (*found.kinds != '0')
        return attachment_page(self, file, 409, "There is a file or page of this name already.");
    return rename_to(self, file, name);
}

code_t
flow_attachment_post(web_t *self)
{
    attachment_t *file = arena_alloc(self->arena, sizeof *file);
    const char *message = web_field(self, "message"), *name = web_field(self, "new_filename");
    const char *revision = web_field(self, "revision");
    code_t code = find_attachment(self, file);
    if (code != OK)
        return code;
    if (strlen(message) > LIMIT_MESSAGE_TEXT_BYTES || !page_utf8_valid(message, strlen(message)))
        return attachment_page(self, file, 400, "The description of the change is too long, or not UTF-8.");
    if (*revision && !page_is_revision(revision, strlen(revision)))
        return attachment_page(self, file, 400, "The form did not arrive as it was sent. Nothing was changed.");
    if (self->files)
        return replace(self, file);
    if (*web_field(self, "delete"))
        return delete(self, file);
    if (*name)
        return rename_file(self, file, name);
    return attachment_page(self, file, 400, "Choose what is to be done with the file.");
}
