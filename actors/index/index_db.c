// The file of the index: opened, judged, its statements and transactions
#include "index_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The log is written back when the writer is idle and it has TIDY_PAGES of 4 KiB, or at LOG_PAGES in any case.
enum { TIDY_PAGES = 500, LOG_PAGES = 4000 };
enum { BUSY_MS = 2000, APPLICATION_ID = 0x77694278 };           // "wiBx": what `file` and we know it by

static const char *const count_names[COUNT_KINDS] = { "pages", "passages", "links", "commits" };

// ---- failures -----------------------------------------------------------------------------------------------------

static code_t
code_of(int error)
{
    switch (error & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return OK;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return UNSUPPORTED;
    case SQLITE_FULL: return NO_SPACE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return BUSY;
    case SQLITE_READONLY: return READ_ONLY;
    case SQLITE_CANTOPEN: return NOT_FOUND;
    default: return INTERNAL;
    }
}

code_t
index_failed(index_t *self, int error)
{
    snprintf(self->error, sizeof self->error, "%s", self->db? sqlite3_errmsg(self->db): sqlite3_errstr(error));
    return code_of(error);
}

code_t
index_refuse(index_t *self, code_t code, const char *why)
{
    snprintf(self->error, sizeof self->error, "%s", why);
    return code;
}

const char *
index_error(const index_t *self)
{
    return self->error;
}

// ---- statements ---------------------------------------------------------------------------------------------------

sqlite3_stmt *
index_prepare(index_t *self, const char *literal)
{
    size_t at = ((uintptr_t)literal >> 3) % INDEX_STATEMENTS;
    for (size_t i = 0; i < INDEX_STATEMENTS; i++, at = (at + 1) % INDEX_STATEMENTS) {
        index_statement_t *place = &self->statements[at];
        if (place->sql == literal) {
            sqlite3_reset(place->statement);
            return place->statement;
        }
        if (place->sql)
            continue;
        int error = sqlite3_prepare_v3(self->db, literal, -1, SQLITE_PREPARE_PERSISTENT, &place->statement, NULL);
        if (error == SQLITE_OK)
            place->sql = literal;
        else
            index_failed(self, error);
        return error == SQLITE_OK? place->statement: NULL;
    }
    index_refuse(self, INTERNAL, "too many statements");
    return NULL;
}

sqlite3_stmt *
index_bind(index_t *self, const char *literal, const char *types, ...)
{
    sqlite3_stmt *statement = index_prepare(self, literal);
    int error = SQLITE_OK;
    va_list values;
    va_start(values, types);
    for (int i = 1; statement && types[i - 1] && error == SQLITE_OK; i++) {
        if (types[i - 1] == 't')
            error = sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_STATIC);
        else if (types[i - 1] == 'i')
            error = sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
        else
            error = sqlite3_bind_null(statement, i);
    }
    va_end(values);
    if (error != SQLITE_OK)
        index_failed(self, error);
    return error == SQLITE_OK? statement: NULL;
}

bool
index_row(index_t *self, sqlite3_stmt *statement, code_t *code)
{
    if (!statement) {
        *code = INTERNAL;
        return false;
    }
    int error = sqlite3_step(statement);
    if (error == SQLITE_ROW)
        return true;
    if (error != SQLITE_DONE)
        *code = index_failed(self, error);
    sqlite3_reset(statement);
    return false;
}

code_t
index_run(index_t *self, sqlite3_stmt *statement)
{
    code_t code = OK;
    while (index_row(self, statement, &code)) { }
    return code;
}

code_t
index_number(index_t *self, sqlite3_stmt *statement, int64_t otherwise, int64_t *number)
{
    code_t code = OK;
    *number = otherwise;
    if (!index_row(self, statement, &code))
        return code;
    *number = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return OK;
}

static code_t
execute(index_t *self, const char *sql)
{
    int error = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
    return error == SQLITE_OK? OK: index_failed(self, error);
}

// ---- opening ------------------------------------------------------------------------------------------------------

