// One commit: what it changed, and how to undo it
#include "flows.h"

#include <string.h>

enum { SHOWN_FILES = 20 };

// The commit and the one before it.
static code_t
ask_commit(web_t *self, store_history_row_t *commit, const char **before)
{
    store_history_req_t history = { .caller = self->caller, .commit = self->revision, .limit = 1 };
    store_history_rep_t found = { 0 };
    code_t code = web_ask(self, &call_store_history, &history, NULL, &found);
    if (code != OK)
        return code;
    if (found.rows_count == 0)
        return NOT_FOUND;
    *commit = found.rows[0];
    *before = found.rows[0].parent;
    web_revision(self->data, commit->commit);
    web_when(self->data, commit->when, commit->zone);
    value_text(self->data, KEY_author, *commit->author? commit->author: "Anonymous");
    value_text(self->data, KEY_message, *commit->message? commit->message: "(no message)");
    return OK;
}

// A file that cannot be compared is named without its lines; the rest of the commit is still worth seeing.
static void
add_file(web_t *self, const char *path, const store_diff_req_t *between, diff_view_t *view)
{
    store_diff_req_t diff = *between;
    store_diff_rep_t found = { .from_file = "", .to_file = "" };
    char id[PAGE_ID_SIZE];
    value_t *file = value_add(view->files);
    bool page = page_id_of_file(&self->gateway->site.naming, path, id) == OK;
    value_text(file, KEY_name, path);
    value_text(file, KEY_url, web_url(self, page? id: path, ""));
    diff.path = path;
    diff.exact = true;
    if (web_ask(self, &call_store_diff, &diff, NULL, &found) != OK)
        return;
    size_t size = 0;
    const char *text = web_blob(self, 0, &size);
    bool whole = diff_rows(file, text, size, view);
    value_text(file, KEY_change, !*found.from_file? "added": !*found.to_file? "deleted": "");
    value_int(file, KEY_added, found.added);
    value_int(file, KEY_removed, found.removed);
    value_flag(file, KEY_binary, found.binary);
    value_flag(file, KEY_cut, found.cut || !whole);
}

code_t
flow_commit(web_t *self)
{
    store_history_row_t commit = { 0 };
    const char *before = "";
    code_t code = ask_commit(self, &commit, &before);
    if (code != OK)
        return code;
    diff_view_t view;
    diff_begin(self, &view);
    view.files = value_list(self->data, KEY_files);
    store_diff_req_t between = { .caller = self->caller, .from = before, .to = commit.commit };
    for (size_t i = 0; i < commit.files_count && i < SHOWN_FILES; i++)
        add_file(self, commit.files[i], &between, &view);
    diff_end(&view);
    if (commit.file_count > (int64_t)commit.files_count)
        value_int(self->data, KEY_more_files, commit.file_count - (int64_t)commit.files_count);
    value_text(self->data, KEY_undo_url, arena_printf(self->arena, "/-/revert/%s", commit.commit));
    const char *head = web_surround(self, "");
    web_title(self, arena_printf(self->arena, "Commit %.7s", commit.commit));
    value_flag(self->data, KEY_noindex, true);
    web_cacheable(self, head);
    return web_page(self, 200, "commit");
}

code_t
flow_revert(web_t *self)
{
    store_history_row_t commit = { 0 };
    const char *before = "";
    code_t code = ask_commit(self, &commit, &before);
    if (code != OK)
        return code;
    char id[MSG_ID_SIZE + 1];
    msg_new_id(id);
    value_copy(self->data, KEY_request_id, id);
    value_text(self->data, KEY_action, arena_printf(self->arena, "/-/revert/%s", commit.commit));
    web_surround(self, "");
    web_title(self, "Undo a change");
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, 200, "revert");
}

code_t
flow_revert_post(web_t *self)
{
    store_revert_req_t revert = { .caller = self->caller, .commit = self->revision };
    revert.message = web_field(self, "message");
    revert.request_id = web_field(self, "request_id");
    store_revert_rep_t done = { 0 };
    code_t code = web_ask(self, &call_store_revert, &revert, NULL, &done);
    if (code == CONFLICT)
        return web_refuse(self, CONFLICT, "Later changes touch the same lines, so this one cannot be undone alone.");
    if (code != OK)
        return code;
    web_follow_done(self, done.commit, true);     // the store does not say
    return web_redirect(self, 302, done.unchanged? "/-/changelog?notice=undone": "/-/changelog");
}
