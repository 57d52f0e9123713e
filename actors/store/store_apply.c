// store_apply - one write: its changes, its tree, its commit; or the answer it had before
#include <stdlib.h>
#include <string.h>
#include "store_file.h"
#include "store_writer.h"

static code_t
check_write(store_t *store, const store_write_t *write)
{
    size_t message = write->message? strlen(write->message): 0;
    if (write->deadline && store_now() >= write->deadline)
        return store_fail(store, TIMEOUT, "the deadline passed before the write began");
    if (write->count == 0)
        return store_fail(store, INVALID, "a write needs at least one change");
    if (write->count > LIMIT_CHANGES)
        return store_fail(store, TOO_LARGE, "a write may have %d changes", LIMIT_CHANGES);
    if (message > LIMIT_MESSAGE_TEXT_BYTES)
        return store_fail(store, TOO_LARGE, "a commit message may have %d bytes", LIMIT_MESSAGE_TEXT_BYTES);
    if (message && !page_utf8_valid(write->message, message))
        return store_fail(store, INVALID, "the commit message is not UTF-8");
    if (!store_request_id_valid(write->request_id))
        return store_fail(store, INVALID, "a Request-Id is 1 to 64 letters, digits and . _ : @ + = / -");
    return OK;
}

// ---- a repeat ---------------------------------------------------------------------------------------------------

// What somebody else's change did to the text was merged in, if the commit holds another text than was sent.
static bool
was_merged(store_group_t *group, const git_oid *root, const store_action_t *change, const char *file)
{
    unsigned mode;
    git_oid sent, found;
    return strcmp(change->action, "put") == 0 &&
           git_odb_hash(&sent, change->text? change->text: "", change->size, GIT_OBJECT_BLOB) == 0 &&
           store_patch_find(group->store, &group->objects, root, file, &mode, &found) == OK &&
           !git_oid_equal(&sent, &found);
}

static bool
root_of(store_group_t *group, const git_oid *commit, git_oid *root)
{
    store_bytes_t bytes;
    bool found = store_bytes_read(group->store, &group->objects, commit, GIT_OBJECT_COMMIT, &bytes) == OK;
    found = found && bytes.size > 5 + GIT_OID_HEXSZ &&
            git_oid_fromstrn(root, (const char *)bytes.data + 5, GIT_OID_HEXSZ) == 0;
    store_bytes_clear(&bytes);
    return found;
}

static bool
add_file_name(store_written_t *result, const char *name)
{
    result->files[result->file_count] = strdup(name);
    return result->files[result->file_count] && ++result->file_count;
}

static code_t
answer_again(store_group_t *group, size_t index, const store_request_answer_t *before)
{
    const store_write_t *write = &group->writes[index];
    store_written_t *result = &group->results[index];
    git_oid root;
    git_oid_tostr(result->commit.hex, sizeof result->commit.hex, &before->commit);
    result->repeated = true;
    result->other = before->other;
    result->unchanged = before->unchanged;
    if (before->other)
        return OK;
    bool known = root_of(group, &before->commit, &root);
    result->files = calloc(write->count, sizeof *result->files);
    if (!result->files)
        return INTERNAL;
    for (size_t i = 0; i < write->count; i++) {
        const store_action_t *change = &write->changes[i];
        bool moved = strcmp(change->action, "move") == 0 && change->to && *change->to;
        store_file_entry_t *file;
        code_t code = store_group_resolve(group, moved? change->to: change->path, change->exact, &file);
        if (code != OK)
            return code;
        if (!add_file_name(result, file->path))
            return INTERNAL;
        result->merged |= known && !before->unchanged && was_merged(group, &root, change, file->path);
    }
    return OK;
}

// Was this request answered before, by a commit or earlier in the same group?
static bool
find_answer(store_group_t *group, size_t index, store_request_answer_t *before)
{
    const store_write_t *write = &group->writes[index];
    store_step_t *step = &group->steps[index];
    step->keyed = store_request_key(write->request_id, write->client, &step->person, &step->key);
    if (!step->keyed)
        return false;
    for (size_t i = 0; i < index; i++) {
        const store_step_t *earlier = &group->steps[i];
        if (!earlier->keyed || group->results[i].code != OK || group->results[i].other ||
            !git_oid_equal(&earlier->key.hash, &step->key.hash))
            continue;
        before->unchanged = group->results[i].unchanged;
        before->other = strcmp(earlier->key.digest, step->key.digest) != 0;
        return git_oid_fromstr(&before->commit, group->results[i].commit.hex) == 0;
    }
    return store_requests_find(group->writer->requests, &step->key, before);
}

// ---- the commit -------------------------------------------------------------------------------------------------

