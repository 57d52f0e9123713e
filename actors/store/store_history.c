// Who changed a page, or the wiki, and when
#include "store_read.h"
#include "store_tree_walk.h"
#include "store_walk.h"

#include <stdlib.h>
#include <string.h>

// A page of rows ends where its record might outgrow a message.
enum { FILES_SHOWN = 20, ROWS_USUAL = 50, ROWS_BYTES = LIMIT_BODY_BYTES / 4 * 3, ROW_BYTES = 256 };
enum { CURSOR_SIZE = LIMIT_PATH_BYTES + 96 };

typedef struct {
    store_t *store;
    const store_history_options_t *options;
    store_history_t *history;
    store_walk_t walk;
    size_t limit, bytes;
    char after[GIT_OID_HEXSZ + 1];              // rows up to this commit were shown before; "" none
} reader_t;

// ---- rows -------------------------------------------------------------------------------------------------------

static code_t
describe(reader_t *self, const git_oid *id, store_commit_info_t *row)
{
    git_commit *commit = NULL;
    int error = git_commit_lookup(&commit, self->store->repo, id);
    if (error < 0)
        return store_fail_git(self->store, error, "a commit cannot be read");
    code_t code = store_describe(self->store, commit, row);
    git_commit_free(commit);
    if (code == OK)
        self->bytes += ROW_BYTES + strlen(row->author) + strlen(row->email) + strlen(row->message);
    return code;
}

static bool
add_file(store_commit_info_t *row, const char *path)
{
    row->files_total++;
    if (row->file_count == FILES_SHOWN)
        return true;
    if (!row->files)
        row->files = calloc(FILES_SHOWN, sizeof *row->files);
    char *copy = row->files? strdup(path): NULL;
    if (copy)
        row->files[row->file_count++] = copy;
    return copy != NULL;
}

static store_commit_info_t *
next_row(reader_t *self, const char *change)
{
    store_commit_info_t *row = &self->history->rows[self->history->count];
    memset(row, 0, sizeof *row);
    row->change = change;
    return row;
}

static code_t
add_page_row(reader_t *self, const store_stop_t *stop, const char *change)
{
    store_commit_info_t *row = next_row(self, change);
    self->history->count++;
    if (!add_file(row, stop->path))
        return store_fail(self->store, INTERNAL, "out of memory");
    self->bytes += strlen(stop->path);
    return describe(self, &stop->commit.id, row);
}

typedef struct {
    reader_t *reader;
    store_commit_info_t *row;
    bool hidden;                                // something that the caller may not read was changed
} files_t;

static int
on_changed(void *context, const store_difference_t *difference)
{
    files_t *self = context;
    const store_history_options_t *options = self->reader->options;
    if (options->visible && !options->visible(options->context, difference->path)) {
        self->hidden = true;
        return 0;
    }
    return add_file(self->row, difference->path)? 0: GIT_ERROR;
}

// What the commit changed against its first parent. A commit of which nothing may be seen has no row.
static code_t
add_wiki_row(reader_t *self, const store_stop_t *stop)
{
    store_commit_info_t *row = next_row(self, "");
    files_t files = { .reader = self, .row = row };
    store_step_commit_t parent;
    bool first = stop->commit.parent_count == 0 ||              // or a shallow clone ends here
                 store_commit_facts(self->store, &stop->commit.parents[0], &parent) != OK;
    int error = store_tree_compare(self->store, first? NULL: &parent.tree, &stop->commit.tree, on_changed, &files);
    bool shown = row->files_total > 0 || !files.hidden;
    if (error < 0 || !shown)
        store_commit_info_clear(row);
    if (error < 0)
        return store_fail_git(self->store, error, "a commit cannot be compared") == NO_SPACE? NO_SPACE: INTERNAL;
    if (!shown)
        return OK;
    self->history->count++;
    for (size_t i = 0; i < row->file_count; i++)
        self->bytes += strlen(row->files[i]) + 4;
    return describe(self, &stop->commit.id, row);
}

// ---- the walk ---------------------------------------------------------------------------------------------------

// Shows what a stop did, and goes on to where its content came from.
static code_t
visit(reader_t *self, const store_stop_t *stop)
{
    store_origin_t origin;
    code_t code = store_walk_origin(&self->walk, stop, &origin);
    if (code != OK)
        return code;
    for (size_t i = 0; i < origin.count; i++)
        if (!store_walk_push_new(&self->walk, origin.parents[i]))
            code = store_fail(self->store, INTERNAL, "out of memory");
    char hex[GIT_OID_HEXSZ + 1];
    if (self->after[0]) {                       // shown on a former page
        if (strcmp(git_oid_tostr(hex, sizeof hex, &stop->commit.id), self->after) == 0)
            self->after[0] = 0;
        return code;
    }
    if (code == OK && !*stop->path)
        return add_wiki_row(self, stop);
    return code == OK && origin.change? add_page_row(self, stop, origin.change): code;
}

static code_t
read_rows(reader_t *self)
{
    code_t code = OK;
    size_t steps = 0;
    while (code == OK && self->history->count < self->limit && self->bytes <= ROWS_BYTES) {
        if (++steps % 16 == 0 && store_walk_late(&self->walk))
            break;                              // what was found is shown; the cursor leads on
        store_stop_t *stop = store_walk_pop(&self->walk);
        if (!stop)
            break;
        code = visit(self, stop);
        free(stop);
    }
    return code;
}

