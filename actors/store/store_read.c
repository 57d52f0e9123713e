#include "store_read.h"

#include <stdlib.h>
#include <string.h>

// ---- which file is meant ----------------------------------------------------------------------------------------

code_t
store_blob_in(store_t *self, const git_tree *tree, const char *file, git_oid *blob)
{
    git_tree_entry *entry = NULL;
    code_t code = NOT_FOUND;
    int error = tree? git_tree_entry_bypath(&entry, tree, file): GIT_ENOTFOUND;
    if (error < 0 && error != GIT_ENOTFOUND)
        return store_fail_git(self, error, file);
    git_filemode_t mode = entry? git_tree_entry_filemode(entry): GIT_FILEMODE_UNREADABLE;
    if (mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE) {
        *blob = *git_tree_entry_id(entry);
        code = OK;
    }
    git_tree_entry_free(entry);
    return code;
}

static code_t
resolve_by_catalog(store_t *self, const git_tree *tree, const char *path, char file[PAGE_ID_SIZE])
{
    const store_catalog_t *catalog = NULL;
    code_t code = store_catalog_of(self, tree, &catalog);
    if (code != OK)
        return code;
    const store_file_t *found = store_catalog_page(catalog, path);
    if (found)
        snprintf(file, PAGE_ID_SIZE, "%s", found->path);
    return found? OK: NOT_FOUND;
}

code_t
store_resolve_in(store_t *self, const git_tree *tree, const char *path, bool exact, char file[PAGE_ID_SIZE])
{
    git_oid blob;
    char fresh[PAGE_ID_SIZE];
    const char *why = "no path";
    if (exact) {
        if (page_path_check(path, &why) != OK)
            return store_fail(self, INVALID, "%.200s: %s", path, why);
        snprintf(file, PAGE_ID_SIZE, "%s", path);
        return store_blob_in(self, tree, file, &blob);
    }
    if (page_new_file(&self->naming, path, fresh) != OK || page_spelled_file(path, file) != OK) {
        page_path_check(path, &why);
        return store_fail(self, INVALID, "%.200s is no name of a page: %s", path, why);
    }
    code_t code = store_blob_in(self, tree, file, &blob);
    if (code != NOT_FOUND)
        return code;
    code = tree? resolve_by_catalog(self, tree, path, file): NOT_FOUND;
    if (code == NOT_FOUND)
        memcpy(file, fresh, sizeof fresh);
    return code;
}

code_t
store_resolve_at(store_t *self, const char *path, bool exact, char file[PAGE_ID_SIZE])
{
    return store_resolve_in(self, self->root, path, exact, file);
}

code_t
store_resolve(store_t *self, const char *spelling, char file[PAGE_ID_SIZE])
{
    code_t code = store_refresh(self);
    return code == OK? store_resolve_at(self, spelling, false, file): code;
}

void
store_page_of(const store_t *self, const char *file, char page[PAGE_ID_SIZE])
{
    if (page_id_of_file(&self->naming, file, page) != OK)
        page[0] = 0;
}

static bool
means_head(const char *revision)
{
    return !revision || !*revision || strcmp(revision, "HEAD") == 0;
}

static code_t
locate_in(store_t *self, const git_tree *tree, const char *path, bool exact, store_place_t *place)
{
    code_t code = store_resolve_in(self, tree, path, exact, place->file);
    if (code == OK)
        code = store_blob_in(self, tree, place->file, &place->blob);
    place->missing = code == NOT_FOUND;
    return place->missing? store_fail(self, NOT_FOUND, "there is no page or file called %.300s", path): code;
}

code_t
store_locate(store_t *self, const char *revision, const char *path, bool exact, store_place_t *place)
{
    git_commit *commit = NULL;
    git_tree *tree = NULL;
    memset(place, 0, sizeof *place);
    if (means_head(revision) && self->has_head) {       // the way of nearly every read: the root is at hand
        place->commit = self->head;
        return locate_in(self, self->root, path, exact, place);
    }
    code_t code = store_revision_lookup(self, revision, &commit);
    if (code != OK)
        goto done;
    int error = git_commit_tree(&tree, commit);
    if (error < 0) {
        code = store_fail_git(self, error, "the commit cannot be read");
        goto done;
    }
    place->commit = *git_commit_id(commit);
    code = locate_in(self, tree, path, exact, place);
done:
    git_tree_free(tree);
    git_commit_free(commit);
    return code;
}

// ---- content ----------------------------------------------------------------------------------------------------

