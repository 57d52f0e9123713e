// Who changed a page, a folder or the wiki, and when
#include "index_internal.h"
#include "index_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMIT "c.seq, c.id, c.parent, p.name, p.email, c.at, c.zone, c.message"
enum { COLUMNS = 8 };
// Rows of changes that are looked at for one answer, for who may not see everything.
enum { LOOKS = 20000, FILES_MOST = LIMIT_ROWS };

typedef struct {
    index_t *index;
    const index_history_t *what;
    index_commit_fn take;
    void *context;
    char *next;                                 // the last commit that was told
    int64_t below;                              // only commits before this one
    int64_t folder;                             // number; 0: the wiki
    char prefix[PAGE_ID_SIZE + 1];              // of the folded files of the folder
    size_t looks;
    char *files[FILES_MOST];
    size_t files_count;
} past_t;

static indexed_commit_t
commit_of(sqlite3_stmt *row)
{
    return (indexed_commit_t){ .commit = index_text(row, 1), .parent = index_text(row, 2), .author = index_text(row, 3),
                               .email = index_text(row, 4), .when = sqlite3_column_int64(row, 5),
                               .zone = sqlite3_column_int64(row, 6), .message = index_text(row, 7) };
}

// ---- where to begin -----------------------------------------------------------------------------------------------

static code_t
seq_of(past_t *self, const char *commit, int64_t *seq)
{
    sqlite3_stmt *row = index_bind(self->index, "SELECT seq FROM commits WHERE id = ?", "t", commit);
    return index_number(self->index, row, 0, seq);
}

static code_t
find_begin(past_t *self)
{
    int64_t seq = 0;
    code_t code = OK;
    self->below = INT64_MAX;
    if (*self->what->until) {
        code = seq_of(self, self->what->until, &seq);
        if (code == OK && !seq)
            return index_refuse(self->index, NOT_FOUND, "there is no such commit");
        self->below = seq + 1;
    }
    if (code == OK && *self->what->cursor) {
        code = seq_of(self, self->what->cursor, &seq);
        if (code == OK && !seq)
            return index_refuse(self->index, INVALID, "this list has changed; begin it anew");
        self->below = seq < self->below? seq: self->below;
    }
    return code;
}

// ---- a page -------------------------------------------------------------------------------------------------------

// The file that the page was before it was renamed, if that may be seen; 0: it was none, or its trace ends.
static code_t
go_back(past_t *self, int64_t origin, index_place_t *place)
{
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT path FROM file WHERE id = ?", "i", origin);
    place->id = 0;
    if (index_row(self->index, row, &code) && index_sees(&self->what->sight, index_text(row, 0))) {
        place->id = origin;
        snprintf(place->file, sizeof place->file, "%s", index_text(row, 0));
    }
    sqlite3_reset(row);
    return code;
}

// Goes back over all renames that were told before, so that a cursor is a commit alone.
static code_t
pass_renames(past_t *self, index_place_t *place)
{
    int64_t below = INT64_MAX;
    code_t code = OK;
    while (code == OK && place->id) {
        sqlite3_stmt *row = index_bind(self->index, "SELECT seq, origin FROM change INDEXED BY change_renamed"
            " WHERE file = ? AND seq < ? AND kind = 'r' ORDER BY seq DESC LIMIT 1", "ii", place->id, below);
        int64_t origin = 0;
        if (!index_row(self->index, row, &code))
            break;
        below = sqlite3_column_int64(row, 0);
        origin = sqlite3_column_int64(row, 1);
        sqlite3_reset(row);
        if (below < self->below)
            break;
        code = go_back(self, origin, place);
    }
    return code;
}

static bool
tell_change(past_t *self, sqlite3_stmt *row, const char *file)
{
    indexed_commit_t commit = commit_of(row);
    commit.change = *index_text(row, COLUMNS);
    if (commit.change == 'o')                   // gone from here, wherever it went
        commit.change = 'd';
    commit.file = file;
    commit.file_count = sqlite3_column_int64(row, COLUMNS + 2);
    if (!self->take(self->context, &commit))
        return false;
    snprintf(self->next, 65, "%s", commit.commit);
    return true;
}

// The rows of one file until the one by which it came from another: its number goes to *origin.
static code_t
tell_file(past_t *self, const index_place_t *place, int64_t *origin, bool *full)
{
    code_t code = OK;
    *origin = 0;
    sqlite3_stmt *row = index_bind(self->index, "SELECT " COMMIT ", h.kind, h.origin, c.files FROM change AS h"
        " JOIN commits AS c ON c.seq = h.seq JOIN person AS p ON p.id = c.person WHERE h.file = ? AND h.seq < ?"
        " ORDER BY h.seq DESC", "ii", place->id, self->below);
    while (!*full && !*origin && index_row(self->index, row, &code)) {
        *full = !tell_change(self, row, place->file);
        if (!*full)
            self->below = sqlite3_column_int64(row, 0);
        if (!*full && *index_text(row, COLUMNS) == 'r')
            *origin = sqlite3_column_int64(row, COLUMNS + 1);
    }
    sqlite3_reset(row);
    return code;
}

