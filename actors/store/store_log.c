// Every commit between two, with all that it changed: what an index is built from
#include "store_file.h"
#include "store_order.h"
#include "store_read.h"
#include "store_touched.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// An answer ends where its record might outgrow a message.
enum { ANSWER_BYTES = LIMIT_BODY_BYTES / 4 * 3, ROW_BYTES = 256, FILE_BYTES = 96 };

// What the next answer needs again: the order of all commits, and what was changed by the one that goes on in it.
struct store_logs {
    store_order_t *order;
    store_touched_t touched;                    // of no commit, as a rule
};

typedef struct {
    store_t *store;
    store_log_t *log;
    git_oid since, until;
    size_t next, file;                          // where to go on: of the commits; of what this one touched
    size_t limit, bytes;
    int64_t end;                                // on the steady clock
} reader_t;

void
store_logs_free(store_logs_t **self)
{
    if (!*self)
        return;
    store_order_free(&(*self)->order);
    store_touched_clear(&(*self)->touched);
    free(*self);
    *self = NULL;
}

static code_t
out_of_memory(reader_t *self)
{
    return store_fail(self->store, INTERNAL, "out of memory");
}

// ---- one commit -------------------------------------------------------------------------------------------------

static code_t
add_file(reader_t *self, store_logged_t *row, const store_touched_file_t *file)
{
    store_logged_file_t *made = &row->files[row->file_count++];
    *made = (store_logged_file_t) { .file = strdup(file->path), .from = file->from? strdup(file->from): NULL,
                                    .change = file->change };
    if (!git_oid_is_zero(&file->after))
        git_oid_tostr(made->blob.hex, sizeof made->blob.hex, &file->after);
    self->bytes += FILE_BYTES + strlen(file->path) + (file->from? strlen(file->from): 0);
    return made->file && (made->from || !file->from)? OK: out_of_memory(self);
}

// As many as fit of those that were not shown yet.
static code_t
add_files(reader_t *self, store_logged_t *row, const store_touched_t *touched)
{
    code_t code = OK;
    size_t left = touched->count - self->file;
    size_t room = left < LIMIT_ROWS? left: LIMIT_ROWS;
    row->files_total = touched->count - touched->moved;
    row->files = calloc(room + 1, sizeof *row->files);
    if (!row->files)
        return out_of_memory(self);
    for (; code == OK && self->file < touched->count; self->file++) {
        const store_touched_file_t *file = &touched->files[self->file];
        row->more = row->file_count == LIMIT_ROWS || self->bytes > ANSWER_BYTES;
        if (row->more)
            break;
        if (!file->moved)
            code = add_file(self, row, file);
    }
    return code;
}

static code_t
touch(reader_t *self, const git_commit *commit)
{
    store_touched_t *touched = &self->store->logs->touched;
    if (touched->files && git_oid_equal(&touched->commit, git_commit_id(commit)))
        return OK;
    store_touched_clear(touched);
    return store_touched_read(self->store, commit, touched);
}

static code_t
add_commit(reader_t *self)
{
    git_commit *commit = NULL;
    store_logged_t *row = &self->log->rows[self->log->count];
    store_touched_t *touched = &self->store->logs->touched;
    int error = git_commit_lookup(&commit, self->store->repo, store_order_at(self->store->logs->order, self->next));
    if (error < 0)
        return store_fail_git(self->store, error, "a commit cannot be read") == NO_SPACE? NO_SPACE: INTERNAL;
    memset(row, 0, sizeof *row);
    self->log->count++;
    code_t code = store_describe(self->store, commit, &row->info);
    if (code == OK)
        code = touch(self, commit);
    git_commit_free(commit);
    if (code != OK)
        return code;
    self->bytes += ROW_BYTES + strlen(row->info.author) + strlen(row->info.email) + strlen(row->info.message);
    code = self->file <= touched->count? add_files(self, row, touched): INVALID;
    if (code != OK || row->more)
        return code;
    store_touched_clear(touched);
    self->next++;
    self->file = 0;
    return OK;
}

// ---- all of them ------------------------------------------------------------------------------------------------

static code_t
add_commits(reader_t *self)
{
    code_t code = OK;
    bool more = false;
    size_t total = self->log->total;
    while (code == OK && !more && self->next < total && self->log->count < self->limit && self->bytes <= ANSWER_BYTES) {
        if (store_steady() >= self->end)
            break;                              // what was found is shown; the cursor leads on
        code = add_commit(self);
        more = code == OK && self->log->rows[self->log->count - 1].more;
    }
    return code;
}

static code_t
write_cursor(reader_t *self)
{
    char since[GIT_OID_HEXSZ + 1], until[GIT_OID_HEXSZ + 1];
    git_oid_tostr(since, sizeof since, &self->since);
    git_oid_tostr(until, sizeof until, &self->until);
    return asprintf(&self->log->cursor, "%s %s %zu %zu", since, until, self->next, self->file) < 0?
           out_of_memory(self): OK;
}

static code_t
bad_cursor(store_t *store)
{
    return store_fail(store, INVALID, "the cursor is none of ours: begin without one");
}

