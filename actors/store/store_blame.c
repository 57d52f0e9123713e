// Who wrote each line: back through the page's history, handing lines on to the text they were already in
//
// libgit2's own takes seconds for a page with a hundred edits. This one is bounded by half of the request's time, and
// the last few answers are kept.
#include "store_blame.h"
#include "store_known.h"
#include "store_walk.h"

#include <stdlib.h>
#include <string.h>

typedef struct { uint32_t final, here; } line_t;        // its place in the text asked for, and in the text at this stop
typedef struct {
    size_t count;
    uint32_t first;                             // of the commits known to have changed the page: the older ones
    line_t lines[];
} load_t;

typedef struct {
    store_t *store;
    store_walk_t walk;
    store_known_t *known;                       // NULL: nothing is known
    git_oid *commits;                           // those that lines were given to
    size_t commit_count, commit_room;
    uint32_t *owners;                           // one a line, an index of commits
    size_t line_count;
    bool partial;
} blamer_t;

// ---- lines ------------------------------------------------------------------------------------------------------

static size_t
count_lines(const char *text, size_t size)
{
    size_t count = size > 0 && text[size - 1] != '\n';
    for (const char *at = memchr(text, '\n', size); at; at = memchr(at + 1, '\n', size - (size_t)(at + 1 - text)))
        count++;
    return count;
}

static code_t
out_of_memory(blamer_t *self)
{
    return store_fail(self->store, INTERNAL, "out of memory");
}

// These lines are this commit's.
static code_t
give(blamer_t *self, const load_t *load, const git_oid *commit)
{
    if (load->count == 0)
        return OK;
    if (self->commit_count == self->commit_room) {
        size_t room = self->commit_room * 2 + 64;
        git_oid *commits = realloc(self->commits, room * sizeof *commits);
        if (!commits)
            return out_of_memory(self);
        self->commits = commits;
        self->commit_room = room;
    }
    self->commits[self->commit_count] = *commit;
    for (size_t i = 0; i < load->count; i++)
        self->owners[load->lines[i].final] = (uint32_t)self->commit_count;
    self->commit_count++;
    return OK;
}

typedef struct {
    int32_t *origins;                           // of each line now its place before; -1: it was not there
    size_t count, next;
    int64_t shift;
} mapping_t;

static void
map_until(mapping_t *self, size_t end)
{
    for (; self->next < end && self->next < self->count; self->next++)
        self->origins[self->next] = (int32_t)((int64_t)self->next - self->shift);
}

static int
on_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *context)
{
    (void)delta;
    mapping_t *self = context;
    size_t begin = (size_t)hunk->new_start - (hunk->new_lines > 0? 1: 0);
    map_until(self, begin);
    for (int i = 0; i < hunk->new_lines && self->next < self->count; i++)
        self->origins[self->next++] = -1;
    self->shift += hunk->new_lines - hunk->old_lines;
    return 0;
}

// Where was each line of `now` in `before`?
static code_t
map_lines(blamer_t *self, const store_text_t *before, const store_text_t *now, mapping_t *mapping)
{
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    memset(mapping, 0, sizeof *mapping);
    mapping->count = count_lines(now->text, now->size);
    mapping->origins = calloc(mapping->count + 1, sizeof *mapping->origins);
    if (!mapping->origins)
        return out_of_memory(self);
    int error = git_diff_buffers(before->text, before->size, NULL, now->text, now->size, NULL, &options, NULL, NULL,
                                 on_hunk, NULL, mapping);
    map_until(mapping, mapping->count);
    return error < 0? store_fail_git(self->store, error, "two versions cannot be compared"): OK;
}

// ---- the way back -----------------------------------------------------------------------------------------------

// Goes on at once to the commit that made what the page holds here, if that is known.
static void
skip(blamer_t *self, store_stop_t *stop, load_t *load)
{
    store_step_commit_t facts;
    uint32_t maker = store_known_maker(self->known, load->first, stop->path, &stop->trail.blob);
    if (maker == STORE_UNKNOWN || store_commit_facts(self->store, store_known_at(self->known, maker), &facts) != OK)
        return;
    stop->commit = facts;                       // its folders are others, so the trail is found as from the start
    stop->trail.folder_count = 0;
    load->first = maker;
}

