// Errors and the head
#include "store_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

// ---- errors -----------------------------------------------------------------------------------------------------

code_t
store_fail(store_t *self, code_t code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(self->error, sizeof self->error, format, arguments);
    va_end(arguments);
    if (!page_utf8_valid(self->error, strlen(self->error)))     // cut within a character, or a name that git allows
        for (char *at = self->error; *at; at++)
            *at = (unsigned char)*at < 0x80? *at: '?';
    return code;
}

static code_t
code_of_errno(int number)
{
    if (number == ENOSPC || number == EDQUOT)
        return NO_SPACE;
    return number == EROFS || number == EACCES || number == EPERM? READ_ONLY: INTERNAL;
}

code_t
store_fail_git(store_t *self, int error, const char *what)
{
    int number = errno;
    if (error > 0)
        return store_fail(self, code_of_errno(error), "%s: %s", what, strerror(error));
    const git_error *last = git_error_last();
    code_t code = last && last->klass == GIT_ERROR_OS? code_of_errno(number): INTERNAL;
    if (error == GIT_ENOTFOUND)
        code = NOT_FOUND;
    if (error == GIT_EAMBIGUOUS)
        code = INVALID;
    return store_fail(self, code, "%s: %s", what, last && last->message? last->message: "no reason given");
}

const char *
store_error(const store_t *self)
{
    return self->error;
}

bool
store_writable(const store_t *self)
{
    return self->writable;
}

// ---- the head ---------------------------------------------------------------------------------------------------

static void
forget_head(store_t *self)
{
    git_tree_free(self->root);
    self->root = NULL;
    self->has_head = false;
    memset(&self->head, 0, sizeof self->head);
}

static code_t
move_head(store_t *self, const git_oid *oid)
{
    git_commit *commit = NULL;
    git_tree *root = NULL;
    code_t code = OK;
    store_odb_moved(self);
    int error = git_commit_lookup(&commit, self->repo, oid);
    if (error == 0)
        error = git_commit_tree(&root, commit);
    git_commit_free(commit);
    if (error < 0) {
        code = store_fail_git(self, error, "the head cannot be read");
        return code == NOT_FOUND? INTERNAL: code;
    }
    forget_head(self);
    self->head = *oid;
    self->root = root;
    self->has_head = true;
    return OK;
}

code_t
store_refresh(store_t *self)
{
    store_ref_t ref;
    if (self->held)
        return OK;
    code_t code = store_ref_read(self, &ref);
    if (code != OK)
        return code;
    if (!ref.exists) {
        forget_head(self);
        return OK;
    }
    return self->has_head && git_oid_equal(&ref.oid, &self->head)? OK: move_head(self, &ref.oid);
}

code_t
store_hold(store_t *self)
{
    code_t code = store_refresh(self);
    self->held = code == OK;
    return code;
}

void
store_release(store_t *self)
{
    self->held = false;
}

code_t
store_head(store_t *self, store_oid_t *head)
{
    head->hex[0] = 0;
    code_t code = store_refresh(self);
    if (code == OK && self->has_head)
        git_oid_tostr(head->hex, sizeof head->hex, &self->head);
    return code;
}
