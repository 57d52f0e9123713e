#include "index_jobs.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { VERSION = 1, BUSY_MS = 2000, KEPT = 20 };

struct jobs {
    sqlite3 *db;
    char error[256];
};

static const char schema[] =
    "CREATE TABLE job(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,"
    "  started INTEGER NOT NULL, finished INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0,"
    "  total INTEGER NOT NULL DEFAULT 0, pages INTEGER NOT NULL DEFAULT 0, passages INTEGER NOT NULL DEFAULT 0,"
    "  text TEXT NOT NULL DEFAULT '');"
    "CREATE UNIQUE INDEX job_open ON job(kind) WHERE state IN ('waiting', 'running');"
    "PRAGMA user_version = 1";

static int64_t
now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static code_t
failed(jobs_t *self)
{
    int error = self->db? sqlite3_errcode(self->db): SQLITE_NOMEM;
    snprintf(self->error, sizeof self->error, "%s", self->db? sqlite3_errmsg(self->db): "out of memory");
    switch (error & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return UNSUPPORTED;
    case SQLITE_FULL: return NO_SPACE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return BUSY;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN: return READ_ONLY;
    default: return INTERNAL;
    }
}

const char *
jobs_error(const jobs_t *self)
{
    return self->error;
}

static code_t
execute(jobs_t *self, const char *sql)
{
    return sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK? OK: failed(self);
}

// A statement with its parameters: t text, i int64_t. NULL: it failed.
static sqlite3_stmt *
prepare(jobs_t *self, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement = NULL;
    int error = sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL);
    va_list values;
    va_start(values, types);
    for (int i = 1; error == SQLITE_OK && types[i - 1]; i++)
        if (types[i - 1] == 't')
            error = sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
        else
            error = sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
    va_end(values);
    if (error == SQLITE_OK)
        return statement;
    sqlite3_finalize(statement);
    return NULL;
}

// Runs a statement that changes rows. NOT_FOUND: it changed none.
static code_t
change(jobs_t *self, sqlite3_stmt *statement)
{
    int error = statement? sqlite3_step(statement): SQLITE_ERROR;
    code_t code = error == SQLITE_DONE? OK: failed(self);
    sqlite3_finalize(statement);
    return code == OK && sqlite3_changes(self->db) == 0? NOT_FOUND: code;
}

static int64_t
version_of(jobs_t *self)
{
    sqlite3_stmt *statement = prepare(self, "PRAGMA user_version", "");
    int64_t version = statement && sqlite3_step(statement) == SQLITE_ROW? sqlite3_column_int64(statement, 0): -1;
    sqlite3_finalize(statement);
    return version;
}

static code_t
make_tables(jobs_t *self)
{
    code_t code = execute(self, "BEGIN IMMEDIATE");
    if (code != OK)
        return code;
    int64_t version = version_of(self);         // somebody may have made them meanwhile
    if (version == 0)
        code = execute(self, schema);
    else if (version < 0)
        code = failed(self);
    if (code == OK)
        return execute(self, "COMMIT");
    sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

static code_t
open_file(jobs_t *self, const char *file)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(file, &self->db, flags, NULL) != SQLITE_OK)
        return failed(self);
    sqlite3_busy_timeout(self->db, BUSY_MS);
    code_t code = execute(self, "PRAGMA trusted_schema=OFF; PRAGMA cache_size=-64");
    int64_t version = code == OK? version_of(self): -1;
    if (version < 0)
        return code == OK? failed(self): code;
    if (version == 0)
        code = make_tables(self);
    if (version > VERSION) {
        snprintf(self->error, sizeof self->error, "it was made by a later version of wikibot");
        return INVALID;
    }
    return code == OK? execute(self, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"): code;
}

jobs_t *
jobs_open(const char *file, code_t *code, const char **why)
{
    static _Thread_local char text[sizeof ((jobs_t *)0)->error];        // outlives what failed to open
    jobs_t *self = calloc(1, sizeof *self);
    *why = "out of memory";
    *code = INTERNAL;
    if (!self)
        return NULL;
    *code = open_file(self, file);
    if (*code == OK)
        return self;
    memcpy(text, self->error, sizeof text);
    *why = text;
    jobs_close(&self);
    return NULL;
}

