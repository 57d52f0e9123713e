// store_ref - reading the ref that HEAD leads to
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "store_file.h"

enum { HEX = GIT_OID_HEXSZ };

static bool
same_file(const struct stat *now, ino_t inode, const struct timespec *mtime)
{
    return now->st_ino == inode && now->st_mtim.tv_sec == mtime->tv_sec && now->st_mtim.tv_nsec == mtime->tv_nsec;
}

static bool
path_in(char path[4096], const char *folder, const char *name)
{
    int length = snprintf(path, 4096, "%s%s", folder, name);
    return length > 0 && length < 4096;
}

static void
cut_line(char *text)
{
    text[strcspn(text, "\r\n")] = 0;
}

// HEAD changes when a person switches branches: then its name or its time is another.
static code_t
read_head_name(store_t *self)
{
    char path[4096], text[STORE_REF_SIZE + 8];
    struct stat now;
    if (!path_in(path, self->git_dir, "HEAD") || stat(path, &now) < 0)
        return store_fail_errno(self, "cannot read HEAD");
    if (self->ref_name[0] && same_file(&now, self->head_inode, &self->head_mtime))
        return OK;
    if (store_file_read(path, text, sizeof text) < 0)
        return store_fail_errno(self, "cannot read HEAD");
    const char *name = "HEAD";
    if (strncmp(text, "ref:", 4) == 0) {
        cut_line(text);
        name = text + 4 + strspn(text + 4, " \t");
        if (strncmp(name, "refs/", 5) != 0 || strstr(name, ".."))
            return store_fail(self, INTERNAL, "HEAD names no branch: %s", name);
    }
    snprintf(self->ref_name, sizeof self->ref_name, "%s", name);
    self->head_inode = now.st_ino;
    self->head_mtime = now.st_mtim;
    self->packed_known = false;
    return OK;
}

// NOT_FOUND: there is no such file.
static code_t
read_loose(store_t *self, store_ref_t *ref)
{
    char path[4096], text[STORE_REF_SIZE];
    const char *folder = strcmp(ref->name, "HEAD") == 0? self->git_dir: self->common_dir;
    if (!path_in(path, folder, ref->name))
        return store_fail(self, INTERNAL, "the path of the repository is too long");
    if (store_file_read(path, text, sizeof text) < 0) {
        if (errno == ENOENT || errno == EISDIR || errno == ENOTDIR)
            return NOT_FOUND;
        return store_fail_errno(self, ref->name);
    }
    if (strlen(text) < HEX || git_oid_fromstrn(&ref->oid, text, HEX) < 0)
        return store_fail(self, INTERNAL, "%s holds no commit id", ref->name);
    ref->exists = true;
    return OK;
}

static void
find_packed(store_t *self, FILE *file)
{
    char line[STORE_REF_SIZE + HEX + 8];
    size_t size = strlen(self->ref_name);
    self->packed_exists = false;
    while (fgets(line, sizeof line, file)) {
        cut_line(line);
        if (strlen(line) != HEX + 1 + size || line[HEX] != ' ' || strcmp(line + HEX + 1, self->ref_name) != 0)
            continue;
        self->packed_exists = git_oid_fromstrn(&self->packed_oid, line, HEX) == 0;
    }
}

static code_t
read_packed(store_t *self, store_ref_t *ref)
{
    char path[4096];
    struct stat now = { 0 };
    if (!path_in(path, self->common_dir, "packed-refs"))
        return store_fail(self, INTERNAL, "the path of the repository is too long");
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return OK;
    if (!file || fstat(fileno(file), &now) < 0) {
        if (file)
            fclose(file);
        return store_fail_errno(self, "cannot read packed-refs");
    }
    if (!self->packed_known || !same_file(&now, self->packed_inode, &self->packed_mtime)) {
        find_packed(self, file);
        self->packed_known = true;
        self->packed_inode = now.st_ino;
        self->packed_mtime = now.st_mtim;
    }
    fclose(file);
    ref->exists = self->packed_exists;
    ref->oid = self->packed_oid;
    return OK;
}

code_t
store_ref_read(store_t *self, store_ref_t *ref)
{
    code_t code = OK;
    *ref = (store_ref_t) { .exists = false };
    code = read_head_name(self);
    if (code != OK)
        return code;
    snprintf(ref->name, sizeof ref->name, "%s", self->ref_name);
    code = read_loose(self, ref);
    return code == NOT_FOUND? read_packed(self, ref): code;
}

bool
store_watch(store_t *self, store_oid_t *head)
{
    *head = (store_oid_t) { "" };
    if (store_refresh(self) != OK || !self->has_head)
        return false;
    git_oid_tostr(head->hex, sizeof head->hex, &self->head);
    if (git_oid_equal(&self->head, &self->watched))
        return false;
    self->watched = self->head;
    return true;
}
