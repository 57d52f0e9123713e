// A page between two commits, as hunks in unified form
#include "store_file.h"
#include "store_read.h"
#include "store_walk.h"

#include <stdlib.h>
#include <string.h>

enum { CONTEXT_LINES = 3, FOLLOW_MS = 1000 };

typedef struct {
    store_diff_t *diff;
    size_t room, lines;
    bool failed;
} printer_t;

// ---- hunks ------------------------------------------------------------------------------------------------------

static bool
print(printer_t *self, const char *text, size_t size)
{
    store_diff_t *diff = self->diff;
    if (diff->size + size + 1 > self->room) {
        size_t room = (diff->size + size) * 2 + 256;
        char *grown = realloc(diff->text, room);
        self->failed = !grown;
        if (!grown)
            return false;
        diff->text = grown;
        self->room = room;
    }
    memcpy(diff->text + diff->size, text, size);
    diff->size += size;
    diff->text[diff->size] = 0;
    return true;
}

static int
on_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *context)
{
    (void)delta;
    printer_t *self = context;
    if (self->diff->cut)
        return 0;
    return print(self, hunk->header, hunk->header_len)? 0: GIT_ERROR;
}

// Lines beyond the limit are counted, not shown. A missing newline at the end comes as a line of its own.
static int
on_line(const git_diff_delta *delta, const git_diff_hunk *hunk, const git_diff_line *line, void *context)
{
    (void)delta;
    (void)hunk;
    printer_t *self = context;
    char origin = line->origin;
    self->diff->added += origin == GIT_DIFF_LINE_ADDITION;
    self->diff->removed += origin == GIT_DIFF_LINE_DELETION;
    bool content = origin == GIT_DIFF_LINE_ADDITION || origin == GIT_DIFF_LINE_DELETION ||
                   origin == GIT_DIFF_LINE_CONTEXT;
    self->diff->cut = self->diff->cut || self->lines == LIMIT_DIFF_LINES || self->diff->size > LIMIT_BLOB_BYTES / 2;
    if (self->diff->cut)
        return 0;
    self->lines++;
    bool printed = (!content || print(self, &origin, 1)) && print(self, line->content, line->content_len);
    return printed? 0: GIT_ERROR;
}

typedef struct { char *text; size_t size; } side_t;

static code_t
compare(store_t *self, const side_t *from, const side_t *to, store_diff_t *diff)
{
    printer_t printer = { .diff = diff };
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = CONTEXT_LINES;
    options.flags = GIT_DIFF_FORCE_TEXT;
    diff->binary = store_is_binary(from->text, from->size) || store_is_binary(to->text, to->size);
    if (!print(&printer, "", 0))
        return store_fail(self, INTERNAL, "out of memory");
    if (diff->binary)
        return OK;
    int error = git_diff_buffers(from->text, from->size, NULL, to->text, to->size, NULL, &options, NULL, NULL, on_hunk,
                                 on_line, &printer);
    return error < 0? store_fail_git(self, error, "the texts cannot be compared"): OK;
}

// ---- sides ------------------------------------------------------------------------------------------------------

// What was the file called at `older`, before it became `place` at a newer commit? Leaves *older as it is if that is
// not found within a second.
static code_t
follow(store_t *self, const store_place_t *place, store_place_t *older)
{
    store_walk_t walk;
    store_walk_begin(&walk, self, store_now() + 2 * FOLLOW_MS);
    code_t code = store_walk_start(&walk, &place->commit, place->file);
    bool found = false;
    for (store_stop_t *stop = NULL; code == OK && !found && !store_walk_late(&walk); free(stop)) {
        store_origin_t origin = { .count = 0 };
        stop = store_walk_pop(&walk);
        if (!stop)
            break;
        found = git_oid_equal(&stop->commit.id, &older->commit);
        if (found && stop->trail.present) {
            snprintf(older->file, sizeof older->file, "%s", stop->path);
            older->blob = stop->trail.blob;
            older->missing = false;
        }
        if (!found)
            code = store_walk_origin(&walk, stop, &origin);
        for (size_t i = 0; i < origin.count; i++)
            store_walk_push_new(&walk, origin.parents[i]);
    }
    store_walk_end(&walk);
    return code;
}

typedef struct {
    const char *path, *from, *to;
    bool exact;
} request_t;

static code_t
load(store_t *self, const store_place_t *place, side_t *side)
{
    return place->missing? OK: store_load(self, &place->blob, &side->text, &side->size);
}

// A file that is missing on one side is new or gone; on both it is NOT_FOUND.
static code_t
find_sides(store_t *self, const request_t *what, store_place_t *from, store_place_t *to)
{
    bool nothing = !what->from || !*what->from;
    code_t code = store_locate(self, what->to, what->path, what->exact, to);
    if (code != OK && !to->missing)
        return code;
    memset(from, 0, sizeof *from);
    from->missing = true;
    if (nothing)
        return code;
    code = store_locate(self, what->from, what->path, what->exact, from);
    if (code != OK && !from->missing)
        return code;
    if (from->missing && to->missing)
        return NOT_FOUND;
    return from->missing? follow(self, to, from): OK;
}

code_t
store_diff(store_t *self, const char *path, bool exact, const char *from, const char *to, store_diff_t *diff)
{
    request_t what = { path, from, to, exact };
    store_place_t old, young;
    side_t before = { NULL, 0 }, after = { NULL, 0 };
    memset(diff, 0, sizeof *diff);
    code_t code = store_refresh(self);
    if (code == OK)
        code = find_sides(self, &what, &old, &young);
    if (code != OK)
        return code;
    git_oid_tostr(diff->to.hex, sizeof diff->to.hex, &young.commit);
    if (from && *from)
        git_oid_tostr(diff->from.hex, sizeof diff->from.hex, &old.commit);
    if (!old.missing)
        memcpy(diff->from_file, old.file, sizeof old.file);
    if (!young.missing)
        memcpy(diff->to_file, young.file, sizeof young.file);
    code = load(self, &old, &before);
    if (code == OK)
        code = load(self, &young, &after);
    if (code == OK)
        code = compare(self, &before, &after, diff);
    free(before.text);
    free(after.text);
    if (code != OK)
        store_diff_clear(diff);
    return code;
}

void
store_diff_clear(store_diff_t *diff)
{
    free(diff->text);
    memset(diff, 0, sizeof *diff);
}
