// New pages, and pages that go
#include "flows.h"

#include <stdio.h>
#include <string.h>

static code_t
create_page(web_t *self, int status, const char *typed, const char *alert)
{
    web_surround(self, "");
    web_title(self, "New page");
    value_text(self->data, KEY_name, typed);
    value_text(self->data, KEY_alert, alert);
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, status, "create");
}

code_t
flow_create(web_t *self)
{
    return create_page(self, 200, web_query(self, "name"), NULL);
}

code_t
flow_create_post(web_t *self)
{
    char spelling[PAGE_ID_SIZE], id[PAGE_ID_SIZE];
    const char *typed = web_field(self, "pagename");
    const char *why = "This is not a possible name of a page.";
    if (!*typed)
        return create_page(self, 400, typed, "Type a name for the page.");
    if (page_sanitise(typed, spelling) != OK || page_id(&self->gateway->site.naming, spelling, id) != OK)
        return create_page(self, 400, typed, why);
    if (page_path_check(id, &why) != OK)
        return create_page(self, 400, typed, why);
    store_read_req_t read = { .caller = self->caller, .path = id, .stat = true };
    store_read_rep_t found = { 0 };
    code_t code = web_ask(self, &call_store_read, &read, NULL, &found);
    if (code == NOT_FOUND)
        return web_redirect(self, 302, web_url(self, spelling, "/edit"));
    if (code != OK)
        return code;
    value_text(self->data, KEY_url, web_url(self, found.page, ""));
    return create_page(self, 409, typed, "A page of this name exists already.");
}

static code_t
delete_page(web_t *self, const char *page, const char *base)
{
    char id[MSG_ID_SIZE + 1];
    msg_new_id(id);
    value_copy(self->data, KEY_request_id, id);
    value_text(self->data, KEY_revision, base);
    web_surround(self, page);
    web_title(self, arena_printf(self->arena, "Delete %s", web_name(self, page)));
    value_flag(self->data, KEY_at_delete, true);
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, 200, "delete");
}

code_t
flow_delete(web_t *self)
{
    store_read_req_t read = { .caller = self->caller, .path = self->path, .stat = true };
    store_read_rep_t page = { 0 };
    code_t code = web_ask(self, &call_store_read, &read, NULL, &page);
    return code == OK? delete_page(self, page.page, page.commit): code;
}

code_t
flow_delete_post(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    store_change_t gone = { .action = "delete", .path = id, .base = web_field(self, "revision") };
    store_commit_req_t commit = { .caller = self->caller, .changes = &gone, .changes_count = 1 };
    commit.message = web_field(self, "message");
    commit.request_id = web_field(self, "request_id");
    store_commit_rep_t done = { 0 };
    code = web_ask(self, &call_store_commit, &commit, NULL, &done);
    if (code == CONFLICT)
        return web_refuse(self, CONFLICT, "Somebody changed this page after you opened the form. Look at it again.");
    if (code != OK)
        return code;
    self->reply->commit = arena_copy(self->arena, done.commit, strlen(done.commit));
    return web_redirect(self, 302, "/-/changelog");
}
