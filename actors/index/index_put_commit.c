// Commits and what they changed, put into the index
#include "index_internal.h"

#include <string.h>

enum { FOLDED_SIZE = LIMIT_IDENTITY_BYTES * 3 + 1 };

// ---- who ----------------------------------------------------------------------------------------------------------

static code_t
person_number(index_t *self, const index_log_t *log, int64_t *id)
{
    char folded[FOLDED_SIZE];
    code_t code = index_number(self, index_bind(self, "SELECT id FROM person WHERE name = ? AND email = ?", "tt",
                                                log->author, log->email), 0, id);
    if (code != OK || *id)
        return code;
    index_fold(log->author, folded, sizeof folded);
    code = index_run(self, index_bind(self, "INSERT INTO person(name, email, folded) VALUES(?, ?, ?)", "ttt",
                                      log->author, log->email, folded));
    *id = sqlite3_last_insert_rowid(self->db);
    return code;
}

// ---- the commit ---------------------------------------------------------------------------------------------------

static code_t
insert_commit(index_t *self, const index_log_t *log, int64_t *seq)
{
    int64_t person = 0;
    code_t code = person_number(self, log, &person);
    if (code != OK)
        return code;
    self->counts[COUNT_COMMITS]++;
    code = index_run(self, index_bind(self,
        "INSERT INTO commits(id, parent, person, at, zone, message, files, pages) VALUES(?, ?, ?, ?, ?, ?, 0, 0)",
        "ttiiit", log->commit, log->parent, person, log->when, log->zone, log->message));
    *seq = sqlite3_last_insert_rowid(self->db);
    return code;
}

static code_t
commit_number(index_t *self, const index_log_t *log, int64_t *seq)
{
    sqlite3_stmt *known = index_bind(self, "SELECT seq FROM commits WHERE id = ?", "t", log->commit);
    code_t code = index_number(self, known, 0, seq);
    return code == OK && !*seq? insert_commit(self, log, seq): code;
}

// ---- what changed -------------------------------------------------------------------------------------------------

static code_t
is_changed(index_t *self, int64_t file, int64_t seq, int64_t *there)
{
    sqlite3_stmt *row = index_bind(self, "SELECT 1 FROM change WHERE file = ? AND seq = ?", "ii", file, seq);
    return index_number(self, row, 0, there);
}

static code_t
put_folder(index_t *self, const char *folder, int64_t seq, bool page)
{
    int64_t id = 0;
    code_t code = index_number(self, index_bind(self, "SELECT id FROM folder WHERE path = ?", "t", folder), 0, &id);
    if (code == OK && !id) {
        code = index_run(self, index_bind(self, "INSERT INTO folder(path) VALUES(?)", "t", folder));
        id = sqlite3_last_insert_rowid(self->db);
    }
    if (code != OK)
        return code;
    return index_run(self, index_bind(self, "INSERT INTO folder_change(folder, seq, files, pages) VALUES(?1, ?2, 1, ?3)"
                                            " ON CONFLICT DO UPDATE SET files = files + 1, pages = pages + ?3", "iii",
                                      id, seq, (int64_t)page));
}

// All folders above a file, by the id that a page of their name would have.
static code_t
put_folders(index_t *self, const char *file, int64_t seq)
{
    char path[PAGE_ID_SIZE], folder[PAGE_ID_SIZE];
    code_t code = OK;
    size_t size = strnlen(file, sizeof path - 1);
    memcpy(path, file, size);
    path[size] = 0;
    for (char *slash = strrchr(path, '/'); slash && code == OK; slash = strrchr(path, '/')) {
        *slash = 0;
        if (page_id(&self->naming, path, folder) == OK)
            code = put_folder(self, folder, seq, page_is_page_file(file));
    }
    return code;
}

// Counts a file that the commit changed, there and in all folders above it.
static code_t
count_file(index_t *self, const char *file, int64_t seq)
{
    code_t code = index_run(self, index_bind(self, "UPDATE commits SET files = files + 1, pages = pages + ?"
                                                   " WHERE seq = ?", "ii", (int64_t)page_is_page_file(file), seq));
    return code == OK? put_folders(self, file, seq): code;
}

// If it is a page that is there.
static code_t
set_newest(index_t *self, int64_t id, int64_t seq)
{
    return index_run(self, index_bind(self,
        "UPDATE page SET (newest, revision, at, zone, person) = (SELECT seq, id, at, zone, person FROM commits"
        " WHERE seq = ?2) WHERE id = ?1 AND newest < ?2", "ii", id, seq));
}

// `kind` of this file in this commit; of several the last stands.
static code_t
put_row(index_t *self, const char *file, int64_t seq, const char *kind, int64_t origin)
{
    int64_t id = 0, there = 0;
    code_t code = index_file_id(self, file, &id);
    if (code == OK)
        code = is_changed(self, id, seq, &there);
    if (code == OK && !there)
        code = count_file(self, file, seq);
    if (code == OK)
        code = index_run(self, index_bind(self, "INSERT OR REPLACE INTO change(file, seq, kind, origin)"
                                                " VALUES(?, ?, ?, nullif(?, 0))", "iiti", id, seq, kind, origin));
    return code == OK? set_newest(self, id, seq): code;
}

// The name that a file had before, unless something else came there with the same commit.
static code_t
put_origin(index_t *self, const char *file, int64_t seq, int64_t *id)
{
    int64_t there = 0;
    code_t code = index_file_id(self, file, id);
    if (code == OK)
        code = is_changed(self, *id, seq, &there);
    return code == OK && !there? put_row(self, file, seq, "o", 0): code;
}

static code_t
put_change(index_t *self, const index_change_t *change, int64_t seq)
{
    const char kind[2] = { change->change, 0 };
    int64_t origin = 0;
    code_t code = OK;
    if (change->change == 'r' && *change->from)
        code = put_origin(self, change->from, seq, &origin);
    return code == OK? put_row(self, change->file, seq, kind, origin): code;
}

code_t
index_put_commit(index_t *self, const index_log_t *log)
{
    int64_t seq = 0;
    code_t code = commit_number(self, log, &seq);
    for (size_t i = 0; i < log->change_count && code == OK; i++)
        code = put_change(self, &log->changes[i], seq);
    return code;
}

// ---- all of them --------------------------------------------------------------------------------------------------

// Files that are gone have nothing left to be remembered for.
code_t
index_forget_commits(index_t *self)
{
    static const char *const deletes[] = { "DELETE FROM change", "DELETE FROM folder_change", "DELETE FROM folder",
                                           "DELETE FROM person",
                                           "UPDATE page SET newest = 0, revision = '', at = 0, zone = 0, person = 0",
                                           "DELETE FROM file WHERE blob IS NULL",
                                           "DELETE FROM commits" };
    code_t code = OK;
    for (size_t i = 0; i < sizeof deletes / sizeof *deletes && code == OK; i++)
        code = index_run(self, index_prepare(self, deletes[i]));
    if (code == OK)
        self->counts[COUNT_COMMITS] -= sqlite3_changes(self->db);
    return code == OK? index_run(self, index_prepare(self, "DELETE FROM meta WHERE key = 'commit'")): code;
}
