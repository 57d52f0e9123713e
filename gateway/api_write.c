// Writing pages by the API: PUT, PATCH, DELETE; the order of the checks is the reference's
#include "api_edit.h"
#include "api_write.h"

#include <string.h>

static const char need_content[] = "Request body must include 'content' field";
static const char need_revision[] = "Revision required when updating an existing page. Read the page first to get the "
                                    "current revision.";
static const char short_revision[] = "revision must be at least 7 characters";

enum { REVISION_MIN = 7 };

// ---- reading the body --------------------------------------------------------------------------------------------
// What all of them may have. False: refused.
static bool
take_common(web_t *self, api_write_t *write)
{
    return api_string(self, "commit_message", &write->message, NULL)
           && api_string(self, "revision", &write->revision, NULL) && api_flag(self, "merge", &write->merge)
           && api_take_key(self);
}

// A string that must be there; null is none.
static bool
take_text(web_t *self, const char *name, side_t *text)
{
    if (!api_string(self, name, &text->text, &text->size))
        return false;
    if (!text->text)
        api_refuse_of(self, 422, "Field '%s' must be a string", name);
    return text->text != NULL;
}

static bool
is_given(const char *text)
{
    return text && *text;
}

// ---- PUT ---------------------------------------------------------------------------------------------------------
// The page is there: which of its states is replaced?
static code_t
replace(web_t *self, api_write_t *write)
{
    bool matched = event_header(self->request, "if-match") != NULL;
    if (!is_given(write->revision) && !matched)
        return write_refuse(self, write, 409, need_revision);
    if (is_given(write->revision) && strlen(write->revision) < REVISION_MIN)
        return write_refuse(self, write, 422, short_revision);
    if (!is_given(write->revision) || api_is_revision(&write->page, write->revision))
        return write_commit(self, write, write->page.commit);
    side_t base;
    const char *commit = write_base(self, write, &base);
    if (write->merge && commit)
        return write_commit(self, write, commit);
    return write_mismatch(self, write, 409, &(api_sides_t){ .base = base, .yours = write->sent });
}

code_t
api_page_put(web_t *self)
{
    api_write_t write = { .kind = "Update" };
    const char *none = event_header(self->request, "if-none-match");
    if (!json_object_get(api_body(self), "content"))
        return api_refuse(self, 422, need_content);
    if (!take_text(self, "content", &write.sent) || !take_common(self, &write))
        return OK;
    if (write.sent.size > LIMIT_PAGE_BYTES)
        return api_refuse(self, 413, "Page too large (max 4MB)");
    code_t code = write_find(self, &write);
    if (code != OK)
        return code;
    if (write.page.impossible)
        return api_refuse_of(self, 422, "Invalid page path: %s", write.page.why);
    if (!api_if_match(self, &write.page))
        return write_mismatch(self, &write, 412, &(api_sides_t){ .yours = write.sent });
    if (write.page.found && none && strchr(none, '*'))
        return write_refuse(self, &write, 412, arena_printf(self->arena, "Page already exists: %s", self->api->path));
    if (write.page.found)
        return replace(self, &write);
    write.kind = "Create";
    return write_commit(self, &write, "");
}

// ---- PATCH -------------------------------------------------------------------------------------------------------
typedef struct { side_t old, young; } edit_t;

// What the body must have, in the order of the reference.
static bool
take_edit(web_t *self, api_write_t *write, edit_t *edit)
{
    static const char *const names[] = { "revision", "old_string", "new_string" };
    bool matched = event_header(self->request, "if-match") != NULL;
    const json_t *body = api_body(self);
    if (!body) {
        api_refuse(self, 422, "Request body is required");
        return false;
    }
    for (size_t i = matched; i < 3; i++) {
        if (json_object_get(body, names[i]))
            continue;
        api_refuse_of(self, 422, "Missing required field: %s", names[i]);
        return false;
    }
    return take_common(self, write) && take_text(self, "old_string", &edit->old)
           && take_text(self, "new_string", &edit->young);
}

static const char *
fault_of(const web_t *self, const api_write_t *write, const edit_t *edit)
{
    bool matched = !write->revision && event_header(self->request, "if-match");
    if (edit->old.size == 0)
        return "old_string must not be empty";
    if (!matched && (!write->revision || strlen(write->revision) < REVISION_MIN))
        return short_revision;
    if (edit->old.size == edit->young.size && memcmp(edit->old.text, edit->young.text, edit->old.size) == 0)
        return "old_string and new_string are identical";
    return NULL;
}