void
jobs_close(jobs_t **self)
{
    if (!*self)
        return;
    sqlite3_close((*self)->db);
    free(*self);
    *self = NULL;
}

bool
jobs_gone(const jobs_t *self)
{
    int moved = 0;
    return sqlite3_file_control(self->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

// ---- jobs -------------------------------------------------------------------------------------------------------

static void
take_text(sqlite3_stmt *statement, int column, char *text, size_t size)
{
    const char *value = (const char *)sqlite3_column_text(statement, column);
    snprintf(text, size, "%s", value? value: "");
}

code_t
jobs_newest(jobs_t *self, const char *kind, job_t *job)
{
    memset(job, 0, sizeof *job);
    sqlite3_stmt *statement = prepare(self,
        "SELECT id, kind, state, text, started, finished, done, total, pages, passages"
        " FROM job WHERE kind = ? ORDER BY number DESC LIMIT 1", "t", kind);
    int error = statement? sqlite3_step(statement): SQLITE_ERROR;
    if (error == SQLITE_ROW) {
        take_text(statement, 0, job->id, sizeof job->id);
        take_text(statement, 1, job->kind, sizeof job->kind);
        take_text(statement, 2, job->state, sizeof job->state);
        take_text(statement, 3, job->text, sizeof job->text);
        int64_t *const numbers[] = { &job->started, &job->finished, &job->done, &job->total, &job->pages,
                                     &job->passages };
        for (int i = 0; i < 6; i++)
            *numbers[i] = sqlite3_column_int64(statement, 4 + i);
    }
    code_t code = error == SQLITE_ROW || error == SQLITE_DONE? OK: failed(self);
    sqlite3_finalize(statement);
    return code;
}

// The unique index decides who is first.
code_t
jobs_start(jobs_t *self, const char *kind, job_t *job, bool *started)
{
    code_t code = change(self, prepare(self,
        "INSERT OR IGNORE INTO job(id, kind, state, started) VALUES(lower(hex(randomblob(16))), ?, 'waiting', ?)", "ti",
        kind, now_ms()));
    *started = code == OK;
    if (code == OK)
        (void)change(self, prepare(self, "DELETE FROM job WHERE number <= (SELECT max(number) FROM job) - ?", "i",
                                   (int64_t)KEPT));
    return code == OK || code == NOT_FOUND? jobs_newest(self, kind, job): code;
}

code_t
jobs_cancel(jobs_t *self, const char *kind, job_t *job)
{
    code_t code = change(self, prepare(self,
        "UPDATE job SET state = 'cancelled', finished = ? WHERE kind = ? AND state IN ('waiting', 'running')", "it",
        now_ms(), kind));
    return code == OK || code == NOT_FOUND? jobs_newest(self, kind, job): code;
}

code_t
jobs_run(jobs_t *self, const job_t *job)
{
    return change(self, prepare(self,
        "UPDATE job SET state = 'running' WHERE id = ? AND state IN ('waiting', 'running')", "t", job->id));
}

code_t
jobs_keep(jobs_t *self, const job_t *job)
{
    return change(self, prepare(self, "UPDATE job SET done = ?, total = ?, pages = ?, passages = ?"
                                      " WHERE id = ? AND state = 'running'", "iiiit", job->done, job->total, job->pages,
                                job->passages, job->id));
}

code_t
jobs_end(jobs_t *self, const job_t *job, const char *state)
{
    return change(self, prepare(self,
        "UPDATE job SET state = ?, finished = ?, text = ?, done = ?, total = ?, pages = ?, passages = ?"
        " WHERE id = ? AND state IN ('waiting', 'running')", "titiiiit", state, now_ms(), job->text, job->done,
        job->total, job->pages, job->passages, job->id));
}