// "Update notes/a", "Move notes/a to notes/b", "Change 3 files"
static void
default_message(const store_write_t *write, char *const *files, bool created, char *text, size_t room)
{
    const store_action_t *change = write->changes;
    const char *verb = strcmp(change->action, "delete") == 0? "Delete": created? "Create": "Update";
    char name[PAGE_ID_SIZE];
    if (page_is_page_file(files[0]))
        page_folder(files[0], name);
    else
        snprintf(name, sizeof name, "%s", files[0]);
    if (write->count > 1)
        snprintf(text, room, "Change %zu files", write->count);
    else if (strcmp(change->action, "move") == 0)
        snprintf(text, room, "Move %s to %s", change->path, name);
    else
        snprintf(text, room, "%s %s", verb, name);
}

static bool
is_blank(const char *text)
{
    return !text || text[strspn(text, " \t\r\n")] == 0;
}

static code_t
make_commit(store_group_t *group, size_t index, const git_oid *root, bool created)
{
    char made[3 * PAGE_ID_SIZE];
    const store_write_t *write = &group->writes[index];
    store_written_t *result = &group->results[index];
    store_step_t *step = &group->steps[index];
    size_t size;
    default_message(write, result->files, created, made, sizeof made);
    store_commit_t commit = { .tree = root, .parent = group->has_head? &group->head: NULL, .person = &step->person,
                              .message = is_blank(write->message)? made: write->message, .client = write->client,
                              .request_id = write->request_id };
    const char *subject = commit.message + strspn(commit.message, " \t\r\n");
    snprintf(step->subject, sizeof step->subject, "%.*s", (int)strcspn(subject, "\r\n"), subject);
    uint8_t *data = store_commit_make(&commit, &size);
    if (!data)
        return INTERNAL;
    code_t code = store_objects_add(&group->objects, GIT_OBJECT_COMMIT, data, size, &step->commit);
    if (code != OK)
        return code;
    step->parent = group->has_head? group->head: (git_oid) { { 0 } };
    step->made = true;
    group->head = step->commit;
    group->root = *root;
    group->has_head = true;
    return OK;
}

// The files whose content differs now, as edits of a tree.
static store_edit_t *
edits_of(const store_group_t *group, size_t *count, bool *created)
{
    store_edit_t *edits = calloc(group->file_count + 1, sizeof *edits);
    *count = 0;
    *created = false;
    for (size_t i = 0; edits && i < group->file_count; i++) {
        const store_file_entry_t *file = group->files[i];
        if (!file->pending || (file->next.mode == file->now.mode &&
                               (file->now.mode == 0 || git_oid_equal(&file->next.oid, &file->now.oid))))
            continue;
        *created |= file->now.mode == 0;
        edits[(*count)++] = (store_edit_t) { file->path, file->next.mode, file->next.oid };
    }
    return edits;
}

static code_t
commit_changes(store_group_t *group, size_t index)
{
    store_written_t *result = &group->results[index];
    git_oid root;
    size_t count;
    bool created;
    store_edit_t *edits = edits_of(group, &count, &created);
    code_t code = edits? OK: INTERNAL;
    result->unchanged = count == 0;
    if (code == OK && count) {
        code = store_patch(group->store, &group->objects, group->has_head? &group->root: NULL, edits, count, &root);
        if (code == CONFLICT)
            snprintf(result->conflict_file, sizeof result->conflict_file, "%s", result->files[0]);
        if (code == OK)
            code = make_commit(group, index, &root, created);
    }
    free(edits);
    return code;
}

code_t
store_apply(store_group_t *group, size_t index)
{
    const store_write_t *write = &group->writes[index];
    store_written_t *result = &group->results[index];
    store_apply_t self = { .group = group, .write = write, .result = result };
    store_request_answer_t before;
    code_t code = check_write(group->store, write);
    if (code != OK)
        return code;
    store_person(write->name, write->email, &group->steps[index].person);
    if (find_answer(group, index, &before))
        return answer_again(group, index, &before);
    char **files = calloc(write->count, sizeof *files);
    code = files? OK: INTERNAL;
    for (size_t i = 0; code == OK && i < write->count; i++) {
        store_file_entry_t *file;
        code = store_change_apply(&self, &write->changes[i], &file);
        if (code == OK)
            files[i] = file->path;              // a view, until the names are copied
    }
    result->files = calloc(write->count, sizeof *result->files);
    for (size_t i = 0; code == OK && i < write->count; i++)
        code = result->files && add_file_name(result, files[i])? OK: INTERNAL;
    free(files);
    if (code == OK)
        code = commit_changes(group, index);
    if (group->has_head)
        git_oid_tostr(result->commit.hex, sizeof result->commit.hex, &group->head);
    return code;
}
