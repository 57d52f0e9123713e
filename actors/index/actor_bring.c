#include "actor_bring.h"

#include "actor_pages.h"
#include "actor_sources.h"
#include "../core/banned.h"

// A slice ends behind so much; of an index that is built, what was done is kept as often.
enum { SLICE_FILES = 512, SLICE_COMMITS = 2000, ASK_MS = 1000 };
static const char logged_mark[] = "logged";     // of an index without a commit: the last whole commit that is in it

typedef enum { IDLE, LOG, CHANGES, LIST_PAGES, LIST_FILES, PUT } phase_t;

struct bring {
    bring_options_t options;
    pages_t pages;
    phase_t phase, after;                       // after: what follows PUT; IDLE: it is whole then
    char commit[65];                            // that the index stands at
    char since[65], target[65];                 // of the log
    char last[65];                              // the last whole commit that was put
    char cursor[LIMIT_PATH_BYTES + 97];         // of the phase at work
    char log_cursor[LIMIT_PATH_BYTES + 97];     // of the log, while a slice of it is put
    bool whole;                                 // every file is looked at
    bool sweep;                                 // and those that are there no more are taken out
    bool line;                                  // so far history is one line
    changed_t changed;
    size_t next;                                // of changed
    size_t commits;                             // put since the last commit of ours
    zhashx_t *seen;                             // files of the target, for the sweep
    int64_t files;                              // of the wiki, as far as progress tells
    bring_progress_t progress;
    char why[256];
};

bring_t *
bring_new(const bring_options_t *options)
{
    bring_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->options = *options;
    self->pages = (pages_t){ .flow = options->flow, .naming = options->naming, .style = options->style,
                             .passing = options->build };
    return self;
}

static void
forget(bring_t *self)
{
    self->phase = IDLE;
    self->next = self->commits = 0;
    changed_clear(&self->changed);
    zhashx_destroy(&self->seen);
}

void
bring_destroy(bring_t **self)
{
    if (!*self)
        return;
    forget(*self);
    free(*self);
    *self = NULL;
}

void
bring_drop(bring_t *self, index_t *index)
{
    if (self->phase != IDLE && index)
        index_rollback(index);
    forget(self);
}

void
bring_look(bring_t *self, index_t *index)
{
    if (index_stands_at(index, self->commit) != OK)
        *self->commit = '\0';
}

bool
bring_at_work(const bring_t *self)
{
    return self->phase != IDLE;
}

const char *
bring_commit(const bring_t *self)
{
    return self->commit;
}

const char *
bring_why(const bring_t *self)
{
    return self->why;
}

const bring_progress_t *
bring_progress(const bring_t *self)
{
    return &self->progress;
}

static code_t
fail(bring_t *self, code_t code, const char *why)
{
    (void)snprintf(self->why, sizeof self->why, "%s", why);
    return code;
}

static code_t
judge(bring_t *self, index_t *index, code_t code)
{
    return code == OK? OK: fail(self, code, index_error(index));
}

// ---- the beginning ----------------------------------------------------------------------------------------------

static code_t
begin(bring_t *self, index_t *index)
{
    code_t code = index_begin(index);
    if (code != OK)
        return judge(self, index, code);
    self->phase = LOG;
    if (index_moved(index)) {
        bring_drop(self, index);
        return fail(self, CONFLICT, "another index has come in its place");
    }
    code = index_stands_at(index, self->commit);        // again: another program may have brought it along
    self->whole = code == OK && !*self->commit;
    self->sweep = false;
    self->line = true;
    self->progress = (bring_progress_t){ .pages = self->progress.pages };
    *self->target = *self->cursor = '\0';
    memcpy(self->since, self->commit, sizeof self->since);
    if (self->whole) {
        code = index_mark(index, logged_mark, self->since);
        self->sweep = *self->since;
    }
    memcpy(self->last, self->since, sizeof self->last);
    return judge(self, index, code);
}

// The next transaction of several. That another program came between is no failure to wait for: there is none open.
static code_t
begin_again(bring_t *self, index_t *index)
{
    code_t code = judge(self, index, index_begin(index));
    self->commits = 0;
    return code == BUSY? CONFLICT: code;
}

// What was done so far stays.
static code_t
keep(bring_t *self, index_t *index)
{
    code_t code = *self->last? index_set_mark(index, logged_mark, self->last): OK;
    if (code == OK)
        code = index_commit(index);
    return code == OK? begin_again(self, index): judge(self, index, code);
}

// History was rewritten: all of it is logged again, and every file is looked at.
static code_t
start_over(bring_t *self, index_t *index)
{
    *self->since = *self->last = *self->cursor = *self->target = '\0';
    self->whole = self->sweep = self->line = true;
    self->progress.done = 0;
    changed_clear(&self->changed);
    code_t code = index_forget_commits(index);
    if (code == OK)
        code = index_set_mark(index, logged_mark, "");
    return judge(self, index, code);
}

// ---- commits ----------------------------------------------------------------------------------------------------