// Gives a stop its lines, those of another way to the same commit included, and puts it on the walk. Takes both.
static code_t
push(blamer_t *self, store_stop_t *stop, load_t *load)
{
    skip(self, stop, load);
    for (size_t i = 0; i < self->walk.count; i++) {
        store_stop_t *other = self->walk.stops[i];
        if (!git_oid_equal(&other->commit.id, &stop->commit.id) || other->path != stop->path)
            continue;
        load_t *old = other->load;
        load_t *both = realloc(old, sizeof *both + (old->count + load->count) * sizeof *both->lines);
        if (both) {
            memcpy(both->lines + both->count, load->lines, load->count * sizeof *both->lines);
            both->count += load->count;
            both->first = load->first > both->first? load->first: both->first;
            other->load = both;
        }
        free(load);
        free(stop);
        return both? OK: out_of_memory(self);
    }
    stop->load = load;
    if (store_walk_push(&self->walk, stop))
        return OK;
    free(load);
    return out_of_memory(self);
}

// Hands on to a parent those lines that it has too; `load` keeps the others.
static code_t
pass(blamer_t *self, load_t *load, const store_text_t *now, store_stop_t **parent)
{
    mapping_t mapping = { .count = 0 };
    char *text = NULL;
    size_t size = 0, kept = 0;
    load_t *passed = calloc(1, sizeof *passed + load->count * sizeof *passed->lines);
    code_t code = passed? store_load(self->store, &(*parent)->trail.blob, &text, &size): out_of_memory(self);
    if (passed)
        passed->first = load->first;
    if (code == OK)
        code = map_lines(self, &(store_text_t) { text, size }, now, &mapping);
    if (code != OK)
        goto done;
    for (size_t i = 0; i < load->count; i++) {
        line_t line = load->lines[i];
        int32_t origin = line.here < mapping.count? mapping.origins[line.here]: -1;
        if (origin < 0)
            load->lines[kept++] = line;
        else
            passed->lines[passed->count++] = (line_t) { line.final, (uint32_t)origin };
    }
    load->count = kept;
    if (passed->count == 0)
        goto done;
    code = push(self, *parent, passed);
    *parent = NULL;
    passed = NULL;
done:
    free(passed);
    free(text);
    free(mapping.origins);
    return code;
}

// The content was made here, or came from several sides: each parent takes what it has, the rest is this commit's.
static code_t
split(blamer_t *self, const store_stop_t *stop, store_origin_t *origin)
{
    char *text = NULL;
    size_t size = 0;
    code_t code = store_load(self->store, &stop->trail.blob, &text, &size);
    for (size_t i = 0; code == OK && i < origin->count; i++)
        if (origin->parents[i]->trail.present)
            code = pass(self, stop->load, &(store_text_t) { text, size }, &origin->parents[i]);
    free(text);
    return code == OK? give(self, stop->load, &stop->commit.id): code;
}

// Takes the stop.
static code_t
visit(blamer_t *self, store_stop_t *stop)
{
    store_origin_t origin = { .count = 0 };
    code_t code = OK;
    load_t *load = stop->load;
    load->first = store_known_after(self->known, load->first, &stop->commit.id);
    self->partial = self->partial || store_walk_late(&self->walk);
    if (!self->partial)
        code = store_walk_origin(&self->walk, stop, &origin);
    if (code == OK && self->partial) {
        code = give(self, stop->load, &stop->commit.id);
    } else if (code == OK && origin.count == 1 && !origin.change) {
        code = push(self, origin.parents[0], stop->load);
        stop->load = NULL;
        origin.count = 0;
    } else if (code == OK) {
        code = split(self, stop, &origin);
    }
    while (origin.count > 0)
        free(origin.parents[--origin.count]);
    free(stop->load);
    free(stop);
    return code;
}

