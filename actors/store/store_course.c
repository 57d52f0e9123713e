// store_course - what the files were that changed between two commits
#include <stdlib.h>
#include <string.h>
#include "store_course.h"
#include "store_tree_walk.h"

enum { COMMITS = 1000 };                        // that are looked at one by one; else the ends alone

static store_course_t *
course_of(store_courses_t *self, const char *path)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->courses[i].path, path) == 0)
            return &self->courses[i];
    if (self->count == self->room) {
        size_t room = self->room * 2 + 16;
        store_course_t *courses = realloc(self->courses, room * sizeof *courses);
        if (!courses)
            return NULL;
        self->courses = courses;
        self->room = room;
    }
    char *copy = strdup(path);
    if (!copy)
        return NULL;
    self->courses[self->count] = (store_course_t) { .path = copy };
    return &self->courses[self->count++];
}

// What this file is in a tree, added to its course. False: no memory, or a tree that cannot be read.
static bool
add_state(store_t *store, store_course_t *course, const git_tree *tree)
{
    store_state_t state = { .mode = 0 };
    code_t code = NOT_FOUND;
    if (tree)
        code = store_patch_find(store, NULL, git_tree_id(tree), course->path, &state.mode, &state.oid);
    if (code != OK && code != NOT_FOUND)
        return false;
    if (code == NOT_FOUND || (state.mode != STORE_MODE_FILE && state.mode != STORE_MODE_PROGRAM))
        state = (store_state_t) { .mode = 0 };  // a folder, as the tree's comparison sees it too
    if (course->count == course->room) {
        size_t room = course->room * 2 + 4;
        store_state_t *states = realloc(course->states, room * sizeof *states);
        if (!states)
            return false;
        course->states = states;
        course->room = room;
    }
    course->states[course->count++] = state;
    return true;
}

typedef struct {
    store_t *store;
    const git_tree *before, *after;
    store_courses_t *courses;
} step_t;

static int
on_file(void *context, const store_difference_t *difference)
{
    const step_t *step = context;
    store_course_t *course = course_of(step->courses, difference->path);
    bool ok = course && (course->count > 0 || add_state(step->store, course, step->before)) &&
              add_state(step->store, course, step->after);
    return ok? 0: 1;
}

static code_t
tree_of(store_t *store, const git_oid *oid, git_tree **tree)
{
    git_commit *commit = NULL;
    *tree = NULL;
    if (git_oid_is_zero(oid))
        return OK;
    int error = git_commit_lookup(&commit, store->repo, oid);
    if (error == 0)
        error = git_commit_tree(tree, commit);
    git_commit_free(commit);
    return error < 0? store_fail_git(store, error, "a commit cannot be read"): OK;
}

// Not by git_diff of libgit2, which reads the index, and refuses one that is torn.
static code_t
add_step(store_t *store, const git_oid *from, const git_oid *to, store_courses_t *courses)
{
    git_tree *before = NULL, *after = NULL;
    code_t code = tree_of(store, from, &before);
    if (code == OK)
        code = tree_of(store, to, &after);
    if (code != OK)
        goto done;
    step_t step = { store, before, after, courses };
    int error = store_tree_compare_trees(store, before, after, on_file, &step);
    if (error != 0)
        code = store_fail(store, INTERNAL, "two commits cannot be compared");
done:
    git_tree_free(before);
    git_tree_free(after);
    return code;
}

// The commits from `to` back to the one after `from`, each the first parent of the one before it. NOT_FOUND: `from` is
// not among so many.
static code_t
walk_back(store_t *store, const git_oid *from, const git_oid *to, git_oid *chain, size_t *count)
{
    git_oid at = *to;
    for (*count = 0; !git_oid_equal(&at, from); ++*count) {
        git_commit *commit = NULL;
        if (*count == COMMITS || git_oid_is_zero(&at))
            return NOT_FOUND;
        int error = git_commit_lookup(&commit, store->repo, &at);
        if (error < 0)
            return store_fail_git(store, error, "a commit cannot be read");
        const git_oid *parent = git_commit_parent_id(commit, 0);
        chain[*count] = at;
        at = parent? *parent: (git_oid) { .id = { 0 } };
        git_commit_free(commit);
    }
    return OK;
}

code_t
store_courses_read(store_t *store, const git_oid *from, const git_oid *to, store_courses_t *courses)
{
    size_t count = 0;
    *courses = (store_courses_t) { .count = 0 };
    git_oid *chain = calloc(COMMITS, sizeof *chain);
    code_t code = chain? walk_back(store, from, to, chain, &count): store_fail(store, INTERNAL, "no memory");
    if (code == OK) {
        for (size_t i = count; code == OK && i > 0; i--)
            code = add_step(store, i == count? from: &chain[i], &chain[i - 1], courses);
    } else if (code == NOT_FOUND && (git_oid_is_zero(from) || git_graph_descendant_of(store->repo, to, from) == 1))
        code = add_step(store, from, to, courses);
    free(chain);
    if (code != OK)
        store_courses_clear(courses);
    return code;
}

void
store_courses_clear(store_courses_t *courses)
{
    for (size_t i = 0; i < courses->count; i++) {
        free(courses->courses[i].path);
        free(courses->courses[i].states);
    }
    free(courses->courses);
    *courses = (store_courses_t) { .count = 0 };
}