static code_t
put_commit(index_t *index, const store_log_row_t *row)
{
    index_change_t *changes = calloc(row->files_count + 1, sizeof *changes);
    if (!changes)
        abort();
    for (size_t i = 0; i < row->files_count; i++) {
        const store_log_file_t *file = &row->files[i];
        changes[i] = (index_change_t){ .file = file->file, .from = file->from, .change = *file->change };
    }
    index_log_t log = { .commit = row->commit, .parent = row->parent, .author = row->author, .email = row->email,
                        .message = row->message, .when = row->when, .zone = row->zone,
                        .changes = changes, .change_count = row->files_count };
    code_t code = index_put_commit(index, &log);
    free(changes);
    return code;
}

// What a rename was is gone, unless the same commit says more of it.
static void
note_files(bring_t *self, const store_log_row_t *row)
{
    for (size_t i = 0; i < row->files_count; i++)
        if (*row->files[i].from)
            changed_put(&self->changed, row->files[i].from, "");
    for (size_t i = 0; i < row->files_count; i++)
        changed_put(&self->changed, row->files[i].file, row->files[i].blob);
}

static code_t
take_row(bring_t *self, index_t *index, const store_log_row_t *row, char previous[65])
{
    code_t code = judge(self, index, put_commit(index, row));
    if (strcmp(previous, row->commit) != 0) {
        self->line = self->line && strcmp(row->parent, previous) == 0;
        (void)snprintf(previous, 65, "%s", row->commit);
    }
    if (!self->whole)
        note_files(self, row);
    if (!row->more) {
        (void)snprintf(self->last, sizeof self->last, "%s", row->commit);
        self->commits++;
        self->progress.done++;
    }
    return code;
}

static code_t
take_rows(bring_t *self, index_t *index, const store_log_rep_t *log, bool *complete)
{
    char previous[65];
    code_t code = OK;
    memcpy(previous, self->last, sizeof previous);
    for (size_t i = 0; i < log->rows_count && code == OK; i++)
        code = take_row(self, index, &log->rows[i], previous);
    *complete = strcmp(previous, self->last) == 0;
    return code;
}

static void
put_next(bring_t *self, phase_t after)
{
    self->next = 0;
    self->phase = PUT;
    self->after = after;
}

// All commits are in: now the files.
static void
end_log(bring_t *self)
{
    *self->cursor = '\0';
    if (!*self->target) {                       // a wiki without a commit
        self->sweep = true;
        self->seen = zhashx_new();
        put_next(self, IDLE);
    } else if (self->whole)
        self->phase = LIST_PAGES;
    else if (self->line)
        put_next(self, IDLE);
    else {
        changed_clear(&self->changed);
        self->phase = CHANGES;
    }
}

static code_t
take_log(bring_t *self, index_t *index, const store_log_rep_t *log)
{
    bool complete = true;
    if (log->rewritten)
        return start_over(self, index);
    (void)snprintf(self->target, sizeof self->target, "%s", log->commit);
    if (self->progress.done == 0)
        self->progress.total = log->total + self->files;
    code_t code = take_rows(self, index, log, &complete);
    if (code != OK)
        return code;
    if (!*log->cursor) {
        end_log(self);
        return self->options.build? keep(self, index): OK;
    }
    (void)snprintf(self->cursor, sizeof self->cursor, "%s", log->cursor);
    if (self->options.build && complete && self->commits >= SLICE_COMMITS)
        return keep(self, index);
    if (!self->whole && self->line && complete &&
        (self->changed.count >= SLICE_FILES || self->commits >= SLICE_COMMITS)) {
        memcpy(self->log_cursor, self->cursor, sizeof self->cursor);
        put_next(self, LOG);
    }
    return OK;
}

static code_t
step_log(bring_t *self, index_t *index)
{
    store_log_req_t which = { .since = self->since, .until = self->target, .cursor = self->cursor };
    store_log_rep_t log;
    msg_t *answer = source_log(self->options.flow, &which, &log);
    code_t code = msg_code(answer);
    code = code == OK? take_log(self, index, &log): fail(self, code, msg_error_text(answer));
    msg_destroy(&answer);
    return code;
}

// ---- files ------------------------------------------------------------------------------------------------------

static code_t
step_changes(bring_t *self)
{
    store_changes_req_t which = { .since = self->commit, .until = self->target, .cursor = self->cursor };
    store_changes_rep_t reply;
    msg_t *answer = source_changes(self->options.flow, &which, &reply);
    code_t code = msg_code(answer);
    if (code != OK)
        fail(self, code, msg_error_text(answer));
    for (size_t i = 0; code == OK && i < reply.rows_count; i++)
        changed_put(&self->changed, reply.rows[i].file, reply.rows[i].after);
    if (code == OK && *reply.cursor)
        (void)snprintf(self->cursor, sizeof self->cursor, "%s", reply.cursor);
    else if (code == OK)
        put_next(self, IDLE);
    msg_destroy(&answer);
    return code;
}

