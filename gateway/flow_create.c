// New pages, and pages that go
#include "flows.h"
#include "rename.h"

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

// What is to be deleted: a page, or a folder without one.
typedef struct {
    const char *page, *commit;                  // id; where it was looked for
    char folder[PAGE_ID_SIZE];
    bool bare;                                  // there is no page, only what is below
    below_t below;
} goal_t;

static code_t
find_folder(web_t *self, const char *commit, goal_t *goal)
{
    const char *folder = "";
    store_head_req_t head = { .caller = self->caller };
    store_head_rep_t now = { .commit = commit };
    code_t code = *commit? OK: web_ask(self, &call_store_head, &head, NULL, &now);
    if (code == OK)
        code = folder_find(self, now.commit, &folder, &goal->below);
    snprintf(goal->folder, sizeof goal->folder, "%s", folder);
    goal->page = goal->folder;
    goal->commit = now.commit;
    goal->bare = true;
    return code == NOT_FOUND? web_refuse(self, NOT_FOUND, "There is no such page."): code;
}

// OK: there is something. TOO_LARGE: and more below it than one change can hold.
static code_t
find_goal(web_t *self, const char *commit, goal_t *goal)
{
    store_read_req_t read = { .caller = self->caller, .path = self->path, .commit = commit, .stat = true };
    store_read_rep_t page = { 0 };
    code_t code = web_ask(self, &call_store_read, &read, NULL, &page);
    *goal = (goal_t){ .page = page.page, .commit = page.commit };
    if (code != OK)
        return code == NOT_FOUND? find_folder(self, commit, goal): code;
    page_folder(page.file, goal->folder);
    return below_read(self, goal->folder, goal->commit, &goal->below);
}

static void
add_below(web_t *self, const below_t *below)
{
    if (below->count == 0)
        return;
    value_int(self->data, KEY_total, (int64_t)below->count);
    value_t *files = value_list(self->data, KEY_files);
    for (size_t i = 0; i < below->count; i++)
        value_text(value_add(files), KEY_name, below->files[i]);
}

code_t
flow_delete(web_t *self)
{
    char id[MSG_ID_SIZE + 1];
    goal_t *goal = arena_alloc(self->arena, sizeof *goal);
    code_t code = find_goal(self, "", goal);
    if (code != OK && (code != TOO_LARGE || goal->bare))
        return code;
    msg_new_id(id);
    if (code == OK)
        add_below(self, &goal->below);
    value_flag(self->data, KEY_more, code == TOO_LARGE);
    value_flag(self->data, KEY_folder, goal->bare);
    value_copy(self->data, KEY_request_id, id);
    value_text(self->data, KEY_revision, goal->commit);
    web_surround(self, goal->page);
    web_title(self, arena_printf(self->arena, "Delete %s", web_name(self, goal->page)));
    value_flag(self->data, KEY_at_delete, true);
    value_flag(self->data, KEY_noindex, true);
    return web_page(self, 200, "delete");
}

// All that was shown: the files below the page at the revision of the form, none that came since.
static code_t
take_below(web_t *self, const char *base, store_commit_req_t *commit)
{
    goal_t *goal = arena_alloc(self->arena, sizeof *goal);
    code_t code = find_goal(self, base, goal);
    if (code != OK)
        return code;
    store_change_t *all = arena_alloc(self->arena, (goal->below.count + 1) * sizeof *all);
    size_t count = 0;
    if (!goal->bare)
        all[count++] = commit->changes[0];
    for (size_t i = 0; i < goal->below.count; i++)
        all[count++] = (store_change_t){ .action = "delete", .path = goal->below.files[i], .exact = true,
                                         .base = base };
    commit->changes = all;
    commit->changes_count = count;
    return OK;
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
    bool below = strcmp(web_field(self, "recursive"), "recursive") == 0;
    if (below)
        code = take_below(self, gone.base, &commit);
    if (code != OK)
        return code;
    code = web_ask(self, &call_store_commit, &commit, NULL, &done);
    if (code == CONFLICT || (below && code == NOT_FOUND))
        return web_refuse(self, CONFLICT, below? "Somebody changed this page, or what is below it, after you opened "
                                                 "the form. Nothing was deleted. Look at it again.":
                                          "Somebody changed this page after you opened the form. Look at it again.");
    if (code != OK)
        return code;
    web_follow_done(self, done.commit, done.repeated);
    return web_redirect(self, 302, "/-/changelog");
}