static code_t
commit_edit(web_t *self, api_write_t *write, const edit_t *edit, const side_t *text, const char *base)
{
    size_t count = api_replace(self->arena, text, &edit->old, &edit->young, &write->sent);
    if (count == 0)
        return write_refuse(self, write, 422, "old_string not found in page content");
    if (count > 1)
        return write_refuse(self, write, 422,
                            arena_printf(self->arena, "old_string is ambiguous: found %zu occurrences. "
                                         "Provide a longer unique string.", count));
    if (write->sent.size > LIMIT_PAGE_BYTES)
        return api_refuse(self, 413, "Page too large (max 4MB)");
    return write_commit(self, write, base);
}

// The client has seen another state: its change is made there, and merged if it wants that.
static code_t
patch_stale(web_t *self, api_write_t *write, const edit_t *edit)
{
    api_sides_t sides = { 0 };
    const char *commit = write_base(self, write, &sides.base);
    if (write->merge && commit)
        return commit_edit(self, write, edit, &sides.base, commit);
    if (!commit || api_replace(self->arena, &sides.base, &edit->old, &edit->young, &sides.yours) != 1)
        sides.yours = (side_t){ NULL, 0 };
    return write_mismatch(self, write, 409, &sides);
}

code_t
api_page_patch(web_t *self)
{
    api_write_t write = { .kind = "Edit" };
    edit_t edit;
    side_t text;
    if (!take_edit(self, &write, &edit))
        return OK;
    const char *fault = fault_of(self, &write, &edit);
    if (fault)
        return api_refuse(self, 422, fault);
    code_t code = write_find(self, &write);
    if (code != OK)
        return code;
    if (!write.page.found)
        return write_missing(self, &write);
    if (!api_if_match(self, &write.page))
        return write_mismatch(self, &write, 412, &(api_sides_t){ 0 });
    if (is_given(write.revision) && !api_is_revision(&write.page, write.revision))
        return patch_stale(self, &write, &edit);
    if (!write_text(self, write.page.file, write.page.commit, &text, NULL))
        return api_fail(self, msg_code(self->answer));
    if (!page_utf8_valid(text.text, text.size))
        return api_refuse_of(self, 422, "Page is not UTF-8 text: %s", self->api->path);
    return commit_edit(self, &write, &edit, &text, write.page.commit);
}

// ---- DELETE ------------------------------------------------------------------------------------------------------
enum { TRIES = 3 };                             // without a revision nobody minds who else has just changed it

static code_t
delete_once(web_t *self, api_write_t *write, bool last)
{
    store_change_t gone = { .action = "delete", .path = write->page.file, .exact = true, .base = write->page.commit };
    store_commit_req_t commit = { .changes = &gone, .changes_count = 1, .no_merge = true };
    store_commit_rep_t done;
    code_t code = OK;
    commit.message = api_message(self, write->message, arena_printf(self->arena, "Delete: %s", self->api->path));
    api_wrote_t wrote = api_commit(self, &commit, NULL, &done, &code);
    if (wrote == API_FAILED && (code == CONFLICT || code == NOT_FOUND))
        return last? write_conflict(self, write): CONFLICT;
    return wrote == API_WROTE || wrote == API_REPEATED? write_deleted(self, write): code;
}

code_t
api_page_delete(web_t *self)
{
    api_write_t write = { .kind = "Delete", .deletes = true };
    if (!take_common(self, &write))
        return OK;
    if (!is_given(write.revision))
        write.revision = web_query(self, "revision");
    code_t code = CONFLICT;
    for (int i = 1; code == CONFLICT && i <= TRIES; i++) {
        code = write_find(self, &write);
        if (code != OK)
            return code;
        if (!write.page.found)
            return write_missing(self, &write);
        if (!api_if_match(self, &write.page))
            return write_mismatch(self, &write, 412, &(api_sides_t){ 0 });
        if (is_given(write.revision) && strlen(write.revision) < REVISION_MIN)
            return api_refuse(self, 422, short_revision);
        if (is_given(write.revision) && !api_is_revision(&write.page, write.revision))
            return write_mismatch(self, &write, 409, &(api_sides_t){ 0 });
        code = delete_once(self, &write, i == TRIES || is_given(write.revision));
    }
    return code;
}
