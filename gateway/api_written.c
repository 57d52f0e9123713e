// What comes of a write of a page
#include "api_write.h"

#include <string.h>

// ---- finding -----------------------------------------------------------------------------------------------------
code_t
write_find(web_t *self, api_write_t *write)
{
    code_t code = api_find(self, self->api->path, &write->page);
    return code == OK && write->page.found? api_revision(self, &write->page): code;
}

bool
write_text(web_t *self, const char *file, const char *commit, side_t *text, const char **full)
{
    store_read_req_t read = { .caller = self->caller, .path = file, .exact = true, .commit = commit };
    store_read_rep_t found = { 0 };
    *text = (side_t){ NULL, 0 };
    if (web_ask(self, &call_store_read, &read, NULL, &found) != OK)
        return false;
    text->text = web_blob(self, 0, &text->size);
    if (full)
        *full = found.commit;
    return true;
}

const char *
write_base(web_t *self, const api_write_t *write, side_t *text)
{
    const char *commit = NULL;
    bool good = page_is_revision(write->revision, strlen(write->revision));
    *text = (side_t){ NULL, 0 };
    return good && write_text(self, write->page.file, write->revision, text, &commit)? commit: NULL;
}

// ---- done --------------------------------------------------------------------------------------------------------
// Did the commit make the page?
static bool
is_made_by(web_t *self, const api_page_t *page, const char *commit)
{
    side_t before;
    store_history_req_t history = { .caller = self->caller, .commit = commit, .limit = 1 };
    store_history_rep_t found = { 0 };
    if (web_ask(self, &call_store_history, &history, NULL, &found) != OK || found.rows_count == 0)
        return false;
    const char *parent = found.rows[0].parent;
    return !*parent || !write_text(self, page->file, parent, &before, NULL);
}

static code_t
answer_written(web_t *self, const api_write_t *write, const store_commit_rep_t *done)
{
    render_digest_rep_t digest;
    side_t text = write->sent;
    api_page_t page = write->page;
    bool put = strcmp(write->kind, "Edit") != 0, created = !page.found && !done->unchanged;
    if ((done->merged || done->repeated) && !write_text(self, page.file, done->commit, &text, NULL))
        text = write->sent;
    if (done->repeated)
        created = put && !done->unchanged && is_made_by(self, &page, done->commit);
    page.blob = "";
    bool known = text.text && api_digest(self, &page, text.text, text.size, &digest) == OK;
    json_t *json = json_object();
    json_object_set_new(json, "name", api_text(api_name(&page, known? digest.title: "")));
    json_object_set_new(json, "path", api_text(page.display));
    json_object_set_new(json, "revision", json_string(done->unchanged? page.revision: done->commit));
    if (put)
        json_object_set_new(json, "created", json_boolean(created));
    if (done->merged)
        json_object_set_new(json, "merged", json_true());
    return api_answer(self, created? 201: 200, json);
}

code_t
write_deleted(web_t *self, const api_write_t *write)
{
    json_t *json = json_object();
    json_object_set_new(json, "deleted", json_true());
    json_object_set_new(json, "path", api_text(write->page.display));
    return api_answer(self, 200, json);
}

code_t
write_commit(web_t *self, api_write_t *write, const char *base)
{
    const api_page_t *page = &write->page;
    store_change_t put = { .action = "put", .path = page->file, .exact = true, .base = base,
                           .size = (int64_t)write->sent.size };
    store_commit_req_t commit = { .changes = &put, .changes_count = 1, .no_merge = !write->merge };
    store_commit_rep_t done;
    code_t code = OK;
    commit.message = api_message(self, write->message,
                                 arena_printf(self->arena, "%s: %s", write->kind, self->api->path));
    zframe_t *blob = zframe_new(write->sent.text, write->sent.size);
    api_wrote_t wrote = api_commit(self, &commit, &blob, &done, &code);
    if (wrote == API_WROTE || wrote == API_REPEATED)
        return answer_written(self, write, &done);
    return wrote == API_FAILED && code == CONFLICT? write_conflict(self, write): code;
}

// ---- not done ----------------------------------------------------------------------------------------------------
// True: the request has been answered, since it was carried out before; *code is what the flow returns.
static bool
is_answered(web_t *self, const api_write_t *write, code_t *code)
{
    store_commit_rep_t done;
    api_wrote_t wrote = api_repeated(self, &done, code);
    if (wrote == API_REPEATED)
        *code = write->deletes? write_deleted(self, write): answer_written(self, write, &done);
    return wrote != API_FAILED;
}

code_t
write_refuse(web_t *self, const api_write_t *write, int status, const char *text)
{
    code_t code;
    return is_answered(self, write, &code)? code: api_refuse(self, status, text);
}

code_t
write_missing(web_t *self, const api_write_t *write)
{
    code_t code;
    return !write->page.impossible && is_answered(self, write, &code)? code: api_no_page(self);
}

code_t
write_mismatch(web_t *self, const api_write_t *write, int status, const api_sides_t *sides)
{
    code_t code;
    api_sides_t all = *sides;
    if (is_answered(self, write, &code))
        return code;
    if (write->page.found && !all.theirs.text && !write->deletes)
        write_text(self, write->page.file, write->page.commit, &all.theirs, NULL);
    return api_mismatch(self, status, &write->page, &all);
}

code_t
write_conflict(web_t *self, api_write_t *write)
{
    api_sides_t sides = { 0 };
    const char *why = msg_error_text(self->answer);
    side_t *all[] = { &sides.base, &sides.yours, &sides.theirs };
    for (size_t i = 0; i < 3; i++) {
        all[i]->text = web_blob(self, i, &all[i]->size);
        if (all[i]->size == 0 && (i != 1 || write->deletes))
            all[i]->text = NULL;                // there is none
    }
    code_t code = write_find(self, write);
    if (code != OK)
        return code;
    if (!write->page.found && write->deletes)
        return write_missing(self, write);
    if (!write->page.found)
        return api_refuse(self, 409, why);      // a folder stands in its place
    return api_mismatch(self, 409, &write->page, &sides);
}