static code_t
page_history(past_t *self, bool *full)
{
    index_place_t place;
    int64_t origin = 0;
    const index_name_t name = { self->what->path, self->what->exact };
    code_t code = index_find(self->index, &self->what->sight, &name, &place);
    if (code == OK)
        code = pass_renames(self, &place);
    while (code == OK && place.id && !*full) {
        code = tell_file(self, &place, &origin, full);
        if (code == OK)
            code = origin? go_back(self, origin, &place): OK;
        if (!origin)
            break;
    }
    return code;
}

// ---- a folder, and the wiki ---------------------------------------------------------------------------------------

static bool
is_meant(past_t *self, const char *file)
{
    char folded[PAGE_ID_SIZE];
    const index_history_t *what = self->what;
    if (what->pages && !page_is_page_file(file))
        return false;
    if (self->folder && (page_id(&self->index->naming, file, folded) != OK ||
                         strncmp(folded, self->prefix, strlen(self->prefix)) != 0))
        return false;
    return index_sees(&what->sight, file);
}

static bool
keep_file(past_t *self, const char *file)
{
    size_t wanted = self->what->files < FILES_MOST? self->what->files: FILES_MOST;
    if (self->files_count == wanted)
        return true;
    self->files[self->files_count] = strdup(file);
    return self->files[self->files_count++] != NULL;
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// The files of a commit that are meant. All of them are looked at only to count those that may be seen.
static code_t
read_files(past_t *self, int64_t seq, int64_t *count)
{
    const int64_t kept = self->what->sight.visible? INT64_MAX: *count;
    int64_t seen = 0;
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT f.path FROM change AS h JOIN file AS f ON f.id = h.file"
                                                " WHERE h.seq = ?", "i", seq);
    while (code == OK && seen < kept && (self->what->sight.visible || self->files_count < self->what->files) &&
           index_row(self->index, row, &code)) {
        self->looks++;
        if (!is_meant(self, index_text(row, 0)))
            continue;
        seen++;
        if (!keep_file(self, index_text(row, 0)))
            code = INTERNAL;
    }
    sqlite3_reset(row);
    qsort(self->files, self->files_count, sizeof *self->files, compare);
    if (self->what->sight.visible)
        *count = seen;
    return code;
}

static void
forget_files(past_t *self)
{
    while (self->files_count > 0)
        free(self->files[--self->files_count]);
}

static code_t
tell_commit(past_t *self, sqlite3_stmt *row, bool *full)
{
    indexed_commit_t commit = commit_of(row);
    commit.file_count = sqlite3_column_int64(row, COLUMNS + (self->what->pages? 1: 0));
    code_t code = read_files(self, sqlite3_column_int64(row, 0), &commit.file_count);
    commit.files = (const char *const *)self->files;
    commit.files_count = self->files_count;
    bool told = commit.file_count > 0 || (!self->what->sight.visible && !self->what->pages && !self->folder);
    *full = code == OK && told && !self->take(self->context, &commit);
    if (!*full)
        snprintf(self->next, 65, "%s", commit.commit);
    *full = *full || self->looks > LOOKS;
    forget_files(self);
    return code;
}

static code_t
find_folder(past_t *self)
{
    char id[PAGE_ID_SIZE];
    index_t *index = self->index;
    code_t code = page_id(&index->naming, self->what->path, id);
    snprintf(self->prefix, sizeof self->prefix, "%s/", code == OK? id: "");
    if (code == OK)
        code = index_number(index, index_bind(index, "SELECT id FROM folder WHERE path = ?", "t", id), 0,
                            &self->folder);
    if (code == OK && self->folder)
        return OK;
    return index_refuse(index, code == OK? NOT_FOUND: code, "there is no such folder, and there never was");
}

static code_t
wiki_history(past_t *self, bool *full)
{
    static const char folder[] = "SELECT " COMMIT ", h.files, h.pages FROM folder_change AS h"
        " JOIN commits AS c ON c.seq = h.seq JOIN person AS p ON p.id = c.person"
        " WHERE h.seq < ?1 AND h.folder = ?2 ORDER BY h.seq DESC";
    static const char wiki[] = "SELECT " COMMIT ", c.files, c.pages FROM commits AS c"
        " JOIN person AS p ON p.id = c.person WHERE c.seq < ?1 AND ?2 = 0 ORDER BY c.seq DESC";
    static const char pages[] = "SELECT " COMMIT ", c.files, c.pages FROM commits AS c"
        " JOIN person AS p ON p.id = c.person WHERE c.seq < ?1 AND c.pages > 0 AND ?2 = 0 ORDER BY c.seq DESC";
    code_t code = self->what->below? find_folder(self): OK;
    if (code != OK)
        return code;
    const char *literal = self->folder? folder: self->what->pages? pages: wiki;
    sqlite3_stmt *row = index_bind(self->index, literal, "ii", self->below, self->folder);
    while (!*full && code == OK && index_row(self->index, row, &code))
        code = tell_commit(self, row, full);
    sqlite3_reset(row);
    return code;
}

code_t
index_history(index_t *self, const index_history_t *what, index_commit_fn take, void *context, char next[65])
{
    past_t past = { .index = self, .what = what, .take = take, .context = context, .next = next };
    bool full = false;
    next[0] = 0;
    code_t code = find_begin(&past);
    if (code == OK)
        code = *what->path && !what->below? page_history(&past, &full): wiki_history(&past, &full);
    if (!full || code != OK)
        next[0] = 0;
    return code;
}
