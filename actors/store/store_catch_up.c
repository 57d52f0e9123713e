// store_catch_up - a work tree that was left behind is brought along to the head
#include <stdlib.h>
#include <string.h>
#include "store_catch_up.h"
#include "store_index.h"
#include "store_course.h"
#include "store_worktree.h"

typedef struct {
    store_t *store;
    store_index_t index;
    store_courses_t courses;
    store_file_entry_t *files;                  // one a course: its path and last state
    store_index_edit_t *edits;
    size_t count;                               // of edits
    bool failed;                                // something could not be done now
} work_t;

static bool
same_state(const store_state_t *a, const store_state_t *b)
{
    return a->mode == b->mode && (a->mode == 0 || git_oid_equal(&a->oid, &b->oid));
}

static bool
on_course(const store_course_t *course, const store_state_t *state)
{
    for (size_t i = 0; i < course->count; i++)
        if (same_state(&course->states[i], state))
            return true;
    return false;
}

// The beginning of `now`, and after it what was there before; not yet cut to its length.
static bool
is_cut_off(const store_look_t *look, const store_bytes_t *before, const store_bytes_t *now)
{
    size_t same = 0;
    while (same < look->size && same < now->size && look->data[same] == now->data[same])
        same++;
    if (same == look->size)
        return look->size >= before->size;
    return look->size == before->size && memcmp(look->data + same, before->data + same, look->size - same) == 0;
}

static bool
blobs_are_cut_off(store_t *store, const store_look_t *look, const store_state_t *before, const store_state_t *now)
{
    static const store_objects_t none = { .count = 0 };
    store_bytes_t old = { .size = 0 }, new = { .size = 0 };
    if (!before->mode || !now->mode || store_bytes_read(store, &none, &before->oid, GIT_OBJECT_BLOB, &old) != OK)
        return false;
    bool cut = store_bytes_read(store, &none, &now->oid, GIT_OBJECT_BLOB, &new) == OK &&
               is_cut_off(look, &old, &new);
    store_bytes_clear(&old);
    store_bytes_clear(&new);
    return cut;
}

static bool
was_cut_off(store_t *store, const store_course_t *course, const store_look_t *look)
{
    for (size_t to = course->count - 1; look->data && to > 0; to--)
        for (size_t from = 0; from < to; from++)
            if (blobs_are_cut_off(store, look, &course->states[from], &course->states[to]))
                return true;
    return false;
}

static bool
index_follows(const work_t *self, const store_course_t *course)
{
    if (self->index.lock < 0 || self->index.torn)
        return true;
    for (size_t i = 0; i < course->count; i++)
        if (store_index_is(&self->index, course->path, &course->states[i]))
            return true;
    return false;
}

static void
bring_file(work_t *self, size_t i)
{
    static const store_objects_t none = { .count = 0 };
    const store_course_t *course = &self->courses.courses[i];
    store_index_edit_t *edit = &self->edits[self->count];
    store_look_t look;
    *edit = (store_index_edit_t) { .file = &self->files[i] };
    store_worktree_sweep(self->store, course->path);
    bool ours = store_worktree_look(self->store, course->path, &look);
    if (look.folder)                            // the file has given way to it already
        ours = edit->file->now.mode == 0;
    bool known = ours && index_follows(self, course) &&
                 (on_course(course, &look.state) || was_cut_off(self->store, course, &look));
    edit->facts = look.facts;
    if (known && !same_state(&look.state, &edit->file->now) &&
        store_worktree_put(self->store, &none, course->path, &edit->file->now, &edit->facts) < 0)
        self->failed = true;
    else if (known)
        self->count++;
    else
        store_worktree_leave(self->store->writer, course->path);
    free(look.data);
}

// Removals first: a file may give way to a folder.
static void
bring_files(work_t *self)
{
    for (int removals = 1; removals >= 0; removals--)
        for (size_t i = 0; i < self->courses.count; i++)
            if ((self->files[i].now.mode == 0) == (removals == 1))
                bring_file(self, i);
}

// Nothing to do, and how much memory that takes. False: no memory.
static bool
prepare(work_t *self)
{
    self->files = calloc(self->courses.count + 1, sizeof *self->files);
    self->edits = calloc(self->courses.count + 1, sizeof *self->edits);
    for (size_t i = 0; self->files && i < self->courses.count; i++) {
        const store_course_t *course = &self->courses.courses[i];
        self->files[i] = (store_file_entry_t) { .path = course->path, .now = course->states[course->count - 1] };
    }
    return self->files && self->edits;
}

static void
bring_all(work_t *self)
{
    store_t *store = self->store;
    code_t code = store_index_open(store, &self->index);
    self->failed = !prepare(self) || (code != OK && code != UNSUPPORTED);
    if (self->failed)
        goto done;
    if (code == OK)
        store_index_check(&self->index);
    bring_files(self);
    bool changes = self->count > 0 || self->index.torn;
    if (code == OK && changes && store_index_write(store, &self->index, self->edits, self->count) != OK)
        self->failed = true;
done:
    if (self->failed)
        store_worktree_leave(store->writer, ".git/index");
    store_index_close(&self->index);
    free(self->files);
    free(self->edits);
}

void
store_catch_up(store_t *store, store_behind_t *behind, const git_oid *to)
{
    work_t work = { .store = store, .index = { .lock = -1, .fd = -1 } };
    code_t code = git_oid_equal(&behind->from, to)? OK: store_courses_read(store, &behind->from, to, &work.courses);
    if (code == OK && work.courses.count > 0)
        bring_all(&work);
    if (code != INTERNAL && !work.failed)
        store_behind_clear(behind);             // NOT_FOUND: a person moved the branch back, and knows why
    store_courses_clear(&work.courses);
}

void
store_catch_up_at_open(store_t *store)
{
    store_behind_t behind;
    if (store->work_tree && store_behind_take(store, false, &behind) == OK) {
        if (behind.behind && store->has_head && store_writer_get(store))
            store_catch_up(store, &behind, &store->head);
        store_behind_release(&behind);
    }
}
