// A page gets a new path, and every link to it leads there: one commit
#include <string.h>

#include "api_rows.h"
#include "rename.h"

enum { TRIES = 3, REVISION_MIN = 7 };

typedef struct {
    api_page_t page, target;
    const char *new_path;                       // as the client gave it, without blanks around it
    const char *message, *revision;             // NULL: absent
    bool below;                                 // what is below the page moves with it
} renaming_t;

// ---- what the client wants ---------------------------------------------------------------------------------------
static const char *
trimmed(web_t *self, const char *text)
{
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r\n\v\f", text[size - 1]))
        size--;
    size_t blank = strspn(text, " \t\r\n\v\f");
    return blank < size? arena_copy(self->arena, text + blank, size - blank): "";
}

// False: the request has been refused.
static bool
read_body(web_t *self, renaming_t *renaming)
{
    const char *given = NULL;
    const json_t *value = json_object_get(api_body(self), "new_path");
    if (!value)
        api_refuse(self, 422, "Request body must include 'new_path' field");
    if (!value || !api_string(self, "new_path", &given, NULL) ||
        !api_string(self, "commit_message", &renaming->message, NULL) ||
        !api_string(self, "revision", &renaming->revision, NULL) || !api_flag(self, "below", &renaming->below))
        return false;
    renaming->new_path = trimmed(self, given? given: "");
    if (!*renaming->new_path)
        api_refuse(self, 422, "new_path must not be empty");
    return *renaming->new_path != 0;
}

// False: the request has been refused, or *code says what happened.
static bool
check_target(web_t *self, renaming_t *renaming, code_t *code)
{
    char from[PAGE_ID_SIZE] = "", to[PAGE_ID_SIZE] = "";
    const page_naming_t *naming = &self->gateway->site.naming;
    *code = api_find(self, renaming->new_path, &renaming->target);
    if (*code != OK)
        return false;
    const api_page_t *target = &renaming->target;
    (void)page_id_of_file(naming, renaming->page.file, from);
    if (target->impossible)
        *code = api_refuse_of(self, 422, "Invalid page path: %s", target->why);
    else if (page_id_of_file(naming, target->file, to) == OK && strcmp(from, to) == 0)
        *code = api_refuse(self, 422, "new_path is the same as the current path");
    else if (target->found)
        *code = api_refuse_of(self, 409, "A page already exists at: %s", renaming->new_path);
    else
        return true;
    return false;
}

static bool
check_revision(web_t *self, renaming_t *renaming, code_t *code)
{
    const char *revision = renaming->revision;
    bool given = revision && *revision, matched = event_header(self->request, "if-match") != NULL;
    *code = given || matched? api_revision(self, &renaming->page): OK;
    if (*code != OK || (!given && !matched))
        return *code == OK;
    if (given && strlen(revision) < REVISION_MIN)
        *code = api_refuse(self, 422, "revision must be at least 7 characters");
    else if (given && !api_is_revision(&renaming->page, revision))
        *code = api_mismatch(self, 409, &renaming->page, &(api_sides_t){ 0 });
    else if (!api_if_match(self, &renaming->page))
        *code = api_mismatch(self, 412, &renaming->page, &(api_sides_t){ 0 });
    else
        return true;
    return false;
}

// ---- the rename --------------------------------------------------------------------------------------------------
static code_t
answer_renamed(web_t *self, const renaming_t *renaming, const char *commit, json_t *updated)
{
    json_t *json = json_object();
    json_object_set_new(json, "old_path", api_text(renaming->page.display));
    json_object_set_new(json, "new_path", api_text(api_display(self, renaming->target.file)));
    json_object_set_new(json, "revision", json_string(commit));
    json_object_set_new(json, "updated_pages", updated);
    return api_answer(self, 200, json);
}

static json_t *
pages_of_plan(web_t *self, const rename_t *plan)
{
    json_t *pages = json_array();
    for (size_t i = plan->moves; i < plan->count; i++)
        json_array_append_new(pages, api_text(api_display(self, plan->changes[i].path)));
    return pages;
}

