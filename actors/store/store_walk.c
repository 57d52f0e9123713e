#include "store_walk.h"
#include "store_file.h"
#include "store_rename.h"

#include <stdlib.h>
#include <string.h>

// ---- time and memory --------------------------------------------------------------------------------------------

void
store_walk_begin(store_walk_t *self, store_t *store, int64_t deadline)
{
    int64_t now = store_steady();
    memset(self, 0, sizeof *self);
    self->store = store;
    self->end = store_steady_deadline(deadline > 0? deadline: INT64_MAX);
    self->soft_end = now + (self->end - now) / 2;
}

void
store_walk_end(store_walk_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->stops[i]);
    for (size_t i = 0; i < self->path_count; i++)
        free(self->paths[i]);
    free(self->stops);
    free(self->paths);
    free(self->seen);
    memset(self, 0, sizeof *self);
}

bool
store_walk_late(const store_walk_t *self)
{
    return store_steady() >= self->soft_end;
}

static const char *
keep_path(store_walk_t *self, const char *path)
{
    for (size_t i = 0; i < self->path_count; i++)
        if (strcmp(self->paths[i], path) == 0)
            return self->paths[i];
    char **paths = realloc(self->paths, (self->path_count + 1) * sizeof *paths);
    if (!paths)
        return NULL;
    self->paths = paths;
    char *copy = strdup(path);
    if (copy)
        self->paths[self->path_count++] = copy;
    return copy;
}

// ---- the heap of stops ------------------------------------------------------------------------------------------

static bool
is_newer(const store_stop_t *a, const store_stop_t *b)
{
    if (a->commit.when != b->commit.when)
        return a->commit.when > b->commit.when;
    return git_oid_cmp(&a->commit.id, &b->commit.id) < 0;
}

bool
store_walk_push(store_walk_t *self, store_stop_t *stop)
{
    if (self->count == self->room) {
        size_t room = self->room * 2 + 8;
        store_stop_t **stops = realloc(self->stops, room * sizeof *stops);
        if (!stops) {
            free(stop);
            return false;
        }
        self->stops = stops;
        self->room = room;
    }
    size_t i = self->count++;
    for (; i > 0 && is_newer(stop, self->stops[(i - 1) / 2]); i = (i - 1) / 2)
        self->stops[i] = self->stops[(i - 1) / 2];
    self->stops[i] = stop;
    return true;
}

store_stop_t *
store_walk_pop(store_walk_t *self)
{
    if (self->count == 0)
        return NULL;
    store_stop_t *top = self->stops[0];
    store_stop_t *last = self->stops[--self->count];
    size_t i = 0;
    for (size_t child = 1; child < self->count; child = 2 * i + 1) {
        if (child + 1 < self->count && is_newer(self->stops[child + 1], self->stops[child]))
            child++;
        if (!is_newer(self->stops[child], last))
            break;
        self->stops[i] = self->stops[child];
        i = child;
    }
    self->stops[i] = last;
    return top;
}

// Puts an id where it belongs; false if it was there.
static bool
put_seen(git_oid *seen, size_t room, const git_oid *id)
{
    size_t start = 0;
    memcpy(&start, id->id, sizeof start);
    for (size_t i = start & (room - 1);; i = (i + 1) & (room - 1)) {
        if (git_oid_is_zero(&seen[i])) {
            seen[i] = *id;
            return true;
        }
        if (git_oid_equal(&seen[i], id))
            return false;
    }
}

// Is this commit new to the walk? 1 yes, 0 no, -1: memory ran out.
static int
see(store_walk_t *self, const git_oid *id)
{
    if (self->seen_count * 2 >= self->seen_room) {
        size_t room = self->seen_room? self->seen_room * 2: 64;
        git_oid *seen = calloc(room, sizeof *seen);
        if (!seen)
            return -1;
        for (size_t i = 0; i < self->seen_room; i++)
            if (!git_oid_is_zero(&self->seen[i]))
                put_seen(seen, room, &self->seen[i]);
        free(self->seen);
        self->seen = seen;
        self->seen_room = room;
    }
    bool fresh = put_seen(self->seen, self->seen_room, id);
    self->seen_count += fresh;
    return fresh;
}

