// What is only of use to who builds an index or follows with it: how far it has come, and whether the file is still it
#include "index_internal.h"

#include <stdio.h>

code_t
index_mark(index_t *self, const char *name, char value[65])
{
    code_t code = OK;
    value[0] = '\0';
    sqlite3_stmt *statement = index_bind(self, "SELECT value FROM meta WHERE key = 'mark.' || ?", "t", name);
    if (!statement || !index_row(self, statement, &code))
        return statement? code: INTERNAL;
    snprintf(value, 65, "%s", index_text(statement, 0));
    sqlite3_reset(statement);
    return OK;
}

code_t
index_set_mark(index_t *self, const char *name, const char *value)
{
    return index_run(self, index_bind(self, "INSERT INTO meta VALUES('mark.' || ?1, ?2) ON CONFLICT(key)"
                                            " DO UPDATE SET value = ?2", "tt", name, value));
}

bool
index_moved(index_t *self)
{
    int moved = 0;
    return sqlite3_file_control(self->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

// Its pages are changed here and there, and nobody else reads them: more of them are held, and go to the file later.
code_t
index_make_roomy(index_t *self)
{
    static const char pragmas[] = "PRAGMA cache_size=-24576; PRAGMA wal_autocheckpoint=8192";
    int error = sqlite3_exec(self->db, pragmas, NULL, NULL, NULL);
    return error == SQLITE_OK? OK: index_failed(self, error);
}