static code_t
walk_back(blamer_t *self, const store_place_t *place)
{
    load_t *load = calloc(1, sizeof *load + self->line_count * sizeof *load->lines);
    code_t code = load? store_walk_start(&self->walk, &place->commit, place->file): out_of_memory(self);
    if (code != OK) {
        free(load);
        return code;
    }
    for (; load->count < self->line_count; load->count++)
        load->lines[load->count] = (line_t) { (uint32_t)load->count, (uint32_t)load->count };
    skip(self, self->walk.stops[0], load);
    self->walk.stops[0]->load = load;
    for (store_stop_t *stop = store_walk_pop(&self->walk); stop;
         stop = code == OK? store_walk_pop(&self->walk): NULL)
        code = visit(self, stop);
    for (size_t i = 0; i < self->walk.count; i++)
        free(self->walk.stops[i]->load);
    return code;
}

// ---- rows -------------------------------------------------------------------------------------------------------

static code_t
describe(blamer_t *self, const git_oid *id, store_blamed_t *row)
{
    git_commit *commit = NULL;
    int error = git_commit_lookup(&commit, self->store->repo, id);
    if (error < 0)
        return store_fail_git(self->store, error, "a commit cannot be read");
    const git_signature *author = git_commit_author(commit);
    const char *message = git_commit_message(commit);
    git_oid_tostr(row->commit.hex, sizeof row->commit.hex, id);
    row->author = store_text_copy(author->name, strlen(author->name), LIMIT_IDENTITY_BYTES);
    row->summary = store_text_copy(message, strcspn(message, "\n"), STORE_SUMMARY_BYTES);
    row->when = author->when.time;
    git_commit_free(commit);
    return row->author && row->summary? OK: out_of_memory(self);
}

// Lines beyond the last row that may be told belong to it.
static code_t
make_rows(blamer_t *self, store_blame_t *blame)
{
    code_t code = OK;
    size_t bytes = 0;
    for (size_t i = 0; code == OK && i < self->line_count; i++) {
        store_blamed_t *last = blame->count > 0? &blame->rows[blame->count - 1]: NULL;
        bool full = blame->count == LIMIT_ROWS || bytes > STORE_BLAME_BYTES;
        if (last && (full || self->owners[i] == self->owners[i - 1])) {
            self->partial = self->partial || self->owners[i] != self->owners[i - 1];
            last->lines++;
            continue;
        }
        store_blamed_t *row = &blame->rows[blame->count++];
        *row = (store_blamed_t) { .line = i + 1, .lines = 1 };
        code = describe(self, &self->commits[self->owners[i]], row);
        if (code == OK)
            bytes += STORE_BLAME_ROW_BYTES + strlen(row->author) + strlen(row->summary);
    }
    return code;
}

code_t
store_blame_lines(store_t *self, const store_place_t *place, const store_blame_options_t *options,
                  store_blame_t *blame)
{
    blamer_t blamer = { .store = self };
    size_t lines = count_lines(blame->content.text, blame->content.size);
    blamer.line_count = lines < LIMIT_DIFF_LINES? lines: LIMIT_DIFF_LINES;
    blamer.owners = calloc(blamer.line_count + 1, sizeof *blamer.owners);
    blame->rows = calloc(LIMIT_ROWS, sizeof *blame->rows);
    store_walk_begin(&blamer.walk, self, options->deadline);
    blamer.known = store_known_new(self, options->commits, options->commit_count);
    code_t code = blamer.owners && blame->rows? walk_back(&blamer, place): out_of_memory(&blamer);
    if (code == OK)
        code = make_rows(&blamer, blame);
    if (code == OK && lines > blamer.line_count && blame->count > 0)
        blame->rows[blame->count - 1].lines += lines - blamer.line_count;
    blame->partial = blamer.partial || lines > blamer.line_count;
    store_walk_end(&blamer.walk);
    store_known_free(&blamer.known);
    free(blamer.commits);
    free(blamer.owners);
    return code;
}