// ---- cursors ----------------------------------------------------------------------------------------------------
//
// "commit,commit path": the stops that are still to be visited. If they do not fit, or their paths differ:
// "@commit": the last one shown, which the next walk looks for from the start.

static bool
write_stops(const store_walk_t *walk, char cursor[CURSOR_SIZE])
{
    const char *path = walk->stops[0]->path;
    size_t room = CURSOR_SIZE - strlen(path) - 2;
    size_t out = 0;
    for (size_t i = 0; i < walk->count; i++) {
        if (strcmp(walk->stops[i]->path, path) != 0 || out + GIT_OID_HEXSZ + 1 > room)
            return false;
        git_oid_fmt(cursor + out, &walk->stops[i]->commit.id);
        out += GIT_OID_HEXSZ;
        cursor[out++] = i + 1 < walk->count? ',': ' ';
    }
    memcpy(cursor + out, path, strlen(path) + 1);
    return true;
}

static code_t
write_cursor(reader_t *self)
{
    char cursor[CURSOR_SIZE];
    store_history_t *history = self->history;
    if (self->walk.count == 0)
        return OK;
    if (self->after[0])
        return store_fail(self->store, TIMEOUT, "the history is too long to be looked through in time");
    if (!write_stops(&self->walk, cursor)) {
        if (history->count == 0)
            return store_fail(self->store, TIMEOUT, "the history is too long to be looked through in time");
        snprintf(cursor, sizeof cursor, "@%s", history->rows[history->count - 1].commit.hex);
    }
    history->cursor = strdup(cursor);
    return history->cursor? OK: store_fail(self->store, INTERNAL, "out of memory");
}

static code_t
bad_cursor(store_t *store)
{
    return store_fail(store, INVALID, "the cursor is none of ours: begin without one");
}

// Goes on where a former page of rows ended. A cursor comes from outside: it may not name what its bearer may not read.
static code_t
start_at_cursor(reader_t *self, const char *cursor)
{
    const store_history_options_t *options = self->options;
    const char *path = strchr(cursor, ' ');
    if (!path || (*++path && page_path_check(path, NULL) != OK))
        return bad_cursor(self->store);
    bool whole = !options->path || !*options->path;
    if (whole != !*path || (*path && options->visible && !options->visible(options->context, path)))
        return bad_cursor(self->store);
    for (const char *at = cursor; at < path; at += GIT_OID_HEXSZ + 1) {
        git_oid id;
        if (strcspn(at, ", ") != GIT_OID_HEXSZ || git_oid_fromstrn(&id, at, GIT_OID_HEXSZ) < 0)
            return bad_cursor(self->store);
        code_t code = store_walk_start(&self->walk, &id, path);
        if (code != OK)
            return code;
    }
    return OK;
}

static code_t
start(reader_t *self)
{
    const store_history_options_t *options = self->options;
    const char *cursor = options->cursor? options->cursor: "";
    store_place_t place;
    git_commit *commit = NULL;
    code_t code = store_revision_lookup(self->store, options->commit, &commit);
    if (code != OK)
        return code;
    git_oid id = *git_commit_id(commit);
    git_oid_tostr(self->history->commit.hex, sizeof self->history->commit.hex, &id);
    git_commit_free(commit);
    if (*cursor == '@' && strlen(cursor) != GIT_OID_HEXSZ + 1)
        return bad_cursor(self->store);
    if (*cursor == '@')
        memcpy(self->after, cursor + 1, GIT_OID_HEXSZ);
    else if (*cursor)
        return start_at_cursor(self, cursor);
    if (!options->path || !*options->path)
        return store_walk_start(&self->walk, &id, "");
    code = store_locate(self->store, self->history->commit.hex, options->path, options->exact, &place);
    if (code != OK && !(code == NOT_FOUND && place.missing))
        return code;
    return store_walk_start(&self->walk, &id, place.file);  // a page that is gone has a history too
}

code_t
store_history(store_t *self, const store_history_options_t *options, store_history_t *history)
{
    reader_t reader = { .store = self, .options = options, .history = history };
    memset(history, 0, sizeof *history);
    reader.limit = options->limit == 0? ROWS_USUAL: options->limit < LIMIT_ROWS? options->limit: LIMIT_ROWS;
    code_t code = store_refresh(self);
    bool whole = !options->path || !*options->path;
    if (code == OK && whole && !self->has_head && (!options->commit || !*options->commit))
        return OK;                              // no commit, no history
    history->rows = calloc(reader.limit, sizeof *history->rows);
    if (!history->rows)
        return store_fail(self, INTERNAL, "out of memory");
    store_walk_begin(&reader.walk, self, options->deadline);
    reader.walk.visible = options->visible;
    reader.walk.context = options->context;
    if (code == OK)
        code = start(&reader);
    if (code == OK)
        code = read_rows(&reader);
    if (code == OK)
        code = write_cursor(&reader);
    if (code == OK && !whole && history->count == 0 && !history->cursor && !(options->cursor && *options->cursor))
        code = store_fail(self, NOT_FOUND, "there is and was no %.300s", options->path);
    store_walk_end(&reader.walk);
    if (code != OK)
        store_history_clear(history);
    return code;
}

void
store_history_clear(store_history_t *history)
{
    for (size_t i = 0; i < history->count; i++)
        store_commit_info_clear(&history->rows[i]);
    free(history->rows);
    free(history->cursor);
    memset(history, 0, sizeof *history);
}
