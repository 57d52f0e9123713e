// store_change - one change of a write: put, delete or move, judged against its base
#include <stdlib.h>
#include <string.h>
#include "store_writer.h"

static code_t
fail(store_apply_t *self, code_t code, const store_file_entry_t *file, const char *text)
{
    return store_fail(self->group->store, code, "%.300s: %s", file->path, text);
}

// ---- base and conflict ------------------------------------------------------------------------------------------

static code_t
base_tree(store_apply_t *self, const char *base)
{
    store_t *store = self->group->store;
    git_commit *commit = NULL;
    if (self->base_known && strcmp(self->base, base) == 0)
        return OK;
    if (strcmp(base, "HEAD") == 0)
        return store_fail(store, INVALID, "a base revision is the id of a commit, not HEAD");
    code_t code = store_commit_lookup(store, base, &commit);
    if (code == NOT_FOUND)
        return store_fail(store, INVALID, "there is no commit %.64s to be the base revision", base);
    if (code != OK)
        return code;
    self->base_root = *git_commit_tree_id(commit);
    snprintf(self->base, sizeof self->base, "%s", base);
    self->base_known = true;
    git_commit_free(commit);
    return OK;
}

// The file as the author saw it. A file that came by a move of this write is looked for where it was.
static code_t
base_state(store_apply_t *self, const char *base, const store_file_entry_t *file, store_state_t *state)
{
    const store_file_entry_t *at = file->pending && file->origin? file->origin: file;
    *state = (store_state_t) { 0 };
    if (!base || !*base)
        return OK;
    code_t code = base_tree(self, base);
    if (code == OK)
        code = store_patch_find(self->group->store, NULL, &self->base_root, at->path, &state->mode, &state->oid);
    if (code != NOT_FOUND)
        return code;
    *state = (store_state_t) { 0 };
    return OK;
}

static bool
same_state(const store_state_t *a, const store_state_t *b)
{
    return a->mode == b->mode && (a->mode == 0 || git_oid_equal(&a->oid, &b->oid));
}

static char *
text_of(store_apply_t *self, const store_state_t *state, size_t *size)
{
    *size = 0;
    return state->mode? store_blob_copy(self->group->store, &self->group->objects, &state->oid, size): NULL;
}

// Fills in the sides; `change` NULL or without text: the writer had nothing to put there.
static code_t
conflict(store_apply_t *self, const store_file_entry_t *file, const store_state_t *base,
         const store_action_t *change, const char *text)
{
    store_written_t *result = self->result;
    snprintf(result->conflict_file, sizeof result->conflict_file, "%s", file->path);
    result->base = base? text_of(self, base, &result->base_size): NULL;
    result->theirs = text_of(self, store_file_state(file), &result->theirs_size);
    if (change && change->text) {
        result->ours = malloc(change->size + 1);
        if (!result->ours)
            return INTERNAL;
        memcpy(result->ours, change->text, change->size);
        result->ours[change->size] = 0;
        result->ours_size = change->size;
    }
    return fail(self, CONFLICT, file, text);
}

static code_t
check_kind(store_apply_t *self, const store_file_entry_t *file)
{
    unsigned mode = store_file_state(file)->mode;
    if (mode == STORE_MODE_TREE)
        return fail(self, CONFLICT, file, "there is a folder of that name");
    if (mode != 0 && (mode & 0170000) != 0100000)
        return fail(self, UNSUPPORTED, file, "a link or submodule cannot be changed here");
    return OK;
}

static void
set_next(store_file_entry_t *file, const store_state_t *state)
{
    file->next = *state;
    file->pending = true;
    file->origin = NULL;
}

// ---- put --------------------------------------------------------------------------------------------------------

static code_t
set_object(store_file_entry_t *file, code_t code, const git_oid *oid)
{
    unsigned mode = store_file_state(file)->mode;
    if (code == OK)
        set_next(file, &(store_state_t) { .mode = mode? mode: STORE_MODE_FILE, .oid = *oid });
    return code;
}

