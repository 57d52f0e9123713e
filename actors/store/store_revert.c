// The changes that undo a commit, or that bring one page back to how it was
#include "store_read.h"
#include "store_tree_walk.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    store_t *store;
    store_revert_t *revert;
    size_t bytes;                               // of the contents so far
    code_t code;
} undo_t;

// ---- changes ----------------------------------------------------------------------------------------------------

// Adds a put of `text`, which it takes, or a delete if that is NULL. `there`: the file is there at the head.
static code_t
add_change(undo_t *self, const char *file, store_text_t *text, bool there)
{
    store_revert_t *revert = self->revert;
    char *content = (char *)text->text;
    char *path = NULL, *base = NULL;
    code_t code = store_fail(self->store, TOO_LARGE, "the commit is too large to be undone at once");
    self->bytes += text->size;
    if (revert->count == LIMIT_CHANGES || self->bytes > LIMIT_MESSAGE_BYTES)
        goto failed;
    code = store_fail(self->store, INTERNAL, "out of memory");
    if (!revert->changes)
        revert->changes = calloc(LIMIT_CHANGES, sizeof *revert->changes);
    path = strdup(file);
    base = strdup(there? revert->base.hex: "");
    if (!revert->changes || !path || !base)
        goto failed;
    revert->changes[revert->count++] = (store_action_t) { .action = content? "put": "delete", .path = path,
                                                          .exact = true, .base = base, .text = content,
                                                          .size = text->size };
    return OK;
failed:
    free(path);
    free(base);
    free(content);
    return code;
}

static code_t
conflict(undo_t *self, const char *file)
{
    return store_fail(self->store, CONFLICT, "%.300s was changed again since: undo it by hand", file);
}

typedef struct { const git_oid *before, *after, *now; } versions_t;     // NULL: not there

// Takes the change out of a text that was changed again: what the commit did is undone where nothing later touches it.
static code_t
undo_text(undo_t *self, const char *file, const versions_t *blobs)
{
    char *texts[3] = { NULL, NULL, NULL };
    size_t sizes[3] = { 0, 0, 0 };
    const git_oid *oids[3] = { blobs->after, blobs->before, blobs->now };
    store_text_t merged = { NULL, 0 };
    bool clean = false;
    code_t code = OK;
    for (size_t i = 0; code == OK && i < 3; i++)
        code = store_load(self->store, oids[i], &texts[i], &sizes[i]);
    for (size_t i = 0; code == OK && i < 3; i++)
        if (store_is_binary(texts[i], sizes[i]))
            code = conflict(self, file);
    store_sides_t sides = { { texts[0], sizes[0] }, { texts[1], sizes[1] }, { texts[2], sizes[2] }, "before", "now" };
    char *text = NULL;
    if (code == OK)
        code = store_merge_text(self->store, &sides, &text, &merged.size, &clean);
    merged.text = text;
    if (code == OK && clean)
        code = add_change(self, file, &merged, true);
    else
        free(text);
    if (code == OK && !clean)
        code = conflict(self, file);
    for (size_t i = 0; i < 3; i++)
        free(texts[i]);
    return code;
}

static bool
is_same(const git_oid *a, const git_oid *b)
{
    return a && b? git_oid_equal(a, b): !a && !b;
}

static code_t
undo_file(undo_t *self, const char *file, const versions_t *blobs)
{
    store_text_t text = { NULL, 0 };
    char *content = NULL;
    if (is_same(blobs->now, blobs->before))
        return OK;
    if (!is_same(blobs->now, blobs->after))
        return blobs->before && blobs->after && blobs->now? undo_text(self, file, blobs): conflict(self, file);
    code_t code = blobs->before? store_load(self->store, blobs->before, &content, &text.size): OK;
    text.text = content;
    return code == OK? add_change(self, file, &text, blobs->now != NULL): code;
}

static int
on_difference(void *context, const store_difference_t *difference)
{
    undo_t *self = context;
    git_oid now;
    code_t code = store_blob_in(self->store, self->store->root, difference->path, &now);
    versions_t blobs = { difference->before, difference->after, code == OK? &now: NULL };
    if (code == OK || code == NOT_FOUND)
        code = undo_file(self, difference->path, &blobs);
    self->code = code;
    return code == OK? 0: GIT_EUSER;
}

// ---- what is undone ---------------------------------------------------------------------------------------------

static code_t
undo_commit(undo_t *self, const git_commit *commit)
{
    git_commit *parent = NULL;
    git_tree *before = NULL, *after = NULL;
    int error = git_commit_tree(&after, commit);
    if (error == 0 && git_commit_parentcount(commit) > 0)
        error = git_commit_parent(&parent, commit, 0);
    if (error == 0 && parent)
        error = git_commit_tree(&before, parent);
    if (error == 0)
        error = store_tree_compare_trees(self->store, before, after, on_difference, self);
    git_tree_free(before);
    git_tree_free(after);
    git_commit_free(parent);
    if (self->code != OK)
        return self->code;
    return error < 0? store_fail_git(self->store, error, "the commit cannot be compared"): OK;
}

// The page as it was at the commit, under the name that it has now.
static code_t
restore_page(undo_t *self, const git_commit *commit, const char *path)
{
    char revision[GIT_OID_HEXSZ + 1];
    char *content = NULL;
    store_text_t text = { NULL, 0 };
    store_place_t then, now;
    git_oid_tostr(revision, sizeof revision, git_commit_id(commit));
    code_t code = store_locate(self->store, revision, path, false, &then);
    if (code == NOT_FOUND)                      // perhaps it is a file, not a page
        code = store_locate(self->store, revision, path, true, &then);
    if (code != OK)
        return code;
    bool page = page_is_page_file(then.file);
    code = store_locate(self->store, NULL, page? path: then.file, !page, &now);
    if (code != OK && !now.missing)
        return code;
    if (!now.missing && git_oid_equal(&now.blob, &then.blob))
        return OK;
    code = store_load(self->store, &then.blob, &content, &text.size);
    text.text = content;
    return code == OK? add_change(self, now.missing? then.file: now.file, &text, !now.missing): code;
}

code_t
store_revert(store_t *self, const char *commit, const char *path, store_revert_t *revert)
{
    undo_t undo = { .store = self, .revert = revert, .code = OK };
    git_commit *undone = NULL;
    memset(revert, 0, sizeof *revert);
    code_t code = store_refresh(self);
    if (code == OK)
        code = store_commit_lookup(self, commit, &undone);
    if (code != OK)
        return code;
    const char *message = git_commit_message(undone);
    char *subject = store_text_copy(message, strcspn(message, "\n"), sizeof revert->subject - 1);
    if (subject)
        snprintf(revert->subject, sizeof revert->subject, "%s", subject);
    free(subject);
    git_oid_tostr(revert->base.hex, sizeof revert->base.hex, &self->head);
    code = path && *path? restore_page(&undo, undone, path): undo_commit(&undo, undone);
    git_commit_free(undone);
    if (code != OK)
        store_revert_clear(revert);
    return code;
}

void
store_revert_clear(store_revert_t *revert)
{
    for (size_t i = 0; i < revert->count; i++) {
        free((char *)revert->changes[i].path);
        free((char *)revert->changes[i].base);
        free((char *)revert->changes[i].text);
    }
    free(revert->changes);
    memset(revert, 0, sizeof *revert);
}