// What the first answer said is not kept; which pages the commit changed is.
static json_t *
pages_of_commit(web_t *self, const char *commit, const renaming_t *renaming)
{
    json_t *pages = json_array();
    index_history_req_t history = { .caller = self->caller, .until = commit, .limit = 1, .files = LIMIT_ROWS,
                                    .at_least = commit };
    index_history_rep_t found = { .rows_count = 0 };
    code_t code = api_index(self, &call_index_history, &history, &found);
    for (size_t i = 0; code == OK && found.rows_count > 0 && i < found.rows[0].files_count; i++) {
        const char *file = found.rows[0].files[i];
        bool moved = strcmp(file, renaming->page.file) == 0 || strcmp(file, renaming->target.file) == 0;
        if (page_is_page_file(file) && !moved)
            json_array_append_new(pages, api_text(api_display(self, file)));
    }
    return pages;
}

static code_t
commit_plan(web_t *self, const renaming_t *renaming, const rename_t *plan)
{
    store_commit_req_t commit = { .changes = plan->changes, .changes_count = plan->count, .no_merge = true };
    store_commit_rep_t done;
    code_t code = OK;
    commit.message = api_message(self, renaming->message, arena_printf(self->arena, "Rename: %s -> %s", self->api->path,
                                                                       renaming->new_path));
    if (strlen(commit.message) > LIMIT_MESSAGE_TEXT_BYTES)
        return api_refuse_of(self, 422, "commit_message has more than %d bytes", LIMIT_MESSAGE_TEXT_BYTES);
    zframe_t *blob = zframe_new(plan->texts.bytes? plan->texts.bytes: "", plan->texts.size);
    api_wrote_t wrote = api_commit(self, &commit, &blob, &done, &code);
    if (wrote == API_WROTE)
        return answer_renamed(self, renaming, done.commit, pages_of_plan(self, plan));
    if (wrote == API_REPEATED)
        return answer_renamed(self, renaming, done.commit, pages_of_commit(self, done.commit, renaming));
    return code;
}

static code_t
rename_once(web_t *self, const renaming_t *renaming)
{
    char id[PAGE_ID_SIZE];
    rename_t *plan = arena_alloc(self->arena, sizeof *plan);
    *plan = (rename_t){ .page = id, .base = "", .alone = !renaming->below };
    plan->to = api_display(self, renaming->target.file);
    code_t code = page_id_of_file(&self->gateway->site.naming, renaming->page.file, id);
    if (code == OK)
        code = rename_plan(self, plan);
    if (code == OK)
        code = rename_plan_links(self, plan);
    if (code == OK && plan->partial)
        code = web_refuse(self, BUSY, "Not all links to this page can be looked at at the moment. Try again shortly.");
    if (code == OK)
        code = commit_plan(self, renaming, plan);
    rename_clear(plan);
    return code;
}

// The page is gone: perhaps this very request has taken it away.
static code_t
answer_missing(web_t *self, renaming_t *renaming)
{
    store_commit_rep_t done;
    code_t code = OK;
    api_wrote_t wrote = api_repeated(self, &done, &code);
    if (wrote == API_ANSWERED)
        return code;
    if (wrote != API_REPEATED || !read_body(self, renaming))
        return wrote == API_REPEATED? OK: api_no_page(self);
    code = api_find(self, renaming->new_path, &renaming->target);
    return code != OK? code: answer_renamed(self, renaming, done.commit,
                                            pages_of_commit(self, done.commit, renaming));
}

code_t
api_rename(web_t *self)
{
    renaming_t renaming = { .new_path = "" };
    code_t code = CONFLICT;
    if (!api_take_key(self))
        return OK;
    for (int i = 0; i < TRIES && code == CONFLICT; i++) {       // others write meanwhile
        code = api_find(self, self->api->path, &renaming.page);
        if (code != OK)
            return code;
        if (!renaming.page.found)
            return renaming.page.impossible? api_no_page(self): answer_missing(self, &renaming);
        if (!read_body(self, &renaming) || !check_target(self, &renaming, &code) ||
            !check_revision(self, &renaming, &code))
            return code;
        code = rename_once(self, &renaming);
    }
    return code == CONFLICT? web_refuse(self, BUSY, "Others change these pages all the time. Try again shortly."): code;
}