static code_t
set_content(store_apply_t *self, store_file_entry_t *file, const char *text, size_t size)
{
    git_oid oid;
    uint8_t *data = malloc(size + 1);
    if (!data)
        return INTERNAL;
    if (size)
        memcpy(data, text, size);
    return set_object(file, store_objects_add(&self->group->objects, GIT_OBJECT_BLOB, data, size, &oid), &oid);
}

// What the writer sent lives as long as the group: a large file is neither copied nor hashed again.
static code_t
set_sent(store_apply_t *self, store_file_entry_t *file, const store_action_t *change, const git_oid *oid)
{
    const char *text = change->text? change->text: "";
    return set_object(file, store_objects_lend(&self->group->objects, GIT_OBJECT_BLOB, text, change->size, oid), oid);
}

// Both sides changed the text: merged if the changes do not overlap.
static code_t
merge(store_apply_t *self, const store_action_t *change, store_file_entry_t *file, const store_state_t *base)
{
    store_written_t *result = self->result;
    char *text = NULL;
    size_t size = 0;
    bool clean = false;
    code_t code = conflict(self, file, base, change, "somebody else changed it meanwhile");
    if (code != CONFLICT || self->write->no_merge)
        return code;
    if (!result->base || !result->theirs || store_is_binary(result->base, result->base_size) ||
        store_is_binary(result->ours, result->ours_size) || store_is_binary(result->theirs, result->theirs_size))
        return code;
    store_sides_t sides = { { result->base, result->base_size }, { result->ours, result->ours_size },
                            { result->theirs, result->theirs_size }, "yours", "theirs" };
    code = store_merge_text(self->group->store, &sides, &text, &size, &clean);
    if (code == OK && !clean) {
        result->merge = text;
        result->merge_size = size;
        return fail(self, CONFLICT, file, "somebody else changed the same lines meanwhile");
    }
    if (code == OK && size > (size_t)(file->page_hash? LIMIT_PAGE_BYTES: LIMIT_ATTACHMENT_BYTES))
        code = fail(self, TOO_LARGE, file, "with the changes of others it is too large");
    if (code == OK)
        code = set_content(self, file, text, size);
    free(text);
    if (code == OK) {
        store_written_clear(result);            // the sides; no change has put anything else there yet
        result->merged = true;
    }
    return code;
}

static code_t
check_content(store_apply_t *self, const store_action_t *change, const store_file_entry_t *file)
{
    const store_state_t *state = store_file_state(file);
    bool page = page_is_page_file(file->path), binary = false;
    if (change->size > (size_t)(page? LIMIT_PAGE_BYTES: LIMIT_ATTACHMENT_BYTES))
        return fail(self, TOO_LARGE, file, page? "a page may have 4 MiB": "a file may have 10 MiB");
    if (!page)
        return OK;
    if (store_is_binary(change->text, change->size))
        return fail(self, UNSUPPORTED, file, "a page must be text in UTF-8");
    if (state->mode) {
        size_t size;
        char *text = text_of(self, state, &size);
        binary = text && store_is_binary(text, size);
        free(text);
    }
    return binary? fail(self, UNSUPPORTED, file, "it is not text in UTF-8, so it can be read but not edited"): OK;
}

static code_t
check_new(store_apply_t *self, const store_action_t *change, const store_file_entry_t *file)
{
    store_file_entry_t *twin = NULL;
    code_t code = store_group_twin(self->group, file, &twin);
    if (code != OK || !twin)
        return code;
    return conflict(self, twin, NULL, change, "this file is the same page already");
}

