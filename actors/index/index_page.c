// One page: all that is known of it, and its newest change
#include "index_internal.h"
#include "index_query.h"

static code_t
add_newest(index_t *self, int64_t id, sqlite3_stmt **newest, indexed_page_t *page)
{
    code_t code = OK;
    *newest = index_bind(self, "SELECT c.id, p.name, c.at, c.zone FROM change AS h JOIN commits AS c ON c.seq = h.seq"
                               " JOIN person AS p ON p.id = c.person WHERE h.file = ? ORDER BY h.seq DESC LIMIT 1",
                         "i", id);
    page->revision = page->author = "";
    if (!index_row(self, *newest, &code))
        return code;
    page->revision = index_text(*newest, 0);
    page->author = index_text(*newest, 1);
    page->when = sqlite3_column_int64(*newest, 2);
    page->zone = sqlite3_column_int64(*newest, 3);
    return OK;
}

code_t
index_page(index_t *self, int64_t id, index_page_fn take, void *context, bool *taken)
{
    sqlite3_stmt *newest = NULL;
    code_t code = OK;
    *taken = false;
    sqlite3_stmt *row = index_bind(self,
        "SELECT p.file, p.page, p.title, p.heading, p.category, f.blob, p.tags, p.size, p.words, p.front"
        " FROM page AS p JOIN file AS f ON f.id = p.id WHERE p.id = ?", "i", id);
    if (!index_row(self, row, &code))
        return code == OK? index_refuse(self, NOT_FOUND, "it is no page"): code;
    indexed_page_t page = { .file = index_text(row, 0), .page = index_text(row, 1), .title = index_text(row, 2),
                            .heading = index_text(row, 3), .category = index_text(row, 4), .blob = index_text(row, 5),
                            .tags = index_text(row, 6), .size = sqlite3_column_int64(row, 7),
                            .words = sqlite3_column_int64(row, 8), .front = index_text(row, 9) };
    code = add_newest(self, id, &newest, &page);
    if (code == OK)
        *taken = take(context, &page);
    sqlite3_reset(newest);
    sqlite3_reset(row);
    return code;
}
