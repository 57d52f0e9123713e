// One page: all that is known of it, and its newest change
#include "index_internal.h"
#include "index_query.h"

#define COLUMNS "g.file, g.page, g.title, g.heading, g.category, g.blob, g.tags, g.size, g.words, g.revision, p.name," \
                " g.at, g.zone"
#define TABLES "FROM page AS g LEFT JOIN person AS p ON p.id = g.person WHERE g.id = ?"

static code_t
take_row(index_t *self, sqlite3_stmt *row, index_page_fn take, void *context, bool *taken)
{
    code_t code = OK;
    *taken = false;
    if (!index_row(self, row, &code))
        return code == OK? index_refuse(self, NOT_FOUND, "it is no page"): code;
    const indexed_page_t page = {
        .file = index_text(row, 0), .page = index_text(row, 1), .title = index_text(row, 2),
        .heading = index_text(row, 3), .category = index_text(row, 4), .blob = index_text(row, 5),
        .tags = index_text(row, 6), .size = sqlite3_column_int64(row, 7), .words = sqlite3_column_int64(row, 8),
        .revision = index_text(row, 9), .author = index_text(row, 10), .when = sqlite3_column_int64(row, 11),
        .zone = sqlite3_column_int64(row, 12), .front = index_text(row, 13) };
    *taken = take(context, &page);
    sqlite3_reset(row);
    return OK;
}

code_t
index_page(index_t *self, int64_t id, index_page_fn take, void *context)
{
    bool taken = false;
    sqlite3_stmt *row = index_bind(self, "SELECT " COLUMNS ", g.front " TABLES, "i", id);
    return take_row(self, row, take, context, &taken);
}

code_t
index_page_row(index_t *self, int64_t id, index_page_fn take, void *context, bool *taken)
{
    sqlite3_stmt *row = index_bind(self, "SELECT " COLUMNS ", '' " TABLES, "i", id);
    return take_row(self, row, take, context, taken);
}