static void
take_list(bring_t *self, const store_list_rep_t *list)
{
    bool files = self->phase == LIST_FILES;
    if (self->sweep && !self->seen)
        self->seen = zhashx_new();
    for (size_t i = 0; i < list->rows_count; i++) {
        changed_put(&self->changed, list->rows[i].file, list->rows[i].blob);
        if (self->sweep)
            zhashx_insert(self->seen, list->rows[i].file, self);
    }
    (void)snprintf(self->cursor, sizeof self->cursor, "%s", list->cursor);
    put_next(self, *list->cursor? self->phase: files? IDLE: LIST_FILES);
}

static code_t
step_list(bring_t *self)
{
    store_list_req_t which = { .commit = self->target, .files = self->phase == LIST_FILES, .cursor = self->cursor };
    store_list_rep_t list;
    msg_t *answer = source_list(self->options.flow, &which, &list);
    code_t code = msg_code(answer);
    if (code == OK)
        take_list(self, &list);
    else
        fail(self, code, msg_error_text(answer));
    msg_destroy(&answer);
    return code;
}

// How many there are, for the progress alone.
static void
count_files(bring_t *self)
{
    self->files = 0;
    for (int files = 0; files < 2; files++) {
        store_list_req_t which = { .files = files, .limit = 1 };
        store_list_rep_t list = { 0 };
        msg_t *answer = source_list(self->options.flow, &which, &list);
        if (msg_code(answer) == OK)
            self->files += list.total;
        msg_destroy(&answer);
    }
}

// ---- the end ----------------------------------------------------------------------------------------------------

typedef struct { const bring_t *bring; changed_t gone; } sweep_t;

static bool
sweep_file(void *context, const char *file, const char *blob)
{
    sweep_t *self = context;
    (void)blob;
    if (!zhashx_lookup(self->bring->seen, file))
        changed_put(&self->gone, file, "");
    return true;
}

// Files that the index has and the commit has not.
static code_t
sweep(bring_t *self, index_t *index)
{
    sweep_t swept = { .bring = self };
    code_t code = index_each_file(index, sweep_file, &swept);
    for (size_t i = 0; i < swept.gone.count && code == OK; i++)
        code = index_remove(index, swept.gone.rows[i].file);
    changed_clear(&swept.gone);
    return judge(self, index, code);
}

// The index stands at this commit from now on, for everybody.
static code_t
stand_at(bring_t *self, index_t *index, const char *commit)
{
    code_t code = index_set_commit(index, commit);
    if (code == OK && self->whole)
        code = index_set_mark(index, logged_mark, "");
    if (code == OK)
        code = index_commit(index);
    if (code == OK)
        memcpy(self->commit, commit, sizeof self->commit);
    return judge(self, index, code);
}

static code_t
end_put(bring_t *self, index_t *index)
{
    changed_clear(&self->changed);
    self->phase = self->after;
    if (self->phase == LOG) {                   // a slice
        code_t code = stand_at(self, index, self->last);
        memcpy(self->cursor, self->log_cursor, sizeof self->cursor);
        return code == OK? begin_again(self, index): code;
    }
    if (self->phase != IDLE)
        return self->options.build? keep(self, index): OK;
    self->phase = PUT;                          // until it is whole there is something to undo
    code_t code = self->sweep? sweep(self, index): OK;
    if (code == OK)
        code = stand_at(self, index, self->target);
    if (code == OK)
        forget(self);
    return code;
}

static code_t
step_put(bring_t *self, index_t *index)
{
    size_t before = self->next;
    self->pages.index = index;
    if (self->next == self->changed.count)
        return end_put(self, index);
    code_t code = pages_put(&self->pages, &self->changed, &self->next);
    self->progress.pages = self->pages.pages;
    if (self->whole)
        self->progress.done += (int64_t)(self->next - before);
    if (code == OK && self->options.build && self->next / SLICE_FILES != before / SLICE_FILES)
        return keep(self, index);
    return code == OK? OK: fail(self, code, self->pages.why);
}

static code_t
step(bring_t *self, index_t *index)
{
    switch (self->phase) {
    case IDLE:
        if (self->options.build)
            count_files(self);
        return begin(self, index);
    case LOG: return step_log(self, index);
    case CHANGES: return step_changes(self);
    case LIST_PAGES:
    case LIST_FILES: return step_list(self);
    default: return step_put(self, index);
    }
}

// What is asked may take a moment, however little time there is; else nobody ever comes further.
static void
set_deadline(const bring_t *self, const char *trace, int64_t until)
{
    int64_t left = until - msg_steady_ms();
    msg_head_t head = { .deadline = msg_clock_ms() + (left > ASK_MS? left: ASK_MS) };
    (void)snprintf(head.trace, sizeof head.trace, "%s", trace);
    flow_begin(self->options.flow, &head);
}

code_t
bring_step(bring_t *self, index_t *index, const char *trace, int64_t until)
{
    set_deadline(self, trace, until);
    code_t code = step(self, index);
    while (code == OK && self->phase != IDLE && msg_steady_ms() < until)
        code = step(self, index);
    if (code == OK)
        return self->phase == IDLE? OK: LATER;
    if (!code_retryable(code))
        bring_drop(self, index);
    return code;
}