// A number without signs and blanks; moves behind it.
static bool
take_number(const char **at, size_t *number)
{
    char *end = NULL;
    size_t digits = strspn(*at, "0123456789");
    *number = strtoul(*at, &end, 10);
    *at += digits;
    return digits > 0 && digits < 10 && *at == end;
}

static code_t
read_cursor(reader_t *self, const char *cursor)
{
    const char *at = cursor + 2 * (GIT_OID_HEXSZ + 1);
    bool shaped = strlen(cursor) > 2 * (GIT_OID_HEXSZ + 1) && cursor[GIT_OID_HEXSZ] == ' ' && at[-1] == ' ';
    if (!shaped || git_oid_fromstrn(&self->since, cursor, GIT_OID_HEXSZ) < 0 ||
        git_oid_fromstrn(&self->until, cursor + GIT_OID_HEXSZ + 1, GIT_OID_HEXSZ) < 0)
        return bad_cursor(self->store);
    bool read = take_number(&at, &self->next) && *at++ == ' ' && take_number(&at, &self->file) && !*at;
    return read? OK: bad_cursor(self->store);
}

// The id of a commit; zero of none.
static code_t
read_revision(store_t *store, const char *revision, git_oid *id)
{
    git_commit *commit = NULL;
    code_t code = store_commit_lookup(store, revision, &commit);
    if (code == OK)
        *id = *git_commit_id(commit);
    git_commit_free(commit);
    return code;
}

static code_t
read_ends(reader_t *self, const store_log_options_t *options)
{
    const char *since = options->since? options->since: "";
    code_t code = read_revision(self->store, options->until, &self->until);
    if (code != OK || !*since)
        return code;
    code = read_revision(self->store, since, &self->since);
    self->log->rewritten = code == NOT_FOUND;
    return code == NOT_FOUND? OK: code;
}

// The order of the commits, as far as there is time for it; it stays for the next call.
static code_t
find_order(reader_t *self, bool *done)
{
    store_t *store = self->store;
    if (store->logs && !store_order_is_of(store->logs->order, &self->since, &self->until))
        store_logs_free(&store->logs);
    if (!store->logs)
        store->logs = calloc(1, sizeof *store->logs);
    if (store->logs && !store->logs->order)
        store->logs->order = store_order_new(&self->since, &self->until);
    if (!store->logs || !store->logs->order)
        return out_of_memory(self);
    code_t code = store_order_go(store->logs->order, store, self->end, done);
    if (code == OK && *done) {
        self->log->rewritten = store_order_rewritten(store->logs->order);
        self->log->total = store_order_count(store->logs->order);
    }
    return code;
}

static code_t
read_log(reader_t *self)
{
    bool done = false;
    code_t code = find_order(self, &done);
    if (code == OK && self->log->rewritten) {
        store_logs_free(&self->store->logs);
        return OK;
    }
    if (code == OK && done && self->next > self->log->total)
        code = bad_cursor(self->store);
    if (code == OK && done)
        code = add_commits(self);
    if (code == INVALID)
        code = bad_cursor(self->store);
    if (code == OK && (!done || self->next < self->log->total))
        code = write_cursor(self);
    if (code != OK || !self->log->cursor)
        store_logs_free(&self->store->logs);
    return code;
}

code_t
store_log(store_t *self, const store_log_options_t *options, store_log_t *log)
{
    reader_t reader = { .store = self, .log = log };
    int64_t now = store_steady();
    bool goes_on = options->cursor && *options->cursor, whole = !options->until || !*options->until;
    memset(log, 0, sizeof *log);
    reader.end = now + (store_steady_deadline(options->deadline > 0? options->deadline: INT64_MAX) - now) / 2;
    reader.limit = options->limit == 0 || options->limit > LIMIT_ROWS? LIMIT_ROWS: options->limit;
    code_t code = store_refresh(self);
    if (code == OK && !goes_on && whole && !self->has_head) {
        log->rewritten = options->since && *options->since;
        return OK;                              // nothing yet
    }
    if (code == OK)
        code = goes_on? read_cursor(&reader, options->cursor): read_ends(&reader, options);
    log->rows = code == OK? calloc(reader.limit, sizeof *log->rows): NULL;
    if (code == OK && !log->rows)
        code = out_of_memory(&reader);
    if (code == OK) {
        git_oid_tostr(log->commit.hex, sizeof log->commit.hex, &reader.until);
        code = log->rewritten? OK: read_log(&reader);
    }
    if (code != OK)
        store_log_clear(log);
    return code;
}

static void
clear_row(store_logged_t *row)
{
    for (size_t i = 0; i < row->file_count; i++) {
        free(row->files[i].file);
        free(row->files[i].from);
    }
    free(row->files);
    store_commit_info_clear(&row->info);
}

void
store_log_clear(store_log_t *log)
{
    for (size_t i = 0; i < log->count; i++)
        clear_row(&log->rows[i]);
    free(log->rows);
    free(log->cursor);
    memset(log, 0, sizeof *log);
}