static code_t
put(store_apply_t *self, const store_action_t *change, store_file_entry_t *file)
{
    git_oid oid;
    store_state_t base;
    const store_state_t *now = store_file_state(file);
    if (file->pending && !file->origin)
        return fail(self, INVALID, file, "it is changed twice");
    code_t code = check_content(self, change, file);
    if (code == OK)
        code = base_state(self, change->base, file, &base);
    if (code != OK)
        return code;
    if (git_odb_hash(&oid, change->text? change->text: "", change->size, GIT_OBJECT_BLOB) < 0)
        return INTERNAL;
    if (now->mode && git_oid_equal(&oid, &now->oid))
        return OK;                              // it is as the writer wants it
    if (!now->mode && base.mode)
        return conflict(self, file, &base, change, "somebody else deleted it meanwhile");
    if (!now->mode)
        code = check_new(self, change, file);
    else if (!base.mode)
        return conflict(self, file, NULL, change, change->base && *change->base? "somebody else created it meanwhile":
                                                  "it exists already; a change of it states its base revision");
    else if (!git_oid_equal(&base.oid, &now->oid))
        return merge(self, change, file, &base);
    return code == OK? set_sent(self, file, change, &oid): code;
}

// ---- delete and move --------------------------------------------------------------------------------------------

// It exists, its base is stated, and nobody changed it since.
static code_t
check_unchanged(store_apply_t *self, const store_action_t *change, const store_file_entry_t *file)
{
    store_state_t base;
    if (file->pending)
        return fail(self, INVALID, file, "it is changed twice");
    if (!file->now.mode)
        return fail(self, NOT_FOUND, file, "there is no such page or file");
    if (!change->base || !*change->base)
        return fail(self, INVALID, file, "deleting or moving it needs the base revision");
    code_t code = base_state(self, change->base, file, &base);
    if (code == OK && !same_state(&base, &file->now))
        code = conflict(self, file, &base, NULL, "somebody else changed it meanwhile");
    return code;
}

// A page that only gets another case is its own target; then the new name is wanted.
static code_t
move_target(store_apply_t *self, const store_action_t *change, const store_file_entry_t *from,
            store_file_entry_t **to)
{
    char name[PAGE_ID_SIZE];
    store_t *store = self->group->store;
    if (!change->to || !*change->to)
        return fail(self, INVALID, from, "a move needs the new name");
    code_t code = store_group_resolve(self->group, change->to, change->exact, to);
    if (code == OK && *to == from && !change->exact) {
        if (page_new_file(&store->naming, change->to, name) != OK)
            return store_fail(store, INVALID, "%.200s is no name of a page", change->to);
        code = store_group_file(self->group, name, to);
    }
    if (code == OK && *to == from)
        return fail(self, INVALID, from, "it has that name already");
    return code;
}

static code_t
move(store_apply_t *self, const store_action_t *change, store_file_entry_t *from, store_file_entry_t **file)
{
    static const store_state_t nothing = { 0 };
    store_file_entry_t *to = NULL;
    code_t code = check_unchanged(self, change, from);
    if (code == OK)
        code = move_target(self, change, from, &to);
    if (code == OK)
        code = check_kind(self, to);
    if (code != OK)
        return code;
    if (store_file_state(to)->mode)
        return conflict(self, to, NULL, NULL, "the target of the move exists already");
    if (page_is_page_file(from->path) != page_is_page_file(to->path))
        return fail(self, INVALID, to, "a page stays a page when it is moved, a file a file");
    store_state_t state = from->now;
    set_next(from, &nothing);                   // first: a twin of the target may be the source itself
    code = check_new(self, change, to);
    if (code != OK)
        return code;
    set_next(to, &state);
    to->origin = from;
    *file = to;
    return OK;
}

code_t
store_change_apply(store_apply_t *self, const store_action_t *change, store_file_entry_t **file)
{
    static const store_state_t nothing = { 0 };
    code_t code = store_group_resolve(self->group, change->path, change->exact, file);
    if (code == OK)
        code = check_kind(self, *file);
    if (code != OK)
        return code;
    if (strcmp(change->action, "put") == 0)
        return put(self, change, *file);
    if (strcmp(change->action, "move") == 0)
        return move(self, change, *file, file);
    if (strcmp(change->action, "delete") != 0)
        return store_fail(self->group->store, INVALID, "\"%.16s\" is no action: put, delete or move",
                          change->action);
    code = check_unchanged(self, change, *file);
    if (code == OK)
        set_next(*file, &nothing);
    return code;
}
