#include "store_raw.h"

#include <string.h>

// Reads "word 40 hex digits\n" and moves behind it.
static bool
take_oid(const char **at, const char *end, const char *word, git_oid *oid)
{
    size_t size = strlen(word);
    if ((size_t)(end - *at) < size + GIT_OID_HEXSZ + 1 || memcmp(*at, word, size) != 0)
        return false;
    if (git_oid_fromstrn(oid, *at + size, GIT_OID_HEXSZ) < 0)
        return false;
    *at += size + GIT_OID_HEXSZ + 1;
    return true;
}

// The time stands between the '>' of the committer and the zone.
static int64_t
committer_time(const char *at, const char *end)
{
    const char *line = memmem(at, (size_t)(end - at), "\ncommitter ", 11);
    const char *stop = line? memchr(line + 1, '\n', (size_t)(end - line - 1)): NULL;
    const char *angle = stop? memrchr(line, '>', (size_t)(stop - line)): NULL;
    int64_t when = 0;
    for (const char *digit = angle? angle + 2: end; digit < stop && *digit >= '0' && *digit <= '9'; digit++)
        if (when < INT64_MAX / 100)
            when = when * 10 + (*digit - '0');
    return when;
}

code_t
store_commit_facts(store_t *store, const git_oid *id, store_step_commit_t *commit)
{
    git_odb_object *object = NULL;
    git_oid parent;
    int error = git_odb_read(&object, store->odb, id);
    if (error < 0)
        return store_fail_git(store, error, "a commit cannot be read");
    const char *at = git_odb_object_data(object);
    const char *end = at + git_odb_object_size(object);
    memset(commit, 0, sizeof *commit);
    commit->id = *id;
    bool sound = git_odb_object_type(object) == GIT_OBJECT_COMMIT && take_oid(&at, end, "tree ", &commit->tree);
    while (sound && take_oid(&at, end, "parent ", &parent))
        if (commit->parent_count < WALK_PARENTS)
            commit->parents[commit->parent_count++] = parent;
    if (sound)
        commit->when = committer_time(at - 1, end);
    git_odb_object_free(object);
    return sound? OK: store_fail(store, NOT_FOUND, "that is no commit");
}

typedef struct {
    const char *name;
    size_t size;
    bool folder;                                // what is sought
} step_name_t;

// Scans a raw tree: "mode name NUL 20 bytes", again and again. False: no such entry of that kind.
static bool
scan_tree(const char *at, const char *end, const step_name_t *step, git_oid *oid)
{
    while (at < end) {
        const char *blank = memchr(at, ' ', (size_t)(end - at));
        const char *stop = blank? memchr(blank, 0, (size_t)(end - blank)): NULL;
        if (!stop || end - stop < 1 + GIT_OID_RAWSZ)
            return false;
        if ((size_t)(stop - blank - 1) == step->size && memcmp(blank + 1, step->name, step->size) == 0) {
            memcpy(oid->id, stop + 1, GIT_OID_RAWSZ);
            return step->folder? at[0] == '4': at[0] == '1' && at[1] == '0';
        }
        at = stop + 1 + GIT_OID_RAWSZ;
    }
    return false;
}

static code_t
find_in_tree(store_t *store, const git_oid *tree, const step_name_t *step, git_oid *oid)
{
    git_odb_object *object = NULL;
    int error = git_odb_read(&object, store->odb, tree);
    if (error < 0)
        return store_fail_git(store, error, "a tree cannot be read") == NO_SPACE? NO_SPACE: INTERNAL;
    const char *data = git_odb_object_data(object);
    bool found = git_odb_object_type(object) == GIT_OBJECT_TREE &&
                 scan_tree(data, data + git_odb_object_size(object), step, oid);
    git_odb_object_free(object);
    return found? OK: NOT_FOUND;
}

code_t
store_trail_find(store_t *store, const git_oid *root, const char *path, const store_trail_t *known,
                 store_trail_t *trail)
{
    git_oid oid = *root;
    memset(trail, 0, sizeof *trail);
    for (size_t depth = 0; *path; depth++) {
        if (known && depth < known->folder_count && git_oid_equal(&oid, &known->folders[depth])) {
            *trail = *known;
            return OK;
        }
        if (depth < WALK_FOLDERS)
            trail->folders[trail->folder_count++] = oid;
        size_t size = strcspn(path, "/");
        step_name_t step = { path, size, path[size] == '/' };
        code_t code = find_in_tree(store, &oid, &step, &oid);
        if (code != OK)
            return code == NOT_FOUND? OK: code;
        path += size + (path[size] == '/');
    }
    trail->present = true;
    trail->blob = oid;
    return OK;
}