static code_t
load_part(store_t *self, const git_oid *oid, const store_read_t *what, store_content_t *content)
{
    git_blob *blob = NULL;
    int error = git_blob_lookup(&blob, self->repo, oid);
    if (error < 0)
        return store_fail_git(self, error, content->file) == NO_SPACE? NO_SPACE: INTERNAL;
    const char *text = git_blob_rawcontent(blob);
    code_t code = OK;
    content->total = (size_t)git_blob_rawsize(blob);
    content->binary = store_is_binary(text, content->total);
    size_t offset = what->offset < content->total? what->offset: content->total;
    size_t size = content->total - offset;
    if (what->size > 0 && what->size < size)
        size = what->size;
    if (what->stat)
        goto done;
    code = TOO_LARGE;
    if (size > LIMIT_BLOB_BYTES) {
        store_fail(self, code, "%.300s is too large to be served", content->file);
        goto done;
    }
    code = INTERNAL;
    content->text = malloc(size + 1);
    if (!content->text)
        goto done;
    memcpy(content->text, text + offset, size);
    content->text[size] = 0;
    content->size = size;
    code = OK;
done:
    git_blob_free(blob);
    return code;
}

// A file that no message can carry, or that is larger than wanted, is not even taken into memory.
static code_t
check_size(store_t *self, const git_oid *blob, const char *file, size_t most)
{
    size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (git_odb_read_header(&size, &type, self->odb, blob) == 0 && size > most)
        return store_fail(self, TOO_LARGE, "%.300s is too large to be served", file);
    return OK;
}

// What a commit holds does not depend on where the head is; and following a head that moves with every save makes
// libgit2 look through the folder of packs each time.
static bool
names_a_commit(const char *revision)
{
    return revision && strlen(revision) == GIT_OID_HEXSZ;
}

code_t
store_read(store_t *self, const store_read_t *what, store_content_t *content)
{
    store_place_t place;
    memset(content, 0, sizeof *content);
    code_t code = self->has_head && names_a_commit(what->commit)? OK: store_refresh(self);
    if (code == OK)
        code = store_locate(self, what->commit, what->path, what->exact, &place);
    if (code != OK)
        return code;
    memcpy(content->file, place.file, sizeof content->file);
    store_page_of(self, content->file, content->page);
    git_oid_tostr(content->commit.hex, sizeof content->commit.hex, &place.commit);
    git_oid_tostr(content->blob.hex, sizeof content->blob.hex, &place.blob);
    if (what->most || !content->page[0])
        code = check_size(self, &place.blob, content->file, what->most? what->most: LIMIT_BLOB_BYTES);
    return code == OK? load_part(self, &place.blob, what, content): code;
}

code_t
store_load(store_t *self, const git_oid *blob, char **text, size_t *size)
{
    store_content_t content = { .file = "a former content" };
    store_read_t whole = { .path = "" };
    code_t code = check_size(self, blob, content.file, LIMIT_BLOB_BYTES);
    if (code == OK)
        code = load_part(self, blob, &whole, &content);
    *text = content.text;
    *size = content.size;
    return code;
}

void
store_content_clear(store_content_t *content)
{
    free(content->text);
    content->text = NULL;
    content->size = 0;
}

// ---- text of commits --------------------------------------------------------------------------------------------

char *
store_text_copy(const char *text, size_t size, size_t limit)
{
    char *copy = malloc(limit + 1);
    if (!copy)
        return NULL;
    bool utf8 = page_utf8_valid(text, size);
    size_t out = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool two = byte >= 0x80 && !utf8;
        if (out + (two? 2: 1) > limit)
            break;
        if (two)
            copy[out++] = (char)(0xC0 | byte >> 6);
        copy[out++] = (char)(two? 0x80 | (byte & 0x3F): byte);
    }
    while (out > 0 && out < size && !page_utf8_valid(copy, out))
        out--;                                  // cut within a character
    copy[out] = 0;
    return copy;
}

// The message without our trailers and without the blank lines at its end.
static char *
copy_message(const char *message)
{
    size_t size = store_message_length(message);
    while (size > 0 && strchr(" \t\r\n", message[size - 1]))
        size--;
    return store_text_copy(message, size, LIMIT_MESSAGE_TEXT_BYTES);
}

code_t
store_describe(store_t *self, const git_commit *commit, store_commit_info_t *info)
{
    const git_signature *author = git_commit_author(commit);
    git_oid_tostr(info->commit.hex, sizeof info->commit.hex, git_commit_id(commit));
    if (git_commit_parentcount(commit) > 0)
        git_oid_tostr(info->parent.hex, sizeof info->parent.hex, git_commit_parent_id(commit, 0));
    info->author = store_text_copy(author->name, strlen(author->name), LIMIT_IDENTITY_BYTES);
    info->email = store_text_copy(author->email, strlen(author->email), LIMIT_IDENTITY_BYTES);
    info->message = copy_message(git_commit_message(commit));
    info->when = author->when.time;
    info->zone = author->when.offset;
    return info->author && info->email && info->message? OK: store_fail(self, INTERNAL, "out of memory");
}

void
store_commit_info_clear(store_commit_info_t *info)
{
    for (size_t i = 0; i < info->file_count; i++)
        free(info->files[i]);
    free(info->files);
    free(info->author);
    free(info->email);
    free(info->message);
    memset(info, 0, sizeof *info);
}