// The names of pages are in the file, so it is of one way to fold them.
static void
make_fingerprint(const index_options_t *options, char *text, size_t size)
{
    snprintf(text, size, "%d.%d%d %s", INDEX_SCHEMA_VERSION, options->naming.retain_case, options->naming.underscores,
             options->fingerprint? options->fingerprint: "");
}

static code_t
make_tables(index_t *self, const char *fingerprint)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d", APPLICATION_ID);
    code_t code = execute(self, "BEGIN IMMEDIATE");
    if (code == OK)
        code = execute(self, pragma);
    if (code == OK)
        code = execute(self, index_schema);
    if (code == OK)
        code = execute(self, index_words_schema);
    if (code == OK)
        code = index_run(self, index_bind(self, "INSERT INTO meta VALUES('fingerprint', ?)", "t", fingerprint));
    for (size_t i = 0; i < COUNT_KINDS && code == OK; i++)
        code = index_run(self, index_bind(self, "INSERT INTO meta VALUES(?, 0)", "t", count_names[i]));
    if (code == OK)
        return execute(self, "COMMIT");
    char why[sizeof self->error];
    memcpy(why, self->error, sizeof why);
    execute(self, "ROLLBACK");
    return index_refuse(self, code, why);
}

// Is this an index, and one that this program understands?
static code_t
judge(index_t *self, const index_options_t *options)
{
    char wanted[512];
    int64_t application = 0;
    code_t code = index_number(self, index_prepare(self, "PRAGMA application_id"), 0, &application);
    int64_t tables = 0;
    make_fingerprint(options, wanted, sizeof wanted);
    if (code == OK)
        code = index_number(self, index_prepare(self, "SELECT count(*) FROM sqlite_schema"), 0, &tables);
    if (code == OK && tables == 0)
        return options->write? make_tables(self, wanted): index_refuse(self, NOT_FOUND, "the index is empty");
    if (code == OK && application != APPLICATION_ID)
        return index_refuse(self, UNSUPPORTED, "the file is no index of a wiki");
    sqlite3_stmt *meta = NULL;
    if (code == OK) {
        meta = index_prepare(self, "SELECT value FROM meta WHERE key = 'fingerprint'");
        code = meta? OK: UNSUPPORTED;
    }
    bool there = code == OK && index_row(self, meta, &code);
    bool same = there && strcmp(index_text(meta, 0), wanted) == 0;
    sqlite3_reset(meta);
    if (code == OK && !same)
        return index_refuse(self, NOT_FOUND, "the index was made by another version, or with other settings");
    return code;
}

// Readers hold about a megabyte of pages each, a writer four; the system's cache has the others.
static code_t
tune(index_t *self)
{
    sqlite3_busy_timeout(self->db, BUSY_MS);
    sqlite3_extended_result_codes(self->db, 1);
    return execute(self, "PRAGMA trusted_schema=OFF; PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY");
}

// After each commit, instead of SQLite's own, which would write 4 MB back and wait for the disk in the midst of a save.
static int
on_log(void *context, sqlite3 *db, const char *name, int pages)
{
    index_t *self = context;
    self->log_pages = pages;
    if (pages >= LOG_PAGES)
        sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

void
index_tidy(index_t *self)
{
    if (self->log_pages < TIDY_PAGES)
        return;
    sqlite3_wal_checkpoint_v2(self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    self->log_pages = 0;
}

static code_t
open_file(index_t *self, const index_options_t *options)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (options->write? SQLITE_OPEN_CREATE: 0);
    int error = sqlite3_open_v2(options->file, &self->db, flags, NULL);
    if (error != SQLITE_OK)
        return index_failed(self, error);
    code_t code = tune(self);
    if (code == OK)
        code = index_words_open(self);
    if (code == OK)
        code = judge(self, options);
    if (code == OK && options->write)
        code = execute(self, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216;"
                             "PRAGMA cache_size=-4096");
    if (code == OK && options->write)
        sqlite3_wal_hook(self->db, on_log, self);
    return code == OK && !options->write? execute(self, "PRAGMA query_only=ON"): code;
}

index_t *
index_open(const index_options_t *options, code_t *code, const char **why)
{
    static _Thread_local char text[sizeof ((index_t *)0)->error];       // outlives what failed to open
    index_t *self = calloc(1, sizeof *self);
    *why = "out of memory";
    *code = INTERNAL;
    if (!self)
        return NULL;
    self->naming = options->naming;
    *code = open_file(self, options);
    if (*code == OK)
        return self;
    memcpy(text, self->error, sizeof text);
    *why = text;
    index_close(&self);
    return NULL;
}

void
index_close(index_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < INDEX_STATEMENTS; i++)
        sqlite3_finalize((*self)->statements[i].statement);
    index_kept_clear(*self);
    sqlite3_close((*self)->db);
    free(*self);
    *self = NULL;
}