// ---- going back -------------------------------------------------------------------------------------------------

static code_t
make_stop(store_walk_t *self, const git_oid *commit, const char *path, const store_trail_t *known,
          store_stop_t **stop)
{
    store_stop_t *made = calloc(1, sizeof *made);
    if (!made)
        return store_fail(self->store, INTERNAL, "out of memory");
    made->path = path;
    code_t code = store_commit_facts(self->store, commit, &made->commit);
    if (code == OK && *path)
        code = store_trail_find(self->store, &made->commit.tree, path, known, &made->trail);
    if (code != OK) {
        free(made);
        return code;
    }
    *stop = made;
    return OK;
}

bool
store_walk_push_new(store_walk_t *self, store_stop_t *stop)
{
    int fresh = see(self, &stop->commit.id);
    if (fresh > 0)
        return store_walk_push(self, stop);
    free(stop);
    return fresh == 0;
}

code_t
store_walk_start(store_walk_t *self, const git_oid *commit, const char *path)
{
    store_stop_t *stop = NULL;
    const char *kept = keep_path(self, path);
    if (!kept)
        return store_fail(self->store, INTERNAL, "out of memory");
    code_t code = make_stop(self, commit, kept, NULL, &stop);
    if (code == OK && !store_walk_push_new(self, stop))
        code = store_fail(self->store, INTERNAL, "out of memory");
    return code;
}

// A file that appears may be another one that went away in the same commit.
static code_t
follow_rename(store_walk_t *self, const store_stop_t *stop, store_origin_t *origin)
{
    char former[PAGE_ID_SIZE];
    store_stop_t *parent = origin->parents[0];
    store_rename_t rename = { &parent->commit.tree, &stop->commit.tree, &stop->trail.blob, stop->path };
    code_t code = store_former_name(self->store, &rename, former);
    if (code != OK || !former[0] || (self->visible && !self->visible(self->context, former)))
        return code;
    origin->change = "renamed";
    parent->path = keep_path(self, former);
    if (!parent->path)
        return store_fail(self->store, INTERNAL, "out of memory");
    return store_trail_find(self->store, &parent->commit.tree, parent->path, NULL, &parent->trail);
}

static bool
is_same(const store_trail_t *a, const store_trail_t *b)
{
    return a->present == b->present && (!a->present || git_oid_equal(&a->blob, &b->blob));
}

static void
drop_parents(store_origin_t *origin)
{
    while (origin->count > 0)
        free(origin->parents[--origin->count]);
}

// Leaves of a file's parents the one that has the same content, if there is one, and says what the commit did.
static code_t
judge(store_walk_t *self, const store_stop_t *stop, store_origin_t *origin)
{
    bool before = false;
    for (size_t i = 0; i < origin->count; i++) {
        store_stop_t *parent = origin->parents[i];
        before = before || parent->trail.present;
        if (!is_same(&parent->trail, &stop->trail))
            continue;
        origin->parents[i] = origin->parents[0];
        origin->parents[0] = parent;
        while (origin->count > 1)
            free(origin->parents[--origin->count]);
        return OK;
    }
    if (origin->count == 0 && !stop->trail.present)
        return OK;
    origin->change = !stop->trail.present? "deleted": before? "modified": "added";
    return stop->trail.present && !before && origin->count > 0? follow_rename(self, stop, origin): OK;
}

code_t
store_walk_origin(store_walk_t *self, const store_stop_t *stop, store_origin_t *origin)
{
    code_t code = OK;
    memset(origin, 0, sizeof *origin);
    for (size_t i = 0; code == OK && i < stop->commit.parent_count; i++) {
        code = make_stop(self, &stop->commit.parents[i], stop->path, &stop->trail, &origin->parents[origin->count]);
        if (code == OK)
            origin->count++;
        if (code == NOT_FOUND)                  // a shallow clone ends here
            code = OK;
    }
    if (code == OK && *stop->path)
        code = judge(self, stop, origin);
    if (code != OK)
        drop_parents(origin);
    return code;
}
