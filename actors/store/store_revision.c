// The commits that a revision may mean
#include "store_raw.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS = 100000 };                        // back from the name of a commit, all together

// ---- ids --------------------------------------------------------------------------------------------------------

// The commit of 4 to 40 hex digits, or of the tag that has them.
static code_t
lookup_by_digits(store_t *self, const char *digits, size_t size, git_commit **commit)
{
    git_oid oid;
    git_object *object = NULL, *found = NULL;
    if (git_oid_fromstrn(&oid, digits, size) < 0)
        return store_fail(self, INVALID, "%.64s is no revision", digits);
    int error = git_object_lookup_prefix(&object, self->repo, &oid, size, GIT_OBJECT_ANY);
    if (error == 0)
        error = git_object_peel(&found, object, GIT_OBJECT_COMMIT);
    git_object_free(object);
    *commit = (git_commit *)found;
    if (error == 0)
        return OK;
    if (error == GIT_EAMBIGUOUS)
        return store_fail(self, INVALID, "%.64s is ambiguous: give more digits", digits);
    return store_fail(self, NOT_FOUND, "there is no commit %.64s", digits);
}

code_t
store_commit_lookup(store_t *self, const char *revision, git_commit **commit)
{
    *commit = NULL;
    if (!revision || !*revision || strcmp(revision, "HEAD") == 0) {
        if (!self->has_head)
            return store_fail(self, NOT_FOUND, "the wiki has no commit yet");
        int error = git_commit_lookup(commit, self->repo, &self->head);
        return error < 0? store_fail_git(self, error, "the head cannot be read"): OK;
    }
    size_t size = strlen(revision);
    if (size < 4 || size > 64 || strspn(revision, "0123456789abcdefABCDEF") != size)
        return store_fail(self, INVALID, "a revision is HEAD or 4 to 64 hexadecimal digits");
    if (size > GIT_OID_HEXSZ)
        return store_fail(self, NOT_FOUND, "there is no commit %s", revision);
    return lookup_by_digits(self, revision, size, commit);
}

// ---- expressions ------------------------------------------------------------------------------------------------

static bool
is_hex(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!strchr("0123456789abcdefABCDEF", text[i]))
            return false;
    return size > 0;
}

static code_t
no_revision(store_t *self, const char *revision)
{
    return store_fail(self, INVALID, "%.64s is no revision: a commit id, HEAD, a branch or a tag, with ~N or ^N behind",
                      revision);
}

// The commit of a branch or tag, by its name as git takes it.
static code_t
lookup_by_name(store_t *self, const char *name, git_commit **commit)
{
    git_reference *found = NULL;
    git_object *object = NULL;
    const char *described = strstr(name, "-g"); // what `git describe` prints ends with the id
    for (const char *at = described; at; at = strstr(at + 2, "-g"))
        described = at;
    int error = git_reference_dwim(&found, self->repo, name);
    if (error == 0)
        error = git_reference_peel(&object, found, GIT_OBJECT_COMMIT);
    git_reference_free(found);
    *commit = error == 0? (git_commit *)object: NULL;
    if (error == 0)
        return OK;
    size_t size = described? strlen(described + 2): 0;
    if (size >= 4 && size <= GIT_OID_HEXSZ && is_hex(described + 2, size))
        return lookup_by_digits(self, described + 2, size, commit);
    return store_fail(self, NOT_FOUND, "there is no branch, tag or commit %.64s", name);
}

// What `size` bytes of a revision, up to the first ~ or ^, name.
static code_t
lookup_base(store_t *self, const char *revision, size_t size, git_commit **commit)
{
    char name[STORE_REF_SIZE];
    if (size >= sizeof name)
        return no_revision(self, revision);
    memcpy(name, revision, size);
    name[size] = 0;
    if (size == 0 && !*revision)
        return store_commit_lookup(self, "", commit);
    if (size == 0 || *name == '-' || strchr(name, ':') || strstr(name, "..") || strstr(name, "@{"))
        return no_revision(self, revision);     // ranges, searches, what the reflog has, and files
    if (strcmp(name, "@") == 0 || strcmp(name, "HEAD") == 0)
        return store_commit_lookup(self, "HEAD", commit);
    code_t code = NOT_FOUND;
    if (size >= 4 && is_hex(name, size))
        code = store_commit_lookup(self, name, commit);
    return code == NOT_FOUND? lookup_by_name(self, name, commit): code;
}

static code_t
no_ancestor(store_t *self)
{
    return store_fail(self, NOT_FOUND, "the history does not go back so far");
}

// So many generations back, each the first parent of the one before it.
static code_t
go_back(store_t *self, size_t generations, git_commit **commit)
{
    store_step_commit_t step;
    git_oid at = *git_commit_id(*commit);
    for (size_t i = 0; i < generations; i++) {
        code_t code = store_commit_facts(self, &at, &step);
        if (code == OK && step.parent_count == 0)
            code = no_ancestor(self);
        if (code != OK)
            return code;
        at = step.parents[0];
    }
    git_commit_free(*commit);
    *commit = NULL;
    return git_commit_lookup(commit, self->repo, &at) < 0? no_ancestor(self): OK;
}

static code_t
go_to_parent(store_t *self, size_t number, git_commit **commit)
{
    git_commit *parent = NULL;
    if (number == 0)
        return OK;
    if (number > git_commit_parentcount(*commit) || git_commit_parent(&parent, *commit, (unsigned)number - 1) < 0)
        return no_ancestor(self);
    git_commit_free(*commit);
    *commit = parent;
    return OK;
}

// What stands behind the name: ~, ~N, ^, ^N, ^{}, ^{commit}, as often as one likes.
static code_t
follow_suffix(store_t *self, const char *revision, const char *at, git_commit **commit)
{
    code_t code = OK;
    size_t steps = 0;
    while (code == OK && *at) {
        char sign = *at++;
        bool peels = sign == '^' && (strncmp(at, "{}", 2) == 0 || strncmp(at, "{commit}", 8) == 0);
        size_t digits = strspn(at, "0123456789");
        size_t number = digits? strtoul(at, NULL, 10): 1;
        at += peels? strcspn(at, "}") + 1: digits;
        if (peels)
            continue;
        steps += number;
        if ((sign != '~' && sign != '^') || *at == '{' || digits > 6 || steps > STEPS)
            return no_revision(self, revision);
        code = sign == '~'? go_back(self, number, commit): go_to_parent(self, number, commit);
    }
    return code;
}

code_t
store_revision_lookup(store_t *self, const char *revision, git_commit **commit)
{
    const char *text = revision? revision: "";
    size_t size = strcspn(text, "~^");
    *commit = NULL;
    code_t code = lookup_base(self, text, size, commit);
    if (code == OK)
        code = follow_suffix(self, text, text + size, commit);
    if (code != OK) {
        git_commit_free(*commit);
        *commit = NULL;
    }
    return code;
}