// ---- transactions -------------------------------------------------------------------------------------------------

code_t
index_begin(index_t *self)
{
    memset(self->counts, 0, sizeof self->counts);
    return index_run(self, index_prepare(self, "BEGIN IMMEDIATE"));
}

static code_t
keep_counts(index_t *self)
{
    code_t code = OK;
    for (size_t i = 0; i < COUNT_KINDS && code == OK; i++)
        if (self->counts[i] != 0)
            code = index_run(self, index_bind(self, "UPDATE meta SET value = value + ? WHERE key = ?", "it",
                                              self->counts[i], count_names[i]));
    return code;
}

code_t
index_commit(index_t *self)
{
    code_t code = keep_counts(self);
    return code == OK? index_run(self, index_prepare(self, "COMMIT")): code;
}

void
index_rollback(index_t *self)
{
    char why[sizeof self->error];
    memcpy(why, self->error, sizeof why);       // why it was begun to roll back is worth more than how that went
    if (!sqlite3_get_autocommit(self->db))
        index_run(self, index_prepare(self, "ROLLBACK"));
    memcpy(self->error, why, sizeof why);
}

// The snapshot is taken by the first statement.
code_t
index_begin_read(index_t *self)
{
    return index_run(self, index_prepare(self, "BEGIN"));
}

void
index_end_read(index_t *self)
{
    index_rollback(self);
}

// ---- what it stands at --------------------------------------------------------------------------------------------

code_t
index_stands_at(index_t *self, char commit[65])
{
    code_t code = OK;
    commit[0] = 0;
    sqlite3_stmt *meta = index_prepare(self, "SELECT value FROM meta WHERE key = 'commit'");
    if (!index_row(self, meta, &code))
        return code;
    snprintf(commit, 65, "%s", index_text(meta, 0));
    sqlite3_reset(meta);
    return OK;
}

code_t
index_set_commit(index_t *self, const char *commit)
{
    return index_run(self, index_bind(self, "INSERT INTO meta VALUES('commit', ?1) ON CONFLICT(key)"
                                            " DO UPDATE SET value = ?1", "t", commit));
}

bool
index_has_commit(index_t *self, const char *commit)
{
    int64_t found = 0;
    sqlite3_stmt *known = index_bind(self, "SELECT 1 FROM commits WHERE id = ?", "t", commit);
    return index_number(self, known, 0, &found) == OK && found == 1;
}

// ---- swapping -----------------------------------------------------------------------------------------------------

// The log of a file goes by its name. So there is a moment when nobody can open it, in which the old log goes: who
// opened it before keeps what he has, and who comes later finds the new file alone.
code_t
index_swap_in(const char *made, const char *file)
{
    static const char *const ends[] = { "-wal", "-shm" };
    char old[4096], log[4096];
    if ((size_t)snprintf(old, sizeof old, "%s.old", file) >= sizeof old - 8)
        return INVALID;
    bool there = rename(file, old) == 0;
    for (size_t i = 0; i < 2; i++) {
        snprintf(log, sizeof log, "%s%s", file, ends[i]);
        remove(log);
    }
    bool done = rename(made, file) == 0;
    if (there && !done)
        return rename(old, file) == 0? INTERNAL: NOT_FOUND;
    if (there)
        remove(old);
    return done? OK: INTERNAL;
}
