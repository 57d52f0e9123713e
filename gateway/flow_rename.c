// A new name for a page, all that is below it, and the links that lead to it: one commit, shown before it is made
#include "flows.h"
#include "rename.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_MOST = 200 };

typedef struct {
    const char *name, *message, *revision;
    const char *request_id;                     // "": a new one
    bool links;                                 // links are to be changed
    const char *alert;                          // NULL: nothing is wrong
    int status;
} rename_form_t;

static code_t
rename_page(web_t *self, const char *page, const rename_form_t *form)
{
    char id[MSG_ID_SIZE + 1];
    msg_new_id(id);
    if (!value_find(self->data, KEY_tree))
        web_surround(self, page);
    web_title(self, arena_printf(self->arena, "Rename %s", web_name(self, page)));
    value_text(self->data, KEY_name, form->name);
    value_text(self->data, KEY_message, form->message);
    value_text(self->data, KEY_revision, form->revision);
    value_copy(self->data, KEY_request_id, *form->request_id? form->request_id: id);
    value_flag(self->data, KEY_checked, form->links);
    value_text(self->data, KEY_alert, form->alert);
    value_flag(self->data, KEY_at_rename, true);
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, form->status, "rename");
}

code_t
flow_rename(web_t *self)
{
    char id[PAGE_ID_SIZE];
    rename_form_t form = { .message = "", .links = true, .status = 200, .revision = "", .request_id = "" };
    store_read_req_t read = { .caller = self->caller, .path = self->path, .stat = true };
    store_read_rep_t page = { 0 };
    below_t below;
    const char *folder;
    code_t code = web_page_id(self, id);
    if (code == OK)
        code = web_ask(self, &call_store_read, &read, NULL, &page);
    if (code == NOT_FOUND)                      // a folder without a page may move, too
        code = folder_find(self, "", &folder, &below);
    if (code != OK)
        return code;
    char spelled[PAGE_ID_SIZE];
    page_display_path(&self->gateway->site.naming, page.file? page.page: id, spelled);
    form.name = spelled;
    form.revision = page.commit;
    return rename_page(self, id, &form);
}

// ---- what would change -------------------------------------------------------------------------------------------
static void
add_link_rows(web_t *self, const rename_t *plan)
{
    char id[PAGE_ID_SIZE];
    value_t *rows = value_list(self->data, KEY_rows);
    for (size_t i = plan->moves; i < plan->count && i - plan->moves < SHOWN_MOST; i++) {
        value_t *row = value_add(rows);
        if (page_id_of_file(&self->gateway->site.naming, plan->changes[i].path, id) != OK)
            continue;
        value_copy(row, KEY_name, id);
        value_int(row, KEY_total, plan->links[i]);
    }
    value_flag(self->data, KEY_more, plan->count - plan->moves > SHOWN_MOST);
}

static void
add_plan(web_t *self, const rename_t *plan, bool links)
{
    value_t *files = value_list(self->data, KEY_files);
    for (size_t i = 0; i < plan->moves && i < SHOWN_MOST; i++) {
        value_t *file = value_add(files);
        value_text(file, KEY_from, plan->changes[i].path);
        value_text(file, KEY_to, plan->changes[i].to);
    }
    value_flag(self->data, KEY_more_files, plan->moves > SHOWN_MOST);
    value_flag(self->data, KEY_preview, true);
    if (!links)
        return;
    value_flag(self->data, KEY_links, true);
    add_link_rows(self, plan);
    if (plan->missed > 0)
        value_int(self->data, KEY_missed, plan->missed);
}

// ---- the rename --------------------------------------------------------------------------------------------------
// A name that is possible, is not what the person typed, or is taken: then form->alert says so.
static void
check_name(web_t *self, const char *page, rename_form_t *form)
{
    char spelling[PAGE_ID_SIZE], id[PAGE_ID_SIZE];
    store_read_req_t read = { .caller = self->caller, .path = id, .stat = true };
    store_read_rep_t found = { 0 };
    const char *typed = form->name;
    form->status = 400;
    if (!*typed || page_sanitise(typed, spelling) != OK || page_id(&self->gateway->site.naming, spelling, id) != OK) {
        form->alert = *typed? "This is not a possible name of a page.": "Type a name for the page.";
        return;
    }
    form->name = arena_copy(self->arena, spelling, strlen(spelling));
    if (strcmp(spelling, typed) != 0)
        form->alert = "Not every character can be part of a name. Is the name below what you want?";
    else if (strcmp(id, page) == 0)
        form->alert = "The page has this name already.";
    else if (web_ask(self, &call_store_read, &read, NULL, &found) == OK) {
        form->status = 409;
        form->alert = "A page of this name exists already.";
        value_text(self->data, KEY_url, web_url(self, found.page, ""));
    }
}

static code_t
answer_renamed(web_t *self, const char *page, const store_commit_rep_t *done)
{
    web_follow_done(self, done->commit, done->repeated);
    return web_redirect(self, 303, web_url(self, page, ""));
}

// Does the new name lead anywhere?
static bool
is_there(web_t *self, const char *page)
{
    store_read_req_t read = { .caller = self->caller, .path = page, .stat = true };
    store_read_rep_t found = { 0 };
    below_t below;
    return web_ask(self, &call_store_read, &read, NULL, &found) == OK ||
           (below_read(self, page, "", &below) == OK && below.count > 0);
}

// A form may come twice. Where the page is gone, this either was its rename, which the store knows by its id, or fails.
static code_t
answer_repeated(web_t *self, const char *page, const rename_form_t *form)
{
    char to[PAGE_ID_SIZE];
    store_change_t move = { .action = "move", .path = page, .to = form->name, .base = form->revision };
    store_commit_req_t commit = { .caller = self->caller, .changes = &move, .changes_count = 1 };
    store_commit_rep_t done = { 0 };
    commit.request_id = form->request_id;
    if (!*form->request_id || page_id(&self->gateway->site.naming, form->name, to) != OK || !is_there(self, to))
        return NOT_FOUND;
    code_t code = is_there(self, page)? NOT_FOUND: web_ask(self, &call_store_commit, &commit, NULL, &done);
    return code == OK? answer_renamed(self, to, &done): NOT_FOUND;
}

static code_t
commit_plan(web_t *self, rename_t *plan, rename_form_t *form)
{
    store_commit_req_t commit = { .caller = self->caller, .changes = plan->changes, .changes_count = plan->count };
    store_commit_rep_t done = { 0 };
    zframe_t *blob = zframe_new(plan->texts.bytes? plan->texts.bytes: "", plan->texts.size);
    commit.message = form->message;
    commit.request_id = form->request_id;
    if (!*form->message)
        commit.message = arena_printf(self->arena, "Rename %s to %s", plan->page, plan->to);
    code_t code = web_ask(self, &call_store_commit, &commit, &blob, &done);
    if (code == OK && (!done.repeated || is_there(self, plan->to_page)))
        return answer_renamed(self, plan->to_page, &done);
    const char *why = code == OK? "this form has been used before": msg_error_text(self->answer);
    code = code == OK? CONFLICT: code;
    form->request_id = "";
    form->alert = arena_printf(self->arena, "Not renamed: %s. Look at what would change now, and try again.",
                               *why? why: code_text(code));
    form->status = code_http_status(code);
    form->revision = plan->commit;
    return rename_page(self, plan->page, form);
}

static code_t
carry_out(web_t *self, rename_t *plan, rename_form_t *form)
{
    bool preview = strcmp(web_field(self, "task"), "preview") == 0;
    code_t code = rename_plan(self, plan);
    if (code == OK && form->links)
        code = rename_plan_links(self, plan);
    if (code == NOT_FOUND)
        return code;
    if (code != OK && code != TOO_LARGE) {
        form->alert = arena_printf(self->arena, "Not renamed. %s", self->why? self->why: code_text(code));
        form->status = code_http_status(code);
        return rename_page(self, plan->page, form);
    }
    bool refused = code == TOO_LARGE || plan->partial;
    if (!preview && !refused)
        return commit_plan(self, plan, form);
    form->status = preview? 200: code_http_status(TOO_LARGE);
    if (code == TOO_LARGE)
        form->alert = self->why;
    else if (refused)
        form->alert = "This wiki is too large to look for all links to this page in the time there is. The page can "
                      "be renamed without changing them.";
    form->links = form->links && !refused;
    if (code == OK)
        add_plan(self, plan, form->links);
    return rename_page(self, plan->page, form);
}

code_t
flow_rename_post(web_t *self)
{
    char id[PAGE_ID_SIZE];
    rename_form_t form = { .status = 200 };
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    form.name = web_field(self, "new_pagename");
    form.message = web_field(self, "message");
    form.revision = web_field(self, "revision");
    form.request_id = web_field(self, "request_id");
    form.links = *web_field(self, "update_backlinks") != 0;
    if (strlen(form.message) > LIMIT_MESSAGE_TEXT_BYTES || strlen(form.revision) >= WEB_REVISION_SIZE ||
        strlen(form.request_id) >= WEB_REVISION_SIZE)
        return web_refuse(self, TOO_LARGE, "The description of the change is too long.");
    check_name(self, id, &form);
    if (form.status == 409 && answer_repeated(self, id, &form) == OK)
        return OK;
    if (form.alert)
        return rename_page(self, id, &form);
    rename_t *plan = arena_alloc(self->arena, sizeof *plan);
    *plan = (rename_t){ .page = id, .to = form.name, .base = form.revision };
    code = carry_out(self, plan, &form);
    rename_clear(plan);
    return code;
}
